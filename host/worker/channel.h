/* host/worker/channel.h — frames through a socket pair, a packet each */
#ifndef LG_WORKER_CHANNEL_H
#define LG_WORKER_CHANNEL_H

#include "worker/wire.h"

/** What came of looking for a frame. */
typedef enum lg_channel_got {
    LG_CHANNEL_MORE,  /* a frame; others of its message follow */
    LG_CHANNEL_LAST,  /* the last of a message */
    LG_CHANNEL_NONE,  /* nothing there yet */
    LG_CHANNEL_END,   /* the other side has gone */
    LG_CHANNEL_WRONG, /* that was no frame of this exchange */
} lg_channel_got;

/** Both ends, for packets of a frame; closed when a program is executed. @return LG_OK; LG_LIMIT */
lg_status lg_channel_pair(int ends[2]) LG_CHECKED;

/** Sends @p message, waiting at most @p patience_ms for room where there is none (-1: for ever).
 * False: the other side has gone or does not listen. */
bool lg_channel_send(int fd, uint32_t number, const lg_text *message, int patience_ms);

/**
 * Appends the bytes of one frame of exchange @p *number to @p message. @p *number 0: of any, and it
 * is set.
 * @param size_max  most that @p message may hold
 * @param wait      until there is one; else LG_CHANNEL_NONE
 * @param wrong     what was, for LG_CHANNEL_WRONG
 */
lg_channel_got lg_channel_receive(int fd, uint32_t *number, size_t size_max, bool wait,
                                  lg_text *message, const char **wrong);

#endif
