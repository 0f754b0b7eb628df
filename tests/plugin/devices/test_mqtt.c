/* Shows a device behind a real broker (Debian's mosquitto, a process of its own): what it says,
 * what it is told, and what happens when one of the three goes away. The equipment is a second
 * client in this process. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "message.h"
#include "post_office.h"

enum { WALL_BOX, BATTERY, SKIPPED = 77 };

static const lg_device_component garage[] = {
    {.size = sizeof(lg_device_component),
     .category = LG_CATEGORY_EV_CHARGER,
     .id = 1,
     .name = "Wallbox"},
    {.size = sizeof(lg_device_component),
     .category = LG_CATEGORY_BATTERY,
     .id = 2,
     .name = "Battery"},
};

static const char table[] = "topics="
                            "Wallbox AC_POWER_ACTIVE box/state charge.power kW\n"
                            "Wallbox state           box/state mode  idle=STANDBY on=CHARGING\n"
                            "Wallbox held_active     box/held  -     W\n"
                            "Wallbox set_active      box/set   kW    {\"power\": VALUE}\n"
                            "Wallbox release         box/set   -     {\"auto\": true}\n"
                            "Battery BATTERY_SOC_PCT bat/soc   -     # bare\n";

/* ---- the scene ---- */

typedef struct scene {
    bench bench;
    post_office office;
    void *device;
    broker *equipment;
    bool is_equipment_up;
    char heard[200]; /* the last that was published to box/set */
    uint32_t heard_count, seen;
    const char *wanted, *topic, *payload;
    uint64_t number;
} scene;

static void equipment_up(void *ctx)
{
    scene *s = ctx;
    s->is_equipment_up = true;
}

static void equipment_down(void *ctx, const char *why)
{
    scene *s = ctx;
    (void)why;
    s->is_equipment_up = false;
}

static void equipment_hears(void *ctx, const char *topic, const char *payload, size_t size,
                            bool is_retained)
{
    scene *s = ctx;
    (void)topic;
    (void)is_retained;
    snprintf(s->heard, sizeof s->heard, "%.*s", (int)size, payload);
    s->heard_count++;
}

static void equipment_taken(void *ctx, int number)
{
    (void)ctx;
    (void)number;
}

static bool is_equipment_up(void *ctx)
{
    const scene *s = ctx;
    return s->is_equipment_up;
}

static void start(scene *s)
{
    const lg_device_host *h = &s->bench.host;
    const broker_user user = {s, equipment_up, equipment_down, equipment_hears, equipment_taken};
    char why[200];
    memset(s, 0, sizeof *s);
    bench_open(&s->bench);
    post_office_open(&s->office, false);
    const broker_loop services = {h->ctx,   h->watch,     h->watch_for, h->unwatch,
                                  h->alarm, h->set_alarm, h->drop_alarm};
    s->equipment = broker_open(s->office.address, "equipment", NULL, &services, &user, why, 200);
    assert_non_null(s->equipment);
    assert_true(broker_subscribe(s->equipment, "box/set"));
    assert_true(bench_until(&s->bench, is_equipment_up, s));
}

static void open_device(scene *s, const char *const *more)
{
    const char *settings[16];
    char address[60];
    int count = 0;
    snprintf(address, sizeof address, "address=%s", s->office.address);
    settings[count++] = address;
    settings[count++] = table;
    while (*more)
        settings[count++] = *more++;
    settings[count] = NULL;
    const bench_device what = {.options = mqtt_driver.options.items,
                               .option_count = mqtt_driver.options.count,
                               .components = garage,
                               .component_count = 2,
                               .settings = settings};
    int32_t status = bench_device_open(&s->bench, &mqtt_driver, &what, &s->device);
    if (status != LG_OK)
        print_message("%s\n", s->bench.loop.refusal);
    assert_int_equal(status, LG_OK);
}

static void stop(scene *s)
{
    if (s->device)
        mqtt_driver.close(s->device);
    broker_close(s->equipment, true);
    post_office_close(&s->office);
    bench_close(&s->bench);
}

static bool is_published(void *ctx)
{
    scene *s = ctx;
    return broker_publish(s->equipment, s->topic, s->payload, false) > 0;
}

/* As soon as not too much waits for the broker. */
static void publish(scene *s, const char *topic, const char *payload)
{
    s->topic = topic;
    s->payload = payload;
    assert_true(bench_until(&s->bench, is_published, s));
}

/* Messages of before the driver has subscribed are lost, so it is said until it is heard; where too
 * many wait for the broker already, not this time. */
static bool has_sample(void *ctx)
{
    scene *s = ctx;
    if (s->bench.samples[WALL_BOX].count > s->seen)
        return true;
    (void)broker_publish(s->equipment, "box/state",
                         "{\"charge\": {\"power\": 3.7}, \"mode\": \"on\"}", false);
    return false;
}

static void wait_for_sample(scene *s)
{
    s->seen = s->bench.samples[WALL_BOX].count;
    assert_true(bench_until(&s->bench, has_sample, s));
}

static bool was_heard(void *ctx)
{
    const scene *s = ctx;
    return s->heard_count > s->seen && strcmp(s->heard, s->wanted) == 0;
}

static void wait_until_heard(scene *s, const char *payload)
{
    s->wanted = payload;
    assert_true(bench_until(&s->bench, was_heard, s));
}

static bool was_told(void *ctx)
{
    const scene *s = ctx;
    return s->bench.done_number == s->number;
}

static int32_t command(scene *s, uint64_t number, double watts, int64_t for_ms)
{
    const lg_device_command c = {.size = sizeof c,
                                 .kind = LG_DEVICE_POWER_ACTIVE,
                                 .component = WALL_BOX,
                                 .number = number,
                                 .power = watts,
                                 .until_ms = s->bench.host.now_ms(&s->bench) + for_ms};
    s->number = number;
    s->seen = 0;
    return mqtt_driver.command(s->device, &c);
}

static const char *const live[] = {"mode=live",     "allow=active",          "lower_W=0",
                                   "upper_W=11000", "write_interval_ms=100", NULL};

/* ---- the tests ---- */

static bool has_charge(void *ctx)
{
    scene *s = ctx;
    (void)broker_publish(s->equipment, "bat/soc", " 55.5 ", false);
    return s->bench.samples[BATTERY].count > 0;
}

static void messages_become_samples(void **state)
{
    scene s;
    (void)state;
    start(&s);
    broker_publish(s.equipment, "bat/soc", "40", true); /* kept by the broker: of long ago */
    open_device(&s, (const char *const[]){NULL});
    wait_for_sample(&s);
    assert_true(s.bench.samples[WALL_BOX].values[LG_METRIC_AC_POWER_ACTIVE] == 3700);
    assert_int_equal(s.bench.samples[WALL_BOX].states[0], LG_STATE_CHARGING);
    assert_int_equal(s.bench.samples[BATTERY].count, 0);
    assert_true(bench_until(&s.bench, has_charge, &s));
    assert_true(s.bench.samples[BATTERY].values[LG_METRIC_BATTERY_SOC_PCT] == 55.5);
    stop(&s);
}

static void shadow_publishes_nothing(void **state)
{
    scene s;
    (void)state;
    start(&s);
    open_device(&s, (const char *const[]){NULL});
    wait_for_sample(&s);
    assert_int_equal(command(&s, 1, 7400, 60000), LG_OK);
    wait_for_sample(&s);
    assert_non_null(strstr(s.bench.log, "to box/set: {\"power\": 7.4}"));
    assert_int_equal(s.heard_count, 0);
    stop(&s);
}

static void live_publishes_confirms_and_ends(void **state)
{
    scene s;
    (void)state;
    start(&s);
    open_device(&s, live);
    wait_for_sample(&s);
    wait_until_heard(&s, "{\"auto\": true}"); /* nobody knows what it held before */
    assert_int_equal(command(&s, 2, 7400, 60000), LG_DEVICE_LATER);
    wait_until_heard(&s, "{\"power\": 7.4}");
    assert_true(s.bench.done_number != 2); /* the box has not said yet that it does */
    publish(&s, "box/held", "7400");
    assert_true(bench_until(&s.bench, was_told, &s));
    assert_int_equal(s.bench.done_status, LG_OK);
    command(&s, 3, 3700, 500);
    wait_until_heard(&s, "{\"auto\": true}"); /* its time is over */
    stop(&s);
}

static void the_end_leaves_it_safe(void **state)
{
    scene s;
    (void)state;
    start(&s);
    open_device(&s, live);
    wait_for_sample(&s);
    assert_int_equal(command(&s, 2, 7400, 60000), LG_DEVICE_LATER);
    wait_until_heard(&s, "{\"power\": 7.4}");
    mqtt_driver.close(s.device);
    s.device = NULL;
    wait_until_heard(&s, "{\"auto\": true}");
    stop(&s);
}

static bool has_lost_broker(void *ctx)
{
    const scene *s = ctx;
    return strstr(s->bench.log, "the broker is lost") != NULL && !s->is_equipment_up;
}

static void a_broker_may_go_and_come_back(void **state)
{
    scene s;
    (void)state;
    start(&s);
    open_device(&s, live);
    wait_for_sample(&s);
    post_office_stop(&s.office);
    assert_true(bench_until(&s.bench, has_lost_broker, &s));
    assert_int_equal(command(&s, 3, 1000, 60000), LG_GONE);
    post_office_open(&s.office, true);
    assert_true(bench_until(&s.bench, is_equipment_up, &s));
    wait_for_sample(&s);
    assert_int_equal(command(&s, 4, 1000, 60000), LG_DEVICE_LATER);
    wait_until_heard(&s, "{\"power\": 1}");
    stop(&s);
}

/* ---- without a broker ---- */

static void paths_lead_into_messages(void **state)
{
    static const char text[] = "{\"a\": {\"b\": [1, {\"c\": 2.5}]}, \"t\": \"x\", \"y\": true, "
                               "\"n\": \"-3.5\", \"big\": 1e999}";
    message *m = message_open(text, sizeof text - 1);
    (void)state;
    assert_true(message_number(m, "a.b[0]") == 1);
    assert_true(message_number(m, "a.b[1].c") == 2.5);
    assert_true(message_number(m, "n") == -3.5);
    assert_string_equal(message_at(m, "t"), "x");
    assert_string_equal(message_at(m, "y"), "true");
    assert_true(isnan(message_number(m, "a.b[2]")));
    assert_true(isnan(message_number(m, "a.b[")));
    assert_true(isnan(message_number(m, "A.b[0]"))); /* names are told apart by case */
    assert_true(isnan(message_number(m, "big")));
    assert_true(isnan(message_number(m, "-")));
    message_close(m);
    m = message_open("{\"a\": 1} x", 10);
    assert_null(message_at(m, "a")); /* something stands behind */
    message_close(m);
}

static void mistakes_are_named_err(void **state)
{
    static const struct {
        const char *table, *says;
    } wrong[] = {
        {"", "nothing is read of the device"},
        {"\nWalbox AC_POWER_ACTIVE a -", "line 2: \"Walbox\" is no component"},
        {"Wallbox AC_POWR_ACTIVE a -", "did you mean AC_POWER_ACTIVE?"},
        {"Wallbox AC_POWER_ACTIVE a/# -", "without + and #"},
        {"Wallbox AC_POWER_ACTIVE a", "expected COMPONENT METRIC TOPIC PATH"},
        {"Wallbox AC_POWER_ACTIVE a - kWatt", "\"kWatt\" is no unit"},
        {"Wallbox state a - on=REDY", "like on=READY, not \"on=REDY\""},
        {"Wallbox set_active a W {}", "has VALUE in it"},
        {"Wallbox start a", "expected COMPONENT COMMAND TOPIC - PAYLOAD"},
    };
    const lg_device_site site = {.size = sizeof site, .components = {garage, 2, sizeof *garage}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        topics t;
        char why[300] = "";
        assert_false(topics_read(&t, wrong[i].table, &site, why, sizeof why));
        if (!strstr(why, wrong[i].says))
            fail_msg("%s", why);
        topics_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_lead_into_messages),
        cmocka_unit_test(mistakes_are_named_err),
        cmocka_unit_test(messages_become_samples),
        cmocka_unit_test(shadow_publishes_nothing),
        cmocka_unit_test(live_publishes_confirms_and_ends),
        cmocka_unit_test(the_end_leaves_it_safe),
        cmocka_unit_test(a_broker_may_go_and_come_back),
    };
    if (!post_office_exists())
        return SKIPPED;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
