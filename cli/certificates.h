/* certificates.h - what is proved of each chokepoint that is shown, for people and programs. */
#ifndef SN_CLI_CERTIFICATES_H
#define SN_CLI_CERTIFICATES_H

#include "cli/call.h"
#include "metrics/candidates.h"
#include "metrics/chokepoint.h"
#include "metrics/proof.h"

#define SN_OPTION_CERTIFICATES                                                                 \
    {.name = "certificates", .kind = SN_OPTION_CHOICE, .argument = "WHEN",                     \
     .choices = "auto|always|never", .fallback = "auto",                                       \
     .help = "proofs for the rows shown: auto leaves out cuts and flows of large networks"}

/** sn_certificates - zeroed it holds nothing and may be cleared. */
typedef struct {
    sn_proofs proofs;
    size_t *first;     /* [rows + 1] proofs of row r: first[r] .. first[r + 1]; NULL: none made */
    size_t *dominated; /* [rows] buyers that the row dominates, listed or not                   */
} sn_certificates;

/** sn_certificate_members - the nodes that stop with a candidate: of those it owns in part only the
 *  whole ones; where it stops buying (sales), its pure users too.
 *
 * grouping  [in]   of the candidates' level; used for sales
 * member    [out]  [nodes] ascending
 * Returns   how many
 */
size_t sn_certificate_members(const sn_network *net, const sn_candidates *candidates,
                              const sn_grouping *grouping, bool sales, const char *name,
                              int32_t commodity, int32_t *member);

/**
 * sn_certificates_make - prove what can be proved of the first rows of a list.
 *
 * Only candidates that stop altogether (mode production, fraction 1) are proved anything of; of
 * an owner those nodes count that are all its own.
 *
 * asked  [in]  [nodes] buyers asked about
 */
sn_status sn_certificates_make(sn_call *call, const sn_chokepoints *list, size_t rows,
                               const sn_chokepoint_options *how, const bool *asked,
                               sn_certificates *certificates, sn_error *err);
void sn_certificates_clear(sn_certificates *certificates);

/** sn_certificates_write - the proofs of a row as elements of the array that is open. */
void sn_certificates_write(sn_json *json, const sn_call *call,
                           const sn_certificates *certificates, size_t row);

/** sn_certificates_table - one sentence per kind of proof and row. */
sn_status sn_certificates_table(const sn_call *call, const sn_chokepoints *list, size_t rows,
                                const sn_certificates *certificates, sn_table **table,
                                sn_error *err);

extern const sn_method sn_certificate_method;

#endif /* SN_CLI_CERTIFICATES_H */
