/* Samples as messages of API 0.15, where each quantity has a field of its own. */
#include <stddef.h>

#include "frequenz/api/microgrid/microgrid.pb-c.h"
#include "microgrid15.h"

typedef Fc15__Metrics__Electrical__AC ac_type;
typedef Fc15__Metrics__Electrical__AC__ACPhase phase_type;
typedef Fc15__Metrics__Electrical__AC__ActiveEnergy active_type;
typedef Fc15__Metrics__Electrical__AC__ReactiveEnergy reactive_type;

/* Which of two direct currents. */
enum { CONNECTION_BATTERY = 2, CONNECTION_PV = 3 };

/* What is made of which sample. */
typedef struct source {
    maker *m;
    const lg_microgrid_sample *sample;
} source;

/* ---- values ---- */

/* Of several of one metric that of @p connection, or else the first. NULL: there is none */
static const lg_microgrid_value *value_of(const source *s, uint32_t metric, uint32_t connection)
{
    const lg_microgrid_value *found = NULL;
    for (uint32_t i = 0; i < s->sample->value_count; i++) {
        const lg_microgrid_value *value = &s->sample->values[i];
        if (value->metric == metric && value->connection == connection)
            return value;
        if (value->metric == metric && value->connection == 0 && !found)
            found = value;
    }
    return found;
}

static Fc15__Metrics__Bounds *bounds(const source *s, double lower, double upper)
{
    Fc15__Metrics__Bounds *made = MAKE(s->m, Fc15__Metrics__Bounds, fc15__metrics__bounds);
    made->lower = (float)lower;
    made->upper = (float)upper;
    return made;
}

/* From the lowest to the highest that is allowed. */
static Fc15__Metrics__Bounds *inclusion(const source *s, const lg_microgrid_value *value)
{
    if (value->range_count == 0)
        return NULL;
    return bounds(s, value->ranges[0].lower, value->ranges[value->range_count - 1].upper);
}

/* The gap between two ranges that lies around 0, or else the first. */
static Fc15__Metrics__Bounds *exclusion(const source *s, const lg_microgrid_value *value)
{
    uint32_t gap = 0;
    if (value->range_count < 2)
        return NULL;
    for (uint32_t i = 1; i < value->range_count; i++)
        if (!gap || (value->ranges[i - 1].upper <= 0 && value->ranges[i].lower >= 0))
            gap = i;
    return bounds(s, value->ranges[gap - 1].upper, value->ranges[gap].lower);
}

static Fc15__Metrics__Metric *metric_at(const source *s, uint32_t metric, uint32_t connection)
{
    const lg_microgrid_value *value = value_of(s, metric, connection);
    if (!value)
        return NULL;
    Fc15__Metrics__Metric *made = MAKE(s->m, Fc15__Metrics__Metric, fc15__metrics__metric);
    made->value = (float)value->value;
    made->system_inclusion_bounds = inclusion(s, value);
    made->system_exclusion_bounds = exclusion(s, value);
    return made;
}

static Fc15__Metrics__Metric *metric(const source *s, uint32_t number)
{
    return metric_at(s, number, 0);
}

static Fc15__Metrics__MetricAggregation *aggregation(const source *s, uint32_t number)
{
    const lg_microgrid_value *value = value_of(s, number, 0);
    if (!value)
        return NULL;
    Fc15__Metrics__MetricAggregation *made =
        MAKE(s->m, Fc15__Metrics__MetricAggregation, fc15__metrics__metric_aggregation);
    made->avg = (float)value->value;
    made->system_inclusion_bounds = inclusion(s, value);
    made->system_exclusion_bounds = exclusion(s, value);
    return made;
}

/* ---- currents ---- */

static Fc15__Metrics__Electrical__DC *dc(const source *s, uint32_t connection)
{
    Fc15__Metrics__Electrical__DC *made =
        MAKE(s->m, Fc15__Metrics__Electrical__DC, fc15__metrics__electrical__dc);
    made->voltage = metric_at(s, LG_METRIC_DC_VOLTAGE, connection);
    made->current = metric_at(s, LG_METRIC_DC_CURRENT, connection);
    made->power = metric_at(s, LG_METRIC_DC_POWER, connection);
    return made;
}

/* Of all phases (0), or of one. */
static active_type *active_energy(const source *s, uint32_t phase)
{
    active_type *made = MAKE(s->m, active_type, fc15__metrics__electrical__ac__active_energy);
    made->energy = metric(s, LG_METRIC_AC_ENERGY_ACTIVE + phase);
    made->energy_consumed = metric(s, LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED + phase);
    made->energy_delivered = metric(s, LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED + phase);
    return made;
}

static reactive_type *reactive_energy(const source *s, uint32_t phase)
{
    reactive_type *made = MAKE(s->m, reactive_type, fc15__metrics__electrical__ac__reactive_energy);
    made->energy = metric(s, LG_METRIC_AC_ENERGY_REACTIVE + phase);
    return made;
}

static phase_type *phase_of(const source *s, uint32_t phase)
{
    phase_type *made = MAKE(s->m, phase_type, fc15__metrics__electrical__ac__acphase);
    made->voltage = metric(s, LG_METRIC_AC_VOLTAGE_PHASE_1_N + phase - 1);
    made->current = metric(s, LG_METRIC_AC_CURRENT + phase);
    made->power_active = metric(s, LG_METRIC_AC_POWER_ACTIVE + phase);
    made->power_reactive = metric(s, LG_METRIC_AC_POWER_REACTIVE + phase);
    made->energy_apparent = metric(s, LG_METRIC_AC_ENERGY_APPARENT + phase);
    made->energy_active = active_energy(s, phase);
    made->energy_reactive = reactive_energy(s, phase);
    return made;
}

static ac_type *ac(const source *s)
{
    ac_type *made = MAKE(s->m, ac_type, fc15__metrics__electrical__ac);
    made->frequency = metric(s, LG_METRIC_AC_FREQUENCY);
    made->current = metric(s, LG_METRIC_AC_CURRENT);
    made->power_apparent = metric(s, LG_METRIC_AC_POWER_APPARENT);
    made->power_active = metric(s, LG_METRIC_AC_POWER_ACTIVE);
    made->power_reactive = metric(s, LG_METRIC_AC_POWER_REACTIVE);
    made->energy_apparent = metric(s, LG_METRIC_AC_ENERGY_APPARENT);
    made->energy_active = active_energy(s, 0);
    made->energy_reactive = reactive_energy(s, 0);
    made->phase_1 = phase_of(s, 1);
    made->phase_2 = phase_of(s, 2);
    made->phase_3 = phase_of(s, 3);
    return made;
}

/* ---- what is wrong ---- */

static uint32_t no_code(uint32_t diagnostic)
{
    (void)diagnostic;
    return 0;
}

/* Errors of all kinds of components have the same three fields. */
static void add_errors(const source *s, make_rows *found, const lg_microgrid_diagnostic *of,
                       uint32_t count, Mg15__Common__ErrorLevel level,
                       const ProtobufCMessageDescriptor *type, uint32_t (*code)(uint32_t))
{
    for (uint32_t i = 0; i < count; i++) {
        Mg15__Battery__Error *one = make_room(s->m, type);
        one->code = (Mg15__Battery__ErrorCode)code(of[i].code);
        one->level = level;
        one->msg = (char *)(uintptr_t)of[i].message;
        make_row(s->m, found, one);
    }
}

static make_rows errors(const source *s, const ProtobufCMessageDescriptor *type,
                        uint32_t (*code)(uint32_t))
{
    make_rows found = {0};
    add_errors(s, &found, s->sample->errors, s->sample->error_count,
               MG15__COMMON__ERROR_LEVEL__ERROR_LEVEL_CRITICAL, type, code);
    add_errors(s, &found, s->sample->warnings, s->sample->warning_count,
               MG15__COMMON__ERROR_LEVEL__ERROR_LEVEL_WARN, type, code);
    return found;
}

/* ---- components ---- */

#define PUT_ERRORS(made, kind, Kind, code)                                                         \
    do {                                                                                           \
        make_rows wrong = errors(s, &mg15__##kind##__error__descriptor, code);                     \
        (made)->errors = (Mg15__##Kind##__Error **)wrong.at;                                       \
        (made)->n_errors = wrong.count;                                                            \
    } while (0)

static Mg15__Meter__Meter *meter(const source *s)
{
    Mg15__Meter__Meter *made = MAKE(s->m, Mg15__Meter__Meter, mg15__meter__meter);
    made->state = MAKE(s->m, Mg15__Meter__State, mg15__meter__state);
    made->state->component_state = (Mg15__Meter__ComponentState)microgrid15_plain_state(s->sample);
    made->data = MAKE(s->m, Mg15__Meter__Data, mg15__meter__data);
    made->data->ac = ac(s);
    PUT_ERRORS(made, meter, Meter, no_code);
    return made;
}

static Mg15__Inverter__Inverter *inverter(const source *s)
{
    Mg15__Inverter__Inverter *made = MAKE(s->m, Mg15__Inverter__Inverter, mg15__inverter__inverter);
    made->state = MAKE(s->m, Mg15__Inverter__State, mg15__inverter__state);
    made->state->component_state =
        (Mg15__Inverter__ComponentState)microgrid15_inverter_state(s->sample);
    made->data = MAKE(s->m, Mg15__Inverter__Data, mg15__inverter__data);
    made->data->ac = ac(s);
    made->data->dc_battery = dc(s, CONNECTION_BATTERY);
    made->data->dc_solar = dc(s, CONNECTION_PV);
    made->data->temperature = metric(s, LG_METRIC_INVERTER_TEMPERATURE);
    PUT_ERRORS(made, inverter, Inverter, no_code);
    return made;
}

static Mg15__Battery__Battery *battery(const source *s)
{
    const lg_microgrid_value *capacity = value_of(s, LG_METRIC_BATTERY_CAPACITY, 0);
    Mg15__Battery__Battery *made = MAKE(s->m, Mg15__Battery__Battery, mg15__battery__battery);
    made->properties = MAKE(s->m, Mg15__Battery__Properties, mg15__battery__properties);
    made->properties->capacity = capacity ? (float)capacity->value : 0;
    made->state = MAKE(s->m, Mg15__Battery__State, mg15__battery__state);
    made->state->component_state =
        (Mg15__Battery__ComponentState)microgrid15_battery_state(s->sample);
    made->state->relay_state = (Mg15__Battery__RelayState)microgrid15_battery_relay(s->sample);
    made->data = MAKE(s->m, Mg15__Battery__Data, mg15__battery__data);
    made->data->dc = dc(s, 0);
    made->data->soc = aggregation(s, LG_METRIC_BATTERY_SOC_PCT);
    made->data->temperature = aggregation(s, LG_METRIC_BATTERY_TEMPERATURE);
    PUT_ERRORS(made, battery, Battery, microgrid15_battery_error);
    return made;
}

static Mg15__EvCharger__EvCharger *charger(const source *s)
{
    Mg15__EvCharger__EvCharger *made =
        MAKE(s->m, Mg15__EvCharger__EvCharger, mg15__ev_charger__ev_charger);
    made->state = MAKE(s->m, Mg15__EvCharger__State, mg15__ev_charger__state);
    made->state->component_state =
        (Mg15__EvCharger__ComponentState)microgrid15_charger_state(s->sample);
    made->state->cable_state = (Mg15__EvCharger__CableState)microgrid15_charger_cable(s->sample);
    made->data = MAKE(s->m, Mg15__EvCharger__Data, mg15__ev_charger__data);
    made->data->ac = ac(s);
    made->data->dc = dc(s, 0);
    made->data->temperature = metric(s, LG_METRIC_EV_CHARGER_TEMPERATURE);
    PUT_ERRORS(made, ev_charger, EvCharger, microgrid15_charger_error);
    return made;
}

static uint32_t sensor_metric(uint32_t metric)
{
    static const struct {
        uint32_t metric, is;
    } known[] = {
        {LG_METRIC_SENSOR_WIND_SPEED, MG15__SENSOR__SENSOR_METRIC__SENSOR_METRIC_VELOCITY},
        {LG_METRIC_SENSOR_WIND_DIRECTION, MG15__SENSOR__SENSOR_METRIC__SENSOR_METRIC_ANGLE},
        {LG_METRIC_SENSOR_TEMPERATURE, MG15__SENSOR__SENSOR_METRIC__SENSOR_METRIC_TEMPERATURE},
        {LG_METRIC_SENSOR_RELATIVE_HUMIDITY, MG15__SENSOR__SENSOR_METRIC__SENSOR_METRIC_HUMIDITY},
        {LG_METRIC_SENSOR_DEW_POINT, MG15__SENSOR__SENSOR_METRIC__SENSOR_METRIC_DEW_POINT},
        {LG_METRIC_SENSOR_AIR_PRESSURE, MG15__SENSOR__SENSOR_METRIC__SENSOR_METRIC_PRESSURE},
        {LG_METRIC_SENSOR_IRRADIANCE, MG15__SENSOR__SENSOR_METRIC__SENSOR_METRIC_IRRADIANCE},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].metric == metric)
            return known[i].is;
    return 0;
}

static Mg15__Sensor__Sensor *sensor(const source *s)
{
    make_rows found = {0};
    Mg15__Sensor__Sensor *made = MAKE(s->m, Mg15__Sensor__Sensor, mg15__sensor__sensor);
    made->state = MAKE(s->m, Mg15__Sensor__State, mg15__sensor__state);
    made->state->component_state = (Mg15__Sensor__ComponentState)microgrid15_plain_state(s->sample);
    for (uint32_t i = 0; i < s->sample->value_count; i++) {
        uint32_t is = sensor_metric(s->sample->values[i].metric);
        if (!is)
            continue;
        Mg15__Sensor__SensorData *one =
            MAKE(s->m, Mg15__Sensor__SensorData, mg15__sensor__sensor_data);
        one->value = (float)s->sample->values[i].value;
        one->sensor_metric = (Mg15__Sensor__SensorMetric)is;
        make_row(s->m, &found, one);
    }
    made->data = MAKE(s->m, Mg15__Sensor__Data, mg15__sensor__data);
    made->data->sensor_data = (Mg15__Sensor__SensorData **)found.at;
    made->data->n_sensor_data = found.count;
    PUT_ERRORS(made, sensor, Sensor, no_code);
    return made;
}

ProtobufCMessage *microgrid15_make_data(const microgrid *g, maker *m, uint32_t category,
                                        const lg_microgrid_sample *sample)
{
    const source s = {.m = m, .sample = sample};
    Mg15__ComponentData *made = MAKE(m, Mg15__ComponentData, mg15__component_data);
    Google__Protobuf__Timestamp *moment = microgrid_moment(g, m, sample->time_ms);
    if (m->full)
        return NULL;
    made->ts = moment;
    made->id = sample->id;
    switch (category) {
    case LG_CATEGORY_METER:
        made->meter = meter(&s);
        made->data_case = MG15__COMPONENT_DATA__DATA_METER;
        break;
    case LG_CATEGORY_INVERTER:
        made->inverter = inverter(&s);
        made->data_case = MG15__COMPONENT_DATA__DATA_INVERTER;
        break;
    case LG_CATEGORY_BATTERY:
        made->battery = battery(&s);
        made->data_case = MG15__COMPONENT_DATA__DATA_BATTERY;
        break;
    case LG_CATEGORY_EV_CHARGER:
        made->ev_charger = charger(&s);
        made->data_case = MG15__COMPONENT_DATA__DATA_EV_CHARGER;
        break;
    default:
        made->sensor = sensor(&s);
        made->data_case = MG15__COMPONENT_DATA__DATA_SENSOR;
        break;
    }
    return m->full ? NULL : &made->base;
}
