/* host/web/gate.h — who may ask for what: Host, Origin and token of a request
 *
 * A page of somebody else that is open in the same browser must neither steer a run nor read it.
 * Host: what a name points to its owner decides, also that it points to us; so only our address
 * is taken. Origin: browsers say which page a request comes from. Token: what only a header of a
 * request made by our own page carries.
 */
#ifndef LG_WEB_GATE_H
#define LG_WEB_GATE_H

#include "web/address.h"
#include "web/check.h"

/** What is asked. */
typedef struct lg_web_ask {
    const lg_web_headers *headers;
    const struct sockaddr *local; /* where it came in */
    bool known;                   /* its token is one of ours */
    bool guesses;                 /* too many wrong ones came from there */
    bool closed;                  /* reading needs a token on this machine, too */
    bool changes;                 /* it may change something: POST */
    bool is_public;               /* what everybody may have: the page without its data */
} lg_web_ask;

/** What comes of it. */
typedef struct lg_web_verdict {
    int code; /* 200: go on; else of the answer */
    const char *word, *message;
} lg_web_verdict;

/** What an Authorization header says behind "Bearer "; NULL: nothing, or another scheme. */
const char *lg_web_gate_token(const char *authorization);

/** Judges a request. Reading needs a token where others than this machine can ask,
 * or where it is closed; changing always. */
lg_web_verdict lg_web_gate(const lg_web_ask *ask);

#endif
