/* plugins/wind_turbine/wind.h — the wind over a site, and what a turbine makes of wind */
#ifndef WIND_TURBINE_WIND_H
#define WIND_TURBINE_WIND_H

#include <stdint.h>

/** Wind at hub height in m/s at @p time_ms: a pure function; @p south turns the seasons round. */
double wind_speed(uint64_t site_seed, int south, int64_t time_ms);

/** Power at @p speed (m/s) as a part of the rated power, 0 .. 1. */
double wind_share(double speed);

#endif
