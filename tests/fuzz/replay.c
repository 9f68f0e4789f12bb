/* replay.c - a fuzz target over the files that are named: seeds, and what once went wrong. */
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

static int replay(const char *path)
{
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return 1;
    const size_t size = fread(data, 1, sizeof data, file);
    (void)fclose(file);
    uint8_t *exact = malloc(size + (size == 0)); /* so that a sanitizer sees its end */
    if (exact == NULL)
        return 1;
    memcpy(exact, data, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = 0, count = 0;

    for (int a = 1; a < argc; a++) {
        DIR *folder = opendir(argv[a]);
        char path[4096];
        for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
            if (entry->d_name[0] == '.')
                continue;
            (void)snprintf(path, sizeof path, "%s/%s", argv[a], entry->d_name);
            failed |= replay(path);
            count++;
        }
        if (folder != NULL)
            (void)closedir(folder);
    }
    printf("%d inputs\n", count);
    return failed || count == 0;
}
