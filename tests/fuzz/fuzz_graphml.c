/* fuzz_graphml.c - GraphML, without and with a filter (which goes through it twice). */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz_is_packed(data, size))
        return 0;
    fuzz_load(data, size, "graphml", NULL, 0, 0, 0, NULL);
    fuzz_load(data, size, "graphml", NULL, 0, 0, 2024, "tin");
    return 0;
}
