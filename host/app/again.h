/* host/app/again.h — what all commands share that do a run again from its journal */
#ifndef LG_APP_AGAIN_H
#define LG_APP_AGAIN_H

#include "app/args.h"
#include "app/setup.h"
#include "journal/past.h"

/** The run of a journal. */
typedef struct lg_again {
    lg_mem *mem;
    char *folder; /* of its results */
    lg_journal_past past;
    lg_args args; /* as `lunagrid run` had them; out is the folder */
} lg_again;

/**
 * Reads the journal of the run in @p path, its folder or a file in it. lg_again_close() in every
 * case.
 * @return LG_OK; LG_STORE; LG_INVALID the command line in it is not understood; LG_MEMORY
 */
lg_status lg_again_open(lg_mem *mem, const char *path, lg_again *again, lg_err *err) LG_CHECKED;
void lg_again_close(lg_again *again);

/** Says on stderr what is not as it was: the program's version, a journal that was torn.
 */
void lg_again_warn(const lg_again *again);

/**
 * The slot that @p word names: a number from 0, a time ("2024-06-03T10:00", within it), or a time
 * of the first day ("10:00"). @return LG_OK; LG_INVALID err says what was expected
 */
lg_status lg_again_slot(const lg_again *again, const char *word, uint32_t *slot,
                        lg_err *err) LG_CHECKED;

/**
 * Whether the journal tells enough of a run to do it again as that run: one that was cut within
 * what the run was built up from does not, nor does a fork that was cut before its first slot of
 * its own.
 * @return LG_OK; LG_STORE err says what to do; LG_MEMORY
 */
lg_status lg_again_whole(const lg_again *again, lg_err *err) LG_CHECKED;

/** Whether another process is writing results there at this moment. */
bool lg_again_is_locked(const lg_again *again);

/** Appends "slot 40 (2024-06-03T10:00Z), tick 3"; the tick is left out when it is LG_NONE. */
void lg_again_place(const lg_again *again, uint32_t slot, uint32_t tick, lg_text *out);

/* What a run looks at; @p past may be NULL: then they do nothing and return LG_OK. */

/** The folder of scripts that ship is that of the recorded run: paths that were opened begin with
 * it. @return LG_OK; LG_MEMORY */
lg_status lg_again_use_scripts(lg_setup *setup, const lg_journal_past *past,
                               lg_err *err) LG_CHECKED;
/** Says on stderr which plugins are not those of the recorded run. */
void lg_again_tell_plugins(const lg_setup *setup, const lg_journal_past *past);
/** The scenario has come out as it did then. @return LG_OK; LG_INVALID it has not */
lg_status lg_again_check(const lg_scenario *scenario, const lg_journal_past *past,
                         lg_err *err) LG_CHECKED;

#endif
