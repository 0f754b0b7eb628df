/* Events of OpenADR that are signals of Energy Coordination too: what an operator publishes to
 * resources and locations of aggregators there is heard in both trees.
 *
 *     LG_PRICE_DELTA         a price curve of the resources that labels res-... name
 *     IMPORT_CAPACITY_LIMIT  a limit, one a resource (res-...) or location (loc-...), in kW
 *
 * Labels of those who do not take part are other people's business; an event that names nobody who
 * does stays one of OpenADR alone. What cannot be said in both trees is refused before anything is
 * kept.
 */
#include "rest/oa_signal.h"

#include <string.h>
#include "rest/oa_time.h"

typedef struct stretch {
    int64_t from_us, to_us;
    lg_coord_number value;
} stretch;

/* The payload of @p type among those of an interval; NULL: none. */
static const lg_json *value_of(const lg_rest_from *interval, const char *type)
{
    const lg_json *list = lg_rest_value(interval, "payloads");
    for (const lg_json *at = list ? list->first : NULL; at; at = at->next) {
        const lg_json *name = lg_json_at(at, "type"), *values = lg_json_at(at, "values");
        if (name && name->kind == LG_JSON_STRING && strcmp(name->text, type) == 0 && values &&
            values->count == 1 && values->first->kind == LG_JSON_NUMBER)
            return values->first;
    }
    return NULL;
}

/* The stretches of time with a value of @p type. *@p count of them; NULL: memory is exhausted */
static stretch *read_stretches(lg_rest_ask *ask, const lg_rest_from *body, const char *type,
                               uint32_t *count)
{
    const lg_json *list = lg_rest_value(body, "intervals");
    lg_oa_period whole = lg_oa_period_of(body);
    int64_t at_us = lg_oa_begin(&whole, ask->coord->now_us);
    uint32_t index = 0;
    stretch *out = lg_arena_alloc(ask->arena, ((list ? list->count : 0) + 1) * sizeof *out);
    *count = 0;
    for (const lg_json *at = list && out ? list->first : NULL; at; at = at->next) {
        lg_rest_from inside = lg_rest_inside(body, "intervals", index++, at);
        lg_oa_period p = lg_oa_period_of(&inside);
        if (p.has_start)
            at_us = lg_oa_begin(&p, ask->coord->now_us);
        stretch s = {.from_us = at_us};
        s.to_us = at_us = lg_oadr_span_after(at_us, p.has_duration ? &p.duration : &whole.duration);
        const lg_json *value = value_of(&inside, type);
        if (!value || !lg_coord_number_read(value->text, &s.value.nano))
            continue;
        s.value.text = value->text;
        out[(*count)++] = s;
    }
    return out;
}

static uint32_t resolution_of(const stretch *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i].from_us % LG_COORD_HOUR_US || list[i].to_us % LG_COORD_HOUR_US)
            return 900;
    return 3600;
}

/* The points of the curve or limit of @p type into @p out. @return false: there is none, or it was
 * refused */
static bool read_points(lg_rest_ask *ask, const lg_rest_from *body, const char *type,
                        lg_oa_signal *out)
{
    uint32_t count;
    const stretch *list = read_stretches(ask, body, type, &count);
    lg_coord_point *points =
        list ? lg_arena_alloc(ask->arena, LG_COORD_POINTS_MAX * sizeof *points) : NULL;
    if (!points) {
        lg_rest_refuse(body->reply, 503, "out of memory");
        return false;
    }
    *out = (lg_oa_signal){.points = points, .resolution_s = resolution_of(list, count)};
    int64_t step_us = out->resolution_s * LG_COORD_SECOND_US;
    for (uint32_t i = 0; i < count; i++) {
        int64_t length_us = list[i].to_us - list[i].from_us;
        if (list[i].from_us % step_us || length_us % step_us || length_us <= 0 ||
            length_us / step_us > LG_COORD_POINTS_MAX - out->point_count) {
            lg_rest_wrong(
                body->reply, "", "intervals",
                "%s of resources that take part begins and ends with whole quarters of an "
                "hour, %d of them at most",
                type, LG_COORD_POINTS_MAX);
            return false;
        }
        for (int64_t at = list[i].from_us; at < list[i].to_us; at += step_us)
            points[out->point_count++] = (lg_coord_point){.start_us = at, .value = list[i].value};
    }
    return out->point_count > 0;
}

static int currency_of(const lg_rest_from *body)
{
    const lg_json *list = lg_rest_value(body, "payloadDescriptors");
    for (const lg_json *at = list ? list->first : NULL; at; at = at->next) {
        const lg_json *type = lg_json_at(at, "payloadType"), *word = lg_json_at(at, "currency");
        if (type && type->kind == LG_JSON_STRING && strcmp(type->text, LG_OA_DELTA) == 0 && word &&
            word->kind == LG_JSON_STRING)
            return lg_coord_word(lg_coord_currencies, word->text);
    }
    return -1;
}

/* ---- whom it is for ---- */

static const lg_coord_location *place_of(const lg_coord_tenant *tenant, const lg_coord_resource *r)
{
    if (r->location)
        return lg_coord_table_find(&tenant->locations, r->location);
    for (uint32_t i = 0; i < tenant->locations.count; i++)
        if (((const lg_coord_location *)tenant->locations.items[i])->user == r->user)
            return (const lg_coord_location *)tenant->locations.items[i];
    return NULL;
}

/* What a label names of a tenant. @return false: nothing that takes part */
static bool target_of(const lg_coord_tenant *tenant, const char *label, lg_coord_target *out)
{
    const lg_oadr_who who = {.tenant = tenant};
    static const size_t before = sizeof LG_OADR_RESOURCE_LABEL - 1;
    if (!lg_oadr_has_label(&who, NULL, 0, label))
        return false;
    bool resource = strncmp(label, LG_OADR_RESOURCE_LABEL, before) == 0;
    const lg_coord_resource *r =
        resource ? lg_coord_table_find(&tenant->resources, label + before) : NULL;
    const lg_coord_location *at =
        r ? place_of(tenant, r) : lg_coord_table_find(&tenant->locations, label + before);
    *out =
        (lg_coord_target){.resource = r ? r->item.id : NULL, .location = at ? at->item.id : NULL};
    if (at)
        out->meter = r && r->meter ? r->meter : at->meter_count ? at->meters[0] : NULL;
    return at != NULL;
}

static bool names_anybody(const lg_coord *coord, const lg_oadr_draft *draft)
{
    lg_coord_target target;
    for (uint32_t t = 0; t < coord->tenants.count; t++)
        for (uint32_t i = 0; i < draft->target_count; i++)
            if (target_of((const lg_coord_tenant *)coord->tenants.items[t], draft->targets[i],
                          &target))
                return true;
    return false;
}

bool lg_oa_signals_read(lg_rest_ask *ask, lg_rest_reply *reply, const lg_oadr_draft *draft,
                        lg_oa_signals *out)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    *out = (lg_oa_signals){.currency = -1};
    if (draft->kind != LG_OADR_EVENT || !names_anybody(ask->coord, draft))
        return true;
    out->has_curve = read_points(ask, &body, LG_OA_DELTA, &out->curve);
    out->has_limit = lg_rest_fine(reply) && read_points(ask, &body, LG_OA_LIMIT, &out->limit);
    out->currency = currency_of(&body);
    if (out->has_curve && out->currency < 0)
        lg_rest_wrong(reply, "", "payloadDescriptors",
                      "one says the currency of " LG_OA_DELTA ": NOK, EUR, SEK or DKK");
    for (uint32_t i = 0; out->has_limit && i < out->limit.point_count; i++)
        if (out->limit.points[i].value.nano < 0) {
            lg_rest_wrong(reply, "", "intervals", "a limit is not below 0 kW");
            break;
        }
    return lg_rest_fine(reply);
}

/* ---- publishing ---- */

/* Whether the label number @p i stands there before, too: it counts once. */
static bool is_again(const lg_oadr *event, uint32_t i)
{
    return lg_oadr_meet(&event->is.targets[i], 1, event->is.targets, i);
}

static lg_coord_result publish_curve(lg_rest_ask *ask, lg_coord_tenant *tenant,
                                     const lg_oadr *event, const lg_oa_signals *signals,
                                     lg_coord_target *targets, lg_coord_why *why)
{
    uint32_t count = 0;
    lg_coord_event *made;
    for (uint32_t i = 0; i < event->is.target_count; i++)
        if (!is_again(event, i) && target_of(tenant, event->is.targets[i], &targets[count]) &&
            targets[count].resource)
            targets[count++].meter = NULL;
    if (!count)
        return LG_COORD_DONE;
    const lg_coord_event_draft draft = {
        .kind = LG_COORD_EVENT_PriceCurve,
        .targets = targets,
        .target_count = count,
        .currency = (lg_coord_currency)signals->currency,
        .unit = LG_COORD_ENERGY_kWh,
        .resolution_s = signals->curve.resolution_s,
        .points = signals->curve.points,
        .point_count = signals->curve.point_count,
    };
    return lg_coord_publish(ask->coord, tenant, &draft, &made, why);
}

static lg_coord_result publish_limit(lg_rest_ask *ask, lg_coord_tenant *tenant, const char *label,
                                     const lg_oa_signals *signals, lg_coord_why *why)
{
    lg_coord_target target;
    lg_coord_event *made;
    if (!target_of(tenant, label, &target) || !target.meter)
        return LG_COORD_DONE;
    target.resolution_s = signals->limit.resolution_s;
    target.points = signals->limit.points;
    target.point_count = signals->limit.point_count;
    const lg_coord_event_draft draft = {
        .kind = target.resource ? LG_COORD_EVENT_ResourceLPC : LG_COORD_EVENT_LocationLPC,
        .targets = &target,
        .target_count = 1,
    };
    return lg_coord_publish(ask->coord, tenant, &draft, &made, why);
}

lg_coord_result lg_oa_signals_publish(lg_rest_ask *ask, const lg_oadr *event,
                                      const lg_oa_signals *signals, lg_coord_why *why)
{
    lg_coord *coord = ask->coord;
    lg_coord_result result = LG_COORD_DONE;
    lg_coord_target *targets =
        lg_arena_alloc(ask->arena, (event->is.target_count + 1) * sizeof *targets);
    if (!targets)
        return LG_COORD_MEMORY;
    for (uint32_t t = 0; t < coord->tenants.count && result == LG_COORD_DONE; t++) {
        lg_coord_tenant *tenant = (lg_coord_tenant *)coord->tenants.items[t];
        if (signals->has_curve)
            result = publish_curve(ask, tenant, event, signals, targets, why);
        for (uint32_t i = 0; i < event->is.target_count && signals->has_limit; i++)
            if (result == LG_COORD_DONE && !is_again(event, i))
                result = publish_limit(ask, tenant, event->is.targets[i], signals, why);
    }
    return result;
}
