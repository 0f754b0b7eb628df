/* Only what is known to be good passes. */
#include "web/check.h"

#include <string.h>
#include <strings.h>

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

/* No empty segment but the last, no "." and no "..". */
static bool holds_together(const char *path)
{
    for (const char *at = path; *at; at++) {
        if (*at != '/')
            continue;
        size_t length = strcspn(at + 1, "/");
        bool last = at[1 + length] == 0;
        if ((length == 0 && !last) || (length == 1 && at[1] == '.') ||
            (length == 2 && at[1] == '.' && at[2] == '.'))
            return false;
    }
    return true;
}

bool lg_web_check_target(const char *uri, lg_web_target *target)
{
    size_t path = strcspn(uri, "?");
    const char *query = uri[path] ? uri + path + 1 : "";
    if (uri[0] != '/' || path >= sizeof target->path || strlen(query) >= sizeof target->query)
        return false;
    for (size_t i = 0; i < path; i++)
        if (!is_plain(uri[i]) && uri[i] != '/')
            return false;
    for (const char *at = query; *at; at++)
        if (!is_plain(*at) && !strchr("=&,:", *at))
            return false;
    memcpy(target->path, uri, path);
    target->path[path] = 0;
    memcpy(target->query, query, strlen(query) + 1);
    return holds_together(target->path);
}

bool lg_web_query(const char *query, const char *key, char *out, size_t size)
{
    size_t wanted = strlen(key);
    out[0] = 0;
    while (*query) {
        size_t length = strcspn(query, "&");
        if (length > wanted && query[wanted] == '=' && strncmp(query, key, wanted) == 0) {
            size_t rest = length - wanted - 1;
            if (rest >= size)
                rest = size - 1;
            memcpy(out, query + wanted + 1, rest);
            out[rest] = 0;
            return true;
        }
        query += length;
        query += *query == '&';
    }
    return false;
}

static bool is_token(const char *name)
{
    if (!*name)
        return false;
    for (; *name; name++)
        if (!is_plain(*name) && !strchr("!#$%&'*+^`|", *name))
            return false;
    return true;
}

static void keep(lg_web_headers *headers, const char **place, const char *value)
{
    if (*place)
        headers->problem = "a header is there twice that may be there once";
    *place = value;
}

void lg_web_check_header(lg_web_headers *headers, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **place;
    } known[] = {
        {"host", &headers->host},
        {"origin", &headers->origin},
        {"authorization", &headers->authorization},
        {"content-type", &headers->content_type},
        {"content-length", &headers->content_length},
        {"sec-fetch-site", &headers->fetch_site},
        {"transfer-encoding", &headers->encoding},
        {"if-match", &headers->if_match},
        {"if-none-match", &headers->if_none_match},
        {"idempotency-key", &headers->idempotency_key},
    };
    if (!is_token(name))
        headers->problem = "the name of a header is none";
    if (strcasecmp(name, "accept") == 0 && !headers->accept)
        headers->accept = value; /* the first of several counts */
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(name, known[i].name) == 0)
            keep(headers, known[i].place, value);
    const char *length = headers->content_length;
    if (length && (!*length || strlen(length) > 9 || length[strspn(length, "0123456789")]))
        headers->problem = "Content-Length is digits";
    if (length && headers->encoding)
        headers->problem = "a body has one length";
}
