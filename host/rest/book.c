/* A change that is refused must leave no trace, or the acts after it would come out differently the
 * next time: the counters behind ids and draws are put back. */
#include "rest/book.h"

#include <string.h>
#include "rest/ec.h"
#include "rest/oa.h"
#include "rest/own.h"

enum { ARENA_BLOCK = 16384 };

static const lg_rest_operation *operation_of(const char *name)
{
    const lg_rest_operation *const tables[] = {lg_own_operations, lg_ec_operations,
                                               lg_oa_operations};
    for (int t = 0; t < 3; t++)
        for (const lg_rest_operation *o = tables[t]; o->name; o++)
            if (strcmp(o->name, name) == 0)
                return o;
    return NULL;
}

typedef struct mark {
    int64_t now_us;
    uint64_t changes, ids;
} mark;

static void apply(lg_coord *coord, const lg_rest_operation *operation, lg_rest_ask *ask,
                  lg_rest_reply *reply, int64_t at_us)
{
    const mark before = {coord->now_us, coord->changes, coord->ids};
    lg_coord_begin(coord, at_us);
    ask->operation = operation;
    operation->run(ask, reply);
    if (reply->code >= 200 && reply->code < 300)
        return;
    coord->now_us = before.now_us;
    coord->changes = before.changes;
    coord->ids = before.ids;
}

void lg_rest_book_do(lg_rest_book *book, const lg_rest_operation *operation, lg_rest_ask *ask,
                     lg_rest_reply *reply)
{
    if (!(operation->flags & LG_REST_WRITES)) {
        ask->operation = operation;
        operation->run(ask, reply);
        return;
    }
    if (book->broken) {
        lg_rest_refuse(reply, 503, "the journal cannot be written");
        return;
    }
    apply(book->coord, operation, ask, reply, ask->now_us);
    if (reply->code < 200 || reply->code >= 300)
        return;
    const lg_act act = {
        .at_us = book->coord->now_us,
        .who = ask->tenant ? ask->tenant->item.id : "",
        .what = operation->name,
        .words = {ask->words[0], ask->words[1], ask->words[2]},
        .body = ask->body_text,
    };
    if (lg_acts_add(book->acts, &act, &book->failure) != LG_OK) {
        book->broken = true;
        lg_rest_refuse(reply, 503, "the journal cannot be written");
    }
}

/* A request of our own: body and reply in one place. */
typedef struct request {
    lg_arena arena;
    lg_rest_ask ask;
    lg_rest_reply reply;
} request;

static lg_status open_request(request *r, lg_rest_book *book, const char *body, lg_err *err)
{
    static const lg_json_limits limits = LG_JSON_BODY_LIMITS;
    lg_arena_init(&r->arena, book->mem, ARENA_BLOCK);
    r->reply = (lg_rest_reply){.code = 0};
    lg_text_init(&r->reply.text, book->mem);
    r->ask = (lg_rest_ask){.coord = book->coord,
                           .words = {"", "", ""},
                           .query = "",
                           .body_text = body,
                           .arena = &r->arena};
    return *body ? lg_json_read(&r->arena, body, strlen(body), &limits, err, &r->ask.body) : LG_OK;
}

static void close_request(request *r)
{
    lg_text_fini(&r->reply.text);
    lg_arena_drop(&r->arena);
}

static lg_status say(const request *r, const char *what, lg_err *err)
{
    if (r->reply.code == 503)
        return lg_fail(err, LG_MEMORY, "%s", r->reply.detail);
    return lg_fail(err, LG_INVALID, "%s: %s%s%s", what, r->reply.detail, r->reply.wrong ? ": " : "",
                   r->reply.wrong ? lg_text_peek(&r->reply.text) : "");
}

static lg_status do_again(void *ctx, const lg_act *act, lg_err *err)
{
    lg_rest_book *book = ctx;
    request r;
    const lg_rest_operation *operation = operation_of(act->what);
    lg_coord_tenant *tenant = *act->who ? lg_coord_tenant_of(book->coord, act->who) : NULL;
    if (!operation || (*act->who && !tenant))
        return lg_fail(err, LG_STORE, "the journal has an act \"%s\" of \"%s\", which is not known",
                       act->what, act->who);
    lg_status status = open_request(&r, book, act->body, err);
    r.ask.tenant = tenant;
    memcpy(r.ask.words, act->words, sizeof r.ask.words);
    if (status == LG_OK) {
        apply(book->coord, operation, &r.ask, &r.reply, act->at_us);
        if (r.reply.code < 200 || r.reply.code >= 300)
            status = say(&r, act->what, err);
    }
    close_request(&r);
    if (status == LG_INVALID) /* what was done once can be done again, unless it is damaged */
        err->status = status = LG_STORE;
    return status;
}

lg_status lg_rest_book_open(lg_rest_book *book, lg_mem *mem, const char *path,
                            const lg_rest_manners *manners, lg_err *err)
{
    lg_coord_settings settings = lg_coord_defaults();
    *book = (lg_rest_book){.mem = mem, .manners = manners};
    book->coord = lg_coord_new(mem, &settings);
    if (!book->coord)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_status status = lg_acts_open(mem, path, err, &book->acts);
    return status == LG_OK ? lg_acts_each(book->acts, do_again, book, err) : status;
}

void lg_rest_book_close(lg_rest_book *book)
{
    lg_acts_close(book->acts);
    lg_coord_free(book->coord);
    *book = (lg_rest_book){.mem = book->mem};
}

lg_status lg_rest_book_act(lg_rest_book *book, const char *what, lg_coord_tenant *tenant,
                           const char *word, const char *body, int64_t now_us, lg_err *err)
{
    request r;
    lg_status status = open_request(&r, book, body, err);
    r.ask.tenant = tenant;
    r.ask.words[0] = word;
    r.ask.now_us = now_us;
    r.ask.live = book->manners;
    if (status == LG_OK) {
        lg_rest_book_do(book, operation_of(what), &r.ask, &r.reply);
        if (book->broken)
            status = lg_fail(err, LG_STORE, "%s", book->failure.text);
        else if (r.reply.code >= 300)
            status = say(&r, what, err);
    }
    close_request(&r);
    return status;
}
