/* host/journal/inputs.h — the files that a run has read, noted while they are read and read again
 *
 * Each path is read from the disk once: whoever opens it again gets what was noted, so that what a
 * run was made of is what its journal says, whatever happens to the files meanwhile.
 */
#ifndef LG_JOURNAL_INPUTS_H
#define LG_JOURNAL_INPUTS_H

#include "base/input.h"
#include "journal/records.h"
#include "journal/writer.h"

enum {
    LG_INPUT_KEPT_MAX = 4 * 1048576,   /* a larger file is noted by its SHA-256 alone */
    LG_INPUTS_KEPT_MAX = 64 * 1048576, /* so are all that come when this much is kept */
};

typedef struct lg_inputs lg_inputs;

/** No inputs yet. NULL when exhausted. */
lg_inputs *lg_inputs_new(lg_mem *mem);
void lg_inputs_free(lg_inputs *inputs);

/** Notes an input of an earlier run, of which the content stays the caller's and must outlive it.
 * @p written: the journal has it already. @return LG_OK; LG_MEMORY */
lg_status lg_inputs_put(lg_inputs *inputs, const lg_journal_input *input, bool written) LG_CHECKED;
/** Where paths of earlier inputs begin that do not begin with "/": the working directory of that
 * run; copied. @return LG_OK; LG_MEMORY */
lg_status lg_inputs_set_base(lg_inputs *inputs, const char *folder) LG_CHECKED;

/**
 * What to give to lg_input_use(): a file that is noted is answered from the note; of one that was
 * too large to be kept the file is opened, and refused when it has changed.
 */
const lg_input_source *lg_inputs_source(lg_inputs *inputs);
/** Whether files that are not noted are looked for on the disk and noted; else there are none. Off
 * at first. */
void lg_inputs_set_live(lg_inputs *inputs, bool live);

/**
 * Adds what is noted to @p journal, flushed, which then gets what is noted later at once, before it
 * is used. What it has already (lg_inputs_put()) is not added.
 * @return LG_OK; LG_STORE; LG_MEMORY
 */
lg_status lg_inputs_write(lg_inputs *inputs, lg_journal *journal, lg_err *err) LG_CHECKED;

/** Whether something noted could not be written later; the reason is in @p err. */
lg_status lg_inputs_check(const lg_inputs *inputs, lg_err *err) LG_CHECKED;

#endif
