/* rest/percent.h — percent-encoding (RFC 3986, section 2.1), both ways */
#ifndef LG_REST_PERCENT_H
#define LG_REST_PERCENT_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"

/**
 * Decodes @p length bytes into @p out, which has room for as many and an end; with @p plus a "+" is
 * a blank, as in forms and queries. @return false: it is not encoded as it should be, or holds a
 * NUL
 */
bool lg_rest_decode(const char *from, size_t length, bool plus, char *out);

/** Appends @p path with all encoded that a header or a path may not hold; "/" stays. */
void lg_rest_encode(lg_text *out, const char *path);

#endif
