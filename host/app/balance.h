/* host/app/balance.h — delivery: what gridpools have sold for a slot, and what went out
 *
 * The assets of a gridpool's agent deliver at its home area. What went out in a slot is what they
 * made and did not sell in the local market, less what they used and did not buy there: energy that
 * the local market knows nothing of went to, or came from, the delivery area. A battery takes part
 * by what it trades locally. What differs from what was sold is an imbalance: short energy is paid
 * for at one rate, long energy is paid at the other.
 */
#ifndef LG_APP_BALANCE_H
#define LG_APP_BALANCE_H

#include "desk/turn.h"
#include "scenario/scenario.h"
#include "store/store.h"

/** Fills @p out with the balance of @p gridpool in @p area, by index, for the slot of @p moment,
 * which is about to close. @p caps: one an asset. @return whether there is anything to tell */
bool lg_balance_of(const lg_scenario *scenario, const lg_market *market, const lg_trading *trading,
                   const lg_moment *moment, const lg_caps *caps, uint32_t gridpool, uint32_t area,
                   lg_balance *out);
/** Tells @p store all balances of the slot; they count in the digest of @p turn. */
void lg_balance_tell(const lg_scenario *scenario, lg_turn *turn, const lg_moment *moment,
                     const lg_caps *caps, lg_store *store);

#endif
