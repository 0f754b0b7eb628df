/* tests/plugin/grpc/home.h — a home behind the door of a microgrid, without a run around it
 *
 *     1 grid - 2 meter - 3 meter - 4 inverter - 5 battery
 *                     \- 6 meter - 7 inverter (PV)
 *                     \- 8 EV charger
 *     9 is a thermometer, 10 a wind turbine on 2.
 *
 * Set points, bounds and stages are those of host/microgrid; what flows is as simple as can be.
 */
#ifndef TESTS_PLUGIN_GRPC_HOME_H
#define TESTS_PLUGIN_GRPC_HOME_H

#include <stdbool.h>

#include "lunagrid/microgrid.h"

typedef struct home home;

/** With @p turbine the wind turbine is there: API 0.15 knows no such thing. */
home *home_open(int64_t now_ms, bool turbine);
void home_close(home *h);
/** As long as the home. */
const lg_microgrid_door *home_door(const home *h);
/** Time goes on, and everything that is not silent says what it measures. */
void home_advance(home *h, int64_t now_ms);
/** What clients' clocks are ahead, and how fast the clock of the home goes. */
void home_clock(home *h, int64_t shift_ms, uint32_t permille);
/** A component says nothing more, or does again. */
void home_silence(home *h, uint64_t id, bool is_silent);
/** It has failed. */
void home_fail(home *h, uint64_t id);
/** Devices refuse commands; or take them and say nothing of it before home_confirm(). */
void home_reject(home *h, bool rejects);
void home_hold(home *h, bool holds);
void home_confirm(home *h, uint64_t command, uint32_t outcome);
/** Who has commanded last. */
const char *home_commander(const home *h);

#endif
