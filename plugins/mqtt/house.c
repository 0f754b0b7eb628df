/* What was published of a component is known by the number of its sample; a component that said
 * nothing new is not repeated. */
#include "house.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "broker.h"
#include "discovery.h"
#include "lunagrid/component.h"
#include "lunagrid/host.h"
#include "place.h"

enum { SITES_MAX = 64, METRICS_MAX = 256, LIFETIME_S = 60, STATE_MAX = 8192 };

/** A component, or a sensor. */
typedef struct resident {
    uint32_t site;
    uint64_t id;
    uint64_t number; /* of the sample published last */
    bool is_announced[METRICS_MAX];
    bool is_number_announced;
    bool takes_power;
} resident;

typedef struct house {
    const lg_gateway_host *host;
    broker *broker;
    char base[128], prefix[128]; /* prefix "": no discovery */
    bool takes_commands, is_told;
    const lg_microgrid_door *doors[SITES_MAX];
    uint64_t site_ids[SITES_MAX];
    uint32_t door_count, resident_count;
    resident *residents;
    char state[STATE_MAX];
} house;

static void say(const house *h, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(const house *h, uint32_t level, const char *format, ...)
{
    char text[400];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    h->host->say(h->host->ctx, level, text);
}

static void topic_of(const house *h, const resident *r, const char *what, char *out)
{
    snprintf(out, DISCOVERY_TOPIC_MAX, "%s/%" PRIu64 "/%" PRIu64 "/%s", h->base,
             h->site_ids[r->site], r->id, what);
}

/* ---- what is measured ---- */

static void announce(house *h, resident *r, const lg_microgrid_sample *sample)
{
    const lg_microgrid_door *door = h->doors[r->site];
    lg_microgrid_component component = {.size = sizeof component};
    lg_microgrid_site site = {.size = sizeof site};
    char topic[DISCOVERY_TOPIC_MAX], text[DISCOVERY_TEXT_MAX];
    if (!h->prefix[0])
        return;
    for (uint32_t i = 0; i < sample->value_count; i++) {
        uint32_t metric = sample->values[i].metric;
        if (metric >= METRICS_MAX || r->is_announced[metric])
            continue;
        door->site(door->ctx, &site);
        if (!door->find(door->ctx, r->id, &component))
            return;
        const discovery d = {h->prefix, h->base,    h->site_ids[r->site],
                             r->id,     &component, site.name};
        if (discovery_sensor(&d, metric, topic, text) &&
            !broker_publish(h->broker, topic, text, true))
            return; /* later */
        r->is_announced[metric] = true;
    }
}

static void announce_number(house *h, resident *r)
{
    const lg_microgrid_door *door = h->doors[r->site];
    lg_microgrid_component component = {.size = sizeof component};
    lg_microgrid_range ranges[16];
    char topic[DISCOVERY_TOPIC_MAX], text[DISCOVERY_TEXT_MAX];
    if (!h->prefix[0] || !h->takes_commands || r->is_number_announced || !r->takes_power)
        return;
    uint32_t count = door->bounds(door->ctx, r->id, LG_METRIC_AC_POWER_ACTIVE, ranges, 16);
    count = count < 16 ? count : 16;
    if (count == 0 || !isfinite(ranges[0].lower) || !isfinite(ranges[count - 1].upper) ||
        !door->find(door->ctx, r->id, &component))
        return;
    const discovery d = {h->prefix, h->base, h->site_ids[r->site], r->id, &component, NULL};
    if (discovery_number(&d, ranges[0].lower, ranges[count - 1].upper, topic, text))
        r->is_number_announced = broker_publish(h->broker, topic, text, true) > 0;
}

/* {"time":...,"states":[...],"AC_POWER_ACTIVE":...} */
static bool print(house *h, const lg_microgrid_door *door, const lg_microgrid_sample *sample)
{
    lg_microgrid_clock clock = {.size = sizeof clock};
    cJSON *all = cJSON_CreateObject();
    door->clock(door->ctx, &clock);
    cJSON_AddNumberToObject(all, "time_ms",
                            (double)lg_microgrid_client_ms(&clock, sample->time_ms));
    cJSON *states = cJSON_AddArrayToObject(all, "states");
    for (uint32_t i = 0; i < sample->state_count; i++)
        cJSON_AddItemToArray(states, cJSON_CreateString(discovery_state(sample->states[i])));
    for (uint32_t i = 0; i < sample->value_count; i++) {
        const char *name = discovery_metric(sample->values[i].metric);
        if (name && !cJSON_HasObjectItem(all, name))
            cJSON_AddNumberToObject(all, name, sample->values[i].value);
    }
    bool is_fine = cJSON_PrintPreallocated(all, h->state, STATE_MAX, false);
    cJSON_Delete(all);
    return is_fine;
}

static void publish(house *h, resident *r)
{
    const lg_microgrid_door *door = h->doors[r->site];
    lg_microgrid_sample sample = {.size = sizeof sample};
    char topic[DISCOVERY_TOPIC_MAX];
    if (!door->latest(door->ctx, r->id, &sample) || sample.number == r->number)
        return;
    uint64_t number = sample.number;
    topic_of(h, r, "state", topic);
    if (!print(h, door, &sample) || !broker_publish(h->broker, topic, h->state, true))
        return; /* the next one will do */
    r->number = number;
    announce(h, r, &sample);
    announce_number(h, r);
}

void house_measured(void *gateway)
{
    house *h = gateway;
    for (uint32_t i = 0; i < h->resident_count && broker_is_up(h->broker); i++)
        publish(h, &h->residents[i]);
}

void house_moment(void *gateway, uint32_t what)
{
    house *h = gateway;
    char topic[DISCOVERY_TOPIC_MAX];
    snprintf(topic, sizeof topic, "%s/status", h->base);
    if (what == LG_GATEWAY_FINISH)
        broker_publish(h->broker, topic, "offline", true);
}

/* ---- what is commanded ---- */

static resident *find(house *h, const char *topic, const char **what)
{
    size_t base = strlen(h->base);
    char *end;
    if (strncmp(topic, h->base, base) != 0 || topic[base] != '/')
        return NULL;
    uint64_t site = strtoull(topic + base + 1, &end, 10), id;
    if (*end != '/')
        return NULL;
    id = strtoull(end + 1, &end, 10);
    if (*end != '/')
        return NULL;
    *what = end + 1;
    for (uint32_t i = 0; i < h->resident_count; i++)
        if (h->residents[i].id == id && h->site_ids[h->residents[i].site] == site)
            return &h->residents[i];
    return NULL;
}

static uint32_t set_power(const lg_microgrid_door *door, uint64_t id, const char *text,
                          lg_microgrid_answer *answer)
{
    char *end;
    double watts = strtod(text, &end);
    const lg_microgrid_power power = {.size = sizeof power,
                                      .type = LG_MICROGRID_ACTIVE,
                                      .id = id,
                                      .power = watts,
                                      .lifetime_s = LIFETIME_S};
    if (end == text || *end || !isfinite(watts)) {
        answer->word = "power";
        answer->words = "expected a number of watts";
        return LG_MICROGRID_POWER_WHY;
    }
    return door->set_power(door->ctx, "mqtt", &power, answer);
}

static uint32_t act(const lg_microgrid_door *door, uint64_t id, const char *text,
                    lg_microgrid_answer *answer)
{
    static const char *const words[] = {"", "start", "standby", "stop", "acknowledge"};
    for (uint32_t i = 1; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], text) == 0)
            return door->act(door->ctx, "mqtt", id, i, answer);
    answer->word = "act";
    answer->words = "expected start, standby, stop or acknowledge";
    return LG_MICROGRID_ACTION_WHY;
}

static void heard(void *ctx, const char *topic, const char *payload, size_t size, bool is_retained)
{
    house *h = ctx;
    const char *what = "";
    char text[64], answer_topic[DISCOVERY_TOPIC_MAX], said[400];
    lg_microgrid_answer answer = {.size = sizeof answer, .word = "", .words = ""};
    resident *r = find(h, topic, &what);
    if (!r || size >= sizeof text || is_retained) /* a command of long ago is none */
        return;
    memcpy(text, payload, size);
    text[size] = 0;
    uint32_t why = strcmp(what, "set_power") == 0
                       ? set_power(h->doors[r->site], r->id, text, &answer)
                   : strcmp(what, "act") == 0 ? act(h->doors[r->site], r->id, text, &answer)
                                              : LG_MICROGRID_WHY_COUNT;
    if (why == LG_MICROGRID_WHY_COUNT)
        return;
    snprintf(said, sizeof said, "{\"done\":%s,\"field\":\"%s\",\"words\":\"%s\"}",
             why == LG_MICROGRID_OK_WHY ? "true" : "false", answer.word, answer.words);
    topic_of(h, r, "answer", answer_topic);
    broker_publish(h->broker, answer_topic, said, false);
}

/* ---- life ---- */

static void up(void *ctx)
{
    house *h = ctx;
    char topic[DISCOVERY_TOPIC_MAX];
    snprintf(topic, sizeof topic, "%s/status", h->base);
    broker_publish(h->broker, topic, "online", true);
    for (uint32_t i = 0; i < h->resident_count; i++) { /* a broker may have forgotten */
        memset(h->residents[i].is_announced, 0, sizeof h->residents[i].is_announced);
        h->residents[i].is_number_announced = false;
        h->residents[i].number = 0;
    }
    say(h, LG_LOG_INFO, "connected to the broker; %u components and sensors, %s", h->resident_count,
        h->takes_commands ? "which take commands" : "to be looked at");
    h->is_told = false;
}

static void down(void *ctx, const char *why)
{
    house *h = ctx;
    if (!h->is_told)
        say(h, LG_LOG_WARN, "the broker is lost: %s; it is tried again, the run does not wait",
            why);
    h->is_told = true;
}

static void taken(void *ctx, int number)
{
    (void)ctx;
    (void)number;
}

static bool takes_power(uint32_t category)
{
    switch (category) {
#define CATEGORY_CASE_(name, number, word, power)                                                  \
    case number:                                                                                   \
        return power;
        LG_CATEGORIES(CATEGORY_CASE_)
#undef CATEGORY_CASE_
    default:
        return false;
    }
}

static bool move_in(house *h, uint32_t site, const lg_microgrid_component *c)
{
    resident *more = realloc(h->residents, (h->resident_count + 1) * sizeof *more);
    if (!more)
        return false;
    h->residents = more;
    more[h->resident_count++] =
        (resident){.site = site, .id = c->id, .takes_power = takes_power(c->category)};
    return true;
}

static bool look_around(house *h)
{
    const lg_microgrid_door *door;
    while (h->door_count < SITES_MAX && (door = h->host->microgrid(h->host->ctx, h->door_count))) {
        lg_microgrid_site site = {.size = sizeof site};
        lg_microgrid_component c = {.size = sizeof c};
        uint32_t at = h->door_count++;
        h->doors[at] = door;
        door->site(door->ctx, &site);
        h->site_ids[at] = site.id;
        for (uint32_t i = 0; door->component(door->ctx, i, &c); i++)
            if (!move_in(h, at, &c))
                return false;
        for (uint32_t i = 0; door->sensor(door->ctx, i, &c); i++)
            if (!move_in(h, at, &c))
                return false;
    }
    return true;
}

static bool subscribe(house *h)
{
    char topic[DISCOVERY_TOPIC_MAX];
    snprintf(topic, sizeof topic, "%s/+/+/set_power", h->base);
    if (!h->takes_commands)
        return true;
    if (!broker_subscribe(h->broker, topic))
        return false;
    snprintf(topic, sizeof topic, "%s/+/+/act", h->base);
    return broker_subscribe(h->broker, topic);
}

/* @return a status; @p why says why */
static int32_t begin(house *h, const char *address, char *why, size_t size)
{
    const lg_gateway_host *host = h->host;
    const broker_loop loop = {host->ctx,   host->watch,     host->watch_for, host->unwatch,
                              host->alarm, host->set_alarm, host->drop_alarm};
    const broker_user user = {h, up, down, heard, taken};
    char word[16] = "", id[80], topic[160];
    strcpy(h->base, "lunagrid");
    strcpy(h->prefix, "homeassistant");
    place_word(address, "base", h->base, sizeof h->base);
    place_word(address, "discovery", h->prefix, sizeof h->prefix);
    if (strcmp(h->prefix, "no") == 0)
        h->prefix[0] = 0;
    if (!h->base[0] || strpbrk(h->base, "+#/ ") || strpbrk(h->prefix, "+# ")) {
        snprintf(why, size, "base is one word, and neither base nor discovery has + or # in it");
        return LG_INVALID;
    }
    h->takes_commands = place_word(address, "commands", word, sizeof word);
    if (h->takes_commands && strcmp(word, "yes") != 0) {
        snprintf(why, size, "commands=%s: expected yes, or nothing", word);
        return LG_INVALID;
    }
    if (host->abi_minor < 4 || !look_around(h))
        return LG_MEMORY;
    snprintf(id, sizeof id, "%.60s-house", h->base);
    snprintf(topic, sizeof topic, "%s/status", h->base);
    const broker_will will = {.topic = topic, .payload = "offline", .is_retained = true};
    h->broker = broker_open(address, id, &will, &loop, &user, why, size);
    if (!h->broker)
        return LG_INVALID;
    return subscribe(h) ? LG_OK : LG_MEMORY;
}

int32_t house_open(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway)
{
    char why[400] = "out of memory";
    house *h = calloc(1, sizeof *h);
    if (!h)
        return LG_MEMORY;
    h->host = host;
    int32_t status = begin(h, info->address, why, sizeof why);
    if (status == LG_OK) {
        if (h->resident_count == 0)
            say(h, LG_LOG_WARN, "the scenario has no microgrid, so there is nothing to show");
        *gateway = h;
        return LG_OK;
    }
    host->refuse(host->ctx, why);
    house_close(h);
    return status;
}

void house_close(void *gateway)
{
    house *h = gateway;
    broker_close(h->broker, false); /* the will says that we are offline */
    free(h->residents);
    free(h);
}

int32_t house_busy(void *gateway)
{
    const house *h = gateway;
    return broker_is_busy(h->broker);
}
