/* Waits are for something to happen, never for a time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scene.h"

#include <stdio.h>
#include <string.h>

#include "device.h"

static const lg_device_component house[] = {
    {.size = sizeof(lg_device_component),
     .category = LG_CATEGORY_INVERTER,
     .type = LG_INVERTER_BATTERY,
     .id = 1,
     .name = "Inverter"},
    {.size = sizeof(lg_device_component),
     .category = LG_CATEGORY_BATTERY,
     .id = 2,
     .name = "Battery"},
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_METER, .id = 3, .name = "Meter"},
};

void scene_start(scene *s, char *models)
{
    char *const words[] = {"python3", LG_EQUIPMENT, models ? "--models" : NULL, models, NULL};
    memset(s, 0, sizeof *s);
    bench_open(&s->bench);
    peer_start(&s->peer, words);
}

/* Settings beside the address. */
void scene_open(scene *s, const char *const *more)
{
    const char *settings[20];
    char address[40];
    int count = 0;
    snprintf(address, sizeof address, "address=127.0.0.1:%u", s->peer.ports[0]);
    settings[count++] = address;
    settings[count++] = "poll_ms=100";
    settings[count++] = "timeout_ms=200";
    while (*more)
        settings[count++] = *more++;
    settings[count] = NULL;
    const bench_device what = {.options = modbus_driver.options.items,
                               .option_count = modbus_driver.options.count,
                               .components = house,
                               .component_count = 3,
                               .settings = settings};
    int32_t status = bench_device_open(&s->bench, &modbus_driver, &what, &s->device);
    if (status != LG_OK)
        print_message("%s\n", s->bench.loop.refusal);
    assert_int_equal(status, LG_OK);
}

void scene_stop(scene *s)
{
    if (s->device)
        modbus_driver.close(s->device);
    peer_stop(&s->peer);
    bench_close(&s->bench);
}

static bool has_more_samples(void *ctx)
{
    const scene *s = ctx;
    return s->bench.samples[INVERTER].count > s->seen && s->bench.samples[BATTERY].count > 0 &&
           s->bench.samples[METER].count > 0;
}

void scene_samples(scene *s)
{
    s->seen = s->bench.samples[INVERTER].count + 1; /* one that began after this moment */
    assert_true(bench_until(&s->bench, has_more_samples, s));
}

static bool was_told(void *ctx)
{
    const scene *s = ctx;
    return s->bench.done_number == (uint64_t)s->wanted;
}

static bool peer_says(void *ctx)
{
    scene *s = ctx;
    return peer_number(&s->peer, s->question) == s->wanted;
}

void scene_wait(scene *s, const char *question, long wanted)
{
    s->question = question;
    s->wanted = wanted;
    assert_true(bench_until(&s->bench, peer_says, s));
}

int32_t scene_command(scene *s, uint64_t number, double watts, int64_t for_ms)
{
    const lg_device_command c = {.size = sizeof c,
                                 .kind = LG_DEVICE_POWER_ACTIVE,
                                 .component = INVERTER,
                                 .number = number,
                                 .power = watts,
                                 .until_ms = s->bench.host.now_ms(&s->bench) + for_ms};
    return modbus_driver.command(s->device, &c);
}

void scene_told(scene *s, uint64_t number)
{
    s->wanted = (long)number;
    assert_true(bench_until(&s->bench, was_told, s));
}

double scene_value(const scene *s, uint32_t component, uint32_t metric)
{
    return s->bench.samples[component].values[metric];
}

void scene_tell(scene *s, const char *mode)
{
    char answer[20];
    assert_true(peer_ask(&s->peer, mode, answer, sizeof answer));
}
