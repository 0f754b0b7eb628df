/* host/app/runs.h — where the results of earlier runs lie */
#ifndef LG_APP_RUNS_H
#define LG_APP_RUNS_H

#include "base/mem.h"
#include "base/status.h"

/**
 * The folder below runs/ in the working directory whose results were written last; of two written
 * at the same moment the one whose name comes first. Free with lg_mem_strfree().
 * @return LG_OK; LG_STORE there is none; LG_MEMORY. Unless LG_OK, *folder is NULL.
 */
lg_status lg_runs_latest(lg_mem *mem, char **folder, lg_err *err) LG_CHECKED;

#endif
