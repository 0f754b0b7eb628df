/* Messages come in through heard(), set points go out through begin_write(). */
#include "device.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lunagrid/host.h"
#include "message.h"
#include "options.h"

enum { VALUES_MAX = 64, PAYLOAD_MAX = 512, PRETEND_MS = 1000 };

static int64_t now_of(const mqtt_device *d)
{
    return d->host->steady_ms(d->host->ctx);
}

static void wake(void *ctx)
{
    mqtt_device *d = ctx;
    int64_t now = now_of(d), next = steer_due(&d->steer);
    const int64_t others[] = {d->gather_at_ms, d->publication.is_open ? d->publication.due_ms : -1};
    for (int i = 0; i < 2; i++)
        if (others[i] >= 0 && (next < 0 || others[i] < next))
            next = others[i];
    if (next >= 0)
        d->host->set_alarm(d->host->ctx, d->alarm, next > now ? (uint32_t)(next - now) : 0);
}

/* ---- samples ---- */

static void post(mqtt_device *d, uint32_t component, int64_t now)
{
    lg_microgrid_value values[VALUES_MAX];
    lg_microgrid_range range;
    uint32_t states[4], state_count = 0, count = 0;
    bool has_range = steer_range(&d->steer, component, &range), has_failed = false;
    const lg_microgrid_diagnostic failed = {.code = LG_DIAGNOSTIC_UNKNOWN,
                                            .message = "the device reports a fault"};
    for (uint32_t i = 0; i < d->topics.count; i++) {
        const topic_row *row = &d->topics.rows[i];
        const row_state *told = &d->states[i];
        if (row->component != component || told->heard_ms + d->stale_ms < now)
            continue;
        if (row->kind == TOPIC_STATE && state_count < 4 && told->state != LG_STATE_UNSPECIFIED) {
            states[state_count++] = told->state;
            has_failed = has_failed || told->state == LG_STATE_ERROR;
        }
        if (row->kind != TOPIC_VALUE || isnan(told->value) || count == VALUES_MAX)
            continue;
        bool is_power = row->metric == LG_METRIC_AC_POWER_ACTIVE;
        if (is_power)
            steer_measured(&d->steer, component, told->value);
        values[count++] = (lg_microgrid_value){.metric = row->metric,
                                               .value = told->value,
                                               .ranges = is_power && has_range ? &range : NULL,
                                               .range_count = is_power && has_range};
    }
    const lg_device_sample sample = {.size = sizeof sample,
                                     .component = component,
                                     .time_ms = d->host->now_ms(d->host->ctx),
                                     .values = values,
                                     .value_count = count,
                                     .states = states,
                                     .state_count = state_count,
                                     .errors = &failed,
                                     .error_count = has_failed};
    if (count > 0 || state_count > 0)
        d->host->post(d->host->ctx, &sample);
}

static void gather(mqtt_device *d, int64_t now)
{
    if (d->gather_at_ms < 0 || now < d->gather_at_ms)
        return;
    d->gather_at_ms = d->is_simulated ? now + PRETEND_MS : -1;
    if (d->is_simulated)
        site_pretend(&d->copy, d->host, &d->steer);
    for (uint32_t i = 0; i < d->copy.site.components.count && !d->is_simulated; i++)
        if (d->is_new[i]) {
            d->is_new[i] = false;
            post(d, i, now);
        }
}

/* ---- set points ---- */

static void end_publication(mqtt_device *d, bool is_done, const char *why)
{
    d->publication.is_open = false;
    steer_wrote(&d->steer, is_done, why);
}

/* The row that a write publishes. */
static const topic_row *row_of(const mqtt_device *d, uint32_t component, steer_what what,
                               double value)
{
    bool is_set_point = what == STEER_ACTIVE || what == STEER_REACTIVE;
    if (!is_set_point)
        return topics_find(&d->topics, TOPIC_DO, component, what);
    const topic_row *release = topics_find(&d->topics, TOPIC_RELEASE, component, what);
    return isnan(value) && release ? release : topics_find(&d->topics, TOPIC_SET, component, what);
}

static bool payload_of(const topic_row *row, double value, char *out)
{
    return topics_payload(row, isnan(value) ? 0 : value, out, PAYLOAD_MAX);
}

static bool can(void *ctx, uint32_t component, steer_what what)
{
    return row_of(ctx, component, what, 0) != NULL;
}

static void begin_write(void *ctx, uint32_t component, steer_what what, double value)
{
    mqtt_device *d = ctx;
    const topic_row *row = row_of(d, component, what, value);
    char payload[PAYLOAD_MAX];
    d->publication = (publication){.is_open = true,
                                   .component = component,
                                   .what = what,
                                   .value = row && row->kind == TOPIC_SET ? value : NAN,
                                   .due_ms = now_of(d) + ANSWER_MS};
    if (row && payload_of(row, value, payload))
        d->publication.number = broker_publish(d->broker, row->topic, payload, false);
    if (!d->publication.number)
        end_publication(d, false, "it cannot be published now");
}

/* What the device says that it holds is near enough: half a percent, or a watt. */
static bool is_held(const mqtt_device *d)
{
    const publication *p = &d->publication;
    const topic_row *row = topics_find(&d->topics, TOPIC_HELD, p->component, p->what);
    if (!row || isnan(p->value))
        return true;
    double held = d->states[row - d->topics.rows].value;
    return fabs(held - p->value) <= 1 + fabs(p->value) / 200;
}

static void taken(void *ctx, int number)
{
    mqtt_device *d = ctx;
    if (!d->publication.is_open || d->publication.number != number)
        return;
    d->publication.number = 0;
    if (is_held(d))
        end_publication(d, true, NULL);
}

static void stop(void *ctx)
{
    mqtt_device *d = ctx;
    d->publication.is_open = false;
}

static void show(void *ctx, uint32_t component, steer_what what, double value, char *out,
                 size_t size)
{
    const mqtt_device *d = ctx;
    const topic_row *row = row_of(d, component, what, value);
    char payload[PAYLOAD_MAX];
    if (row && payload_of(row, value, payload))
        snprintf(out, size, "to %s: %s", row->topic, payload);
    else
        snprintf(out, size, "nothing: there is no topic for it");
}

static void rating(void *ctx, uint32_t component, double *lower, double *upper)
{
    (void)ctx;
    (void)component;
    *lower = *upper = NAN; /* only the owner knows */
}

static bool place(void *ctx, guard *g)
{
    const mqtt_device *d = ctx;
    char id[80];
    snprintf(id, sizeof id, "%s-guard", d->client_id);
    return broker_guard_place(d->broker, g, id);
}

static bool tell_guard(void *ctx, guard *g, uint32_t component, steer_what what, double value)
{
    const mqtt_device *d = ctx;
    const topic_row *row = row_of(d, component, what, value);
    char payload[PAYLOAD_MAX];
    return row && payload_of(row, value, payload) && broker_guard_publish(g, row->topic, payload);
}

/* ---- messages ---- */

static uint32_t state_of(const topic_row *row, const char *text)
{
    if (!text)
        return LG_STATE_UNSPECIFIED;
    for (uint32_t i = 0; i < row->word_count; i++)
        if (strcmp(row->words[i].word, text) == 0)
            return row->words[i].state;
    return LG_STATE_UNKNOWN;
}

static void heard(void *ctx, const char *topic, const char *payload, size_t size, bool is_retained)
{
    mqtt_device *d = ctx;
    int64_t now = now_of(d);
    message *m = message_open(payload, size);
    for (uint32_t i = 0; m && i < d->topics.count; i++) {
        const topic_row *row = &d->topics.rows[i];
        if (row->kind > TOPIC_HELD || strcmp(row->topic, topic) != 0)
            continue;
        if (row->kind == TOPIC_STATE)
            d->states[i].state = state_of(row, message_at(m, row->path));
        else
            d->states[i].value = message_number(m, row->path) * row->factor;
        d->states[i].heard_ms = now;
        d->is_new[row->component] = d->is_new[row->component] || !is_retained;
        if (!is_retained && d->gather_at_ms < 0)
            d->gather_at_ms = now + GATHER_MS;
    }
    if (m)
        message_close(m);
    if (d->publication.is_open && d->publication.number == 0 && is_held(d))
        end_publication(d, true, NULL);
    wake(d);
}

static void up(void *ctx)
{
    mqtt_device *d = ctx;
    d->is_told = false;
    steer_begin(&d->steer, 0);
}

static void down(void *ctx, const char *why)
{
    mqtt_device *d = ctx;
    if (!d->is_told)
        site_say(&d->copy, d->host, LG_LOG_WARN, "the broker is lost: %s; it is tried again", why);
    d->is_told = true;
    for (uint32_t i = 0; i < TOPICS_MAX; i++)
        d->states[i] = (row_state){.value = NAN, .heard_ms = INT64_MIN / 2};
    steer_fault(&d->steer);
    wake(d);
}

static void due(void *self)
{
    mqtt_device *d = self;
    int64_t now = now_of(d);
    steer_tick(&d->steer);
    gather(d, now);
    if (d->publication.is_open && now >= d->publication.due_ms)
        end_publication(d, false,
                        d->publication.number ? "the broker does not take it"
                                              : "the device holds another value");
    wake(d);
}

/* ---- life ---- */

/* The first set point that may be written ends when we are gone without a farewell; the guard sees
 * to all of them. */
static bool find_will(const mqtt_device *d, const steer_settings *settings, broker_will *out,
                      char *payload)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < d->copy.site.components.count; c++)
        for (steer_what what = STEER_ACTIVE; what <= STEER_REACTIVE; what++) {
            double safe = what == STEER_ACTIVE ? settings->safe_W : NAN;
            const topic_row *row = row_of(d, c, what, safe);
            if (settings->rung != LADDER_LIVE || !(settings->allowed & (1U << what)) || !row)
                continue;
            if (count++ == 0 && payload_of(row, safe, payload))
                *out = (broker_will){.topic = row->topic, .payload = payload};
        }
    return count == 1 && out->topic;
}

static int32_t reach(mqtt_device *d, const char *address, const steer_settings *settings, char *why,
                     size_t size)
{
    const lg_device_host *h = d->host;
    const broker_loop loop = {h->ctx,   h->watch,     h->watch_for, h->unwatch,
                              h->alarm, h->set_alarm, h->drop_alarm};
    const broker_user user = {d, up, down, heard, taken};
    broker_will will = {.topic = NULL};
    char payload[PAYLOAD_MAX];
    steer_settings all = *settings;
    const steer_driver driver = {.ctx = d,
                                 .can = can,
                                 .write = begin_write,
                                 .stop = stop,
                                 .show = show,
                                 .rating = rating,
                                 .place = place,
                                 .guard = tell_guard,
                                 .wake = wake};
    all.has_will = find_will(d, settings, &will, payload);
    if (!steer_init(&d->steer, h, &d->copy, &driver, &all))
        return LG_MEMORY;
    if (d->is_simulated) {
        d->gather_at_ms = now_of(d);
        steer_begin(&d->steer, 0);
        return LG_OK;
    }
    d->broker = broker_open(address, d->client_id, &will, &loop, &user, why, size);
    if (!d->broker)
        return LG_INVALID;
    for (uint32_t i = 0; i < d->topics.count; i++)
        if (d->topics.rows[i].kind <= TOPIC_HELD &&
            !broker_subscribe(d->broker, d->topics.rows[i].topic))
            return LG_MEMORY;
    return LG_OK;
}

static int32_t begin(mqtt_device *d, const lg_device_site *site, char *why, size_t size)
{
    steer_settings settings;
    const char *id = lg_value_at(site->device, OPTION_CLIENT)->text;
    if (!site_take(&d->copy, site))
        return LG_MEMORY;
    d->is_new = calloc(site->components.count + 1, sizeof *d->is_new);
    d->alarm = d->host->alarm(d->host->ctx, due, d);
    d->gather_at_ms = -1;
    d->stale_ms = (uint32_t)lg_value_at(site->device, OPTION_STALE)->number * 1000;
    if (!d->alarm || !d->is_new)
        return LG_MEMORY;
    for (uint32_t i = 0; i < TOPICS_MAX; i++)
        d->states[i] = (row_state){.value = NAN, .heard_ms = INT64_MIN / 2};
    if (id)
        snprintf(d->client_id, sizeof d->client_id, "%s", id);
    else
        snprintf(d->client_id, sizeof d->client_id, "lunagrid-%s", d->copy.name);
    if (!steer_read_options(site->device, &settings, why, size) ||
        !topics_read(&d->topics, lg_value_at(site->device, OPTION_TOPICS)->text, &d->copy.site, why,
                     size))
        return LG_INVALID;
    d->is_simulated = settings.rung == LADDER_SIMULATE;
    return reach(d, lg_value_at(site->device, OPTION_ADDRESS)->text, &settings, why, size);
}

int32_t mqtt_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    char why[400] = "out of memory";
    mqtt_device *d = calloc(1, sizeof *d);
    if (!d)
        return LG_MEMORY;
    d->host = host;
    int32_t status = begin(d, site, why, sizeof why);
    if (status == LG_OK) {
        *device = d;
        return LG_OK;
    }
    host->host->refuse(host->host->ctx, why);
    mqtt_close(d);
    return status;
}

void mqtt_close(void *device)
{
    mqtt_device *d = device;
    broker_close(d->broker, steer_is_safe(&d->steer));
    d->broker = NULL;
    steer_end(&d->steer);
    if (d->alarm)
        d->host->drop_alarm(d->host->ctx, d->alarm);
    topics_fini(&d->topics);
    site_free(&d->copy);
    free(d->is_new);
    free(d);
}

int32_t mqtt_command(void *device, const lg_device_command *command)
{
    mqtt_device *d = device;
    return steer_command(&d->steer, command);
}
