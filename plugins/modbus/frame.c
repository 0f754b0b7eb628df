/* The header is: number (2 bytes), protocol 0 (2), bytes that follow (2), unit (1). */
#include "frame.h"

#include <string.h>

enum { HEADER = 7, LENGTH_MIN = 3, LENGTH_MAX = FRAME_BYTES_MAX - 6 };

static void put16(uint8_t *out, unsigned value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *in)
{
    return (uint16_t)(in[0] << 8 | in[1]);
}

bool frame_can_be(const frame_request *r)
{
    uint32_t end = (uint32_t)r->address + r->count;
    if (r->count == 0 || end > 65536)
        return false;
    switch (r->function) {
    case FRAME_READ_HOLDING:
    case FRAME_READ_INPUT:
        return r->count <= FRAME_READ_MAX;
    case FRAME_WRITE_ONE:
        return r->count == 1;
    case FRAME_WRITE_MANY:
        return r->count <= FRAME_WRITE_MAX;
    default:
        return false;
    }
}

size_t frame_write(const frame_request *r, uint16_t number, uint8_t out[FRAME_BYTES_MAX])
{
    uint8_t *body = out + HEADER;
    size_t size = 5;
    body[0] = r->function;
    put16(body + 1, r->address);
    put16(body + 3, r->function == FRAME_WRITE_ONE ? r->values[0] : r->count);
    if (r->function == FRAME_WRITE_MANY) {
        body[5] = (uint8_t)(r->count * 2);
        for (uint16_t i = 0; i < r->count; i++)
            put16(body + 6 + 2 * i, r->values[i]);
        size = 6 + 2 * (size_t)r->count;
    }
    put16(out, number);
    put16(out + 2, 0);
    put16(out + 4, (unsigned)size + 1);
    out[6] = r->unit;
    return HEADER + size;
}

int frame_find(const uint8_t *bytes, size_t size, frame_head *head)
{
    if (size < HEADER)
        return 0;
    uint16_t length = get16(bytes + 4);
    if (get16(bytes + 2) != 0 || length < LENGTH_MIN || length > LENGTH_MAX)
        return -1;
    head->number = get16(bytes);
    head->unit = bytes[6];
    head->size = (uint16_t)(length + HEADER - 1);
    return size >= head->size;
}

static frame_outcome read_body(const uint8_t *body, size_t size, const frame_request *r,
                               frame_answer *answer)
{
    if (body[0] == (r->function | FRAME_EXCEPTION)) {
        answer->exception = body[1];
        return size == 2 ? FRAME_REFUSED : FRAME_WRONG;
    }
    if (body[0] != r->function)
        return FRAME_WRONG;
    if (frame_is_write(r)) {
        unsigned echo = r->function == FRAME_WRITE_ONE ? r->values[0] : r->count;
        bool is_same = size == 5 && get16(body + 1) == r->address && get16(body + 3) == echo;
        return is_same ? FRAME_DONE : FRAME_WRONG;
    }
    if (body[1] != r->count * 2 || size != 2 + (size_t)body[1])
        return FRAME_WRONG;
    answer->count = r->count;
    for (uint16_t i = 0; i < r->count; i++)
        answer->values[i] = get16(body + 2 + 2 * i);
    return FRAME_DONE;
}

void frame_read(const uint8_t *bytes, const frame_head *head, const frame_request *request,
                frame_answer *answer)
{
    answer->exception = 0;
    answer->count = 0;
    answer->outcome = FRAME_WRONG;
    if (head->unit == request->unit)
        answer->outcome = read_body(bytes + HEADER, (size_t)head->size - HEADER, request, answer);
}

const char *frame_say(const frame_answer *answer)
{
    static const char *const exceptions[] = {
        [1] = "refused: it has no such function",
        [2] = "refused: it has no such register",
        [3] = "refused: it does not take that value",
        [4] = "refused: it failed",
        [5] = "refused: it needs longer",
        [6] = "refused: it is busy",
        [10] = "refused: the gateway has no way to it",
        [11] = "refused: the gateway heard nothing of it",
    };
    static const char *const outcomes[] = {
        [FRAME_DONE] = "done",
        [FRAME_REFUSED] = "refused",
        [FRAME_WRONG] = "it answers something else than what was asked",
        [FRAME_LATE] = "no answer in time",
        [FRAME_NO_LINE] = "not connected",
        [FRAME_NO_ROOM] = "too much waits already",
    };
    if (answer->outcome == FRAME_REFUSED &&
        answer->exception < sizeof exceptions / sizeof *exceptions && exceptions[answer->exception])
        return exceptions[answer->exception];
    return outcomes[answer->outcome];
}
