/* fuzz_packed.c - gzip, zstd, xz and zip, within a limit of 1 MiB. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int file = memfd_create("fuzz", MFD_CLOEXEC);
    sn_bytes bytes = {0};
    sn_error err = {0};
    char path[64];
    size_t count;

    if (file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    const sn_status status = sn_bytes_open(path, NULL, 1 << 20, &bytes, &err);
    fuzz_judge(status, &err);
    if (status == SN_OK && fuzz_is_packed(data, size) && bytes.size > 1 << 20 && bytes.unpacked)
        abort();
    if (status == SN_OK && strlen(sn_bytes_sha256(&bytes)) != 64)
        abort();
    if (sn_bytes_is_zip(path)) {
        err = (sn_error){0};
        fuzz_judge(sn_bytes_zip_holds(path, "*.csv", &count, &err), &err);
    }
    sn_bytes_clear(&bytes);
    (void)close(file);
    return 0;
}
