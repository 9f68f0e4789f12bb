/* fuzz_matrix.c - input-output tables. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!fuzz_is_packed(data, size))
        fuzz_load(data, size, "matrix", NULL, 0, 0, 0, NULL);
    return 0;
}
