/* host/app/members.h — the homes of a site: their sums slot by slot, their bottom lines at the end
 */
#ifndef LG_APP_MEMBERS_H
#define LG_APP_MEMBERS_H

#include "app/ledger.h"
#include "scenario/scenario.h"
#include "store/store.h"

typedef struct lg_members lg_members;

/** The members of @p scenario, which is borrowed. An area inside a member belongs to it. NULL:
 * exhausted. */
lg_members *lg_members_new(lg_mem *mem, const lg_scenario *scenario);
void lg_members_free(lg_members *members);

/** How many there are; 0 is fine: a site need not have homes. */
uint32_t lg_members_count(const lg_members *members);
/** The area of member @p index; rising. */
uint32_t lg_members_area(const lg_members *members, uint32_t index);
/** Index of the member that @p area is or lies in; LG_NONE: none. */
uint32_t lg_members_of_area(const lg_members *members, uint32_t area);
/** The market that most members are directly below: the community. The root when there are no
 * members. */
uint32_t lg_members_community(const lg_members *members);
/** How many markets have members directly below. */
uint32_t lg_members_communities(const lg_members *members);
/** The lowest area that all members are below: the community when there is only one. */
uint32_t lg_members_scope(const lg_members *members);
/** The scripts that trade for member @p index, for a narrow column; lg_member_result has them all.
 */
const char *lg_members_strategy(const lg_members *members, uint32_t index);

/**
 * Adds the running slot; call after its last tick and before it closes.
 * @param caps  what the slot was opened with, one an asset
 */
void lg_members_slot(lg_members *members, const lg_market *market, const lg_moment *moment,
                     const lg_caps *caps);

/** Counts a trade of the spot market: what a home trades with a utility inside it goes through its
 * door. */
void lg_members_trade(lg_members *members, const lg_trade *trade);

/** Whether something could not be added, because the money of the run is past LG_RUN_MONEY_MAX_UCT:
 * the run is to end. */
bool lg_members_overflowed(const lg_members *members);

/** Adds what was measured of a slot, when its settlement market has closed; @p moment is the
 * slot's. Fees are those that ruled this market. */
void lg_members_settled(lg_members *members, const lg_settled *settled, const lg_moment *moment);

/**
 * The bottom lines, one a member in order; valid until the members are freed.
 * Energy left in or taken from storages is worth nothing here. @p settling: NULL when the run has
 * no settlement markets.
 */
const lg_member_result *lg_members_results(lg_members *members, const lg_market *market,
                                           const lg_settling *settling);

#endif
