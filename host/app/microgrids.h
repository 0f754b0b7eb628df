/* host/app/microgrids.h — the microgrids of a world: they go on with its clock, their requests are
 * acts of the run, and assets of the market are backed by their components
 */
#ifndef LG_APP_MICROGRIDS_H
#define LG_APP_MICROGRIDS_H

#include "app/notes.h"
#include "app/outside.h"
#include "desk/turn.h"
#include "driver/fleet.h"
#include "scenario/scenario.h"
#include "station/station.h"
#include "store/store.h"

typedef struct lg_microgrids lg_microgrids;

/** @return LG_OK, *out NULL when the scenario has none; LG_PLUGIN a device refuses its options, all
 * said in @p diag; LG_MEMORY */
lg_status lg_microgrids_open(lg_mem *mem, const lg_scenario *scenario, lg_notes *notes,
                             lg_diag *diag, lg_microgrids **out) LG_CHECKED;
void lg_microgrids_close(lg_microgrids *microgrids);
uint32_t lg_microgrids_count(const lg_microgrids *microgrids);
lg_station *lg_microgrids_at(const lg_microgrids *microgrids, uint32_t index);

/** The time up to which all have gone on. */
int64_t lg_microgrids_now_ms(const lg_microgrids *microgrids);
/** When the next of them has done its next step. */
int64_t lg_microgrids_next_ms(const lg_microgrids *microgrids);
/** All go on to @p until_ms, step by step, the one whose step ends first before the others. */
void lg_microgrids_advance(lg_microgrids *microgrids, int64_t until_ms);

/** Before a slot opens: what backed assets need and have takes the place of what devices plan. */
void lg_microgrids_plan(lg_microgrids *microgrids, lg_fleet *fleet, const lg_slot *slot,
                        lg_caps *caps);
/** A tick is done: what was traded so far becomes set points until the end of the slot. */
void lg_microgrids_dispatch(lg_microgrids *microgrids, const lg_market *market, int64_t end_ms);
/** Market and trades of slot @p moment->slot are over: what was traded and planned is noted. */
void lg_microgrids_close_slot(lg_microgrids *microgrids, const lg_market *market,
                              const lg_moment *moment, const lg_caps *caps);
/** The time of the slot that was closed last is over: what was measured counts in the digest and is
 * stored, with what deviates from what was traded and what that costs. Nothing to do: no slot
 * waits.
 * @return LG_OK; LG_MEMORY */
lg_status lg_microgrids_account(lg_microgrids *microgrids, lg_turn *turn,
                                lg_store *store) LG_CHECKED;

/** A request as act->bytes, and back; texts and ranges lie in @p arena or within the bytes.
 * @return LG_OK; LG_INVALID these say no request; LG_MEMORY */
void lg_microgrids_pack(const lg_micro_ask *ask, lg_text *out);
lg_status lg_microgrids_unpack(const lg_outside *act, lg_arena *arena,
                               lg_micro_ask *ask) LG_CHECKED;
/**
 * An act of kind LG_OUTSIDE_MICROGRID happens: *done becomes what came of it, which may be a
 * refusal. @return LG_OK; LG_UNSUPPORTED there is no such microgrid; LG_INVALID; LG_MEMORY
 */
lg_status lg_microgrids_act(lg_microgrids *microgrids, lg_turn *turn, lg_store *store,
                            const lg_outside *act, lg_micro_done *done, lg_err *err) LG_CHECKED;
/** A request acts; it counts in the digest and is stored. */
lg_micro_done lg_microgrids_ask(lg_microgrids *microgrids, lg_turn *turn, lg_store *store,
                                const lg_micro_ask *ask);
/** What the act says, in words. */
void lg_microgrids_describe(lg_mem *mem, const lg_outside *act, lg_text *out);

#endif
