/* 200 SunSpec devices (inverter, battery, meter) polled every second: what part of a core that
 * takes. The devices are one other process. Time of the processor is measured, so other load does
 * no harm. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "device.h"
#include "plugin/devices/bench.h"

enum { DEVICES = 200, SECONDS = 10 };

static const lg_device_component house[] = {
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_INVERTER, .name = "Inverter"},
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_BATTERY, .name = "Battery"},
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_METER, .name = "Meter"},
};

static int64_t now_us(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *open_device(bench *b, uint16_t port)
{
    char address[60];
    const char *const settings[] = {address, NULL};
    const bench_device what = {.options = modbus_driver.options.items,
                               .option_count = modbus_driver.options.count,
                               .components = house,
                               .component_count = 3,
                               .settings = settings};
    void *device;
    snprintf(address, sizeof address, "address=127.0.0.1:%u", port);
    if (bench_device_open(b, &modbus_driver, &what, &device) != LG_OK)
        abort();
    return device;
}

static bool all_speak(void *ctx)
{
    const bench *b = ctx;
    return b->posted >= 2 * 3 * DEVICES;
}

int main(void)
{
    static bench b;
    static peer equipment;
    void *devices[DEVICES];
    char *const words[] = {"python3", LG_EQUIPMENT, "--count", "200", NULL};
    bench_open(&b);
    peer_start(&equipment, words);
    for (int i = 0; i < DEVICES; i++)
        devices[i] = open_device(&b, equipment.ports[i]);
    if (!bench_until(&b, all_speak, &b))
        abort();
    uint32_t posted = b.posted;
    int64_t began_us = now_us(CLOCK_MONOTONIC), worked_us = now_us(CLOCK_PROCESS_CPUTIME_ID);
    b.loop.slowest_us = 0;
    while (now_us(CLOCK_MONOTONIC) < began_us + SECONDS * INT64_C(1000000))
        loop_turn(&b.loop, 100);
    double took_us = (double)(now_us(CLOCK_MONOTONIC) - began_us);
    worked_us = now_us(CLOCK_PROCESS_CPUTIME_ID) - worked_us;
    printf("200 Modbus devices a second, of a core\t%.2f\t%%\t10\n",
           (double)worked_us / took_us * 100);
    printf("samples of them\t%.0f\ta second\t\n", (b.posted - posted) / took_us * 1e6);
    printf("longest turn of the loop for them\t%.2f\tms\t\n", (double)b.loop.slowest_us / 1000);
    for (int i = 0; i < DEVICES; i++)
        modbus_driver.close(devices[i]);
    peer_stop(&equipment);
    bench_close(&b);
    return 0;
}
