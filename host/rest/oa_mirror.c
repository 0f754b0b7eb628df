/* What the wire's objects have beside names and labels is kept as text, so it is written here. */
#include "rest/oa_mirror.h"

#include <string.h>
#include "rest/oa.h"
#include "rest/oa_signal.h"
#include "rest/show.h"

static const lg_oadr *program_of(lg_rest_ask *ask, lg_coord_result *result)
{
    const lg_coord_table *programs = &ask->coord->openadr[LG_OADR_PROGRAM];
    lg_coord_why why;
    lg_oadr *made = NULL;
    for (uint32_t i = 0; i < programs->count; i++)
        if (strcmp(((const lg_oadr *)programs->items[i])->is.name, LG_OA_MIRROR) == 0)
            return (const lg_oadr *)programs->items[i];
    const lg_oadr_draft draft = {.kind = LG_OADR_PROGRAM,
                                 .name = LG_OA_MIRROR,
                                 .priority = INT64_MAX,
                                 .ends_us = INT64_MAX,
                                 .body = "\"programName\":\"" LG_OA_MIRROR "\""};
    *result = lg_oadr_put(ask->coord, NULL, &draft, &made, &why);
    if (made)
        (void)lg_oa_tell(ask, made, LG_OADR_CREATE);
    return made;
}

/* A price per MWh is a thousandth of it per kWh; else numbers keep their spelling. */
static void show_value(lg_text *out, const lg_coord_event *event, const lg_coord_number *value)
{
    bool per_mwh =
        event->body.kind == LG_COORD_EVENT_PriceCurve && event->body.unit == LG_COORD_ENERGY_MWh;
    if (per_mwh)
        lg_text_fixed(out, value->nano, 12);
    else
        lg_text_str(out, value->text);
}

static void show_intervals(lg_text *out, const lg_coord_event *event, const lg_coord_point *points,
                           uint32_t count, uint32_t resolution_s, const char *type)
{
    lg_text_str(out, ",\"intervals\":[");
    for (uint32_t i = 0; i < count; i++) {
        lg_text_format(out, "%s{\"id\":%u,\"intervalPeriod\":{\"start\":", i ? "," : "", i);
        lg_rest_show_time(out, points[i].start_us);
        lg_text_format(out, ",\"duration\":\"%s\"},\"payloads\":[{\"type\":\"%s\",\"values\":[",
                       resolution_s == 3600 ? "PT1H" : "PT15M", type);
        show_value(out, event, &points[i].value);
        lg_text_str(out, "]}]}");
    }
    lg_text_char(out, ']');
}

/* One event to @p labels; a limit is that of @p limit, NULL for a curve. */
static lg_coord_result put_event(lg_rest_ask *ask, const lg_coord_event *event,
                                 const lg_oadr *program, const lg_coord_target *limit,
                                 const char *const *labels, uint32_t count)
{
    const lg_coord_point *points = limit ? limit->points : event->body.points;
    uint32_t point_count = limit ? limit->point_count : event->body.point_count;
    uint32_t resolution_s = limit ? limit->resolution_s : event->body.resolution_s;
    lg_coord_why why;
    lg_oadr *made;
    lg_text body;
    lg_text_init(&body, ask->arena->mem);
    lg_text_format(&body, "\"programID\":\"%s\",\"eventName\":\"%s\"%s,\"payloadDescriptors\":[{",
                   program->item.id, event->item.id, limit ? ",\"priority\":0" : "");
    lg_text_format(&body, "\"objectType\":\"EVENT_PAYLOAD_DESCRIPTOR\",\"payloadType\":\"%s\"",
                   limit ? LG_OA_LIMIT : LG_OA_DELTA);
    if (limit)
        lg_text_str(&body, ",\"units\":\"KW\"}]");
    else
        lg_text_format(&body, ",\"units\":\"KWH\",\"currency\":\"%s\"}]",
                       lg_coord_currencies[event->body.currency]);
    show_intervals(&body, event, points, point_count, resolution_s,
                   limit ? LG_OA_LIMIT : LG_OA_DELTA);
    const lg_oadr_draft draft = {
        .kind = LG_OADR_EVENT,
        .program = program->item.id,
        .targets = labels,
        .target_count = count,
        .priority = limit ? 0 : INT64_MAX,
        .ends_us = points[point_count - 1].start_us + resolution_s * LG_COORD_SECOND_US,
        .body = lg_text_peek(&body),
    };
    lg_coord_result result =
        body.failed ? LG_COORD_MEMORY : lg_oadr_put(ask->coord, NULL, &draft, &made, &why);
    if (result == LG_COORD_DONE)
        (void)lg_oa_tell(ask, made, LG_OADR_CREATE);
    lg_text_fini(&body);
    return result;
}

static const char *label_of(lg_rest_ask *ask, const lg_coord_target *target)
{
    const char *id = target->resource ? target->resource : target->location;
    const char *before = target->resource ? LG_OADR_RESOURCE_LABEL : LG_OADR_LOCATION_LABEL;
    lg_text text;
    lg_text_init(&text, ask->arena->mem);
    lg_text_str(&text, before);
    lg_text_str(&text, id);
    const char *copy =
        text.failed ? NULL : lg_arena_text(ask->arena, lg_text_peek(&text), text.length);
    lg_text_fini(&text);
    return copy;
}

lg_coord_result lg_oa_mirror(lg_rest_ask *ask, const lg_coord_event *event)
{
    bool curve = event->body.kind == LG_COORD_EVENT_PriceCurve;
    bool limits = event->body.kind == LG_COORD_EVENT_LocationLPC ||
                  event->body.kind == LG_COORD_EVENT_ResourceLPC;
    uint32_t count = event->body.target_count;
    lg_coord_result result = LG_COORD_DONE;
    if (!curve && !limits)
        return result;
    const char **labels = lg_arena_alloc(ask->arena, (count + 1) * sizeof *labels);
    const lg_oadr *program = labels ? program_of(ask, &result) : NULL;
    if (!program)
        return result == LG_COORD_DONE ? LG_COORD_MEMORY : result;
    for (uint32_t i = 0; i < count; i++)
        if (!(labels[i] = label_of(ask, &event->targets[i])))
            return LG_COORD_MEMORY;
    if (curve)
        return put_event(ask, event, program, NULL, labels, count);
    for (uint32_t i = 0; i < count && result == LG_COORD_DONE; i++)
        result = put_event(ask, event, program, &event->targets[i], &labels[i], 1);
    return result;
}
