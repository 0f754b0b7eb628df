/* Orders and trades of the intraday market as scripts see them, and telling scripts of them. */
#include "script/intraday.h"

#include "base/clock.h"
#include "script/records.h"

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

void lg__intraday_set_time(lua_State *L, const char *key, int64_t ms)
{
    char text[32];
    lg_clock_format_slot(ms, text);
    lg__set_text(L, key, text);
}

/* Start, duration, area and the slot of a period. */
void lg__intraday_set_period(const lg__intraday *c, uint32_t area, int64_t start_ms,
                             uint32_t minutes)
{
    const lg_moment *now = &c->agent->moment;
    int64_t away = start_ms - now->slot_start_ms, slot_ms = c->agent->rules->slot_ms;
    int64_t slot =
        (int64_t)now->slot + (away >= 0 ? away / slot_ms : -((slot_ms - 1 - away) / slot_ms));
    lg__set_text(c->L, "area", lg_trading_rules_of(c->market)->areas[area].code);
    lg__intraday_set_time(c->L, "start", start_ms);
    lg__set_integer(c->L, "duration", minutes);
    lua_pushinteger(c->L, (lua_Integer)slot);
    lua_setfield(c->L, -2, "slot");
}

void lg__intraday_push_order(const lg__intraday *c, const lg_trading_order *o)
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
        lg__intraday_set_time(L, "valid_until", t->valid_until_ms);
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
    const lg__intraday c = {.L = L, .agent = agent, .market = lg_desk_trading(agent->desk)};
    push_callback(L, what->order ? LG_CB_ORDER : LG_CB_PUBLIC_TRADE);
    if (what->order) {
        lg__intraday_push_order(&c, what->order);
    } else {
        const lg_trading_public_trade *t = what->trade;
        lua_createtable(L, 0, 8);
        lg__set_integer(L, "id", t->id);
        lg__intraday_set_period(&c, t->buy_area, t->start_ms, t->minutes);
        lg__set_text(L, "sell_area", lg_trading_rules_of(c.market)->areas[t->sell_area].code);
        lg__set_number(L, "price", lg__intraday_shown(t->price));
        lg__set_number(L, "quantity", lg__intraday_shown(t->quantity));
        lg__record_seal(L, LG__RECORD_PUBLIC_TRADE);
    }
    agent->hosting = false;
    lua_call(L, 1, 0);
    agent->hosting = true;
    return 0;
}

/* Changes of orders of all its gridpools, in the order in which they happened; then trades. What
 * the callbacks cause comes the next time. */
void lg__agent_traded(void *self)
{
    lg_agent *agent = self;
    const lg_trading *market = lg_desk_trading(agent->desk);
    uint32_t count;
    const uint32_t *own = lg_desk_gridpools(agent->desk, &count);
    uint64_t end = lg_trading_cursor(market, LG_TRADING_LOG_ORDERS);
    while (agent->L && agent->has[LG_CB_ORDER] && agent->order_cursor < end) {
        lg_trading_order first, order;
        uint64_t next = end;
        first.number = UINT64_MAX;
        for (uint32_t i = 0; i < count; i++) {
            uint64_t cursor = agent->order_cursor;
            while (lg_trading_read_order(market, own[i], &cursor, &order) == LG_TRADING_GONE)
                ;
            if (cursor > agent->order_cursor && cursor <= end && order.number + 1 == cursor &&
                order.number < first.number) {
                first = order;
                next = cursor;
            }
        }
        agent->order_cursor = next;
        const told what = {.order = &first};
        if (first.number != UINT64_MAX)
            lg__agent_run(agent, LG_CB_ORDER, tell_function, &what);
    }
    lg_trading_public_trade trade;
    uint64_t last = lg_trading_cursor(market, LG_TRADING_LOG_PUBLIC_TRADES);
    while (agent->L && agent->has[LG_CB_PUBLIC_TRADE] && agent->trade_cursor < last) {
        const told what = {.trade = &trade};
        if (lg_trading_read_public_trade(market, &agent->trade_cursor, &trade) == LG_TRADING_READ)
            lg__agent_run(agent, LG_CB_PUBLIC_TRADE, tell_function, &what);
    }
    if (agent->L)
        lg__agent_collect_due(agent);
}
