/* Reading goes block by block, one request at a time, round after round. What is posted belongs to
 * one round; a block that could not be read leaves its values out. */
#include "device.h"

#include <math.h>
#include <string.h>

#include "lunagrid/host.h"

enum { VALUES_MAX = 64, SCAN_AGAIN_MS = 10000 };

static void read_next(modbus_device *d);

/* ---- learning ---- */

static void scan_on(modbus_device *d)
{
    uint16_t address;
    if (sunspec_next(&d->scan, &address)) {
        d->ask.request = (frame_request){
            .unit = d->unit, .function = FRAME_READ_HOLDING, .address = address, .count = 2};
        bus_ask(d->bus, &d->ask);
        return;
    }
    char why[200] = "it does not speak SunSpec: give its registers";
    if (d->scan.step == SUNSPEC_FOUND &&
        plan_of_sunspec(&d->plan, &d->scan, &d->copy.site, &d->signs, why, sizeof why)) {
        d->block = 0;
        memset(d->has_read, 0, sizeof d->has_read);
        d->is_complete = true;
        read_next(d);
        return;
    }
    if (!d->is_told)
        site_say(&d->copy, d->host, LG_LOG_ERROR, "%s; it is asked again", why);
    d->is_told = true;
    d->stage = DEVICE_AWAY;
    d->poll_at_ms = d->host->steady_ms(d->host->ctx) + SCAN_AGAIN_MS;
    device_wake(d);
}

void watch_begin(modbus_device *d)
{
    if (line_is_asked(&d->ask))
        return;
    d->stage = DEVICE_LEARNING;
    d->silent_rounds = 0;
    sunspec_begin(&d->scan);
    if (!d->table) {
        scan_on(d);
        return;
    }
    d->block = 0;
    memset(d->has_read, 0, sizeof d->has_read);
    d->is_complete = true;
    read_next(d);
}

/* ---- posting ---- */

static bool is_fresh(const modbus_device *d, const plan_value *value)
{
    return d->has_read[plan_block_of(&d->plan, (uint32_t)value->at)] &&
           (value->scale_at < 0 || d->has_read[plan_block_of(&d->plan, (uint32_t)value->scale_at)]);
}

static bool is_power(uint32_t metric)
{
    return metric == LG_METRIC_AC_POWER_ACTIVE;
}

static void post(modbus_device *d, uint32_t component, int64_t time_ms)
{
    lg_microgrid_value values[VALUES_MAX];
    lg_microgrid_range range;
    uint32_t states[4], state_count = 0, count = 0;
    bool has_range = steer_range(&d->steer, component, &range);
    lg_device_sample sample = {.size = sizeof sample,
                               .component = component,
                               .time_ms = time_ms,
                               .values = values,
                               .states = states};
    const lg_microgrid_diagnostic failed = {.code = LG_DIAGNOSTIC_UNKNOWN,
                                            .message = "the device reports a fault"};
    for (uint32_t i = 0; i < d->plan.reading_count && count < VALUES_MAX; i++) {
        const plan_reading *r = &d->plan.readings[i];
        if (r->component != component || !is_fresh(d, &r->value))
            continue;
        if (r->metric == 0 && state_count < 4 && !isnan(plan_number(&d->plan, &r->value)))
            states[state_count++] = plan_state(&d->plan, r);
        double number = r->metric == 0 ? NAN : plan_number(&d->plan, &r->value);
        if (isnan(number))
            continue;
        values[count] =
            (lg_microgrid_value){.metric = r->metric, .connection = r->connection, .value = number};
        if (is_power(r->metric)) {
            steer_measured(&d->steer, component, number);
            values[count].ranges = has_range ? &range : NULL;
            values[count].range_count = has_range;
        }
        count++;
    }
    for (uint32_t i = 0; i < state_count && sample.error_count == 0; i++)
        if (states[i] == LG_STATE_ERROR) {
            sample.errors = &failed;
            sample.error_count = 1;
        }
    sample.value_count = count;
    sample.state_count = state_count;
    if (count > 0 || state_count > 0)
        d->host->post(d->host->ctx, &sample);
}

static void post_all(modbus_device *d)
{
    int64_t time_ms = d->host->now_ms(d->host->ctx);
    for (uint32_t i = 0; i < d->copy.site.components.count; i++)
        post(d, i, time_ms);
}

/* ---- reading ---- */

static void end_round(modbus_device *d)
{
    bool has_any = false;
    for (uint32_t i = 0; i < d->plan.block_count; i++)
        has_any = has_any || (d->has_read[i] && !d->plan.blocks[i].is_once);
    if (!has_any && ++d->silent_rounds == SILENT_ROUNDS_MAX && d->stage == DEVICE_KNOWN) {
        site_say(&d->copy, d->host, LG_LOG_WARN, "it is silent; it is asked again");
        d->stage = DEVICE_AWAY;
        steer_fault(&d->steer);
    }
    if (has_any) {
        d->silent_rounds = 0;
        if (d->stage != DEVICE_KNOWN && d->is_complete) {
            d->stage = DEVICE_KNOWN;
            d->is_told = false;
            steer_begin(&d->steer, d->plan.has_watchdog ? d->watchdog_s * 1000 / 3 : 0);
        }
        post_all(d);
    }
    device_wake(d);
}

static void read_next(modbus_device *d)
{
    bool is_first = d->stage == DEVICE_LEARNING;
    while (d->block < d->plan.block_count && d->plan.blocks[d->block].is_once && !is_first)
        d->block++;
    if (d->block == d->plan.block_count) {
        end_round(d);
        return;
    }
    const plan_block *b = &d->plan.blocks[d->block];
    d->has_read[d->block] = false;
    d->ask.request = (frame_request){
        .unit = d->unit, .function = b->function, .address = b->address, .count = b->count};
    bus_ask(d->bus, &d->ask);
}

/* A block is refused by a device that has no such registers, or it comes late: the others are read
 * all the same. */
static void heard_block(modbus_device *d, const frame_answer *answer)
{
    if (answer->outcome == FRAME_DONE) {
        d->has_read[d->block] = plan_take(&d->plan, d->block, answer->values);
        if (!d->has_read[d->block])
            d->stage = DEVICE_AWAY; /* another device at this address: it is to be learnt anew */
    } else if (answer->outcome != FRAME_REFUSED) {
        d->is_complete = false;
    }
    if (answer->outcome != FRAME_DONE && !d->is_told && d->stage == DEVICE_LEARNING) {
        site_say(&d->copy, d->host, LG_LOG_WARN, "registers %u .. %u: %s",
                 d->plan.blocks[d->block].address,
                 d->plan.blocks[d->block].address + d->plan.blocks[d->block].count - 1U,
                 frame_say(answer));
        d->is_told = true;
    }
    d->block++;
    read_next(d);
}

static void heard(line_ask *ask, const frame_answer *answer, int64_t now_ms)
{
    modbus_device *d = ask->ctx;
    if (answer->outcome == FRAME_NO_LINE)
        return; /* down() tells the rest */
    if (d->stage == DEVICE_LEARNING && !d->table && d->scan.step <= SUNSPEC_WALKING) {
        bool is_lost = answer->outcome != FRAME_DONE && answer->outcome != FRAME_REFUSED;
        if (is_lost) { /* no answer says nothing about what is there */
            d->stage = DEVICE_AWAY;
            d->poll_at_ms = now_ms + d->poll_ms;
            device_wake(d);
            return;
        }
        sunspec_take(&d->scan, answer->outcome == FRAME_DONE ? answer->values : NULL);
        scan_on(d);
        return;
    }
    heard_block(d, answer);
}

void watch_poll(modbus_device *d, int64_t now_ms)
{
    if (now_ms < d->poll_at_ms)
        return;
    d->poll_at_ms += d->poll_ms;
    if (d->poll_at_ms <= now_ms)
        d->poll_at_ms = now_ms + d->poll_ms; /* what was missed is not made up for */
    if (!d->bus) {
        site_pretend(&d->copy, d->host, &d->steer);
        return;
    }
    if (line_is_asked(&d->ask) || !bus_is_up(d->bus))
        return; /* the round before is not over */
    if (d->stage != DEVICE_KNOWN) {
        watch_begin(d);
        return;
    }
    d->block = 0;
    d->is_complete = true;
    read_next(d);
}

void watch_init(modbus_device *d)
{
    d->ask.done = heard;
    d->ask.ctx = d;
    d->poll_at_ms = d->host->steady_ms(d->host->ctx);
}
