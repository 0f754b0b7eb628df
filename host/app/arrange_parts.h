/* host/app/arrange_parts.h — a match while its games are made, for the files that do so */
#ifndef LG_APP_ARRANGE_PARTS_H
#define LG_APP_ARRANGE_PARTS_H

#include "app/arrange.h"

typedef struct lg__arranging {
    lg_mem *mem;
    const lg_contest *match;
    lg_setup *setup;
    lg_diag *diag;
    lg_arranged *out;
    lg_jobs *jobs;
    const char **scenarios; /* paths from the root */
    const char **scripts;   /* by entrant, as a job names them */
    lg_err *err;
} lg__arranging;

/** @p text for as long as what is arranged; NULL: exhausted. */
const char *lg__arrange_keep(lg__arranging *a, const char *text);
/** Whether a script sits there: not "baseline", and no matching rule. */
bool lg__arrange_is_script(const lg_contest_entrant *e);
/** Finds scenarios and scripts, and the folder they have in common, from which they are named then
 * (arrange_files.c). @return LG_OK; LG_SCENARIO problems are in a->diag; LG_INVALID; LG_IO;
 * LG_MEMORY */
lg_status lg__arrange_files(lg__arranging *a) LG_CHECKED;

#endif
