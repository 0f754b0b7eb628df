/* host/market/rules.h — by which rules the markets of a site trade; constant during a run */
#ifndef LG_MARKET_RULES_H
#define LG_MARKET_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include "lunagrid/matching.h"

/** How orders become trades. */
typedef enum lg_match_rule {
    LG_ONE_SIDED,    /* pay-as-offer: buyers take the cheapest offers they see, up to their limit */
    LG_PAY_AS_BID,   /* two-sided: the buyer pays its bid */
    LG_PAY_AS_CLEAR, /* two-sided: one clearing rate; again while what is left crosses */
    LG_BY_PLUGIN,    /* two-sided: lg_rules.matcher recommends who trades with whom */
} lg_match_rule;

/* Why a pair that a rule of a plugin recommends is refused. */
#define LG_MATCH_REFUSAL_MAP(X)                                                                    \
    X(GONE, "an order that has nothing left")                                                      \
    X(ENERGY, "energy that is not positive, or more than the two orders have")                     \
    X(RATE, "a rate above the bid's or below the offer's")                                         \
    X(PARTY, "two orders of the same party")                                                       \
    X(REQUIREMENTS, "two orders whose requirements do not hold")

typedef enum lg_match_refusal {
#define X(name, text) LG_MATCH_##name##_REFUSED,
    LG_MATCH_REFUSAL_MAP(X)
#undef X
        LG_MATCH_REFUSAL_COUNT
} lg_match_refusal;

/** What a rule of a plugin has done, in all markets that it matches. */
typedef struct lg_match_counts {
    uint64_t calls, recommended;
    uint64_t unfinished; /* ticks of a market in which it was called as often as may be */
    uint64_t refused[LG_MATCH_REFUSAL_COUNT];
    bool aside; /* it misbehaved and is asked no more: nothing trades from then on */
} lg_match_counts;

/** A matching rule of a plugin and what surrounds its calls; app fills it. Functions but `match`
 * of the rule may be NULL. */
typedef struct lg_matcher {
    const lg_matching *rule;
    void *ctx;
    /** Before and after each call of the rule for the market @p name. leave() returns why the rule
     * must not go on; NULL: all is well. */
    void (*enter)(void *ctx, const char *name);
    const char *(*leave)(void *ctx);
    /** What the offers of @p asset are made of; lives as long as the engine. */
    const char *(*energy_type)(void *ctx, uint32_t asset);
    /** Hears a sentence when the rule is set aside, and of the first refusal of each kind. */
    void (*heard)(void *ctx, const char *sentence);
    lg_match_counts *counts; /* shared by all engines of the run */
} lg_matcher;

typedef enum lg_fee_kind { LG_FEE_CONSTANT, LG_FEE_PERCENTAGE } lg_fee_kind;

/** Which of the markets an engine is: a run has one spot market, and others beside it. */
typedef enum lg_market_type {
    LG_MARKET_SPOT,       /* of the running slot */
    LG_MARKET_SETTLEMENT, /* of a past one: what was measured against what was planned */
} lg_market_type;

typedef struct lg_rules {
    lg_market_type type; /* of a scenario: LG_MARKET_SPOT */
    lg_match_rule match;
    lg_fee_kind fee_kind;
    /* The base case without a local market: nothing is forwarded, every market trades among its own
     * assets by pay-as-bid, and what is left with the utility at the utility's rates. `match` is
     * LG_PAY_AS_BID then. Never with compat_gsy: there each home has a bus of its own instead. */
    bool no_market;
    /* A pure change of rate or energy keeps the order's place on its way through the markets;
     * false: an updated order starts its way anew, as on the reference exchange. */
    bool keep_age;
    /* "gsy-e": pay-as-clear with constant fees charges each buyer its own bid; with percentage
     * fees an offer at 0 ct adds none of those on its way to what the buyer's rate is divided by,
     * although each market takes its own; a one-sided load
     * accepts one offer a tick; energy stored of own production counts in the indicators once for
     * every market on its way that has a producer or a consumer, and the demand of loads
     * by hours a slot late; and see
     * lg_rules_interleave(). Everything else is the same in both. */
    bool compat_gsy;
    uint32_t slot_ms, tick_ms, ticks_per_slot;
    const lg_matcher *matcher; /* LG_BY_PLUGIN; outlives the engine */
    bool dof; /* orders may carry requirements and attributes, if the rule looks at them */
    /* Differences at or below these do not count; 0 outside of compatibility runs. */
    int64_t energy_tolerance_uwh, rate_tolerance_uct;
    uint32_t settlement_slots; /* slots that a settlement market stays open; 0: there are none */
    uint32_t board_posts;      /* of an agent that stay on the board; 0: there is no board */
    double settlement_std;     /* deviation of simulated measurements, relative to the forecast */
} lg_rules;

/**
 * Whether a tick is walked as on the reference exchange (2.3 of the reference): asset by asset,
 * each market matched as soon as those below it have been and the orders of its own assets have
 * been placed, instead of after all orders; one-sided buyers buy before their limit changes. An
 * order whose rate changes must then be a new one, so not with keep_age; and without local markets
 * there is nothing to walk for.
 */
static inline bool lg_rules_interleave(const lg_rules *rules)
{
    return rules->compat_gsy && !rules->keep_age && !rules->no_market;
}

#endif
