/* What is asked passes one gate after the other; what is answered leaves by one door. */
#include "rest/server.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "coordination/enrol.h"
#include "rest/ec.h"
#include "rest/etag.h"
#include "rest/oa.h"
#include "rest/own.h"
#include "rest/percent.h"
#include "rest/rate.h"
#include "rest/repeat.h"
#include "rest/route.h"
#include "rest/sender.h"

enum { ARENA_BLOCK = 65536, LOOK_MS = 100, FLUSH_MS = 1000 };

struct lg_rest {
    lg_mem *mem;
    lg_rest_input input;
    lg_web *web;
    lg_rest_book book;
    lg_rest_login login;
    lg_rest_sender *sender;
    lg_rest_bucket *buckets; /* one a client */
    lg_rest_repeats repeats;
    uint64_t requests;
};

/* One tree of paths. */
typedef struct face {
    const char *base;
    const lg_rest_operation *operations;
    const char *problem; /* the type of an answer that is not fine */
    int unknown_token;   /* its code */
    bool tenants;        /* clients come for a tenant; else with scopes */
} face;

static const face faces[] = {
    {LG_EC_BASE, lg_ec_operations, "application/problem+json", 401, true},
    {LG_OA_BASE, lg_oa_operations, "application/json", 403, false},
};

/* Whom a request is from. */
typedef struct asker {
    const lg_rest_client *client;
    unsigned scopes;
} asker;

/* ---- answers ---- */

static const char *title_of(int code)
{
    switch (code) {
    case 400:
        return "The request is not well formed";
    case 401:
        return "A token is needed";
    case 403:
        return "That is not allowed";
    case 404:
        return "Not found";
    case 405:
        return "The method is not allowed";
    case 406:
        return "The answer is JSON";
    case 409:
        return "It conflicts with what is there";
    case 412:
        return "It is not what it was";
    case 413:
        return "The body is too large";
    case 415:
        return "The body is no JSON";
    case 422:
        return "The key was used for something else";
    case 429:
        return "Too many requests";
    default:
        return "It could not be done";
    }
}

static void answer_problem(lg_rest *rest, const lg_web_call *call, const face *f,
                           const lg_rest_reply *reply)
{
    char id[48];
    lg_text out;
    snprintf(id, sizeof id, "urn:lunagrid:request:%llu", (unsigned long long)rest->requests);
    lg_web_header(call, "X-Request-Id", id);
    lg_text_init(&out, rest->mem);
    lg_text_str(&out, "{\"type\":\"about:blank\",\"title\":");
    lg_text_json(&out, title_of(reply->code));
    lg_text_format(&out, ",\"status\":%d,\"detail\":", reply->code);
    lg_text_json(&out, reply->detail);
    lg_text_format(&out, ",\"instance\":\"%s\"", id);
    if (reply->wrong)
        lg_text_format(&out, ",\"errors\":{%s}", lg_text_peek(&reply->text));
    lg_text_char(&out, '}');
    lg_web_answer_text(call, reply->code, f->problem, &out);
    lg_text_fini(&out);
}

static void refuse(lg_rest *rest, const lg_web_call *call, const face *f, int code,
                   const char *detail)
{
    lg_rest_reply reply = {.code = code};
    snprintf(reply.detail, sizeof reply.detail, "%s", detail);
    answer_problem(rest, call, f, &reply);
}

static bool is_read(const lg_web_call *call)
{
    return call->method == LG_WEB_GET || call->method == LG_WEB_HEAD;
}

/* Whether the asker has not got it yet; the answer has its tag in any case. */
static bool is_news(const lg_web_call *call, const lg_rest_reply *reply)
{
    char etag[24];
    lg_rest_etag(&reply->text, etag);
    lg_web_header(call, "ETag", etag);
    const char *known = call->headers->if_none_match;
    return !known || !lg_rest_etag_is_in(known, etag);
}

static void answer(lg_rest *rest, const lg_web_call *call, const face *f,
                   const lg_rest_reply *reply)
{
    if (reply->text.failed) {
        refuse(rest, call, f, 503, "out of memory");
        return;
    }
    if (*reply->place) {
        lg_text place;
        lg_text_init(&place, rest->mem);
        lg_text_str(&place, f->base);
        lg_rest_encode(&place, reply->place);
        if (!place.failed)
            lg_web_header(call, "Location", lg_text_peek(&place));
        lg_text_fini(&place);
    }
    if (reply->code == 200 && is_read(call) && !is_news(call, reply))
        lg_web_answer(call, 304, NULL, "", 0);
    else if (reply->code >= 400)
        answer_problem(rest, call, f, reply);
    else if (reply->text.length)
        lg_web_answer_text(call, reply->code, "application/json", &reply->text);
    else
        lg_web_answer(call, reply->code, NULL, "", 0);
}

/* ---- gates ---- */

/* Whether it is known whose request it is; else it is answered. */
static bool knows(lg_rest *rest, const lg_web_call *call, const face *f, asker *who)
{
    switch (lg_rest_login_who(&rest->login, call, lg_loop_now_ns(), &who->client, &who->scopes)) {
    case LG_REST_KNOWN:
        return true;
    case LG_REST_TOO_MANY:
        lg_web_header(call, "Retry-After", "60");
        refuse(rest, call, f, 429, "too many wrong tokens came from there; wait a minute");
        return false;
    case LG_REST_NOBODY:
        lg_web_header(call, "WWW-Authenticate", "Bearer realm=\"lunagrid\"");
        refuse(rest, call, f, 401, "send the token of /connect/token as Authorization: Bearer ...");
        return false;
    default:
        lg_web_header(call, "WWW-Authenticate",
                      "Bearer realm=\"lunagrid\", error=\"invalid_token\"");
        refuse(rest, call, f, f->unknown_token, "the token is not known, or not any more");
        return false;
    }
}

/* Says how often the client may still ask; clients that may always are told nothing. */
static void tell_rate(const lg_web_call *call, const lg_rest_bucket *bucket)
{
    char number[16];
    uint32_t full_s, left = lg_rest_rate_left(bucket, &full_s);
    snprintf(number, sizeof number, "%d", LG_REST_RATE_BURST);
    lg_web_header(call, "RateLimit-Limit", number);
    snprintf(number, sizeof number, "%u", left);
    lg_web_header(call, "RateLimit-Remaining", number);
    snprintf(number, sizeof number, "%u", full_s);
    lg_web_header(call, "RateLimit-Reset", number);
}

/* Whether it may ask this, and now; else it is answered. */
static bool may(lg_rest *rest, const lg_web_call *call, const face *f, const asker *who,
                const lg_rest_operation *operation)
{
    uint32_t wait_s;
    lg_rest_bucket *bucket = &rest->buckets[who->client - rest->input.clients];
    bool fine = rest->input.unlimited || lg_rest_rate_take(bucket, lg_loop_now_ns(), &wait_s);
    if (!rest->input.unlimited)
        tell_rate(call, bucket);
    if (!fine) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%u", wait_s);
        lg_web_header(call, "Retry-After", seconds);
        refuse(rest, call, f, 429, "too many requests; Retry-After says when to ask again");
        return false;
    }
    if (f->tenants ? who->client->tenant != NULL
                   : (operation->flags & who->scopes & LG_REST_SCOPES))
        return true;
    refuse(rest, call, f, 403,
           f->tenants ? "the client has no tenant" : "the token has no scope for that");
    return false;
}

static bool is_json(const char *type)
{
    static const char *const types[] = {"application/json", "application/merge-patch+json"};
    for (int i = 0; i < 2 && type; i++) {
        size_t length = strlen(types[i]);
        if (strncasecmp(type, types[i], length) == 0 &&
            (!type[length] || strchr("; ", type[length])))
            return true;
    }
    return false;
}

static bool accepts_json(const char *accept)
{
    static const char *const fine[] = {"*/*", "application/*", "application/json",
                                       "application/problem+json"};
    for (int i = 0; i < 4 && accept; i++)
        if (strcasestr(accept, fine[i]))
            return true;
    return !accept;
}

/* Reads the body into ask. @return false: it is answered */
static bool read_body(lg_rest *rest, const lg_web_call *call, const face *f,
                      const lg_rest_operation *operation, lg_rest_ask *ask)
{
    static const lg_json_limits limits = LG_JSON_BODY_LIMITS;
    lg_err err;
    if (!(operation->flags & LG_REST_BODY))
        return true;
    if (!call->body_size) {
        refuse(rest, call, f, 400, "a body is needed");
        return false;
    }
    if (!is_json(call->headers->content_type)) {
        refuse(rest, call, f, 415, "the body is application/json, and its Content-Type says so");
        return false;
    }
    lg_status status =
        lg_json_read(ask->arena, call->body, call->body_size, &limits, &err, &ask->body);
    if (status != LG_OK)
        refuse(rest, call, f, status == LG_INVALID ? 400 : 503, err.text);
    ask->body_text = call->body;
    return status == LG_OK;
}

/* Who asks, as the journal keeps it: business logic sees everything. */
static const char *name_asker(const asker *who, lg_arena *arena)
{
    size_t length = strlen(who->client->id);
    bool all = who->client->scopes & LG_REST_SCOPE_READ_ALL;
    char *word = lg_arena_alloc(arena, sizeof LG_OA_ALL + length);
    if (word)
        snprintf(word, sizeof LG_OA_ALL + length, "%s%s", all ? LG_OA_ALL : LG_OA_OWN,
                 who->client->id);
    return word;
}

/* Whether the thing of the path is still what the asker believes; else it is answered. */
static bool is_as_believed(lg_rest *rest, const lg_web_call *call, const face *f,
                           const lg_rest_ask *ask)
{
    const char *believed = call->headers->if_match;
    lg_rest_reply reply = {.code = 0};
    lg_rest_ask look = *ask;
    lg_rest_route route;
    char etag[24];
    if (!believed || is_read(call))
        return true;
    lg_text_init(&reply.text, rest->mem);
    lg_rest_find(f->operations, f->base, LG_WEB_GET, call->uri, ask->arena, &route);
    if (route.code == 200) {
        look.query = "";
        lg_rest_book_do(&rest->book, route.operation, &look, &reply);
    }
    lg_rest_etag(&reply.text, etag);
    bool fine = reply.code == 200 && !reply.text.failed && lg_rest_etag_is_in(believed, etag);
    lg_text_fini(&reply.text);
    if (!fine)
        refuse(rest, call, f, 412, "it was changed since, or is not there; If-Match names another");
    return fine;
}

/* Whether the request is new, which *id keeps then; else it is answered as it was before. */
static bool is_first(lg_rest *rest, const lg_web_call *call, const face *f, const asker *who,
                     int64_t now_us, lg_rest_repeat_id *id)
{
    const char *key = call->headers->idempotency_key;
    *id->id = 0;
    if (!key || call->method != LG_WEB_POST)
        return true;
    if (!lg_rest_repeat_of(rest->mem, who->client->id, key, call, id)) {
        refuse(rest, call, f, 400, "an Idempotency-Key is 1 to 128 printable characters");
        return false;
    }
    const lg_rest_repeat *before = lg_rest_repeat_find(&rest->repeats, id, now_us);
    if (!before)
        return true;
    if (strcmp(before->hash, id->hash) != 0) {
        refuse(rest, call, f, 422, "that Idempotency-Key came with another request before");
        return false;
    }
    lg_rest_reply reply = {.code = before->code};
    lg_text_init(&reply.text, rest->mem);
    lg_text_bytes(&reply.text, before->text, before->size);
    snprintf(reply.place, sizeof reply.place, "%s", before->place);
    lg_web_header(call, "Idempotent-Replay", "true");
    answer(rest, call, f, &reply);
    lg_text_fini(&reply.text);
    return false;
}

/* What is behind the gates. */
static void perform(lg_rest *rest, const lg_web_call *call, const face *f,
                    const lg_rest_route *route, const asker *who, lg_arena *arena)
{
    lg_rest_reply reply = {.code = 0};
    lg_rest_ask ask = {
        .coord = rest->book.coord,
        .tenant = f->tenants ? lg_coord_tenant_of(rest->book.coord, who->client->tenant) : NULL,
        .words = {route->words[0], route->words[1], route->words[2]},
        .query = route->query,
        .body_text = "",
        .now_us = rest->input.clock_us(),
        .live = &rest->input.manners,
        .arena = arena,
    };
    if (!f->tenants && !(ask.words[2] = name_asker(who, arena))) {
        refuse(rest, call, f, 503, "out of memory");
        return;
    }
    lg_rest_repeat_id id;
    lg_text_init(&reply.text, rest->mem);
    if (is_first(rest, call, f, who, ask.now_us, &id) && is_as_believed(rest, call, f, &ask) &&
        read_body(rest, call, f, route->operation, &ask)) {
        lg_rest_book_do(&rest->book, route->operation, &ask, &reply);
        LG_ASSERT(reply.code);
        if (*id.id && reply.code < 300 && !reply.text.failed)
            lg_rest_repeat_keep(&rest->repeats, &id, ask.now_us, &reply);
        answer(rest, call, f, &reply);
        if (route->operation->flags & LG_REST_WRITES)
            lg_rest_sender_look(rest->sender);
    }
    lg_text_fini(&reply.text);
}

static void take(lg_rest *rest, const lg_web_call *call, const face *f, lg_arena *arena)
{
    lg_rest_route route;
    asker who;
    lg_rest_find(f->operations, f->base, call->method, call->uri, arena, &route);
    bool hidden = route.operation && (route.operation->flags & LG_REST_SANDBOX) &&
                  !rest->input.manners.sandbox;
    if (*route.allow && route.code == 405)
        lg_web_header(call, "Allow", route.allow);
    if (call->method == LG_WEB_OPTIONS && *route.allow) {
        lg_web_answer(call, 204, NULL, "", 0);
        return;
    }
    if (route.code != 200 || hidden) {
        refuse(rest, call, f, hidden ? 404 : route.code,
               hidden ? "nothing is there" : route.detail);
        return;
    }
    if (!knows(rest, call, f, &who) || !may(rest, call, f, &who, route.operation))
        return;
    if (!accepts_json(call->headers->accept))
        refuse(rest, call, f, 406, "the answer is application/json; Accept says otherwise");
    else
        perform(rest, call, f, &route, &who, arena);
}

static bool is_path(const lg_web_call *call, const char *path)
{
    size_t length = strcspn(call->uri, "?");
    return strlen(path) == length && strncmp(call->uri, path, length) == 0;
}

/* What needs no token. @return whether it was that, and is answered */
static bool is_open(lg_rest *rest, const lg_web_call *call)
{
    static const char *const logins[] = {"/connect/token", "/auth/token", LG_OA_BASE "/auth/token"};
    const char *allow = NULL;
    char body[160];
    int size = 0;
    for (int i = 0; i < 3; i++)
        if (is_path(call, logins[i]))
            allow = "POST, OPTIONS";
    if (allow && call->method == LG_WEB_POST) {
        lg_rest_login_answer(&rest->login, call, lg_loop_now_ns());
        return true;
    }
    if (is_path(call, LG_OA_BASE "/auth/server"))
        size = snprintf(body, sizeof body, "{\"tokenURL\":\"http://%s" LG_OA_BASE "/auth/token\"}",
                        lg_web_where(rest->web));
    else if (is_path(call, "/healthz"))
        size = snprintf(body, sizeof body, "{\"status\":\"%s\"}",
                        rest->book.broken ? "broken" : "fine");
    if (size)
        allow = "GET, HEAD, OPTIONS";
    if (!allow)
        return false;
    if (size && (call->method == LG_WEB_GET || call->method == LG_WEB_HEAD)) {
        bool broken = rest->book.broken && is_path(call, "/healthz");
        lg_web_answer(call, broken ? 503 : 200, "application/json", body, (size_t)size);
        return true;
    }
    lg_web_header(call, "Allow", allow);
    if (call->method == LG_WEB_OPTIONS)
        lg_web_answer(call, 204, NULL, "", 0);
    else
        refuse(rest, call, &faces[0], 405, "the path has other methods; Allow says which");
    return true;
}

static const face *face_of(const lg_web_call *call)
{
    size_t size = strlen(faces[1].base);
    return strncmp(call->uri, faces[1].base, size) == 0 ? &faces[1] : &faces[0];
}

static void has_come(void *ctx, const lg_web_call *call)
{
    lg_rest *rest = ctx;
    lg_arena arena;
    rest->requests++;
    if (is_open(rest, call))
        return;
    lg_arena_init(&arena, rest->mem, ARENA_BLOCK);
    take(rest, call, face_of(call), &arena);
    lg_arena_drop(&arena);
}

/* ---- time ---- */

static void look(void *ctx)
{
    lg_rest *rest = ctx;
    int64_t now_us = rest->input.clock_us();
    if (rest->book.broken)
        return;
    if (lg_coord_eligibility_due(rest->book.coord) <= now_us)
        (void)!lg_rest_book_act(&rest->book, "tellEligible", NULL, "", "", now_us, NULL);
    lg_rest_sender_look(rest->sender);
}

/* ---- begin and end ---- */

static lg_status act(lg_rest *rest, const char *what, const char *word, const char *body,
                     lg_err *err)
{
    return lg_rest_book_act(&rest->book, what, NULL, word, body, rest->input.clock_us(), err);
}

static bool same_settings(const lg_coord_settings *a, const lg_coord_settings *b)
{
    return a->zone == b->zone && a->seed == b->seed && a->eligibility_us == b->eligibility_us &&
           a->acknowledge_us == b->acknowledge_us && a->must_be_eligible == b->must_be_eligible;
}

/* The seed of a journal stays that of its first start: ids must not come again. */
static lg_status take_settings(lg_rest *rest, lg_err *err)
{
    lg_coord_settings wanted = rest->input.settings;
    lg_text body;
    if (lg_acts_count(rest->book.acts))
        wanted.seed = rest->book.coord->settings.seed;
    if (lg_acts_count(rest->book.acts) && same_settings(&wanted, &rest->book.coord->settings))
        return LG_OK;
    lg_text_init(&body, rest->mem);
    lg_own_settings_body(&body, &wanted, rest->input.zone);
    lg_status status = body.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                                   : act(rest, "putSettings", "", lg_text_peek(&body), err);
    lg_text_fini(&body);
    return status;
}

/* Whom a client speaks for decides what it is told of, so that is kept too. */
static lg_status take_client(lg_rest *rest, const lg_rest_client *client, lg_err *err)
{
    const lg_coord_tenant *tenant = lg_coord_tenant_by(rest->book.coord, client->id);
    lg_text body;
    if (!client->tenant || (tenant && strcmp(tenant->item.id, client->tenant) == 0))
        return LG_OK;
    lg_text_init(&body, rest->mem);
    lg_text_str(&body, "{\"tenant\":");
    lg_text_json(&body, client->tenant);
    lg_text_char(&body, '}');
    lg_status status = body.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                                   : act(rest, "putClient", client->id, lg_text_peek(&body), err);
    lg_text_fini(&body);
    return status;
}

static lg_status take_tenants(lg_rest *rest, lg_err *err)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < rest->input.client_count && status == LG_OK; i++) {
        const char *id = rest->input.clients[i].tenant;
        if (id && !lg_coord_tenant_of(rest->book.coord, id))
            status = act(rest, "putTenant", id, "", err);
        if (status == LG_OK)
            status = take_client(rest, &rest->input.clients[i], err);
    }
    return status;
}

/* All of them are put at every start: it is not kept how one was written. Others go. */
static lg_status take_neighbourhoods(lg_rest *rest, lg_err *err)
{
    const lg_coord_table *table = &rest->book.coord->neighbourhoods;
    int64_t began_us = rest->book.coord->now_us;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < rest->input.neighbourhood_count && status == LG_OK; i++)
        status = act(rest, "putNeighbourhood", "", rest->input.neighbourhoods[i], err);
    for (uint32_t i = table->count; i-- > 0 && status == LG_OK;)
        if (table->items[i]->modified_us <= began_us)
            status = act(rest, "dropNeighbourhood", table->items[i]->id, "", err);
    return status;
}

static lg_status open_all(lg_rest *rest, lg_err *err)
{
    const lg_rest_sender_input sending = {rest->input.loop, &rest->book, rest->input.clock_us};
    const lg_web_input web = {
        .loop = rest->input.loop, .address = rest->input.address, .came = has_come, .ctx = rest};
    lg_status status =
        lg_rest_book_open(&rest->book, rest->mem, rest->input.store, &rest->input.manners, err);
    if (status == LG_OK)
        status = take_settings(rest, err);
    if (status == LG_OK)
        status = take_tenants(rest, err);
    if (status == LG_OK)
        status = take_neighbourhoods(rest, err);
    if (status == LG_OK)
        status = lg_rest_sender_open(rest->mem, &sending, err, &rest->sender);
    if (status == LG_OK)
        status = lg_web_open(rest->mem, &web, err, &rest->web);
    if (status == LG_OK && lg_loop_every(rest->input.loop, LOOK_MS, look, rest) != LG_OK)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    return status;
}

lg_status lg_rest_open(lg_mem *mem, const lg_rest_input *input, lg_err *err, lg_rest **out)
{
    *out = NULL;
    lg_rest *rest = lg_mem_zalloc(mem, 1, sizeof *rest);
    if (!rest)
        return lg_fail(err, LG_MEMORY, "out of memory");
    rest->mem = mem;
    rest->input = *input;
    rest->book.mem = mem;
    lg_rest_repeats_init(&rest->repeats, mem);
    lg_rest_login_init(&rest->login, input->clients, input->client_count);
    rest->buckets = lg_mem_zalloc(mem, input->client_count + 1, sizeof *rest->buckets);
    lg_status status =
        rest->buckets ? open_all(rest, err) : lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        *out = rest;
    else
        lg_rest_close(rest);
    return status;
}

void lg_rest_close(lg_rest *rest)
{
    if (!rest)
        return;
    lg_web_close(rest->web, FLUSH_MS);
    lg_rest_sender_close(rest->sender);
    lg_rest_book_close(&rest->book);
    lg_rest_repeats_fini(&rest->repeats);
    lg_mem_free(rest->mem, rest->buckets, (rest->input.client_count + 1) * sizeof *rest->buckets);
    lg_mem_free(rest->mem, rest, sizeof *rest);
}

const char *lg_rest_where(const lg_rest *rest)
{
    return lg_web_where(rest->web);
}

bool lg_rest_is_exposed(const lg_rest *rest)
{
    return lg_web_is_exposed(rest->web);
}

int64_t lg_rest_acts(const lg_rest *rest)
{
    return lg_acts_count(rest->book.acts);
}

lg_status lg_rest_status(const lg_rest *rest, lg_err *err)
{
    return rest->book.broken ? lg_fail(err, LG_STORE, "%s", rest->book.failure.text) : LG_OK;
}
