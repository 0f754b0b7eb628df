/* host/web/post.h — sending a body to somebody else's server, and hearing what they say to it
 *
 * Who names an address must not reach through us what only we can reach: a name is looked up once,
 * its address is checked, and the connection goes to that very address. Nothing is followed, the
 * answer's body is not looked at, and after the deadline it is over.
 */
#ifndef LG_WEB_POST_H
#define LG_WEB_POST_H

#include <sys/socket.h>
#include "base/mem.h"
#include "base/status.h"
#include "loop/loop.h"

/** From somebody who posts: looks up names, and keeps what TLS needs. */
typedef struct lg_web_poster lg_web_poster;

/** @return LG_OK; LG_MEMORY; LG_IO TLS cannot be set up. Unless LG_OK *out is NULL. */
lg_status lg_web_poster_open(lg_mem *mem, lg_loop *loop, lg_err *err,
                             lg_web_poster **out) LG_CHECKED;
/** Ends what is under way without telling anybody. NULL is fine. */
void lg_web_poster_close(lg_web_poster *poster);

/** What came of it. */
typedef struct lg_web_posted {
    int code;       /* of the answer; 0: there was none */
    bool timed_out; /* because the deadline passed */
    int64_t duration_ms;
    const char *why; /* a constant in words, without an answer; else "" */
} lg_web_posted;

#define LG_WEB_POST_HEADERS_MAX 4

typedef struct lg_web_post_input {
    const char *url;                                 /* http:// or https:// */
    const char *headers[LG_WEB_POST_HEADERS_MAX][2]; /* beside Host and length; NULL ends */
    const char *body;
    size_t size;
    uint32_t timeout_ms; /* for all of it */
    bool anywhere;       /* also over http, and to private addresses */
    void (*done)(void *ctx, const lg_web_posted *posted); /* from a later round of the loop */
    void *ctx;
} lg_web_post_input;

/** Begins; nothing of @p input is needed afterwards. done() comes exactly once unless the poster is
 * closed before. @return LG_OK; LG_MEMORY: done() does not come */
lg_status lg_web_post(lg_web_poster *poster, const lg_web_post_input *input) LG_CHECKED;

/** Whether @p address is one that everybody can reach: none of this machine, of a private network,
 * of a link, of many, or of documents. */
bool lg_web_is_public_address(const struct sockaddr *address);

#endif
