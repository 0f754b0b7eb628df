/* host/app/record.h — the journal of a run while it goes on
 *
 * A new run is written down. The run of a journal is done again along it: on the recorded inputs,
 * with the recorded acts at their places, and each slot's digest is compared with what is recorded.
 * What comes of it is the mode's business.
 */
#ifndef LG_APP_RECORD_H
#define LG_APP_RECORD_H

#include "app/world.h"
#include "journal/inputs.h"
#include "journal/past.h"

typedef enum lg_record_mode {
    LG_RECORD_NEW,    /* a run like any other; a journal is made */
    LG_RECORD_RESUME, /* again, then it goes on; its journal is continued */
    LG_RECORD_VERIFY, /* again, as far as it went; nothing is written */
    LG_RECORD_FORK,   /* again up to a slot, then on its own; a journal of its own is made */
} lg_record_mode;

/** Where a run that is done again came out differently. */
typedef struct lg_parted {
    bool parted;
    uint32_t slot;
    uint32_t tick; /* LG_NONE: after the last tick, when the slot closed */
} lg_parted;

/** What a record is made of; borrowed and must outlive it. */
typedef struct lg_record_input {
    lg_record_mode mode;
    const lg_args *args;         /* the words of `lunagrid run`, which the journal keeps */
    const lg_setup *setup;       /* filled by the time the world is opened */
    const lg_journal_past *past; /* NULL for LG_RECORD_NEW */
    uint32_t until;              /* of LG_RECORD_FORK: the first slot of its own */
    const char *run;             /* of LG_RECORD_FORK: the folder of the run that is forked */
    /** Of LG_RECORD_FORK: makes the world another one, before the first tick of that slot. */
    lg_status (*part)(void *ctx, lg_world *world, lg_err *err);
    void *ctx;
} lg_record_input;

typedef struct lg_record lg_record;

/** NULL when exhausted. From now on all that is read is read through it, until lg_record_free(). */
lg_record *lg_record_new(lg_mem *mem, const lg_record_input *input);
/** NULL is fine. */
void lg_record_free(lg_record *record);

/** What to give to the world. */
lg_outside_keeper lg_record_keeper(lg_record *record);

/**
 * Lets the recorded acts happen that came before the tick which @p world does next.
 * @return LG_OK, also when one is refused as it was then; LG_STORE; LG_MEMORY; err has a sentence
 */
lg_status lg_record_repeat(lg_record *record, lg_world *world, lg_err *err) LG_CHECKED;
/** Prepares for the ends that scripts came to in on_start; before the world is started. @return as
 * lg_record_repeat() */
lg_status lg_record_repeat_start(lg_record *record, lg_world *world, lg_err *err) LG_CHECKED;
/** Whether a run that goes on is not yet where its journal ends: what comes from outside now has no
 * place in it. */
bool lg_record_behind(const lg_record *record);
/** Whether it has nothing more to repeat and to compare. */
bool lg_record_caught_up(const lg_record *record);
/** The slots the run is to have when it ends where the journal does (LG_RECORD_VERIFY). */
uint32_t lg_record_slots(const lg_record *record);

/**
 * The results are finished: says so in the journal, or compares the digest.
 * @return LG_OK; LG_INVALID it differs; LG_STORE; LG_MEMORY; err has a sentence
 */
lg_status lg_record_end(lg_record *record, bool finished, uint32_t slots, lg_digest digest,
                        lg_err *err) LG_CHECKED;

/** Where it came out differently. */
lg_parted lg_record_parted(const lg_record *record);

#endif
