/* tests/fuzz/trading_case.h — any bytes as an hour at the intraday market, played twice */
#ifndef LG_FUZZ_TRADING_CASE_H
#define LG_FUZZ_TRADING_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Whether the market and the naive one did the same, and the market adds up; what differs goes to
 * @p out, which may be NULL. */
bool trading_case_agrees(const uint8_t *bytes, size_t size, FILE *out);

#endif
