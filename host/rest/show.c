/* Fields stand in the order of the published schema. */
#include "rest/show.h"

void lg_rest_show_time(lg_text *out, int64_t us)
{
    char text[32];
    lg_coord_time_text(us, text);
    lg_text_json(out, text);
}

void lg_rest_show_text(lg_text *out, const char *text)
{
    if (text)
        lg_text_json(out, text);
    else
        lg_text_str(out, "null");
}

void lg_rest_show_bool(lg_text *out, bool value)
{
    lg_text_str(out, value ? "true" : "false");
}

/* ,"key":"text" */
static void member(lg_text *out, const char *key, const char *text)
{
    lg_text_format(out, ",\"%s\":", key);
    lg_rest_show_text(out, text);
}

static void texts(lg_text *out, const char *const *list, uint32_t count)
{
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        lg_text_str(out, i ? "," : "");
        lg_text_json(out, list[i]);
    }
    lg_text_char(out, ']');
}

void lg_rest_show_user(lg_text *out, const lg_coord_user *user)
{
    lg_text_str(out, "{\"userId\":");
    lg_text_json(out, user->item.id);
    lg_text_char(out, '}');
}

void lg_rest_show_location(lg_text *out, const lg_coord_location *location)
{
    lg_text_str(out, "{\"locationId\":");
    lg_text_json(out, location->item.id);
    member(out, "locationType", lg_coord_location_types[location->type]);
    if (location->placed)
        lg_text_format(out, ",\"coordinates\":{\"latitude\":%s,\"longitude\":%s}",
                       location->place.latitude.text, location->place.longitude.text);
    member(out, "meterPointId", location->meter_count ? location->meters[0] : NULL);
    lg_text_str(out, ",\"meterPointIds\":");
    texts(out, location->meters, location->meter_count);
    member(out, "userId", location->user->item.id);
    lg_text_char(out, '}');
}

void lg_rest_show_resource(lg_text *out, const lg_coord_resource *resource)
{
    lg_text_str(out, "{\"resourceId\":");
    lg_text_json(out, resource->item.id);
    member(out, "resourceType", lg_coord_resource_types[resource->type]);
    member(out, "userId", resource->user->item.id);
    member(out, "locationId", resource->location);
    member(out, "meterPointId", resource->meter);
    if (resource->metadata)
        lg_text_format(out, ",\"metadata\":%s", resource->metadata);
    lg_text_char(out, '}');
}

void lg_rest_show_enrolment(lg_text *out, const lg_coord_user *user)
{
    lg_text_str(out, "{\"isEnrolled\":");
    lg_rest_show_bool(out, user->enrolled);
    member(out, "userId", user->item.id);
    member(out, "enrollmentId", user->enrolled ? user->enrolment : NULL);
    lg_text_str(out, ",\"enrollmentDate\":");
    if (user->enrolled)
        lg_rest_show_time(out, user->enrolled_us);
    else
        lg_text_str(out, "null");
    lg_text_char(out, '}');
}

/* ---- events ---- */

static void points(lg_text *out, const lg_coord_point *list, uint32_t count, const char *number)
{
    lg_text_str(out, "\"points\":[");
    for (uint32_t i = 0; i < count; i++) {
        lg_text_format(out, "%s{\"%s\":%s,\"timestamp\":", i ? "," : "", number,
                       list[i].value.text);
        lg_rest_show_time(out, list[i].start_us);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

static void target(lg_text *out, const lg_coord_target *t)
{
    lg_text_str(out, "{\"locationId\":");
    lg_text_json(out, t->location);
    if (t->resource)
        member(out, "resourceId", t->resource);
    if (t->resolution_s) {
        member(out, "meterPointId", t->meter ? t->meter : "");
        member(out, "resolution", lg_coord_resolution_text(t->resolution_s));
        lg_text_char(out, ',');
        points(out, t->points, t->point_count, "maxPowerInKiloWatts");
    }
    lg_text_char(out, '}');
}

static void targets(lg_text *out, const lg_coord_event_draft *body)
{
    lg_text_str(out, ",\"targets\":[");
    for (uint32_t i = 0; i < body->target_count; i++) {
        lg_text_str(out, i ? "," : "");
        target(out, &body->targets[i]);
    }
    lg_text_char(out, ']');
}

static void payload(lg_text *out, const lg_coord_event *event)
{
    const lg_coord_event_draft *body = &event->body;
    lg_text_str(out, "{\"payloadType\":");
    lg_text_json(out, lg_coord_event_kinds[body->kind]);
    if (body->kind == LG_COORD_EVENT_UserEligibility) {
        lg_text_str(out, ",\"lastUpdated\":");
        lg_rest_show_time(out, event->item.created_us);
        lg_text_str(out, ",\"addedUsers\":");
        texts(out, body->added, body->added_count);
        lg_text_str(out, ",\"removedUsers\":");
        texts(out, body->removed, body->removed_count);
    } else {
        targets(out, body);
    }
    if (body->kind == LG_COORD_EVENT_PriceCurve) {
        lg_text_str(out, ",\"priceCurveDelta\":{");
        points(out, body->points, body->point_count, "price");
        member(out, "energyUnit", lg_coord_energy_units[body->unit]);
        member(out, "currency", lg_coord_currencies[body->currency]);
        member(out, "resolution", lg_coord_resolution_text(body->resolution_s));
        lg_text_char(out, '}');
        member(out, "priceArea", lg_coord_price_areas[body->area]);
    }
    lg_text_char(out, '}');
}

void lg_rest_show_event(lg_text *out, const lg_coord_event *event)
{
    lg_text_str(out, "{\"payload\":");
    payload(out, event);
    member(out, "id", event->item.id);
    lg_text_str(out, ",\"createdAt\":");
    lg_rest_show_time(out, event->item.created_us);
    lg_text_char(out, '}');
}

/* ---- webhooks ---- */

void lg_rest_show_webhook(lg_text *out, const lg_coord_webhook *webhook)
{
    const char *comma = "";
    lg_text_str(out, "{\"webhookId\":");
    lg_text_json(out, webhook->item.id);
    member(out, "webhookUrl", webhook->url);
    member(out, "name", webhook->name);
    lg_text_str(out, ",\"notificationTypes\":[");
    for (int i = 0; i < LG_COORD_NOTIFY_COUNT; i++)
        if (webhook->types >> i & 1) {
            lg_text_str(out, comma);
            lg_text_json(out, lg_coord_notifications[i]);
            comma = ",";
        }
    lg_text_str(out, "],\"enabled\":");
    lg_rest_show_bool(out, webhook->enabled);
    member(out, "status", lg_coord_healths[webhook->health]);
    lg_text_str(out, ",\"modifiedDate\":");
    lg_rest_show_time(out, webhook->item.modified_us);
    lg_text_str(out, ",\"createdDate\":");
    lg_rest_show_time(out, webhook->item.created_us);
    if (webhook->tried_us != INT64_MIN) {
        lg_text_str(out, ",\"lastAnalyzedTimestamp\":");
        lg_rest_show_time(out, webhook->tried_us);
    }
    lg_text_char(out, '}');
}

void lg_rest_show_notification(lg_text *out, const lg_coord_delivery *delivery,
                               const lg_coord_event *event)
{
    lg_text_str(out, "{\"notificationId\":");
    lg_text_json(out, delivery->item.id);
    member(out, "eventId", event->item.id);
    lg_text_str(out, ",\"eventCreatedAtUtc\":");
    lg_rest_show_time(out, event->item.created_us);
    lg_text_str(out, ",\"notificationSentUtc\":");
    lg_rest_show_time(out, delivery->item.created_us);
    member(out, "notificationType", lg_coord_notifications[delivery->type]);
    lg_text_str(out, ",\"payload\":");
    payload(out, event);
    lg_text_char(out, '}');
}

void lg_rest_show_pagination(lg_text *out, lg_rest_page page, uint32_t total)
{
    uint32_t pages = (total + page.size - 1) / page.size;
    lg_text_format(out,
                   "\"pagination\":{\"totalRecords\":%u,\"pageSize\":%u,\"currentPage\":%u,"
                   "\"totalPages\":%u,\"nextPage\":",
                   total, page.size, page.page, pages);
    if (page.page < pages)
        lg_text_format(out, "%u", page.page + 1);
    else
        lg_text_str(out, "null");
    lg_text_str(out, ",\"previousPage\":");
    if (page.page > 1 && page.page <= pages + 1)
        lg_text_format(out, "%u", page.page - 1);
    else
        lg_text_str(out, "null");
    lg_text_char(out, '}');
}
