/* Orders and trades of the intraday market as scripts see them, and telling scripts of them. */
#include "script/intraday.h"

#include "base/clock.h"
#include "script/records.h"
#include "script/remote.h"

/* ---- what scripts are given ---- */

double lg__intraday_shown(int64_t thousandths)
{
    return (double)thousandths / 1000;
}

void lg__intraday_set_price(lua_State *L, const char *key, int64_t price)
{
    if (price != LG_TRADING_NO_PRICE)
        lg__set_number(L, key, lg__intraday_shown(price));
}

/* Start, duration, area and the slot of a period. */
void lg__intraday_set_period(const lg__tabled *c, uint32_t area, int64_t start_ms, uint32_t minutes)
{
    const lg_moment *now = &c->agent->moment;
    int64_t away = start_ms - now->slot_start_ms, slot_ms = c->agent->rules->slot_ms;
    int64_t slot =
        (int64_t)now->slot + (away >= 0 ? away / slot_ms : -((slot_ms - 1 - away) / slot_ms));
    lg__set_text(c->L, "area", c->rules->areas[area].code);
    lg__tabled_set_time(c->L, "start", start_ms);
    lg__set_integer(c->L, "duration", minutes);
    lua_pushinteger(c->L, (lua_Integer)slot);
    lua_setfield(c->L, -2, "slot");
}

void lg__intraday_push_order(const lg__tabled *c, const lg_trading_order *o)
{
    const lg_trading_terms *t = &o->terms;
    lua_State *L = c->L;
    lg__charge(L, LG__INTRADAY_COST);
    lua_createtable(L, 0, 20);
    lg__set_integer(L, "id", o->id);
    lg__set_integer(L, "gridpool", o->gridpool);
    lg__intraday_set_period(c, t->area, t->start_ms, t->minutes);
    lg__set_text(L, "type", lg_trading_type_word(t->type));
    lg__set_text(L, "side", lg_trading_side_word(t->side));
    if (t->execution)
        lg__set_text(L, "execution", lg_trading_execution_word(t->execution));
    lg__intraday_set_price(L, "price", t->price);
    lg__set_number(L, "quantity", lg__intraday_shown(t->quantity));
    lg__set_number(L, "open", lg__intraday_shown(o->open));
    lg__set_number(L, "filled", lg__intraday_shown(o->filled));
    lg__intraday_set_price(L, "stop_price", t->stop_price);
    lg__intraday_set_price(L, "peak_price_delta", t->peak_delta);
    if (t->display)
        lg__set_number(L, "display_quantity", lg__intraday_shown(t->display));
    if (t->valid_until_ms)
        lg__tabled_set_time(L, "valid_until", t->valid_until_ms);
    if (t->tag)
        lg__set_text(L, "tag", t->tag);
    lg__set_text(L, "state", lg_trading_state_word(o->state));
    lg__set_text(L, "reason", lg_trading_reason_word(o->reason));
    lg__set_text(L, "actor", lg_trading_actor_word(o->actor));
    lg__record_seal(L, LG__RECORD_TRADING_ORDER);
}

/* ---- callbacks ---- */

typedef struct told {
    const lg_trading_order *order; /* or */
    const lg_trading_public_trade *trade;
} told;

static void push_callback(lua_State *L, lg_callback callback)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_CALLBACKS);
    lua_rawgeti(L, -1, (lua_Integer)callback + 1);
    lua_remove(L, -2);
}

static int tell_function(lua_State *L)
{
    const told *what = lua_touserdata(L, 1);
    lg_agent *agent = lg__agent_of(L);
    const lg__tabled c = {.L = L, .agent = agent, .rules = lg_desk_intraday(agent->desk)};
    push_callback(L, what->order ? LG_CB_ORDER : LG_CB_PUBLIC_TRADE);
    if (what->order) {
        lg__intraday_push_order(&c, what->order);
    } else {
        const lg_trading_public_trade *t = what->trade;
        lua_createtable(L, 0, 8);
        lg__set_integer(L, "id", t->id);
        lg__intraday_set_period(&c, t->buy_area, t->start_ms, t->minutes);
        lg__set_text(L, "sell_area", c.rules->areas[t->sell_area].code);
        lg__set_number(L, "price", lg__intraday_shown(t->price));
        lg__set_number(L, "quantity", lg__intraday_shown(t->quantity));
        lg__record_seal(L, LG__RECORD_PUBLIC_TRADE);
    }
    agent->hosting = false;
    lua_call(L, 1, 0);
    agent->hosting = true;
    return 0;
}

void lg_agent_tell_order(lg_agent *agent, const lg_trading_order *order)
{
    const told what = {.order = order};
    if (agent->has[LG_CB_ORDER])
        lg__agent_run(agent, LG_CB_ORDER, tell_function, &what);
}

void lg_agent_tell_public_trade(lg_agent *agent, const lg_trading_public_trade *trade)
{
    const told what = {.trade = trade};
    if (agent->has[LG_CB_PUBLIC_TRADE])
        lg__agent_run(agent, LG_CB_PUBLIC_TRADE, tell_function, &what);
}

void lg_agent_told_intraday(lg_agent *agent)
{
    if (agent->L)
        lg__agent_collect_due(agent);
}

/* Changes of orders of all its gridpools, in the order in which they happened; then trades. What
 * the callbacks cause comes the next time. */
void lg__agent_traded(void *self, const lg_grown *grown)
{
    lg_agent *agent = self;
    const lg_trading *market = lg_desk_trading(agent->desk);
    uint64_t orders = grown->orders_from, trades = grown->trades_from;
    lg_trading_order order;
    lg_trading_public_trade trade;
    bool grew = false;
    while (agent->has[LG_CB_ORDER] &&
           lg_desk_next_order(agent->desk, &orders, grown->orders_until, &order)) {
        lg_agent_tell_order(agent, &order);
        grew = true;
    }
    while (agent->has[LG_CB_PUBLIC_TRADE] && trades < grown->trades_until)
        if (lg_trading_read_public_trade(market, &trades, &trade) == LG_TRADING_READ) {
            lg_agent_tell_public_trade(agent, &trade);
            grew = true;
        }
    if (grew)
        lg_agent_told_intraday(agent);
}
