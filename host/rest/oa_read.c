/* What an object must be before it is kept. Its members are kept as they came; here it is only seen
 * that they are what the published file says. */
#include <stdio.h>
#include <string.h>
#include "rest/oa.h"
#include "rest/oa_time.h"

enum { LIST_MAX = 10000, NAME_BYTES_MAX = 128, URL_BYTES_MAX = 8000 };

static const char *name_of(const lg_rest_from *from, const char *key, bool needed)
{
    const char *text = lg_rest_text(from, key, needed, NAME_BYTES_MAX);
    if (!text || *text)
        return text;
    lg_rest_wrong(from->reply, from->before, key, "a text of 1 to 128 bytes is expected here");
    return NULL;
}

static const char *id_of(const lg_rest_from *from, const char *key, bool needed)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *text = name_of(from, key, needed);
    if (!text || !text[strspn(text, plain)])
        return text;
    lg_rest_wrong(from->reply, from->before, key, "an id has letters, digits, _ and - only");
    return NULL;
}

/* A whole number from @p min on. */
static int64_t check_whole(const lg_rest_from *from, const char *key, int64_t min,
                           int64_t otherwise)
{
    const lg_json *value = lg_rest_value(from, key);
    if (!value)
        return otherwise;
    lg_coord_number number = lg_rest_number(from, key);
    if (number.nano % LG_COORD_NANO || number.nano / LG_COORD_NANO < min ||
        number.nano / LG_COORD_NANO > INT32_MAX)
        lg_rest_wrong(from->reply, from->before, key, "a whole number is expected here");
    return number.nano / LG_COORD_NANO;
}

/* Every value of an array, if it is there, by @p check. */
static void check_all(const lg_rest_from *from, const char *key, bool needed,
                      void (*check)(const lg_rest_from *inside))
{
    const lg_json *list = lg_rest_array(from, key, needed, LIST_MAX);
    uint32_t index = 0;
    for (const lg_json *at = list ? list->first : NULL; at; at = at->next) {
        lg_rest_from inside = lg_rest_inside(from, key, index++, at);
        check(&inside);
    }
}

/* ---- values ---- */

static void check_point(const lg_rest_from *point)
{
    lg_rest_number(point, "x");
    lg_rest_number(point, "y");
}

static void check_map(const lg_rest_from *from)
{
    const char *type = name_of(from, "type", true);
    const lg_json *values = lg_rest_array(from, "values", true, LIST_MAX);
    bool simple = type && strcmp(type, "SIMPLE") == 0;
    uint32_t index = 0;
    for (const lg_json *at = values ? values->first : NULL; at; at = at->next, index++) {
        bool level = at->kind == LG_JSON_NUMBER && strchr("0123", at->text[0]) && !at->text[1];
        if (at->kind == LG_JSON_OBJECT) {
            lg_rest_from point = lg_rest_inside(from, "values", index, at);
            check_point(&point);
        } else if (at->kind == LG_JSON_NULL || at->kind == LG_JSON_ARRAY || (simple && !level)) {
            lg_rest_wrong(from->reply, from->before, "values",
                          simple ? "a level is 0, 1, 2 or 3"
                                 : "numbers, texts, true, false and points are expected here");
        }
    }
}

static void check_interval(const lg_rest_from *from)
{
    if (!lg_rest_value(from, "id") && from->object)
        lg_rest_wrong(from->reply, from->before, "id", "this is required");
    check_whole(from, "id", INT32_MIN, 0);
    lg_oa_period_of(from);
    check_all(from, "payloads", true, check_map);
}

static void check_descriptor(const lg_rest_from *from)
{
    const char *type = lg_rest_text(from, "objectType", false, NAME_BYTES_MAX);
    if (type && strcmp(type, "EVENT_PAYLOAD_DESCRIPTOR") != 0 &&
        strcmp(type, "REPORT_PAYLOAD_DESCRIPTOR") != 0)
        lg_rest_wrong(from->reply, from->before, "objectType", "this is no kind of descriptor");
    name_of(from, "payloadType", true);
    name_of(from, "units", false);
    name_of(from, "readingType", false);
    lg_rest_text(from, "currency", false, NAME_BYTES_MAX);
    if (lg_rest_value(from, "accuracy"))
        lg_rest_number(from, "accuracy");
    if (check_whole(from, "confidence", 0, 0) > 100)
        lg_rest_wrong(from->reply, from->before, "confidence", "it is 0 to 100");
}

static void check_report_descriptor(const lg_rest_from *from)
{
    static const char *const whole[] = {"startInterval", "numIntervals", "frequency", "repeat"};
    static const char *const intervals[] = {"INTERVALS", "SUB_INTERVALS", "OPEN_INTERVALS", NULL};
    uint32_t count;
    name_of(from, "payloadType", true);
    name_of(from, "readingType", false);
    name_of(from, "units", false);
    lg_rest_ids(from, "targets", LIST_MAX, &count);
    lg_rest_bool(from, "aggregate", false);
    lg_rest_bool(from, "historical", true);
    for (int i = 0; i < 4; i++)
        check_whole(from, whole[i], -1, -1);
    lg_rest_word(from, "reportIntervals", false, intervals, 0);
}

static void check_url(const lg_rest_from *from)
{
    lg_rest_text(from, "URL", true, URL_BYTES_MAX);
}

static void check_report_resource(const lg_rest_from *from)
{
    name_of(from, "resourceName", true);
    lg_oa_period_of(from);
    check_all(from, "intervals", true, check_interval);
}

/* ---- what an event takes ---- */

/* When the event is over, seen from now. One without intervals is always active. */
static int64_t end_of_event(const lg_rest_ask *ask, const lg_rest_from *body,
                            const lg_oa_period *whole)
{
    const lg_json *list = lg_rest_value(body, "intervals");
    int64_t now_us = ask->coord->now_us, first_us = lg_oa_begin(whole, now_us), at_us = first_us;
    uint32_t index = 0;
    lg_oadr_span span;
    lg_rest_reply scratch = {.code = 0};
    if (!list || list->kind != LG_JSON_ARRAY || !list->count)
        return INT64_MAX;
    lg_text_init(&scratch.text, ask->arena->mem);
    int64_t last_us = INT64_MIN;
    for (const lg_json *at = list->first; at; at = at->next, index++) {
        lg_rest_from outer = *body;
        outer.reply = &scratch;
        lg_rest_from inside = lg_rest_inside(&outer, "intervals", index, at);
        lg_oa_period p = lg_oa_period_of(&inside);
        if (p.has_start)
            at_us = lg_oa_begin(&p, now_us);
        first_us = index == 0 ? at_us : first_us;
        at_us = lg_oadr_span_after(at_us, p.has_duration ? &p.duration : &whole->duration);
        last_us = at_us > last_us ? at_us : last_us;
    }
    lg_text_fini(&scratch.text);
    bool cut = lg_rest_value(body, "duration") != NULL;
    lg_oa_span(body, "duration", &span);
    return cut ? lg_oadr_span_after(first_us, &span) : last_us;
}

/* ---- objects ---- */

static void read_program(const lg_rest_from *body, lg_oadr_draft *draft)
{
    draft->name = name_of(body, "programName", true);
    lg_oa_period_of(body);
    check_all(body, "programDescriptions", false, check_url);
    check_all(body, "payloadDescriptors", false, check_descriptor);
    check_all(body, "attributes", false, check_map);
}

static void read_event(const lg_rest_ask *ask, const lg_rest_from *body, lg_oadr_draft *draft)
{
    lg_oadr_span span;
    draft->program = id_of(body, "programID", true);
    lg_rest_text(body, "eventName", false, 1024);
    lg_oa_span(body, "duration", &span);
    draft->priority = check_whole(body, "priority", 0, INT64_MAX);
    check_all(body, "reportDescriptors", false, check_report_descriptor);
    check_all(body, "payloadDescriptors", false, check_descriptor);
    lg_oa_period whole = lg_oa_period_of(body);
    check_all(body, "intervals", false, check_interval);
    if (lg_rest_fine(body->reply))
        draft->ends_us = end_of_event(ask, body, &whole);
}

static void read_report(const lg_rest_from *body, const lg_oa_eyes *eyes, lg_oadr_draft *draft)
{
    draft->parent = id_of(body, "eventID", true);
    draft->name = name_of(body, "clientName", true);
    draft->client = eyes->who.client;
    lg_rest_text(body, "reportName", false, 1024);
    check_all(body, "payloadDescriptors", false, check_descriptor);
    check_all(body, "resources", true, check_report_resource);
}

/* Whether a callback is allowed is asked when it comes in, not again when it is read back. */
static bool is_callback(const lg_rest_ask *ask, const char *url)
{
    bool https = strncmp(url, "https://", 8) == 0, http = strncmp(url, "http://", 7) == 0;
    return !ask->live || https || (http && ask->live->insecure_callbacks);
}

static uint32_t read_bits(const lg_rest_from *from, const char *key, const char *const *words,
                          const char *const *others)
{
    const lg_json *list = lg_rest_array(from, key, true, 64);
    uint32_t bits = 0;
    for (const lg_json *at = list ? list->first : NULL; at; at = at->next) {
        int word = at->kind == LG_JSON_STRING ? lg_coord_word(words, at->text) : -1;
        if (word < 0 && others && at->kind == LG_JSON_STRING)
            word = lg_coord_word(others, at->text);
        if (word < 0)
            lg_rest_wrong(from->reply, from->before, key, "there is a word that is none of these");
        else
            bits |= 1u << word;
    }
    return bits;
}

static lg_oadr_wish read_wish(const lg_rest_ask *ask, const lg_rest_from *from)
{
    static const char *const older[] = {"GET", "POST", "PUT", "DELETE", NULL}; /* of 3.0 */
    lg_oadr_wish wish = {
        .objects = read_bits(from, "objects", lg_oadr_kinds, NULL),
        .operations = read_bits(from, "operations", lg_oadr_operations, older),
        .url = lg_rest_text(from, "callbackUrl", true, URL_BYTES_MAX),
        .token = lg_rest_text(from, "bearerToken", false, 1024),
    };
    if (wish.url && !is_callback(ask, wish.url))
        lg_rest_wrong(from->reply, from->before, "callbackUrl", "an address begins with https://");
    return wish;
}

static void read_subscription(const lg_rest_ask *ask, const lg_rest_from *body,
                              const lg_oa_eyes *eyes, lg_oadr_draft *draft)
{
    const lg_json *list = lg_rest_array(body, "objectOperations", true, 64);
    draft->name = name_of(body, "clientName", true);
    draft->client = eyes->who.client;
    draft->all = eyes->who.all;
    draft->program = id_of(body, "programID", false);
    lg_oadr_wish *wishes =
        list ? lg_arena_alloc(ask->arena, (list->count + 1) * sizeof *wishes) : NULL;
    if (list && !wishes)
        lg_rest_refuse(body->reply, 503, "out of memory");
    for (const lg_json *at = wishes ? list->first : NULL; at; at = at->next) {
        lg_rest_from inside = lg_rest_inside(body, "objectOperations", draft->wish_count, at);
        wishes[draft->wish_count++] = read_wish(ask, &inside);
    }
    draft->wishes = wishes;
}

/* Vens and resources are asked for in two shapes; a VEN may not use that of business logic. */
static void read_shape(const lg_rest_from *body, const lg_oa_eyes *eyes, const char *all,
                       const char *own, lg_oadr_draft *draft)
{
    const char *type = lg_rest_text(body, "objectType", true, NAME_BYTES_MAX);
    if (type && !eyes->who.all && strcmp(type, all) == 0) {
        lg_rest_refuse(body->reply, 403, "only business logic asks with %s", all);
        return;
    }
    if (type && strcmp(type, eyes->who.all ? all : own) != 0)
        lg_rest_wrong(body->reply, "", "objectType", "%s is expected here",
                      eyes->who.all ? all : own);
    draft->client = eyes->who.all ? name_of(body, "clientID", true) : eyes->who.client;
    if (!eyes->who.all && lg_rest_value(body, "targets"))
        lg_rest_wrong(body->reply, "", "targets", "only business logic grants these");
    check_all(body, "attributes", false, check_map);
}

static void read_resource(const lg_rest_ask *ask, const lg_rest_from *body, const lg_oa_eyes *eyes,
                          lg_oadr_draft *draft)
{
    read_shape(body, eyes, "BL_RESOURCE_REQUEST", "VEN_RESOURCE_REQUEST", draft);
    draft->name = name_of(body, "resourceName", true);
    draft->parent = id_of(body, "venID", true);
    const lg_oadr *ven = draft->parent
                             ? lg_coord_table_find(&ask->coord->openadr[LG_OADR_VEN], draft->parent)
                             : NULL;
    if (ven && !lg_oadr_sees(&eyes->who, eyes->grants, eyes->grant_count, ven))
        lg_rest_refuse(body->reply, 404, "there is no such ven");
}

/* ---- the rest of it ---- */

static const char *const *read_targets(const lg_rest_from *body, uint32_t *count)
{
    const lg_json *list = lg_rest_array(body, "targets", false, LIST_MAX);
    *count = 0;
    const char **targets =
        list && list->count ? lg_arena_alloc(body->arena, list->count * sizeof *targets) : NULL;
    if (list && list->count && !targets)
        lg_rest_refuse(body->reply, 503, "out of memory");
    for (const lg_json *at = targets ? list->first : NULL; at; at = at->next) {
        if (at->kind == LG_JSON_STRING && *at->text && strlen(at->text) <= NAME_BYTES_MAX)
            targets[(*count)++] = at->text;
        else
            lg_rest_wrong(body->reply, "", "targets", "texts of 1 to 128 bytes are expected here");
    }
    return targets;
}

/* All members but those that the server says, and those that are as good as absent: the published
 * file allows some of them to be null and others not. */
static const char *rest_of(const lg_rest_ask *ask, const lg_rest_from *body)
{
    static const char *const said[] = {
        "id", "createdDateTime", "modificationDateTime", "objectType", "clientID", "targets", NULL};
    lg_text out;
    const char *comma = "";
    lg_text_init(&out, ask->arena->mem);
    for (const lg_json *at = body->object ? body->object->first : NULL; at; at = at->next) {
        if (lg_coord_word(said, at->name) >= 0 || at->kind == LG_JSON_NULL)
            continue;
        lg_text_str(&out, comma);
        lg_text_json(&out, at->name);
        lg_text_char(&out, ':');
        lg_text_bytes(&out, at->raw, at->raw_size);
        comma = ",";
    }
    const char *copy =
        out.failed ? NULL : lg_arena_text(ask->arena, lg_text_peek(&out), out.length);
    lg_text_fini(&out);
    if (!copy)
        lg_rest_refuse(body->reply, 503, "out of memory");
    return copy;
}

void lg_oa_read(lg_rest_ask *ask, lg_rest_reply *reply, const lg_oa_eyes *eyes,
                lg_oadr_draft *draft)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    *draft = (lg_oadr_draft){
        .kind = LG_OA_KIND_OF(ask->operation->flags), .priority = INT64_MAX, .ends_us = INT64_MAX};
    if (!body.object)
        return;
    switch (draft->kind) {
    case LG_OADR_PROGRAM:
        read_program(&body, draft);
        break;
    case LG_OADR_EVENT:
        read_event(ask, &body, draft);
        break;
    case LG_OADR_REPORT:
        read_report(&body, eyes, draft);
        break;
    case LG_OADR_SUBSCRIPTION:
        read_subscription(ask, &body, eyes, draft);
        break;
    case LG_OADR_VEN:
        read_shape(&body, eyes, "BL_VEN_REQUEST", "VEN_VEN_REQUEST", draft);
        draft->name = name_of(&body, "venName", true);
        break;
    case LG_OADR_RESOURCE:
        read_resource(ask, &body, eyes, draft);
        break;
    }
    draft->targets = read_targets(&body, &draft->target_count);
    draft->body = rest_of(ask, &body);
}
