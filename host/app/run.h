/* host/app/run.h — a whole run, from the plugins to the report */
#ifndef LG_APP_RUN_H
#define LG_APP_RUN_H

#include "app/owners.h"
#include "app/record.h"

/** Where a run that nobody has given a socket listens, below its results. */
#define LG_RUN_SOCKET "control.sock"

/** How a run is made; borrowed. */
typedef struct lg_run_input {
    const lg_args *args; /* of `lunagrid run`; of a run that is done again those of its journal */
    lg_record_mode mode;
    const lg_journal_past *past; /* NULL for LG_RECORD_NEW */
    uint32_t until;              /* as in lg_record_input, as are run, part and ctx */
    const char *run;
    lg_status (*part)(void *ctx, lg_world *world, lg_err *err);
    void *ctx;
    const lg_owners *owners; /* who may do what at its socket; NULL: there are none */
    bool silent;             /* no report */
    bool live; /* serves, opens a browser, and stays when the run is over until it is told to end */
} lg_run_input;

/** What came of it. */
typedef struct lg_run_outcome {
    lg_status status;
    lg_parted parted; /* then lg_run() has not complained */
    uint32_t slots;   /* that are done */
    lg_err err;
} lg_run_outcome;

/** Runs the scenario of args->operands[0]. @p outcome may be NULL. @return the exit code
 * (app/cmd.h) */
int lg_run(lg_mem *mem, const lg_run_input *input, lg_run_outcome *outcome);

#endif
