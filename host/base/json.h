/* host/base/json.h — JSON as a tree of values that keep their own spelling
 *
 * For bodies of other people's requests: a number stays the text it was, so that nothing is lost
 * by passing through a double, and what was not understood can be given back as it came.
 */
#ifndef LG_BASE_JSON_H
#define LG_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/status.h"

typedef enum lg_json_kind {
    LG_JSON_NULL,
    LG_JSON_FALSE,
    LG_JSON_TRUE,
    LG_JSON_NUMBER,
    LG_JSON_STRING,
    LG_JSON_ARRAY,
    LG_JSON_OBJECT,
} lg_json_kind;

/** A value, with what it holds. */
typedef struct lg_json {
    lg_json_kind kind;
    const char *name; /* its key in an object; else NULL */
    const char *text; /* a string without escapes; a number as written; else NULL */
    const char *raw;  /* where it stands in the text, raw_size bytes without an end */
    size_t raw_size;
    const struct lg_json *first; /* of an array or object, in their order */
    const struct lg_json *next;  /* of the same array or object */
    uint32_t count;              /* of its own values */
} lg_json;

/** What a text may be at most. */
typedef struct lg_json_limits {
    uint32_t depth, values, string_bytes, key_bytes;
} lg_json_limits;

/** What bodies of requests may be. */
#define LG_JSON_BODY_LIMITS                                                                        \
    {                                                                                              \
        .depth = 32, .values = 100000, .string_bytes = 65536, .key_bytes = 256                     \
    }

/**
 * Reads @p text (with a NUL behind @p size bytes, which must stay) into @p arena. It is plain JSON
 * (base/json_scan.h) without a key that is there twice in one object.
 * @return LG_OK; LG_INVALID err says what is wrong and where; LG_MEMORY. Unless LG_OK *out is NULL.
 */
lg_status lg_json_read(lg_arena *arena, const char *text, size_t size, const lg_json_limits *limits,
                       lg_err *err, const lg_json **out) LG_CHECKED;

/** The value at @p key of an object; NULL when there is none, and for what is no object. */
const lg_json *lg_json_at(const lg_json *object, const char *key);

#endif
