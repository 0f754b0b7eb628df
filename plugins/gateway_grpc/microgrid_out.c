/* Samples as messages of v1alpha18: one time, one state, in every message. */
#include <math.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_parts.h"

typedef Fc__Microgrid__ElectricalComponents__ElectricalComponentTelemetry telemetry_type;
typedef Fc__Microgrid__ElectricalComponents__ElectricalComponentStateSnapshot snapshot_type;
typedef Fc__Microgrid__ElectricalComponents__ElectricalComponentDiagnostic diagnostic_type;
typedef Fc__Microgrid__Sensors__SensorTelemetry sensor_telemetry_type;
typedef Fc__Microgrid__Sensors__SensorStateSnapshot sensor_snapshot_type;
typedef Fc__Microgrid__Sensors__SensorDiagnostic sensor_diagnostic_type;

/* What sensors have beside it. */
enum { SENSOR_UNKNOWN = 1, SENSOR_INTERNAL = 2 };

static char *text_of(const char *text)
{
    return (char *)(uintptr_t)(text ? text : "");
}

/* ---- values ---- */

void *microgrid_bounds(maker *m, const lg_microgrid_range *range)
{
    Fc__Metrics__Bounds *made = MAKE(m, Fc__Metrics__Bounds, fc__metrics__bounds);
    if (isfinite(range->lower)) {
        made->has_lower_case = FC__METRICS__BOUNDS__HAS_LOWER_LOWER;
        made->lower = (float)range->lower;
    }
    if (isfinite(range->upper)) {
        made->has_upper_case = FC__METRICS__BOUNDS__HAS_UPPER_UPPER;
        made->upper = (float)range->upper;
    }
    return made;
}

static Fc__Metrics__MetricSample *sample_of(maker *m, const lg_microgrid_value *value,
                                            Google__Protobuf__Timestamp *moment)
{
    Fc__Metrics__MetricSample *made =
        MAKE(m, Fc__Metrics__MetricSample, fc__metrics__metric_sample);
    made->sample_time = moment;
    made->metric = (Fc__Metrics__Metric)value->metric;
    made->value = MAKE(m, Fc__Metrics__MetricValueVariant, fc__metrics__metric_value_variant);
    made->value->metric_value_variant_case =
        FC__METRICS__METRIC_VALUE_VARIANT__METRIC_VALUE_VARIANT_SIMPLE_METRIC;
    made->value->simple_metric =
        MAKE(m, Fc__Metrics__SimpleMetricValue, fc__metrics__simple_metric_value);
    made->value->simple_metric->value = (float)value->value;
    made->bounds =
        value->range_count ? make_bytes(m, value->range_count * sizeof *made->bounds) : NULL;
    for (uint32_t i = 0; made->bounds && i < value->range_count; i++)
        made->bounds[made->n_bounds++] = microgrid_bounds(m, &value->ranges[i]);
    if (value->connection) {
        made->has_connection_case = FC__METRICS__METRIC_SAMPLE__HAS_CONNECTION_CONNECTION;
        made->connection = MAKE(m, Fc__Metrics__MetricConnection, fc__metrics__metric_connection);
        made->connection->category = (Fc__Metrics__MetricConnectionCategory)value->connection;
    }
    return made;
}

static bool is_wanted(const microgrid_filter *filter, uint32_t metric)
{
    return filter->all ||
           (metric < MICROGRID_METRICS && filter->bits[metric / 64] & UINT64_C(1) << (metric % 64));
}

static Fc__Metrics__MetricSample **values(maker *m, const lg_microgrid_sample *sample,
                                          const microgrid_filter *filter,
                                          Google__Protobuf__Timestamp *moment, size_t *count)
{
    *count = 0;
    if (sample->value_count == 0)
        return NULL;
    Fc__Metrics__MetricSample **made = make_bytes(m, sample->value_count * sizeof *made);
    for (uint32_t i = 0; made && i < sample->value_count; i++)
        if (is_wanted(filter, sample->values[i].metric))
            made[(*count)++] = sample_of(m, &sample->values[i], moment);
    return made;
}

/* ---- components ---- */

static diagnostic_type **diagnostics(maker *m, const lg_microgrid_diagnostic *of, uint32_t given,
                                     size_t *count)
{
    diagnostic_type **made = given ? make_bytes(m, given * sizeof *made) : NULL;
    for (uint32_t i = 0; made && i < given; i++) {
        diagnostic_type *one =
            MAKE(m, diagnostic_type,
                 fc__microgrid__electrical_components__electrical_component_diagnostic);
        one->diagnostic_code =
            (Fc__Microgrid__ElectricalComponents__ElectricalComponentDiagnosticCode)of[i].code;
        one->message = text_of(of[i].message);
        if (of[i].vendor_code) {
            one->has_vendor_diagnostic_code_case =
                FC__MICROGRID__ELECTRICAL_COMPONENTS__ELECTRICAL_COMPONENT_DIAGNOSTIC__HAS_VENDOR_DIAGNOSTIC_CODE_VENDOR_DIAGNOSTIC_CODE;
            one->vendor_diagnostic_code = text_of(of[i].vendor_code);
        }
        made[(*count)++] = one;
    }
    return made;
}

static snapshot_type *snapshot(maker *m, const lg_microgrid_sample *sample,
                               Google__Protobuf__Timestamp *moment)
{
    snapshot_type *made =
        MAKE(m, snapshot_type,
             fc__microgrid__electrical_components__electrical_component_state_snapshot);
    made->origin_time = moment;
    made->states =
        sample->state_count ? make_bytes(m, sample->state_count * sizeof *made->states) : NULL;
    for (uint32_t i = 0; made->states && i < sample->state_count; i++)
        made->states[made->n_states++] =
            (Fc__Microgrid__ElectricalComponents__ElectricalComponentStateCode)sample->states[i];
    made->warnings = diagnostics(m, sample->warnings, sample->warning_count, &made->n_warnings);
    made->errors = diagnostics(m, sample->errors, sample->error_count, &made->n_errors);
    return made;
}

ProtobufCMessage *microgrid_make_telemetry(const microgrid *g, maker *m,
                                           const lg_microgrid_sample *sample,
                                           const microgrid_filter *filter)
{
    Mg18__ReceiveElectricalComponentTelemetryStreamResponse *made =
        MAKE(m, Mg18__ReceiveElectricalComponentTelemetryStreamResponse,
             mg18__receive_electrical_component_telemetry_stream_response);
    telemetry_type *telemetry = MAKE(
        m, telemetry_type, fc__microgrid__electrical_components__electrical_component_telemetry);
    snapshot_type **state = make_bytes(m, sizeof *state);
    Google__Protobuf__Timestamp *moment = microgrid_moment(g, m, sample->time_ms);
    if (m->full)
        return NULL;
    made->telemetry = telemetry;
    telemetry->electrical_component_id = sample->id;
    telemetry->metric_samples = values(m, sample, filter, moment, &telemetry->n_metric_samples);
    *state = snapshot(m, sample, moment);
    telemetry->state_snapshots = state;
    telemetry->n_state_snapshots = 1;
    return m->full ? NULL : &made->base;
}

/* ---- sensors ---- */

static sensor_diagnostic_type **sensor_diagnostics(maker *m, const lg_microgrid_diagnostic *of,
                                                   uint32_t given, size_t *count)
{
    sensor_diagnostic_type **made = given ? make_bytes(m, given * sizeof *made) : NULL;
    for (uint32_t i = 0; made && i < given; i++) {
        sensor_diagnostic_type *one =
            MAKE(m, sensor_diagnostic_type, fc__microgrid__sensors__sensor_diagnostic);
        one->diagnostic_code =
            (Fc__Microgrid__Sensors__SensorDiagnosticCode)(of[i].code == LG_DIAGNOSTIC_INTERNAL
                                                               ? SENSOR_INTERNAL
                                                               : SENSOR_UNKNOWN);
        one->message = text_of(of[i].message);
        if (of[i].vendor_code) {
            one->has_vendor_diagnostic_code_case =
                FC__MICROGRID__SENSORS__SENSOR_DIAGNOSTIC__HAS_VENDOR_DIAGNOSTIC_CODE_VENDOR_DIAGNOSTIC_CODE;
            one->vendor_diagnostic_code = text_of(of[i].vendor_code);
        }
        made[(*count)++] = one;
    }
    return made;
}

/* A sensor is well or not. */
static bool has_failed(const lg_microgrid_sample *sample)
{
    for (uint32_t i = 0; i < sample->state_count; i++)
        if (sample->states[i] == LG_STATE_ERROR)
            return true;
    return sample->error_count > 0;
}

ProtobufCMessage *microgrid_make_sensor_telemetry(const microgrid *g, maker *m,
                                                  const lg_microgrid_sample *sample,
                                                  const microgrid_filter *filter)
{
    Mg18__ReceiveSensorTelemetryStreamResponse *made =
        MAKE(m, Mg18__ReceiveSensorTelemetryStreamResponse,
             mg18__receive_sensor_telemetry_stream_response);
    sensor_telemetry_type *telemetry =
        MAKE(m, sensor_telemetry_type, fc__microgrid__sensors__sensor_telemetry);
    sensor_snapshot_type *state =
        MAKE(m, sensor_snapshot_type, fc__microgrid__sensors__sensor_state_snapshot);
    sensor_snapshot_type **states = make_bytes(m, sizeof *states);
    state->states = make_bytes(m, sizeof *state->states);
    Google__Protobuf__Timestamp *moment = microgrid_moment(g, m, sample->time_ms);
    if (m->full)
        return NULL;
    made->telemetry = telemetry;
    telemetry->sensor_id = sample->id;
    telemetry->metric_samples = values(m, sample, filter, moment, &telemetry->n_metric_samples);
    telemetry->state_snapshots = states;
    telemetry->n_state_snapshots = 1;
    *states = state;
    state->origin_time = moment;
    state->n_states = 1;
    *state->states = has_failed(sample)
                         ? FC__MICROGRID__SENSORS__SENSOR_STATE_CODE__SENSOR_STATE_CODE_ERROR
                         : FC__MICROGRID__SENSORS__SENSOR_STATE_CODE__SENSOR_STATE_CODE_OK;
    state->warnings =
        sensor_diagnostics(m, sample->warnings, sample->warning_count, &state->n_warnings);
    state->errors = sensor_diagnostics(m, sample->errors, sample->error_count, &state->n_errors);
    return m->full ? NULL : &made->base;
}
