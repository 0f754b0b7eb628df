/* host/store/acts.h — a server's own database: what it was asked for and did, in order
 *
 * The journal of a server that lives longer than a run. Who is there and what is due is never
 * written down: it is what comes out when all acts are done again. So an act stands in the file,
 * whole and on the disk, before anybody is told that it was done, and a server that was killed
 * stands after its next start where it stood.
 */
#ifndef LG_STORE_ACTS_H
#define LG_STORE_ACTS_H

#include "base/mem.h"
#include "base/status.h"

typedef struct lg_acts lg_acts;

/** Words of a path that an act may have. */
#define LG_ACT_WORDS 3

/** Something that was done. Texts are borrowed; NULL is kept as "". */
typedef struct lg_act {
    int64_t at_us;    /* UTC, of the one who did it */
    const char *who;  /* for whom */
    const char *what; /* the name of the operation */
    const char *words[LG_ACT_WORDS];
    const char *body; /* as it came */
} lg_act;

/**
 * Opens or makes the file @p path, brings an older one up to date, and keeps others from writing
 * it. NULL: keeps acts in memory, until it is closed.
 * @return LG_OK; LG_STORE err says what is in the way: another server, another program's file, one
 * of a later version; LG_MEMORY. Unless LG_OK *out is NULL.
 */
lg_status lg_acts_open(lg_mem *mem, const char *path, lg_err *err, lg_acts **out) LG_CHECKED;
/** NULL is fine. */
void lg_acts_close(lg_acts *acts);

/** Appends an act. When it returns LG_OK the act is on the disk. @return LG_STORE, LG_MEMORY: it is
 * not there, and nothing more should be done */
lg_status lg_acts_add(lg_acts *acts, const lg_act *act, lg_err *err) LG_CHECKED;
/** Hands every act to @p take, in their order, until it says no. @return LG_OK; what take said;
 * LG_STORE; LG_MEMORY */
lg_status lg_acts_each(lg_acts *acts, lg_status (*take)(void *ctx, const lg_act *act, lg_err *err),
                       void *ctx, lg_err *err) LG_CHECKED;
/** How many there are. */
int64_t lg_acts_count(const lg_acts *acts);

#endif
