/* The sun: declination and hour angle of the day, time being the site's own solar time (its noon is
 * 12:00 UTC). Light through clear air: the ASHRAE clear-day model, a beam that fades with the
 * length of its way through the air and a sky that glows with a part of it.
 *
 * The clouds: a chain over quarter hours with four states from clear to overcast. It may move by
 * one state each quarter hour; which way is more likely follows from how cloudy the days are, a
 * noise over days that is worse in winter. The chain begins anew at every midnight, so any moment
 * can be computed alone: from its day's first state at most 95 steps on.
 *
 * All systems of a site ask for the same sky, so the last answers are kept, one a thread, beside
 * all inputs they were made from: driver.h allows it, because it can change no result. */
#include "sky.h"

#include "lunagrid/calendar.h"
#include "lunagrid/draw.h"

enum { DRAW_DAYS = 31, DRAW_WEEKS, DRAW_FIRST, DRAW_MOVE, DRAW_WAY, DRAW_GLEAM };
enum { STATES = 4, STEPS_A_DAY = 96 };

#define STEP_MS (LG_CAL_DAY_MS / STEPS_A_DAY)

/* What clouds leave of the beam, and make of the glow of the sky. */
static const double beam_left[STATES] = {1.0, 0.75, 0.3, 0.02};
static const double diffuse_left[STATES] = {1.0, 1.5, 2.2, 1.7};

/* How likely it gets cloudier rather than clearer on @p day, 0.15 .. 0.85. */
static double cloudiness(uint64_t site_seed, int south, int64_t day)
{
    double winter = 0.08 * lg_det_cos(2 * LG_PI * (lg_cal_season(day) + (south ? 0.5 : 0)));
    double days = lg_draw_smooth(site_seed, DRAW_DAYS, (double)day / 1.5);
    double weeks = lg_draw_smooth(site_seed, DRAW_WEEKS, (double)day / 9);
    double level = 0.59 + winter + 0.7 * (days - 0.5) + 0.4 * (weeks - 0.5);
    return level < 0.15 ? 0.15 : level > 0.85 ? 0.85 : level;
}

/* State of the sky in quarter hour @p step of @p day; going on from the step asked for last. */
static int cloud_state(uint64_t site_seed, int south, int64_t day, int step)
{
    static _Thread_local struct {
        uint64_t site_seed;
        int64_t day;
        double cloudiness;
        int south, step, state;
    } last = {.day = INT64_MIN};
    if (last.site_seed != site_seed || last.day != day || last.south != south || last.step > step) {
        last.site_seed = site_seed;
        last.day = day;
        last.south = south;
        last.cloudiness = cloudiness(site_seed, south, day);
        /* Half of the range of a draw follows the day, so cloudy days begin cloudy. */
        double first = lg_draw_unit(site_seed, DRAW_FIRST, day) / 2 + last.cloudiness - 0.25;
        last.state = first < 0.25 ? 0 : first < 0.5 ? 1 : first < 0.75 ? 2 : 3;
        last.step = 0;
    }
    while (last.step < step) {
        last.step++;
        int64_t place = day * STEPS_A_DAY + last.step;
        if (lg_draw_unit(site_seed, DRAW_MOVE, place) >= 0.4)
            continue;
        last.state += lg_draw_unit(site_seed, DRAW_WAY, place) < last.cloudiness ? 1 : -1;
        last.state = last.state < 0 ? 0 : last.state >= STATES ? STATES - 1 : last.state;
    }
    return last.state;
}

static pv_vector sun_at(double latitude, double declination, double hour)
{
    double angle = 2 * LG_PI * (hour - 12) / 24;
    double sin_latitude = lg_det_sin(latitude), cos_latitude = lg_det_cos(latitude);
    double sin_declination = lg_det_sin(declination), cos_declination = lg_det_cos(declination);
    double cos_angle = lg_det_cos(angle);
    return (pv_vector){
        .east = -cos_declination * lg_det_sin(angle),
        .north = cos_latitude * sin_declination - sin_latitude * cos_declination * cos_angle,
        .up = sin_latitude * sin_declination + cos_latitude * cos_declination * cos_angle,
    };
}

static pv_light light_at(uint64_t site_seed, double latitude_deg, int64_t time_ms)
{
    int64_t day = lg_cal_day(time_ms);
    double day_of_year = 1 + lg_cal_season(day) * LG_CAL_YEAR_DAYS;
    double turn = 2 * LG_PI / 365;
    double declination = 23.45 * LG_PI / 180 * lg_det_sin(turn * (284 + day_of_year));
    pv_light light = {
        .sun = sun_at(latitude_deg * LG_PI / 180, declination, lg_cal_hour(time_ms)),
    };
    if (light.sun.up < 0.01) /* half a degree */
        return light;
    double wave = lg_det_sin(turn * (day_of_year - 100));
    double outside_W = 1160 + 75 * lg_det_sin(turn * (day_of_year - 275));
    double beam_W = outside_W * lg_det_exp(-(0.174 + 0.035 * wave) / light.sun.up);
    int step = (int)(lg_cal_in_day(time_ms) / STEP_MS);
    int state = cloud_state(site_seed, latitude_deg < 0, day, step);
    double gleam = lg_draw_unit(site_seed, DRAW_GLEAM, day * STEPS_A_DAY + step);
    double left = state == 0 ? 1 : beam_left[state] * (0.7 + 0.6 * gleam);
    light.beam_W = beam_W * left;
    light.diffuse_W = beam_W * (0.095 + 0.04 * wave) * diffuse_left[state];
    return light;
}

const pv_light *pv_sky(uint64_t site_seed, double latitude_deg, const lg_slot *slot)
{
    static _Thread_local struct {
        uint64_t site_seed;
        double latitude_deg, hours;
        int64_t start_ms;
        pv_light lights[PV_SKY_SAMPLES];
    } last;
    if (last.hours == slot->hours && last.start_ms == slot->start_ms &&
        last.site_seed == site_seed && last.latitude_deg == latitude_deg)
        return last.lights;
    last.site_seed = site_seed;
    last.latitude_deg = latitude_deg;
    last.hours = slot->hours;
    last.start_ms = slot->start_ms;
    double part_ms = slot->hours * (double)LG_CAL_HOUR_MS / PV_SKY_SAMPLES;
    for (int i = 0; i < PV_SKY_SAMPLES; i++)
        last.lights[i] =
            light_at(site_seed, latitude_deg, slot->start_ms + (int64_t)(part_ms * (i + 0.5)));
    return last.lights;
}

double pv_light_on(const pv_light *light, const pv_vector *normal)
{
    const double ground = 0.2; /* what the ground throws back */
    if (light->sun.up <= 0)
        return 0;
    double facing = light->sun.east * normal->east + light->sun.north * normal->north +
                    light->sun.up * normal->up;
    double level_W = light->beam_W * light->sun.up + light->diffuse_W;
    return (facing > 0 ? light->beam_W * facing : 0) + light->diffuse_W * (1 + normal->up) / 2 +
           level_W * ground * (1 - normal->up) / 2;
}
