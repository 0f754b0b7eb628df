/* A trade is stored once, however many markets it passed: its legs are computed again by the
 * market's own arithmetic from the fees that ruled, and held against what was stored. */
#include "app/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/ledger.h"
#include "app/table.h"
#include "base/clock.h"
#include "grid/unit.h"

typedef struct story {
    lg_past *past;
    lg_arena arena;
    lg_site site;
    lg_rules rules;
    const char *scenario, *rule; /* rule: the word of the scenario, or the name of a plugin's */
    int64_t slot_count, tick_ms;
    lg_trade trade;
    int64_t rate_uct; /* what the buyer paid */
    lg_leg legs[2 * LG_DEPTH_MAX + 2];
    bool knows_utility;
    int64_t market_maker_uct, feed_in_uct; /* of the slot, grid fees not included */
} story;

/* ---- from the file ---- */

static const char *kept(story *s, lg_past_rows *rows, int column)
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

static lg_status read_run(story *s, lg_err *err)
{
    lg_past_rows rows;
    lg_past_ask(s->past, &rows,
                "SELECT scenario, slot_count, slot_s, ticks_per_slot, market_rule, fee_kind "
                "FROM runs",
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
    }
    lg_past_drop(&rows);
    lg_past_site(s->past, &s->arena, &s->site);
    lg_status status = lg_past_status(s->past, err);
    return status == LG_OK && !(s->scenario && s->rule) ? lg_fail(err, LG_MEMORY, "out of memory")
                                                        : status;
}

static lg_status no_such_trade(story *s, int64_t id, lg_err *err)
{
    lg_past_rows rows;
    int64_t first = 0, last = 0;
    bool keeps = true;
    lg_past_ask(s->past, &rows,
                "SELECT (SELECT min(trade) FROM trades), (SELECT max(trade) FROM trades), "
                "keeps_trades FROM runs",
                NULL, 0);
    if (lg_past_next(&rows)) {
        first = lg_past_int(&rows, 0);
        last = lg_past_int(&rows, 1);
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

static lg_status read_trade(story *s, int64_t id, lg_err *err)
{
    lg_past_rows rows;
    lg_trade *t = &s->trade;
    bool found;
    lg_past_ask(s->past, &rows,
                "SELECT t.slot, t.tick, x.start_ms, t.market, t.seller, t.buyer, t.energy_uwh, "
                "t.rate_uct, t.offer_rate_uct, t.bid_rate_uct, t.paid_uct, t.earned_uct, "
                "t.fees_uct FROM trades t JOIN slots x USING (slot) WHERE t.trade = ?",
                &id, 1);
    found = lg_past_next(&rows);
    if (found) {
        *t = (lg_trade){
            .id = (uint64_t)id,
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
    return found ? lg_past_status(s->past, err) : no_such_trade(s, id, err);
}

/* The fee that ruled a market in the slot of the trade. */
static int64_t fee_of(story *s, uint32_t area)
{
    bool constant = s->rules.fee_kind == LG_FEE_CONSTANT;
    const lg_area *a = &s->site.areas[area];
    int64_t fee = constant ? a->fee_uct : a->fee_ppb;
    const int64_t values[] = {area, s->trade.slot};
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

static void read_utility(story *s)
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
static lg_status make_legs(story *s, lg_err *err)
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
        s->legs[i] = (lg_leg){.area = path[i], .fee_rate_uct = fee_of(s, path[i])};
    lg_market_legs(&s->rules, s->rate_uct, t, s->legs);
    lg_status status = lg_past_status(s->past, err);
    if (status == LG_OK && (t->paid_uct != paid || t->earned_uct != earned || t->fees_uct != fees))
        return lg_fail(err, LG_STORE,
                       "%s: the money of trade %llu is not what its rate and the grid fees make of "
                       "it; another version of lunagrid has written it",
                       lg_past_file(s->past), (unsigned long long)t->id);
    return status;
}

/* ---- in words ---- */

static const char *name_of(const story *s, uint32_t asset)
{
    return s->site.assets[asset].name;
}

static void add_name(lg_text *out, const char *name)
{
    lg_table_cut(out, name, 0);
}

static void add_fixed(lg_text *out, const char *before, int64_t value, int decimals,
                      const char *after)
{
    lg_text_str(out, before);
    lg_text_fixed(out, value, decimals);
    lg_text_str(out, after);
}

static void write_head(const story *s, bool colours, lg_text *out)
{
    const lg_trade *t = &s->trade;
    char title[40], when[32], now[32];
    lg_clock_format_slot(t->slot_start_ms, when);
    lg_clock_format(t->time_ms, now);
    now[19] = 0;
    snprintf(title, sizeof title, "trade %llu", (unsigned long long)t->id);
    lg_table_style(out, colours, LG_BOLD, title);
    lg_text_str(out, " · ");
    add_name(out, s->scenario);
    lg_text_format(out, " · slot %u of %lld, %s · tick %u, %s\n\n ", t->slot + 1,
                   (long long)s->slot_count, when, t->tick, now + 11);
    add_name(out, name_of(s, t->seller));
    add_fixed(out, " sold ", t->energy_uwh, 9, " kWh to ");
    add_name(out, name_of(s, t->buyer));
    lg_text_str(out, ".\n\n");
}

/* The legs on one side of the market that matched: what their fees come to. */
static int64_t fees_between(story *s, bool offers_side)
{
    int64_t sum = 0;
    bool below = true; /* still before the market that matched, seen from the seller */
    for (uint32_t i = 0; i < s->trade.leg_count; i++) {
        bool here = s->legs[i].area == s->trade.market;
        if (offers_side == (below || here))
            sum += fee_of(s, s->legs[i].area);
        below = below && !here;
    }
    return sum;
}

/* What made the price. */
static const char *price_words(const story *s)
{
    if (s->rules.match == LG_ONE_SIDED)
        return "the buyer pays what the offer asks, with all fees on the way";
    if (s->rate_uct == s->trade.bid_rate_uct)
        return "the buyer pays its bid";
    if (strcmp(s->rule, "pay_as_clear") == 0)
        return "the buyer pays the clearing rate, with the fees on its way";
    return "the rate that the matching rule set";
}

static void write_meeting(story *s, lg_text *out)
{
    const lg_trade *t = &s->trade;
    bool constant = s->rules.fee_kind == LG_FEE_CONSTANT;
    int64_t up = fees_between(s, true), down = fees_between(s, false);
    int64_t offer = t->offer_rate_uct + (constant ? up : lg_fraction_of(t->offer_rate_uct, up));
    int64_t bid = t->bid_rate_uct - (constant ? down : lg_fraction_of(t->bid_rate_uct, down));
    add_fixed(out, " bid    ", t->bid_rate_uct, 6, " ct/kWh by ");
    add_name(out, name_of(s, t->buyer));
    lg_text_str(out, ": the most it pays, all grid fees included\n");
    add_fixed(out, " offer  ", t->offer_rate_uct, 6, " ct/kWh by ");
    add_name(out, name_of(s, t->seller));
    lg_text_str(out, ": the least it wants, grid fees not included\n met    in the market of ");
    add_name(out, s->site.areas[t->market].name);
    add_fixed(out, ", where the bid stood at ", bid, 6, "");
    add_fixed(out, " and the offer at ", offer, 6, " ct/kWh:\n        ");
    lg_text_str(out, constant ? "an offer has the fee of every market it entered added, "
                              : "an offer has its percentage of every market it entered added, ");
    lg_text_str(out, "a bid that of every market\n        it left taken off\n price  ");
    lg_text_fixed(out, s->rate_uct, 6);
    lg_text_format(out, " ct/kWh: %s\n\n", price_words(s));
}

static void add_exact(lg_table *table, lg_mem *mem, int64_t value, int decimals)
{
    lg_text text;
    lg_text_init(&text, mem);
    lg_text_fixed(&text, value, decimals);
    lg_table_cell(table, LG_PLAIN, lg_text_peek(&text));
    table->failed = table->failed || text.failed;
    lg_text_fini(&text);
}

static void write_legs(const story *s, lg_mem *mem, bool colours, lg_text *out)
{
    static const lg_column columns[] = {
        {.title = "market, from the buyer on", .left = true, .width_max = 30},
        {.title = "price", .unit = "ct/kWh"},
        {.title = "its fee", .unit = "ct/kWh"},
        {.title = "paid here", .unit = "ct"},
        {.title = "its fee", .unit = "ct"},
        {.title = "goes on", .unit = "ct"},
    };
    lg_table table;
    lg_table_init(&table, mem, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = s->trade.leg_count; i-- > 0;) {
        const lg_leg *leg = &s->legs[i];
        lg_table_cell(&table, LG_PLAIN, s->site.areas[leg->area].name);
        add_exact(&table, mem, leg->rate_uct, 6);
        add_exact(&table, mem, leg->fee_rate_uct, 6);
        add_exact(&table, mem, leg->price_uct, 6);
        add_exact(&table, mem, leg->fee_uct, 6);
        add_exact(&table, mem, leg->price_uct - leg->fee_uct, 6);
    }
    lg_table_print(&table, colours, " ", out);
    lg_table_fini(&table);
    lg_text_char(out, '\n');
}

static void write_totals(const story *s, lg_text *out)
{
    const lg_trade *t = &s->trade;
    uint32_t takers = 0;
    add_fixed(out, " paid      ", t->paid_uct, 6, " ct by ");
    add_name(out, name_of(s, t->buyer));
    add_fixed(out, "\n fees      ", t->fees_uct, 6, " ct");
    for (uint32_t i = t->leg_count; i-- > 0;)
        if (s->legs[i].fee_uct) {
            lg_text_str(out, takers++ ? ", " : " to ");
            add_name(out, s->site.areas[s->legs[i].area].name);
        }
    add_fixed(out, "\n received  ", t->earned_uct, 6, " ct by ");
    add_name(out, name_of(s, t->seller));
    add_fixed(out, ", ", s->legs[0].rate_uct - s->legs[0].fee_rate_uct, 6, " ct/kWh");
    if (t->rounding_uct) {
        add_fixed(out, "\n rounding  ", t->rounding_uct, 6, " ct, in the rounding account of ");
        add_name(out, s->site.areas[s->legs[0].area].name);
        lg_text_str(out, ": amounts are whole micro-cents\n\n");
    } else {
        lg_text_str(out, "\n rounding  none: paid = fees + received\n\n");
    }
}

/* One party against the utility: @p other is its rate at the party's market. */
static void write_other(const story *s, uint32_t asset, bool buys, int64_t own, int64_t other,
                        lg_text *out)
{
    int64_t gain = buys ? other - own : own - other;
    lg_text_char(out, ' ');
    add_name(out, name_of(s, asset));
    add_fixed(out, buys ? " would have paid " : " would have got ", other, 6, " ct/kWh there: it ");
    if (gain == 0) {
        lg_text_str(out, buys ? "paid the same\n" : "got the same\n");
        return;
    }
    lg_text_str(out, buys ? "paid " : "got ");
    lg_text_fixed(out, llabs(gain), 6);
    lg_text_str(out, (gain > 0) == buys ? " less" : " more");
    add_fixed(out, ", ", lg_money_uct(s->trade.energy_uwh, llabs(gain)), 6, " ct in all\n");
}

static int64_t fees_to_utility(story *s, uint32_t asset)
{
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    uint32_t count =
        lg_site_path(&s->site, s->site.assets[asset].area, lg_site_utility_area(&s->site), path);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += fee_of(s, path[i]);
    return sum;
}

static bool is_utility(const story *s, uint32_t asset)
{
    uint32_t role = s->site.assets[asset].role;
    return role == LG_ROLE_BUS || role == LG_ROLE_MARKET_MAKER;
}

static void write_utility(story *s, lg_text *out)
{
    const lg_trade *t = &s->trade;
    if (!s->knows_utility || (is_utility(s, t->seller) && is_utility(s, t->buyer)))
        return;
    add_fixed(out, "Against the utility, which asked ", s->market_maker_uct, 6, "");
    add_fixed(out, " and paid ", s->feed_in_uct, 6, " ct/kWh before grid fees:\n");
    lg_door_rates door = lg_ledger_door(s->market_maker_uct, s->feed_in_uct, 0, s->rules.fee_kind,
                                        fees_to_utility(s, t->buyer));
    if (!is_utility(s, t->buyer))
        write_other(s, t->buyer, true, s->rate_uct, door.buy_uct, out);
    door = lg_ledger_door(s->market_maker_uct, s->feed_in_uct, 0, s->rules.fee_kind,
                          fees_to_utility(s, t->seller));
    if (!is_utility(s, t->seller))
        write_other(s, t->seller, false, s->legs[0].rate_uct - s->legs[0].fee_rate_uct,
                    door.sell_uct, out);
}

lg_status lg_explain_trade(lg_mem *mem, lg_past *past, int64_t id, bool colours, lg_text *out,
                           lg_err *err)
{
    story s = {.past = past};
    lg_arena_init(&s.arena, mem, 1 << 14);
    lg_status status = read_run(&s, err);
    if (status == LG_OK)
        status = read_trade(&s, id, err);
    if (status == LG_OK)
        status = make_legs(&s, err);
    if (status == LG_OK) {
        read_utility(&s);
        write_head(&s, colours, out);
        write_meeting(&s, out);
        write_legs(&s, mem, colours, out);
        write_totals(&s, out);
        write_utility(&s, out);
        status = lg_past_status(past, err);
    }
    if (status == LG_OK && out->failed)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    lg_arena_drop(&s.arena);
    return status;
}
