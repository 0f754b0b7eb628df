/* host/app/gather.h — makes a job whole: notes by their SHA-256 all the files that its run will
 * read
 */
#ifndef LG_APP_GATHER_H
#define LG_APP_GATHER_H

#include "app/setup.h"
#include "arena/game.h"

/** The seats, as the reader of the scenario opens them and names them in problems: no file. */
#define LG_GATHER_SEATS "@seats.json"

typedef struct lg_gather_input {
    lg_setup *setup; /* opened; a scenario in it is replaced by that of the game, and stays there */
    const char *root; /* where the paths of the game begin; absolute */
    double days;      /* length of a game that does not say its slots; 0: as the scenario says */
} lg_gather_input;

/**
 * Reads the scenario as the game will, every script that may trade in it and what those require,
 * and fills game->files, game->plugins and game->slots. An operator without markets gets those that
 * the scenario gives its seat. Problems of the scenario go to setup->diag; those of scripts are
 * left for the game. The working directory is another meanwhile.
 * @return LG_OK; LG_SCENARIO; LG_INVALID a file lies outside of root (err names it); LG_IO;
 * LG_MEMORY
 */
lg_status lg_gather(lg_mem *mem, const lg_gather_input *input, lg_game *game,
                    lg_err *err) LG_CHECKED;

/**
 * Notes in game->files, by their SHA-256, the script @p path, as a job names it, and all that it
 * requires when it is loaded. What is wrong with it is left for the game.
 * @return LG_OK; LG_INVALID a file lies outside of root; LG_IO; LG_MEMORY
 */
lg_status lg_gather_script(lg_mem *mem, const lg_gather_input *input, lg_game *game,
                           const char *path, lg_err *err) LG_CHECKED;

#endif
