/* host/app/recent.h — the last things said in a run, for those who ask later */
#ifndef LG_APP_RECENT_H
#define LG_APP_RECENT_H

#include "app/notes.h"
#include "base/text.h"

/** Lines that are kept, and bytes of all of them together; the oldest go first. */
#define LG_RECENT_LINES 1000
#define LG_RECENT_BYTES (256 * 1024)

/** Lines as JSON objects; a ring. */
typedef struct lg_recent {
    lg_mem *mem;
    char *lines[LG_RECENT_LINES];
    char *whos[LG_RECENT_LINES]; /* who said it */
    uint64_t first, end;         /* numbers of the oldest line and of the next one, from 0 */
    size_t bytes;
} lg_recent;

/** Gives all lines back; the log is empty. */
void lg_recent_fini(lg_recent *log);
/**
 * Keeps a line; what does not fit into memory is left out.
 * @return it as JSON, valid until the next one; NULL: left out
 */
const char *lg_recent_add(lg_recent *log, const lg_note *note);
/** Appends the last @p count lines of those whom @p of (NULL: everybody) names as a list. */
void lg_recent_list(const lg_recent *log, uint32_t count, bool (*of)(void *ctx, const char *who),
                    void *ctx, lg_text *out);

#endif
