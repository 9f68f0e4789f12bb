/* fuzz_scenario.c - scenario files. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sn_bytes bytes = {0};
    sn_scenario scenario = {0};
    sn_error err = {0};

    if (fuzz_is_packed(data, size))
        return 0;
    sn_status status = sn_bytes_memory("scenario", data, size, &bytes, &err);
    if (status == SN_OK)
        status = sn_scenario_read(&bytes, &scenario, &err);
    fuzz_judge(status, &err);
    for (size_t e = 0; status == SN_OK && e < scenario.event_count; e++)
        if (!(scenario.event[e].fraction >= 0 && scenario.event[e].fraction <= 1))
            abort();
    sn_scenario_clear(&scenario);
    sn_bytes_clear(&bytes);
    return 0;
}
