/* host/app/community.h — a COLLAB file and its scenario, as they will be run together */
#ifndef LG_APP_COMMUNITY_H
#define LG_APP_COMMUNITY_H

#include "app/args.h"
#include "arena/collab.h"

/** Fills @p args with what the file says of its scenario: which one, settings, length, seed. The
 * arguments borrow from @p collab; lg_args_fini() in every case. @return false: exhausted */
bool lg_community_args(lg_mem *mem, lg_collab *collab, lg_args *args) LG_CHECKED;

/**
 * Reads a COLLAB file, and as far as it can be understood its scenario with its seats in it, opens
 * the devices and tries every script: all that is wrong goes to @p diag at once, where it was
 * written. lg_collab_fini() in every case.
 * @param more  arguments of the command line of `check`: settings, seed and length beside the
 * file's, and on_start of the scripts is called, too; NULL: it is hosted, where that is no reason
 * not to begin
 * @return LG_OK; LG_SCENARIO; LG_SCRIPT a script does not load; LG_IO, LG_MEMORY err has a sentence
 */
lg_status lg_community_read(lg_mem *mem, const char *file, const lg_args *more, lg_diag *diag,
                            lg_collab *collab, lg_err *err) LG_CHECKED;

#endif
