/* fuzz_xlsx.c - the parts of a workbook: input "sheet NUL shared texts NUL workbook NUL links"; those
 * left out are good ones. */
#include "fuzz.h"

#include <zip.h>

enum { PARTS = 4 };

static const char *const name[PARTS] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                        "xl/workbook.xml", "xl/_rels/workbook.xml.rels"};
static const char *const good[PARTS] = {
    "", "<sst><si><t>source</t></si><si><t>target</t></si></sst>",
    "<workbook><sheets><sheet name=\"S\" r:id=\"r1\" xmlns:r=\"r\"/></sheets></workbook>",
    "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"};

/* An archive in memory, each part stored as it is; the caller frees it. */
static char *pack(const uint8_t *data, size_t size, size_t *packed_size)
{
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
    char *packed = NULL;

    if (target == NULL)
        return NULL;
    zip_source_keep(target);
    zip_t *archive = zip_open_from_source(target, ZIP_TRUNCATE, NULL);
    for (int p = 0; p < PARTS; p++) {
        const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;
        const size_t length = end != NULL ? (size_t)(end - data) : size;
        const void *text = size > 0 ? (const void *)data : good[p];
        zip_source_t *part = zip_source_buffer(archive, text, size > 0 ? length : strlen(good[p]), 0);
        const zip_int64_t index = zip_file_add(archive, name[p], part, 0);
        (void)zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0);
        data += size > 0 ? length + (end != NULL) : 0;
        size -= size > 0 ? length + (end != NULL) : 0;
    }
    if (zip_close(archive) == 0 && zip_source_open(target) == 0) {
        (void)zip_source_seek(target, 0, SEEK_END);
        *packed_size = (size_t)zip_source_tell(target);
        (void)zip_source_seek(target, 0, SEEK_SET);
        packed = malloc(*packed_size + 1);
        if (packed != NULL)
            (void)zip_source_read(target, packed, *packed_size);
        (void)zip_source_close(target);
    }
    zip_source_free(target);
    return packed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t packed_size = 0;
    char *packed = pack(data, size, &packed_size);

    if (packed != NULL)
        fuzz_load(packed, packed_size, NULL, NULL, 0, 0, 0, NULL);
    free(packed);
    return 0;
}
