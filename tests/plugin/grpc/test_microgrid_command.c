/* The microgrid's services, v1alpha18 and v1alpha19: what becomes of commands, bounds, starts and
 * stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_world.h"

#define PATH(name)       "/frequenz.api.microgrid.v1alpha18.Microgrid/" name
#define NEWER_PATH(name) "/frequenz.api.microgrid.v1alpha19.Microgrid/" name
#define FREE(message)    protobuf_c_message_free_unpacked(&(message)->base, NULL)

typedef Mg18__SetElectricalComponentPowerResponse step;

/* Statuses of a command of power. */
enum { ACCEPTED = 1, REJECTED = 2, FAILED = 3, SUCCESS = 4, OVERRIDDEN = 5 };
enum { SOC = 101, AC_POWER = 26 };

static microgrid_world w;

static int set_up(void **state)
{
    (void)state;
    world_open(&w, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

/* ---- commands ---- */

static void set(peer_call *call, uint64_t id, float watts, uint64_t lifetime_s)
{
    Mg18__SetElectricalComponentPowerRequest request =
        MG18__SET_ELECTRICAL_COMPONENT_POWER_REQUEST__INIT;
    request.electrical_component_id = id;
    request.power_type = MG18__POWER_TYPE__POWER_TYPE_ACTIVE;
    request.power = watts;
    if (lifetime_s != UINT64_MAX) {
        request.has_request_lifetime_case =
            MG18__SET_ELECTRICAL_COMPONENT_POWER_REQUEST__HAS_REQUEST_LIFETIME_REQUEST_LIFETIME;
        request.request_lifetime = lifetime_s;
    }
    ask(&w.peer, call, PATH("SetElectricalComponentPower"), &request.base);
}

static void assert_step(const peer_call *call, size_t *at, uint32_t status, int64_t until_ms)
{
    step *got = world_next(call, &mg18__set_electrical_component_power_response__descriptor, at);
    assert_int_equal(got->status, status);
    if (until_ms)
        assert_int_equal(world_ms(got->valid_until_time), until_ms);
    else
        assert_null(got->valid_until_time);
    FREE(got);
}

static double power_of(uint64_t id)
{
    const lg_microgrid_door *door = home_door(w.home);
    lg_microgrid_sample now = {.size = sizeof now};
    assert_true(door->latest(door->ctx, id, &now));
    for (uint32_t i = 0; i < now.value_count; i++)
        if (now.values[i].metric == AC_POWER)
            return now.values[i].value;
    return NAN;
}

static void test_power_is_accepted_done_and_ends(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    world_pass(&w, 1000);
    set(&call, 4, 5000, UINT64_MAX); /* 60 s, when nothing is said */
    assert_step(&call, &at, ACCEPTED, w.now_ms + 60000);
    assert_step(&call, &at, SUCCESS, w.now_ms + 60000);
    assert_string_equal(call.status, "0");
    assert_string_equal(home_commander(w.home), "a client");
    assert_int_equal(w.changes, 1);
    world_pass(&w, 1000);
    assert_true(power_of(4) == 5000);
    assert_true(power_of(2) == 5000 + 500 - 3000);
    world_pass(&w, 59000);
    assert_true(power_of(4) == 0);
}

/* Clients read the first message and reset: that takes nothing back. */
static void test_a_reset_does_not_undo(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    home_hold(w.home, true);
    set(&call, 4, 5000, 900);
    assert_step(&call, &at, ACCEPTED, w.now_ms + 900000);
    peer_reset(&w.peer, &call);
    peer_talk(&w.peer, 0);
    home_confirm(w.home, 1, LG_MICROGRID_SUCCESS);
    world_pass(&w, 1000);
    assert_int_equal(call.length, at);
    assert_true(power_of(4) == 5000);
}

static void test_what_becomes_of_commands(void **state)
{
    peer_call first = {0}, second = {0}, third = {0};
    size_t a = 0, b = 0, c = 0;
    (void)state;
    home_hold(w.home, true);
    set(&first, 4, 5000, 60);
    assert_step(&first, &a, ACCEPTED, w.now_ms + 60000);
    assert_false(first.is_closed);
    set(&second, 4, 4000, 60);
    world_pass(&w, 1000);
    assert_step(&first, &a, OVERRIDDEN, 0);
    assert_string_equal(first.status, "0");
    assert_step(&second, &b, ACCEPTED, w.now_ms - 1000 + 60000);
    home_confirm(w.home, 2, LG_MICROGRID_FAILED);
    world_pass(&w, 1000);
    assert_step(&second, &b, FAILED, 0);
    home_reject(w.home, true);
    set(&third, 4, 4000, 60);
    assert_step(&third, &c, REJECTED, 0);
    assert_string_equal(third.status, "0");
}

static void test_wrong_commands_err(void **state)
{
    static const struct {
        uint64_t id;
        float watts;
        uint64_t lifetime_s;
        const char *status, *text;
    } rows[] = {
        {77, 1, 60, "5", "electrical_component_id: there is no such component"},
        {4, 1, 0, "3",
         "request_lifetime: a power lives 10 to 900 seconds, bounds live 5 to 900 seconds"},
        {4, 1, 9, "3",
         "request_lifetime: a power lives 10 to 900 seconds, bounds live 5 to 900 seconds"},
        {4, 1, 901, "3",
         "request_lifetime: a power lives 10 to 900 seconds, bounds live 5 to 900 seconds"},
        {4, 1, UINT64_MAX - 1, "3",
         "request_lifetime: a power lives 10 to 900 seconds, bounds live 5 to 900 seconds"},
        {4, NAN, 60, "3", "power: a power is a finite number"},
        {4, INFINITY, 60, "3", "power: a power is a finite number"},
        {4, 10001, 60, "11", "power: the power lies outside of what the component may do now"},
        {5, 100, 60, "9", "electrical_component_id: components of this category take no power"},
        {9, 100, 60, "5", "electrical_component_id: there is no such component"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        peer_call call = {0};
        set(&call, rows[i].id, rows[i].watts, rows[i].lifetime_s);
        assert_string_equal(call.status, rows[i].status);
        assert_string_equal(call.text, rows[i].text);
        assert_int_equal(call.length, 0);
    }
    Mg18__SetElectricalComponentPowerRequest request =
        MG18__SET_ELECTRICAL_COMPONENT_POWER_REQUEST__INIT;
    peer_call call = {0};
    request.electrical_component_id = 4;
    ask(&w.peer, &call, PATH("SetElectricalComponentPower"), &request.base);
    assert_string_equal(call.status, "3");
}

/* ---- bounds ---- */

/* One range; NaN: that end is left out. */
static void narrow(peer_call *call, uint64_t id, uint32_t metric, float lower, float upper,
                   const char *token)
{
    Mg18__AugmentElectricalComponentBoundsRequest request =
        MG18__AUGMENT_ELECTRICAL_COMPONENT_BOUNDS_REQUEST__INIT;
    Fc__Metrics__Bounds bounds = FC__METRICS__BOUNDS__INIT;
    Fc__Metrics__Bounds *all[] = {&bounds};
    request.electrical_component_id = id;
    request.target_metric = (Fc__Metrics__Metric)metric;
    request.n_bounds = 1;
    request.bounds = all;
    bounds.has_lower_case = isnan(lower) ? 0 : FC__METRICS__BOUNDS__HAS_LOWER_LOWER;
    bounds.lower = lower;
    bounds.has_upper_case = isnan(upper) ? 0 : FC__METRICS__BOUNDS__HAS_UPPER_UPPER;
    bounds.upper = upper;
    request.has_request_lifetime_case =
        MG18__AUGMENT_ELECTRICAL_COMPONENT_BOUNDS_REQUEST__HAS_REQUEST_LIFETIME_REQUEST_LIFETIME;
    request.request_lifetime = 10;
    if (token) {
        request.has_bounds_token_case =
            MG18__AUGMENT_ELECTRICAL_COMPONENT_BOUNDS_REQUEST__HAS_BOUNDS_TOKEN_BOUNDS_TOKEN;
        request.bounds_token = (char *)(uintptr_t)token;
    }
    ask(&w.peer, call, PATH("AugmentElectricalComponentBounds"), &request.base);
}

static void assert_range(peer_call *stream, size_t *at, float lower, float upper)
{
    telemetry *got = world_telemetry(stream, at);
    assert_int_equal(world_sample(got, AC_POWER)->n_bounds, 1);
    assert_true(world_sample(got, AC_POWER)->bounds[0]->lower == lower);
    assert_true(world_sample(got, AC_POWER)->bounds[0]->upper == upper);
    FREE(got);
}

static void test_bounds_narrow_for_a_while(void **state)
{
    const uint32_t power[] = {AC_POWER};
    peer_call stream = {0}, command = {0}, call = {0};
    size_t at = 0, answer = 0;
    (void)state;
    world_pass(&w, 1000);
    world_watch(&w, &stream, 4, power, 1);
    assert_range(&stream, &at, -10000, 10000);
    set(&command, 4, 5000, 60);
    narrow(&call, 4, AC_POWER, -2000, 2000, NULL);
    assert_string_equal(call.status, "0");
    Mg18__AugmentElectricalComponentBoundsResponse *got =
        world_next(&call, &mg18__augment_electrical_component_bounds_response__descriptor, &answer);
    assert_int_equal(world_ms(got->valid_until_time), w.now_ms + 10000);
    FREE(got);
    world_pass(&w, 1000);
    assert_range(&stream, &at, -2000, 2000);
    assert_true(power_of(4) == 2000);
    world_pass(&w, 9000);
    assert_range(&stream, &at, -10000, 10000);
    assert_true(power_of(4) == 5000);
}

static void test_tokens(void **state)
{
    Mg18__ClearElectricalComponentBoundsRequest request =
        MG18__CLEAR_ELECTRICAL_COMPONENT_BOUNDS_REQUEST__INIT;
    const uint32_t power[] = {AC_POWER};
    peer_call stream = {0}, first = {0}, second = {0}, clear = {0}, again = {0};
    size_t at = 0;
    (void)state;
    narrow(&first, 4, AC_POWER, -1000, 1000, "mine");
    narrow(&second, 4, AC_POWER, NAN, 3000, "mine"); /* takes its place */
    assert_string_equal(second.status, "0");
    world_pass(&w, 1000);
    world_watch(&w, &stream, 4, power, 1);
    assert_range(&stream, &at, -10000, 3000);
    request.electrical_component_id = 4;
    request.target_metric = (Fc__Metrics__Metric)AC_POWER;
    request.bounds_token = (char *)(uintptr_t) "mine";
    ask(&w.peer, &clear, NEWER_PATH("ClearElectricalComponentBounds"), &request.base);
    assert_string_equal(clear.status, "0");
    world_pass(&w, 1000);
    assert_range(&stream, &at, -10000, 10000);
    ask(&w.peer, &again, NEWER_PATH("ClearElectricalComponentBounds"), &request.base);
    assert_string_equal(again.status, "5");
}

static void test_wrong_bounds_err(void **state)
{
    Mg18__AugmentElectricalComponentBoundsRequest request =
        MG18__AUGMENT_ELECTRICAL_COMPONENT_BOUNDS_REQUEST__INIT;
    Fc__Metrics__Bounds bounds = FC__METRICS__BOUNDS__INIT;
    Fc__Metrics__Bounds *all[LG_MICROGRID_RANGES_MAX + 1];
    peer_call swapped = {0}, foreign = {0}, none = {0}, many = {0};
    (void)state;
    narrow(&swapped, 4, AC_POWER, 2000, -2000, NULL);
    assert_string_equal(swapped.status, "3");
    narrow(&foreign, 4, SOC, -1, 1, NULL);
    assert_string_equal(foreign.status, "3");
    request.electrical_component_id = 4;
    request.target_metric = (Fc__Metrics__Metric)AC_POWER;
    ask(&w.peer, &none, PATH("AugmentElectricalComponentBounds"), &request.base);
    assert_string_equal(none.status, "3");
    for (int i = 0; i <= LG_MICROGRID_RANGES_MAX; i++)
        all[i] = &bounds;
    request.n_bounds = LG_MICROGRID_RANGES_MAX + 1;
    request.bounds = all;
    ask(&w.peer, &many, PATH("AugmentElectricalComponentBounds"), &request.base);
    assert_string_equal(many.status, "3");
}

/* ---- starts and stops ---- */

static void act(const char *path, uint64_t id, const char *status)
{
    Mg18__StartElectricalComponentRequest request = MG18__START_ELECTRICAL_COMPONENT_REQUEST__INIT;
    peer_call call = {0};
    request.electrical_component_id = id; /* the same field of all of them */
    ask(&w.peer, &call, path, &request.base);
    assert_string_equal(call.status, status);
}

static void test_starts_and_stops(void **state)
{
    peer_call call = {0};
    (void)state;
    act(PATH("PutElectricalComponentInStandby"), 4, "0");
    act(PATH("StopElectricalComponent"), 4, "0");
    set(&call, 4, 100, 60);
    assert_string_equal(call.status, "9");
    act(PATH("PutElectricalComponentInStandby"), 4, "9");
    act(PATH("StartElectricalComponent"), 4, "0");
    act(PATH("StartElectricalComponent"), 2, "12");
    act(PATH("StartElectricalComponent"), 77, "5");
    home_fail(w.home, 4);
    act(PATH("StartElectricalComponent"), 4, "9");
    act(NEWER_PATH("AckElectricalComponentError"), 4, "0");
    act(NEWER_PATH("StartElectricalComponent"), 4, "0");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_power_is_accepted_done_and_ends),
        TEST(test_a_reset_does_not_undo),
        TEST(test_what_becomes_of_commands),
        TEST(test_wrong_commands_err),
        TEST(test_bounds_narrow_for_a_while),
        TEST(test_tokens),
        TEST(test_wrong_bounds_err),
        TEST(test_starts_and_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
