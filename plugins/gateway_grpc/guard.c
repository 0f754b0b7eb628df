/* Frames without a request in them, counted in a bucket that refills with time. */
#include "guard.h"

enum {
    PREFACE = 24,
    DATA = 0,
    HEADERS = 1,
    PRIORITY = 2,
    SETTINGS = 4,
    PING = 6,
    GOAWAY = 7,
    WINDOW_UPDATE = 8
};
enum { CONTINUATION = 9, CREDIT_MAX = 1000000 };

void guard_init(guard *g, int64_t now_ms)
{
    *g = (guard){.skip = PREFACE, .tokens = GUARD_BURST, .full_ms = now_ms};
}

static bool spend(guard *g, int64_t now_ms)
{
    int64_t more = (now_ms - g->full_ms) * GUARD_RATE / 1000;
    if (more > 0) {
        g->full_ms = now_ms;
        g->tokens = more > GUARD_BURST - g->tokens ? GUARD_BURST : g->tokens + (int32_t)more;
    }
    return --g->tokens >= 0;
}

static bool frame(guard *g, int64_t now_ms)
{
    switch (g->head[3]) {
    case DATA:
        return g->skip > 0 || g->head[4] & 1 || spend(g, now_ms); /* 1: the end of a request */
    case HEADERS: /* clients open the window of a stream together with it */
        guard_sent_data(g);
        return true;
    case PRIORITY:
    case SETTINGS:
    case PING:
    case GOAWAY:
        return spend(g, now_ms);
    case WINDOW_UPDATE:
        if (g->credit == 0)
            return spend(g, now_ms);
        g->credit--;
        return true;
    default:
        return g->head[3] <= CONTINUATION || spend(g, now_ms);
    }
}

bool guard_look(guard *g, const uint8_t *bytes, size_t size, int64_t now_ms)
{
    while (size > 0) {
        if (g->skip > 0) {
            uint32_t step = size < g->skip ? (uint32_t)size : g->skip;
            g->skip -= step;
            bytes += step;
            size -= step;
            continue;
        }
        g->head[g->got++] = *bytes++;
        size--;
        if (g->got < sizeof g->head)
            continue;
        g->got = 0;
        g->skip = (uint32_t)g->head[0] << 16 | (uint32_t)g->head[1] << 8 | g->head[2];
        if (!frame(g, now_ms))
            return false;
    }
    return true;
}

/* A peer tells for each of them that it has read it: for the stream, and for the connection. */
void guard_sent_data(guard *g)
{
    if (g->credit < CREDIT_MAX)
        g->credit += 2;
}
