/* host/web/server.h — a small HTTP server on the loop: answers, files, and streams that go on
 *
 * What a client does it does to itself. It may have LG_WEB_CONNECTIONS_MAX connections with all
 * others together, headers of 8 KiB, a body of LG_WEB_BODY_MAX, LG_WEB_DEADLINE_MS for a request
 * from its first byte to its last and LG_WEB_REQUESTS_MAX requests on one connection; whoever does
 * not read what it is sent is let go. Requests are judged (web/gate.h) before the handler sees
 * them, and who guesses tokens is slowed down (web/guard.h); a face with clients and tokens of its
 * own judges for itself (came).
 */
#ifndef LG_WEB_SERVER_H
#define LG_WEB_SERVER_H

#include <stdio.h>
#include "base/text.h"
#include "loop/loop.h"
#include "web/address.h"
#include "web/check.h"
#include "base/token.h"

#define LG_WEB_CONNECTIONS_MAX 64
#define LG_WEB_STREAMS_MAX     32
#define LG_WEB_REQUESTS_MAX    1000
#define LG_WEB_BODY_MAX        (256 * 1024)
#define LG_WEB_DEADLINE_MS     10000
/** Bytes that may wait for the reader of a stream. */
#define LG_WEB_WAITING_MAX (1 << 20)

typedef struct lg_web lg_web;

typedef enum lg_web_method {
    LG_WEB_GET,
    LG_WEB_HEAD,
    LG_WEB_POST,
    LG_WEB_PUT,
    LG_WEB_PATCH,
    LG_WEB_DELETE,
    LG_WEB_OPTIONS,
    LG_WEB_OTHER,
} lg_web_method;

/** A request that is being answered: exactly one of the answers below, within the handler. */
typedef struct lg_web_call {
    lg_web *web;
    bool post; /* else GET, for asked() */
    lg_web_method method;
    const char *path, *query;      /* empty for came(), which reads uri */
    const char *uri;               /* as sent */
    const lg_web_headers *headers; /* of came() */
    const struct sockaddr *peer;   /* of came(): where it comes from */
    const char *body;              /* with a NUL behind it; "" without one */
    size_t body_size;
    const void *who; /* whose token it carries: what input->bearer has said; NULL: nobody's */
    void *request;   /* of evhttp */
} lg_web_call;

typedef struct lg_web_input {
    lg_loop *loop; /* must outlive the server */
    const lg_web_address *address;
    /** Whether everybody may have @p path: a part of the page, no data. */
    bool (*is_public)(void *ctx, const char *path);
    /** Whose @p token it is; NULL: nobody's. When there is no such function, the token of
     * lg_web_token() is the only one. With it nothing but what is public is read without one. */
    const void *(*bearer)(void *ctx, const char *token);
    void (*asked)(void *ctx, const lg_web_call *call);
    /**
     * In the place of both: gets requests of every method with whatever target, and judges their
     * Host and token itself. What could be read in two ways is refused before. May be NULL.
     */
    void (*came)(void *ctx, const lg_web_call *call);
    void *ctx;
} lg_web_input;

/**
 * Listens. @return LG_OK; LG_IO it cannot: err names the address and says why; LG_MEMORY. Unless
 * LG_OK *out is NULL.
 */
lg_status lg_web_open(lg_mem *mem, const lg_web_input *input, lg_err *err, lg_web **out) LG_CHECKED;
/** Ends all streams, waits up to @p flush_ms milliseconds until what was sent has been read, and
 * closes. NULL is fine. */
void lg_web_close(lg_web *web, uint32_t flush_ms);

/** Where it listens: "127.0.0.1:8420". */
const char *lg_web_where(const lg_web *web);
/** Whether others than this machine can reach it: then reading needs the token, too. */
bool lg_web_is_exposed(const lg_web *web);
/** What changing requests need, unless input->bearer says who may. */
const char *lg_web_token(const lg_web *web);

/** Adds a header to the answer that follows. Line ends in @p value are refused by leaving it out.
 */
void lg_web_header(const lg_web_call *call, const char *name, const char *value);
/** Answers with @p size bytes; @p type is a constant like "application/json", NULL without any. */
void lg_web_answer(const lg_web_call *call, int code, const char *type, const void *bytes,
                   size_t size);
/** The same with a text that may have failed: then with an error. */
void lg_web_answer_text(const lg_web_call *call, int code, const char *type, const lg_text *text);
/** Answers {"error":{"code":word,"message":message}}. */
void lg_web_refuse(const lg_web_call *call, int code, const char *word, const char *message);
/** Answers with a file, from its beginning, that the browser saves as @p name (letters, digits and
 * "._-"); the file is taken over and closed. */
void lg_web_answer_file(const lg_web_call *call, FILE *file, const char *type, const char *name);

/** Begins an answer that goes on with lg_web_send(); it is one of @p kind, below 32. */
void lg_web_stream(const lg_web_call *call, const char *type, uint32_t kind, const char *first);
/** Sends to all streams of the kinds in @p kinds, a bit each. */
void lg_web_send(lg_web *web, uint32_t kinds, const char *bytes, size_t size);
/** The same to those whose @p who of lg_web_call @p hears approves of. */
void lg_web_send_to(lg_web *web, uint32_t kinds, const char *bytes, size_t size,
                    bool (*hears)(void *ctx, const void *who), void *ctx);
/** How many streams there are of those kinds. */
uint32_t lg_web_listeners(const lg_web *web, uint32_t kinds);

/** For people who look after it: connections now, requests and refusals so far. */
typedef struct lg_web_figures {
    uint32_t connections, streams;
    uint64_t requests, refused, dropped; /* dropped: connections let go for a limit */
    uint64_t wrong_tokens;
} lg_web_figures;
lg_web_figures lg_web_figures_of(const lg_web *web);

#endif
