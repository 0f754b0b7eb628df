/* The order matters: what is said to a foreign page tells nothing about tokens. */
#include "web/gate.h"

#include <string.h>
#include <strings.h>

static const lg_web_verdict fine = {.code = 200};

/* "http://" and exactly the Host of the request, which is our own. */
static bool is_our_origin(const lg_web_headers *headers)
{
    static const char scheme[] = "http://";
    const char *origin = headers->origin;
    return strncmp(origin, scheme, sizeof scheme - 1) == 0 &&
           strcasecmp(origin + sizeof scheme - 1, headers->host) == 0;
}

static bool is_foreign(const lg_web_ask *ask)
{
    const char *site = ask->headers->fetch_site;
    bool by_site = site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
    if (ask->is_public && !ask->headers->origin)
        return false; /* a link to the page is fine: it finds no token there */
    return by_site || (ask->headers->origin && !is_our_origin(ask->headers));
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    return type && strncasecmp(type, json, sizeof json - 1) == 0 &&
           (type[sizeof json - 1] == 0 || type[sizeof json - 1] == ';');
}

const char *lg_web_gate_token(const char *authorization)
{
    static const char scheme[] = "Bearer ";
    size_t before = sizeof scheme - 1;
    return authorization && strncasecmp(authorization, scheme, before) == 0 ? authorization + before
                                                                            : NULL;
}

lg_web_verdict lg_web_gate(const lg_web_ask *ask)
{
    const lg_web_headers *headers = ask->headers;
    if (headers->problem)
        return (lg_web_verdict){400, "bad_request", headers->problem};
    if (!headers->host)
        return (lg_web_verdict){400, "bad_request", "a request says its Host"};
    if (!lg_web_address_is_host(ask->local, headers->host))
        return (lg_web_verdict){421, "foreign_host",
                                "the Host of the request is not the address of this server"};
    if (is_foreign(ask))
        return (lg_web_verdict){403, "foreign_origin", "requests of other pages are not answered"};
    if (ask->changes && !is_json(headers->content_type))
        return (lg_web_verdict){415, "bad_request", "the body is application/json"};
    bool open = !ask->closed && lg_web_address_is_loopback(ask->local);
    if (ask->guesses && !ask->is_public)
        return (lg_web_verdict){429, "guesses",
                                "too many wrong tokens came from this address: wait a minute"};
    if ((ask->changes || (!ask->is_public && !open)) && !ask->known)
        return (lg_web_verdict){401, "token",
                                "this needs a token of this host, as Authorization: Bearer ..."};
    return fine;
}
