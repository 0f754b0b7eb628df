/*
 * The scan has said that the text is plain JSON, so the walk here only has to follow it. Keys that
 * are there twice are found by sorting: an object may have as many keys as it likes.
 */
#include "base/json.h"

#include <stdio.h>
#include <string.h>
#include "base/json_scan.h"
#include "base/sort.h"

typedef struct walk {
    lg_arena *arena;
    const lg_json_limits *limits;
    const char *p;
    uint32_t values;
    lg_err *err;
} walk;

static void skip_blanks(walk *w)
{
    w->p += strspn(w->p, " \t\r\n");
}

static lg_status full(walk *w)
{
    return lg_fail(w->err, LG_MEMORY, "out of memory");
}

static unsigned hex4(const char *p)
{
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        unsigned c = (unsigned char)p[i];
        code = code * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return code;
}

static char *put_code(char *out, unsigned code)
{
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
        *out++ = (char)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        *out++ = (char)(0xe0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 63));
        *out++ = (char)(0x80 | (code & 63));
    } else {
        *out++ = (char)(0xf0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 63));
        *out++ = (char)(0x80 | (code >> 6 & 63));
        *out++ = (char)(0x80 | (code & 63));
    }
    return out;
}

/* The escape at @p p, behind its backslash. @return what follows it */
static const char *put_escape(const char *p, char **out)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *at = strchr(from, *p);
    if (*p == 'u') {
        unsigned code = hex4(p + 1);
        p += 5;
        if (code >= 0xd800 && code <= 0xdbff) {
            code = 0x10000 + ((code - 0xd800) << 10) + (hex4(p + 2) - 0xdc00);
            p += 6;
        }
        *out = put_code(*out, code);
        return p;
    }
    *(*out)++ = at ? to[at - from] : *p;
    return p + 1;
}

static lg_status read_string(walk *w, uint32_t bytes_max, const char **text)
{
    const char *end = w->p + 1;
    while (*end != '"')
        end += *end == '\\' ? 2 : 1;
    size_t size = (size_t)(end - w->p - 1);
    if (size > bytes_max)
        return lg_fail(w->err, LG_INVALID, "a text or key is longer than %u bytes", bytes_max);
    char *start = lg_arena_alloc(w->arena, size + 1), *out = start;
    if (!start)
        return full(w);
    for (const char *p = w->p + 1; p < end;) {
        if (*p == '\\')
            p = put_escape(p + 1, &out);
        else
            *out++ = *p++;
    }
    *out = 0;
    *text = start;
    w->p = end + 1;
    return LG_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static lg_status check_keys(walk *w, const lg_json *object)
{
    uint32_t count = 0;
    if (object->count < 2)
        return LG_OK;
    const char **names = lg_arena_alloc(w->arena, object->count * sizeof *names);
    if (!names)
        return full(w);
    for (const lg_json *at = object->first; at; at = at->next)
        names[count++] = at->name;
    lg_sort(names, count, sizeof *names, by_name);
    for (uint32_t i = 1; i < count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return lg_fail(w->err, LG_INVALID, "the key \"%.64s\" is there twice in one object",
                           names[i]);
    return LG_OK;
}

static lg_status read_value(walk *w, uint32_t depth, lg_json *out);

/* What an array or object holds, up to its end. */
static lg_status read_values(walk *w, uint32_t depth, char end, lg_json *out)
{
    const lg_json **place = &out->first;
    lg_status status = LG_OK;
    w->p++;
    skip_blanks(w);
    while (*w->p != end) {
        lg_json *value = lg_arena_alloc(w->arena, sizeof *value);
        if (!value)
            return full(w);
        skip_blanks(w);
        if (end == '}') {
            status = read_string(w, w->limits->key_bytes, &value->name);
            if (status != LG_OK)
                return status;
            skip_blanks(w);
            w->p++; /* the colon */
        }
        status = read_value(w, depth, value);
        if (status != LG_OK)
            return status;
        *place = value;
        place = (const lg_json **)&value->next;
        out->count++;
        skip_blanks(w);
        w->p += *w->p == ',';
    }
    w->p++;
    return end == '}' ? check_keys(w, out) : LG_OK;
}

static lg_status read_plain(walk *w, lg_json *out)
{
    size_t length = strcspn(w->p, " \t\r\n,]}");
    out->kind = *w->p == 't'   ? LG_JSON_TRUE
                : *w->p == 'f' ? LG_JSON_FALSE
                : *w->p == 'n' ? LG_JSON_NULL
                               : LG_JSON_NUMBER;
    if (out->kind == LG_JSON_NUMBER && !(out->text = lg_arena_text(w->arena, w->p, length)))
        return full(w);
    w->p += length;
    return LG_OK;
}

static lg_status read_value(walk *w, uint32_t depth, lg_json *out)
{
    lg_status status;
    skip_blanks(w);
    out->raw = w->p;
    if (++w->values > w->limits->values)
        return lg_fail(w->err, LG_INVALID, "there are more than %u values", w->limits->values);
    if (*w->p == '{' || *w->p == '[') {
        out->kind = *w->p == '{' ? LG_JSON_OBJECT : LG_JSON_ARRAY;
        if (depth == w->limits->depth)
            return lg_fail(w->err, LG_INVALID, "values are nested deeper than %u",
                           w->limits->depth);
        status = read_values(w, depth + 1, *w->p == '{' ? '}' : ']', out);
    } else if (*w->p == '"') {
        out->kind = LG_JSON_STRING;
        status = read_string(w, w->limits->string_bytes, &out->text);
    } else {
        status = read_plain(w, out);
    }
    out->raw_size = (size_t)(w->p - out->raw);
    return status;
}

lg_status lg_json_read(lg_arena *arena, const char *text, size_t size, const lg_json_limits *limits,
                       lg_err *err, const lg_json **out)
{
    lg_json_lines lines;
    *out = NULL;
    lg_status status = lg_json_scan(arena->mem, text, size, &lines);
    if (status == LG_INVALID)
        lg_fail(err, LG_INVALID, "line %d, column %d: %s", lines.problem_line, lines.problem_column,
                lines.problem);
    else if (status != LG_OK)
        lg_fail(err, status, "out of memory");
    lg_json_lines_fini(&lines);
    if (status != LG_OK)
        return status;
    walk w = {.arena = arena, .limits = limits, .p = text, .err = err};
    lg_json *value = lg_arena_alloc(arena, sizeof *value);
    status = value ? read_value(&w, 0, value) : full(&w);
    if (status == LG_OK)
        *out = value;
    return status;
}

const lg_json *lg_json_at(const lg_json *object, const char *key)
{
    if (!object || object->kind != LG_JSON_OBJECT)
        return NULL;
    for (const lg_json *at = object->first; at; at = at->next)
        if (strcmp(at->name, key) == 0)
            return at;
    return NULL;
}
