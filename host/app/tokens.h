/* host/app/tokens.h — owners of a community get their tokens, and are told of them once */
#ifndef LG_APP_TOKENS_H
#define LG_APP_TOKENS_H

#include "app/owners.h"
#include "arena/collab.h"
#include "base/text.h"

typedef struct lg_tokens {
    lg_text json; /* new ones by owner */
    lg_text told; /* a line an owner, for people */
    uint32_t made;
} lg_tokens;

/** Nothing is told yet; lg_tokens_fini() gives back. */
void lg_tokens_init(lg_tokens *tokens, lg_mem *mem);
void lg_tokens_fini(lg_tokens *tokens);
/**
 * Adds the organiser and every owner of @p collab to @p owners: with the token that owners.json of
 * @p folder (NULL: it is not looked at) knows of them, or with a new one.
 * @return LG_OK; LG_INVALID, LG_IO of that file, or the kernel gives no random numbers; LG_MEMORY
 */
lg_status lg_tokens_give(lg_tokens *tokens, const lg_collab *collab, const char *folder,
                         lg_owners *owners, lg_err *err) LG_CHECKED;
/** Writes the new ones to a file that is not there yet, for nobody else to read. @return LG_OK;
 * LG_IO err says why */
lg_status lg_tokens_write(const lg_tokens *tokens, const char *path, lg_err *err) LG_CHECKED;

#endif
