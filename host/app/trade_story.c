/* A trade is stored once, however many markets it passed: its legs are computed again by the
 * market's own arithmetic from the fees that ruled, and held against what was stored. */
#include "app/trade_story.h"

#include <string.h>
#include "base/clock.h"
#include "base/num.h"

static const char *kept(lg_trade_story *s, lg_past_rows *rows, int column)
{
    const char *text = lg_past_text(rows, column);
    return lg_arena_text(&s->arena, text, strlen(text));
}

static lg_match_rule rule_of(const char *word)
{
    return strcmp(word, "one_sided") == 0      ? LG_ONE_SIDED
           : strcmp(word, "pay_as_clear") == 0 ? LG_PAY_AS_CLEAR
                                               : LG_PAY_AS_BID;
}

static lg_status read_run(lg_trade_story *s, lg_err *err)
{
    lg_past_rows rows;
    lg_past_ask(s->past, &rows,
                "SELECT scenario, slot_count, slot_s, ticks_per_slot, market_rule, fee_kind, "
                "compat FROM runs",
                NULL, 0);
    if (lg_past_next(&rows)) {
        int64_t ticks = lg_past_int(&rows, 3);
        s->scenario = kept(s, &rows, 0);
        s->rule = kept(s, &rows, 4);
        s->slot_count = lg_past_int(&rows, 1);
        s->tick_ms = ticks > 0 ? lg_past_int(&rows, 2) * LG_SECOND_MS / ticks : 0;
        s->rules.match = rule_of(lg_past_text(&rows, 4));
        s->rules.fee_kind =
            strcmp(lg_past_text(&rows, 5), "percentage") == 0 ? LG_FEE_PERCENTAGE : LG_FEE_CONSTANT;
        s->rules.compat_gsy = strcmp(lg_past_text(&rows, 6), "gsy-e") == 0;
    }
    lg_past_drop(&rows);
    lg_past_site(s->past, &s->arena, &s->site);
    lg_status status = lg_past_status(s->past, err);
    return status == LG_OK && !(s->scenario && s->rule) ? lg_fail(err, LG_MEMORY, "out of memory")
                                                        : status;
}

/* Both tables number their trades together; runs of older versions have the first one only. */
static bool has_settlement(lg_trade_story *s)
{
    return lg_past_has(s->past, "settlement_trades");
}

static lg_status no_such_trade(lg_trade_story *s, int64_t id, lg_err *err)
{
    static const char ends[] = "SELECT (SELECT min(trade) FROM trades), (SELECT max(trade) FROM "
                               "trades), keeps_trades, NULL, NULL FROM runs";
    static const char all_ends[] =
        "SELECT (SELECT min(trade) FROM trades), (SELECT max(trade) FROM trades), keeps_trades, "
        "(SELECT min(trade) FROM settlement_trades), (SELECT max(trade) FROM settlement_trades) "
        "FROM runs";
    lg_past_rows rows;
    int64_t first = 0, last = 0;
    bool keeps = true;
    lg_past_ask(s->past, &rows, has_settlement(s) ? all_ends : ends, NULL, 0);
    if (lg_past_next(&rows)) {
        bool spot = !lg_past_is_null(&rows, 0), settled = !lg_past_is_null(&rows, 3);
        first = lg_past_int(&rows, spot ? 0 : 3);
        if (spot && settled)
            first = lg_min64(first, lg_past_int(&rows, 3));
        last = lg_max64(lg_past_int(&rows, 1), lg_past_int(&rows, 4));
        keeps = lg_past_int(&rows, 2) != 0;
    }
    lg_past_drop(&rows);
    lg_status status = lg_past_status(s->past, err);
    if (status != LG_OK)
        return status;
    const char *file = lg_past_file(s->past);
    if (!keeps)
        return lg_fail(err, LG_UNKNOWN, "%s keeps no trades; run it with --set results.trades=true",
                       file);
    if (last == 0)
        return lg_fail(err, LG_UNKNOWN, "there is no trade %lld: nothing was traded in %s",
                       (long long)id, file);
    return lg_fail(err, LG_UNKNOWN, "there is no trade %lld in %s; its trades are %lld to %lld",
                   (long long)id, file, (long long)first, (long long)last);
}

#define TRADE_OF(table)                                                                            \
    "SELECT t.slot, t.tick, x.start_ms, t.market, t.seller, t.buyer, t.energy_uwh, t.rate_uct, "   \
    "t.offer_rate_uct, t.bid_rate_uct, t.paid_uct, t.earned_uct, t.fees_uct FROM " table           \
    " t JOIN slots x USING (slot) WHERE t.trade = ?"

/* Looks trade @p id up in the table of @p type. */
static bool find_trade(lg_trade_story *s, int64_t id, lg_market_type type)
{
    lg_past_rows rows;
    lg_trade *t = &s->trade;
    lg_past_ask(s->past, &rows,
                type == LG_MARKET_SETTLEMENT ? TRADE_OF("settlement_trades") : TRADE_OF("trades"),
                &id, 1);
    bool found = lg_past_next(&rows);
    if (found) {
        *t = (lg_trade){
            .id = (uint64_t)id,
            .type = type,
            .slot = (uint32_t)lg_past_int(&rows, 0),
            .tick = (uint32_t)lg_past_int(&rows, 1),
            .slot_start_ms = lg_past_int(&rows, 2),
            .market = (uint32_t)lg_past_int(&rows, 3),
            .seller = (uint32_t)lg_past_int(&rows, 4),
            .buyer = (uint32_t)lg_past_int(&rows, 5),
            .energy_uwh = lg_past_int(&rows, 6),
            .offer_rate_uct = lg_past_int(&rows, 8),
            .bid_rate_uct = lg_past_int(&rows, 9),
            .paid_uct = lg_past_int(&rows, 10),
            .earned_uct = lg_past_int(&rows, 11),
            .fees_uct = lg_past_int(&rows, 12),
        };
        t->time_ms = t->slot_start_ms + t->tick * s->tick_ms;
        s->rate_uct = lg_past_int(&rows, 7);
    }
    lg_past_drop(&rows);
    return found;
}

static lg_status read_trade(lg_trade_story *s, int64_t id, lg_err *err)
{
    if (find_trade(s, id, LG_MARKET_SPOT) ||
        (has_settlement(s) && find_trade(s, id, LG_MARKET_SETTLEMENT))) {
        if (s->trade.type == LG_MARKET_SETTLEMENT && s->rules.match == LG_ONE_SIDED)
            s->rules.match = LG_PAY_AS_BID; /* as settlement markets are then */
        return lg_past_status(s->past, err);
    }
    return no_such_trade(s, id, err);
}

int64_t lg_trade_story_fee(lg_trade_story *s, uint32_t area)
{
    bool constant = s->rules.fee_kind == LG_FEE_CONSTANT;
    const lg_area *a = &s->site.areas[area];
    int64_t fee = constant ? a->fee_uct : a->fee_ppb;
    /* a settlement market opens with the fees of the slot that begins then */
    const int64_t values[] = {area, s->trade.slot + (s->trade.type == LG_MARKET_SETTLEMENT)};
    lg_past_rows rows;
    lg_past_ask(s->past, &rows,
                "SELECT fee_uct, fee_ppb FROM fees WHERE area = ? AND slot <= ? "
                "ORDER BY slot DESC LIMIT 1",
                values, 2);
    if (lg_past_next(&rows))
        fee = lg_past_int(&rows, constant ? 0 : 1);
    lg_past_drop(&rows);
    return fee;
}

static void read_utility(lg_trade_story *s)
{
    const int64_t slot = s->trade.slot;
    lg_past_rows rows;
    lg_past_ask(s->past, &rows, "SELECT market_maker_uct, feed_in_uct FROM slots WHERE slot = ?",
                &slot, 1);
    s->knows_utility = lg_past_next(&rows) && !lg_past_is_null(&rows, 0);
    if (s->knows_utility) {
        s->market_maker_uct = lg_past_int(&rows, 0);
        s->feed_in_uct = lg_past_int(&rows, 1);
    }
    lg_past_drop(&rows);
}

/* The legs, and whether they come to what was stored. */
static lg_status make_legs(lg_trade_story *s, lg_err *err)
{
    lg_trade *t = &s->trade;
    const int64_t paid = t->paid_uct, earned = t->earned_uct, fees = t->fees_uct;
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    if (t->seller >= s->site.asset_count || t->buyer >= s->site.asset_count)
        return lg_fail(err, LG_STORE, "%s: trade %llu is between assets that are not in it",
                       lg_past_file(s->past), (unsigned long long)t->id);
    t->leg_count =
        lg_site_path(&s->site, s->site.assets[t->seller].area, s->site.assets[t->buyer].area, path);
    for (uint32_t i = 0; i < t->leg_count; i++)
        s->legs[i] = (lg_leg){.area = path[i], .fee_rate_uct = lg_trade_story_fee(s, path[i])};
    lg_market_legs(&s->rules, s->rate_uct, t, s->legs);
    lg_status status = lg_past_status(s->past, err);
    if (status == LG_OK && (t->paid_uct != paid || t->earned_uct != earned || t->fees_uct != fees))
        return lg_fail(err, LG_STORE,
                       "%s: the money of trade %llu is not what its rate and the grid fees make of "
                       "it; another version of lunagrid has written it",
                       lg_past_file(s->past), (unsigned long long)t->id);
    return status;
}

lg_status lg_trade_story_read(lg_mem *mem, lg_past *past, int64_t id, lg_trade_story *story,
                              lg_err *err)
{
    *story = (lg_trade_story){.past = past};
    lg_arena_init(&story->arena, mem, 1 << 14);
    lg_status status = read_run(story, err);
    if (status == LG_OK)
        status = read_trade(story, id, err);
    if (status == LG_OK)
        status = make_legs(story, err);
    if (status != LG_OK)
        return status;
    read_utility(story);
    return lg_past_status(past, err);
}

void lg_trade_story_fini(lg_trade_story *story)
{
    lg_arena_drop(&story->arena);
}
