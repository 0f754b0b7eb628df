/* rest/etag.h — which state of a thing an answer shows, and requests that depend on it */
#ifndef LG_REST_ETAG_H
#define LG_REST_ETAG_H

#include "base/text.h"

/** The tag of an answer's @p body, with its quotes: another body has another one. */
void lg_rest_etag(const lg_text *body, char out[24]);
/** Whether @p header, of If-Match or If-None-Match, names @p etag or anything ("*"). Weak tags are
 * as good as strong ones: two equal bodies are the same bytes here. */
bool lg_rest_etag_is_in(const char *header, const char *etag);

#endif
