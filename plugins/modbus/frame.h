/* plugins/modbus/frame.h — requests and answers of Modbus as bytes, and back
 *
 * A request asks one unit for registers or sets some. Over TCP it travels behind a header that
 * carries a number, by which the answer is known again. Nothing here does I/O or keeps state, and
 * every byte that comes in is taken for hostile.
 */
#ifndef MODBUS_FRAME_H
#define MODBUS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_READ_HOLDING = 3,
    FRAME_READ_INPUT = 4,
    FRAME_WRITE_ONE = 6,
    FRAME_WRITE_MANY = 16,
    FRAME_EXCEPTION = 0x80, /* bit of an answer's function: it was refused */
};

enum {
    FRAME_READ_MAX = 125,  /* registers in one request */
    FRAME_WRITE_MAX = 123, /* likewise */
    FRAME_BYTES_MAX = 260, /* of a frame with its header */
};

/** What one unit is asked. */
typedef struct frame_request {
    uint8_t unit, function;
    uint16_t address;                 /* of the first register, from 0 on */
    uint16_t count;                   /* of registers; 1 for FRAME_WRITE_ONE */
    uint16_t values[FRAME_WRITE_MAX]; /* of what is written */
} frame_request;

/** What came of it. */
typedef enum frame_outcome {
    FRAME_DONE,    /* values of what was read are there; what was written is */
    FRAME_REFUSED, /* the unit says why: exception */
    FRAME_WRONG,   /* this is no answer to that: another unit, function, address or length */
    FRAME_LATE,    /* there was none in time */
    FRAME_NO_LINE, /* the connection is down or went down */
    FRAME_NO_ROOM, /* too much waits already, or the request cannot be */
} frame_outcome;

typedef struct frame_answer {
    frame_outcome outcome;
    uint8_t exception; /* of FRAME_REFUSED: 1 function, 2 address, 3 value, 4 failure, ... */
    uint16_t count;    /* registers in values; of what was read */
    uint16_t values[FRAME_READ_MAX];
} frame_answer;

/** Whether the request is one that Modbus has. */
bool frame_can_be(const frame_request *request);

/** Whether the request changes something. */
static inline bool frame_is_write(const frame_request *request)
{
    return request->function == FRAME_WRITE_ONE || request->function == FRAME_WRITE_MANY;
}

/** Writes a request that can be, with its TCP header. @return its length */
size_t frame_write(const frame_request *request, uint16_t number, uint8_t out[FRAME_BYTES_MAX]);

/** What stands at the beginning of what came in over TCP. */
typedef struct frame_head {
    uint16_t number;
    uint8_t unit;
    uint16_t size; /* of the frame, header included */
} frame_head;

/**
 * Looks for a whole frame.
 * @return 1: there is one, described in @p head; 0: more bytes are needed; -1: this is no Modbus,
 *         and nothing that follows can be trusted
 */
int frame_find(const uint8_t *bytes, size_t size, frame_head *head);

/** Reads the frame that frame_find() found as the answer to @p request. */
void frame_read(const uint8_t *bytes, const frame_head *head, const frame_request *request,
                frame_answer *answer);

/** One word or two for @p answer, for people: "refused: illegal data address". */
const char *frame_say(const frame_answer *answer);

#endif
