/* A charging point and the cars that come to it. Sessions repeat by day when they are times of day;
 * a car that has come brings its battery with it and takes it away. Without a command it charges
 * nothing: who runs the site decides. A car wants a least current, so there is a gap above 0. */
#include "devices.h"

#include <math.h>

#include "lunagrid/calendar.h"

enum { SESSIONS_MAX = 64, SESSION_COLUMNS = 5 };

typedef struct charger_device {
    site_part part;
    double rated_W, least_W, loss;
    const double *sessions;
    uint32_t count;
    /* the car that is there */
    bool plugged;
    int64_t leaves_ms;
    double capacity_Wh, stored_Wh, wanted_Wh;
    int64_t now_ms;
} charger_device;

int32_t charger_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    const lg_value *sessions = lg_value_at(site->device, CHARGER_SESSIONS);
    uint32_t count = (uint32_t)(sessions->list_count / SESSION_COLUMNS);
    if (lg_value_at(site->device, CHARGER_LEAST)->number >
        lg_value_at(site->device, CHARGER_POWER)->number)
        return site_refuse(host, "min_power_kW is more than power_kW");
    for (uint32_t i = 0; i < count; i++) {
        const double *row = sessions->list + (size_t)i * SESSION_COLUMNS;
        if ((row[SESSION_ARRIVES] < LG_OPTION_TIME_DATE) !=
            (row[SESSION_LEAVES] < LG_OPTION_TIME_DATE))
            return site_refuse(host, "arrives and leaves of a session are both times of day, or "
                                     "both dates");
        if (row[SESSION_ARRIVES] >= LG_OPTION_TIME_DATE &&
            row[SESSION_LEAVES] <= row[SESSION_ARRIVES])
            return site_refuse(host, "a car leaves after it has come");
    }
    charger_device *c = host->host->alloc(host->host->ctx, sizeof *c);
    if (!c)
        return LG_MEMORY;
    part_init(&c->part, host, site, 0);
    c->rated_W = lg_value_at(site->device, CHARGER_POWER)->number * 1000;
    c->least_W = lg_value_at(site->device, CHARGER_LEAST)->number * 1000;
    c->loss = lg_value_at(site->device, CHARGER_LOSS)->number / 100;
    c->sessions = sessions->list;
    c->count = count;
    c->now_ms = site->device->start_ms;
    *device = c;
    return LG_OK;
}

/* The session that holds @p now_ms, and when it ends. */
static const double *session_at(const charger_device *c, int64_t now_ms, int64_t *end_ms)
{
    for (uint32_t i = 0; i < c->count; i++) {
        const double *row = c->sessions + (size_t)i * SESSION_COLUMNS;
        int64_t from = (int64_t)row[SESSION_ARRIVES], until = (int64_t)row[SESSION_LEAVES];
        if (row[SESSION_ARRIVES] < LG_OPTION_TIME_DATE) {
            int64_t today = now_ms - lg_cal_in_day(now_ms);
            until += until <= from ? LG_CAL_DAY_MS : 0;
            if (now_ms < today + until - LG_CAL_DAY_MS) /* it came yesterday */
                today -= LG_CAL_DAY_MS;
            from += today;
            until += today;
        }
        if (now_ms >= from && now_ms < until) {
            *end_ms = until;
            return row;
        }
    }
    return NULL;
}

static void plug(charger_device *c, int64_t now_ms)
{
    int64_t end_ms = 0;
    const double *row = session_at(c, now_ms, &end_ms);
    if (c->plugged && (!row || end_ms != c->leaves_ms)) {
        c->plugged = false;
        c->part.set_W = (double)NAN;
    }
    if (row && !c->plugged) {
        c->plugged = true;
        c->leaves_ms = end_ms;
        c->capacity_Wh = row[SESSION_CAPACITY] * 1000;
        c->stored_Wh = c->capacity_Wh * row[SESSION_SOC] / 100;
        c->wanted_Wh = c->capacity_Wh * row[SESSION_WANTED] / 100;
    }
}

/* Cars take less over the last tenth. */
static double most(const charger_device *c)
{
    if (!c->plugged || c->part.stage != PART_RUNNING)
        return 0;
    double part = (c->capacity_Wh - c->stored_Wh) / (c->capacity_Wh / 10);
    double watts = c->rated_W * (part < 0 ? 0 : part > 1 ? 1 : part);
    return watts < c->least_W ? 0 : watts;
}

static void post(charger_device *c)
{
    site_part *p = &c->part;
    part_sample sample;
    part_begin(p, &sample, c->now_ms);
    part_value(&sample, LG_METRIC_AC_POWER_ACTIVE, p->power_W);
    if (most(c) > 0)
        part_range(&sample, c->least_W, most(c));
    else
        part_range(&sample, 0, 0);
    part_value(&sample, LG_METRIC_AC_POWER_REACTIVE, 0);
    part_ac(p, &sample);
    part_stage_state(p, &sample,
                     p->power_W > 0 ? (uint32_t)LG_STATE_CHARGING : (uint32_t)LG_STATE_READY);
    if (c->plugged) {
        part_state(&sample, LG_STATE_EV_CHARGING_CABLE_LOCKED_AT_STATION);
        part_state(&sample, LG_STATE_EV_CHARGING_CABLE_LOCKED_AT_EV);
    } else {
        part_state(&sample, LG_STATE_EV_CHARGING_CABLE_UNPLUGGED);
    }
    part_post(p, &sample);
}

int32_t charger_step(void *device, int64_t now_ms)
{
    charger_device *c = device;
    double seconds = (double)(now_ms - c->now_ms) / 1000;
    part_live(&c->part, now_ms);
    double wanted = isnan(c->part.set_W) ? 0 : c->part.set_W;
    double watts = wanted > most(c) ? most(c) : wanted < c->least_W ? 0 : wanted;
    c->now_ms = now_ms;
    part_flows(&c->part, watts, 0, seconds);
    if (c->plugged)
        c->stored_Wh += watts * (1 - c->loss) * seconds / 3600;
    plug(c, now_ms);
    post(c);
    return LG_OK;
}

int32_t charger_command(void *device, const lg_device_command *command)
{
    charger_device *c = device;
    return part_command(&c->part, command);
}

int32_t charger_fault(void *device, const lg_device_fault *fault)
{
    charger_device *c = device;
    part_fault(&c->part, fault, c->now_ms);
    return LG_OK;
}

int32_t charger_forecast(void *device, const lg_device_span *span, lg_device_forecast *out)
{
    const charger_device *c = device;
    double there_ms = (double)(c->leaves_ms - span->from_ms);
    double part = there_ms / (double)(span->until_ms - span->from_ms);
    part = !c->plugged || part < 0 ? 0 : part > 1 ? 1 : part;
    out->power_W = 0;
    out->min_W = 0;
    out->max_W = most(c) * part;
    out->charged_part = 1 - c->loss;
    if (!c->plugged)
        return LG_OK;
    out->stored_Wh = c->stored_Wh;
    out->capacity_Wh = c->capacity_Wh;
    out->lower_Wh = 0;
    out->upper_Wh = c->capacity_Wh;
    double missing_Wh = c->wanted_Wh - c->stored_Wh;
    out->need_Wh = missing_Wh > 0 ? missing_Wh / (1 - c->loss) : 0;
    out->due_ms = (double)c->leaves_ms;
    return LG_OK;
}
