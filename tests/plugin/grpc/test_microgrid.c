/* The microgrid's services, v1alpha18 and v1alpha19, without a socket: what is listed, what streams
 * say and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "../../../plugins/gateway_grpc/gateway.h"
#include "loop.h"
#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_world.h"

#define PATH(name)       "/frequenz.api.microgrid.v1alpha18.Microgrid/" name
#define NEWER_PATH(name) "/frequenz.api.microgrid.v1alpha19.Microgrid/" name
#define FREE(message)    protobuf_c_message_free_unpacked(&(message)->base, NULL)

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
        assert_int_equal(world_ms(got->microgrid->create_timestamp), INT64_C(1600000000000));
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
    assert_int_equal(world_ms(got->electrical_components[0]->operational_lifetime->start_timestamp),
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

static void test_headers_come_at_once(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    world_watch(&w, &call, 5, NULL, 0); /* nothing was measured yet */
    assert_true(call.has_headers);
    assert_int_equal(call.length, 0);
    world_pass(&w, 1000);
    telemetry *got = world_telemetry(&call, &at);
    assert_int_equal(got->telemetry->electrical_component_id, 5);
    FREE(got);
}

static void test_a_message_is_one_moment(void **state)
{
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    world_pass(&w, 1000);
    world_watch(&w, &call, 4, NULL, 0); /* the present values come at once */
    telemetry *got = world_telemetry(&call, &at);
    assert_int_equal(got->telemetry->n_state_snapshots, 1);
    assert_int_equal(got->telemetry->n_metric_samples, 15);
    for (size_t i = 0; i < got->telemetry->n_metric_samples; i++)
        assert_int_equal(world_ms(got->telemetry->metric_samples[i]->sample_time), HOME_NOW + 1000);
    assert_int_equal(world_ms(got->telemetry->state_snapshots[0]->origin_time), HOME_NOW + 1000);
    assert_int_equal(got->telemetry->state_snapshots[0]->n_states, 1);
    assert_int_equal(got->telemetry->state_snapshots[0]->n_errors, 0);
    assert_int_equal(world_sample(got, AC_POWER)->n_bounds, 1);
    assert_true(world_sample(got, AC_POWER)->bounds[0]->lower == -10000.f);
    FREE(got);
    rpc_conn_wake(w.peer.conn); /* nothing is said twice */
    peer_talk(&w.peer, 0);
    assert_int_equal(call.length, at);
    world_pass(&w, 1000);
    got = world_telemetry(&call, &at);
    assert_int_equal(world_ms(world_sample(got, AC_POWER)->sample_time), HOME_NOW + 2000);
    FREE(got);
}

static void test_filters(void **state)
{
    const uint32_t two[] = {SOC, DC_POWER}, foreign[] = {AC_POWER, 9999}, none[] = {0};
    peer_call some = {0}, other = {0}, empty = {0}, all = {0};
    size_t at = 0;
    (void)state;
    world_pass(&w, 1000);
    world_watch(&w, &some, 5, two, 2);
    telemetry *got = world_telemetry(&some, &at);
    assert_int_equal(got->telemetry->n_metric_samples, 2);
    assert_true(world_sample(got, SOC)->value->simple_metric->value == 50.f);
    assert_true(world_sample(got, SOC)->bounds[0]->upper == 90.f);
    FREE(got);
    at = 0;
    world_watch(&w, &other, 5, foreign, 2); /* states ride on it */
    got = world_telemetry(&other, &at);
    assert_int_equal(got->telemetry->n_metric_samples, 0);
    assert_int_equal(got->telemetry->state_snapshots[0]->n_states, 2);
    FREE(got);
    at = 0;
    world_watch(&w, &all, 5, NULL, 0);
    got = world_telemetry(&all, &at);
    assert_int_equal(got->telemetry->n_metric_samples, 6);
    FREE(got);
    world_watch(&w, &empty, 5, none, 0);
    assert_string_equal(empty.status, "3");
}

static void test_streams_of_nothing_err(void **state)
{
    peer_call nobody = {0}, sensor = {0}, component = {0};
    Mg18__ReceiveSensorTelemetryStreamRequest request =
        MG18__RECEIVE_SENSOR_TELEMETRY_STREAM_REQUEST__INIT;
    (void)state;
    world_watch(&w, &nobody, 77, NULL, 0);
    assert_string_equal(nobody.status, "5");
    world_watch(&w, &sensor, 9, NULL, 0);
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
    world_watch(&w, &call, 4, NULL, 0);
    FREE(world_telemetry(&call, &at));
    home_silence(w.home, 4, true);
    world_pass(&w, 1000);
    assert_int_equal(call.length, at);
    assert_false(call.is_closed);
    home_silence(w.home, 4, false);
    home_fail(w.home, 4);
    world_pass(&w, 1000);
    telemetry *got = world_telemetry(&call, &at);
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
    world_watch(&w, &quick, 5, NULL, 0);
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
        int64_t now = world_ms(got->telemetry->metric_samples[0]->sample_time);
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
    world_watch(&w, &call, 4, NULL, 0); /* what it has is a minute old: a second for clients */
    telemetry *got = world_telemetry(&call, &at);
    assert_int_equal(world_ms(world_sample(got, AC_POWER)->sample_time),
                     w.now_ms + 86400000 - 1000);
    FREE(got);
}

/* ---- which of several ---- */

static void other_site(void *ctx, lg_microgrid_site *out)
{
    const lg_microgrid_door *door = home_door(w.home);
    door->site(ctx, out);
    out->id = 43;
}

static void assert_refused(loop *l, const char *where, const char *sentence)
{
    const lg_gateway_info info = {.size = sizeof info, .address = where};
    void *gateway;
    assert_int_not_equal(grpc_open(&l->host, &info, &gateway), 0);
    assert_string_equal(l->refusal, sentence);
}

static void test_one_of_several_is_named(void **state)
{
    const lg_gateway_info info = {.size = sizeof info, .address = "127.0.0.1:0?microgrid=43"};
    lg_microgrid_door other = *home_door(w.home);
    void *gateway;
    loop l;
    (void)state;
    other.site = other_site;
    loop_open(&l, NULL);
    l.microgrids[0] = home_door(w.home);
    assert_refused(&l, "127.0.0.1:0?microgrid=43",
                   "microgrid=43: the scenario has no microgrid of that id");
    l.microgrids[1] = &other;
    assert_refused(&l, "127.0.0.1:0",
                   "the scenario has 2 microgrids: say which one by microgrid=ID");
    assert_int_equal(grpc_open(&l.host, &info, &gateway), 0);
    grpc_close(gateway);
    loop_close(&l);
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
        TEST(test_one_of_several_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
