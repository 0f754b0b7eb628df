/* host/control/reply.h — an answer to a request, as its line of JSON */
#ifndef LG_CONTROL_REPLY_H
#define LG_CONTROL_REPLY_H

#include "base/text.h"
#include "control/request.h"

/** `{"id":...,"ok":true`: fields follow, then lg_reply_end(). @p id is JSON. */
void lg_reply_begin(lg_text *out, const char *id);
/** A line that comes unasked, of what @p id has asked for: `{"id":...,"event":"log"`. */
void lg_reply_event(lg_text *out, const char *id, const char *event);
void lg_reply_end(lg_text *out);
/** The whole answer to what is refused. */
void lg_reply_error(lg_text *out, const char *id, lg_control_code code, const char *message);

/** `,"key":`, or without the comma behind a bracket: a value follows. */
void lg_reply_key(lg_text *out, const char *key);
void lg_reply_str(lg_text *out, const char *key, const char *value);
void lg_reply_int(lg_text *out, const char *key, int64_t value);
void lg_reply_double(lg_text *out, const char *key, double value);
void lg_reply_bool(lg_text *out, const char *key, bool value);

#endif
