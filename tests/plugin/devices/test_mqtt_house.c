/* Shows that a microgrid is found on a broker as Home Assistant looks for it, and what commands
 * from there do. Whoever looks is a second client; the home has no run around it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "broker.h"
#include "house.h"
#include "lunagrid/component.h"
#include "plugin/grpc/home.h"
#include "post_office.h"

enum { SKIPPED = 77, LETTERS = 400 };
#define NOW INT64_C(1700000000000)

typedef struct letter {
    char topic[160], text[2000];
} letter;

typedef struct scene {
    bench bench;
    post_office office;
    lg_gateway_host host;
    home *home;
    int64_t now_ms;
    void *house;
    broker *reader;
    bool is_reader_up;
    letter letters[LETTERS]; /* the last of each topic */
    uint32_t count;
    const char *topic, *text;
} scene;

static scene *of_host; /* lg_gateway_host.microgrid gets the loop's ctx */

static const lg_microgrid_door *door_at(void *ctx, uint32_t index)
{
    (void)ctx;
    return index == 0 ? home_door(of_host->home) : NULL;
}

static void reader_up(void *ctx)
{
    scene *s = ctx;
    s->is_reader_up = true;
}

static void reader_down(void *ctx, const char *why)
{
    (void)ctx;
    (void)why;
}

static void reader_hears(void *ctx, const char *topic, const char *payload, size_t size,
                         bool is_retained)
{
    scene *s = ctx;
    uint32_t i = 0;
    (void)is_retained;
    while (i < s->count && strcmp(s->letters[i].topic, topic) != 0)
        i++;
    assert_true(i < LETTERS);
    if (i == s->count)
        snprintf(s->letters[s->count++].topic, sizeof s->letters[i].topic, "%s", topic);
    snprintf(s->letters[i].text, sizeof s->letters[i].text, "%.*s", (int)size, payload);
}

static void reader_taken(void *ctx, int number)
{
    (void)ctx;
    (void)number;
}

static const char *text_of(const scene *s, const char *topic)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (strcmp(s->letters[i].topic, topic) == 0)
            return s->letters[i].text;
    return NULL;
}

/* The home lives on while it is waited, no faster than the broker can follow: it drops what is too
 * much for a reader. */
static void live_on(scene *s)
{
    if (house_busy(s->house))
        return;
    s->now_ms += 200;
    home_advance(s->home, s->now_ms);
    house_measured(s->house);
}

static bool has_come(void *ctx)
{
    scene *s = ctx;
    const char *text = text_of(s, s->topic);
    live_on(s);
    return text && (!s->text || strstr(text, s->text));
}

static const char *wait_for(scene *s, const char *topic, const char *text)
{
    s->topic = topic;
    s->text = text;
    assert_true(bench_until(&s->bench, has_come, s));
    return text_of(s, topic);
}

static bool is_reader_up(void *ctx)
{
    const scene *s = ctx;
    return s->is_reader_up;
}

static void start(scene *s, const char *settings)
{
    char why[200], address[100];
    const lg_device_host *h = &s->bench.host;
    const broker_user user = {s, reader_up, reader_down, reader_hears, reader_taken};
    memset(s, 0, sizeof *s);
    of_host = s;
    bench_open(&s->bench);
    post_office_open(&s->office, false);
    s->host = s->bench.loop.host;
    s->host.microgrid = door_at;
    s->now_ms = NOW;
    s->home = home_open(s->now_ms, false);
    const broker_loop services = {h->ctx,   h->watch,     h->watch_for, h->unwatch,
                                  h->alarm, h->set_alarm, h->drop_alarm};
    s->reader = broker_open(s->office.address, "reader", NULL, &services, &user, why, sizeof why);
    assert_non_null(s->reader);
    assert_true(broker_subscribe(s->reader, "homeassistant/#"));
    assert_true(broker_subscribe(s->reader, "lunagrid/#"));
    assert_true(bench_until(&s->bench, is_reader_up, s));
    snprintf(address, sizeof address, "%s%s", s->office.address, settings);
    const lg_gateway_info info = {.size = sizeof info, .address = address};
    assert_int_equal(house_open(&s->host, &info, &s->house), LG_OK);
}

static void stop(scene *s)
{
    if (s->house)
        house_close(s->house);
    broker_close(s->reader, true);
    post_office_close(&s->office);
    home_close(s->home);
    bench_close(&s->bench);
}

static const char *field(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* Topics of the inverter, which is component 4. */
static char state_topic[80], set_topic[80], answer_topic[80];

static void name_topics(const scene *s)
{
    const lg_microgrid_door *door = home_door(s->home);
    lg_microgrid_site site = {.size = sizeof site};
    door->site(door->ctx, &site);
    snprintf(state_topic, sizeof state_topic, "lunagrid/%llu/4/state", (unsigned long long)site.id);
    snprintf(set_topic, sizeof set_topic, "lunagrid/%llu/4/set_power", (unsigned long long)site.id);
    snprintf(answer_topic, sizeof answer_topic, "lunagrid/%llu/4/answer",
             (unsigned long long)site.id);
}

static const char *announcement(const scene *s, const char *end)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const char *topic = s->letters[i].topic;
        size_t length = strlen(topic), tail = strlen(end);
        if (length > tail && strcmp(topic + length - tail, end) == 0)
            return s->letters[i].text;
    }
    return NULL;
}

static bool is_announced(void *ctx)
{
    scene *s = ctx;
    live_on(s);
    return announcement(s, s->topic) != NULL;
}

static const char *wait_for_announcement(scene *s, const char *end)
{
    s->topic = end;
    assert_true(bench_until(&s->bench, is_announced, s));
    return announcement(s, end);
}

static void components_are_found(void **state)
{
    static scene s;
    (void)state;
    start(&s, "");
    name_topics(&s);
    cJSON *said = cJSON_Parse(wait_for(&s, state_topic, "AC_POWER_ACTIVE"));
    assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(said, "AC_POWER_ACTIVE")));
    cJSON_Delete(said);
    wait_for(&s, "lunagrid/status", "online");
    cJSON *power = cJSON_Parse(wait_for_announcement(&s, "_4/AC_POWER_ACTIVE/config"));
    assert_string_equal(field(power, "state_topic"), state_topic);
    assert_string_equal(field(power, "value_template"), "{{ value_json.AC_POWER_ACTIVE }}");
    assert_string_equal(field(power, "unit_of_measurement"), "W");
    assert_string_equal(field(power, "device_class"), "power");
    assert_string_equal(field(power, "state_class"), "measurement");
    assert_string_equal(field(power, "availability_topic"), "lunagrid/status");
    assert_non_null(field(cJSON_GetObjectItem(power, "device"), "name"));
    cJSON_Delete(power);
    cJSON *charge = cJSON_Parse(wait_for_announcement(&s, "_5/BATTERY_SOC_PCT/config"));
    assert_string_equal(field(charge, "device_class"), "battery");
    cJSON_Delete(charge);
    assert_null(announcement(&s, "/set_power/config")); /* nobody said that it may be commanded */
    house_close(s.house);
    s.house = NULL;
    for (int i = 0; i < 1000 && strcmp(text_of(&s, "lunagrid/status"), "offline") != 0; i++)
        loop_turn(&s.bench.loop, 50);
    assert_string_equal(text_of(&s, "lunagrid/status"), "offline");
    stop(&s);
}

static void commands_are_asked_for(void **state)
{
    static scene s;
    (void)state;
    start(&s, "?commands=yes");
    name_topics(&s);
    wait_for(&s, state_topic, NULL);
    wait_for_announcement(&s, "_4/set_power/config");
    assert_true(broker_publish(s.reader, set_topic, "-1000", false) > 0);
    wait_for(&s, answer_topic, "\"done\":true");
    assert_string_equal(home_commander(s.home), "mqtt");
    wait_for(&s, state_topic, "\"AC_POWER_ACTIVE\":-1000");
    assert_true(broker_publish(s.reader, set_topic, "lots", false) > 0);
    wait_for(&s, answer_topic, "\"done\":false");
    stop(&s);
}

static void silence_means_look_only(void **state)
{
    static scene s;
    (void)state;
    start(&s, "?discovery=no");
    name_topics(&s);
    wait_for(&s, state_topic, NULL);
    assert_true(broker_publish(s.reader, set_topic, "-1000", false) > 0);
    wait_for(&s, set_topic, "-1000"); /* it has been there and back */
    assert_null(text_of(&s, answer_topic));
    for (uint32_t i = 0; i < s.count; i++)
        assert_true(strncmp(s.letters[i].topic, "lunagrid/", 9) == 0);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(components_are_found),
        cmocka_unit_test(commands_are_asked_for),
        cmocka_unit_test(silence_means_look_only),
    };
    if (!post_office_exists())
        return SKIPPED;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
