/* libFuzzer target: lines `operation|first|second|body` to an energy coordination server, in both
 * of its interfaces; `ven` as the second word of OpenADR is who asks. Whatever comes, an answer is
 * JSON with a code, what is refused is not kept, and the target of a request is read without
 * reading past it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/json_scan.h"
#include "rest/book.h"
#include "rest/ec.h"
#include "rest/oa.h"
#include "rest/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const lg_rest_manners manners = {.sandbox = true, .insecure_callbacks = true};
static const int64_t noon_us = INT64_C(1773144000000000);

static void check_json(const char *text, size_t size)
{
    lg_json_lines lines;
    lg_status status = lg_json_scan(lg_mem_system(), text, size, &lines);
    lg_json_lines_fini(&lines);
    LG_ASSERT(status == LG_OK);
}

/* The next piece up to @p end, which is replaced by NUL. */
static char *piece(char **at, char end)
{
    char *start = *at, *stop = strchr(start, end);
    *at = stop ? stop + 1 : start + strlen(start);
    if (stop)
        *stop = 0;
    return start;
}

static void check_reply(const lg_rest_reply *reply, int64_t acts_before, int64_t acts_after)
{
    lg_text whole;
    LG_ASSERT(reply->code >= 200 && reply->code < 500 && !reply->text.failed);
    LG_ASSERT(reply->code < 300 || acts_before == acts_after);
    lg_text_init(&whole, lg_mem_system());
    lg_text_format(&whole, reply->wrong ? "{%s}" : "%s", lg_text_peek(&reply->text));
    if (whole.length && (reply->wrong || reply->code < 300))
        check_json(whole.data, whole.length);
    lg_text_fini(&whole);
}

static void ask(lg_rest_book *book, lg_coord_tenant *tenant, char *line)
{
    static const lg_json_limits limits = LG_JSON_BODY_LIMITS;
    const char *name = piece(&line, '|'), *first = piece(&line, '|'), *second = piece(&line, '|');
    const lg_rest_operation *o = lg_ec_operations;
    bool own = strcmp(second, "ven") == 0, openadr = false;
    lg_arena arena;
    lg_rest_reply reply = {.code = 0};
    while (o->name && strcmp(o->name, name) != 0)
        o++;
    if (!o->name) {
        openadr = true;
        for (o = lg_oa_operations; o->name && strcmp(o->name, name) != 0;)
            o++;
    }
    lg_arena_init(&arena, lg_mem_system(), 4096);
    lg_text_init(&reply.text, lg_mem_system());
    lg_rest_ask a = {.coord = book->coord,
                     .tenant = openadr ? NULL : tenant,
                     .words = {first, second, own ? LG_OA_OWN "ven" : LG_OA_ALL "bl"},
                     .query = line,
                     .body_text = line,
                     .now_us = noon_us,
                     .live = &manners,
                     .arena = &arena};
    bool fits = (!*first || lg_rest_is_id(first)) && (!*second || lg_rest_is_id(second));
    bool reads = o->name && fits;
    if (reads && o->flags & LG_REST_BODY)
        reads = lg_json_read(&arena, line, strlen(line), &limits, NULL, &a.body) == LG_OK;
    int64_t acts = lg_acts_count(book->acts);
    if (reads) {
        lg_rest_book_do(book, o, &a, &reply);
        check_reply(&reply, acts, lg_acts_count(book->acts));
    }
    lg_text_fini(&reply.text);
    lg_arena_drop(&arena);
}

static void act(lg_rest_book *book, const char *what, const char *word, const char *body)
{
    lg_err err;
    LG_ASSERT(lg_rest_book_act(book, what, NULL, word, body, noon_us, &err) == LG_OK);
}

static void find(const char *text)
{
    lg_arena arena;
    lg_rest_route route;
    lg_text uri;
    lg_arena_init(&arena, lg_mem_system(), 1024);
    lg_text_init(&uri, lg_mem_system());
    lg_text_format(&uri, LG_EC_BASE "%s", text);
    lg_rest_find(lg_ec_operations, LG_EC_BASE, LG_WEB_GET, lg_text_peek(&uri), &arena, &route);
    LG_ASSERT((route.code == 200) == (route.operation != NULL));
    lg_text_fini(&uri);
    lg_arena_drop(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_rest_book book;
    char *text = malloc(size + 1), *at = text;
    if (!text)
        return 0;
    memcpy(text, bytes, size);
    text[size] = 0;
    find(text);
    LG_ASSERT(lg_rest_book_open(&book, lg_mem_system(), NULL, &manners, NULL) == LG_OK);
    act(&book, "putTenant", "north", "");
    act(&book, "putNeighbourhood", "", "{\"name\":\"hill\",\"meterPointIds\":[\"77\"]}");
    lg_coord_tenant *tenant = lg_coord_tenant_of(book.coord, "north");
    for (int lines = 0; *at && lines < 64; lines++)
        ask(&book, tenant, piece(&at, '\n'));
    act(&book, "tellEligible", "", "");
    lg_rest_book_close(&book);
    free(text);
    return 0;
}
