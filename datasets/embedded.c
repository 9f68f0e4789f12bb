/* embedded.c - finding built-in files; there are few, so every search is linear. */
#include "datasets/embedded.h"

#include <stdio.h>
#include <string.h>

/* Whether file f is the first of its dataset. */
static bool begins_dataset(size_t f)
{
    return f == 0 || strcmp(sn_embedded_all[f].dataset, sn_embedded_all[f - 1].dataset) != 0;
}

size_t sn_embedded_count(void)
{
    size_t count = 0;

    for (size_t f = 0; f < sn_embedded_all_count; f++)
        count += begins_dataset(f) ? 1 : 0;
    return count;
}

const char *sn_embedded_name(size_t dataset)
{
    size_t seen = 0;

    for (size_t f = 0; f < sn_embedded_all_count; f++)
        if (begins_dataset(f) && seen++ == dataset)
            return sn_embedded_all[f].dataset;
    return NULL;
}

const sn_embedded_file *sn_embedded_files(const char *dataset, size_t *count)
{
    const sn_embedded_file *first = NULL;

    *count = 0;
    for (size_t f = 0; f < sn_embedded_all_count; f++) {
        if (strcmp(sn_embedded_all[f].dataset, dataset) != 0)
            continue;
        if (first == NULL)
            first = &sn_embedded_all[f];
        ++*count;
    }
    return first;
}

const sn_embedded_file *sn_embedded_find(const char *dataset, const char *name)
{
    size_t count;
    const sn_embedded_file *file = sn_embedded_files(dataset, &count);

    for (size_t f = 0; f < count; f++)
        if (strcmp(file[f].name, name) == 0)
            return &file[f];
    return NULL;
}

bool sn_embedded_is_network(const char *dataset)
{
    return sn_embedded_find(dataset, "flows.csv") != NULL;
}

static sn_slice cut_line(sn_slice *rest)
{
    const char *end = rest->length > 0 ? memchr(rest->text, '\n', rest->length) : NULL;
    const size_t length = end != NULL ? (size_t)(end - rest->text) : rest->length;
    const sn_slice line = {rest->text, length};
    const size_t step = length + (end != NULL ? 1 : 0);

    rest->text += step;
    rest->length -= step;
    return line;
}

/* SOURCE.md after its blank lines. */
static sn_slice source_text(const char *dataset)
{
    const sn_embedded_file *file = sn_embedded_find(dataset, "SOURCE.md");
    return file != NULL ? (sn_slice){file->data, file->size} : (sn_slice){"", 0};
}

sn_slice sn_embedded_title(const char *dataset)
{
    sn_slice rest = source_text(dataset), line = cut_line(&rest);

    while (line.length > 0 && (line.text[0] == '#' || line.text[0] == ' ')) {
        line.text++;
        line.length--;
    }
    return line;
}

sn_slice sn_embedded_summary(const char *dataset)
{
    sn_slice rest = source_text(dataset), line;

    (void)cut_line(&rest);
    while (rest.length > 0 && rest.text[0] == '\n')
        (void)cut_line(&rest);
    const char *start = rest.text, *end = start;
    while (rest.length > 0 && (line = cut_line(&rest)).length > 0)
        end = line.text + line.length;
    return (sn_slice){start, (size_t)(end - start)};
}

sn_status sn_embedded_open(const sn_embedded_file *file, sn_bytes *bytes, sn_error *err)
{
    char name[256];

    (void)snprintf(name, sizeof name, "%s/%s", file->dataset, file->name);
    return sn_bytes_memory(name, file->data, file->size, bytes, err);
}
