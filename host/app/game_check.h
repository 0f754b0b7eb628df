/* host/app/game_check.h — whether what game.json says of a game is what comes of it */
#ifndef LG_APP_GAME_CHECK_H
#define LG_APP_GAME_CHECK_H

#include "app/again.h"
#include "arena/figures.h"

/**
 * Reads the figures of the game in @p folder, that @p args have played, with its scenario once more
 * for what results do not say of assets. lg_figures_fini() in every case.
 * @param past  of a run that is done again: scripts that ship are where they were then; NULL: now
 * @return LG_OK; LG_SCENARIO; LG_STORE; LG_PLUGIN; LG_MEMORY
 */
lg_status lg_game_figures(lg_mem *mem, const lg_game *game, const lg_args *args,
                          const lg_journal_past *past, const char *folder, lg_figures *figures,
                          lg_err *err) LG_CHECKED;

/**
 * Appends to @p words the first field in which game.json @p kept differs from @p made, both paths
 * of files: "seats[1].cost_EUR is 1.5, and 2.5 when the game is played again"; nothing where their
 * bytes are the same. @return LG_OK; LG_STORE one cannot be read; LG_MEMORY
 */
lg_status lg_game_compare(lg_mem *mem, const char *kept, const char *made, lg_text *words,
                          lg_err *err) LG_CHECKED;

/**
 * The same of the game.json that lies beside the journal of @p again, if there is one, after its
 * run was done again into @p scratch; and whether that run is the game that its job.json says.
 * @return as lg_game_compare(), and LG_SCENARIO, LG_PLUGIN
 */
lg_status lg_game_verify(const lg_again *again, const char *scratch, lg_text *words,
                         lg_err *err) LG_CHECKED;

#endif
