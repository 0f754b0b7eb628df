/* Refusals, whoever finds them. */
#include "rest/ask.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lg_rest_refuse(lg_rest_reply *reply, int code, const char *format, ...)
{
    va_list args;
    reply->code = code;
    va_start(args, format);
    vsnprintf(reply->detail, sizeof reply->detail, format, args);
    va_end(args);
    lg_text_clean(reply->detail);
}

bool lg_rest_fine(const lg_rest_reply *reply)
{
    return reply->wrong == 0 && reply->code < 400;
}

/* One sentence a path is enough. */
static bool is_named(const lg_rest_reply *reply, const char *path)
{
    lg_text name;
    lg_text_init(&name, reply->text.mem);
    lg_text_json(&name, path);
    lg_text_char(&name, ':');
    bool named = reply->text.length && strstr(reply->text.data, lg_text_peek(&name));
    lg_text_fini(&name);
    return named;
}

void lg_rest_wrong(lg_rest_reply *reply, const char *before, const char *key, const char *format,
                   ...)
{
    char path[384], text[320];
    va_list args;
    if (reply->wrong++ == 0) {
        lg_text_clear(&reply->text);
        lg_rest_refuse(reply, 400, "the request is not well formed; errors says where");
    }
    snprintf(path, sizeof path, "%s%s", before, key);
    if (reply->wrong > LG_REST_WRONG_MAX || is_named(reply, path))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    lg_text_str(&reply->text, reply->text.length ? "," : "");
    lg_text_json(&reply->text, path);
    lg_text_str(&reply->text, ":[");
    lg_text_json(&reply->text, text);
    lg_text_char(&reply->text, ']');
}

bool lg_rest_done(lg_rest_reply *reply, lg_coord_result result, const lg_coord_why *why)
{
    switch (result) {
    case LG_COORD_DONE:
        return true;
    case LG_COORD_INVALID:
        lg_rest_wrong(reply, "", why->path, "%s", why->text);
        return false;
    case LG_COORD_UNKNOWN:
        lg_rest_refuse(reply, 404, "%s", why && *why->text ? why->text : "there is no such thing");
        return false;
    case LG_COORD_CONFLICT:
        lg_rest_refuse(reply, 409, "%s", why && *why->text ? why->text : "it is there already");
        return false;
    case LG_COORD_MEMORY:
        break;
    }
    lg_rest_refuse(reply, 503, "out of memory");
    return false;
}
