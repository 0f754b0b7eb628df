/* A batch is looked at as a whole first; then only memory can be lacking, and what was added is
 * taken back. */
#include "coordination/people.h"

#include <stdio.h>
#include <string.h>

static void stamp(const lg_coord *coord, lg_coord_item *item)
{
    item->created_us = item->modified_us = coord->now_us;
}

/* Takes back the last @p count things of @p table. */
static void take_back(lg_coord_table *table, uint32_t count)
{
    for (; count > 0; count--)
        lg_coord_table_drop(table, table->items[table->count - 1]);
}

/* ---- users ---- */

/* Words that stand in the place of an id in paths of the wire. */
static bool is_reserved(const char *id)
{
    return strcmp(id, "batch") == 0 || strcmp(id, "eligible") == 0 || strcmp(id, "locations") == 0;
}

static lg_coord_result add_user(lg_coord *coord, lg_coord_tenant *tenant, const char *id,
                                uint32_t index, lg_coord_why *why)
{
    char path[64];
    snprintf(path, sizeof path, "users[%u].userId", index);
    if (is_reserved(id))
        return lg_coord_refuse(why, LG_COORD_INVALID, path, "\"%.64s\" is a word of the paths here",
                               id);
    if (lg_coord_table_find(&tenant->users, id))
        return lg_coord_refuse(why, LG_COORD_CONFLICT, path, "the user \"%.128s\" is there already",
                               id);
    lg_coord_user *user = lg_coord_item_new(coord->mem, sizeof *user, id);
    if (!user)
        return LG_COORD_MEMORY;
    stamp(coord, &user->item);
    if (lg_coord_table_add(&tenant->users, &user->item))
        return LG_COORD_DONE;
    lg_coord_item_free(&user->item);
    return LG_COORD_MEMORY;
}

lg_coord_result lg_coord_add_users(lg_coord *coord, lg_coord_tenant *tenant, const char *const *ids,
                                   uint32_t count, lg_coord_why *why)
{
    if (tenant->users.count + count > LG_COORD_USERS_MAX)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "there may be %d users",
                               LG_COORD_USERS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        lg_coord_result result = add_user(coord, tenant, ids[i], i, why);
        if (result != LG_COORD_DONE) {
            take_back(&tenant->users, i);
            return result;
        }
    }
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_drop_user(lg_coord *coord, lg_coord_tenant *tenant, const char *id)
{
    lg_coord_user *user = lg_coord_table_find(&tenant->users, id);
    if (!user)
        return LG_COORD_UNKNOWN;
    for (uint32_t i = tenant->resources.count; i-- > 0;)
        if (((lg_coord_resource *)tenant->resources.items[i])->user == user)
            lg_coord_table_drop(&tenant->resources, tenant->resources.items[i]);
    for (uint32_t i = tenant->locations.count; i-- > 0;)
        if (((lg_coord_location *)tenant->locations.items[i])->user == user)
            lg_coord_table_drop(&tenant->locations, tenant->locations.items[i]);
    lg_coord_table_drop(&tenant->users, &user->item);
    lg_coord_see_eligible(coord, tenant);
    return LG_COORD_DONE;
}

/* ---- locations ---- */

bool lg_coord_location_has(const lg_coord_location *location, const char *meter)
{
    for (uint32_t i = 0; i < location->meter_count; i++)
        if (strcmp(location->meters[i], meter) == 0)
            return true;
    return false;
}

lg_coord_location *lg_coord_location_of(const lg_coord_tenant *tenant, const char *user,
                                        const char *id)
{
    lg_coord_location *location = lg_coord_table_find(&tenant->locations, id);
    return location && strcmp(location->user->item.id, user) == 0 ? location : NULL;
}

/* NULL: no other location of the tenant has one of these meter points; else which one is taken. */
static const char *taken_meter(const lg_coord_tenant *tenant, const lg_coord_location_draft *draft)
{
    for (uint32_t i = 0; i < tenant->locations.count; i++) {
        const lg_coord_location *other = (const lg_coord_location *)tenant->locations.items[i];
        if (strcmp(other->item.id, draft->id) == 0)
            continue;
        for (uint32_t k = 0; k < draft->meter_count; k++)
            if (lg_coord_location_has(other, draft->meters[k]))
                return draft->meters[k];
    }
    return NULL;
}

static lg_coord_result check_location(const lg_coord_tenant *tenant,
                                      const lg_coord_location_draft *draft, const char *before,
                                      lg_coord_why *why)
{
    char path[80];
    const char *taken = taken_meter(tenant, draft);
    snprintf(path, sizeof path, "%s%s", before, draft->placed ? "coordinates" : "meterPointIds");
    if (!draft->placed && !draft->meter_count)
        return lg_coord_refuse(why, LG_COORD_INVALID, path, "give meter points or coordinates");
    if (draft->placed && !lg_coord_place_is_valid(&draft->place))
        return lg_coord_refuse(why, LG_COORD_INVALID, path,
                               "latitude is -90 to 90, longitude -180 to 180 degrees");
    snprintf(path, sizeof path, "%smeterPointIds", before);
    if (draft->meter_count > LG_COORD_METERS_MAX)
        return lg_coord_refuse(why, LG_COORD_INVALID, path, "a location has up to %d meter points",
                               LG_COORD_METERS_MAX);
    if (taken)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, path,
                               "the meter point \"%.64s\" belongs to another location", taken);
    snprintf(path, sizeof path, "%suserId", before);
    if (!lg_coord_table_find(&tenant->users, draft->user))
        return lg_coord_refuse(why, LG_COORD_UNKNOWN, path, "there is no user \"%.128s\"",
                               draft->user);
    return LG_COORD_DONE;
}

static lg_coord_location *make_location(lg_coord *coord, lg_coord_tenant *tenant,
                                        const lg_coord_location_draft *draft)
{
    bool failed = false;
    lg_coord_location *location = lg_coord_item_new(coord->mem, sizeof *location, draft->id);
    if (!location)
        return NULL;
    lg_coord_item *item = &location->item;
    location->user = lg_coord_table_find(&tenant->users, draft->user);
    location->type = draft->type;
    location->placed = draft->placed;
    location->place = draft->place;
    location->place.latitude.text = lg_coord_item_text(item, draft->place.latitude.text, &failed);
    location->place.longitude.text = lg_coord_item_text(item, draft->place.longitude.text, &failed);
    location->meters = lg_coord_copy_texts(item, draft->meters, draft->meter_count);
    location->meter_count = draft->meter_count;
    stamp(coord, item);
    if (failed || (draft->meter_count && !location->meters)) {
        lg_coord_item_free(item);
        return NULL;
    }
    return location;
}

static lg_coord_result add_location(lg_coord *coord, lg_coord_tenant *tenant,
                                    const lg_coord_location_draft *draft, const char *before,
                                    lg_coord_why *why)
{
    char path[80];
    snprintf(path, sizeof path, "%slocationId", before);
    if (lg_coord_table_find(&tenant->locations, draft->id))
        return lg_coord_refuse(why, LG_COORD_CONFLICT, path,
                               "the location \"%.128s\" is there already", draft->id);
    lg_coord_result result = check_location(tenant, draft, before, why);
    if (result != LG_COORD_DONE)
        return result;
    lg_coord_location *location = make_location(coord, tenant, draft);
    if (location && lg_coord_table_add(&tenant->locations, &location->item))
        return LG_COORD_DONE;
    if (location)
        lg_coord_item_free(&location->item);
    return LG_COORD_MEMORY;
}

lg_coord_result lg_coord_add_locations(lg_coord *coord, lg_coord_tenant *tenant,
                                       const lg_coord_location_draft *list, uint32_t count,
                                       lg_coord_why *why)
{
    char before[32];
    if (tenant->locations.count + count > LG_COORD_LOCATIONS_MAX)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "there may be %d locations",
                               LG_COORD_LOCATIONS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(before, sizeof before, "locations[%u].", i);
        lg_coord_result result = add_location(coord, tenant, &list[i], before, why);
        if (result != LG_COORD_DONE) {
            take_back(&tenant->locations, i);
            return result;
        }
    }
    lg_coord_see_eligible(coord, tenant);
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_put_location(lg_coord *coord, lg_coord_tenant *tenant,
                                      const lg_coord_location_draft *draft, lg_coord_why *why)
{
    lg_coord_location *old = lg_coord_location_of(tenant, draft->user, draft->id);
    if (!old)
        return lg_coord_refuse(why, LG_COORD_UNKNOWN, "", "there is no such location");
    lg_coord_result result = check_location(tenant, draft, "", why);
    if (result != LG_COORD_DONE)
        return result;
    lg_coord_location *next = make_location(coord, tenant, draft);
    if (!next)
        return LG_COORD_MEMORY;
    lg_coord_table_swap(&tenant->locations, &old->item, &next->item);
    lg_coord_see_eligible(coord, tenant);
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_drop_location(lg_coord *coord, lg_coord_tenant *tenant, const char *user,
                                       const char *id)
{
    lg_coord_location *location = lg_coord_location_of(tenant, user, id);
    if (!location)
        return LG_COORD_UNKNOWN;
    for (uint32_t i = tenant->resources.count; i-- > 0;) {
        const lg_coord_resource *r = (const lg_coord_resource *)tenant->resources.items[i];
        if (r->location && strcmp(r->location, id) == 0)
            lg_coord_table_drop(&tenant->resources, tenant->resources.items[i]);
    }
    lg_coord_table_drop(&tenant->locations, &location->item);
    lg_coord_see_eligible(coord, tenant);
    return LG_COORD_DONE;
}

/* ---- resources ---- */

static lg_coord_result check_resource(const lg_coord_tenant *tenant,
                                      const lg_coord_resource_draft *draft, lg_coord_why *why)
{
    const lg_coord_location *location = NULL;
    if (!lg_coord_table_find(&tenant->users, draft->user))
        return lg_coord_refuse(why, LG_COORD_UNKNOWN, "", "there is no such user");
    if (draft->location && !(location = lg_coord_location_of(tenant, draft->user, draft->location)))
        return lg_coord_refuse(why, LG_COORD_UNKNOWN, "", "there is no such location");
    if (lg_coord_table_find(&tenant->resources, draft->id))
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "resourceId",
                               "the resource \"%.128s\" is there already", draft->id);
    if (location && draft->meter && !lg_coord_location_has(location, draft->meter))
        return lg_coord_refuse(why, LG_COORD_INVALID, "meterPointId",
                               "the location has no meter point \"%.64s\"", draft->meter);
    if (tenant->resources.count >= LG_COORD_RESOURCES_MAX)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "there may be %d resources",
                               LG_COORD_RESOURCES_MAX);
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_add_resource(lg_coord *coord, lg_coord_tenant *tenant,
                                      const lg_coord_resource_draft *draft, lg_coord_why *why)
{
    bool failed = false;
    lg_coord_result result = check_resource(tenant, draft, why);
    if (result != LG_COORD_DONE)
        return result;
    lg_coord_resource *r = lg_coord_item_new(coord->mem, sizeof *r, draft->id);
    if (!r)
        return LG_COORD_MEMORY;
    r->user = lg_coord_table_find(&tenant->users, draft->user);
    r->type = draft->type;
    r->feeds_in = draft->feeds_in;
    r->location = lg_coord_item_text(&r->item, draft->location, &failed);
    r->meter = lg_coord_item_text(&r->item, draft->meter, &failed);
    r->metadata = lg_coord_item_text(&r->item, draft->metadata, &failed);
    stamp(coord, &r->item);
    if (!failed && lg_coord_table_add(&tenant->resources, &r->item))
        return LG_COORD_DONE;
    lg_coord_item_free(&r->item);
    return LG_COORD_MEMORY;
}

lg_coord_result lg_coord_drop_resource(lg_coord *coord, lg_coord_tenant *tenant, const char *id)
{
    lg_coord_item *resource = lg_coord_table_find(&tenant->resources, id);
    (void)coord;
    if (!resource)
        return LG_COORD_UNKNOWN;
    lg_coord_table_drop(&tenant->resources, resource);
    return LG_COORD_DONE;
}
