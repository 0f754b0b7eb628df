/* The microgrid's service of API 0.15: the same home in other words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frequenz/api/microgrid/microgrid.pb-c.h"
#include "microgrid_world.h"

#define PATH(name)    "/frequenz.api.microgrid.Microgrid/" name
#define FREE(message) protobuf_c_message_free_unpacked(&(message)->base, NULL)

static microgrid_world w;

static int set_up(void **state)
{
    (void)state;
    world_open(&w, true);
    world_pass(&w, 1000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static void test_site(void **state)
{
    Google__Protobuf__Empty request = GOOGLE__PROTOBUF__EMPTY__INIT;
    peer_call call = {0};
    size_t at = 0;
    (void)state;
    ask(&w.peer, &call, PATH("GetMicrogridMetadata"), &request.base);
    Mg15__MicrogridMetadata *got = world_next(&call, &mg15__microgrid_metadata__descriptor, &at);
    assert_int_equal(got->microgrid_id, 42);
    assert_true(got->location->longitude > 13.3f && got->location->longitude < 13.5f);
    FREE(got);
}

/* What it has no word for is not there, nor are its connections: clients would refuse the graph. */
static void test_lists(void **state)
{
    Mg15__ComponentFilter components = MG15__COMPONENT_FILTER__INIT;
    Mg15__ConnectionFilter connections = MG15__CONNECTION_FILTER__INIT;
    Fc15__Components__ComponentCategory sensors[] = {
        FC15__COMPONENTS__COMPONENT_CATEGORY__COMPONENT_CATEGORY_SENSOR};
    uint64_t starts[] = {2};
    peer_call all = {0}, one = {0}, wires = {0};
    size_t at = 0;
    (void)state;
    ask(&w.peer, &all, PATH("ListComponents"), &components.base);
    Mg15__ComponentList *got = world_next(&all, &mg15__component_list__descriptor, &at);
    assert_int_equal(got->n_components, 9); /* 8 components and a sensor */
    assert_int_equal(got->components[0]->grid->rated_fuse_current, 63);
    assert_int_equal(got->components[6]->inverter->type,
                     FC15__COMPONENTS__INVERTER_TYPE__INVERTER_TYPE_SOLAR);
    assert_string_equal(got->components[8]->name, "thermometer");
    FREE(got);
    components.n_categories = 1;
    components.categories = sensors;
    ask(&w.peer, &one, PATH("ListComponents"), &components.base);
    at = 0;
    got = world_next(&one, &mg15__component_list__descriptor, &at);
    assert_int_equal(got->n_components, 1);
    FREE(got);
    connections.n_starts = 1;
    connections.starts = starts;
    ask(&w.peer, &wires, PATH("ListConnections"), &connections.base);
    at = 0;
    Mg15__ConnectionList *lines = world_next(&wires, &mg15__connection_list__descriptor, &at);
    assert_int_equal(lines->n_connections, 3); /* not the one to the turbine */
    FREE(lines);
}

static Mg15__ComponentData *data_of(uint64_t id)
{
    Mg15__ComponentIdParam request = MG15__COMPONENT_ID_PARAM__INIT;
    peer_call call = {0};
    size_t at = 0;
    request.id = id;
    ask(&w.peer, &call, PATH("StreamComponentData"), &request.base);
    assert_string_equal(call.status, "");
    Mg15__ComponentData *got = world_next(&call, &mg15__component_data__descriptor, &at);
    assert_int_equal(got->id, id);
    assert_int_equal(got->ts->seconds, w.now_ms / 1000);
    peer_reset(&w.peer, &call); /* it is of this function */
    peer_talk(&w.peer, 0);
    return got;
}

static void test_samples(void **state)
{
    (void)state;
    Mg15__ComponentData *got = data_of(2);
    assert_true(got->meter->data->ac->power_active->value == -2500.f);
    assert_true(got->meter->data->ac->phase_3->voltage->value == 230.f);
    assert_true(got->meter->data->ac->frequency->value == 50.f);
    assert_int_equal(got->meter->state->component_state, 1);
    FREE(got);
    got = data_of(4);
    assert_true(got->inverter->data->ac->power_active->system_inclusion_bounds->lower == -10000.f);
    assert_null(got->inverter->data->ac->power_active->system_exclusion_bounds);
    assert_int_equal(got->inverter->state->component_state,
                     MG15__INVERTER__COMPONENT_STATE__COMPONENT_STATE_IDLE);
    FREE(got);
    got = data_of(5);
    assert_true(got->battery->properties->capacity == 10000.f);
    assert_true(got->battery->data->soc->avg == 50.f);
    assert_true(got->battery->data->soc->system_inclusion_bounds->lower == 10.f);
    assert_int_equal(got->battery->state->relay_state,
                     MG15__BATTERY__RELAY_STATE__RELAY_STATE_CLOSED);
    FREE(got);
    got = data_of(8);
    assert_int_equal(got->ev_charger->state->cable_state,
                     MG15__EV_CHARGER__CABLE_STATE__CABLE_STATE_EV_LOCKED);
    assert_int_equal(got->ev_charger->state->component_state,
                     MG15__EV_CHARGER__COMPONENT_STATE__COMPONENT_STATE_READY);
    FREE(got);
    got = data_of(9);
    assert_int_equal(got->sensor->data->n_sensor_data, 1);
    assert_true(got->sensor->data->sensor_data[0]->value == 21.5f);
    FREE(got);
}

static void test_errors_have_levels(void **state)
{
    (void)state;
    home_fail(w.home, 5);
    world_pass(&w, 1000);
    Mg15__ComponentData *got = data_of(5);
    assert_int_equal(got->battery->state->component_state,
                     MG15__BATTERY__COMPONENT_STATE__COMPONENT_STATE_ERROR);
    assert_int_equal(got->battery->n_errors, 1);
    assert_int_equal(got->battery->errors[0]->level,
                     MG15__COMMON__ERROR_LEVEL__ERROR_LEVEL_CRITICAL);
    assert_int_equal(got->battery->errors[0]->code,
                     MG15__BATTERY__ERROR_CODE__ERROR_CODE_HIGH_TEMPERATURE);
    assert_string_equal(got->battery->errors[0]->msg, "it is too warm");
    FREE(got);
}

static void test_streams_err(void **state)
{
    Mg15__ComponentIdParam request = MG15__COMPONENT_ID_PARAM__INIT;
    peer_call nobody = {0}, grid = {0}, can = {0}, cannot = {0};
    (void)state;
    request.id = 77;
    ask(&w.peer, &nobody, PATH("StreamComponentData"), &request.base);
    assert_string_equal(nobody.status, "5");
    ask(&w.peer, &cannot, PATH("CanStreamData"), &request.base);
    assert_int_equal(cannot.length, 5); /* false is nothing */
    request.id = 1;
    ask(&w.peer, &grid, PATH("StreamComponentData"), &request.base);
    assert_string_equal(grid.status, "9");
    request.id = 2;
    ask(&w.peer, &can, PATH("CanStreamData"), &request.base);
    assert_int_equal(can.length, 7);
}

static void set(uint64_t id, float watts, const char *status)
{
    Mg15__SetPowerActiveParam request = MG15__SET_POWER_ACTIVE_PARAM__INIT;
    peer_call call = {0};
    request.component_id = id;
    request.power = watts;
    ask(&w.peer, &call, PATH("SetPowerActive"), &request.base);
    assert_string_equal(call.status, status);
}

static float power_of(uint64_t id)
{
    Mg15__ComponentData *got = data_of(id);
    float watts = got->inverter->data->ac->power_active->value;
    FREE(got);
    return watts;
}

static void test_power_lives_a_minute(void **state)
{
    (void)state;
    set(4, -4000, "0");
    set(77, 1, "5");
    set(4, 20000, "11");
    world_pass(&w, 59000);
    assert_true(power_of(4) == -4000.f);
    world_pass(&w, 1000);
    assert_true(power_of(4) == 0);
    home_reject(w.home, true);
    set(4, 1, "9");
}

static void bound(const char *path, uint64_t id, float lower, float upper, const char *status)
{
    Mg15__SetBoundsParam request = MG15__SET_BOUNDS_PARAM__INIT;
    Fc15__Metrics__Bounds bounds = FC15__METRICS__BOUNDS__INIT;
    peer_call call = {0};
    size_t at = 0;
    bounds.lower = lower;
    bounds.upper = upper;
    request.component_id = id;
    request.target_metric = MG15__SET_BOUNDS_PARAM__TARGET_METRIC__TARGET_METRIC_POWER_ACTIVE;
    request.bounds = &bounds;
    ask(&w.peer, &call, path, &request.base);
    assert_string_equal(call.status, status);
    if (*status != '0')
        return;
    Google__Protobuf__Timestamp *until =
        world_next(&call, &google__protobuf__timestamp__descriptor, &at);
    assert_int_equal(until->seconds, w.now_ms / 1000 + 5);
    FREE(until);
}

/* Stay within -8 to 8 kW, and out of -1 to 2 kW. */
static void test_bounds(void **state)
{
    (void)state;
    bound(PATH("AddInclusionBounds"), 4, -8000, 8000, "0");
    bound(PATH("AddExclusionBounds"), 4, -1000, 2000, "0");
    bound(PATH("AddInclusionBounds"), 5, -7000, 7000, "0"); /* of a battery: direct current */
    bound(PATH("AddInclusionBounds"), 4, 1, -1, "3");
    bound(PATH("AddExclusionBounds"), 4, 1, -1, "3");
    world_pass(&w, 1000);
    Mg15__ComponentData *got = data_of(4);
    const Fc15__Metrics__Metric *power = got->inverter->data->ac->power_active;
    assert_true(power->system_inclusion_bounds->lower == -8000.f);
    assert_true(power->system_inclusion_bounds->upper == 8000.f);
    assert_true(power->system_exclusion_bounds->lower == -1000.f);
    assert_true(power->system_exclusion_bounds->upper == 2000.f);
    FREE(got);
    got = data_of(5);
    assert_true(got->battery->data->dc->power->system_inclusion_bounds->upper == 7000.f);
    FREE(got);
    set(4, 1500, "11");
    set(4, 2000, "0");
}

static void test_starts_and_stops(void **state)
{
    static const struct {
        const char *path;
        uint64_t id;
        const char *status;
    } rows[] = {
        {PATH("HotStandby"), 4, "0"}, {PATH("ColdStandby"), 4, "0"}, {PATH("HotStandby"), 4, "9"},
        {PATH("Start"), 4, "0"},      {PATH("Stop"), 4, "0"},        {PATH("Start"), 2, "12"},
        {PATH("ErrorAck"), 4, "0"},   {PATH("Start"), 77, "5"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Mg15__ComponentIdParam request = MG15__COMPONENT_ID_PARAM__INIT;
        peer_call call = {0};
        request.id = rows[i].id;
        ask(&w.peer, &call, rows[i].path, &request.base);
        assert_string_equal(call.status, rows[i].status);
    }
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_site),        TEST(test_lists),
        TEST(test_samples),     TEST(test_errors_have_levels),
        TEST(test_streams_err), TEST(test_power_lives_a_minute),
        TEST(test_bounds),      TEST(test_starts_and_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
