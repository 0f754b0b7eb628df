/* libFuzzer target: any bytes as requests at the intraday market; the naive one must agree. */
#include "fuzz/trading_case.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (!trading_case_agrees(bytes, size, stderr))
        abort();
    return 0;
}
