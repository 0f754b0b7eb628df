/* Once memory is exhausted nothing is put any more, and whoever wants to send looks at `failed`. */
#include "out.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lunagrid/calendar.h"

void out_free(out *o)
{
    free(o->data);
    *o = (out){0};
}

void out_clear(out *o)
{
    o->length = 0;
    o->failed = false;
    if (o->data)
        o->data[0] = 0;
}

const char *out_peek(const out *o)
{
    return o->data ? o->data : "";
}

static bool room(out *o, size_t more)
{
    if (o->failed || more > SIZE_MAX / 4 - o->length) {
        o->failed = true;
        return false;
    }
    size_t need = o->length + more + 1;
    if (need <= o->capacity)
        return true;
    size_t capacity = o->capacity ? o->capacity : 256;
    while (capacity < need)
        capacity *= 2;
    char *data = realloc(o->data, capacity);
    if (!data) {
        o->failed = true;
        return false;
    }
    o->data = data;
    o->capacity = capacity;
    return true;
}

void put_bytes(out *o, const char *bytes, size_t length)
{
    if (!room(o, length))
        return;
    if (length)
        memcpy(o->data + o->length, bytes, length);
    o->length += length;
    o->data[o->length] = 0;
}

void put(out *o, const char *text)
{
    put_bytes(o, text, strlen(text));
}

void put_format(out *o, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length > 0)
        put_bytes(o, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

static void put_escaped(out *o, const char *text)
{
    const char *plain = text;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        put_bytes(o, plain, (size_t)(text - plain));
        plain = text + 1;
        if (c == '"' || c == '\\')
            put_format(o, "\\%c", c);
        else
            put_format(o, "\\u%04x", c);
    }
    put_bytes(o, plain, (size_t)(text - plain));
}

void put_text(out *o, const char *text)
{
    put_bytes(o, "\"", 1);
    put_escaped(o, text);
    put_bytes(o, "\"", 1);
}

void put_key(out *o, const char *key)
{
    put_text(o, key);
    put_bytes(o, ": ", 2);
}

void put_pair(out *o, const char *key, const char *text)
{
    put_key(o, key);
    put_text(o, text);
}

void put_member(out *o, const char *key, const char *text)
{
    put_bytes(o, ", ", 2);
    put_pair(o, key, text);
}

static void put_shortest(out *o, double value, bool as_float)
{
    char text[40];
    if (!isfinite(value)) {
        put(o, "null");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    put(o, text);
    if (as_float && !strpbrk(text, ".e"))
        put_bytes(o, ".0", 2);
}

void put_float(out *o, double value)
{
    put_shortest(o, value, true);
}

void put_number(out *o, double value)
{
    put_shortest(o, value, false);
}

void put_round7(out *o, double value)
{
    char text[400];
    snprintf(text, sizeof text, "%.7f", value);
    double rounded = strtod(text, NULL);
    put_shortest(o, rounded == 0 ? 0 : rounded, true);
}

void put_time(out *o, int64_t ms, bool seconds, const char *behind)
{
    lg_cal_date date = lg_cal_date_of(lg_cal_day(ms));
    int64_t in_day = lg_cal_in_day(ms) / 1000;
    put_format(o, "\"%04lld-%02d-%02dT%02d:%02d", (long long)date.year, date.month, date.day,
               (int)(in_day / 3600), (int)(in_day / 60 % 60));
    if (seconds)
        put_format(o, ":%02d%s", (int)(in_day % 60), behind);
    put_bytes(o, "\"", 1);
}

/* ---- what was sent ---- */

void put_python_text(out *o, const char *text)
{
    char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
    put_bytes(o, &quote, 1);
    for (; *text; text++) {
        if (*text == quote || *text == '\\')
            put_bytes(o, "\\", 1);
        if ((unsigned char)*text < 0x20)
            put_format(o, "\\x%02x", (unsigned char)*text);
        else
            put_bytes(o, text, 1);
    }
    put_bytes(o, &quote, 1);
}

static void put_members(out *o, const json *value, void (*put_one)(out *, const json *),
                        void (*put_name)(out *, const char *))
{
    for (const json *m = value->first; m; m = m->next) {
        if (m != value->first)
            put(o, ", ");
        if (m->key) {
            put_name(o, m->key);
            put(o, ": ");
        }
        put_one(o, m);
    }
}

void put_python(out *o, const json *value)
{
    switch (value->type) {
    case JSON_NULL:
        put(o, "None");
        return;
    case JSON_FALSE:
        put(o, "False");
        return;
    case JSON_TRUE:
        put(o, "True");
        return;
    case JSON_NUMBER:
        put(o, value->text);
        return;
    case JSON_TEXT:
        put_python_text(o, value->text);
        return;
    case JSON_LIST:
    case JSON_OBJECT:
        put(o, value->type == JSON_LIST ? "[" : "{");
        put_members(o, value, put_python, put_python_text);
        put(o, value->type == JSON_LIST ? "]" : "}");
        return;
    }
}

void put_json(out *o, const json *value)
{
    switch (value->type) {
    case JSON_NULL:
        put(o, "null");
        return;
    case JSON_FALSE:
        put(o, "false");
        return;
    case JSON_TRUE:
        put(o, "true");
        return;
    case JSON_NUMBER:
        put(o, value->text);
        return;
    case JSON_TEXT:
        put_text(o, value->text);
        return;
    case JSON_LIST:
    case JSON_OBJECT:
        put(o, value->type == JSON_LIST ? "[" : "{");
        put_members(o, value, put_json, put_text);
        put(o, value->type == JSON_LIST ? "]" : "}");
        return;
    }
}
