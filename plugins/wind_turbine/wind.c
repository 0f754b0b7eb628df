/* Weather comes in spells of days, with gusts of hours on top, and more of it in winter. The speed
 * is the exponential of that sum, so it is never negative and strong winds are rare. The figures
 * are chosen so that a year looks like one at a middling inland site: 6 to 7 m/s on average.
 *
 * The power curve is the usual simplification: nothing below cut-in, the energy in the air (the
 * cube of its speed) up to the rated speed, then the rated power until the brakes set in. */
#include "wind.h"

#include "lunagrid/calendar.h"
#include "lunagrid/draw.h"

enum { DRAW_SPELL = 61, DRAW_GUST };

#define CUT_IN  3.0
#define RATED   12.0
#define CUT_OUT 25.0

double wind_speed(uint64_t site_seed, int south, int64_t time_ms)
{
    double days = (double)time_ms / (double)LG_CAL_DAY_MS;
    double season = lg_cal_season(lg_cal_day(time_ms)) + (south ? 0.5 : 0);
    double winter = 0.15 * lg_det_cos(2 * LG_PI * season);
    double spell = lg_draw_smooth(site_seed, DRAW_SPELL, days / 1.5) - 0.5;
    double gust = lg_draw_smooth(site_seed, DRAW_GUST, days * 8) - 0.5;
    return 6 * (1 + winter) * lg_det_exp(1.5 * spell + 0.6 * gust);
}

double wind_share(double speed)
{
    if (!(speed >= CUT_IN) || speed >= CUT_OUT)
        return 0;
    if (speed >= RATED)
        return 1;
    return (speed * speed * speed - CUT_IN * CUT_IN * CUT_IN) /
           (RATED * RATED * RATED - CUT_IN * CUT_IN * CUT_IN);
}
