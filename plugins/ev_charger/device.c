/* A store that is there only while a car is.
 *
 *   nobody --arrive--> car --depart--> nobody      (or straight to the next car)
 *
 * A car arrives with initial_soc_percent and is to leave with at least min_soc_percent. With n
 * whole slots left, E = power * hours what a slot can take in, and M what must still be bought to
 * get there,
 *
 *   need = M - (n - 1) * E, between 0 and E
 *
 * is what cannot wait: if less is bought, the rest is missing at departure, whatever comes later.
 * It counts as unserved then and there, so the unserved energy of a stay is what the car lacks when
 * it leaves. What never could be had (a stay that is too short) is warned of and not counted.
 *
 * What the car took along is told as used: of a charger that only charges slot by slot, as it is
 * bought; of a bidirectional one at departure, since until then it may be sold again. Either way it
 * includes what was missed: the owner wanted it.
 *
 * Energy moves in settle() only, rounded to whole micro-watt-hours as in plugins/storage. */
#include "device.h"

#include "lunagrid/detmath.h"

double ev_whole_uwh(double kwh)
{
    return lg_det_floor(kwh * 1e9 + 0.5) / 1e9;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

/* Slots of @p hours from @p start_ms to the end of the stay. */
static double slots_left(const ev_device *ev, int64_t start_ms, double hours)
{
    return lg_det_floor((double)(ev->stay.end_ms - start_ms) / (hours * 3600000) + 1e-9);
}

/* What must still be bought before the car leaves. */
static double lacking_kWh(const ev_device *ev)
{
    return most(0, (ev->stay.session->required_kWh - ev->stored_kWh) / ev->efficiency);
}

static void depart(ev_device *ev)
{
    if (ev->bidirectional)
        ev->used_kWh += most(0, ev->bought_kWh - ev->sold_kWh) + ev->missed_kWh;
    ev->stay.session = NULL;
    ev->stored_kWh = ev->need_kWh = 0;
}

static void arrive(ev_device *ev, const ev_stay *stay)
{
    ev->stay = *stay;
    ev->stored_kWh = stay->session->initial_kWh;
    ev->bought_kWh = ev->sold_kWh = ev->missed_kWh = 0;
}

int32_t ev_open(const lg_host *host, const lg_device_info *info, void **device)
{
    ev_device *ev = host->alloc(host->ctx, sizeof *ev);
    if (!ev)
        return LG_MEMORY;
    ev->host = host;
    ev->max_power_kW = lg_value_at(info, OPTION_POWER)->number;
    ev->efficiency = lg_value_at(info, OPTION_EFFICIENCY)->number;
    ev->bidirectional = lg_value_at(info, OPTION_CHARGING)->text[0] == 'b';
    *device = ev;
    return ev_sessions_read(ev, info);
}

void ev_close(void *device)
{
    ev_device *ev = device;
    ev->host->free(ev->host->ctx, ev->sessions);
    ev->host->free(ev->host->ctx, ev);
}

static void plan_car(ev_device *ev, const lg_slot *slot, lg_plan *plan)
{
    const ev_session *session = ev->stay.session;
    double slot_kWh = ev_whole_uwh(ev->max_power_kW * slot->hours);
    double left = slots_left(ev, slot->start_ms, slot->hours), lacking = lacking_kWh(ev);
    double room_kWh = (session->capacity_kWh - ev->stored_kWh) / ev->efficiency;
    plan->demand_kWh = lg_det_floor(least(room_kWh, slot_kWh) * 1e9) / 1e9;
    ev->need_kWh = ev_whole_uwh(least(plan->demand_kWh, most(0, lacking - (left - 1) * slot_kWh)));
    plan->need_kWh = ev->need_kWh;
    plan->due_kWh = ev_whole_uwh(least(lacking, left * slot_kWh));
    plan->due_hours = left * slot->hours;
    plan->efficiency = ev->efficiency;
    plan->stored_kWh = ev->stored_kWh;
    plan->capacity_kWh = session->capacity_kWh;
    plan->reserve_kWh = session->required_kWh;
    if (ev->bidirectional)
        plan->supply_kWh =
            least(slot_kWh, most(0, ev_whole_uwh(ev->stored_kWh - session->required_kWh)));
}

int32_t ev_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    ev_device *ev = device;
    int64_t end_ms = slot->start_ms + (int64_t)(slot->hours * 3600000 + 0.5);
    ev_stay stay = ev_sessions_at(ev, slot->start_ms, end_ms);
    bool same = ev->stay.session == stay.session && ev->stay.start_ms == stay.start_ms;
    if (ev->stay.session && !same)
        depart(ev);
    if (stay.session && !same)
        arrive(ev, &stay);
    plan->used_kWh = ev_whole_uwh(ev->used_kWh);
    ev->used_kWh = 0;
    plan->need_kWh = 0;
    if (ev->stay.session)
        plan_car(ev, slot, plan);
    return LG_OK;
}

int32_t ev_settle(void *device, const lg_slot *slot, const lg_settlement *done)
{
    ev_device *ev = device;
    ev->power_W = (done->sold_kWh - done->bought_kWh) / slot->hours * 1000;
    if (!ev->stay.session)
        return LG_OK;
    double missed_kWh = ev_whole_uwh(most(0, ev->need_kWh - done->bought_kWh));
    double stored_kWh = ev->stored_kWh + done->bought_kWh * ev->efficiency - done->sold_kWh;
    ev->stored_kWh = ev_whole_uwh(most(0, least(stored_kWh, ev->stay.session->capacity_kWh)));
    ev->bought_kWh = ev_whole_uwh(ev->bought_kWh + done->bought_kWh);
    ev->sold_kWh = ev_whole_uwh(ev->sold_kWh + done->sold_kWh);
    ev->missed_kWh = ev_whole_uwh(ev->missed_kWh + missed_kWh);
    ev->missed_sum_kWh = ev_whole_uwh(ev->missed_sum_kWh + missed_kWh);
    if (!ev->bidirectional)
        ev->used_kWh = done->bought_kWh + missed_kWh;
    return LG_OK;
}

int32_t ev_poll(void *device, int64_t now_ms)
{
    const ev_device *ev = device;
    ev->host->post(ev->host->ctx, POINT_POWER, ev->power_W, now_ms);
    ev->host->post(ev->host->ctx, POINT_STORED, ev->stored_kWh, now_ms);
    ev->host->post(ev->host->ctx, POINT_MISSED, ev->missed_sum_kWh, now_ms);
    return LG_OK;
}
