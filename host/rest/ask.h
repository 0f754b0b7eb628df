/* rest/ask.h — one operation of a face: what is asked, and what comes of it
 *
 * An operation reads what it is asked from JSON and words of a path, asks the model, and writes its
 * answer. It does not know whether somebody waits for that: the acts of the journal are done again
 * by the same functions at the next start.
 */
#ifndef LG_REST_ASK_H
#define LG_REST_ASK_H

#include "base/json.h"
#include "base/text.h"
#include "coordination/model.h"
#include "web/server.h"

/** What makes the face a sandbox, and what callbacks may be. */
typedef struct lg_rest_manners {
    bool sandbox;            /* simulation operations are there */
    bool insecure_callbacks; /* callbacks over http, and to private addresses, are fine */
    bool unknown_is_invalid; /* an event of an unknown program is answered with 400, not 409 */
} lg_rest_manners;

struct lg_rest_operation;

typedef struct lg_rest_ask {
    const struct lg_rest_operation *operation; /* that is done */
    lg_coord *coord;
    lg_coord_tenant *tenant;     /* NULL for the server itself */
    const char *words[3];        /* of the path, in its order; "" where there is none */
    const char *query;           /* as sent; "" from the journal */
    const lg_json *body;         /* NULL: none */
    const char *body_text;       /* "" without one */
    int64_t now_us;              /* of the wire's clock; changes count coord->now_us */
    const lg_rest_manners *live; /* NULL: done again from the journal */
    lg_arena *arena;             /* of this request */
} lg_rest_ask;

/** Room for the path of a new thing. */
#define LG_REST_PLACE_MAX 448

/** Violations that are told at once. */
#define LG_REST_WRONG_MAX 32

typedef struct lg_rest_reply {
    int code;     /* 0: not said yet */
    lg_text text; /* the body, JSON; of a problem its errors: "path":["what"],... */
    uint32_t wrong;
    char detail[256];              /* of a problem */
    char place[LG_REST_PLACE_MAX]; /* Location, below the face's base; "" without any */
} lg_rest_reply;

enum {
    LG_REST_WRITES = 1,  /* it is journalled */
    LG_REST_BODY = 2,    /* it needs one */
    LG_REST_SANDBOX = 4, /* only there */
    /* scopes of OpenADR, of which any is enough */
    LG_REST_SCOPE_READ_ALL = 1 << 16,
    LG_REST_SCOPE_READ_TARGETS = 1 << 17,
    LG_REST_SCOPE_READ_VEN_OBJECTS = 1 << 18,
    LG_REST_SCOPE_WRITE_PROGRAMS = 1 << 19,
    LG_REST_SCOPE_WRITE_EVENTS = 1 << 20,
    LG_REST_SCOPE_WRITE_REPORTS = 1 << 21,
    LG_REST_SCOPE_WRITE_SUBSCRIPTIONS = 1 << 22,
    LG_REST_SCOPE_WRITE_VENS = 1 << 23,
    LG_REST_SCOPES = 0xff << 16,
    /* what business logic has, and what a VEN */
    LG_REST_SCOPES_BL = LG_REST_SCOPE_READ_ALL | LG_REST_SCOPE_WRITE_PROGRAMS |
                        LG_REST_SCOPE_WRITE_EVENTS | LG_REST_SCOPE_WRITE_SUBSCRIPTIONS |
                        LG_REST_SCOPE_WRITE_VENS,
    LG_REST_SCOPES_VEN = LG_REST_SCOPE_READ_TARGETS | LG_REST_SCOPE_READ_VEN_OBJECTS |
                         LG_REST_SCOPE_WRITE_REPORTS | LG_REST_SCOPE_WRITE_SUBSCRIPTIONS |
                         LG_REST_SCOPE_WRITE_VENS,
};

typedef struct lg_rest_operation {
    const char *name;
    lg_web_method method;
    /** Literals and {} for a word; a literal behind ~ is compared without case. NULL: not on the
     * wire. */
    const char *path;
    void (*run)(lg_rest_ask *ask, lg_rest_reply *reply);
    unsigned flags;
} lg_rest_operation;

/** An answer that is not fine, in words for people. */
void lg_rest_refuse(lg_rest_reply *reply, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** Notes that @p before @p key of the body is wrong; makes the answer 400. */
void lg_rest_wrong(lg_rest_reply *reply, const char *before, const char *key, const char *format,
                   ...) __attribute__((format(printf, 4, 5)));
/** Whether nothing was wrong so far. */
bool lg_rest_fine(const lg_rest_reply *reply);
/** What the model said: turns anything but LG_COORD_DONE into an answer. @return whether it was
 * done */
bool lg_rest_done(lg_rest_reply *reply, lg_coord_result result, const lg_coord_why *why);

#endif
