/* Components and names are borrowed for the call of open(), and needed later. */
#include "ladder/site.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lunagrid/host.h"

bool site_take(site_copy *out, const lg_device_site *site)
{
    uint32_t count = site->components.count;
    lg_device_component *copies = calloc(count ? count : 1, sizeof *copies);
    *out = (site_copy){.site = *site, .name = strdup(site->device->name)};
    out->site.device = NULL;
    out->site.components = (lg_array){copies, copies ? count : 0, sizeof *copies};
    bool is_fine = copies && out->name;
    for (uint32_t i = 0; copies && i < count; i++) {
        copies[i] = *lg_device_component_at(site, i);
        copies[i].name = strdup(copies[i].name);
        is_fine = is_fine && copies[i].name;
    }
    return is_fine;
}

void site_free(site_copy *copy)
{
    for (uint32_t i = 0; i < copy->site.components.count; i++)
        free((char *)(uintptr_t)lg_device_component_at(&copy->site, i)->name);
    free((void *)(uintptr_t)copy->site.components.items);
    free(copy->name);
}

void site_say(const site_copy *copy, const lg_device_host *host, uint32_t level, const char *format,
              ...)
{
    char text[600];
    int length = snprintf(text, sizeof text, "%s: ", copy->name);
    va_list list;
    va_start(list, format);
    if (length > 0 && (size_t)length < sizeof text)
        vsnprintf(text + length, sizeof text - (size_t)length, format, list);
    va_end(list);
    host->host->log(host->host->ctx, level, text);
}

void site_pretend(const site_copy *copy, const lg_device_host *host, const steer *s)
{
    const uint32_t states[] = {LG_STATE_READY};
    for (uint32_t i = 0; i < copy->site.components.count; i++) {
        const lg_device_component *c = lg_device_component_at(&copy->site, i);
        lg_microgrid_range range;
        bool has_range = steer_range(s, i, &range);
        const lg_microgrid_value value = {.metric = c->category == LG_CATEGORY_BATTERY
                                                        ? LG_METRIC_DC_POWER
                                                        : LG_METRIC_AC_POWER_ACTIVE,
                                          .value = steer_pretended(s, i),
                                          .ranges = has_range ? &range : NULL,
                                          .range_count = has_range};
        const lg_device_sample sample = {.size = sizeof sample,
                                         .component = i,
                                         .time_ms = host->now_ms(host->ctx),
                                         .values = &value,
                                         .value_count = 1,
                                         .states = states,
                                         .state_count = 1};
        host->post(host->ctx, &sample);
    }
}
