/* host/app/run.h — a whole run, from the plugins to the report */
#ifndef LG_APP_RUN_H
#define LG_APP_RUN_H

#include "app/args.h"

/** Where a run that nobody has given a socket listens, below its results. */
#define LG_RUN_SOCKET "control.sock"

/** Runs the scenario of args->operands[0]. @return the exit code (app/cmd.h) */
int lg_run(lg_mem *mem, const lg_args *args);

#endif
