/* host/web/check.h — what a request line and headers may look like, before anybody acts on them
 *
 * evhttp takes a good deal that no honest client sends. What could be read in two ways is refused
 * here as a whole.
 */
#ifndef LG_WEB_CHECK_H
#define LG_WEB_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#define LG_WEB_PATH_MAX  256
#define LG_WEB_QUERY_MAX 256

/** A target of a request in its two parts, as sent: nothing in it is escaped. */
typedef struct lg_web_target {
    char path[LG_WEB_PATH_MAX], query[LG_WEB_QUERY_MAX];
} lg_web_target;

/**
 * Reads "/path?query". Paths are made of letters, digits and "-._~/", without "//" and without
 * segments "." and "..": no path of ours needs more, so a "%" is refused like anything else.
 * @return whether it is one
 */
bool lg_web_check_target(const char *uri, lg_web_target *target);

/** The value of @p key in a query "a=1&b=2" into @p out, cut at @p size; "" and false when it is
 * not said. */
bool lg_web_query(const char *query, const char *key, char *out, size_t size);

/** Headers as they are seen one after the other. */
typedef struct lg_web_headers {
    const char *host, *origin, *authorization, *content_type, *content_length, *fetch_site,
        *encoding, *accept, *if_match, *if_none_match, *idempotency_key;
    const char *problem; /* NULL: none */
} lg_web_headers;

/** Takes note of a header; names with other bytes than a token's, a second one of those above, a
 * Transfer-Encoding beside a Content-Length and a length that is not digits are problems. */
void lg_web_check_header(lg_web_headers *headers, const char *name, const char *value);

#endif
