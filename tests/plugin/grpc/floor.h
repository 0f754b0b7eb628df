/* tests/plugin/grpc/floor.h — a real intraday market behind a door, without a run around it */
#ifndef TESTS_PLUGIN_GRPC_FLOOR_H
#define TESTS_PLUGIN_GRPC_FLOOR_H

#include "lunagrid/trading.h"

/** Areas 10YDE-EON------1 and 10YDE-RWENET---I, in EUR, all durations, steps of 0.01 EUR and 0.1
 * MW; gridpools 1 to 4. Whoever trades with itself is refused. */
typedef struct floor_market floor_market;

floor_market *floor_open(int64_t now_ms);
void floor_close(floor_market *f);
/** As long as the market. */
const lg_trading_door *floor_door(const floor_market *f);
/** The clock of the market goes on. */
void floor_advance(floor_market *f, int64_t now_ms);
/** What clients' clocks are ahead. */
void floor_shift(floor_market *f, int64_t shift_ms);
/** NULL: all sums are right. */
const char *floor_check(const floor_market *f);

#endif
