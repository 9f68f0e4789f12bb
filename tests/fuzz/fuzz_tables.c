/* fuzz_tables.c - nodes, recipes and owners beside good flows; the first byte says which. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char flows[] = "source,target,value,year\nA,B,1,2024\nB,C,2,2024\nA,C,5,2024\n";

    if (size > 1 && !fuzz_is_packed(data + 1, size - 1))
        fuzz_load(flows, sizeof flows - 1, NULL, data + 1, size - 1, data[0] % 3, 0,
                  data[0] >= 'a' ? "tin|lead" : NULL);
    return 0;
}
