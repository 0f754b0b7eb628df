/* host/market/by_plugin.h — matching by a rule of a plugin: what its call and the checking of its
 * recommendations share; nobody else includes it */
#ifndef LG_MARKET_BY_PLUGIN_H
#define LG_MARKET_BY_PLUGIN_H

#include <setjmp.h>
#include "market/engine.h"

/* What is shown refers to further lists, and these to further ones; each is sealed by itself, so
 * that no list is followed that somebody has written over. */
enum { LG__SEAL_ORDERS, LG__SEAL_REQUIREMENTS, LG__SEAL_LISTS, LG__SEALS };

struct lg__rule {
    lg_mem *mem;
    const lg_matcher *matcher;
    struct lg__terms_book terms;
    lg_match_counts *counts; /* of the matcher */

    /* the market being matched: what the rule sees, and whose order that is */
    lg_match_book book;
    lg_match_order *orders[2];
    uint32_t *records[2];       /* of the engine, by index in orders */
    uint32_t requirement_count; /* of all orders together */
    uint32_t count[2], order_capacity[2], record_capacity[2];
    lg_arena scratch;         /* copies of requirements, and what the rule asked for */
    uint64_t seal[LG__SEALS]; /* of all this, before the call */

    /* the running call */
    lg_match *matches;
    uint32_t match_count, match_capacity, match_max, ignored;
    lg_status failed;  /* of a service: LG_INVALID, LG_LIMIT, LG_MEMORY */
    jmp_buf abandoned; /* left by a rule that recommends on and on */
    char refusal[LG_ERR_TEXT_MAX];
};

/** Fills rule->orders with what could trade in @p area now. */
lg_status lg__rule_show(lg_market *m, uint32_t area) LG_CHECKED;
/** Takes the seals of what the rule is going to be shown. */
void lg__rule_seal(struct lg__rule *rule);
/** Whether all that was shown is still as it was sealed. */
bool lg__rule_intact(const struct lg__rule *rule);

/** Executes what the rule has recommended, pair by pair, as far as it may be. */
lg_status lg__rule_execute(lg_market *m, uint32_t area) LG_CHECKED;
/** Says a sentence that begins with the name of the rule. */
void lg__rule_say(const struct lg__rule *rule, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
