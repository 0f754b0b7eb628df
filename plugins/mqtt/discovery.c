/* Texts are made by cJSON: names come from scenarios and may hold anything. */
#include "discovery.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "lunagrid/component.h"

static const struct {
    const char *name, *unit;
    uint32_t number;
} metrics[] = {
#define METRIC_ROW_(name, number, older, unit) {#name, unit, number},
    LG_METRICS(METRIC_ROW_)
#undef METRIC_ROW_
};

/* By unit: the class that Home Assistant shows it as, and its word for the unit. */
static const struct {
    const char *unit, *theirs, *kind;
} classes[] = {
    {"W", "W", "power"},
    {"VAr", "var", "reactive_power"},
    {"VA", "VA", "apparent_power"},
    {"V", "V", "voltage"},
    {"A", "A", "current"},
    {"Hz", "Hz", "frequency"},
    {"Wh", "Wh", "energy"},
    {"degC", "°C", "temperature"},
    {"m/s", "m/s", "wind_speed"},
    {"W/m2", "W/m²", "irradiance"},
    {"hPa", "hPa", "atmospheric_pressure"},
    {"%", "%", NULL},
    {"deg", "°", NULL},
    {"1", NULL, "power_factor"},
};

const char *discovery_metric(uint32_t metric)
{
    for (size_t i = 1; i < sizeof metrics / sizeof *metrics; i++)
        if (metrics[i].number == metric)
            return metrics[i].name;
    return NULL;
}

const char *discovery_state(uint32_t state)
{
    switch (state) {
#define STATE_ROW_(name, number)                                                                   \
    case number:                                                                                   \
        return #name;
        LG_STATES(STATE_ROW_)
#undef STATE_ROW_
    default:
        return "UNKNOWN";
    }
}

static const char *unit_of(uint32_t metric)
{
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        if (metrics[i].number == metric)
            return metrics[i].unit;
    return "";
}

static void add(cJSON *to, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(cJSON *to, const char *name, const char *format, ...)
{
    char text[300];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    cJSON_AddStringToObject(to, name, text);
}

/* The device that a sensor belongs to, and whether it can be reached. */
static cJSON *begin(const discovery *d, const char *what)
{
    const lg_microgrid_component *c = d->component;
    cJSON *all = cJSON_CreateObject();
    cJSON *device = cJSON_AddObjectToObject(all, "device");
    cJSON *names = cJSON_AddArrayToObject(device, "identifiers");
    char id[80];
    snprintf(id, sizeof id, "%s_%" PRIu64 "_%" PRIu64, d->base, d->site, d->id);
    cJSON_AddItemToArray(names, cJSON_CreateString(id));
    add(device, "name", "%s", c->name && *c->name ? c->name : id);
    add(device, "manufacturer", "%s",
        c->manufacturer && *c->manufacturer ? c->manufacturer : "lunagrid");
    if (c->model && *c->model)
        add(device, "model", "%s", c->model);
    if (d->site_name && *d->site_name)
        add(device, "suggested_area", "%s", d->site_name);
    add(all, "unique_id", "%s_%s", id, what);
    add(all, "availability_topic", "%s/status", d->base);
    return all;
}

static bool end(cJSON *all, char *text)
{
    bool is_fine = cJSON_PrintPreallocated(all, text, DISCOVERY_TEXT_MAX, false);
    cJSON_Delete(all);
    return is_fine;
}

/* AC_POWER_ACTIVE_PHASE_1 is "Ac power active phase 1" to people. */
static void add_name(cJSON *all, const char *metric)
{
    char name[80];
    size_t i = 0;
    for (; metric[i] && i + 1 < sizeof name; i++)
        name[i] = metric[i] == '_'                                ? ' '
                  : i > 0 && metric[i] >= 'A' && metric[i] <= 'Z' ? (char)(metric[i] + 32)
                                                                  : metric[i];
    name[i] = 0;
    cJSON_AddStringToObject(all, "name", name);
}

bool discovery_sensor(const discovery *d, uint32_t metric, char *topic, char *text)
{
    const char *name = discovery_metric(metric), *unit = unit_of(metric);
    if (!name)
        return false;
    cJSON *all = begin(d, name);
    add_name(all, name);
    add(all, "state_topic", "%s/%" PRIu64 "/%" PRIu64 "/state", d->base, d->site, d->id);
    add(all, "value_template", "{{ value_json.%s }}", name);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(classes[i].unit, unit) != 0)
            continue;
        const char *kind = metric == LG_METRIC_BATTERY_SOC_PCT            ? "battery"
                           : metric == LG_METRIC_BATTERY_CAPACITY         ? "energy_storage"
                           : metric == LG_METRIC_SENSOR_RELATIVE_HUMIDITY ? "humidity"
                                                                          : classes[i].kind;
        if (classes[i].theirs)
            add(all, "unit_of_measurement", "%s", classes[i].theirs);
        if (kind)
            add(all, "device_class", "%s", kind);
    }
    /* Counters never go back; of net energy Home Assistant wants to know that it may. */
    bool counts = strstr(name, "_CONSUMED") || strstr(name, "_DELIVERED");
    bool is_energy = strcmp(unit, "Wh") == 0 && metric != LG_METRIC_BATTERY_CAPACITY;
    add(all, "state_class", "%s",
        counts      ? "total_increasing"
        : is_energy ? "total"
                    : "measurement");
    snprintf(topic, DISCOVERY_TOPIC_MAX, "%s/sensor/%s_%" PRIu64 "_%" PRIu64 "/%s/config",
             d->prefix, d->base, d->site, d->id, name);
    return end(all, text);
}

bool discovery_number(const discovery *d, double lower, double upper, char *topic, char *text)
{
    cJSON *all = begin(d, "set_power");
    add(all, "name", "Set power");
    add(all, "command_topic", "%s/%" PRIu64 "/%" PRIu64 "/set_power", d->base, d->site, d->id);
    cJSON_AddNumberToObject(all, "min", lower);
    cJSON_AddNumberToObject(all, "max", upper);
    add(all, "unit_of_measurement", "W");
    add(all, "device_class", "power");
    add(all, "mode", "box");
    snprintf(topic, DISCOVERY_TOPIC_MAX, "%s/number/%s_%" PRIu64 "_%" PRIu64 "/set_power/config",
             d->prefix, d->base, d->site, d->id);
    return end(all, text);
}
