/* plugins/gateway_gsy/json.h — a strict reader of the JSON that clients send
 *
 * Numbers keep the text they were written in, so that what is echoed reads as it came. Refused are:
 * what is not UTF-8, zero bytes in texts, a key twice in an object, numbers that are not finite
 * (but for NaN and Infinity, which are texts), nesting past JSON_DEPTH_MAX, more values than
 * JSON_VALUES_MAX, anything behind the value. A key that comes twice and a number that is too large
 * leave the rest of the message readable, so that whoever sent it can be answered.
 */
#ifndef GATEWAY_GSY_JSON_H
#define GATEWAY_GSY_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 24, JSON_VALUES_MAX = 200000 };

typedef enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_LIST,
    JSON_OBJECT,
} json_type;

typedef struct json {
    json_type type;
    uint32_t key_hash;
    const char *key;  /* in an object; else NULL */
    const char *text; /* of a text, decoded; of a number, as it was written */
    double number;
    struct json *first, *next; /* members; the next member of the same list or object */
    uint32_t count;            /* members */
    bool again;                /* its key stood in the object before */
} json;

/** A message, taken apart. */
typedef struct json_message {
    char *copy;
    void *blocks; /* of values */
    json *top;    /* an object; NULL: it is none, or cannot be read */
    uint32_t count;
    const char *flaw; /* NULL: none; else why it is refused, though its values are there */
} json_message;

/** Reads @p size bytes. json_free() in every case. @return whether it is an object, read whole and
 * without a flaw */
bool json_read(const char *bytes, size_t size, json_message *message);
/** Why json_read() has refused it, as a sentence about "it". */
const char *json_why(const json_message *message);
void json_free(json_message *message);
/** The plain text, without a backslash, of member @p key of the object that @p bytes begin with: of
 * a message that is not to be read whole. @return whether it is there and fits into @p out */
bool json_peek(const char *bytes, size_t size, const char *key, char *out, size_t room);

/** Member @p key of an object; NULL: there is none, or @p object is no object. */
const json *json_get(const json *object, const char *key);
/** Its text; NULL: there is none, or it is no text. */
const char *json_text(const json *object, const char *key);

#endif
