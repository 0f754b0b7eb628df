/*
 * The two ends of an asset's ramps, held against each other once the defaults of that exchange are
 * known: what it refuses is refused, and what does not do what it seems to say is told.
 */
#include "scenario/gsy.h"

#include <math.h>

typedef struct limits {
    lg__gsy *g;
    const char *label;
    const lg_conf *asset; /* ours */
} limits;

static bool is_true(const lg_conf *table, const char *key)
{
    const lg_conf *item = lg_conf_get(table, key);
    return item && item->type == LG_CONF_BOOL && item->number != 0;
}

/* One end of a ramp: what is said, else the exchange's default. */
typedef struct limit {
    const char *key;
    const lg_conf *said; /* NULL: nothing */
    double ct;           /* NaN: changes over time */
} limit;

static limit limit_of(const limits *l, const char *key, double otherwise)
{
    const lg_conf *said = lg_conf_get(l->asset, key);
    return (limit){key, said,
                   !said                          ? otherwise
                   : said->type == LG_CONF_NUMBER ? said->number
                                                  : NAN};
}

/* What is bought dearer than it is sold loses with every cycle: that exchange refuses it, whether
 * it was said so or is its default (8.4 and 14.2 of the reference). False
 * after a problem. */
static bool check_storage(const limits *l)
{
    const limit buys[] = {limit_of(l, "final_buying_rate", 24.9),
                          limit_of(l, "initial_buying_rate", 0)};
    const limit sells[] = {limit_of(l, "final_selling_rate", 25),
                           limit_of(l, "initial_selling_rate", 30)};
    for (int i = 0; i < 4; i++) {
        const limit *buy = &buys[i / 2], *sell = &sells[i % 2];
        if (!(buy->ct > sell->ct))
            continue;
        const limit *at = buy->said ? buy : sell, *other = at == buy ? sell : buy;
        lg__problem(l->g->r, at->said, l->label, at->key,
                    "%.15g is %s %s, %.15g%s: expected that a storage buys at most for what it "
                    "sells",
                    at->ct, at == buy ? "above" : "below", other->key, other->ct,
                    other->said ? "" : " by default");
        return false;
    }
    return true;
}

/* A ramp that would run the wrong way does not run: all its orders have the final rate. */
static void check_ramp(const limits *l, const char *initial, const char *final, bool up)
{
    limit first = limit_of(l, initial, NAN), last = limit_of(l, final, NAN);
    if (up ? first.ct > last.ct : first.ct < last.ct)
        lg__warning(l->g->r, first.said, l->label, initial,
                    "%.15g is %s %s, %.15g: every order is at the latter", first.ct,
                    up ? "above" : "below", final, last.ct);
}

void lg__gsy_limits(lg__gsy *g, const char *label, enum lg__gsy_kind kind, const lg_conf *asset)
{
    const limits l = {g, label, asset};
    if (is_true(asset, "use_market_maker_rate"))
        return;
    if (kind == LG__GSY_STORAGE && !check_storage(&l))
        return;
    check_ramp(&l, "initial_buying_rate", "final_buying_rate", true);
    if (!is_true(asset, "cap_price_strategy"))
        check_ramp(&l, "initial_selling_rate", "final_selling_rate", false);
}
