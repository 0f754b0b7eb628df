/* Eligibility is worked out for all users of a tenant in one pass: a batch of a thousand locations
 * costs one. */
#include "coordination/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/sort.h"
#include "coordination/report.h"

lg_coord_result lg_coord_refuse(lg_coord_why *why, lg_coord_result result, const char *path,
                                const char *format, ...)
{
    va_list args;
    if (why) {
        snprintf(why->path, sizeof why->path, "%s", path);
        va_start(args, format);
        vsnprintf(why->text, sizeof why->text, format, args);
        va_end(args);
    }
    return result;
}

lg_coord_settings lg_coord_defaults(void)
{
    return (lg_coord_settings){
        .zone = lg_coord_zone_find("Europe/Oslo"),
        .seed = 1,
        .eligibility_us = 10 * LG_COORD_MINUTE_US,
        .acknowledge_us = LG_COORD_QUARTER_US,
    };
}

lg_coord *lg_coord_new(lg_mem *mem, const lg_coord_settings *settings)
{
    lg_coord *coord = lg_mem_zalloc(mem, 1, sizeof *coord);
    if (!coord)
        return NULL;
    coord->mem = mem;
    coord->settings = *settings;
    coord->now_us = INT64_MIN;
    lg_coord_table_init(&coord->tenants, mem);
    lg_coord_table_init(&coord->clients, mem);
    lg_coord_table_init(&coord->neighbourhoods, mem);
    lg_coord_table_init(&coord->notes, mem);
    for (int i = 0; i < 6; i++)
        lg_coord_table_init(&coord->openadr[i], mem);
    return coord;
}

static lg_coord_table *const *tables_of(lg_coord_tenant *t, lg_coord_table *out[9])
{
    lg_coord_table *all[] = {&t->users,  &t->locations, &t->resources,  &t->events, &t->reports,
                             &t->usages, &t->webhooks,  &t->deliveries, &t->tries};
    memcpy(out, all, sizeof all);
    return out;
}

void lg_coord_free(lg_coord *coord)
{
    lg_coord_table *tables[9];
    if (!coord)
        return;
    for (uint32_t i = 0; i < coord->tenants.count; i++) {
        lg_coord_tenant *tenant = (lg_coord_tenant *)coord->tenants.items[i];
        for (uint32_t k = 0; k < tenant->usages.count; k++) {
            lg_coord_usage *usage = (lg_coord_usage *)tenant->usages.items[k];
            lg_mem_free(coord->mem, usage->quarters, usage->capacity * sizeof *usage->quarters);
        }
        tables_of(tenant, tables);
        for (int k = 0; k < 9; k++)
            lg_coord_table_fini(tables[k]);
    }
    lg_coord_table_fini(&coord->tenants);
    lg_coord_table_fini(&coord->clients);
    lg_coord_table_fini(&coord->neighbourhoods);
    lg_coord_table_fini(&coord->notes);
    for (int i = 0; i < 6; i++)
        lg_coord_table_fini(&coord->openadr[i]);
    lg_mem_free(coord->mem, coord, sizeof *coord);
}

int64_t lg_coord_begin(lg_coord *coord, int64_t at_us)
{
    coord->now_us = at_us > coord->now_us ? at_us : coord->now_us + 1;
    coord->changes++;
    return coord->now_us;
}

void lg_coord_new_id(lg_coord *coord, char out[37])
{
    char path[32];
    snprintf(path, sizeof path, "coordination/%llu", (unsigned long long)++coord->ids);
    lg_uuid uuid = lg_uuid_derive(coord->settings.seed, path);
    lg_uuid_format(&uuid, out);
}

lg_coord_result lg_coord_add_tenant(lg_coord *coord, const char *id, lg_coord_tenant **out)
{
    lg_coord_table *tables[9];
    *out = NULL;
    if (lg_coord_table_find(&coord->tenants, id))
        return LG_COORD_CONFLICT;
    lg_coord_tenant *tenant = lg_coord_item_new(coord->mem, sizeof *tenant, id);
    if (!tenant)
        return LG_COORD_MEMORY;
    tenant->item.created_us = tenant->item.modified_us = coord->now_us;
    tenant->changed_us = INT64_MAX;
    tenant->told_us = INT64_MIN;
    tables_of(tenant, tables);
    for (int k = 0; k < 9; k++)
        lg_coord_table_init(tables[k], coord->mem);
    if (!lg_coord_table_add(&coord->tenants, &tenant->item)) {
        lg_coord_item_free(&tenant->item);
        return LG_COORD_MEMORY;
    }
    *out = tenant;
    return LG_COORD_DONE;
}

lg_coord_tenant *lg_coord_tenant_of(const lg_coord *coord, const char *id)
{
    return lg_coord_table_find(&coord->tenants, id);
}

lg_coord_result lg_coord_put_client(lg_coord *coord, const char *id, const char *tenant)
{
    bool failed = false;
    lg_coord_item *old = lg_coord_table_find(&coord->clients, id);
    if (!lg_coord_tenant_of(coord, tenant))
        return LG_COORD_UNKNOWN;
    lg_coord_client *client = lg_coord_item_new(coord->mem, sizeof *client, id);
    if (!client)
        return LG_COORD_MEMORY;
    client->tenant = lg_coord_item_text(&client->item, tenant, &failed);
    if (!failed && old)
        lg_coord_table_swap(&coord->clients, old, &client->item);
    if (!failed && (old || lg_coord_table_add(&coord->clients, &client->item)))
        return LG_COORD_DONE;
    lg_coord_item_free(&client->item);
    return LG_COORD_MEMORY;
}

lg_coord_tenant *lg_coord_tenant_by(const lg_coord *coord, const char *client)
{
    const lg_coord_client *found = lg_coord_table_find(&coord->clients, client);
    return found ? lg_coord_tenant_of(coord, found->tenant) : NULL;
}

const char *const *lg_coord_copy_texts(lg_coord_item *item, const char *const *texts,
                                       uint32_t count)
{
    const char **copy = count ? lg_arena_alloc(&item->arena, count * sizeof *copy) : NULL;
    bool failed = !copy;
    for (uint32_t i = 0; i < count && !failed; i++)
        copy[i] = lg_coord_item_text(item, texts[i], &failed);
    return failed ? NULL : copy;
}

/* ---- neighbourhoods ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static lg_coord_neighbourhood *make_neighbourhood(lg_coord *coord,
                                                  const lg_coord_neighbourhood_draft *draft)
{
    lg_coord_neighbourhood *n = lg_coord_item_new(coord->mem, sizeof *n, draft->name);
    if (!n)
        return NULL;
    size_t size = draft->corner_count * sizeof *n->corners;
    lg_coord_place *corners = lg_arena_alloc(&n->item.arena, size);
    n->meters = lg_coord_copy_texts(&n->item, draft->meters, draft->meter_count);
    if (!corners || (draft->meter_count && !n->meters)) {
        lg_coord_item_free(&n->item);
        return NULL;
    }
    for (uint32_t i = 0; i < draft->corner_count; i++) {
        corners[i].latitude.nano = draft->corners[i].latitude.nano;
        corners[i].longitude.nano = draft->corners[i].longitude.nano;
    }
    n->corners = corners;
    n->corner_count = draft->corner_count;
    n->meter_count = draft->meter_count;
    n->item.created_us = n->item.modified_us = coord->now_us;
    if (n->meter_count)
        lg_sort((void *)n->meters, n->meter_count, sizeof *n->meters, by_text);
    return n;
}

static void see_everybody(lg_coord *coord)
{
    for (uint32_t i = 0; i < coord->tenants.count; i++)
        lg_coord_see_eligible(coord, (lg_coord_tenant *)coord->tenants.items[i]);
}

lg_coord_result lg_coord_put_neighbourhood(lg_coord *coord,
                                           const lg_coord_neighbourhood_draft *draft,
                                           lg_coord_why *why)
{
    if (draft->corner_count &&
        (draft->corner_count < 3 || draft->corner_count > LG_COORD_CORNERS_MAX))
        return lg_coord_refuse(why, LG_COORD_INVALID, "polygon", "a polygon has 3 to %d corners",
                               LG_COORD_CORNERS_MAX);
    for (uint32_t i = 0; i < draft->corner_count; i++)
        if (!lg_coord_place_is_valid(&draft->corners[i]))
            return lg_coord_refuse(why, LG_COORD_INVALID, "polygon",
                                   "corner %u is no place of the earth in degrees", i + 1);
    lg_coord_item *old = lg_coord_table_find(&coord->neighbourhoods, draft->name);
    lg_coord_neighbourhood *next = make_neighbourhood(coord, draft);
    if (next && old)
        lg_coord_table_swap(&coord->neighbourhoods, old, &next->item);
    else if (next && !lg_coord_table_add(&coord->neighbourhoods, &next->item)) {
        lg_coord_item_free(&next->item);
        next = NULL;
    }
    if (!next)
        return LG_COORD_MEMORY;
    see_everybody(coord);
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_drop_neighbourhood(lg_coord *coord, const char *name)
{
    lg_coord_item *old = lg_coord_table_find(&coord->neighbourhoods, name);
    if (!old)
        return LG_COORD_UNKNOWN;
    lg_coord_table_drop(&coord->neighbourhoods, old);
    see_everybody(coord);
    return LG_COORD_DONE;
}

static bool holds_meter(const lg_coord_neighbourhood *n, const char *id)
{
    uint32_t low = 0, high = n->meter_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(n->meters[middle], id);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool lg_coord_meter_is_eligible(const lg_coord *coord, const char *id)
{
    for (uint32_t i = 0; i < coord->neighbourhoods.count; i++)
        if (holds_meter((const lg_coord_neighbourhood *)coord->neighbourhoods.items[i], id))
            return true;
    return false;
}

bool lg_coord_location_is_eligible(const lg_coord *coord, const lg_coord_location *location)
{
    for (uint32_t i = 0; i < location->meter_count; i++)
        if (lg_coord_meter_is_eligible(coord, location->meters[i]))
            return true;
    for (uint32_t i = 0; i < coord->neighbourhoods.count && location->placed; i++) {
        const lg_coord_neighbourhood *n =
            (const lg_coord_neighbourhood *)coord->neighbourhoods.items[i];
        if (lg_coord_area_holds(n->corners, n->corner_count, &location->place))
            return true;
    }
    return false;
}

void lg_coord_see_eligible(lg_coord *coord, lg_coord_tenant *tenant)
{
    bool untold = false;
    for (uint32_t i = 0; i < tenant->users.count; i++)
        ((lg_coord_user *)tenant->users.items[i])->eligible = false;
    for (uint32_t i = 0; i < tenant->locations.count; i++) {
        const lg_coord_location *location = (const lg_coord_location *)tenant->locations.items[i];
        if (!location->user->eligible)
            location->user->eligible = lg_coord_location_is_eligible(coord, location);
    }
    for (uint32_t i = 0; i < tenant->users.count; i++) {
        const lg_coord_user *user = (const lg_coord_user *)tenant->users.items[i];
        untold |= user->eligible != user->told;
    }
    if (!untold)
        tenant->changed_us = INT64_MAX;
    else if (tenant->changed_us == INT64_MAX)
        tenant->changed_us = coord->now_us;
}
