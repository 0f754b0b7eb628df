/* Events and reports of the Energy Coordination API. */
#include <stdio.h>
#include <string.h>
#include "coordination/report.h"
#include "rest/ec.h"

enum { PAYLOADS_MAX = 1000 };

void lg__ec_get_events(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_table *events = &ask->tenant->events;
    lg_rest_page page = lg_rest_page_of(ask, reply);
    uint64_t from = (uint64_t)(page.page - 1) * page.size;
    if (!lg_rest_fine(reply))
        return;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"events\":[");
    for (uint64_t i = from; i < events->count && i - from < page.size; i++) {
        lg_text_str(&reply->text, i > from ? "," : "");
        lg_rest_show_event(&reply->text,
                           (const lg_coord_event *)events->items[events->count - 1 - i]);
    }
    lg_text_str(&reply->text, "],");
    lg_rest_show_pagination(&reply->text, page, events->count);
    lg_text_char(&reply->text, '}');
}

void lg__ec_get_event(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_event *event = lg_coord_table_find(&ask->tenant->events, ask->words[0]);
    if (!event) {
        lg_rest_refuse(reply, 404, "there is no event \"%.128s\"", ask->words[0]);
        return;
    }
    reply->code = 200;
    lg_rest_show_event(&reply->text, event);
}

/* ---- reports ---- */

/* One guide spells the acknowledgements without their end. */
static const char *const kinds[] = {
    "EnergyUsage",
    "LocationEnergyUsage",
    "ResourceLPCAcknowledgement",
    "LocationLPCAcknowledgement",
    "LocationEnergyUsagePlan",
    "ResourceLPCAcknowledged",
    "LocationLPCAcknowledged",
    NULL,
};

static lg_coord_payload_kind kind_of(const lg_rest_from *from)
{
    int number = lg_rest_word(from, "payloadType", true, kinds, 0);
    return number >= 5 ? (lg_coord_payload_kind)(number - 3) : (lg_coord_payload_kind)number;
}

static const lg_coord_named *read_named(const lg_rest_from *from, const char *key, bool resource,
                                        uint32_t *count)
{
    const lg_json *list = lg_rest_array(from, key, false, LG_COORD_TARGETS_MAX);
    lg_coord_named *named =
        list && list->count ? lg_arena_alloc(from->arena, list->count * sizeof *named) : NULL;
    *count = 0;
    if (list && list->count && !named)
        lg_rest_refuse(from->reply, 503, "out of memory");
    for (const lg_json *at = named ? list->first : NULL; at; at = at->next) {
        lg_rest_from inside = lg_rest_inside(from, key, *count, at);
        named[(*count)++] = (lg_coord_named){
            .resource = resource ? lg_rest_id(&inside, "resourceId", true) : NULL,
            .location = lg_rest_id(&inside, "locationId", true),
            .meter = lg_rest_id(&inside, "meterPointId", true),
        };
    }
    return named;
}

static void read_energy(const lg_rest_from *from, lg_coord_payload *p)
{
    bool usage = p->kind == LG_COORD_PAYLOAD_USAGE, plan = p->kind == LG_COORD_PAYLOAD_PLAN;
    static const char energy[] = "kiloWattHours";
    const char *key = plan ? "baseline" : "points";
    if (usage)
        p->resource = lg_rest_id(from, "resourceId", true);
    if (usage && !lg_rest_value(from, "points") && lg_rest_value(from, "curvePoints"))
        key = "curvePoints"; /* deprecated */
    p->location = lg_rest_id(from, "locationId", !usage);
    p->meter = lg_rest_id(from, "meterPointId", !usage);
    p->resolution_s = lg_rest_resolution(from, "resolution");
    p->points = lg_rest_points(from, key, energy, plan, &p->point_count);
    if (plan)
        p->flexibility = lg_rest_points(from, "flexibility", energy, true, &p->flexibility_count);
}

static void read_payload(const lg_rest_from *from, lg_coord_payload *p)
{
    p->kind = kind_of(from);
    bool resource = p->kind == LG_COORD_PAYLOAD_RESOURCE_ANSWER;
    if (!resource && p->kind != LG_COORD_PAYLOAD_LOCATION_ANSWER) {
        read_energy(from, p);
        return;
    }
    p->accepted = read_named(from, "acknowledgedTargets", resource, &p->accepted_count);
    p->declined = read_named(from, "declinedTargets", resource, &p->declined_count);
}

void lg__ec_post_report(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    const char *event = lg_rest_id(&body, "eventId", false);
    const lg_json *list = lg_rest_array(&body, "payloads", true, PAYLOADS_MAX);
    const lg_coord_report *report;
    lg_coord_why why = {.path = ""};
    uint32_t count = 0;
    if (list && !list->count)
        lg_rest_wrong(reply, "", "payloads", "a report has 1 to %d of these", PAYLOADS_MAX);
    lg_coord_payload *payloads =
        list ? lg_arena_alloc(ask->arena, (list->count + 1) * sizeof *payloads) : NULL;
    if (list && !payloads)
        lg_rest_refuse(reply, 503, "out of memory");
    for (const lg_json *at = payloads ? list->first : NULL; at; at = at->next, count++) {
        lg_rest_from inside = lg_rest_inside(&body, "payloads", count, at);
        read_payload(&inside, &payloads[count]);
    }
    if (!lg_rest_fine(reply) ||
        !lg_rest_done(reply,
                      lg_coord_take_report(ask->coord, ask->tenant, event, payloads, count,
                                           ask->body_text, &report, &why),
                      &why))
        return;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"id\":");
    lg_text_json(&reply->text, report->item.id);
    lg_text_str(&reply->text, ",\"eventId\":");
    lg_rest_show_text(&reply->text, report->event);
    lg_text_str(&reply->text, ",\"createdAt\":");
    lg_rest_show_time(&reply->text, report->item.created_us);
    lg_text_char(&reply->text, '}');
}
