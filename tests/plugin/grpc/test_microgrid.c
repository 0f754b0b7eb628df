/* The microgrid's services, v1alpha18 and v1alpha19, without a socket: what is listed, what streams
 * say and when, what becomes of commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_world.h"

#define PATH(name)       "/frequenz.api.microgrid.v1alpha18.Microgrid/" name
#define NEWER_PATH(name) "/frequenz.api.microgrid.v1alpha19.Microgrid/" name
#define FREE(message)    protobuf_c_message_free_unpacked(&(message)->base, NULL)

typedef Mg18__ReceiveElectricalComponentTelemetryStreamResponse telemetry;
typedef Mg18__SetElectricalComponentPowerResponse step;

/* Statuses of a command of power. */
enum { ACCEPTED = 1, REJECTED = 2, FAILED = 3, SUCCESS = 4, OVERRIDDEN = 5 };
enum { SOC = 101, DC_POWER = 3, AC_POWER = 26 };

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

static int64_t ms_of(const Google__Protobuf__Timestamp *at)
{
    return at->seconds * 1000 + at->nanos / 1000000;
}

/* ---- lists ---- */

static void test_site(void **state)
{
    Google__Protobuf__Empty request = GOOGLE__PROTOBUF__EMPTY__INIT;
    (void)state;
    const char *const paths[] = {PATH("GetMicrogrid"), NEWER_PATH("GetMicrogrid")};
    for (int i = 0; i < 2; i++) {
        peer_call call = {0};
        size_t at = 0;
        ask(&w.peer, &call, paths[i], &request.base);
        assert_string_equal(call.status, "0");
        Mg18__GetMicrogridResponse *got =
            world_next(&call, &mg18__get_microgrid_response__descriptor, &at);
        assert_int_equal(got->microgrid->id, 42);
        assert_int_equal(got->microgrid->enterprise_id, 7);
        assert_string_equal(got->microgrid->name, "Luna home");
        assert_int_equal(got->microgrid->status, 1);
        assert_string_equal(got->microgrid->delivery_area->code, "10YDE-EON------1");
        assert_string_equal(got->microgrid->location->country_code, "DE");
        assert_true(fabsf(got->microgrid->location->latitude - 52.52f) < 1e-4f);
        assert_int_equal(ms_of(got->microgrid->create_timestamp), INT64_C(1600000000000));
        FREE(got);
    }
}

static void test_components(void **state)
{
    Mg18__ListElectricalComponentsRequest request = MG18__LIST_ELECTRICAL_COMPONENTS_REQUEST__INIT;
    uint64_t ids[] = {1, 4, 5, 999};
    Fc__Microgrid__ElectricalComponents__ElectricalComponentCategory inverters[] = {3};
    peer_call all = {0}, some = {0}, one = {0};
    size_t at = 0;
    (void)state;
    ask(&w.peer, &all, PATH("ListElectricalComponents"), &request.base);
    Mg18__ListElectricalComponentsResponse *got =
        world_next(&all, &mg18__list_electrical_components_response__descriptor, &at);
    assert_int_equal(got->n_electrical_components, 9);
    FREE(got);
    request.n_electrical_component_ids = 4;
    request.electrical_component_ids = ids;
    ask(&w.peer, &some, PATH("ListElectricalComponents"), &request.base);
    at = 0;
    got = world_next(&some, &mg18__list_electrical_components_response__descriptor, &at);
    assert_int_equal(got->n_electrical_components, 3);
    assert_int_equal(got->electrical_components[0]
                         ->category_specific_info->grid_connection_point->rated_fuse_current,
                     63);
    assert_true(got->electrical_components[0]->metric_config_bounds[0]->config_bounds->upper ==
                30000.f);
    assert_int_equal(ms_of(got->electrical_components[0]->operational_lifetime->start_timestamp),
                     INT64_C(1600000000000));
    assert_null(got->electrical_components[0]->operational_lifetime->end_timestamp);
    assert_int_equal(got->electrical_components[1]->category_specific_info->inverter->type, 1);
    assert_string_equal(got->electrical_components[2]->name, "battery");
    assert_int_equal(got->electrical_components[2]->microgrid_id, 42);
    FREE(got);
    request.n_electrical_component_categories = 1;
    request.electrical_component_categories = inverters;
    ask(&w.peer, &one, PATH("ListElectricalComponents"), &request.base);
    at = 0;
    got = world_next(&one, &mg18__list_electrical_components_response__descriptor, &at);
    assert_int_equal(got->n_electrical_components, 1);
    assert_int_equal(got->electrical_components[0]->id, 4);
    FREE(got);
}

static void test_connections_and_sensors(void **state)
{
    Mg18__ListElectricalComponentConnectionsRequest request =
        MG18__LIST_ELECTRICAL_COMPONENT_CONNECTIONS_REQUEST__INIT;
    Mg18__ListSensorRequest sensors = MG18__LIST_SENSOR_REQUEST__INIT;
    uint64_t from[] = {2}, to[] = {3, 8, 5};
    peer_call call = {0}, second = {0};
    size_t at = 0;
    (void)state;
    request.n_source_electrical_component_ids = 1;
    request.source_electrical_component_ids = from;
    request.n_destination_electrical_component_ids = 3;
    request.destination_electrical_component_ids = to;
    ask(&w.peer, &call, PATH("ListElectricalComponentConnections"), &request.base);
    Mg18__ListElectricalComponentConnectionsResponse *got =
        world_next(&call, &mg18__list_electrical_component_connections_response__descriptor, &at);
    assert_int_equal(got->n_electrical_component_connections, 2);
    assert_int_equal(got->electrical_component_connections[1]->destination_electrical_component_id,
                     8);
    FREE(got);
    ask(&w.peer, &second, NEWER_PATH("ListSensors"), &sensors.base);
    at = 0;
    Mg18__ListSensorsResponse *there =
        world_next(&second, &mg18__list_sensors_response__descriptor, &at);
    assert_int_equal(there->n_sensors, 1);
    assert_int_equal(there->sensors[0]->id, 9);
    FREE(there);
}

/* ---- streams ---- */

/* Begins a stream; without metrics (count 0) without a filter. */
static void watch(peer_call *call, uint64_t id, const uint32_t *metrics, size_t count)
{
    Mg18__ReceiveElectricalComponentTelemetryStreamRequest request =
        MG18__RECEIVE_ELECTRICAL_COMPONENT_TELEMETRY_STREAM_REQUEST__INIT;
    Mg18__ReceiveElectricalComponentTelemetryStreamRequest__ComponentTelemetryStreamFilter filter =
        MG18__RECEIVE_ELECTRICAL_COMPONENT_TELEMETRY_STREAM_REQUEST__COMPONENT_TELEMETRY_STREAM_FILTER__INIT;
    Fc__Metrics__Metric wanted[8];
    for (size_t i = 0; i < count; i++)
        wanted[i] = (Fc__Metrics__Metric)metrics[i];
    filter.n_metrics = count;
    filter.metrics = wanted;
    request.electrical_component_id = id;
    request.filter = metrics ? &filter : NULL;
    ask(&w.peer, call, PATH("ReceiveElectricalComponentTelemetryStream"), &request.base);
}

static telemetry *next(const peer_call *call, size_t *at)
{
    return world_next(
        call, &mg18__receive_electrical_component_telemetry_stream_response__descriptor, at);
}

/* The sample of a metric; asserts that there is one. */
static const Fc__Metrics__MetricSample *sample(const telemetry *got, uint32_t metric)
{
    for (size_t i = 0; i < got->telemetry->n_metric_samples; i++)
        if ((uint32_t)got->telemetry->metric_samples[i]->metric == metric)
            return got->telemetry->metric_samples[i];
    fail_msg("there is no sample of metric %u", metric);
    return NULL;
}

static double value(const telemetry *got, uint32_t metric)
{
    return (double)sample(got, metric)->value->simple_metric->value;
}

static void test_headers_come_at_once(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    watch(&call, 5, NULL, 0); /* nothing was measured yet */
    assert_true(call.has_headers);
    assert_int_equal(call.length, 0);
    world_pass(&w, 1000);
    telemetry *got = next(&call, &at);
    assert_int_equal(got->telemetry->electrical_component_id, 5);
    FREE(got);
}

static void test_a_message_is_one_moment(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    world_pass(&w, 1000);
    watch(&call, 4, NULL, 0); /* the present values come at once */
    telemetry *got = next(&call, &at);
    assert_int_equal(got->telemetry->n_state_snapshots, 1);
    assert_int_equal(got->telemetry->n_metric_samples, 15);
    for (size_t i = 0; i < got->telemetry->n_metric_samples; i++)
        assert_int_equal(ms_of(got->telemetry->metric_samples[i]->sample_time), HOME_NOW + 1000);
    assert_int_equal(ms_of(got->telemetry->state_snapshots[0]->origin_time), HOME_NOW + 1000);
    assert_int_equal(got->telemetry->state_snapshots[0]->n_states, 1);
    assert_int_equal(got->telemetry->state_snapshots[0]->n_errors, 0);
    assert_int_equal(sample(got, AC_POWER)->n_bounds, 1);
    assert_true(sample(got, AC_POWER)->bounds[0]->lower == -10000.f);
    FREE(got);
    rpc_conn_wake(w.peer.conn); /* nothing is said twice */
    peer_talk(&w.peer, 0);
    assert_int_equal(call.length, at);
    world_pass(&w, 1000);
    got = next(&call, &at);
    assert_int_equal(ms_of(sample(got, AC_POWER)->sample_time), HOME_NOW + 2000);
    FREE(got);
}

static void test_filters(void **state)
{
    const uint32_t two[] = {SOC, DC_POWER}, foreign[] = {AC_POWER, 9999}, none[] = {0};
    peer_call some = {0}, other = {0}, empty = {0}, all = {0};
    size_t at = 0;
    (void)state;
    world_pass(&w, 1000);
    watch(&some, 5, two, 2);
    telemetry *got = next(&some, &at);
    assert_int_equal(got->telemetry->n_metric_samples, 2);
    assert_true(value(got, SOC) == 50);
    assert_true(sample(got, SOC)->bounds[0]->upper == 90.f);
    FREE(got);
    at = 0;
    watch(&other, 5, foreign, 2); /* states ride on it */
    got = next(&other, &at);
    assert_int_equal(got->telemetry->n_metric_samples, 0);
    assert_int_equal(got->telemetry->state_snapshots[0]->n_states, 2);
    FREE(got);
    at = 0;
    watch(&all, 5, NULL, 0);
    got = next(&all, &at);
    assert_int_equal(got->telemetry->n_metric_samples, 6);
    FREE(got);
    watch(&empty, 5, none, 0);
    assert_string_equal(empty.status, "3");
}

static void test_streams_of_nothing_err(void **state)
{
    peer_call nobody = {0}, sensor = {0}, component = {0};
    Mg18__ReceiveSensorTelemetryStreamRequest request =
        MG18__RECEIVE_SENSOR_TELEMETRY_STREAM_REQUEST__INIT;
    (void)state;
    watch(&nobody, 77, NULL, 0);
    assert_string_equal(nobody.status, "5");
    watch(&sensor, 9, NULL, 0);
    assert_string_equal(sensor.status, "5");
    request.sensor_id = 4;
    ask(&w.peer, &component, PATH("ReceiveSensorTelemetryStream"), &request.base);
    assert_string_equal(component.status, "5");
}

static void test_sensors(void **state)
{
    Mg18__ReceiveSensorTelemetryStreamRequest request =
        MG18__RECEIVE_SENSOR_TELEMETRY_STREAM_REQUEST__INIT;
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    world_pass(&w, 1000);
    request.sensor_id = 9;
    ask(&w.peer, &call, NEWER_PATH("ReceiveSensorTelemetryStream"), &request.base);
    Mg18__ReceiveSensorTelemetryStreamResponse *got =
        world_next(&call, &mg18__receive_sensor_telemetry_stream_response__descriptor, &at);
    assert_int_equal(got->telemetry->sensor_id, 9);
    assert_int_equal(got->telemetry->metric_samples[0]->metric, 162);
    assert_true(got->telemetry->metric_samples[0]->value->simple_metric->value == 21.5f);
    assert_int_equal(got->telemetry->state_snapshots[0]->states[0], 1);
    FREE(got);
}

static void test_silence_and_errors(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    world_pass(&w, 1000);
    watch(&call, 4, NULL, 0);
    FREE(next(&call, &at));
    home_silence(w.home, 4, true);
    world_pass(&w, 1000);
    assert_int_equal(call.length, at);
    assert_false(call.is_closed);
    home_silence(w.home, 4, false);
    home_fail(w.home, 4);
    world_pass(&w, 1000);
    telemetry *got = next(&call, &at);
    assert_int_equal(got->telemetry->state_snapshots[0]->states[0], 10);
    assert_int_equal(got->telemetry->state_snapshots[0]->n_errors, 1);
    assert_int_equal(got->telemetry->state_snapshots[0]->errors[0]->diagnostic_code, 8);
    assert_string_equal(got->telemetry->state_snapshots[0]->errors[0]->vendor_diagnostic_code,
                        "E17");
    FREE(got);
}

/* One that does not read holds nothing up, and is told the present when it does. */
static void test_a_slow_reader_misses_samples(void **state)
{
    enum { TICKS = 5000, WINDOW = 4096 };
    peer_call call = {0}, quick = {0};
    peer slow;
    size_t at = 0;
    Mg18__ReceiveElectricalComponentTelemetryStreamRequest request =
        MG18__RECEIVE_ELECTRICAL_COMPONENT_TELEMETRY_STREAM_REQUEST__INIT;
    (void)state;
    static uint8_t whole[1024 * 1024];
    call.whole = whole;
    call.whole_size = sizeof whole;
    request.electrical_component_id = 4;
    peer_open(&slow, w.server, WINDOW);
    ask(&slow, &call, PATH("ReceiveElectricalComponentTelemetryStream"), &request.base);
    watch(&quick, 5, NULL, 0);
    for (int i = 0; i < TICKS; i++) {
        world_pass(&w, 1000);
        rpc_conn_wake(slow.conn);
    }
    assert_true(rpc_conn_bytes(slow.conn) < 256 * 1024);
    assert_true(quick.length > TICKS);
    peer_talk(&slow, 0);
    size_t before = call.length;
    for (int i = 0; i < 100; i++)
        peer_grant(&slow, &call, WINDOW), peer_talk(&slow, 0);
    assert_true(call.length > before);
    assert_false(call.is_closed);
    int64_t last = 0;
    for (telemetry *got;
         (got = (telemetry *)message_at(
              &mg18__receive_electrical_component_telemetry_stream_response__descriptor, whole,
              call.length, &at));) {
        int64_t now = ms_of(got->telemetry->metric_samples[0]->sample_time);
        assert_true(now > last);
        last = now;
        FREE(got);
    }
    assert_int_equal(last, w.now_ms);
    peer_close(&slow);
}

static void test_clocks(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    home_clock(w.home, 86400000, 60000); /* a minute of the run goes by in a second */
    world_pass(&w, 1000);
    home_silence(w.home, 4, true);
    world_pass(&w, 60000);
    watch(&call, 4, NULL, 0); /* what it has is a minute old: a second for clients */
    telemetry *got = next(&call, &at);
    assert_int_equal(ms_of(sample(got, AC_POWER)->sample_time), w.now_ms + 86400000 - 1000);
    FREE(got);
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
        assert_int_equal(ms_of(got->valid_until_time), until_ms);
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
    telemetry *got = next(stream, at);
    assert_int_equal(sample(got, AC_POWER)->n_bounds, 1);
    assert_true(sample(got, AC_POWER)->bounds[0]->lower == lower);
    assert_true(sample(got, AC_POWER)->bounds[0]->upper == upper);
    FREE(got);
}

static void test_bounds_narrow_for_a_while(void **state)
{
    const uint32_t power[] = {AC_POWER};
    peer_call stream = {0}, command = {0}, call = {0};
    size_t at = 0, answer = 0;
    (void)state;
    world_pass(&w, 1000);
    watch(&stream, 4, power, 1);
    assert_range(&stream, &at, -10000, 10000);
    set(&command, 4, 5000, 60);
    narrow(&call, 4, AC_POWER, -2000, 2000, NULL);
    assert_string_equal(call.status, "0");
    Mg18__AugmentElectricalComponentBoundsResponse *got =
        world_next(&call, &mg18__augment_electrical_component_bounds_response__descriptor, &answer);
    assert_int_equal(ms_of(got->valid_until_time), w.now_ms + 10000);
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
    watch(&stream, 4, power, 1);
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
        TEST(test_site),
        TEST(test_components),
        TEST(test_connections_and_sensors),
        TEST(test_headers_come_at_once),
        TEST(test_a_message_is_one_moment),
        TEST(test_filters),
        TEST(test_streams_of_nothing_err),
        TEST(test_sensors),
        TEST(test_silence_and_errors),
        TEST(test_a_slow_reader_misses_samples),
        TEST(test_clocks),
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
