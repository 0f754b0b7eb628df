/* host/app/explain.h — what `lunagrid explain` tells: pages made from the results of a run */
#ifndef LG_APP_EXPLAIN_H
#define LG_APP_EXPLAIN_H

#include "base/text.h"
#include "store/past.h"

/**
 * Appends the money of trade @p id, market by market, in words and numbers; every amount is exact.
 * @return LG_OK; LG_UNKNOWN there is no such trade (err says which there are); LG_STORE the file
 * cannot be read or does not hold together; LG_MEMORY.
 */
lg_status lg_explain_trade(lg_mem *mem, lg_past *past, int64_t id, bool colours, lg_text *out,
                           lg_err *err) LG_CHECKED;

/** Appends the limits that scripts have, with their values. */
void lg_explain_limits(lg_text *out);

/** Appends the page of a refusal of the intraday market, by its word: "gate_closed".
 * @return false: there is no such word */
bool lg_explain_intraday(const char *word, lg_text *out);
/** Appends the list of them. */
void lg_explain_intraday_list(lg_text *out);
/** Word number @p index, from 0 on; NULL: there are not so many. */
const char *lg_explain_intraday_word(uint32_t index);

#endif
