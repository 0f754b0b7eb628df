/* rest/read.h — values of a body, each checked where it is read
 *
 * What is wrong is noted in the reply under its path ("locations[3].locationId") and reading goes
 * on, so that one answer names all. A null is as good as absent.
 */
#ifndef LG_REST_READ_H
#define LG_REST_READ_H

#include "coordination/event.h"
#include "rest/ask.h"

/** Where values are read: an object of the body, and how its path begins. */
typedef struct lg_rest_from {
    lg_rest_reply *reply;
    lg_arena *arena;
    const lg_json *object;
    char before[160]; /* "", "locations[3]." */
} lg_rest_from;

/** The whole body, which must be an object. */
lg_rest_from lg_rest_body(lg_rest_ask *ask, lg_rest_reply *reply);
/** The value @p index of the array @p key, which must be an object. */
lg_rest_from lg_rest_inside(const lg_rest_from *from, const char *key, uint32_t index,
                            const lg_json *value);
/** The object @p key; without it its own object is NULL. */
lg_rest_from lg_rest_object(const lg_rest_from *from, const char *key, bool needed);

/** The value of a key; NULL: absent or null. */
const lg_json *lg_rest_value(const lg_rest_from *from, const char *key);
/** Whether the key is there, null or not. */
bool lg_rest_says(const lg_rest_from *from, const char *key);
/** The array @p key; NULL: absent. More than @p max values are wrong. */
const lg_json *lg_rest_array(const lg_rest_from *from, const char *key, bool needed, uint32_t max);
/** A text of up to @p max bytes; NULL: absent. */
const char *lg_rest_text(const lg_rest_from *from, const char *key, bool needed, uint32_t max);
/** An id: 1 to 128 bytes without "/" and control characters; NULL: absent. */
const char *lg_rest_id(const lg_rest_from *from, const char *key, bool needed);
/** Whether @p text is one. */
bool lg_rest_is_id(const char *text);
/** The number of a word of @p words; @p otherwise when it is absent. */
int lg_rest_word(const lg_rest_from *from, const char *key, bool needed, const char *const *words,
                 int otherwise);
/** true or false. */
bool lg_rest_bool(const lg_rest_from *from, const char *key, bool otherwise);
/** A number that is needed. */
lg_coord_number lg_rest_number(const lg_rest_from *from, const char *key);
/** A moment that is needed. */
int64_t lg_rest_time(const lg_rest_from *from, const char *key);
/** "01:00:00" or "00:15:00", which is needed, in seconds. */
uint32_t lg_rest_resolution(const lg_rest_from *from, const char *key);
/** Texts of an array: ids. *@p count of them; NULL for none. */
const char *const *lg_rest_ids(const lg_rest_from *from, const char *key, uint32_t max,
                               uint32_t *count);
/** The points of an array, of {timestamp, @p number}. */
lg_coord_point *lg_rest_points(const lg_rest_from *from, const char *key, const char *number,
                               bool needed, uint32_t *count);

/** The value of @p key in a query, percent-decoded, in the arena; NULL: absent. A key that is there
 * twice is wrong. */
const char *lg_rest_query(lg_rest_ask *ask, lg_rest_reply *reply, const char *key);

/** All values of @p key in a query, likewise; *@p count of them. */
const char *const *lg_rest_queries(lg_rest_ask *ask, lg_rest_reply *reply, const char *key,
                                   uint32_t *count);

/** A page of a list. */
typedef struct lg_rest_page {
    uint32_t page, size;
} lg_rest_page;
/** Reads page (from 1) and pageSize (1 to 1000, 100 when it is not said). */
lg_rest_page lg_rest_page_of(lg_rest_ask *ask, lg_rest_reply *reply);

#endif
