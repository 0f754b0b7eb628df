/* Puts the scripts of stage.h into worker processes. */
#include "script/remote.h"
#include "stage.h"
#include "worker/workers.h"

#include <stdlib.h>

static lg_workers *workers;

static void end(void)
{
    lg_workers_free(workers);
}

static const lg_remote *remote(void)
{
    if (!workers) {
        workers = lg_workers_new(lg_mem_system(), LUNAGRID);
        LG_ASSERT(workers);
        atexit(end);
    }
    return lg_workers_remote(workers);
}

__attribute__((constructor)) static void begin(void)
{
    stage_remote = remote;
}
