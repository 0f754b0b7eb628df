/* host/worker/wire.h — messages between a host and its workers, as bytes
 *
 * A frame is one packet: a header of 16 bytes (magic, version, flags, number of the exchange,
 * length of the rest; little-endian) and at most LG_WIRE_FRAME_MAX bytes. The bytes of the frames
 * up to one with LG_WIRE_LAST are a message: records, each a kind, a length, the bytes, and zeros
 * up to a multiple of 8. The host begins an exchange, and the word passes to and fro until the
 * worker says DONE. Both ends are the same program, so records hold structs as they lie in memory;
 * the host copies a message before it looks at it and trusts no byte of it.
 */
#ifndef LG_WORKER_WIRE_H
#define LG_WORKER_WIRE_H

#include "base/status.h"
#include "base/text.h"
#include "script/remote.h"

#define LG_WIRE_MAGIC     UINT32_C(0x4b57474c) /* "LGWK" */
#define LG_WIRE_VERSION   1
#define LG_WIRE_LAST      1u /* flag: the message ends, the word passes on */
#define LG_WIRE_HEADER    16u
#define LG_WIRE_FRAME_MAX (64u << 10)

/** A question about the market. */
#define LG_WIRE_READ sizeof(lg_sight_key)

/** An answer: the key, then `size` bytes. */
typedef struct lg_wire_seen {
    lg_sight_key key;
    uint32_t size; /* 0: there is none; UINT32_MAX: it may not be known */
    uint32_t reserved;
} lg_wire_seen;
#define LG_WIRE_SEEN sizeof(lg_wire_seen)

/** How the desk of a worker stands before what is asked of it. */
typedef struct lg_wire_stand {
    uint32_t pending;        /* commands of the batch that has not been applied */
    uint32_t posts;          /* that wait for the board */
    uint32_t probation;      /* as lg_agent_on_probation() */
    uint32_t asks;           /* as pending, of the intraday market */
    uint64_t calls, changes; /* as in lg_agent_figures: it is not called for all that counts */
    lg_follow follow;
    lg_moment moment; /* now */
} lg_wire_stand;
#define LG_WIRE_STAND sizeof(lg_wire_stand)

/** What a newer version is handed, but for the state. */
typedef struct lg_wire_legacy {
    lg_agent_figures from;
    uint32_t version, reserved;
} lg_wire_legacy;
#define LG_WIRE_LEGACY sizeof(lg_wire_legacy)

typedef struct lg_wire_ready {
    uint32_t callbacks; /* bit by number: lg_call, LG_REMOTE_TRADE, LG_REMOTE_EVENT */
    uint32_t every_tick;
    lg_agent_figures figures;
} lg_wire_ready;
#define LG_WIRE_READY sizeof(lg_wire_ready)
#define LG_WIRE_ENDED sizeof(lg_remote_end)

typedef struct lg_wire_done {
    uint32_t waiting; /* 1: for the answers to what has been sent */
    uint32_t part;    /* lg_agent_part() */
    uint32_t status;  /* lg_status of what reload.h has functions for */
    uint32_t reserved;
    lg_agent_figures figures;
} lg_wire_done;
#define LG_WIRE_DONE sizeof(lg_wire_done)

typedef enum lg_wire_kind {
#define WIRE(name, sender, least) LG_WIRE_##name##_RECORD,
#include "worker/wire.def"
#undef WIRE
    LG_WIRE_KINDS
} lg_wire_kind;

/** The header of a frame, read. */
typedef struct lg_wire_header {
    uint32_t flags, number, length;
} lg_wire_header;

/** Puts a header into bytes. */
void lg_wire_write_header(const lg_wire_header *header, uint8_t out[LG_WIRE_HEADER]);
/** Looks at a frame of @p size bytes. @return NULL: it is one; else what is wrong with it */
const char *lg_wire_read_header(const uint8_t *bytes, size_t size, lg_wire_header *header);

/** Begins a record; what is appended until lg_wire_end() is in it. @return what to hand to it */
size_t lg_wire_begin(lg_text *message, lg_wire_kind kind);
void lg_wire_end(lg_text *message, size_t begun);
/** A record in one piece. */
void lg_wire_put(lg_text *message, lg_wire_kind kind, const void *bytes, size_t size);

typedef struct lg_wire_record {
    lg_wire_kind kind;
    uint32_t size;
    const uint8_t *bytes; /* aligned for any type, as the message is */
} lg_wire_record;

/** A walk over the records of a message. */
typedef struct lg_wire_walk {
    const uint8_t *bytes;
    size_t size, at;
    bool from_worker;  /* who has sent it */
    const char *wrong; /* what is wrong with it; NULL: nothing so far */
} lg_wire_walk;

/** The next record; false at the end, or when the message is wrong from here on. */
bool lg_wire_next(lg_wire_walk *walk, lg_wire_record *record);

/* Bytes in a record, one after the other. What is missing reads as 0, and the reader remembers. */
typedef struct lg_wire_reader {
    const uint8_t *bytes;
    size_t size, at;
    bool failed;
} lg_wire_reader;

/** Appends four bytes. */
void lg_wire_put_u32(lg_text *out, uint32_t value);
/** Appends eight bytes. */
void lg_wire_put_u64(lg_text *out, uint64_t value);
/** Appends eight bytes, as they lie in memory. */
void lg_wire_put_double(lg_text *out, double value);
/** Appends a length and the bytes with their end; NULL is kept apart from "". */
void lg_wire_put_text(lg_text *out, const char *text);
/** The next four bytes; 0 when there are not as many. */
uint32_t lg_wire_u32(lg_wire_reader *reader);
/** The next eight bytes; 0. */
uint64_t lg_wire_u64(lg_wire_reader *reader);
/** The next eight bytes; 0. */
double lg_wire_double(lg_wire_reader *reader);
/** @p size bytes where they lie; NULL when there are not as many. */
const void *lg_wire_bytes(lg_wire_reader *reader, size_t size);
/** A text that ends, where it lies; NULL. */
const char *lg_wire_text(lg_wire_reader *reader);

#endif
