/* libFuzzer target: any bytes as a CSV file of measured values; every cell of every column is asked
 * for. */
#include <math.h>
#include "fuzz/scratch_file.h"
#include "scenario/csv.h"
#include "support/failing_mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_failing_mem counted;
    lg_failing_mem_init(&counted);
    lg_diag diag;
    lg__csv *csv = NULL;
    lg_diag_init(&diag, &counted.mem);
    lg_status status =
        lg__csv_read(&counted.mem, scratch_file("data.csv", bytes, size), &diag, &csv);
    LG_ASSERT((status == LG_OK) == (csv != NULL));
    LG_ASSERT(status != LG_SCENARIO || diag.errors > 0);
    for (uint32_t column = 0; csv && column < csv->column_count; column++)
        for (uint32_t row = 0; row < csv->row_count; row++) {
            double value = NAN;
            const char *why = NULL;
            bool fine = lg__csv_value(csv, row, column, &value, &why);
            LG_ASSERT(fine ? isfinite(value) : why != NULL);
        }
    if (csv) {
        LG_ASSERT(csv->step_ms >= 0);
        lg__csv_free(csv);
    }
    lg_diag_fini(&diag);
    LG_ASSERT(counted.live_bytes == 0);
    return 0;
}
