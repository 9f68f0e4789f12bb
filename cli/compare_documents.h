/* compare_documents.h - the numbers of two JSON reports of one verb, matched by what they are of. */
#ifndef SN_CLI_COMPARE_DOCUMENTS_H
#define SN_CLI_COMPARE_DOCUMENTS_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "graph/error.h"

/** sn_moved - a number that is not the same in both reports. */
typedef struct {
    char *verb;    /* "concentration"                                       */
    char *field;   /* where it stands: "groups.members.share"               */
    char *subject; /* what it is of: "cobalt refining / CHN"                */
    double before, after; /* NaN: not there, or not known                   */
} sn_moved;

/** sn_moved_list - cleared by sn_moved_list_clear; zeroed it is empty. */
typedef struct {
    sn_moved *row;
    size_t count, room;
    size_t same; /* numbers that are equal in both */
} sn_moved_list;

/**
 * sn_documents_compare - add what differs between the results of two reports.
 *
 * Objects are matched member by member; objects in a list by what names them: `id` (with
 * `with`, `commodity`), else all of commodity, stage, product, buyer, supplier, kind, index,
 * metric, name, year that are there.  A list of one needs no name; longer ones in which some object
 * has none, or two have the same, are passed over, and so are texts.  An object that is in one list alone gives
 * rows with the other number missing.
 *
 * before, after  [in]      whole documents, as -f json writes them
 * name           [in]      what to call each in messages
 * list           [in,out]  appended to
 *
 * Returns  SN_OK; SN_EDATA where one is no report, where they are of different verbs, or where
 *          their methods (id or version) differ, naming the first difference; SN_ENOMEM.
 * Cost     O(members), with a sort of every list.
 */
sn_status sn_documents_compare(const cJSON *before, const cJSON *after, const char *const name[2],
                               sn_moved_list *list, sn_error *err);
void sn_moved_list_clear(sn_moved_list *list);

#endif /* SN_CLI_COMPARE_DOCUMENTS_H */
