/* rest/login.h — clients with their secrets, and the tokens they are given for a while
 *
 * OAuth 2.0 client credentials (RFC 6749, section 4.4): a client comes with id and secret, gets a
 * token, and comes with that. Secrets and tokens are kept as hashes and compared in constant time.
 */
#ifndef LG_REST_LOGIN_H
#define LG_REST_LOGIN_H

#include <stdbool.h>
#include "base/text.h"
#include "rest/ask.h"
#include "base/token.h"
#include "web/guard.h"
#include "web/server.h"

/** How long a token is good for. */
#define LG_REST_TOKEN_S 3600

/** One who may come. Texts are borrowed; they must outlive the login. */
typedef struct lg_rest_client {
    const char *id, *secret;
    const char *tenant; /* whose data it is; NULL: of nobody in the Energy Coordination API */
    const char *token;  /* that it may come with, too; NULL: none */
    unsigned scopes;    /* of OpenADR: LG_REST_SCOPE_... */
} lg_rest_client;

enum { LG_REST_TOKENS_MAX = 1024, LG_REST_DIGEST = 65 };

typedef struct lg_rest_login {
    const lg_rest_client *clients;
    uint32_t client_count;
    struct {
        char digest[LG_REST_DIGEST]; /* "": free */
        const lg_rest_client *client;
        unsigned scopes;
        int64_t until_ns;
    } tokens[LG_REST_TOKENS_MAX];
    uint32_t next; /* where the next one goes: the oldest makes room */
    lg_web_guard guard;
} lg_rest_login;

/** Nobody has a token yet. */
void lg_rest_login_init(lg_rest_login *login, const lg_rest_client *clients, uint32_t count);

/** Answers POST /connect/token. @p now_ns as lg_loop_now_ns(). */
void lg_rest_login_answer(lg_rest_login *login, const lg_web_call *call, int64_t now_ns);

typedef enum lg_rest_who {
    LG_REST_KNOWN,
    LG_REST_NOBODY,   /* no token came */
    LG_REST_UNKNOWN,  /* it is none, or none any more */
    LG_REST_TOO_MANY, /* wrong ones came from there */
} lg_rest_who;

/** Whose token a request carries. *client and *scopes, what it was given for, are set when it is
 * known. */
lg_rest_who lg_rest_login_who(lg_rest_login *login, const lg_web_call *call, int64_t now_ns,
                              const lg_rest_client **client, unsigned *scopes);

#endif
