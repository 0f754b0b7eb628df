/* A token bucket. */
#include "rest/rate.h"

bool lg_rest_rate_take(lg_rest_bucket *bucket, int64_t now_ns, uint32_t *wait_s)
{
    double more = (double)(now_ns - bucket->since_ns) / 1e9 * LG_REST_RATE_PER_S;
    bucket->tokens = bucket->since_ns ? bucket->tokens + more : LG_REST_RATE_BURST;
    if (bucket->tokens > LG_REST_RATE_BURST)
        bucket->tokens = LG_REST_RATE_BURST;
    bucket->since_ns = now_ns;
    *wait_s = 1;
    if (bucket->tokens < 1)
        return false;
    bucket->tokens -= 1;
    return true;
}

uint32_t lg_rest_rate_left(const lg_rest_bucket *bucket, uint32_t *full_s)
{
    double missing = LG_REST_RATE_BURST - bucket->tokens;
    *full_s = (uint32_t)(missing / LG_REST_RATE_PER_S) + 1;
    return (uint32_t)bucket->tokens;
}
