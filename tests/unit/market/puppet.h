/* tests/unit/market/puppet.h — a matching rule that does what a test says, and remembers what it
 * was shown */
#ifndef LG_TEST_MARKET_PUPPET_H
#define LG_TEST_MARKET_PUPPET_H

#include "town.h"

enum { PUPPET_SHOWN = 16 };

typedef struct puppet {
    /** What the rule does when it is called. */
    int32_t (*act)(struct puppet *puppet, const lg_match_book *book);
    lg_match match;                                          /* for acts that recommend one thing */
    lg_match_order bids[PUPPET_SHOWN], offers[PUPPET_SHOWN]; /* of the last call */
    uint32_t bid_count, offer_count, calls, enters, leaves;
    int64_t limit_uct; /* of the first bid under its first requirement */
    const char *left;  /* what leave() says */
    char heard[2000];  /* sentences, a line each */
    lg_matching rule;
    lg_match_counts counts;
    lg_matcher matcher;
} puppet;

/** A town whose markets @p puppet matches. One at a time, since rules have no state. */
void puppet_init(puppet *p, town *t, int32_t (*act)(puppet *, const lg_match_book *));

/** Acts: the one recommendation in puppet->match; every bid with every offer, as much as both had,
 * at the bid's limit; the same at the mean of both rates. */
int32_t puppet_one(puppet *p, const lg_match_book *book);
int32_t puppet_all(puppet *p, const lg_match_book *book);
int32_t puppet_mean(puppet *p, const lg_match_book *book);

#endif
