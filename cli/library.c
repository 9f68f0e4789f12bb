/* library.c - the functions of supplynet.h: the program's own calls, one at a time. */
#include "cli/supplynet.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/sweep_job.h"
#include "cli/sweep_work.h"
#include "cli/verbs.h"
#include "cli/version.h"
#include "cli/whatif_model.h"
#include "graph/bridge.h"

struct supplynet_network {
    sn_call lender; /* its network, sources and coalitions are lent to each answer */
};

enum { SN_CHUNK = 1024 }; /* removals worked out between two rounds of the callback */

static _Thread_local sn_error last;
static pthread_mutex_t turn;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void set_up(void)
{
    pthread_mutexattr_t how;

    (void)pthread_mutexattr_init(&how);
    (void)pthread_mutexattr_settype(&how, PTHREAD_MUTEX_RECURSIVE); /* a callback may ask again */
    (void)pthread_mutex_init(&turn, &how);
    (void)pthread_mutexattr_destroy(&how);
    sn_bridge_setup();
}

static void enter(void)
{
    (void)pthread_once(&once, set_up);
    (void)pthread_mutex_lock(&turn);
    last = (sn_error){0};
}

static int leave(sn_status status)
{
    (void)pthread_mutex_unlock(&turn);
    if (status != SN_OK && last.message[0] == '\0')
        (void)snprintf(last.message, sizeof last.message, "failed without a reason");
    return sn_exit_code(status);
}

const char *supplynet_version(void)
{
    return SN_VERSION;
}

int supplynet_abi(void)
{
    return SUPPLYNET_ABI;
}

const char *supplynet_error(void)
{
    return last.message;
}

void supplynet_free(void *text)
{
    free(text);
}

int supplynet_load(const char *network, const char *commodity, supplynet_network **net)
{
    const sn_load_options options = {.network = network, .commodity = commodity};
    supplynet_network *made = NULL;
    sn_status status = SN_OK;

    enter();
    if (network == NULL || net == NULL) {
        status = sn_fail(&last, SN_EUSAGE, "a network and a place for it are needed");
        goto out;
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        status = sn_nomem(&last, "a network");
        goto out;
    }
    status = sn_load(&options, &made->lender.net, &made->lender.sources, &last);
    SN_TRY(status == SN_EIO ? SN_EDATA : status); /* an input that cannot be read */
    SN_TRY(sn_coalitions_load(&made->lender.coalitions, &last));
    *net = made;
    made = NULL;
out:
    if (made != NULL)
        sn_call_clear(&made->lender);
    free(made);
    return leave(status);
}

void supplynet_close(supplynet_network *net)
{
    if (net == NULL)
        return;
    enter();
    sn_call_clear(&net->lender);
    free(net);
    (void)leave(SN_OK);
}

size_t supplynet_node_count(const supplynet_network *net)
{
    return sn_network_node_count(net->lender.net);
}

size_t supplynet_flow_count(const supplynet_network *net)
{
    return sn_network_flow_count(net->lender.net);
}

const char *supplynet_node_id(const supplynet_network *net, size_t node)
{
    return node < supplynet_node_count(net) ? sn_network_id(net->lender.net, node) : NULL;
}

const char *supplynet_node_text(const supplynet_network *net, size_t node, const char *column)
{
    static const struct {
        const char *name;
        sn_column column;
    } columns[] = {{"country", SN_COUNTRY}, {"owner", SN_OWNER},   {"commodity", SN_COMMODITY},
                   {"stage", SN_STAGE},     {"sector", SN_SECTOR}, {"unit", SN_UNIT}};

    if (node >= supplynet_node_count(net) || column == NULL)
        return NULL;
    if (strcmp(column, "label") == 0)
        return sn_network_label(net->lender.net, node);
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++)
        if (strcmp(column, columns[c].name) == 0)
            return sn_network_text(net->lender.net, columns[c].column, node);
    return NULL;
}

long supplynet_node_find(const supplynet_network *net, const char *id)
{
    return id != NULL ? (long)sn_network_find(net->lender.net, id) : -1;
}

double supplynet_node_output(const supplynet_network *net, size_t node)
{
    return node < supplynet_node_count(net) ? sn_network_output(net->lender.net, node) : NAN;
}

double supplynet_node_final_demand(const supplynet_network *net, size_t node)
{
    return node < supplynet_node_count(net) ? sn_network_final_demand(net->lender.net, node) : NAN;
}

int supplynet_flow_get(const supplynet_network *net, size_t flow, size_t *supplier, size_t *buyer,
                       double *amount)
{
    last = (sn_error){0};
    if (flow >= supplynet_flow_count(net))
        return sn_exit_code(sn_fail(&last, SN_EUSAGE, "there is no flow %zu of %zu", flow,
                                    supplynet_flow_count(net)));
    const sn_flow found = sn_network_flow(net->lender.net, flow);
    if (supplier != NULL)
        *supplier = (size_t)found.supplier;
    if (buyer != NULL)
        *buyer = (size_t)found.buyer;
    if (amount != NULL)
        *amount = found.value;
    return SUPPLYNET_DONE;
}

/* A call of a verb on a lent network, its words read. */
static sn_status begin(const supplynet_network *net, const sn_verb *verb, int argc, char **argv,
                       sn_out *nowhere, sn_call *call)
{
    *call = (sn_call){.verb = verb, .argc = argc, .argv = argv, .capture = nowhere,
                      .net = net->lender.net, .coalitions = net->lender.coalitions};
    return sn_options_parse(argc, argv, verb->options, sn_shared_options, &call->options, &last);
}

static void end(sn_call *call)
{
    sn_options_clear(&call->options);
    free(call->finding); /* the rest is lent */
}

int supplynet_whatif(const supplynet_network *net, const char *select, const char *mode,
                     double fraction, supplynet_loss *total, double *node_loss)
{
    char *cut = NULL;
    char *words[] = {(char *)"--cut", NULL, (char *)"--mode", (char *)(mode != NULL ? mode : "production"),
                     (char *)"--bounds", (char *)"never", (char *)"--paths", (char *)"0"};
    sn_out *nowhere = NULL;
    sn_call call = {0};
    sn_whatif whatif = {0};
    sn_status status = SN_OK;

    enter();
    if (select == NULL || !(fraction >= 0 && fraction <= 1)) {
        status = sn_fail(&last, SN_EUSAGE, "a selector and a fraction of 0..1 are needed");
        goto out;
    }
    const size_t size = strlen(select) + 40;
    cut = malloc(size);
    if (cut == NULL) {
        status = sn_nomem(&last, "a selector");
        goto out;
    }
    (void)snprintf(cut, size, "%s=%.17g", select, fraction);
    words[1] = cut;
    SN_TRY(sn_out_memory(&nowhere, &last));
    SN_TRY(begin(net, &sn_verb_whatif, (int)(sizeof words / sizeof words[0]), words, nowhere, &call));
    SN_TRY(sn_whatif_make(&call, &whatif, &last));
    if (total != NULL)
        *total = (supplynet_loss){whatif.impact.total.loss, whatif.impact.total.loss_down,
                                  whatif.impact.total.loss_up,
                                  fmax(whatif.result.bound_down, whatif.result.bound_up)};
    for (size_t i = 0; node_loss != NULL && i < supplynet_node_count(net); i++)
        node_loss[i] = fmax(whatif.result.down[i], whatif.result.up[i]);
out:
    sn_whatif_clear(&whatif);
    end(&call);
    sn_out_free(nowhere);
    free(cut);
    return leave(status);
}

/* Tell of some removals; false: enough. */
static bool tell(const sn_sweep_job *job, const sn_call *call, const size_t *index,
                 const sn_sweep_loss *loss, size_t count, supplynet_removal told, void *context)
{
    for (size_t k = 0; k < count; k++) {
        const size_t candidate = job->removal[index[k]].a;
        const supplynet_loss answer = {loss[k].loss, loss[k].loss_down, loss[k].loss_up, loss[k].bound};
        if (told(context, job->candidates.name[candidate],
                 sn_call_text(call, SN_COMMODITY, job->candidates.commodity[candidate]), &answer) != 0)
            return false;
    }
    return true;
}

int supplynet_sweep(const supplynet_network *net, const char *by, supplynet_removal told,
                    void *context)
{
    char *words[] = {(char *)"--by", (char *)(by != NULL ? by : "node")};
    sn_out *nowhere = NULL;
    sn_call call = {0};
    sn_sweep_job job = {0};
    sn_sweep_work work = {0};
    sn_removal removal[SN_CHUNK];
    sn_sweep_loss loss[SN_CHUNK];
    const size_t *index;
    sn_status status = SN_OK;

    enter();
    if (told == NULL) {
        status = sn_fail(&last, SN_EUSAGE, "a function to be told is needed");
        goto out;
    }
    SN_TRY(sn_out_memory(&nowhere, &last));
    SN_TRY(begin(net, &sn_verb_sweep, 2, words, nowhere, &call));
    SN_TRY(sn_sweep_job_prepare(&call, &job, &last));
    SN_TRY(sn_sweep_job_enqueue(&call, &job, &last));
    work = (sn_sweep_work){.net = call.net, .job = &job, .threads = call.threads};
    for (size_t count; (count = sn_sweep_job_take(&job, SN_CHUNK, &index)) > 0;) {
        for (size_t k = 0; k < count; k++)
            removal[k] = job.removal[index[k]];
        SN_TRY(sn_sweep_work_run(&work, removal, count, NULL, NULL, loss, &last));
        if (!tell(&job, &call, index, loss, count, told, context))
            break;
    }
out:
    sn_sweep_work_clear(&work);
    sn_sweep_job_clear(&job);
    end(&call);
    sn_out_free(nowhere);
    return leave(status);
}

int supplynet_answer(const supplynet_network *net, int count, const char *const words[],
                     char **text)
{
    const sn_verb *verb = count > 0 ? sn_verb_find(words[0]) : NULL;
    sn_out *out = NULL;
    bool is_no = false;
    size_t length;
    sn_status status = SN_OK;

    enter();
    if (verb == NULL) {
        const char *near = count > 0 ? sn_verb_nearest(words[0]) : NULL;
        status = sn_fail(&last, SN_EUSAGE, "unknown verb \"%s\"%s%s%s", count > 0 ? words[0] : "",
                         near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                         near != NULL ? "\"?" : "");
        goto out;
    }
    SN_TRY(sn_out_memory(&out, &last));
    SN_TRY(sn_call_ask(net != NULL && verb->takes_network ? &net->lender : NULL, verb, count - 1,
                       (char **)(words + 1), out, &is_no, &last));
    SN_TRY(sn_out_close(out, &last));
    const char *made = sn_out_text(out, &length);
    *text = malloc(length + 1);
    if (*text == NULL) {
        status = sn_nomem(&last, "an answer");
        goto out;
    }
    memcpy(*text, made, length + 1);
out:
    sn_out_free(out);
    const int code = leave(status);
    return code == SUPPLYNET_DONE && is_no ? SUPPLYNET_NO : code;
}
