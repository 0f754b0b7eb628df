/* rest/repeat.h — requests that are sent twice, and done once
 *
 * Who does not hear the answer to a POST cannot know whether it was done. With an Idempotency-Key
 * it asks again: the same request gets the same answer, for a day, as long as the server runs and
 * has not answered LG_REST_REPEATS_MAX others since. Only what was done is kept: what was refused
 * can be asked anew.
 */
#ifndef LG_REST_REPEAT_H
#define LG_REST_REPEAT_H

#include "coordination/table.h"
#include "coordination/time.h"
#include "rest/ask.h"

/** Answers that are kept, for no longer than this. */
#define LG_REST_REPEATS_MAX 10000
#define LG_REST_REPEAT_US   (24 * LG_COORD_HOUR_US)

/** An answer that was given. item.created_us is when. */
typedef struct lg_rest_repeat {
    lg_coord_item item;
    char hash[65]; /* of what was asked */
    int code;
    const char *text, *place; /* as in the reply */
    size_t size;
} lg_rest_repeat;

typedef struct lg_rest_repeats {
    lg_coord_table table;
} lg_rest_repeats;

/** What may be asked with a key. */
typedef struct lg_rest_repeat_id {
    char id[300];  /* of the client and its key */
    char hash[65]; /* of method, path and body */
} lg_rest_repeat_id;

/** Nothing is kept yet. */
void lg_rest_repeats_init(lg_rest_repeats *repeats, lg_mem *mem);
/** Gives back what is kept. */
void lg_rest_repeats_fini(lg_rest_repeats *repeats);
/** Makes the id of a request of @p client with @p key. @return whether it is a key: 1 to 128
 * printable bytes of ASCII */
bool lg_rest_repeat_of(lg_mem *mem, const char *client, const char *key, const lg_web_call *call,
                       lg_rest_repeat_id *out);
/** What was answered to a request of that id; NULL: it is new, or too long ago. Whether it was the
 * same request its hash says. */
const lg_rest_repeat *lg_rest_repeat_find(lg_rest_repeats *repeats, const lg_rest_repeat_id *id,
                                          int64_t now_us);
/** Keeps what is answered now. What there is no memory for is not kept. */
void lg_rest_repeat_keep(lg_rest_repeats *repeats, const lg_rest_repeat_id *id, int64_t now_us,
                         const lg_rest_reply *reply);

#endif
