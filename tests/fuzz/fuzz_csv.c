/* fuzz_csv.c - the reader of tables, every field asked for in every way. */
#include "fuzz.h"

#include <math.h>

#include "datasets/csv.h"

static sn_status read_row(sn_csv *csv, sn_error *err)
{
    double value;
    int choice;
    sn_slice text;
    sn_status status = SN_OK;

    for (size_t f = 0; f < sn_csv_width(csv); f++) {
        text = sn_csv_field(csv, f);
        if (text.length > 0 && text.text[text.length - 1] == '\0')
            abort();
    }
    SN_TRY(sn_csv_require(csv, 0, &text, err));
    SN_TRY(sn_csv_choice(csv, 1, "yes|no", &choice, err));
    SN_TRY(sn_csv_number(csv, 2, &value, err));
    if (isinf(value))
        abort();
    SN_TRY(sn_csv_amount(csv, 2, &value, err));
    if (value < 0)
        abort();
out:
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const sn_csv_column columns[] = {{"id", "name", true}, {"choice", NULL, false},
                                            {"value", "v", false}};
    sn_bytes bytes = {0};
    sn_error err = {0};
    sn_csv *csv = NULL;
    bool more = true;

    if (fuzz_is_packed(data, size))
        return 0;
    sn_status status = sn_bytes_memory("table", data, size, &bytes, &err);
    if (status == SN_OK)
        status = sn_csv_open(&bytes, columns, 3, &csv, &err);
    while (status == SN_OK && more) {
        status = sn_csv_next(csv, &more, &err);
        if (status == SN_OK && more)
            status = read_row(csv, &err);
    }
    fuzz_judge(status, &err);
    sn_csv_free(csv);
    sn_bytes_clear(&bytes);
    return 0;
}
