/* From a path to the function that answers: one table for a running host, one for runs that are
 * over (view.c). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/serve_parts.h"
#include "app/templates.h"

#define API LG_SERVE_API

static const lg_serve_route routes[] = {
    {API "/status", false, false, lg_serve_do_status},
    {API "/site", false, false, lg_serve_do_site},
    {API "/members", false, false, lg_serve_do_members},
    {API "/markets/#", false, false, lg_serve_do_market},
    {API "/markets/#/history", false, false, lg_serve_do_market_history},
    {API "/assets", false, false, lg_serve_do_assets},
    {API "/assets/#/history", false, false, lg_serve_do_asset_history},
    {API "/agents", false, false, lg_serve_do_agents},
    {API "/agents/#", false, false, lg_serve_do_agent},
    {API "/agents/#/check", true, false, lg_serve_do_check},
    {API "/agents/#/reload", true, false, lg_serve_do_reload},
    {API "/control", true, false, lg_serve_do_control},
    {API "/intraday", false, false, lg_serve_do_intraday},
    {API "/log", false, false, lg_serve_do_log},
    {API "/stream", false, false, lg_serve_do_stream},
    {API "/events", false, false, lg_serve_do_events},
    {API "/results/run.sqlite", false, true, lg_serve_do_sqlite},
    {API "/results/trades.csv", false, true, lg_serve_do_trades_csv},
    {API "/results/market_slots.csv", false, true, lg_serve_do_markets_csv},
    {API "/results/members.csv", false, true, lg_serve_do_members_csv},
    {"/metrics", false, true, lg_serve_do_metrics},
};

/* ---- the page ---- */

static const lg_template *page_file(const char *path)
{
    const char *name = strcmp(path, "/") == 0 ? "/index.html" : path;
    if (strcmp(path, API "/openapi.json") == 0)
        name = "/openapi.json";
    for (const lg_template *t = lg_templates; t->kind; t++)
        if (strcmp(t->kind, "page") == 0 && strcmp(t->path, name + 1) == 0)
            return t;
    return NULL;
}

static const char *type_of(const char *name)
{
    const char *end = strrchr(name, '.');
    if (strcmp(end, ".js") == 0)
        return "text/javascript; charset=utf-8";
    if (strcmp(end, ".css") == 0)
        return "text/css; charset=utf-8";
    if (strcmp(end, ".svg") == 0)
        return "image/svg+xml";
    if (strcmp(end, ".txt") == 0 || strcmp(end, ".lua") == 0)
        return "text/plain; charset=utf-8";
    return strcmp(end, ".json") == 0 ? "application/json" : "text/html; charset=utf-8";
}

bool lg_serve_is_public(void *ctx, const char *path)
{
    (void)ctx;
    return page_file(path);
}

/* ---- routes ---- */

/* Whether @p path is that of a route; *number is what stands for its "#". */
static bool fits(const char *pattern, const char *path, uint32_t *number)
{
    *number = LG_NONE;
    while (*pattern && *pattern != '#')
        if (*pattern++ != *path++)
            return false;
    if (!*pattern)
        return !*path;
    size_t digits = strspn(path, "0123456789");
    if (digits == 0 || digits > 9)
        return false;
    *number = (uint32_t)strtoul(path, NULL, 10);
    return strcmp(pattern + 1, path + digits) == 0;
}

/* Numbers of the query are numbers: what is meant by another word nobody can tell.
 * @return false: it was answered */
static bool numbers_are_whole(const lg_web_call *web)
{
    static const char *const keys[] = {"from",  "to",  "count", "lines", "area",
                                       "below", "run", "slot",  "period"};
    char value[LG_WEB_QUERY_MAX], message[80];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!lg_web_query(web->query, keys[i], value, sizeof value) ||
            (*value && strlen(value) <= 9 && !value[strspn(value, "0123456789")]))
            continue;
        snprintf(message, sizeof message, "\"%s\" is a whole number from 0 to 999999999", keys[i]);
        lg_web_refuse(web, 400, "bad_request", message);
        return false;
    }
    return true;
}

void lg_serve_find(const lg_serve_route *list, size_t count, const lg_web_call *web, lg_mem *mem,
                   lg_serve_call call)
{
    bool known = false;
    const lg_template *file = web->post ? NULL : page_file(web->path);
    if (file) {
        lg_web_answer(web, 200, type_of(file->path), file->text, file->size);
        return;
    }
    call.web = web;
    for (size_t i = 0; i < count; i++) {
        if (!fits(list[i].path, web->path, &call.number))
            continue;
        known = true;
        if (list[i].post != web->post)
            continue;
        if (list[i].all && call.owner && !call.owner->organiser) {
            lg_web_refuse(web, 403, "foreign", "this tells of everybody: it is the organiser's");
            return;
        }
        if (!numbers_are_whole(web))
            return;
        lg_text out;
        lg_text_init(&out, mem);
        call.out = &out;
        list[i].answer(&call);
        lg_text_fini(&out);
        return;
    }
    if (known)
        lg_web_refuse(web, 405, "method",
                      web->post ? "this is asked with GET" : "this is asked with POST");
    else
        lg_web_refuse(web, 404, "not_found",
                      "there is nothing at this path; see /api/v1/openapi.json");
}

void lg_serve_asked(void *ctx, const lg_web_call *web)
{
    lg_serve *serve = ctx;
    lg_serve_find(routes, sizeof routes / sizeof *routes, web, serve->mem,
                  (lg_serve_call){.serve = serve, .owner = serve->input.owners ? web->who : NULL});
}

const void *lg_serve_bearer(void *ctx, const char *token)
{
    const lg_serve *serve = ctx;
    return lg_owners_of(serve->input.owners, token);
}

/* ---- answers ---- */

void lg_serve_answer(lg_serve_call *call)
{
    lg_text_char(call->out, '\n');
    lg_web_answer_text(call->web, 200, "application/json", call->out);
}

void lg_serve_refuse(lg_serve_call *call, int code, const char *word, const char *format, ...)
{
    char message[LG_ERR_TEXT_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    lg_web_refuse(call->web, code, word, message);
}

uint32_t lg_serve_query(const lg_serve_call *call, const char *key, uint32_t otherwise)
{
    char value[16];
    if (!lg_web_query(call->web->query, key, value, sizeof value) || !*value || strlen(value) > 9 ||
        value[strspn(value, "0123456789")])
        return otherwise;
    return (uint32_t)strtoul(value, NULL, 10);
}

lg_serve_range lg_serve_range_of(const lg_serve_call *call, uint32_t otherwise)
{
    uint32_t count = lg_serve_query(call, "count", otherwise);
    return (lg_serve_range){
        .from = lg_serve_query(call, "from", 0),
        .count = count < LG_SERVE_ROWS_MAX ? count : LG_SERVE_ROWS_MAX,
    };
}

void lg_serve_fixed(lg_text *out, const char *key, int64_t value, int decimals)
{
    lg_reply_key(out, key);
    lg_text_fixed(out, value, decimals);
}
