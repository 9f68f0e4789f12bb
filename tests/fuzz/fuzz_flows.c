/* fuzz_flows.c - a table of flows in any layout: the presets choose. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!fuzz_is_packed(data, size))
        fuzz_load(data, size, NULL, NULL, 0, 0, 0, NULL);
    return 0;
}
