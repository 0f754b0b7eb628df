/* host/app/drive.h — from the first tick of a world to its last, as the helm says */
#ifndef LG_APP_DRIVE_H
#define LG_APP_DRIVE_H

#include "app/control.h"
#include "app/gateway.h"
#include "app/helm.h"
#include "app/record.h"
#include "app/serve.h"
#include "app/watch.h"
#include "app/world.h"
#include "loop/loop.h"

/** Who takes part; borrowed. */
typedef struct lg_drive {
    lg_mem *mem;
    lg_world *world;
    lg_helm *helm; /* at the world's first tick */
    lg_loop *loop;
    lg_notes *notes;
    lg_control *control;    /* NULL: nobody listens */
    lg_watch *watch;        /* NULL: scripts stay as they are */
    lg_gate *gate;          /* NULL: nobody comes in; opened when the run is where it broke off */
    lg_record *record;      /* of the run */
    lg_pace pace;           /* of a run that is done again, from where its journal ends; 0: none */
    lg_serve *serve;        /* NULL: there is no page */
    const char *pause_file; /* kept there while the helm is paused; NULL: nobody asks for it */
    bool pauses;            /* a run that is done again, from where its journal ends */
    double worker_silence;  /* of the scenario */
} lg_drive;

/**
 * Starts the world and does its ticks until the last one, or until the helm ends it: then an act of
 * the world says so. @return as lg_world_tick(); err has a sentence
 */
lg_status lg_drive_run(const lg_drive *drive, lg_err *err) LG_CHECKED;

/** Whether the helm has ended the run so that its results stay as they are. */
bool lg_drive_cut(const lg_drive *drive);

#endif
