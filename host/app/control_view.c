/* What an owner sees of the own seats: bills, open orders, trades; nothing of whom they were with.
 */
#include <string.h>
#include "app/control_parts.h"
#include "grid/unit.h"
#include "market/market.h"

/* Bytes after which no more seats and assets are told of: a peer may not be sent much more at once.
 */
#define VIEW_MAX (LG_LINES_WAITING_MAX / 2)

static void comma(lg_text *out)
{
    char last = out->length ? out->data[out->length - 1] : '[';
    if (last != '[' && last != '{')
        lg_text_char(out, ',');
}

static void write_bill(const lg_bill *bill, lg_text *out)
{
    lg_reply_key(out, "bill");
    lg_text_char(out, '{');
    lg_reply_double(out, "bought_kWh", lg_kwh_from_uwh(bill->bought_uwh));
    lg_reply_double(out, "sold_kWh", lg_kwh_from_uwh(bill->sold_uwh));
    lg_reply_double(out, "spent_EUR", lg_eur_from_uct(bill->spent_uct));
    lg_reply_double(out, "fees_EUR", lg_eur_from_uct(bill->market_fee_uct));
    lg_reply_double(out, "earned_EUR", lg_eur_from_uct(bill->earned_uct));
    lg_reply_double(out, "total_EUR",
                    lg_eur_from_uct(bill->spent_uct + bill->market_fee_uct - bill->earned_uct));
    lg_text_char(out, '}');
}

static void write_orders(const lg_market *market, uint32_t asset, lg_text *out)
{
    lg_order orders[LG_ORDERS_MAX];
    lg_reply_key(out, "orders");
    lg_text_char(out, '[');
    for (int side = LG_BID; side <= LG_OFFER; side++) {
        uint32_t count = lg_market_orders(market, asset, (lg_side)side, orders, LG_ORDERS_MAX);
        for (uint32_t i = 0; i < count && i < LG_ORDERS_MAX; i++) {
            comma(out);
            lg_text_char(out, '{');
            lg_reply_str(out, "side", side == LG_BID ? "bid" : "offer");
            lg_reply_int(out, "id", (int64_t)orders[i].id);
            lg_reply_double(out, "energy_kWh", lg_kwh_from_uwh(orders[i].energy_uwh));
            lg_reply_double(out, "rate_ct_per_kWh", lg_ct_from_uct(orders[i].rate_uct));
            lg_text_char(out, '}');
        }
    }
    lg_text_char(out, ']');
}

static void write_assets(const lg_control *c, const lg_agent_spec *agent, lg_text *out)
{
    const lg_market *market = lg_world_market(c->input.world);
    lg_reply_key(out, "assets");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < agent->asset_count && out->length < VIEW_MAX; i++) {
        comma(out);
        lg_text_char(out, '{');
        lg_reply_str(out, "name", c->input.scenario->site.assets[agent->assets[i]].name);
        write_bill(&lg_market_account(market, agent->assets[i])->bill, out);
        write_orders(market, agent->assets[i], out);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

static bool has_asset_in(const lg_site *site, const lg_agent_spec *agent, uint32_t area)
{
    for (uint32_t i = 0; i < agent->asset_count; i++)
        if (lg_site_below(site, site->assets[agent->assets[i]].area, area))
            return true;
    return false;
}

/* The bottom lines of homes that are the seat's: the bill, and what it were without the market. */
static void write_homes(const lg_control_call *call, const lg_agent_spec *agent, lg_text *out)
{
    const lg_control *c = call->control;
    const lg_site *site = &c->input.scenario->site;
    uint32_t count;
    const lg_member_result *homes = lg_world_members(c->input.world, &count);
    lg_reply_key(out, "homes");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (!has_asset_in(site, agent, homes[i].area) ||
            !lg_control_owns_area(c, call->owner, homes[i].area))
            continue;
        comma(out);
        lg_text_char(out, '{');
        lg_reply_str(out, "name", site->areas[homes[i].area].name);
        lg_reply_double(out, "bill_EUR", lg_eur_from_uct(homes[i].bill_uct));
        lg_reply_double(out, "no_market_EUR", lg_eur_from_uct(homes[i].base_bill_uct));
        lg_reply_double(out, "saved_EUR",
                        lg_eur_from_uct(homes[i].base_bill_uct - homes[i].bill_uct));
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

static void write_trades(const lg_control *c, uint32_t seat, uint32_t most, lg_text *out)
{
    uint32_t count = c->deals ? lg_deals_count(c->deals, seat) : 0;
    lg_reply_key(out, "trades");
    lg_text_char(out, '[');
    for (uint32_t i = count > most ? count - most : 0; i < count; i++) {
        const lg_deal *deal = lg_deals_at(c->deals, seat, i);
        comma(out);
        lg_text_char(out, '{');
        lg_reply_int(out, "slot", deal->slot);
        lg_reply_int(out, "tick", deal->tick);
        lg_reply_str(out, "asset", c->input.scenario->site.assets[deal->asset].name);
        lg_reply_str(out, "side", deal->buys ? "buy" : "sell");
        lg_reply_double(out, "energy_kWh", lg_kwh_from_uwh(deal->energy_uwh));
        lg_reply_double(out, "price_ct", lg_ct_from_uct(deal->price_uct));
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

void lg_control_seat_state(const lg_control *c, uint32_t seat, lg_text *out)
{
    lg_seat_view view = lg_seats_view(lg_world_seats(c->input.world), seat);
    lg_reply_str(out, "name", view.name);
    lg_reply_str(out, "owner", c->input.scenario->agents[seat].owner);
    lg_reply_str(out, "state", view.left ? "left" : view.stood_in ? "baseline" : "script");
}

static void write_seat(const lg_control_call *call, uint32_t seat, uint32_t trades, lg_text *out)
{
    const lg_control *c = call->control;
    const lg_agent_spec *agent = &c->input.scenario->agents[seat];
    lg_seat_view view = lg_seats_view(lg_world_seats(c->input.world), seat);
    comma(out);
    lg_text_char(out, '{');
    lg_control_seat_state(c, seat, out);
    lg_reply_str(out, "script", view.script);
    lg_reply_int(out, "version", view.version);
    lg_reply_int(out, "faults", (int64_t)view.faults);
    write_homes(call, agent, out);
    write_assets(c, agent, out);
    write_trades(c, seat, trades, out);
    lg_text_char(out, '}');
}

void lg_control_do_view(lg_control_call *call)
{
    const lg_control *c = call->control;
    const lg_control_value *word = LG_CONTROL_ARG_OF(call, VIEW_SEAT);
    const lg_control_value *given = LG_CONTROL_ARG_OF(call, VIEW_TRADES);
    uint32_t trades = given->given ? (uint32_t)given->number : 20;
    uint32_t only = LG_NONE, left_out = 0;
    if (word->given && !lg_control_seat(call, word, &only))
        return;
    lg_reply_begin(call->out, call->request->id);
    lg_control_place(c, call->out);
    lg_reply_key(call->out, "seats");
    lg_text_char(call->out, '[');
    for (uint32_t i = 0; i < c->input.scenario->agent_count; i++)
        if (only == LG_NONE ? !lg_control_owns(c, call->owner, i) : i != only)
            continue;
        else if (call->out->length < VIEW_MAX)
            write_seat(call, i, trades, call->out);
        else
            left_out++;
    lg_text_char(call->out, ']');
    if (left_out)
        lg_reply_int(call->out, "left_out", left_out);
    lg_reply_end(call->out);
}
