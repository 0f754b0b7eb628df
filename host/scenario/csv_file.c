/* The bytes of a CSV file: read whole, and given back with all that was made of them. */
#include "scenario/csv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/input.h"

#define FILE_BYTES_MAX ((size_t)1 << 30)

lg_status lg__csv_load(lg__csv *csv, lg_diag *diag)
{
    lg_status status = LG_MEMORY;
    const char *why;
    FILE *file = lg_input_open(csv->file, &why);
    if (!file) {
        lg_diag_error(diag, csv->file, 0, "", "cannot be read: %s", why);
        return LG_SCENARIO;
    }
    for (size_t got = 1; got > 0; csv->size += got) {
        if (csv->size > FILE_BYTES_MAX) {
            lg_diag_error(diag, csv->file, 0, "", "is larger than 1 GiB");
            status = LG_SCENARIO;
            goto out;
        }
        if (csv->capacity - csv->size < 2) {
            size_t capacity = csv->capacity ? 2 * csv->capacity : 65536;
            char *data = csv->mem->resize(csv->mem->ctx, csv->data, csv->capacity, capacity);
            if (!data)
                goto out;
            csv->data = data;
            csv->capacity = capacity;
        }
        got = fread(csv->data + csv->size, 1, csv->capacity - csv->size - 1, file);
    }
    csv->data[csv->size] = 0;
    if (ferror(file)) {
        lg_diag_error(diag, csv->file, 0, "", "cannot be read: %s", strerror(errno));
        status = LG_SCENARIO;
        goto out;
    }
    status = LG_OK;
out:
    fclose(file);
    return status;
}

void lg__csv_free(lg__csv *csv)
{
    if (!csv)
        return;
    lg_mem *mem = csv->mem;
    size_t cells = (size_t)csv->row_capacity * csv->column_count;
    lg_mem_strfree(mem, csv->file);
    lg_mem_free(mem, csv->data, csv->capacity);
    lg_mem_free(mem, csv->cells, cells * sizeof *csv->cells);
    lg_mem_free(mem, csv->columns, csv->column_count * sizeof *csv->columns);
    lg_mem_free(mem, csv, sizeof *csv);
}
