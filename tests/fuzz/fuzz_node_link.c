/* fuzz_node_link.c - graphs in JSON, without and with a filter. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz_is_packed(data, size) || (size > 0 && data[0] == '<'))
        return 0;
    fuzz_load(data, size, "node-link", NULL, 0, 0, 0, NULL);
    fuzz_load(data, size, "node-link", NULL, 0, 0, 2024, "tin");
    return 0;
}
