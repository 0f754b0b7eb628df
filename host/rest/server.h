/* rest/server.h — the energy coordination server: faces over one model, on evhttp
 *
 * Each request is looked at from the outside in: target, method, token, rate, type and size of the
 * body, JSON; the first that is wrong is answered, as application/problem+json.
 */
#ifndef LG_REST_SERVER_H
#define LG_REST_SERVER_H

#include "rest/login.h"
#include "rest/book.h"

typedef struct lg_rest lg_rest;

typedef struct lg_rest_input {
    lg_loop *loop;
    const lg_web_address *address;
    const char *store; /* the journal; NULL: in memory */
    lg_rest_manners manners;
    lg_coord_settings settings;
    const char *zone;              /* its name, of settings.zone */
    const lg_rest_client *clients; /* their tenants are made; borrowed until the server closes */
    uint32_t client_count;
    const char *const *neighbourhoods; /* JSON of putNeighbourhood each; others are dropped */
    uint32_t neighbourhood_count;
    bool unlimited;            /* without limits of rate, for tests */
    int64_t (*clock_us)(void); /* UTC, microseconds since 1970 */
} lg_rest_input;

/**
 * Opens the journal, does what is there again, takes over settings, tenants and neighbourhoods, and
 * listens. @return LG_OK; LG_STORE the journal; LG_INVALID a neighbourhood or setting; LG_IO it
 * cannot listen; LG_MEMORY. Unless LG_OK *out is NULL.
 */
lg_status lg_rest_open(lg_mem *mem, const lg_rest_input *input, lg_err *err,
                       lg_rest **out) LG_CHECKED;
/** Finishes answers, ends deliveries that are under way, and closes. NULL is fine. */
void lg_rest_close(lg_rest *rest);

/** Where it listens: "127.0.0.1:8420". */
const char *lg_rest_where(const lg_rest *rest);
/** Whether others than this machine can reach it. */
bool lg_rest_is_exposed(const lg_rest *rest);
/** Acts in the journal. */
int64_t lg_rest_acts(const lg_rest *rest);
/** LG_OK; LG_STORE once the journal could not be written: nothing is accepted any more. */
lg_status lg_rest_status(const lg_rest *rest, lg_err *err) LG_CHECKED;

#endif
