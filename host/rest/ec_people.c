/* Users, locations and resources of the Energy Coordination API. */
#include <stdio.h>
#include <string.h>
#include "coordination/enrol.h"
#include "coordination/people.h"
#include "rest/ec.h"

enum { BATCH_MAX = 1000 };

lg_coord_user *lg__ec_user(const lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_coord_user *user = lg_coord_table_find(&ask->tenant->users, ask->words[0]);
    if (!user)
        lg_rest_refuse(reply, 404, "there is no user \"%.128s\"", ask->words[0]);
    return user;
}

lg_coord_location *lg__ec_location(const lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_coord_location *location = lg_coord_location_of(ask->tenant, ask->words[0], ask->words[1]);
    if (!location)
        lg_rest_refuse(reply, 404, "the user \"%.64s\" has no location \"%.64s\"", ask->words[0],
                       ask->words[1]);
    return location;
}

static void *room(const lg_rest_ask *ask, lg_rest_reply *reply, size_t count, size_t size)
{
    void *ptr = lg_arena_alloc(ask->arena, (count + 1) * size);
    if (!ptr)
        lg_rest_refuse(reply, 503, "out of memory");
    return ptr;
}

/* Two of a batch with the same id; NULL: none. Batches are short. */
static void find_twice(lg_rest_reply *reply, const char *list, const char *key,
                       const char *const *ids, uint32_t count)
{
    char before[48];
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (ids[i] && ids[k] && strcmp(ids[i], ids[k]) == 0) {
                snprintf(before, sizeof before, "%s[%u].", list, i);
                lg_rest_wrong(reply, before, key, "it is there twice in the batch");
                break;
            }
}

/* ---- users ---- */

static void list_users(lg_rest_ask *ask, lg_rest_reply *reply, bool eligible)
{
    const lg_coord_table *users = &ask->tenant->users;
    lg_rest_page page = lg_rest_page_of(ask, reply);
    uint32_t from = (page.page - 1) * page.size, total = 0;
    if (!lg_rest_fine(reply))
        return;
    lg_text_str(&reply->text, "{\"users\":[");
    for (uint32_t i = 0; i < users->count; i++) {
        const lg_coord_user *user = (const lg_coord_user *)users->items[i];
        if (eligible && !user->eligible)
            continue;
        if (total >= from && total - from < page.size) {
            lg_text_str(&reply->text, total > from ? "," : "");
            lg_rest_show_user(&reply->text, user);
        }
        total++;
    }
    lg_text_str(&reply->text, "],");
    lg_rest_show_pagination(&reply->text, page, total);
    lg_text_char(&reply->text, '}');
    reply->code = 200;
}

void lg__ec_get_users(lg_rest_ask *ask, lg_rest_reply *reply)
{
    list_users(ask, reply, false);
}

void lg__ec_get_users_eligible(lg_rest_ask *ask, lg_rest_reply *reply)
{
    list_users(ask, reply, true);
}

/* why->path of the model names users[0] for one that stands alone. */
static void add_users(lg_rest_ask *ask, lg_rest_reply *reply, const char *const *ids,
                      uint32_t count, bool batch)
{
    lg_coord_why why = {.path = ""};
    lg_coord_result result = lg_coord_add_users(ask->coord, ask->tenant, ids, count, &why);
    if (!batch && *why.path)
        snprintf(why.path, sizeof why.path, "userId");
    if (!lg_rest_done(reply, result, &why))
        return;
    reply->code = 201;
    lg_text_str(&reply->text, batch ? "{\"users\":[" : "");
    for (uint32_t i = 0; i < count; i++) {
        lg_text_str(&reply->text, i ? "," : "");
        lg_rest_show_user(&reply->text, lg_coord_table_find(&ask->tenant->users, ids[i]));
    }
    lg_text_str(&reply->text, batch ? "]}" : "");
    if (!batch)
        snprintf(reply->place, sizeof reply->place, "/users/%s", ids[0]);
}

void lg__ec_post_user(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    const char *id = lg_rest_id(&body, "userId", true);
    if (lg_rest_fine(reply))
        add_users(ask, reply, &id, 1, false);
}

void lg__ec_post_users_batch(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    const lg_json *list = lg_rest_array(&body, "users", true, BATCH_MAX);
    uint32_t count = 0;
    if (list && !list->count)
        lg_rest_wrong(reply, "", "users", "a batch has 1 to %d of these", BATCH_MAX);
    const char **ids = list ? room(ask, reply, list->count, sizeof *ids) : NULL;
    for (const lg_json *at = ids ? list->first : NULL; at; at = at->next, count++) {
        lg_rest_from inside = lg_rest_inside(&body, "users", count, at);
        ids[count] = lg_rest_id(&inside, "userId", true);
    }
    if (ids)
        find_twice(reply, "users", "userId", ids, count);
    if (ids && lg_rest_fine(reply))
        add_users(ask, reply, ids, count, true);
}

void lg__ec_get_user(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_user *user = lg__ec_user(ask, reply);
    if (!user)
        return;
    reply->code = 200;
    lg_rest_show_user(&reply->text, user);
}

void lg__ec_delete_user(lg_rest_ask *ask, lg_rest_reply *reply)
{
    if (lg__ec_user(ask, reply) &&
        lg_rest_done(reply, lg_coord_drop_user(ask->coord, ask->tenant, ask->words[0]), NULL))
        reply->code = 204;
}

/* ---- locations ---- */

static void read_place(const lg_rest_from *from, lg_coord_location_draft *draft)
{
    lg_rest_from inside = lg_rest_object(from, "coordinates", false);
    draft->placed = inside.object != NULL;
    if (!draft->placed)
        return;
    draft->place.latitude = lg_rest_number(&inside, "latitude");
    draft->place.longitude = lg_rest_number(&inside, "longitude");
}

/* meterPointId is the deprecated single form. */
static void read_meters(const lg_rest_from *from, lg_coord_location_draft *draft)
{
    draft->meters = lg_rest_ids(from, "meterPointIds", LG_COORD_METERS_MAX, &draft->meter_count);
    const char *one = lg_rest_id(from, "meterPointId", false);
    if (draft->meter_count || !one)
        return;
    const char **list = lg_arena_alloc(from->arena, sizeof *list);
    if (!list) {
        lg_rest_refuse(from->reply, 503, "out of memory");
        return;
    }
    *list = one;
    draft->meters = list;
    draft->meter_count = 1;
}

static lg_coord_location_draft read_location(const lg_rest_from *from, const char *user)
{
    lg_coord_location_draft draft = {.user = user};
    draft.id = lg_rest_id(from, "locationId", true);
    if (!user)
        draft.user = lg_rest_id(from, "userId", true);
    draft.type = (lg_coord_location_type)lg_rest_word(from, "locationType", false,
                                                      lg_coord_location_types, 0);
    read_place(from, &draft);
    read_meters(from, &draft);
    return draft;
}

static void show_location_of(const lg_rest_ask *ask, lg_rest_reply *reply, const char *id)
{
    lg_rest_show_location(&reply->text, lg_coord_table_find(&ask->tenant->locations, id));
}

static void add_locations(lg_rest_ask *ask, lg_rest_reply *reply,
                          const lg_coord_location_draft *list, uint32_t count, bool batch)
{
    static const char first[] = "locations[0].";
    lg_coord_why why = {.path = ""};
    lg_coord_result result = lg_coord_add_locations(ask->coord, ask->tenant, list, count, &why);
    if (!batch && strncmp(why.path, first, sizeof first - 1) == 0)
        memmove(why.path, why.path + sizeof first - 1, strlen(why.path) - sizeof first + 2);
    if (batch && result == LG_COORD_UNKNOWN)
        result = LG_COORD_INVALID; /* of the body, not of the path */
    if (!lg_rest_done(reply, result, &why))
        return;
    reply->code = 201;
    lg_text_str(&reply->text, batch ? "{\"locations\":[" : "");
    for (uint32_t i = 0; i < count; i++) {
        lg_text_str(&reply->text, i ? "," : "");
        show_location_of(ask, reply, list[i].id);
    }
    lg_text_str(&reply->text, batch ? "]}" : "");
    if (!batch)
        snprintf(reply->place, sizeof reply->place, "/users/%s/locations/%s", list->user, list->id);
}

void lg__ec_post_location(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_location_draft draft = read_location(&body, ask->words[0]);
    if (lg_rest_fine(reply) && lg__ec_user(ask, reply))
        add_locations(ask, reply, &draft, 1, false);
}

void lg__ec_post_locations_batch(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    const lg_json *list = lg_rest_array(&body, "locations", true, BATCH_MAX);
    uint32_t count = 0;
    if (list && !list->count)
        lg_rest_wrong(reply, "", "locations", "a batch has 1 to %d of these", BATCH_MAX);
    lg_coord_location_draft *drafts = list ? room(ask, reply, list->count, sizeof *drafts) : NULL;
    const char **ids = list ? room(ask, reply, list->count, sizeof *ids) : NULL;
    for (const lg_json *at = drafts && ids ? list->first : NULL; at; at = at->next, count++) {
        lg_rest_from inside = lg_rest_inside(&body, "locations", count, at);
        drafts[count] = read_location(&inside, NULL);
        ids[count] = drafts[count].id;
    }
    if (ids)
        find_twice(reply, "locations", "locationId", ids, count);
    if (drafts && lg_rest_fine(reply))
        add_locations(ask, reply, drafts, count, true);
}

void lg__ec_get_locations(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_user *user = lg__ec_user(ask, reply);
    const lg_coord_table *all = &ask->tenant->locations;
    const char *comma = "";
    if (!user)
        return;
    reply->code = 200;
    lg_text_char(&reply->text, '[');
    for (uint32_t i = 0; i < all->count; i++) {
        const lg_coord_location *location = (const lg_coord_location *)all->items[i];
        if (location->user != user)
            continue;
        lg_text_str(&reply->text, comma);
        lg_rest_show_location(&reply->text, location);
        comma = ",";
    }
    lg_text_char(&reply->text, ']');
}

void lg__ec_get_location(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_location *location = lg__ec_location(ask, reply);
    if (!location)
        return;
    reply->code = 200;
    lg_rest_show_location(&reply->text, location);
}

static void put_location(lg_rest_ask *ask, lg_rest_reply *reply,
                         const lg_coord_location_draft *draft)
{
    lg_coord_why why = {.path = ""};
    if (!lg_rest_done(reply, lg_coord_put_location(ask->coord, ask->tenant, draft, &why), &why))
        return;
    reply->code = 200;
    show_location_of(ask, reply, draft->id);
}

void lg__ec_put_location(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_location_draft draft = read_location(&body, ask->words[0]);
    if (draft.id && strcmp(draft.id, ask->words[1]) != 0)
        lg_rest_wrong(reply, "", "locationId", "it is another one than that of the path");
    if (lg_rest_fine(reply) && lg__ec_location(ask, reply))
        put_location(ask, reply, &draft);
}

/* A null clears, what is absent stays. */
void lg__ec_patch_location(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_location_draft said = {.placed = false};
    int type = lg_rest_word(&body, "locationType", false, lg_coord_location_types, -1);
    bool has_type = lg_rest_value(&body, "locationType") != NULL;
    read_place(&body, &said);
    read_meters(&body, &said);
    const lg_coord_location *now = lg_rest_fine(reply) ? lg__ec_location(ask, reply) : NULL;
    if (!now)
        return;
    lg_coord_location_draft draft = {
        .id = ask->words[1],
        .user = ask->words[0],
        .type = has_type                              ? (lg_coord_location_type)type
                : lg_rest_says(&body, "locationType") ? LG_COORD_LOCATION_Unknown
                                                      : now->type,
        .placed = now->placed,
        .place = now->place,
        .meters = now->meters,
        .meter_count = now->meter_count,
    };
    if (lg_rest_says(&body, "coordinates")) {
        draft.placed = said.placed;
        draft.place = said.place;
    }
    if (lg_rest_says(&body, "meterPointIds") || lg_rest_says(&body, "meterPointId")) {
        draft.meters = said.meters;
        draft.meter_count = said.meter_count;
    }
    put_location(ask, reply, &draft);
}

void lg__ec_delete_location(lg_rest_ask *ask, lg_rest_reply *reply)
{
    if (lg__ec_location(ask, reply) &&
        lg_rest_done(reply,
                     lg_coord_drop_location(ask->coord, ask->tenant, ask->words[0], ask->words[1]),
                     NULL))
        reply->code = 204;
}
