/* host/app/contest_check.h — what can be told of a match whose file has errors, and of its scripts
 */
#ifndef LG_APP_CONTEST_CHECK_H
#define LG_APP_CONTEST_CHECK_H

#include "app/setup.h"
#include "arena/contest.h"

/** Reads every scenario that the file names, as far as it was understood, without its seats.
 * Problems go to @p diag. @return false: exhausted */
bool lg_contest_check_scenarios(lg_mem *mem, const lg_contest *match, lg_setup *setup,
                                lg_diag *diag) LG_CHECKED;

/** Tries every entrant's script. What is wrong with one is a warning: the match is played, and its
 * outcome is "invalid". @return false: exhausted */
bool lg_contest_check_scripts(lg_mem *mem, const lg_contest *match, const char *scripts_folder,
                              lg_diag *diag) LG_CHECKED;

#endif
