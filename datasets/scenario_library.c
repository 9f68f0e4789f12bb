/* scenario_library.c - scenarios among the embedded files: all of scenarios/ that is JSON. */
#include "datasets/scenario_library.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "datasets/embedded.h"
#include "graph/selector.h"

static const char *const folder = "scenarios";

static bool is_scenario(const sn_embedded_file *file)
{
    const size_t length = strlen(file->name);

    return length > 5 && strcmp(file->name + length - 5, ".json") == 0;
}

size_t sn_library_count(void)
{
    size_t files, count = 0;
    const sn_embedded_file *file = sn_embedded_files(folder, &files);

    for (size_t f = 0; f < files; f++)
        count += is_scenario(&file[f]);
    return count;
}

const char *sn_library_name(size_t scenario, char name[SN_LIBRARY_NAME])
{
    size_t files;
    const sn_embedded_file *file = sn_embedded_files(folder, &files);

    name[0] = '\0';
    for (size_t f = 0; f < files; f++)
        if (is_scenario(&file[f]) && scenario-- == 0) {
            (void)snprintf(name, SN_LIBRARY_NAME, "%.*s", (int)strlen(file[f].name) - 5,
                           file[f].name);
            break;
        }
    return name;
}

/* The word is neither a file nor built in. */
static sn_status unknown(const char *word, sn_error *err)
{
    enum { MOST = 64 };
    char names[MOST][SN_LIBRARY_NAME];
    const char *known[MOST];
    const size_t count = sn_library_count() < MOST ? sn_library_count() : MOST;

    for (size_t k = 0; k < count; k++)
        known[k] = sn_library_name(k, names[k]);
    const char *near = sn_nearest(word, known, count);
    return sn_fail(err, SN_EUSAGE,
                   "no such file or built-in scenario: \"%s\"%s%s%s; see supplynet "
                   "scenarios",
                   word, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?" : "");
}

sn_status sn_scenario_open(const char *name, sn_bytes *bytes, sn_scenario *scenario,
                           sn_error *err)
{
    const bool word = strchr(name, '/') == NULL && strchr(name, '.') == NULL;
    char file_name[SN_LIBRARY_NAME + 8];
    const sn_embedded_file *file = NULL;
    sn_status status = SN_OK;

    memset(bytes, 0, sizeof *bytes);
    memset(scenario, 0, sizeof *scenario);
    (void)snprintf(file_name, sizeof file_name, "%.60s.json", name);
    if (word)
        file = sn_embedded_find(folder, file_name);
    if (file != NULL)
        SN_TRY(sn_embedded_open(file, bytes, err));
    else if (word && strcmp(name, "-") != 0 && access(name, F_OK) != 0)
        SN_TRY(unknown(name, err));
    else
        status = sn_bytes_open(name, NULL, SN_BYTES_LIMIT, bytes, err);
    if (status == SN_EIO)
        status = SN_EDATA; /* an input that cannot be read */
    SN_TRY(status);
    SN_TRY(sn_scenario_read(bytes, scenario, err));
out:
    return status;
}
