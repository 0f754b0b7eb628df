/* Objects and lists are bracketed by the caller; where a comma belongs is seen from what stands
 * before it. */
#include "control/reply.h"

static void comma(lg_text *out)
{
    char before = out->length ? out->data[out->length - 1] : '{';
    if (before != '{' && before != '[')
        lg_text_char(out, ',');
}

void lg_reply_key(lg_text *out, const char *key)
{
    comma(out);
    lg_text_json(out, key);
    lg_text_char(out, ':');
}

void lg_reply_str(lg_text *out, const char *key, const char *value)
{
    lg_reply_key(out, key);
    lg_text_json(out, value);
}

void lg_reply_int(lg_text *out, const char *key, int64_t value)
{
    lg_reply_key(out, key);
    lg_text_int(out, value);
}

void lg_reply_double(lg_text *out, const char *key, double value)
{
    lg_reply_key(out, key);
    lg_text_double(out, value);
}

void lg_reply_bool(lg_text *out, const char *key, bool value)
{
    lg_reply_key(out, key);
    lg_text_str(out, value ? "true" : "false");
}

static void begin(lg_text *out, const char *id)
{
    lg_text_str(out, "{\"id\":");
    lg_text_str(out, id);
}

void lg_reply_begin(lg_text *out, const char *id)
{
    begin(out, id);
    lg_reply_bool(out, "ok", true);
}

void lg_reply_event(lg_text *out, const char *id, const char *event)
{
    begin(out, id);
    lg_reply_str(out, "event", event);
}

void lg_reply_end(lg_text *out)
{
    lg_text_char(out, '}');
}

void lg_reply_error(lg_text *out, const char *id, lg_control_code code, const char *message)
{
    begin(out, id);
    lg_reply_bool(out, "ok", false);
    lg_text_str(out, ",\"error\":{");
    lg_reply_str(out, "code", lg_control_codes[code]);
    lg_reply_str(out, "message", message);
    lg_text_str(out, "}}");
}
