/* host/app/play.h — one job played in this process: a run into a folder of its own, and what came
 * of it as figures
 */
#ifndef LG_APP_PLAY_H
#define LG_APP_PLAY_H

#include "base/mem.h"
#include "base/status.h"

/** What a played job leaves in its folder beside the results of its run: last of all, so a folder
 * that has it is whole. */
#define LG_PLAY_FIGURES "game.json"
/** The job itself. */
#define LG_PLAY_JOB "job.json"
/** The scenario's agents that its seats make. */
#define LG_PLAY_AGENTS "seats.json"
/** Behind the name of a folder that is not whole yet. */
#define LG_PLAY_PART ".part"

typedef struct lg_play_input {
    const char *job;  /* file of the job (arena/game.h) */
    const char *root; /* folder that its paths begin in; NULL: the working directory */
    const char *out;  /* folder of the game; made, as the folders above it */
} lg_play_input;

/**
 * Plays the job: into OUT.part, which becomes OUT when it is whole. A job that has been played is
 * not played again: then nothing is done, and *played is false. Changes the working directory.
 * @return LG_OK, also when scripts failed; LG_SCENARIO the job or its scenario has errors (those
 * are printed to stderr); LG_INVALID this program, a plugin or a file is not what the job names, or
 * OUT holds something else; LG_IO; LG_STORE; LG_PLUGIN; LG_MEMORY. err has a sentence, or is empty
 * when all was said.
 */
lg_status lg_play(lg_mem *mem, const lg_play_input *input, bool *played, lg_err *err) LG_CHECKED;

#endif
