/* The bench of devices: everything fails loudly, as part of a test. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/device_kit.h"

#include <math.h>
#include <string.h>

enum { OPTIONS = 16 };

static void hear_sample(void *ctx, uint32_t device, const lg_device_sample *sample)
{
    lg_bench *b = ctx;
    lg_bench_heard *h = &b->heard[sample->component];
    (void)device;
    h->count++;
    h->time_ms = sample->time_ms;
    h->value_count = sample->value_count;
    for (uint32_t i = 0; i < sample->value_count; i++) {
        h->values[i] = sample->values[i];
        memcpy(h->ranges[i], sample->values[i].ranges,
               sample->values[i].range_count * sizeof(lg_microgrid_range));
    }
    h->state_count = sample->state_count;
    memcpy(h->states, sample->states, sample->state_count * sizeof(uint32_t));
    h->errors = sample->error_count;
}

static void hear_done(void *ctx, uint32_t device, uint64_t number, int32_t status,
                      const char *sentence)
{
    (void)ctx;
    (void)device;
    (void)number;
    (void)status;
    (void)sentence;
}

static void hear_flow(void *ctx, uint32_t device, uint32_t component, double watts, double vars)
{
    lg_bench *b = ctx;
    (void)device;
    (void)vars;
    b->heard[component].flow_W = watts;
}

static void hear_below(void *ctx, uint32_t device, uint32_t component, double *watts, double *vars)
{
    const lg_bench *b = ctx;
    (void)device;
    (void)component;
    *watts = b->below_W;
    *vars = 0;
}

static int64_t hear_now(void *ctx)
{
    return ((lg_bench *)ctx)->now_ms;
}

/* "name", value, ..., NULL into the parameters of a driver; rows and profiles by hand. */
static lg_params *make_params(const lg_device_driver *driver, const char *const *names,
                              const double *values)
{
    lg_params *params =
        lg_mem_zalloc(lg_mem_system(), 1, sizeof(lg_params) + OPTIONS * sizeof(lg_param));
    const lg_option *options = driver->options.items;
    assert_in_range(driver->options.count, 1, OPTIONS);
    params->count = params->driver_count = driver->options.count;
    for (uint32_t i = 0; i < driver->options.count; i++)
        params->items[i] =
            (lg_param){&options[i], {.size = sizeof(lg_value), .number = options[i].def}};
    for (uint32_t k = 0; names && names[k]; k++) {
        uint32_t i = 0;
        while (strcmp(options[i].name, names[k]) != 0)
            assert_true(++i < driver->options.count);
        params->items[i].value.number = values[k];
        params->items[i].value.given = 1;
    }
    return params;
}

lg_value *lg_bench_value(lg_bench *b, const char *name)
{
    for (uint32_t i = 0; i < b->params->count; i++)
        if (strcmp(b->params->items[i].option->name, name) == 0)
            return &b->params->items[i].value;
    fail_msg("no option %s", name);
    return NULL;
}

void lg_bench_prepare(lg_bench *b, const char *file, const char *driver, const char *const *names,
                      const double *values)
{
    uint32_t count;
    memset(b, 0, sizeof *b);
    lg_diag_init(&b->diag, lg_mem_system());
    b->plugins = lg_plugins_load(lg_mem_system(), &file, 1, &b->diag);
    const lg_device_driver *const *drivers = lg_plugins_devices(b->plugins, &count);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(drivers[i]->name, driver) == 0)
            b->spec.driver = drivers[i];
    assert_non_null(b->spec.driver);
    b->params = make_params(b->spec.driver, names, values);
    const lg_device_part *parts = b->spec.driver->parts.items;
    for (uint32_t i = 0; i < b->spec.driver->parts.count; i++)
        b->components[i] = (lg_device_component){.size = sizeof(lg_device_component),
                                                 .category = parts[i].category,
                                                 .id = i + 1,
                                                 .name = "c"};
    b->spec.name = "device";
    b->spec.params = b->params;
    b->spec.components = b->components;
    b->spec.component_count = b->spec.driver->parts.count;
}

lg_status lg_bench_start(lg_bench *b, int64_t start_ms)
{
    const lg_equipment_input input = {
        .devices = &b->spec,
        .count = 1,
        .file = "scenario.lua",
        .seed = 7,
        .site_seed = 7,
        .start_ms = start_ms,
        .step_ms = 1000,
        .slot_s = 900,
        .latitude_deg = 52.5,
        .voltage_V = 230,
        .frequency_Hz = 50,
        .ears = {.ctx = b,
                 .sample = hear_sample,
                 .done = hear_done,
                 .flow = hear_flow,
                 .flow_below = hear_below,
                 .now_ms = hear_now},
    };
    b->now_ms = start_ms;
    return lg_equipment_open(lg_mem_system(), &input, &b->diag, &b->equipment);
}

void lg_bench_finish(lg_bench *b)
{
    lg_equipment_close(b->equipment);
    lg_mem_free(lg_mem_system(), b->params, sizeof(lg_params) + OPTIONS * sizeof(lg_param));
    lg_profile_free(b->profile);
    lg_plugins_free(b->plugins);
    lg_diag_fini(&b->diag);
}

void lg_bench_steps(lg_bench *b, uint32_t seconds)
{
    for (uint32_t i = 0; i < seconds; i++)
        lg_equipment_step(b->equipment, 0, b->now_ms += 1000);
}

int32_t lg_bench_tell(lg_bench *b, uint32_t component, uint32_t kind, double power)
{
    const lg_device_command command = {.size = sizeof command,
                                       .kind = kind,
                                       .component = component,
                                       .number = 1,
                                       .power = power,
                                       .until_ms = INT64_MAX};
    return lg_equipment_command(b->equipment, 0, &command);
}

void lg_bench_show(lg_bench *b, uint32_t kind, int64_t seconds)
{
    const lg_device_fault fault = {.size = sizeof fault,
                                   .kind = kind,
                                   .component = LG_DEVICE_ALL,
                                   .until_ms = b->now_ms + seconds * 1000 + 1};
    assert_int_equal(lg_equipment_fault(b->equipment, 0, &fault), LG_OK);
}

double lg_bench_said(const lg_bench *b, uint32_t component, uint32_t metric)
{
    const lg_bench_heard *h = &b->heard[component];
    for (uint32_t i = 0; i < h->value_count; i++)
        if (h->values[i].metric == metric)
            return h->values[i].value;
    fail_msg("component %u says nothing of metric %u", component, metric);
    return 0;
}

lg_microgrid_range lg_bench_range(const lg_bench *b, uint32_t component, uint32_t metric,
                                  uint32_t index)
{
    const lg_bench_heard *h = &b->heard[component];
    for (uint32_t i = 0; i < h->value_count; i++)
        if (h->values[i].metric == metric && index < h->values[i].range_count)
            return h->ranges[i][index];
    return (lg_microgrid_range){(double)NAN, (double)NAN};
}

bool lg_bench_is_in(const lg_bench *b, uint32_t component, uint32_t state)
{
    const lg_bench_heard *h = &b->heard[component];
    for (uint32_t i = 0; i < h->state_count; i++)
        if (h->states[i] == state)
            return true;
    return false;
}
