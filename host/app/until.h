/* host/app/until.h — commands that serve until somebody ends them */
#ifndef LG_APP_UNTIL_H
#define LG_APP_UNTIL_H

#include "base/status.h"
#include "loop/loop.h"

/** A loop in which Ctrl-C and SIGTERM set *@p ends, which outlives it; NULL and err when there is
 * none. Free with lg_loop_free(). */
lg_loop *lg_until_loop(lg_mem *mem, bool *ends, lg_err *err);
/** How the command ends with what @p err says: an argument that is wrong is a matter of usage.
 * @return the exit code; what is not fine is told */
int lg_until_exit(lg_status status, const lg_err *err);

#endif
