/* rest/rate.h — how often a client may ask: a bucket that fills by and by */
#ifndef LG_REST_RATE_H
#define LG_REST_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define LG_REST_RATE_PER_S 50
#define LG_REST_RATE_BURST 200

/** All zero at first, which is full. */
typedef struct lg_rest_bucket {
    int64_t since_ns; /* filled up to here; 0: never asked */
    double tokens;
} lg_rest_bucket;

/** Takes one. @return whether there was one; else *@p wait_s is when to ask again, at least 1 */
bool lg_rest_rate_take(lg_rest_bucket *bucket, int64_t now_ns, uint32_t *wait_s);
/** How many are left, and seconds until it is full again. */
uint32_t lg_rest_rate_left(const lg_rest_bucket *bucket, uint32_t *full_s);

#endif
