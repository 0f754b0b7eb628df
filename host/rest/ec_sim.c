/* The sandbox: signals on request, and people who are made up. What is not said is drawn, and drawn
 * the same when the journal is done again. */
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/rng.h"
#include "coordination/enrol.h"
#include "coordination/people.h"
#include "rest/ec.h"
#include "rest/oa_mirror.h"

/* A draw below @p below, of this change. */
static uint32_t draw(const lg_rest_ask *ask, uint32_t what, uint32_t below)
{
    uint64_t bits = lg_rng(ask->coord->settings.seed, 0x5ec0, ask->coord->changes, what);
    return lg_rng_below(bits, below);
}

static void publish(lg_rest_ask *ask, lg_rest_reply *reply, lg_coord_event_draft *draft)
{
    lg_coord_event *event;
    lg_coord_why why = {.path = ""};
    draft->simulated = true;
    if (!lg_rest_fine(reply) ||
        !lg_rest_done(reply, lg_coord_publish(ask->coord, ask->tenant, draft, &event, &why), &why))
        return;
    (void)lg_oa_mirror(ask,
                       event); /* where there is no room the signal is one of this tree alone */
    reply->code = 200;
    lg_text_str(&reply->text, "{\"simulatedEvent\":");
    lg_rest_show_event(&reply->text, event);
    lg_text_char(&reply->text, '}');
}

static void *room(lg_rest_ask *ask, lg_rest_reply *reply, size_t count, size_t size)
{
    void *ptr = lg_arena_alloc(ask->arena, (count + 1) * size);
    if (!ptr)
        lg_rest_refuse(reply, 503, "out of memory");
    return ptr;
}

/* ---- whom a signal could reach ---- */

static bool takes_part(const lg_coord_user *user)
{
    return user->eligible && user->enrolled;
}

/* Where a resource is; what moves is at the first location of its user. */
static const lg_coord_location *place_of(const lg_rest_ask *ask, const lg_coord_resource *r)
{
    const lg_coord_table *all = &ask->tenant->locations;
    if (r->location)
        return lg_coord_table_find(all, r->location);
    for (uint32_t i = 0; i < all->count; i++)
        if (((const lg_coord_location *)all->items[i])->user == r->user)
            return (const lg_coord_location *)all->items[i];
    return NULL;
}

/* All resources, or locations, of who takes part; with a meter point when it is a limit. */
static lg_coord_target *everybody(lg_rest_ask *ask, lg_rest_reply *reply, bool resources,
                                  bool limit, uint32_t *count)
{
    const lg_coord_table *all = resources ? &ask->tenant->resources : &ask->tenant->locations;
    lg_coord_target *targets = room(ask, reply, all->count, sizeof *targets);
    *count = 0;
    for (uint32_t i = 0; i < all->count && targets; i++) {
        const lg_coord_resource *r = resources ? (const lg_coord_resource *)all->items[i] : NULL;
        const lg_coord_location *at =
            r ? place_of(ask, r) : (const lg_coord_location *)all->items[i];
        if (!at || !takes_part(at->user) || (limit && !at->meter_count))
            continue;
        targets[(*count)++] = (lg_coord_target){
            .resource = r ? r->item.id : NULL,
            .location = at->item.id,
            .meter = limit ? at->meters[0] : NULL,
        };
    }
    return targets;
}

/* ---- price curves ---- */

static lg_coord_target *read_targets(lg_rest_ask *ask, const lg_rest_from *from, uint32_t *count)
{
    const lg_json *list = lg_rest_array(from, "targets", false, LG_COORD_TARGETS_MAX);
    if (!list)
        return everybody(ask, from->reply, true, false, count);
    lg_coord_target *targets = room(ask, from->reply, list->count, sizeof *targets);
    *count = 0;
    for (const lg_json *at = targets ? list->first : NULL; at; at = at->next) {
        lg_rest_from inside = lg_rest_inside(from, "targets", *count, at);
        targets[(*count)++] = (lg_coord_target){
            .resource = lg_rest_id(&inside, "resourceId", true),
            .location = lg_rest_id(&inside, "locationId", true),
        };
    }
    return targets;
}

/* The hours of the next local day, of which some get dearer and others cheaper. */
static void draw_curve(lg_rest_ask *ask, lg_rest_reply *reply, lg_coord_event_draft *draft)
{
    static const char *const prices[] = {"-0.60", "-0.40", "-0.25", "-0.10",
                                         "0.15",  "0.30",  "0.50",  "0.75"};
    lg_coord_point *points = room(ask, reply, 25, sizeof *points);
    const lg_coord_zone *zone = ask->coord->settings.zone;
    int64_t now = ask->coord->now_us;
    lg_date local =
        lg_date_of((now + lg_coord_zone_offset_s(zone, now) * LG_COORD_SECOND_US) / 1000);
    int64_t from = lg_coord_zone_midnight(zone, local.year, local.month, local.day + 1);
    int64_t to = lg_coord_zone_midnight(zone, local.year, local.month, local.day + 2);
    uint32_t count = 0, hour = 0;
    for (int64_t at = from; at < to && points; at += LG_COORD_HOUR_US, hour++) {
        const char *text = prices[draw(ask, 2 * hour + 1, 8)];
        if (hour && draw(ask, 2 * hour, 3) == 0)
            continue;
        points[count].start_us = at;
        points[count].value.text = text;
        count += lg_coord_number_read(text, &points[count].value.nano);
    }
    draft->points = points;
    draft->point_count = count;
    draft->resolution_s = 3600;
}

static void read_curve(lg_rest_ask *ask, const lg_rest_from *body, lg_coord_event_draft *draft)
{
    lg_rest_from curve = lg_rest_object(body, "priceCurveDelta", false);
    if (!curve.object) {
        draw_curve(ask, body->reply, draft);
        return;
    }
    draft->currency =
        (lg_coord_currency)lg_rest_word(&curve, "currency", false, lg_coord_currencies, 0);
    draft->unit =
        (lg_coord_energy_unit)lg_rest_word(&curve, "energyUnit", false, lg_coord_energy_units, 0);
    draft->resolution_s =
        lg_rest_value(&curve, "resolution") ? lg_rest_resolution(&curve, "resolution") : 3600;
    draft->points = lg_rest_points(&curve, "points", "price", false, &draft->point_count);
    if (!draft->point_count) {
        uint32_t resolution_s = draft->resolution_s;
        draw_curve(ask, body->reply, draft);
        draft->resolution_s = resolution_s;
    }
}

void lg__ec_post_sim_price_curve(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_coord_event_draft draft = {.kind = LG_COORD_EVENT_PriceCurve};
    lg_rest_from body = lg_rest_body(ask, reply);
    draft.area = (lg_coord_price_area)lg_rest_word(&body, "priceArea", false, lg_coord_price_areas,
                                                   LG_COORD_AREA_Unknown);
    draft.targets = read_targets(ask, &body, &draft.target_count);
    read_curve(ask, &body, &draft);
    publish(ask, reply, &draft);
}

/* ---- limits ---- */

/* Some hours from the current one on, of which the first has begun. */
static void draw_limit(lg_rest_ask *ask, lg_rest_reply *reply, lg_coord_target *target)
{
    static const char *const limits[] = {"0", "0", "1.4", "3.7"};
    uint32_t count = 2 + draw(ask, 1, 3);
    lg_coord_point *points = room(ask, reply, count, sizeof *points);
    int64_t hour = ask->coord->now_us - ask->coord->now_us % LG_COORD_HOUR_US;
    const char *text = limits[draw(ask, 2, 4)];
    for (uint32_t i = 0; i < count && points; i++) {
        points[i] = (lg_coord_point){.start_us = hour + i * LG_COORD_HOUR_US, .value.text = text};
        (void)lg_coord_number_read(text, &points[i].value.nano);
    }
    target->points = points;
    target->point_count = points ? count : 0;
    target->resolution_s = 3600;
}

static void read_limit(lg_rest_ask *ask, const lg_rest_from *from, const char *key,
                       lg_coord_target *target)
{
    lg_rest_from who = lg_rest_object(from, key, true);
    bool resource = key[0] == 'r';
    target->resource = resource ? lg_rest_id(&who, "resourceId", true) : NULL;
    target->location = lg_rest_id(&who, "locationId", true);
    target->meter = lg_rest_id(&who, "meterPointId", true);
    if (!lg_rest_value(from, "points")) {
        draw_limit(ask, from->reply, target);
        return;
    }
    target->points =
        lg_rest_points(from, "points", "maxPowerInKiloWatts", true, &target->point_count);
    target->resolution_s = 3600;
    for (uint32_t i = 0; i < target->point_count; i++)
        if (target->points[i].start_us % LG_COORD_HOUR_US)
            target->resolution_s = 900;
}

static void simulate_limit(lg_rest_ask *ask, lg_rest_reply *reply, bool resources)
{
    lg_coord_event_draft draft = {.kind = resources ? LG_COORD_EVENT_ResourceLPC
                                                    : LG_COORD_EVENT_LocationLPC};
    lg_rest_from body = lg_rest_body(ask, reply);
    const char *key = resources ? "resources" : "locations";
    const lg_json *list = lg_rest_array(&body, key, false, LG_COORD_TARGETS_MAX);
    lg_coord_target *targets;
    uint32_t count = 0;
    if (list) {
        targets = room(ask, reply, list->count, sizeof *targets);
        for (const lg_json *at = targets ? list->first : NULL; at; at = at->next) {
            lg_rest_from inside = lg_rest_inside(&body, key, count, at);
            read_limit(ask, &inside, resources ? "resource" : "location", &targets[count++]);
        }
    } else {
        targets = everybody(ask, reply, resources, true, &count);
        for (uint32_t i = 0; i < count; i++)
            draw_limit(ask, reply, &targets[i]);
    }
    draft.targets = targets;
    draft.target_count = count;
    publish(ask, reply, &draft);
}

void lg__ec_post_sim_locations(lg_rest_ask *ask, lg_rest_reply *reply)
{
    simulate_limit(ask, reply, false);
}

void lg__ec_post_sim_resources(lg_rest_ask *ask, lg_rest_reply *reply)
{
    simulate_limit(ask, reply, true);
}

/* ---- people ---- */

/* Says so of one user or another; nobody's eligibility changes. */
void lg__ec_post_sim_eligibility(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_table *users = &ask->tenant->users;
    const char **ids = room(ask, reply, 2, sizeof *ids);
    lg_coord_event_draft draft = {.kind = LG_COORD_EVENT_UserEligibility, .added = ids};
    if (users->count && ids) {
        ids[0] = users->items[draw(ask, 1, users->count)]->id;
        bool added = draw(ask, 2, 2) == 0;
        draft.added_count = added;
        draft.removed = ids;
        draft.removed_count = !added;
    }
    publish(ask, reply, &draft);
}

/* A place of the public sandbox: there is a neighbourhood. */
static const lg_coord_place sandbox = {
    {INT64_C(79519136828), "79.51913682860402"},
    {INT64_C(15976113173), "15.97611317258921"},
};

/* A user with a home, a charger in it and a car, who wants to take part. */
static lg_coord_result add_household(lg_rest_ask *ask, lg_coord_why *why)
{
    char word[37], user[64], home[64], charger[64], car[64], meter[32];
    lg_coord_new_id(ask->coord, word);
    snprintf(user, sizeof user, "sim-%.8s", word);
    snprintf(home, sizeof home, "sim-home-%.8s", word);
    snprintf(charger, sizeof charger, "sim-charger-%.8s", word);
    snprintf(car, sizeof car, "sim-car-%.8s", word);
    snprintf(meter, sizeof meter, "7070575000%08u",
             draw(ask, (uint32_t)ask->coord->ids, 100000000));
    const char *ids[] = {user}, *meters[] = {meter};
    const lg_coord_location_draft location = {.id = home,
                                              .user = user,
                                              .type = LG_COORD_LOCATION_Residential,
                                              .placed = true,
                                              .place = sandbox,
                                              .meters = meters,
                                              .meter_count = 1};
    const lg_coord_resource_draft resources[] = {
        {.id = charger,
         .user = user,
         .location = home,
         .type = LG_COORD_RESOURCE_Charger,
         .meter = meter},
        {.id = car, .user = user, .type = LG_COORD_RESOURCE_Vehicle},
    };
    lg_coord_result result = lg_coord_add_users(ask->coord, ask->tenant, ids, 1, why);
    if (result == LG_COORD_DONE)
        ((lg_coord_user *)lg_coord_table_find(&ask->tenant->users, user))->simulated = true;
    if (result == LG_COORD_DONE)
        result = lg_coord_add_locations(ask->coord, ask->tenant, &location, 1, why);
    for (int i = 0; i < 2 && result == LG_COORD_DONE; i++)
        result = lg_coord_add_resource(ask->coord, ask->tenant, &resources[i], why);
    if (result == LG_COORD_DONE)
        result = lg_coord_enrol(ask->coord, ask->tenant, user, why);
    if (result != LG_COORD_DONE)
        (void)lg_coord_drop_user(ask->coord, ask->tenant, user);
    return result;
}

void lg__ec_post_sim_partner(lg_rest_ask *ask, lg_rest_reply *reply)
{
    enum { HOUSEHOLDS = 3 };
    uint32_t before = ask->tenant->users.count;
    lg_coord_why why = {.path = ""};
    for (int i = 0; i < HOUSEHOLDS; i++)
        if (!lg_rest_done(reply, add_household(ask, &why), &why)) {
            while (ask->tenant->users.count > before)
                (void)lg_coord_drop_user(ask->coord, ask->tenant,
                                         ask->tenant->users.items[before]->id);
            return;
        }
    reply->code = 201;
}

/* Only who was made up goes. */
void lg__ec_delete_sim_partner(lg_rest_ask *ask, lg_rest_reply *reply)
{
    for (uint32_t i = ask->tenant->users.count; i-- > 0;) {
        const lg_coord_user *user = (const lg_coord_user *)ask->tenant->users.items[i];
        if (user->simulated)
            (void)lg_coord_drop_user(ask->coord, ask->tenant, user->item.id);
    }
    reply->code = 200;
}
