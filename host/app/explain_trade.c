/* The page about a trade: from who sold what to whom down to what the utility would have asked.
 * Amounts are printed to the micro-cent, since it is here that people check the sums. */
#include "app/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/ledger.h"
#include "app/table.h"
#include "app/trade_story.h"
#include "base/clock.h"
#include "grid/unit.h"

static const char *name_of(const lg_trade_story *s, uint32_t asset)
{
    return s->site.assets[asset].name;
}

static bool is_settlement(const lg_trade_story *s)
{
    return s->trade.type == LG_MARKET_SETTLEMENT;
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

static void write_head(const lg_trade_story *s, bool colours, lg_text *out)
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
    lg_text_format(out, " · %sslot %u of %lld, %s · tick %u, %s\n\n ",
                   is_settlement(s) ? "settlement of " : "", t->slot + 1, (long long)s->slot_count,
                   when, t->tick, now + 11);
    add_name(out, name_of(s, t->seller));
    add_fixed(out, " sold ", t->energy_uwh, 9, " kWh to ");
    add_name(out, name_of(s, t->buyer));
    lg_text_str(out,
                is_settlement(s)
                    ? ": energy that was measured otherwise than it was planned,\n traded when "
                      "the slot was over, with the grid fees that ruled when its settlement "
                      "began.\n\n"
                    : ".\n\n");
}

/* The legs on one side of the market that matched: what their fees come to. */
static int64_t fees_between(lg_trade_story *s, bool offers_side)
{
    int64_t sum = 0;
    bool below = true; /* still before the market that matched, seen from the seller */
    for (uint32_t i = 0; i < s->trade.leg_count; i++) {
        bool here = s->legs[i].area == s->trade.market;
        if (offers_side == (below || here))
            sum += lg_trade_story_fee(s, s->legs[i].area);
        below = below && !here;
    }
    return sum;
}

/* What made the price. */
static const char *price_words(const lg_trade_story *s)
{
    if (s->rules.match == LG_ONE_SIDED)
        return "the buyer pays what the offer asks, with all fees on the way";
    if (s->rate_uct == s->trade.bid_rate_uct)
        return "the buyer pays its bid";
    if (strcmp(s->rule, "pay_as_clear") == 0)
        return "the buyer pays the clearing rate, with the fees on its way";
    return "the rate that the matching rule set";
}

static void write_meeting(lg_trade_story *s, lg_text *out)
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

static void write_legs(const lg_trade_story *s, lg_mem *mem, bool colours, lg_text *out)
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

static void write_totals(const lg_trade_story *s, lg_text *out)
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
    bool joined = true; /* what one market's seller gets is what the next one's buyer pays */
    for (uint32_t i = 1; i < t->leg_count; i++)
        joined &= s->legs[i].price_uct - s->legs[i].fee_uct == s->legs[i - 1].price_uct;
    if (!joined) {
        add_fixed(out, "\n unpaid    ", -t->rounding_uct, 6,
                  " ct: as on gsy-e an offer at 0 ct bears no fee, and the markets on its way take "
                  "theirs all the same\n\n");
    } else if (t->rounding_uct) {
        add_fixed(out, "\n rounding  ", t->rounding_uct, 6, " ct, in the rounding account of ");
        add_name(out, s->site.areas[s->legs[0].area].name);
        lg_text_str(out, ": amounts are whole micro-cents\n\n");
    } else {
        lg_text_str(out, "\n rounding  none: paid = fees + received\n\n");
    }
}

/* One party against the utility: @p other is its rate at the party's market. */
static void write_other(const lg_trade_story *s, uint32_t asset, bool buys, int64_t own,
                        int64_t other, lg_text *out)
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

static int64_t fees_to_utility(lg_trade_story *s, uint32_t asset)
{
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    uint32_t count =
        lg_site_path(&s->site, s->site.assets[asset].area, lg_site_utility_area(&s->site), path);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += lg_trade_story_fee(s, path[i]);
    return sum;
}

static bool is_utility(const lg_trade_story *s, uint32_t asset)
{
    uint32_t role = s->site.assets[asset].role;
    return role == LG_ROLE_BUS || role == LG_ROLE_MARKET_MAKER;
}

static void write_utility(lg_trade_story *s, lg_text *out)
{
    const lg_trade *t = &s->trade;
    if (!s->knows_utility || (is_utility(s, t->seller) && is_utility(s, t->buyer)))
        return;
    add_fixed(out, "Against the utility, which asked ", s->market_maker_uct, 6, "");
    add_fixed(out, " and paid ", s->feed_in_uct, 6, " ct/kWh before grid fees");
    lg_text_str(out, is_settlement(s) ? " for what nobody settled:\n" : ":\n");
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
    lg_trade_story s;
    lg_status status = lg_trade_story_read(mem, past, id, &s, err);
    if (status == LG_OK) {
        write_head(&s, colours, out);
        write_meeting(&s, out);
        write_legs(&s, mem, colours, out);
        write_totals(&s, out);
        write_utility(&s, out);
        status = lg_past_status(past, err);
    }
    if (status == LG_OK && out->failed)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    lg_trade_story_fini(&s);
    return status;
}
