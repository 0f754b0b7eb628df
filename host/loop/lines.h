/* host/loop/lines.h — a Unix socket at which others send lines and are answered in lines
 *
 * Only the user who made the socket may connect (mode 0600), and a group that is named. What a peer
 * does, it does to itself: lines that are too long, answers that nobody reads and half a line that
 * never ends cost the peer its connection and nobody else anything. At most one line of a peer is
 * handled in a round, so a flood of them cannot hold up what is done between two rounds.
 */
#ifndef LG_LOOP_LINES_H
#define LG_LOOP_LINES_H

#include <stddef.h>
#include "loop/loop.h"

/** Connections at the same time; whoever comes later is told so and let go. */
#define LG_LINES_PEERS_MAX 32
/** Bytes of a line, its end not counted. */
#define LG_LINES_LINE_MAX (64 * 1024)
/** Bytes that may wait for a peer to read them; past it the peer is let go. */
#define LG_LINES_WAITING_MAX (1 << 20)
/** A peer that sends nothing, or reads nothing of what waits for it, is let go after so long. */
#define LG_LINES_IDLE_MS 60000

typedef struct lg_lines lg_lines;

typedef struct lg_lines_input {
    lg_loop *loop;     /* must outlive the lines */
    const char *path;  /* of the socket; copied */
    const char *full;  /* what a peer too many is told, one line without its end; static */
    uint32_t idle_ms;  /* 0: LG_LINES_IDLE_MS */
    uint32_t line_max; /* bytes of a line; 0: LG_LINES_LINE_MAX */
    const char *group; /* its members may connect, too (mode 0660); NULL: nobody else */
    /** A whole line without its end; it has a NUL behind it and may have some in it. @p peer is
     * never 0 and never used again. */
    void (*line)(void *ctx, uint32_t peer, const char *text, size_t size);
    /** A line was too long; the peer is let go once what it is sent now is gone. */
    void (*too_long)(void *ctx, uint32_t peer);
    /** The peer is no more; nothing can be sent to it. Also called from within lg_lines_send(). */
    void (*gone)(void *ctx, uint32_t peer);
    void *ctx;
} lg_lines_input;

/**
 * Listens at input->path. A socket that nobody listens at any more is removed first. Until they are
 * closed SIGPIPE is ignored.
 * @return LG_OK; LG_IO the path is too long, taken, or cannot be made: err names it; LG_MEMORY
 */
lg_status lg_lines_open(lg_mem *mem, const lg_lines_input *input, lg_err *err,
                        lg_lines **out) LG_CHECKED;
/**
 * Waits up to @p flush_ms milliseconds until what was sent has been read, lets everybody go and
 * removes the socket, if it is still this one. NULL is fine.
 */
void lg_lines_close(lg_lines *lines, uint32_t flush_ms);

/** Sends @p size bytes and a line end. @return false: there is no such peer (any more) */
bool lg_lines_send(lg_lines *lines, uint32_t peer, const char *text, size_t size);
/** The same, but only after @p ms milliseconds, and nothing more is heard from the peer until then.
 */
bool lg_lines_send_late(lg_lines *lines, uint32_t peer, const char *text, size_t size, uint32_t ms);
/** Says that @p peer waits for something and may be silent for as long as that takes. */
void lg_lines_keep(lg_lines *lines, uint32_t peer, bool waits);

#endif
