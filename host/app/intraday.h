/* host/app/intraday.h — requests to the intraday market from outside, as acts of a run */
#ifndef LG_APP_INTRADAY_H
#define LG_APP_INTRADAY_H

#include "app/outside.h"
#include "desk/turn.h"

/** A request as act->bytes. */
void lg_intraday_pack(const lg_trading_ask *ask, lg_text *out);
/** Reads it; its texts lie within the bytes or in @p arena. @return LG_OK; LG_INVALID these say no
 * request; LG_MEMORY */
lg_status lg_intraday_unpack(const lg_outside *act, lg_arena *arena,
                             lg_trading_ask *ask) LG_CHECKED;
/**
 * An act of kind LG_OUTSIDE_TRADING happens: *done becomes what came of it, which may be a refusal.
 * @return LG_OK; LG_UNSUPPORTED there is no intraday market; LG_INVALID it says no request;
 * LG_MEMORY, LG_OVERFLOW the market cannot go on
 */
lg_status lg_intraday_act(lg_mem *mem, lg_turn *turn, const lg_outside *act, lg_trading_done *done,
                          lg_err *err) LG_CHECKED;
/** What the act says, in words. */
void lg_intraday_describe(lg_mem *mem, const lg_outside *act, lg_text *out);

#endif
