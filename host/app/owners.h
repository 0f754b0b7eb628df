/* host/app/owners.h — who may do what at a run that several people share, by their tokens
 *
 * A token is told once, when it is made; what is kept of it, in owners.json of the run's folder
 * (mode 0600), is its SHA-256. So the folder gives nobody's token away, and a run that is resumed
 * still knows everybody.
 */
#ifndef LG_APP_OWNERS_H
#define LG_APP_OWNERS_H

#include "base/mem.h"
#include "base/status.h"
#include "base/token.h"

/** In the folder of the results. */
#define LG_OWNERS_FILE "owners.json"
/** There while the run is paused, so that one that is resumed after a crash waits, too. */
#define LG_OWNERS_PAUSED "paused"
/** The name of who may do everything. */
#define LG_OWNERS_ORGANISER "organiser"
/** Most owners of a run. */
#define LG_OWNERS_MAX 10000

typedef struct lg_owner {
    const char *name;
    char hash[65]; /* of the token */
    bool organiser;
} lg_owner;

typedef struct lg_owners {
    lg_mem *mem;
    lg_arena arena;
    lg_owner *items;
    uint32_t count, capacity;
    const char *control; /* where the host listens; NULL: in the run's folder */
    const char *group;   /* whose members may connect; NULL: nobody else's */
    const char *pace;    /* as `run --pace`; NULL: none */
    uint32_t uploads_per_minute, upload_bytes;
} lg_owners;

/** Nobody yet. lg_owners_fini() gives everything back. */
void lg_owners_init(lg_owners *owners, lg_mem *mem);
void lg_owners_fini(lg_owners *owners);

/** From now on this process makes files that nobody else reads, in folders that others can pass
 * through to a socket and not look into: results hold every owner's bills, trades and scripts. */
void lg_owners_keep_private(void);
/** Reads DIR/owners.json into owners that were initialised. @return LG_OK; LG_UNKNOWN there is no
 * such file; LG_INVALID, LG_IO err says what is wrong with it; LG_MEMORY */
lg_status lg_owners_read(lg_owners *owners, const char *folder, lg_err *err) LG_CHECKED;
/** Writes it as a whole, for nobody else to read. @return LG_OK; LG_IO; LG_MEMORY */
lg_status lg_owners_write(const lg_owners *owners, const char *folder, lg_err *err) LG_CHECKED;

/** Adds @p name, which is copied, without a token. @return LG_OK; LG_MEMORY */
lg_status lg_owners_add(lg_owners *owners, const char *name, bool organiser,
                        lg_owner **out) LG_CHECKED;
/** Gives @p owner another token, drawn by the kernel, and tells it. @return LG_OK; LG_IO */
lg_status lg_owners_token(lg_owner *owner, char token[LG_TOKEN_SIZE], lg_err *err) LG_CHECKED;

/** The owner of that name; NULL. */
lg_owner *lg_owners_named(const lg_owners *owners, const char *name);
/** Whose token it is; NULL: nobody's. How long it takes says nothing about tokens. */
const lg_owner *lg_owners_of(const lg_owners *owners, const char *token);

#endif
