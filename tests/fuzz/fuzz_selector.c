/* fuzz_selector.c - what a user may type behind --remove. */
#include "fuzz.h"

#include "graph/selector.h"

static const char nodes[] = "id,kind,country,owner,commodity,stage,sector\n"
                            "COD:mine,stage,COD,CHN,cobalt,mining,\nCHN:ref,stage,CHN,CHN,cobalt,refining,\n"
                            "AT&T,firm,USA,USA,,,telecom\na=b|c,firm,JPN,,,,\n";
static const char flows[] = "source,target,value\nCOD:mine,CHN:ref,3\nCHN:ref,AT&T,2\nCHN:ref,a=b|c,1\n";

static sn_network *make(void)
{
    sn_bytes f = {0}, n = {0};
    const sn_native_files files = {.flows = &f, .nodes = &n};
    const sn_native_filter all = {.year = 0};
    sn_network *net = NULL;
    sn_sources sources = {0};

    if (sn_bytes_memory("f", flows, sizeof flows - 1, &f, NULL) != SN_OK ||
        sn_bytes_memory("n", nodes, sizeof nodes - 1, &n, NULL) != SN_OK ||
        sn_native_load(&files, &all, &net, &sources, NULL) != SN_OK)
        abort();
    sn_sources_clear(&sources);
    sn_bytes_clear(&f);
    sn_bytes_clear(&n);
    return net;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const sn_coalition_member member[] = {{"G7", "JPN"}, {"G7", "USA"}, {"BRICS", "CHN"}};
    static const sn_coalitions coalitions = {3, member};
    static sn_network *net; /* made once, lives as long as the process */
    char *text = malloc(size + 1);
    sn_selection selection = {0};
    sn_error err = {0};

    if (net == NULL)
        net = make();
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    const sn_status status =
        sn_selector_apply(net, text, &coalitions, SN_LARGEST, &selection, &err);
    fuzz_judge(status, &err);
    for (size_t i = 0; status == SN_OK && i < sn_network_node_count(net); i++)
        if (!(selection.weight[i] >= 0 && selection.weight[i] <= 1))
            abort();
    if (status == SN_OK && selection.matched == 0)
        abort();
    if (status == SN_OK)
        sn_selection_clear(&selection);
    free(text);
    return 0;
}
