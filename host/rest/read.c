/* Texts are those of the tree, which lives in the arena of the request. */
#include "rest/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rest/percent.h"

static bool take_object(lg_rest_from *from, const lg_json *value, const char *key, bool needed)
{
    if (value && value->kind == LG_JSON_OBJECT) {
        from->object = value;
        return true;
    }
    if (value || needed)
        lg_rest_wrong(from->reply, from->before, key, "an object is expected here");
    return false;
}

lg_rest_from lg_rest_body(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from from = {.reply = reply, .arena = ask->arena, .before = ""};
    take_object(&from, ask->body, "", true);
    return from;
}

lg_rest_from lg_rest_inside(const lg_rest_from *from, const char *key, uint32_t index,
                            const lg_json *value)
{
    lg_rest_from inside = {.reply = from->reply, .arena = from->arena};
    snprintf(inside.before, sizeof inside.before, "%.100s%s[%u]", from->before, key, index);
    if (take_object(&inside, value, "", true))
        strncat(inside.before, ".", sizeof inside.before - strlen(inside.before) - 1);
    return inside;
}

lg_rest_from lg_rest_object(const lg_rest_from *from, const char *key, bool needed)
{
    lg_rest_from inside = {.reply = from->reply, .arena = from->arena};
    snprintf(inside.before, sizeof inside.before, "%.100s", from->before);
    if (take_object(&inside, lg_rest_value(from, key), key, needed && from->object))
        snprintf(inside.before, sizeof inside.before, "%.100s%s.", from->before, key);
    return inside;
}

bool lg_rest_says(const lg_rest_from *from, const char *key)
{
    return lg_json_at(from->object, key) != NULL;
}

const lg_json *lg_rest_value(const lg_rest_from *from, const char *key)
{
    const lg_json *value = lg_json_at(from->object, key);
    return value && value->kind != LG_JSON_NULL ? value : NULL;
}

/* The value when it is of @p kind; else what is wrong is noted. */
static const lg_json *value_of(const lg_rest_from *from, const char *key, bool needed,
                               lg_json_kind kind, const char *name)
{
    const lg_json *value = lg_rest_value(from, key);
    if (value && value->kind == kind)
        return value;
    if (value)
        lg_rest_wrong(from->reply, from->before, key, "%s is expected here", name);
    else if (needed && from->object)
        lg_rest_wrong(from->reply, from->before, key, "this is required");
    return NULL;
}

const lg_json *lg_rest_array(const lg_rest_from *from, const char *key, bool needed, uint32_t max)
{
    const lg_json *value = value_of(from, key, needed, LG_JSON_ARRAY, "an array");
    if (!value || value->count <= max)
        return value;
    lg_rest_wrong(from->reply, from->before, key, "there may be %u of these", max);
    return NULL;
}

const char *lg_rest_text(const lg_rest_from *from, const char *key, bool needed, uint32_t max)
{
    const lg_json *value = value_of(from, key, needed, LG_JSON_STRING, "a text");
    if (!value || strlen(value->text) <= max)
        return value ? value->text : NULL;
    lg_rest_wrong(from->reply, from->before, key, "a text has up to %u bytes", max);
    return NULL;
}

bool lg_rest_is_id(const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > 128 || strchr(text, '/') || !lg_text_is_utf8(text))
        return false;
    for (const unsigned char *at = (const unsigned char *)text; *at; at += lg_text_utf8(at))
        if (lg_text_control(at))
            return false;
    return strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static const char *check_id(const lg_rest_from *from, const char *key, const char *text)
{
    if (!text || lg_rest_is_id(text))
        return text;
    lg_rest_wrong(from->reply, from->before, key,
                  "an id has 1 to 128 bytes, no \"/\" and no control characters");
    return NULL;
}

const char *lg_rest_id(const lg_rest_from *from, const char *key, bool needed)
{
    const lg_json *value = value_of(from, key, needed, LG_JSON_STRING, "a text");
    return check_id(from, key, value ? value->text : NULL);
}

int lg_rest_word(const lg_rest_from *from, const char *key, bool needed, const char *const *words,
                 int otherwise)
{
    const char *text = lg_rest_text(from, key, needed, 64);
    int number = text ? lg_coord_word(words, text) : otherwise;
    if (number < 0 && text)
        lg_rest_wrong(from->reply, from->before, key, "\"%s\" is none of the words for this", text);
    return number < 0 ? 0 : number;
}

bool lg_rest_bool(const lg_rest_from *from, const char *key, bool otherwise)
{
    const lg_json *value = lg_rest_value(from, key);
    if (value && value->kind != LG_JSON_TRUE && value->kind != LG_JSON_FALSE)
        lg_rest_wrong(from->reply, from->before, key, "true or false is expected here");
    return value ? value->kind == LG_JSON_TRUE : otherwise;
}

lg_coord_number lg_rest_number(const lg_rest_from *from, const char *key)
{
    lg_coord_number number = {0, "0"};
    const lg_json *value = value_of(from, key, true, LG_JSON_NUMBER, "a number");
    if (!value)
        return number;
    number.text = value->text;
    if (strlen(value->text) > 64 || !lg_coord_number_read(value->text, &number.nano))
        lg_rest_wrong(from->reply, from->before, key,
                      "a number is within 9000000000 either way, in up to 64 characters");
    return number;
}

int64_t lg_rest_time(const lg_rest_from *from, const char *key)
{
    int64_t us = 0;
    const char *text = lg_rest_text(from, key, true, 64);
    if (text && !lg_coord_time_read(text, &us))
        lg_rest_wrong(from->reply, from->before, key,
                      "a time is written like 2026-03-11T01:00:00Z");
    return us;
}

uint32_t lg_rest_resolution(const lg_rest_from *from, const char *key)
{
    uint32_t seconds = 3600;
    const char *text = lg_rest_text(from, key, true, 64);
    if (text && !lg_coord_resolution_read(text, &seconds))
        lg_rest_wrong(from->reply, from->before, key, "a resolution is 01:00:00 or 00:15:00");
    return seconds;
}

static bool lacks_memory(const lg_rest_from *from, const void *room)
{
    if (!room)
        lg_rest_refuse(from->reply, 503, "out of memory");
    return !room;
}

const char *const *lg_rest_ids(const lg_rest_from *from, const char *key, uint32_t max,
                               uint32_t *count)
{
    const lg_json *array = lg_rest_array(from, key, false, max);
    char path[64];
    uint32_t index = 0;
    *count = 0;
    if (!array || !array->count)
        return NULL;
    const char **ids = lg_arena_alloc(from->arena, array->count * sizeof *ids);
    if (lacks_memory(from, ids))
        return NULL;
    for (const lg_json *at = array->first; at; at = at->next, index++) {
        snprintf(path, sizeof path, "%s[%u]", key, index);
        if (at->kind != LG_JSON_STRING)
            lg_rest_wrong(from->reply, from->before, path, "a text is expected here");
        else if (check_id(from, path, at->text))
            ids[(*count)++] = at->text;
    }
    return ids;
}

lg_coord_point *lg_rest_points(const lg_rest_from *from, const char *key, const char *number,
                               bool needed, uint32_t *count)
{
    const lg_json *array = lg_rest_array(from, key, needed, LG_COORD_POINTS_MAX);
    *count = 0;
    if (!array || !array->count)
        return NULL;
    lg_coord_point *points = lg_arena_alloc(from->arena, array->count * sizeof *points);
    if (lacks_memory(from, points))
        return NULL;
    for (const lg_json *at = array->first; at; at = at->next) {
        lg_rest_from inside = lg_rest_inside(from, key, *count, at);
        points[*count].start_us = lg_rest_time(&inside, "timestamp");
        points[(*count)++].value = lg_rest_number(&inside, number);
    }
    return points;
}

/* ---- queries ---- */

/* The next value of @p key from *@p at on, decoded; NULL: there is none, or it cannot be decoded,
 * which is noted. */
static const char *next_value(lg_rest_ask *ask, lg_rest_reply *reply, const char *key,
                              const char **at)
{
    size_t wanted = strlen(key);
    while (**at) {
        const char *from = *at;
        size_t length = strcspn(from, "&");
        *at += length;
        *at += **at == '&';
        if (length < wanted || strncmp(from, key, wanted) != 0 ||
            (length > wanted && from[wanted] != '='))
            continue;
        size_t skip = length == wanted ? wanted : wanted + 1;
        char *value = lg_arena_alloc(ask->arena, length + 1);
        if (!value || !lg_rest_decode(from + skip, length - skip, true, value) ||
            !lg_text_is_utf8(value)) {
            lg_rest_wrong(reply, "", key, "the query is not percent-encoded as it should be");
            return NULL;
        }
        return value;
    }
    return NULL;
}

const char *lg_rest_query(lg_rest_ask *ask, lg_rest_reply *reply, const char *key)
{
    const char *at = ask->query, *found = next_value(ask, reply, key, &at);
    if (found && next_value(ask, reply, key, &at))
        lg_rest_wrong(reply, "", key, "this is said twice");
    return found;
}

const char *const *lg_rest_queries(lg_rest_ask *ask, lg_rest_reply *reply, const char *key,
                                   uint32_t *count)
{
    const char **values = lg_arena_alloc(ask->arena, (strlen(ask->query) + 1) * sizeof *values);
    const char *at = ask->query, *value;
    *count = 0;
    if (!values)
        lg_rest_refuse(reply, 503, "out of memory");
    while (values && (value = next_value(ask, reply, key, &at)))
        values[(*count)++] = value;
    return values;
}

static uint32_t count_of(lg_rest_ask *ask, lg_rest_reply *reply, const char *key,
                         uint32_t otherwise, uint32_t max)
{
    const char *text = lg_rest_query(ask, reply, key);
    size_t length = text ? strlen(text) : 0;
    if (!text)
        return otherwise;
    unsigned long value = length <= 9 ? strtoul(text, NULL, 10) : 0;
    if (length == 0 || text[strspn(text, "0123456789")] || value < 1 || value > max) {
        lg_rest_wrong(reply, "", key, "a whole number from 1 to %u is expected here", max);
        return otherwise;
    }
    return (uint32_t)value;
}

lg_rest_page lg_rest_page_of(lg_rest_ask *ask, lg_rest_reply *reply)
{
    return (lg_rest_page){
        .page = count_of(ask, reply, "page", 1, 1000000),
        .size = count_of(ask, reply, "pageSize", 100, 1000),
    };
}
