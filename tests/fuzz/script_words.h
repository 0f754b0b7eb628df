/* tests/fuzz/script_words.h — bytes as a script that calls all a script can call */
#ifndef LG_FUZZ_SCRIPT_WORDS_H
#define LG_FUZZ_SCRIPT_WORDS_H

#include "base/text.h"

/**
 * Writes a script whose callbacks call what @p bytes choose with the arguments they choose: grid,
 * grid.batch and the libraries; numbers, texts, handles, tables of right and of wrong keys, answers
 * of earlier calls. What comes of each call is printed. Any bytes make a script without a mistake
 * in its form.
 */
void script_words(const uint8_t *bytes, size_t size, lg_text *out);

#endif
