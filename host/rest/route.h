/* rest/route.h — from the target of a request to an operation and the words of its path */
#ifndef LG_REST_ROUTE_H
#define LG_REST_ROUTE_H

#include "rest/ask.h"

/** What a target means. */
typedef struct lg_rest_route {
    int code;           /* 200; 400 the target is none; 404 nothing is there; 405 another method */
    const char *detail; /* a constant, unless 200 */
    const lg_rest_operation *operation;
    const char *words[3]; /* in the arena */
    const char *query;    /* in the arena; as sent */
    char allow[80];       /* the methods that the path has, for 405 and OPTIONS */
} lg_rest_route;

/**
 * Finds the operation of @p uri in @p table, whose paths stand below @p base. Segments are decoded
 * once, after splitting; what could be read in two ways (%2F, %00, "//", "..") is refused. HEAD is
 * as good as GET.
 */
void lg_rest_find(const lg_rest_operation *table, const char *base, lg_web_method method,
                  const char *uri, lg_arena *arena, lg_rest_route *out);

#endif
