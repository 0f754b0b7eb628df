/* Lists are short (units of one connection), so they are walked. */
#include "line.h"

#include <string.h>

enum { FREE, WAITING, FLYING };
enum { DIAL_MS = 5000 };

void line_init(line *l, uint32_t timeout_ms, uint32_t jitter, int64_t now_ms)
{
    memset(l, 0, sizeof *l);
    l->timeout_ms = timeout_ms;
    l->jitter = jitter;
    l->flying_max = LINE_FLYING_MAX;
    l->rest_ms = LINE_REST_MS;
    l->state = LINE_DIALLING;
    l->until_ms = now_ms + DIAL_MS;
}

void line_dialled(line *l, int64_t now_ms)
{
    (void)now_ms;
    if (l->state != LINE_DIALLING)
        return;
    l->state = LINE_UP;
    l->silence = 0;
    l->in_size = l->out_size = 0;
}

static void remove_from(line_ask **list, const line_ask *ask)
{
    while (*list != ask)
        list = &(*list)->next;
    *list = ask->next;
}

static void finish(line_ask *ask, const frame_answer *answer, int64_t now_ms)
{
    ask->state = FREE;
    ask->next = NULL;
    ask->done(ask, answer, now_ms);
}

static void refuse(line_ask *ask, frame_outcome outcome, int64_t now_ms)
{
    frame_answer answer;
    answer.outcome = outcome;
    answer.exception = 0;
    answer.count = 0;
    finish(ask, &answer, now_ms);
}

void line_fell(line *l, const char *why, int64_t now_ms)
{
    line_ask *flying = l->flying, *waiting = l->waiting;
    if (l->state == LINE_RESTING)
        return;
    l->state = LINE_RESTING;
    l->why = why;
    l->until_ms = now_ms + l->rest_ms + l->jitter % (l->rest_ms / 4);
    l->rest_ms = l->rest_ms * 2 < LINE_REST_MAX_MS ? l->rest_ms * 2 : LINE_REST_MAX_MS;
    l->flying = l->waiting = NULL;
    l->flying_count = l->waiting_count = 0;
    l->in_size = l->out_size = 0;
    /* Whoever hears of it may ask at once: that is refused, the line is resting. */
    while (flying || waiting) {
        line_ask **list = flying ? &flying : &waiting;
        line_ask *ask = *list;
        *list = ask->next;
        refuse(ask, FRAME_NO_LINE, now_ms);
    }
}

static bool is_busy(const line *l, uint8_t unit)
{
    for (const line_ask *ask = l->flying; ask; ask = ask->next)
        if (ask->request.unit == unit)
            return true;
    return false;
}

static void fly(line *l, line_ask **place, int64_t now_ms)
{
    line_ask *ask = *place;
    *place = ask->next;
    l->waiting_count--;
    ask->number = ++l->number;
    ask->due_ms = now_ms + l->timeout_ms;
    ask->state = FLYING;
    ask->next = l->flying;
    l->flying = ask;
    l->flying_count++;
    l->out_size += (uint32_t)frame_write(&ask->request, ask->number, l->out + l->out_size);
}

/* Sends what may go: the first that waits of each unit that has nothing on the way. */
static void send_more(line *l, int64_t now_ms)
{
    line_ask **place = &l->waiting;
    while (*place && l->flying_count < l->flying_max &&
           l->out_size + FRAME_BYTES_MAX <= sizeof l->out) {
        if (is_busy(l, (*place)->request.unit))
            place = &(*place)->next;
        else
            fly(l, place, now_ms);
    }
}

void line_ask_for(line *l, line_ask *ask, int64_t now_ms)
{
    if (!frame_can_be(&ask->request) || l->waiting_count >= LINE_WAITING_MAX) {
        refuse(ask, FRAME_NO_ROOM, now_ms);
        return;
    }
    if (l->state != LINE_UP) {
        refuse(ask, FRAME_NO_LINE, now_ms);
        return;
    }
    bool is_write = frame_is_write(&ask->request);
    line_ask **place = &l->waiting;
    while (*place && (!is_write || frame_is_write(&(*place)->request)))
        place = &(*place)->next;
    ask->next = *place;
    *place = ask;
    ask->state = WAITING;
    l->waiting_count++;
    send_more(l, now_ms);
}

/* One that flies leaves an answer behind, which nobody will know; its unit stays free for the next,
 * as after an answer that was late. */
void line_forget(line *l, line_ask *ask, int64_t now_ms)
{
    if (ask->state == FREE)
        return;
    bool was_flying = ask->state == FLYING;
    remove_from(was_flying ? &l->flying : &l->waiting, ask);
    if (was_flying)
        l->flying_count--;
    else
        l->waiting_count--;
    ask->state = FREE;
    ask->next = NULL;
    send_more(l, now_ms);
}

static void answered(line *l, const uint8_t *bytes, const frame_head *head, int64_t now_ms)
{
    frame_answer answer;
    line_ask *ask = l->flying;
    while (ask && ask->number != head->number)
        ask = ask->next;
    l->silence = 0;
    l->rest_ms = LINE_REST_MS; /* it is somebody who speaks Modbus */
    if (!ask) {
        l->dropped++;
        return;
    }
    frame_read(bytes, head, &ask->request, &answer);
    remove_from(&l->flying, ask);
    l->flying_count--;
    finish(ask, &answer, now_ms);
}

void line_take(line *l, const uint8_t *bytes, size_t size, int64_t now_ms)
{
    while (l->state == LINE_UP && size > 0) {
        size_t room = sizeof l->in - l->in_size;
        size_t part = size < room ? size : room;
        memcpy(l->in + l->in_size, bytes, part);
        l->in_size += (uint32_t)part;
        bytes += part;
        size -= part;
        frame_head head;
        int found = 0;
        while (l->state == LINE_UP && (found = frame_find(l->in, l->in_size, &head)) > 0) {
            uint8_t frame[FRAME_BYTES_MAX];
            memcpy(frame, l->in, head.size);
            l->in_size -= head.size;
            memmove(l->in, l->in + head.size, l->in_size);
            answered(l, frame, &head, now_ms);
        }
        if (l->state == LINE_UP && found < 0)
            line_fell(l, "it does not speak Modbus", now_ms);
    }
    if (l->state == LINE_UP)
        send_more(l, now_ms);
}

void line_sent(line *l, size_t size)
{
    l->out_size -= (uint32_t)size;
    memmove(l->out, l->out + size, l->out_size);
}

int64_t line_due(const line *l)
{
    int64_t due = l->state == LINE_UP ? -1 : l->until_ms;
    for (const line_ask *ask = l->flying; ask; ask = ask->next)
        if (due < 0 || ask->due_ms < due)
            due = ask->due_ms;
    return due;
}

static line_ask *take_late(line *l, int64_t now_ms)
{
    for (line_ask *ask = l->flying; ask; ask = ask->next) {
        if (ask->due_ms > now_ms)
            continue;
        remove_from(&l->flying, ask);
        l->flying_count--;
        return ask;
    }
    return NULL;
}

void line_tick(line *l, int64_t now_ms)
{
    line_ask *late;
    if (l->state == LINE_RESTING && now_ms >= l->until_ms) {
        l->state = LINE_DIALLING;
        l->until_ms = now_ms + DIAL_MS;
    } else if (l->state == LINE_DIALLING && now_ms >= l->until_ms) {
        line_fell(l, "it does not answer", now_ms);
    }
    while (l->state == LINE_UP && (late = take_late(l, now_ms))) {
        l->silence++;
        refuse(late, FRAME_LATE, now_ms);
        if (l->silence >= LINE_SILENCE_MAX)
            line_fell(l, "nothing is heard of it", now_ms);
    }
    if (l->state == LINE_UP)
        send_more(l, now_ms);
}
