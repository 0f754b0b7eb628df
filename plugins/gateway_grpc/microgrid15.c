/* API 0.15, for older clients: its calls. A power has no lifetime there, and lives the usual one
 * here; nor have bounds. Bounds are a range to stay in, or out of. */
#include "microgrid15.h"

#include <math.h>

#include "frequenz/api/microgrid/microgrid.pb-c.h"

/* ---- the site ---- */

static void metadata(rpc_call *call, const ProtobufCMessage *message)
{
    Mg15__MicrogridMetadata response = MG15__MICROGRID_METADATA__INIT;
    Mg15__Location location = MG15__LOCATION__INIT;
    const microgrid *g = rpc_self(call);
    lg_microgrid_site site = {.size = sizeof site};
    (void)message;
    g->input.door->site(g->input.door->ctx, &site);
    response.microgrid_id = site.id;
    if (!isnan(site.latitude) && !isnan(site.longitude)) {
        location.latitude = (float)site.latitude;
        location.longitude = (float)site.longitude;
        response.location = &location;
    }
    rpc_reply(call, &response.base);
}

#define METADATA(name, field, type, descriptor)                                                    \
    (made->metadata_case = MG15__COMPONENT__METADATA_##name,                                       \
     made->field = MAKE(m, type, descriptor))

static void put_type(maker *m, Mg15__Component *made, const lg_microgrid_component *row)
{
    switch (row->category) {
    case LG_CATEGORY_GRID_CONNECTION_POINT:
        METADATA(GRID, grid, Mg15__Grid__Metadata, mg15__grid__metadata);
        made->grid->rated_fuse_current = row->fuse_A;
        break;
    case LG_CATEGORY_METER:
        METADATA(METER, meter, Mg15__Meter__Metadata, mg15__meter__metadata);
        break;
    case LG_CATEGORY_INVERTER:
        METADATA(INVERTER, inverter, Mg15__Inverter__Metadata, mg15__inverter__metadata);
        made->inverter->type = (Fc15__Components__InverterType)row->type;
        break;
    case LG_CATEGORY_BATTERY:
        METADATA(BATTERY, battery, Mg15__Battery__Metadata, mg15__battery__metadata);
        made->battery->type = (Fc15__Components__BatteryType)row->type;
        break;
    case LG_CATEGORY_EV_CHARGER:
        METADATA(EV_CHARGER, ev_charger, Mg15__EvCharger__Metadata, mg15__ev_charger__metadata);
        made->ev_charger->type = (Fc15__Components__EvChargerType)row->type;
        break;
    case 0:
        METADATA(SENSOR, sensor, Mg15__Sensor__Metadata, mg15__sensor__metadata);
        break;
    default:
        break;
    }
}

static bool has_category(const Mg15__ComponentFilter *filter, uint32_t category)
{
    for (size_t i = 0; i < filter->n_categories; i++)
        if ((uint32_t)filter->categories[i] == category)
            return true;
    return filter->n_categories == 0;
}

/* Clients refuse a graph with a component of no category, so those are not shown to them. */
static void add_component(maker *m, make_rows *found, const Mg15__ComponentFilter *filter,
                          const lg_microgrid_component *row)
{
    uint32_t category = microgrid15_category(row->category);
    if (!category || !has_category(filter, category) ||
        !microgrid_lists(filter->ids, filter->n_ids, row->id))
        return;
    Mg15__Component *made = MAKE(m, Mg15__Component, mg15__component);
    made->id = row->id;
    made->name = make_text(m, row->name);
    made->category = (Fc15__Components__ComponentCategory)category;
    made->manufacturer = make_text(m, row->manufacturer);
    made->model_name = make_text(m, row->model);
    put_type(m, made, row);
    make_row(m, found, made);
}

static bool is_too_long(rpc_call *call, size_t a, size_t b)
{
    if (a <= MICROGRID_IDS_MAX && b <= MICROGRID_IDS_MAX)
        return false;
    rpc_end(call, RPC_INVALID_ARGUMENT, "a list of ids, or of categories, has at most 4096");
    return true;
}

static void list_components(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__ComponentFilter *filter = (const void *)message;
    Mg15__ComponentList response = MG15__COMPONENT_LIST__INIT;
    microgrid *g = rpc_self(call);
    const lg_microgrid_door *door = g->input.door;
    maker m = {.arena = &g->made};
    lg_microgrid_component row = {.size = sizeof row};
    make_rows found = {0};
    if (is_too_long(call, filter->n_ids, filter->n_categories))
        return;
    for (uint32_t i = 0; door->component(door->ctx, i, &row); i++)
        add_component(&m, &found, filter, &row);
    for (uint32_t i = 0; door->sensor(door->ctx, i, &row); i++)
        add_component(&m, &found, filter, &row);
    response.n_components = found.count;
    response.components = (Mg15__Component **)found.at;
    microgrid_reply(call, &m, &response.base);
}

static bool is_shown(const microgrid *g, uint64_t id)
{
    lg_microgrid_component row = {.size = sizeof row};
    return g->input.door->find(g->input.door->ctx, id, &row) && microgrid15_category(row.category);
}

static void list_connections(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__ConnectionFilter *filter = (const void *)message;
    Mg15__ConnectionList response = MG15__CONNECTION_LIST__INIT;
    microgrid *g = rpc_self(call);
    const lg_microgrid_door *door = g->input.door;
    maker m = {.arena = &g->made};
    lg_microgrid_connection row = {.size = sizeof row};
    make_rows found = {0};
    if (is_too_long(call, filter->n_starts, filter->n_ends))
        return;
    for (uint32_t i = 0; door->connection(door->ctx, i, &row); i++) {
        if (!microgrid_lists(filter->starts, filter->n_starts, row.source) ||
            !microgrid_lists(filter->ends, filter->n_ends, row.destination) ||
            !is_shown(g, row.source) || !is_shown(g, row.destination))
            continue;
        Mg15__Connection *made = MAKE(&m, Mg15__Connection, mg15__connection);
        made->start = row.source;
        made->end = row.destination;
        make_row(&m, &found, made);
    }
    response.n_connections = found.count;
    response.connections = (Mg15__Connection **)found.at;
    microgrid_reply(call, &m, &response.base);
}

/* ---- samples ---- */

static void stream(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__ComponentIdParam *request = (const void *)message;
    const microgrid *g = rpc_self(call);
    lg_microgrid_component row = {.size = sizeof row};
    if (!g->input.door->find(g->input.door->ctx, request->id, &row)) {
        rpc_end(call, RPC_NOT_FOUND, "id: there is no such component");
        return;
    }
    switch (row.category) {
    case 0:
    case LG_CATEGORY_METER:
    case LG_CATEGORY_INVERTER:
    case LG_CATEGORY_BATTERY:
    case LG_CATEGORY_EV_CHARGER: {
        const microgrid_watch w = {.form = MICROGRID_OLDER, .category = row.category, .id = row.id};
        microgrid_stream_begin(call, &w);
        break;
    }
    default:
        rpc_end(call, RPC_FAILED_PRECONDITION, "id: components of its category measure nothing");
    }
}

static void can_stream(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__ComponentIdParam *request = (const void *)message;
    const microgrid *g = rpc_self(call);
    Google__Protobuf__BoolValue response = GOOGLE__PROTOBUF__BOOL_VALUE__INIT;
    lg_microgrid_sample sample = {.size = sizeof sample};
    response.value = g->input.door->latest(g->input.door->ctx, request->id, &sample) != 0;
    rpc_reply(call, &response.base);
}

/* ---- commands ---- */

static void set(rpc_call *call, uint64_t id, uint32_t type, float watts)
{
    const microgrid *g = rpc_self(call);
    const lg_microgrid_power power = {
        .size = sizeof power, .type = type, .id = id, .power = (double)watts};
    lg_microgrid_answer answer = {.size = sizeof answer};
    g->input.door->set_power(g->input.door->ctx, microgrid_who(call), &power, &answer);
    microgrid_done(call, &answer);
}

static void set_active(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__SetPowerActiveParam *request = (const void *)message;
    set(call, request->component_id, LG_MICROGRID_ACTIVE, request->power);
}

static void set_reactive(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__SetPowerReactiveParam *request = (const void *)message;
    set(call, request->component_id, LG_MICROGRID_REACTIVE, request->power);
}

/* What a battery has instead of AC power is DC power. */
static uint32_t metric_of(const microgrid *g, const Mg15__SetBoundsParam *request)
{
    lg_microgrid_component row = {.size = sizeof row};
    switch (request->target_metric) {
    case MG15__SET_BOUNDS_PARAM__TARGET_METRIC__TARGET_METRIC_POWER_ACTIVE:
        return g->input.door->find(g->input.door->ctx, request->component_id, &row) &&
                       row.category == LG_CATEGORY_BATTERY
                   ? LG_METRIC_DC_POWER
                   : LG_METRIC_AC_POWER_ACTIVE;
    case MG15__SET_BOUNDS_PARAM__TARGET_METRIC__TARGET_METRIC_POWER_REACTIVE:
        return LG_METRIC_AC_POWER_REACTIVE;
    default:
        return 0;
    }
}

static void bound(rpc_call *call, const Mg15__SetBoundsParam *request,
                  const lg_microgrid_range *ranges, uint32_t count)
{
    microgrid *g = rpc_self(call);
    maker m = {.arena = &g->made};
    const lg_microgrid_bounding bounds = {
        .size = sizeof bounds,
        .metric = metric_of(g, request),
        .id = request->component_id,
        .ranges = ranges,
        .range_count = count,
    };
    lg_microgrid_answer answer = {.size = sizeof answer};
    g->input.door->augment(g->input.door->ctx, microgrid_who(call), &bounds, &answer);
    if (answer.why == LG_MICROGRID_OK_WHY)
        microgrid_reply(call, &m, &microgrid_moment(g, &m, answer.until_ms)->base);
    else
        microgrid_refuse(call, &answer);
    g->input.changed(g->input.ctx);
}

static void include(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__SetBoundsParam *request = (const void *)message;
    lg_microgrid_range range = {0, 0};
    if (request->bounds)
        range =
            (lg_microgrid_range){(double)request->bounds->lower, (double)request->bounds->upper};
    bound(call, request, &range, request->bounds ? 1 : 0);
}

static void exclude(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg15__SetBoundsParam *request = (const void *)message;
    lg_microgrid_range ranges[2] = {{-INFINITY, 0}, {0, INFINITY}};
    if (request->bounds && !(request->bounds->lower <= request->bounds->upper)) {
        microgrid_refuse_why(call, LG_MICROGRID_RANGES_WHY);
        return;
    }
    if (request->bounds) {
        ranges[0].upper = (double)request->bounds->lower;
        ranges[1].lower = (double)request->bounds->upper;
    }
    bound(call, request, ranges, request->bounds ? 2 : 0);
}

#define ACT(name, action)                                                                          \
    static void name(rpc_call *call, const ProtobufCMessage *message)                              \
    {                                                                                              \
        const Mg15__ComponentIdParam *request = (const void *)message;                             \
        microgrid_act(call, request->id, action);                                                  \
    }

ACT(start, LG_MICROGRID_START)
ACT(hot_standby, LG_MICROGRID_STANDBY)
ACT(stop, LG_MICROGRID_STOP) /* cold standby is the same: relays to grid and battery open */
ACT(acknowledge, LG_MICROGRID_ACKNOWLEDGE)

/* ---- the table ---- */

#define CALL(name, needs, message, function)                                                       \
    .path = "/frequenz.api.microgrid.Microgrid/" name, .right = needs,                             \
    .request = &message##__descriptor, .handle = function
#define LOOK(name, message, function)                                                              \
    {                                                                                              \
        CALL(name, MICROGRID_MAY_READ, message, function)                                          \
    }
#define COMMAND(name, message, function)                                                           \
    {                                                                                              \
        CALL(name, MICROGRID_MAY_CONTROL, message, function)                                       \
    }

static const rpc_method methods[] = {
    LOOK("GetMicrogridMetadata", google__protobuf__empty, metadata),
    LOOK("ListComponents", mg15__component_filter, list_components),
    LOOK("ListConnections", mg15__connection_filter, list_connections),
    LOOK("CanStreamData", mg15__component_id_param, can_stream),
    {CALL("StreamComponentData", MICROGRID_MAY_READ, mg15__component_id_param, stream),
     .flags = RPC_STREAM, .more = microgrid_stream_more, .gone = microgrid_stream_gone},
    COMMAND("AddExclusionBounds", mg15__set_bounds_param, exclude),
    COMMAND("AddInclusionBounds", mg15__set_bounds_param, include),
    COMMAND("SetPowerActive", mg15__set_power_active_param, set_active),
    COMMAND("SetPowerReactive", mg15__set_power_reactive_param, set_reactive),
    COMMAND("Start", mg15__component_id_param, start),
    COMMAND("HotStandby", mg15__component_id_param, hot_standby),
    COMMAND("ColdStandby", mg15__component_id_param, stop),
    COMMAND("Stop", mg15__component_id_param, stop),
    COMMAND("ErrorAck", mg15__component_id_param, acknowledge),
};

bool microgrid15_add(rpc_server *server, microgrid *g)
{
    return rpc_server_add(server, methods, sizeof methods / sizeof *methods, g);
}
