/* Settings that decide what acts do are acts themselves: another value at the next start must not
 * change what was done before it. */
#include "rest/own.h"

#include <stdlib.h>
#include <string.h>
#include "coordination/enrol.h"
#include "coordination/openadr.h"
#include "rest/show.h"

void lg_own_settings_body(lg_text *out, const lg_coord_settings *settings, const char *zone)
{
    lg_text_format(out, "{\"seed\":\"%llu\",\"zone\":", (unsigned long long)settings->seed);
    lg_text_json(out, zone);
    lg_text_format(out, ",\"eligibilitySeconds\":%lld,\"acknowledgeSeconds\":%lld",
                   (long long)(settings->eligibility_us / LG_COORD_SECOND_US),
                   (long long)(settings->acknowledge_us / LG_COORD_SECOND_US));
    lg_text_str(out, ",\"mustBeEligible\":");
    lg_rest_show_bool(out, settings->must_be_eligible);
    lg_text_char(out, '}');
}

static int64_t seconds(const lg_rest_from *from, const char *key)
{
    return lg_rest_number(from, key).nano / LG_COORD_NANO * LG_COORD_SECOND_US;
}

static void put_settings(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    const char *seed = lg_rest_text(&body, "seed", true, 20);
    const char *zone = lg_rest_text(&body, "zone", true, 64);
    lg_coord_settings settings = {
        .zone = zone ? lg_coord_zone_find(zone) : NULL,
        .seed = seed ? strtoull(seed, NULL, 10) : 0,
        .eligibility_us = seconds(&body, "eligibilitySeconds"),
        .acknowledge_us = seconds(&body, "acknowledgeSeconds"),
        .must_be_eligible = lg_rest_bool(&body, "mustBeEligible", false),
    };
    if (zone && !settings.zone)
        lg_rest_wrong(reply, "", "zone", "a zone is one of " LG_COORD_ZONES);
    if (!lg_rest_fine(reply))
        return;
    ask->coord->settings = settings;
    reply->code = 204;
}

static void put_tenant(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_coord_tenant *tenant;
    if (lg_rest_done(reply, lg_coord_add_tenant(ask->coord, ask->words[0], &tenant), NULL))
        reply->code = 204;
}

/* The body is {"tenant": ...}. */
static void put_client(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    const char *tenant = lg_rest_id(&body, "tenant", true);
    if (lg_rest_fine(reply) &&
        lg_rest_done(reply, lg_coord_put_client(ask->coord, ask->words[0], tenant), NULL))
        reply->code = 204;
}

/* [[latitude, longitude], ...] */
static lg_coord_place *read_polygon(const lg_rest_from *from, uint32_t *count)
{
    const lg_json *list = lg_rest_array(from, "polygon", false, LG_COORD_CORNERS_MAX);
    lg_coord_place *corners =
        list && list->count ? lg_arena_alloc(from->arena, list->count * sizeof *corners) : NULL;
    *count = 0;
    if (list && list->count && !corners)
        lg_rest_refuse(from->reply, 503, "out of memory");
    for (const lg_json *at = corners ? list->first : NULL; at; at = at->next, ++*count) {
        const lg_json *lat = at->first, *lon = lat ? lat->next : NULL;
        bool fine = at->kind == LG_JSON_ARRAY && at->count == 2 && lat->kind == LG_JSON_NUMBER &&
                    lon->kind == LG_JSON_NUMBER &&
                    lg_coord_number_read(lat->text, &corners[*count].latitude.nano) &&
                    lg_coord_number_read(lon->text, &corners[*count].longitude.nano);
        if (!fine)
            lg_rest_wrong(from->reply, from->before, "polygon",
                          "a corner is written as [latitude, longitude]");
    }
    return corners;
}

static void put_neighbourhood(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_neighbourhood_draft draft = {.name = lg_rest_id(&body, "name", true)};
    lg_coord_why why = {.path = ""};
    draft.corners = read_polygon(&body, &draft.corner_count);
    draft.meters = lg_rest_ids(&body, "meterPointIds", 100000, &draft.meter_count);
    if (lg_rest_fine(reply) &&
        lg_rest_done(reply, lg_coord_put_neighbourhood(ask->coord, &draft, &why), &why))
        reply->code = 204;
}

static void drop_neighbourhood(lg_rest_ask *ask, lg_rest_reply *reply)
{
    if (lg_rest_done(reply, lg_coord_drop_neighbourhood(ask->coord, ask->words[0]), NULL))
        reply->code = 204;
}

static void tell_eligible(lg_rest_ask *ask, lg_rest_reply *reply)
{
    if (lg_rest_done(reply, lg_coord_tell_eligible(ask->coord), NULL))
        reply->code = 204;
}

/* ---- tries ---- */

void lg_own_tried_body(lg_text *out, const lg_coord_outcome *outcome)
{
    char sent[32];
    lg_coord_stamp_text(outcome->sent_us, sent);
    lg_text_str(out, "{\"url\":");
    lg_text_json(out, outcome->url);
    lg_text_str(out, ",\"signature\":");
    lg_rest_show_text(out, outcome->signature);
    lg_text_format(out, ",\"sent\":\"%s\",\"timedOut\":", sent);
    lg_rest_show_bool(out, outcome->timed_out);
    lg_text_format(out, ",\"code\":%d,\"durationMs\":%lld}", outcome->code,
                   (long long)outcome->duration_ms);
}

static void tried(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    const lg_coord_outcome outcome = {
        .url = lg_rest_text(&body, "url", true, 4096),
        .signature = lg_rest_text(&body, "signature", false, 64),
        .sent_us = lg_rest_time(&body, "sent"),
        .timed_out = lg_rest_bool(&body, "timedOut", false),
        .code = (int)(lg_rest_number(&body, "code").nano / LG_COORD_NANO),
        .duration_ms = lg_rest_number(&body, "durationMs").nano / LG_COORD_NANO,
    };
    if (lg_rest_fine(reply) &&
        lg_rest_done(reply, lg_coord_tried(ask->coord, ask->tenant, ask->words[0], &outcome), NULL))
        reply->code = 204;
}

/* The body is {"code": ...}, 0 without an answer. */
static void noted(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    int code = (int)(lg_rest_number(&body, "code").nano / LG_COORD_NANO);
    if (lg_rest_fine(reply) &&
        lg_rest_done(reply, lg_oadr_noted(ask->coord, ask->words[0], code), NULL))
        reply->code = 204;
}

const lg_rest_operation lg_own_operations[] = {
    {"putSettings", LG_WEB_OTHER, NULL, put_settings, LG_REST_WRITES | LG_REST_BODY},
    {"putTenant", LG_WEB_OTHER, NULL, put_tenant, LG_REST_WRITES},
    {"putClient", LG_WEB_OTHER, NULL, put_client, LG_REST_WRITES | LG_REST_BODY},
    {"putNeighbourhood", LG_WEB_OTHER, NULL, put_neighbourhood, LG_REST_WRITES | LG_REST_BODY},
    {"dropNeighbourhood", LG_WEB_OTHER, NULL, drop_neighbourhood, LG_REST_WRITES},
    {"tellEligible", LG_WEB_OTHER, NULL, tell_eligible, LG_REST_WRITES},
    {"tried", LG_WEB_OTHER, NULL, tried, LG_REST_WRITES | LG_REST_BODY},
    {"noted", LG_WEB_OTHER, NULL, noted, LG_REST_WRITES | LG_REST_BODY},
    {.name = NULL},
};
