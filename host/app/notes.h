/* host/app/notes.h — what scripts and devices say during a run: to the screen with a cap, to the
 * log in full */
#ifndef LG_APP_NOTES_H
#define LG_APP_NOTES_H

#include "app/progress.h"
#include "store/store.h"

/** So many errors of one agent or device are printed as they happen. */
#define LG_NOTES_SHOWN_MAX 3

/** One thing that was said, for whoever listens to a running host. */
typedef struct lg_note {
    const char
        *kind; /* "fault", "takeover", "restart", "device", "print", "version", "refused", "host" */
    const char *who; /* agent or device; "lunagrid" */
    const char *message;
    uint32_t slot, tick;
} lg_note;

typedef struct lg_notes {
    lg_progress *progress;
    lg_store *store;     /* NULL before the results are open and after they are closed */
    uint32_t slot, tick; /* where the run is */
    bool quiet;          /* what scripts print stays off the screen */
    bool silent;         /* also that scripts and devices fail: it was told before */
    uint64_t faults;     /* callbacks that failed */
    uint64_t aside;      /* sentences about devices that failed */
    lg_status status;    /* LG_OK until the log could not be written */
    void (*heard)(void *ctx, const lg_note *note); /* everything; may be NULL */
    void *ctx;
} lg_notes;

/** A script's callback failed; *shown counts what was printed for it. @p version: of the script. */
void lg_notes_fault(lg_notes *notes, const char *who, uint32_t version, const char *message,
                    uint32_t *shown);
/** Other strategies trade for a seat from this slot on: @p names of scripts. */
void lg_notes_taken_over(lg_notes *notes, const char *who, const char *names);
/** A script that was given up starts afresh. */
void lg_notes_restarted(lg_notes *notes, const char *who, uint32_t version, const char *line);
/** A device failed. */
void lg_notes_device(lg_notes *notes, const char *who, const char *sentence);
/** A script printed a line. */
void lg_notes_print(lg_notes *notes, const char *who, uint32_t version, const char *line);
/** A version of a script went to work or left, for the log only. */
void lg_notes_version(lg_notes *notes, const char *who, uint32_t version, const char *line);
/** The same for the screen. */
void lg_notes_line(lg_notes *notes, const char *line);
/**
 * A script that was saved is not taken: on the screen, and for who listens. The log of the results
 * has no line of it: it is no part of the run, and a run that is done again does not know of it.
 */
void lg_notes_refusal(lg_notes *notes, const char *who, const char *line);
/** The host itself has something to say: on the screen only. */
void lg_notes_say(lg_notes *notes, const char *sentence);

#endif
