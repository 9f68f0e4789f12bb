/* builder.h - the only mutable phase of a network: add, check, freeze.
 *
 * Call order: sn_builder_new, any number of sn_builder_declare / sn_builder_touch /
 * sn_builder_set_* / sn_builder_flow / sn_builder_owner / sn_builder_recipe, then
 * sn_builder_freeze once.  Positions in files are the callers' business: messages name ids
 * and values only.
 */
#ifndef SN_GRAPH_BUILDER_H
#define SN_GRAPH_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "graph/error.h"
#include "graph/network.h"

typedef struct sn_builder sn_builder;

/** Longest texts in bytes: node ids; columns of a node; and two of these joined by a colon,
 *  for product groups and the names in recipes. */
enum { SN_LONGEST_ID = 1000, SN_LONGEST_TEXT = 400, SN_LONGEST_PAIR = 2 * SN_LONGEST_TEXT + 1 };

/** sn_builder_new - an empty builder; NULL when memory ran out. */
sn_builder *sn_builder_new(void);

/** sn_builder_free - drop an unfrozen builder; NULL is fine. */
void sn_builder_free(sn_builder *builder);

/**
 * sn_builder_declare - a node of the node table; sn_builder_touch - a node that a flow names,
 * made on first sight.
 *
 * id, length  [in]   1 .. 1000 bytes, no control character
 * node        [out]  builder index of the node, valid until freeze
 *
 * Returns  SN_OK; SN_EDATA when the id is empty, too long, holds a control character or, for
 *          declare, was declared before; SN_ENOMEM.
 * Cost     O(length) expected.
 */
sn_status sn_builder_declare(sn_builder *builder, const char *id, size_t length, int32_t *node,
                             sn_error *err);
sn_status sn_builder_touch(sn_builder *builder, const char *id, size_t length, int32_t *node,
                           sn_error *err);

/** sn_builder_find - builder index of an id, or SN_NONE. */
int32_t sn_builder_find(const sn_builder *builder, const char *id, size_t length);

sn_status sn_builder_set_label(sn_builder *builder, int32_t node, const char *text,
                               size_t length, sn_error *err);
/* Where no kind is set, a node is a stage if it has one, else a firm if any node of the network
 * has a sector, else a country.  A country node without a country column is its own country. */
void sn_builder_set_kind(sn_builder *builder, int32_t node, sn_kind kind);
/* An empty text means "not known" and changes nothing.  SN_EDATA when it holds a control
 * character or is longer than SN_LONGEST_TEXT bytes (country and owner: SN_LONGEST_ID, since
 * the id of a country node is its country). */
sn_status sn_builder_set_text(sn_builder *builder, int32_t node, sn_column column,
                              const char *text, size_t length, sn_error *err);
/* NaN means "not given".  SN_EDATA for infinity or a negative amount (LAT and LON may be
 * negative). */
sn_status sn_builder_set_number(sn_builder *builder, int32_t node, sn_quantity quantity,
                                double value, sn_error *err);
/* A column that the network only keeps: first name the column, then set values. */
sn_status sn_builder_attribute(sn_builder *builder, const char *name, size_t length,
                               int32_t *attribute, sn_error *err);
sn_status sn_builder_set_attribute(sn_builder *builder, int32_t node, int32_t attribute,
                                   const char *text, size_t length, sn_error *err);

/** sn_builder_product - the code of a product text, for sn_builder_flow; SN_NONE for an empty
 *  one.  SN_EDATA when it holds a control character or is longer than SN_LONGEST_PAIR bytes. */
sn_status sn_builder_product(sn_builder *builder, const char *text, size_t length,
                             int32_t *product, sn_error *err);

/**
 * sn_builder_flow - supplier sells `value` a year to buyer.
 *
 * Parallel flows of the same product group are added at freeze; supplier == buyer is domestic
 * supply and kept.  A value of 0 is accepted and kept out of the network.
 *
 * value    [in]  [unit / year], finite, >= 0
 * product  [in]  code of sn_builder_product, or SN_NONE
 * unit     [in]  text or NULL: checked against the unit of the commodity at freeze
 *
 * Returns  SN_OK; SN_EDATA for a negative or non-finite value; SN_ENOMEM.
 */
sn_status sn_builder_flow(sn_builder *builder, int32_t supplier, int32_t buyer, double value,
                          int32_t product, sn_basis basis, const char *unit, size_t unit_length,
                          sn_error *err);

/** sn_builder_unit - the code of a unit, for sn_builder_rows; SN_NONE for an empty one.
 * SN_EDATA when it holds a control character or is longer than SN_LONGEST_TEXT bytes. */
sn_status sn_builder_unit(sn_builder *builder, const char *text, size_t length, int32_t *unit,
                          sn_error *err);

/** sn_builder_check_id, ..._product, ..._unit - whether sn_builder_touch, ..._product and
 * ..._unit would accept a text; for callers that add it later. */
sn_status sn_builder_check_id(const char *text, size_t length, sn_error *err);
sn_status sn_builder_check_product(const char *text, size_t length, sn_error *err);
sn_status sn_builder_check_unit(const char *text, size_t length, sn_error *err);

/** sn_builder_find_many - sn_builder_find for many ids; see sn_dict_find_many. */
void sn_builder_fetch(const sn_builder *builder, uint64_t hash);
void sn_builder_find_many(const sn_builder *builder, const sn_dict_key *key, size_t count,
                          int32_t *node);

/** sn_builder_rows - many flows, each as for sn_builder_flow; finite and > 0: not checked
 * again. product, unit, basis and lead (days) may be NULL: no flow has one. */
typedef struct {
    const int32_t *supplier, *buyer, *product, *unit;
    const double *value, *lead;
    const uint8_t *basis;
} sn_builder_rows;

/**
 * sn_builder_extend, sn_builder_put - add many flows in two steps, of which the second may be
 * done by several threads for several stretches at once.
 *
 * rows    [in]   what columns there are; extend reads no further
 * first   [out]  where the new flows begin: for sn_builder_put, which must fill all of them
 */
sn_status sn_builder_extend(sn_builder *builder, size_t count, const sn_builder_rows *rows,
                            size_t *first, sn_error *err);
void sn_builder_put(sn_builder *builder, size_t first, size_t count,
                    const sn_builder_rows *rows);

/** sn_builder_expect - make room for so many more nodes and flows, as far as they are known. */
sn_status sn_builder_expect(sn_builder *builder, size_t nodes, size_t flows, sn_error *err);
/** sn_builder_lead_time - days that the flow added last is under way (0 if never said).
 *  SN_EDATA when they are not finite and >= 0; SN_ENOMEM. */
sn_status sn_builder_lead_time(sn_builder *builder, double days, sn_error *err);

/** sn_builder_owner - a share of a node that belongs to firms headquartered in `owner`.
 *  An empty owner is not known and adds nothing.  SN_EDATA when share is not in 0..1; freeze
 *  refuses an owner given twice and shares of one node and rule that add up to more than 1
 *  (and 1e-6 for each share: they are often printed to six digits). */
sn_status sn_builder_owner(sn_builder *builder, int32_t node, const char *owner, size_t length,
                           double share, sn_ownership rule, sn_error *err);

/** sn_builder_recipe - one row of the recipe table; `*` stands for any.  Freeze refuses a pair
 *  that is given twice. */
sn_status sn_builder_recipe(sn_builder *builder, const char *buyer, size_t buyer_length,
                            const char *input, size_t input_length, sn_need need,
                            double coefficient, double inventory_days, sn_error *err);

/** sn_builder_node_count, sn_builder_flow_count - what has been added so far (flows before
 *  merging). */
size_t sn_builder_node_count(const sn_builder *builder);
size_t sn_builder_flow_count(const sn_builder *builder);

/**
 * sn_builder_freeze - check everything, sort, merge parallel flows, resolve amounts.
 *
 * builder  [in,out]  consumed: *builder is NULL afterwards, whatever the outcome
 * net      [out]     the network; the caller frees it
 *
 * Returns  SN_OK; SN_EDATA for mixed units inside one commodity (inside the whole network where
 *          it has no commodities), owners or recipes given twice, a recipe table that says
 *          nothing about a pair that occurs, or amounts whose sum over the network
 *          overflows; SN_ENOMEM.
 * Cost     O(V log V + E log deg) time.
 */
sn_status sn_builder_freeze(sn_builder **builder, sn_network **net, sn_error *err);

#endif /* SN_GRAPH_BUILDER_H */
