/* Resources, eligibility, enrolment and compensation of the Energy Coordination API. */
#include <stdio.h>
#include <string.h>
#include "coordination/enrol.h"
#include "coordination/money.h"
#include "coordination/people.h"
#include "rest/ec.h"

/* ---- resources ---- */

/* The type and metadata of a resource; what discharges may report less than nothing. */
static lg_coord_resource_draft read_resource(const lg_rest_from *from)
{
    lg_coord_resource_draft draft = {.id = lg_rest_id(from, "resourceId", true)};
    draft.type = (lg_coord_resource_type)lg_rest_word(from, "resourceType", true,
                                                      lg_coord_resource_types, 0);
    draft.meter = lg_rest_id(from, "meterPointId", false);
    lg_rest_from metadata = lg_rest_object(from, "metadata", false);
    if (metadata.object) {
        draft.metadata =
            lg_arena_text(from->arena, metadata.object->raw, metadata.object->raw_size);
        if (!draft.metadata)
            lg_rest_refuse(from->reply, 503, "out of memory");
        if (metadata.object->raw_size > 8192)
            lg_rest_wrong(from->reply, from->before, "metadata", "it has up to 8192 bytes");
    }
    draft.feeds_in =
        draft.type == LG_COORD_RESOURCE_SolarInverter || lg_rest_value(&metadata, "maxDischargeKw");
    return draft;
}

static void add_resource(lg_rest_ask *ask, lg_rest_reply *reply,
                         const lg_coord_resource_draft *draft)
{
    lg_coord_why why = {.path = ""};
    if (!lg_rest_done(reply, lg_coord_add_resource(ask->coord, ask->tenant, draft, &why), &why))
        return;
    reply->code = 201;
    lg_rest_show_resource(&reply->text, lg_coord_table_find(&ask->tenant->resources, draft->id));
    snprintf(reply->place, sizeof reply->place, "/resources/%s", draft->id);
}

void lg__ec_post_vehicle(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_resource_draft draft = read_resource(&body);
    draft.user = ask->words[0];
    if (lg_rest_fine(reply) && draft.type != LG_COORD_RESOURCE_Vehicle)
        lg_rest_wrong(reply, "", "resourceType", "only a Vehicle has no location of its own");
    if (lg_rest_fine(reply) && lg__ec_user(ask, reply))
        add_resource(ask, reply, &draft);
}

void lg__ec_post_location_resource(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_resource_draft draft = read_resource(&body);
    draft.user = ask->words[0];
    draft.location = ask->words[1];
    if (lg_rest_fine(reply) && draft.type == LG_COORD_RESOURCE_Vehicle)
        lg_rest_wrong(reply, "", "resourceType", "a Vehicle moves; add it to its user");
    if (lg_rest_fine(reply) && lg__ec_location(ask, reply))
        add_resource(ask, reply, &draft);
}

/* Those of a user, or bound to @p location. */
static void list_resources(const lg_rest_ask *ask, lg_text *out, const lg_coord_user *user,
                           const char *location)
{
    const lg_coord_table *all = &ask->tenant->resources;
    const char *comma = "";
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < all->count; i++) {
        const lg_coord_resource *r = (const lg_coord_resource *)all->items[i];
        bool is =
            r->user == user && (!location || (r->location && strcmp(r->location, location) == 0));
        if (!is)
            continue;
        lg_text_str(out, comma);
        lg_rest_show_resource(out, r);
        comma = ",";
    }
    lg_text_char(out, ']');
}

void lg__ec_get_user_resources(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_user *user = lg__ec_user(ask, reply);
    if (!user)
        return;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"resources\":");
    list_resources(ask, &reply->text, user, NULL);
    lg_text_char(&reply->text, '}');
}

void lg__ec_get_location_resources(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_location *location = lg__ec_location(ask, reply);
    if (!location)
        return;
    reply->code = 200;
    list_resources(ask, &reply->text, location->user, location->item.id);
}

static lg_coord_resource *resource_of(const lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_coord_resource *resource = lg_coord_table_find(&ask->tenant->resources, ask->words[0]);
    if (!resource)
        lg_rest_refuse(reply, 404, "there is no resource \"%.128s\"", ask->words[0]);
    return resource;
}

void lg__ec_get_resource(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_resource *resource = resource_of(ask, reply);
    if (!resource)
        return;
    reply->code = 200;
    lg_rest_show_resource(&reply->text, resource);
}

void lg__ec_delete_resource(lg_rest_ask *ask, lg_rest_reply *reply)
{
    if (resource_of(ask, reply) &&
        lg_rest_done(reply, lg_coord_drop_resource(ask->coord, ask->tenant, ask->words[0]), NULL))
        reply->code = 204;
}

/* ---- taking part ---- */

void lg__ec_get_eligibility(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_user *user = lg__ec_user(ask, reply);
    if (!user)
        return;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"userId\":");
    lg_text_json(&reply->text, user->item.id);
    lg_text_str(&reply->text, ",\"isEligible\":");
    lg_rest_show_bool(&reply->text, user->eligible);
    lg_text_char(&reply->text, '}');
}

/* By the operator's lists alone, whoever has registered the meter point. */
void lg__ec_get_meter_eligible(lg_rest_ask *ask, lg_rest_reply *reply)
{
    reply->code = 200;
    lg_text_str(&reply->text, "{\"meterPointId\":");
    lg_text_json(&reply->text, ask->words[0]);
    lg_text_str(&reply->text, ",\"isEligible\":");
    lg_rest_show_bool(&reply->text, lg_coord_meter_is_eligible(ask->coord, ask->words[0]));
    lg_text_char(&reply->text, '}');
}

void lg__ec_get_enrolment(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_user *user = lg__ec_user(ask, reply);
    if (!user)
        return;
    reply->code = 200;
    lg_rest_show_enrolment(&reply->text, user);
}

void lg__ec_post_enrolment(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_coord_why why = {.path = ""};
    lg_coord_result result = lg_coord_enrol(ask->coord, ask->tenant, ask->words[0], &why);
    if (!lg_rest_done(reply, result, &why))
        return;
    reply->code = 200;
    lg_rest_show_enrolment(&reply->text, lg_coord_table_find(&ask->tenant->users, ask->words[0]));
}

void lg__ec_delete_enrolment(lg_rest_ask *ask, lg_rest_reply *reply)
{
    if (!lg__ec_user(ask, reply))
        return;
    if (lg_coord_leave(ask->coord, ask->tenant, ask->words[0]) == LG_COORD_DONE)
        reply->code = 204;
    else
        lg_rest_refuse(reply, 404, "the user is not enrolled");
}

/* ---- money ---- */

static void problem(lg_text *out, const char **comma, const char *type, const char *message)
{
    lg_text_format(out, "%s{\"problemType\":\"%s\",\"message\":\"%s\"}", *comma, type, message);
    *comma = ",";
}

static void show_earning(lg_text *out, const lg_coord_earning *e)
{
    const char *comma = "";
    lg_text_str(out, "{\"locationId\":");
    lg_text_json(out, e->location->item.id);
    lg_text_str(out, ",\"meterPointIds\":[");
    for (uint32_t i = 0; i < e->location->meter_count; i++) {
        lg_text_str(out, i ? "," : "");
        lg_text_json(out, e->location->meters[i]);
    }
    lg_text_str(out, "],\"activeAmount\":");
    lg_text_fixed(out, e->active_uct, LG_COORD_MONEY_DECIMALS);
    lg_text_str(out, ",\"blockedAmount\":");
    lg_text_fixed(out, e->blocked_uct, LG_COORD_MONEY_DECIMALS);
    lg_text_format(out, ",\"currency\":\"%s\",\"problems\":[", lg_coord_currencies[e->currency]);
    if (e->lacks_meter)
        problem(out, &comma, "MissingMpidOnLocation",
                "give the location a meter point, so that it can be paid");
    if (e->other_meter)
        problem(out, &comma, "CompensationMpidDoesNotMatchLocation",
                "energy was reported at a meter point that is not the location's");
    lg_text_str(out, "]}");
}

void lg__ec_get_compensation(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_user *user = lg__ec_user(ask, reply);
    lg_coord_earnings earned;
    if (!user ||
        !lg_rest_done(
            reply, lg_coord_earned(ask->coord, ask->tenant, user, ask->now_us, ask->arena, &earned),
            NULL))
        return;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"userId\":");
    lg_text_json(&reply->text, user->item.id);
    lg_text_format(&reply->text, ",\"period\":{\"from\":\"%s\",\"to\":\"%s\"}", earned.month.first,
                   earned.month.last);
    lg_text_str(&reply->text, ",\"locationCompensations\":[");
    for (uint32_t i = 0; i < earned.count; i++) {
        lg_text_str(&reply->text, i ? "," : "");
        show_earning(&reply->text, &earned.list[i]);
    }
    lg_text_str(&reply->text, "]}");
}
