/* host/app/remote_games.h — games as objects of a NATS server: a folder goes there whole, and comes
 * back whole
 *
 * All of a game's folder is kept: run.sqlite could be made again from run.journal, but tables,
 * pages and `explain` read it, and making it again costs what playing cost.
 */
#ifndef LG_APP_REMOTE_GAMES_H
#define LG_APP_REMOTE_GAMES_H

#include "nats/link.h"

/** What came of storing a game. */
typedef enum lg_stored {
    LG_STORED_FIRST,  /* it was not there */
    LG_STORED_SAME,   /* it was, with the same game.json */
    LG_STORED_DIFFERS /* it was, with another one; that stays */
} lg_stored;

/** Stores the game in @p folder under the name of its job. @return LG_OK; LG_INVALID the folder is
 * not that of a game; LG_LIMIT; LG_IO; LG_MEMORY */
lg_status lg_remote_store(lg_mem *mem, lg_link *link, const char *folder, const char *name,
                          lg_stored *stored, lg_err *err) LG_CHECKED;

/**
 * Fetches the game of job @p name, when there is one, and makes @p folder of it. It is opened
 * beside and renamed; what is no game of that job is refused.
 * @return LG_OK, *found: it is there; LG_INVALID; LG_LIMIT; LG_IO; LG_MEMORY
 */
lg_status lg_remote_fetch(lg_mem *mem, lg_link *link, const char *folder, const char *name,
                          bool *found, lg_err *err) LG_CHECKED;

/** Removes @p folder and the files in it, which has no folders. */
void lg_remote_drop(const char *folder);

#endif
