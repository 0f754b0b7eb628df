/* tests/plugin/bad/bad_reading.c — posts readings that cannot be, next to a good one; gives back
 * what it does not hold */
#include "bad.h"

static const lg_point points[] = {
    {.size = sizeof(lg_point),
     .unit = LG_UNIT_W,
     .access = LG_READ,
     .name = "power",
     .min = 0,
     .max = 5,
     .help = "of something"},
    {.size = sizeof(lg_point),
     .unit = LG_UNIT_W,
     .access = LG_WRITE,
     .name = "level",
     .min = 0,
     .max = 5,
     .help = "of something"},
};

static int32_t bad_poll(void *device, int64_t now_ms)
{
    const lg_host *host = device;
    int local = 0;
    host->post(host->ctx, 0, 3, now_ms);
    host->post(host->ctx, 0, __builtin_nan(""), now_ms);
    host->post(host->ctx, 0, 5.5, now_ms);
    host->post(host->ctx, 1, 3, now_ms);
    host->post(host->ctx, 2, 3, now_ms);
    host->free(host->ctx, &local);
    return LG_OK;
}

static int32_t taking_write(void *device, uint32_t point, double value)
{
    (void)device;
    (void)point;
    (void)value;
    return LG_OK;
}

BAD_DRIVER("bad_reading", .role = LG_ROLE_CONSUMER, .points = LG_ARRAY(points), .open = fine_open,
           .plan = fine_plan, .poll = bad_poll, .write = taking_write)
BAD_PLUGIN("bad_reading", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
