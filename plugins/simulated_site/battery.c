/* A battery with its inverter.
 *
 * What the inverter loses follows its power: a fixed part while it works, one in proportion and one
 * with its square, so that the efficiency has its usual curve. Near full and near empty the power
 * that is possible goes down in proportion over the last five percent; hot and cold cells take
 * less. The cells are one mass that is warmed by their losses and cooled by the air around. */
#include "devices.h"

#include <math.h>

/* Above and below these the power goes down to nothing within ten degrees. */
#define HOT_C  45.0
#define COLD_C 0.0
#define WAY_C  10.0
/* The last part of the store in which the power goes down, in percent of the capacity. */
#define TAPER_PERCENT 5.0

typedef struct battery_device {
    site_part inverter, cells;
    const lg_profile *ambient;
    double capacity_Wh, stored_Wh, lower_Wh, upper_Wh;
    double rated_W, least_W, ramp_W; /* a second */
    double fixed_W, linear, square;  /* of losses; square at the rated power */
    double cells_C, warmth_Wh;       /* energy for one degree */
    double self_part;                /* of what is stored, lost in a second */
    double dc_W;
    int64_t now_ms;
} battery_device;

static double number(const lg_device_site *site, uint32_t option)
{
    return lg_value_at(site->device, option)->number;
}

static double ambient_at(const battery_device *b, int64_t now_ms)
{
    const lg_host *host = b->inverter.host->host;
    double at = b->ambient ? host->profile_at(host->ctx, b->ambient, now_ms) : (double)NAN;
    return isnan(at) ? 20 : at;
}

int32_t battery_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    double lower = number(site, BATTERY_MIN_SOC), upper = number(site, BATTERY_MAX_SOC);
    const lg_value *initial = lg_value_at(site->device, BATTERY_INITIAL_SOC);
    double soc = initial->given ? initial->number : (lower + upper) / 2;
    if (lower >= upper || soc < 0 || soc > 100)
        return site_refuse(host, "min_soc_percent has to be less than max_soc_percent");
    if (number(site, BATTERY_LEAST) > number(site, BATTERY_POWER))
        return site_refuse(host, "min_power_kW is more than power_kW");
    battery_device *b = host->host->alloc(host->host->ctx, sizeof *b);
    if (!b)
        return LG_MEMORY;
    uint32_t inverter = lg_device_component_at(site, 0)->category == LG_CATEGORY_INVERTER ? 0 : 1;
    part_init(&b->inverter, host, site, inverter);
    part_init(&b->cells, host, site, 1 - inverter);
    b->ambient = lg_value_at(site->device, BATTERY_AMBIENT)->profile;
    b->capacity_Wh = number(site, BATTERY_CAPACITY) * 1000;
    b->stored_Wh = b->capacity_Wh * soc / 100;
    b->lower_Wh = b->capacity_Wh * lower / 100;
    b->upper_Wh = b->capacity_Wh * upper / 100;
    b->rated_W = number(site, BATTERY_POWER) * 1000;
    b->least_W = number(site, BATTERY_LEAST) * 1000;
    b->ramp_W = number(site, BATTERY_RAMP) * 1000;
    b->fixed_W = number(site, BATTERY_LOSS_FIXED);
    b->linear = number(site, BATTERY_LOSS_LINEAR);
    b->square = number(site, BATTERY_LOSS_SQUARE);
    b->self_part = number(site, BATTERY_SELF_DISCHARGE) / 86400;
    b->warmth_Wh = b->capacity_Wh * 0.0025 + 1; /* a tonne for 250 kWh or so */
    b->now_ms = site->device->start_ms;
    b->cells_C = ambient_at(b, b->now_ms);
    *device = b;
    return LG_OK;
}

/* What the inverter loses at @p watts, either way. */
static double loss(const battery_device *b, double watts)
{
    double size = fabs(watts);
    return size > 0 ? b->fixed_W + b->linear * size + b->square * size * size / b->rated_W : 0;
}

/* The direct current of @p watts at the other side; and what of it reaches or leaves the cells. */
static double dc_of(const battery_device *b, double watts)
{
    return watts - loss(b, watts);
}

static double warm_part(const battery_device *b)
{
    double hot = (HOT_C + WAY_C - b->cells_C) / WAY_C, cold = (b->cells_C - COLD_C + WAY_C) / WAY_C;
    double least = hot < cold ? hot : cold;
    return least < 0 ? 0 : least > 1 ? 1 : least;
}

/* The most that can be drawn (@p charge) or given, W, at least 0. */
static double limit(const battery_device *b, int charge)
{
    double room_Wh = charge ? b->upper_Wh - b->stored_Wh : b->stored_Wh - b->lower_Wh;
    double part = room_Wh / (b->capacity_Wh * TAPER_PERCENT / 100);
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return b->rated_W * part * warm_part(b);
}

static bool works(const battery_device *b)
{
    return b->inverter.stage == PART_RUNNING && b->cells.stage == PART_RUNNING;
}

/* What it goes for now. */
static double target(const battery_device *b)
{
    double most = limit(b, 1), least = -limit(b, 0);
    double wanted = isnan(b->inverter.set_W) || !works(b) ? 0 : b->inverter.set_W;
    wanted = wanted > most ? most : wanted < least ? least : wanted;
    return fabs(wanted) < b->least_W ? 0 : wanted;
}

/* Its protection, which is faster than ramps: what the cells take or give now, and never more than
 * fits between the bounds. */
static double within(const battery_device *b, double watts, double seconds)
{
    double most = limit(b, 1), least = -limit(b, 0);
    watts = watts > most ? most : watts < least ? least : watts;
    double moved_Wh = fabs(dc_of(b, watts)) * seconds / 3600;
    double room_Wh = watts > 0 ? b->upper_Wh - b->stored_Wh : b->stored_Wh - b->lower_Wh;
    if (moved_Wh > room_Wh)
        watts *= room_Wh > 0 ? room_Wh / moved_Wh : 0;
    return watts;
}

static void live(battery_device *b, double seconds)
{
    double watts = part_ramp(b->inverter.power_W, target(b), b->ramp_W * seconds);
    if (!works(b)) /* relays are faster than ramps */
        watts = 0;
    if (fabs(watts) < b->least_W && target(b) != 0 && b->least_W > 0)
        watts = target(b) > 0 ? b->least_W : -b->least_W; /* it begins above its gap */
    watts = within(b, watts, seconds);
    double vars = works(b) && !isnan(b->inverter.set_VAr) ? b->inverter.set_VAr : 0;
    b->dc_W = dc_of(b, watts);
    double lost_W = watts - b->dc_W;
    b->stored_Wh += b->dc_W * seconds / 3600;
    b->stored_Wh -= b->stored_Wh * b->self_part * seconds;
    b->stored_Wh = b->stored_Wh < 0 ? 0 : b->stored_Wh;
    /* a third of the losses warms the cells, which the air cools within an hour or so */
    double hours = seconds / 3600, away_C = b->cells_C - ambient_at(b, b->now_ms);
    b->cells_C += lost_W / 3 * hours / b->warmth_Wh - away_C * hours;
    part_flows(&b->inverter, watts, vars, seconds);
    part_flows(&b->cells, b->dc_W, 0, seconds);
}

static uint32_t way(double watts)
{
    return watts > 0   ? (uint32_t)LG_STATE_CHARGING
           : watts < 0 ? (uint32_t)LG_STATE_DISCHARGING
                       : (uint32_t)LG_STATE_READY;
}

static void ranges(part_sample *sample, double least, double gap, double most)
{
    if (gap <= 0) {
        part_range(sample, -least, most);
        return;
    }
    if (least >= gap)
        part_range(sample, -least, -gap);
    if (most >= gap)
        part_range(sample, gap, most);
    if (least < gap && most < gap)
        part_range(sample, 0, 0);
}

static void post_inverter(battery_device *b)
{
    site_part *p = &b->inverter;
    part_sample sample;
    double apparent = b->rated_W * b->rated_W - p->power_W * p->power_W;
    double vars = apparent > 0 ? sqrt(apparent) : 0;
    part_begin(p, &sample, b->now_ms);
    part_value(&sample, LG_METRIC_AC_POWER_ACTIVE, p->power_W);
    ranges(&sample, limit(b, 0), b->least_W, limit(b, 1));
    part_value(&sample, LG_METRIC_AC_POWER_REACTIVE, p->power_VAr);
    part_range(&sample, -vars, vars);
    part_ac(p, &sample);
    part_value(&sample, LG_METRIC_DC_POWER, b->dc_W);
    part_stage_state(p, &sample, way(p->power_W));
    part_post(p, &sample);
}

static void post_cells(battery_device *b)
{
    site_part *p = &b->cells;
    part_sample sample;
    double volts = 350 + 100 * b->stored_Wh / b->capacity_Wh;
    part_begin(p, &sample, b->now_ms);
    part_value(&sample, LG_METRIC_DC_POWER, b->dc_W);
    double least = limit(b, 0), most = limit(b, 1);
    part_range(&sample, least > 0 ? -(least + loss(b, least)) : 0, most > 0 ? dc_of(b, most) : 0);
    part_value(&sample, LG_METRIC_DC_VOLTAGE, volts);
    part_value(&sample, LG_METRIC_DC_CURRENT, b->dc_W / volts);
    part_value(&sample, LG_METRIC_BATTERY_SOC_PCT, 100 * b->stored_Wh / b->capacity_Wh);
    part_range(&sample, 100 * b->lower_Wh / b->capacity_Wh, 100 * b->upper_Wh / b->capacity_Wh);
    part_value(&sample, LG_METRIC_BATTERY_CAPACITY, b->capacity_Wh);
    part_value(&sample, LG_METRIC_BATTERY_TEMPERATURE, b->cells_C);
    part_stage_state(p, &sample, way(b->dc_W));
    part_state(&sample, p->stage == PART_RUNNING ? LG_STATE_RELAY_CLOSED : LG_STATE_RELAY_OPEN);
    part_post(p, &sample);
}

int32_t battery_step(void *device, int64_t now_ms)
{
    battery_device *b = device;
    double seconds = (double)(now_ms - b->now_ms) / 1000;
    b->now_ms = now_ms;
    part_live(&b->inverter, now_ms);
    live(b, seconds);
    post_inverter(b);
    post_cells(b);
    return LG_OK;
}

int32_t battery_command(void *device, const lg_device_command *command)
{
    battery_device *b = device;
    return part_command(command->component == b->cells.component ? &b->cells : &b->inverter,
                        command);
}

int32_t battery_fault(void *device, const lg_device_fault *fault)
{
    battery_device *b = device;
    if (fault->component != b->cells.component)
        part_fault(&b->inverter, fault, b->now_ms);
    if (fault->component != b->inverter.component)
        part_fault(&b->cells, fault, b->now_ms);
    return LG_OK;
}

int32_t battery_forecast(void *device, const lg_device_span *span, lg_device_forecast *out)
{
    const battery_device *b = device;
    if (span->component != b->inverter.component)
        return LG_OK;
    double half = b->rated_W / 2;
    out->power_W = 0;
    out->min_W = works(b) ? -b->rated_W * warm_part(b) : 0;
    out->max_W = works(b) ? b->rated_W * warm_part(b) : 0;
    out->stored_Wh = b->stored_Wh;
    out->capacity_Wh = b->capacity_Wh;
    out->lower_Wh = b->lower_Wh;
    out->upper_Wh = b->upper_Wh;
    out->charged_part = dc_of(b, half) / half;
    out->delivered_part = half / -dc_of(b, -half);
    return LG_OK;
}
