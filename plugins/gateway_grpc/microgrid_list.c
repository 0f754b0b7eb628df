/* The site, and lists of what it has: complete, in one message. */
#include <math.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_parts.h"

/* Older clients read the maker and the model where newer ones do not look. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

typedef Fc__Microgrid__ElectricalComponents__ElectricalComponent component_type;
typedef Fc__Microgrid__ElectricalComponents__ElectricalComponentConnection connection_type;
typedef Fc__Microgrid__ElectricalComponents__ElectricalComponentCategorySpecificInfo info_type;
#define EC(name) Fc__Microgrid__ElectricalComponents__##name
#define KIND(name)                                                                                 \
    FC__MICROGRID__ELECTRICAL_COMPONENTS__ELECTRICAL_COMPONENT_CATEGORY_SPECIFIC_INFO__KIND_##name

/* ---- the site ---- */

static void put_place(maker *m, Fc__Microgrid__Microgrid *made, const lg_microgrid_site *site)
{
    if (site->area_code_type) {
        made->delivery_area = MAKE(m, Fc__Grid__DeliveryArea, fc__grid__delivery_area);
        made->delivery_area->code = make_text(m, site->area_code);
        made->delivery_area->code_type = (Fc__Grid__EnergyMarketCodeType)site->area_code_type;
    }
    if (!isnan(site->latitude) && !isnan(site->longitude)) {
        made->location = MAKE(m, Fc__Types__Location, fc__types__location);
        made->location->latitude = (float)site->latitude;
        made->location->longitude = (float)site->longitude;
        made->location->country_code = make_text(m, site->country_code);
    }
}

void microgrid_get(rpc_call *call, const ProtobufCMessage *request)
{
    Mg18__GetMicrogridResponse response = MG18__GET_MICROGRID_RESPONSE__INIT;
    microgrid *g = rpc_self(call);
    maker m = {.arena = &g->made};
    lg_microgrid_site site = {.size = sizeof site};
    (void)request;
    g->input.door->site(g->input.door->ctx, &site);
    response.microgrid = MAKE(&m, Fc__Microgrid__Microgrid, fc__microgrid__microgrid);
    response.microgrid->id = site.id;
    response.microgrid->enterprise_id = site.enterprise_id;
    response.microgrid->name = make_text(&m, site.name);
    response.microgrid->status = FC__MICROGRID__MICROGRID_STATUS__MICROGRID_STATUS_ACTIVE;
    put_place(&m, response.microgrid, &site);
    if (site.created_ms != LG_MICROGRID_NO_TIME)
        response.microgrid->create_timestamp = microgrid_moment(g, &m, site.created_ms);
    microgrid_reply(call, &m, &response.base);
}

/* ---- rows ---- */

static Fc__Microgrid__Lifetime *lifetime(const microgrid *g, maker *m, int64_t from, int64_t until)
{
    if (from == LG_MICROGRID_NO_TIME && until == LG_MICROGRID_NO_TIME)
        return NULL;
    Fc__Microgrid__Lifetime *made = MAKE(m, Fc__Microgrid__Lifetime, fc__microgrid__lifetime);
    if (from != LG_MICROGRID_NO_TIME)
        made->start_timestamp = microgrid_moment(g, m, from);
    if (until != LG_MICROGRID_NO_TIME)
        made->end_timestamp = microgrid_moment(g, m, until);
    return made;
}

/* What is known of one category only; NULL: nothing. */
static info_type *info(maker *m, const lg_microgrid_component *row)
{
    info_type made =
        FC__MICROGRID__ELECTRICAL_COMPONENTS__ELECTRICAL_COMPONENT_CATEGORY_SPECIFIC_INFO__INIT;
    switch (row->category) {
    case LG_CATEGORY_BATTERY:
        made.kind_case = KIND(BATTERY);
        made.battery = MAKE(m, EC(Battery), fc__microgrid__electrical_components__battery);
        made.battery->type = (EC(BatteryType))row->type;
        break;
    case LG_CATEGORY_EV_CHARGER:
        made.kind_case = KIND(EV_CHARGER);
        made.ev_charger = MAKE(m, EC(EvCharger), fc__microgrid__electrical_components__ev_charger);
        made.ev_charger->type = (EC(EvChargerType))row->type;
        break;
    case LG_CATEGORY_GRID_CONNECTION_POINT:
        made.kind_case = KIND(GRID_CONNECTION_POINT);
        made.grid_connection_point =
            MAKE(m, EC(GridConnectionPoint),
                 fc__microgrid__electrical_components__grid_connection_point);
        made.grid_connection_point->rated_fuse_current = row->fuse_A;
        break;
    case LG_CATEGORY_INVERTER:
        made.kind_case = KIND(INVERTER);
        made.inverter = MAKE(m, EC(Inverter), fc__microgrid__electrical_components__inverter);
        made.inverter->type = (EC(InverterType))row->type;
        break;
    case LG_CATEGORY_POWER_TRANSFORMER:
        made.kind_case = KIND(POWER_TRANSFORMER);
        made.power_transformer =
            MAKE(m, EC(PowerTransformer), fc__microgrid__electrical_components__power_transformer);
        made.power_transformer->primary = (float)row->primary_V;
        made.power_transformer->secondary = (float)row->secondary_V;
        break;
    default:
        return NULL;
    }
    info_type *kept =
        MAKE(m, info_type,
             fc__microgrid__electrical_components__electrical_component_category_specific_info);
    *kept = made;
    return kept;
}

static void put_designs(maker *m, component_type *made, const lg_microgrid_component *row)
{
    made->metric_config_bounds =
        row->design_count ? make_bytes(m, row->design_count * sizeof *made->metric_config_bounds)
                          : NULL;
    for (uint32_t i = 0; made->metric_config_bounds && i < row->design_count; i++) {
        EC(MetricConfigBounds) *bounds = MAKE(
            m, EC(MetricConfigBounds), fc__microgrid__electrical_components__metric_config_bounds);
        bounds->metric = (Fc__Metrics__Metric)row->designs[i].metric;
        bounds->config_bounds = microgrid_bounds(m, &row->designs[i].range);
        made->metric_config_bounds[made->n_metric_config_bounds++] = bounds;
    }
}

static component_type *component(const microgrid *g, maker *m, uint64_t site,
                                 const lg_microgrid_component *row)
{
    component_type *made =
        MAKE(m, component_type, fc__microgrid__electrical_components__electrical_component);
    made->id = row->id;
    made->microgrid_id = site;
    made->name = make_text(m, row->name);
    made->category = (EC(ElectricalComponentCategory))row->category;
    made->category_specific_info = info(m, row);
    made->manufacturer = make_text(m, row->manufacturer);
    made->model = made->model_name = make_text(m, row->model);
    made->operational_mode = (EC(ElectricalComponentOperationalMode))row->mode;
    put_designs(m, made, row);
    made->operational_lifetime = lifetime(g, m, row->from_ms, row->until_ms);
    return made;
}

static Fc__Microgrid__Sensors__Sensor *sensor(const microgrid *g, maker *m, uint64_t site,
                                              const lg_microgrid_component *row)
{
    Fc__Microgrid__Sensors__Sensor *made =
        MAKE(m, Fc__Microgrid__Sensors__Sensor, fc__microgrid__sensors__sensor);
    made->id = row->id;
    made->microgrid_id = site;
    made->name = make_text(m, row->name);
    made->manufacturer = make_text(m, row->manufacturer);
    made->model = made->model_name = make_text(m, row->model);
    made->operational_lifetime = lifetime(g, m, row->from_ms, row->until_ms);
    return made;
}

/* ---- lists ---- */

static uint64_t site_id(const microgrid *g)
{
    lg_microgrid_site site = {.size = sizeof site};
    g->input.door->site(g->input.door->ctx, &site);
    return site.id;
}

static bool is_too_long(rpc_call *call, size_t a, size_t b)
{
    if (a <= MICROGRID_IDS_MAX && b <= MICROGRID_IDS_MAX)
        return false;
    rpc_end(call, RPC_INVALID_ARGUMENT, "a list of ids, or of categories, has at most 4096");
    return true;
}

static bool has_category(const Mg18__ListElectricalComponentsRequest *request, uint32_t category)
{
    for (size_t i = 0; i < request->n_electrical_component_categories; i++)
        if ((uint32_t)request->electrical_component_categories[i] == category)
            return true;
    return request->n_electrical_component_categories == 0;
}

void microgrid_list_components(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__ListElectricalComponentsRequest *request = (const void *)message;
    Mg18__ListElectricalComponentsResponse response =
        MG18__LIST_ELECTRICAL_COMPONENTS_RESPONSE__INIT;
    microgrid *g = rpc_self(call);
    const lg_microgrid_door *door = g->input.door;
    maker m = {.arena = &g->made};
    lg_microgrid_component row = {.size = sizeof row};
    uint64_t site = site_id(g);
    make_rows found = {0};
    if (is_too_long(call, request->n_electrical_component_ids,
                    request->n_electrical_component_categories))
        return;
    for (uint32_t i = 0; door->component(door->ctx, i, &row); i++)
        if (has_category(request, row.category) &&
            microgrid_lists(request->electrical_component_ids, request->n_electrical_component_ids,
                            row.id))
            make_row(&m, &found, component(g, &m, site, &row));
    response.n_electrical_components = found.count;
    response.electrical_components = (component_type **)found.at;
    microgrid_reply(call, &m, &response.base);
}

void microgrid_list_connections(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__ListElectricalComponentConnectionsRequest *request = (const void *)message;
    Mg18__ListElectricalComponentConnectionsResponse response =
        MG18__LIST_ELECTRICAL_COMPONENT_CONNECTIONS_RESPONSE__INIT;
    microgrid *g = rpc_self(call);
    const lg_microgrid_door *door = g->input.door;
    maker m = {.arena = &g->made};
    lg_microgrid_connection row = {.size = sizeof row};
    make_rows found = {0};
    if (is_too_long(call, request->n_source_electrical_component_ids,
                    request->n_destination_electrical_component_ids))
        return;
    for (uint32_t i = 0; door->connection(door->ctx, i, &row); i++) {
        if (!microgrid_lists(request->source_electrical_component_ids,
                             request->n_source_electrical_component_ids, row.source) ||
            !microgrid_lists(request->destination_electrical_component_ids,
                             request->n_destination_electrical_component_ids, row.destination))
            continue;
        connection_type *made =
            MAKE(&m, connection_type,
                 fc__microgrid__electrical_components__electrical_component_connection);
        made->source_electrical_component_id = row.source;
        made->destination_electrical_component_id = row.destination;
        made->operational_lifetime = lifetime(g, &m, row.from_ms, row.until_ms);
        make_row(&m, &found, made);
    }
    response.n_electrical_component_connections = found.count;
    response.electrical_component_connections = (connection_type **)found.at;
    microgrid_reply(call, &m, &response.base);
}

void microgrid_list_sensors(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__ListSensorRequest *request = (const void *)message;
    Mg18__ListSensorsResponse response = MG18__LIST_SENSORS_RESPONSE__INIT;
    microgrid *g = rpc_self(call);
    const lg_microgrid_door *door = g->input.door;
    maker m = {.arena = &g->made};
    lg_microgrid_component row = {.size = sizeof row};
    uint64_t site = site_id(g);
    make_rows found = {0};
    if (is_too_long(call, request->n_sensor_ids, 0))
        return;
    for (uint32_t i = 0; door->sensor(door->ctx, i, &row); i++)
        if (microgrid_lists(request->sensor_ids, request->n_sensor_ids, row.id))
            make_row(&m, &found, sensor(g, &m, site, &row));
    response.n_sensors = found.count;
    response.sensors = (Fc__Microgrid__Sensors__Sensor **)found.at;
    microgrid_reply(call, &m, &response.base);
}
