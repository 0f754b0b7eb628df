/* plugins/modbus/line.h — one connection to Modbus units, without the socket
 *
 * Somebody else owns the socket and the clock: bytes that come in go to line_take(), bytes in `out`
 * are to be sent, and time is handed in. Each unit has one request in flight at most; what changes
 * something goes before what only reads; an answer that comes too late is known by its number and
 * dropped.
 *
 *            line_dialled()          line_fell(), or the line itself: silence, bytes that are no
 * Modbus DIALLING ------------> UP -----------------------------------------------> RESTING ^
 * \__________________________ line_fell() ______________________________^  | | |
 *       +------------------------- line_tick() when the rest is over ---------------+
 */
#ifndef MODBUS_LINE_H
#define MODBUS_LINE_H

#include "frame.h"

enum {
    LINE_FLYING_MAX = 8,    /* requests on the way, of as many units */
    LINE_WAITING_MAX = 256, /* requests that wait */
    LINE_SILENCE_MAX =
        3,              /* answers that did not come, one after the other, before it is made anew */
    LINE_REST_MS = 250, /* after the first failure; doubled by each that follows */
    LINE_REST_MAX_MS = 30000,
};

typedef enum line_state { LINE_RESTING, LINE_DIALLING, LINE_UP } line_state;

/** A request and who wants to know. The storage is the asker's, until done is called. */
typedef struct line_ask {
    frame_request request;
    /** Called once; the ask may be used again from within. @p answer is borrowed. */
    void (*done)(struct line_ask *ask, const frame_answer *answer, int64_t now_ms);
    void *ctx; /* the asker's */

    /* the line's own */
    struct line_ask *next;
    int64_t due_ms;
    uint16_t number;
    uint8_t state; /* 0: not asked */
} line_ask;

typedef struct line {
    line_state state;
    uint32_t timeout_ms; /* of one request; may be changed */
    uint32_t flying_max; /* 1 .. LINE_FLYING_MAX; may be changed */
    uint32_t jitter;     /* spreads those that lost the same peer; any number */
    uint32_t rest_ms;
    int64_t until_ms; /* end of the rest, or of dialling */
    const char *why;  /* it fell last; a constant */
    line_ask *waiting, *flying;
    uint32_t waiting_count, flying_count, silence;
    uint16_t number;
    uint64_t dropped; /* answers that nobody waited for */
    uint8_t in[FRAME_BYTES_MAX];
    uint32_t in_size;
    uint8_t out[LINE_FLYING_MAX * FRAME_BYTES_MAX];
    uint32_t out_size;
} line;

/** A line that is to be dialled at once. */
void line_init(line *l, uint32_t timeout_ms, uint32_t jitter, int64_t now_ms);
/** The connection stands. */
void line_dialled(line *l, int64_t now_ms);
/** It does not, or no more: everything asked is answered FRAME_NO_LINE. @p why is a constant. */
void line_fell(line *l, const char *why, int64_t now_ms);
/** Asks. What cannot be asked now is answered before this returns. @p ask is not being asked. */
void line_ask_for(line *l, line_ask *ask, int64_t now_ms);
/** Whether @p ask waits for its answer. */
static inline bool line_is_asked(const line_ask *ask)
{
    return ask->state != 0;
}
/** Forgets a request; its answer will be dropped and done is not called. */
void line_forget(line *l, line_ask *ask, int64_t now_ms);
/** Bytes came in. May end in RESTING: the socket is then to be closed. */
void line_take(line *l, const uint8_t *bytes, size_t size, int64_t now_ms);
/** @p size bytes of out were sent. */
void line_sent(line *l, size_t size);
/** When line_tick() is to be called next; -1: nothing is due. */
int64_t line_due(const line *l);
/** Answers what is late; ends a rest. */
void line_tick(line *l, int64_t now_ms);

#endif
