/* host/app/meeting.h — what matches and leagues have in common: from the file to scored games */
#ifndef LG_APP_MEETING_H
#define LG_APP_MEETING_H

#include "app/args.h"
#include "app/arrange.h"
#include "app/meet.h"

typedef struct lg_meeting {
    lg_mem *mem;
    const lg_meet_input *input;
    lg_contest contest;
    lg_setup setup;
    lg_diag diag;
    lg_arranged arranged;
    lg_loop *loop;
    lg_jobs *jobs;
    char *folder;
    lg_figures *figures; /* one a job */
    uint32_t figure_count;
    lg_arena arena;
    lg_result_game *games;
    lg_result result;
    bool has_result;
    bool stopped; /* by a signal */
    bool progress;
} lg_meeting;

/** Before anything else; lg_meeting_end() in every case. @p input is borrowed. */
void lg_meeting_begin(lg_meeting *m, lg_mem *mem, const lg_meet_input *input);
void lg_meeting_end(lg_meeting *m);

/** Reads the file, plays what has not been played, and scores: m->result is whole then, unless
 * jobs were only printed. @return as lg_meet() */
lg_status lg_meeting_play(lg_meeting *m, lg_err *err) LG_CHECKED;

/** Reads and checks file, scenarios and seats; problems go to stdout. @return as lg_meet() */
lg_status lg_meeting_check(lg_meeting *m, lg_err *err) LG_CHECKED;

/** Writes file @p name of the folder, whole or not at all. @return LG_OK; LG_IO */
lg_status lg_meeting_write(lg_meeting *m, const char *name, const lg_text *text,
                           lg_err *err) LG_CHECKED;

/** The command that plays the file of @p args by @p meet; what is wrong goes to stderr.
 * @return the program's exit code */
int lg_meeting_run(lg_mem *mem, const lg_args *args, lg_contest_kind kind,
                   lg_status (*meet)(lg_mem *, const lg_meet_input *, lg_err *));

#endif
