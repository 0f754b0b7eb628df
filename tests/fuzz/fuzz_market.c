/* libFuzzer target: any bytes as a market case; the engine and the naive market must agree. */
#include "fuzz/market_case.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static market_case c;
    market_case_decode(&c, bytes, size);
    if (!market_case_agree(&c, NULL)) {
        market_case_minimise(&c);
        market_case_print(&c, stderr);
        market_case_agree(&c, stderr);
        abort();
    }
    return 0;
}
