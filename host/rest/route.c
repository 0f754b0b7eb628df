/* Few paths, so all are looked at: those that match a path say which methods it has. */
#include "rest/route.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "rest/percent.h"

enum { SEGMENTS_MAX = 8 };

/* A segment of @p length bytes; NULL: it is none. */
static const char *decode(lg_arena *arena, const char *from, size_t length)
{
    char *text = lg_arena_alloc(arena, length + 1);
    if (!text || !length || !lg_rest_decode(from, length, false, text))
        return NULL;
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '/' || *at == '\\')
            return NULL;
    bool fine = lg_text_is_utf8(text) && strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
    return fine ? text : NULL;
}

/* The segments of a path that begins with "/"; a trailing slash is none. @return how many; -1: it
 * is no path */
static int split(lg_arena *arena, const char *path, size_t length, const char *out[SEGMENTS_MAX])
{
    int count = 0;
    if (length > 1 && path[length - 1] == '/')
        length--;
    for (size_t at = 1, size; at <= length && length > 1; at += size + 1) {
        const char *end = memchr(path + at, '/', length - at);
        size = end ? (size_t)(end - path) - at : length - at;
        if (count == SEGMENTS_MAX || !(out[count] = decode(arena, path + at, size)))
            return -1;
        count++;
    }
    return count;
}

/* Whether the segments are those of @p pattern; words into @p words. */
static bool matches(const char *pattern, const char *const *segments, int count,
                    const char *words[3])
{
    int word = 0, i = 0;
    words[0] = words[1] = words[2] = "";
    for (; *pattern && i < count; i++) {
        size_t size = strcspn(++pattern, "/");
        bool any_case = *pattern == '~';
        const char *literal = pattern + any_case;
        size_t length = size - any_case;
        if (size == 2 && memcmp(pattern, "{}", 2) == 0)
            words[word++] = segments[i];
        else if (strlen(segments[i]) != length ||
                 (any_case ? strncasecmp(segments[i], literal, length)
                           : strncmp(segments[i], literal, length)) != 0)
            return false;
        pattern += size;
    }
    return !*pattern && i == count;
}

static void allow(lg_rest_route *out, const char *name)
{
    size_t used = strlen(out->allow);
    if (!strstr(out->allow, name))
        snprintf(out->allow + used, sizeof out->allow - used, "%s%s", used ? ", " : "", name);
}

static const char *name_of(lg_web_method method)
{
    static const char *const names[] = {"GET",   "HEAD",   "POST",    "PUT",
                                        "PATCH", "DELETE", "OPTIONS", ""};
    return names[method];
}

static void none(lg_rest_route *out, int code, const char *detail)
{
    out->code = code;
    out->detail = detail;
}

static void find(const lg_rest_operation *table, lg_web_method method, const char *const *segments,
                 int count, lg_rest_route *out)
{
    const char *words[3];
    for (const lg_rest_operation *o = table; o->name; o++) {
        if (!o->path || !matches(o->path, segments, count, words))
            continue;
        allow(out, name_of(o->method));
        if (o->method == LG_WEB_GET)
            allow(out, "HEAD");
        bool is = o->method == method || (method == LG_WEB_HEAD && o->method == LG_WEB_GET);
        if (is && !out->operation) {
            out->operation = o;
            memcpy(out->words, words, sizeof out->words);
        }
    }
    if (*out->allow)
        allow(out, "OPTIONS");
}

void lg_rest_find(const lg_rest_operation *table, const char *base, lg_web_method method,
                  const char *uri, lg_arena *arena, lg_rest_route *out)
{
    const char *segments[SEGMENTS_MAX];
    size_t before = strlen(base), length = strcspn(uri, "?#");
    *out = (lg_rest_route){.words = {"", "", ""}};
    bool below = length >= before && strncmp(uri, base, before) == 0 &&
                 (length == before || uri[before] == '/');
    out->query = uri[length] == '?' ? uri + length + 1 : "";
    if (!below) {
        none(out, 404, "nothing is there");
        return;
    }
    int count = length > before ? split(arena, uri + before, length - before, segments) : 0;
    if (count < 0) {
        none(out, 400, "the path is not written as it should be");
        return;
    }
    find(table, method, segments, count, out);
    if (out->operation)
        none(out, 200, "");
    else if (*out->allow)
        none(out, 405, "the path has other methods; Allow says which");
    else
        none(out, 404, "nothing is there");
}
