/* plugins/gateway_gsy/out.h — JSON on its way out: a growing text and the numbers of the wire */
#ifndef GATEWAY_GSY_OUT_H
#define GATEWAY_GSY_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "json.h"

/** Zero is an empty one; `failed` when memory was exhausted on the way. */
typedef struct out {
    char *data; /* ends in NUL once anything was put */
    size_t length, capacity;
    bool failed;
} out;

void out_free(out *o);
void out_clear(out *o);
/** "" when empty. */
const char *out_peek(const out *o);

void put_bytes(out *o, const char *bytes, size_t length);
void put(out *o, const char *text);
void put_format(out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** As a JSON string, with quotes. */
void put_text(out *o, const char *text);
/** `"key": ` */
void put_key(out *o, const char *key);
/** `"key": "text"` */
void put_pair(out *o, const char *key, const char *text);
/** The same behind another member. */
void put_member(out *o, const char *key, const char *text);

/** The shortest decimal that reads back as @p value, and as a float to whoever asks for its type;
 * null for NaN. */
void put_float(out *o, double value);
/** The same, but whole numbers without a point. */
void put_number(out *o, double value);
/** A float to seven decimals, as bills have it. */
void put_round7(out *o, double value);
/** `"2024-06-03T00:15"`, with quotes; seconds and what stands behind them when asked for. */
void put_time(out *o, int64_t ms, bool seconds, const char *behind);

/** What was sent, as the text that the reference's language has for it. */
void put_python(out *o, const json *value);
/** A text the same way, with its quotes. */
void put_python_text(out *o, const char *text);
/** Just as it was sent. */
void put_json(out *o, const json *value);

#endif
