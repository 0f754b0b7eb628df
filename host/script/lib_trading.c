/*
 * trading: the intraday market, where the agent trades for its gridpools. Every function takes one
 * table
 *
 *     local order, why, code = trading.create{side = "sell", price = 84.5, quantity = 0.012,
 *                                             slot = info.slot + 4, duration = 15}
 *
 * Prices are per MWh, quantities in MW over the whole period. A period is named by its `start`, or
 * by the number of the slot in which it starts, and its duration in minutes. What changes something
 * suspends the callback, as grid.batch:execute() does, and returns the order as it stands then;
 * nil, sentence and code when it is refused, where the code names the field, or why. Where nothing
 * can wait (on_trade, on_order, on_public_trade, the top level) it goes out with the batch and true
 * is returned. Errors: wrong types, unknown keys and words, areas and gridpools that do not exist.
 */
#include "script/intraday.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "script/frozen.h"
#include "script/intraday_keys.h"
#include "script/records.h"

enum { COST_ASK = 50, REFUSAL_MAX = 320 };

/* A call of @p name: its table has no key but those that api.def gives it. */
static lg__tabled begin(lua_State *L, const char *name)
{
    lg__tabled c = lg__tabled_begin(L, name);
    const char *function = name + strlen("trading.");
    lg__intraday_list list;
    LG_ASSERT(lg__intraday_keys_of(function, strlen(function), &list));
    lg__tabled_keys(&c, list.items, list.names.count);
    return c;
}

static lg_look_walk begin_look(const lg__tabled *c, const lg_look *look)
{
    return lg_look_begin(c->agent->desk, c->agent->sight.looks, look);
}

/* ---- what changes something ---- */

static bool find_order(const lg__tabled *c, uint32_t gridpool, uint64_t order, lg_look_row *row)
{
    const lg_look look = {.kind = LG_LOOK_ORDER, .gridpool = gridpool, .max = 1, .order = order};
    lg_look_walk walk = begin_look(c, &look);
    return lg_look_next(&walk, row);
}

static void refusal(const lg__tabled *c, const lg_trading_ask *what, lg_trading_why why,
                    char out[REFUSAL_MAX])
{
    lg_look_row row;
    lg_text text;
    uint32_t area = what->terms.area;
    if (what->kind != LG_ASK_CREATE)
        area = find_order(c, what->gridpool, what->order, &row) ? row.order.terms.area : UINT32_MAX;
    lg_text_init(&text, c->agent->mem);
    lg_trading_refusal(c->rules, what, area, why, &text);
    snprintf(out, REFUSAL_MAX, "%s", lg_text_peek(&text));
    lg_text_fini(&text);
}

/* nil, sentence and code. */
static int refused(const lg__tabled *c, const lg_trading_ask *what, const lg_trading_done *done)
{
    char sentence[REFUSAL_MAX];
    refusal(c, what, done->why, sentence);
    lua_pushnil(c->L);
    lua_pushstring(c->L, sentence);
    lua_pushstring(c->L, lg_trading_answer_of(done->why, 0).word);
    return 3;
}

/* What came of the request that stood at @p context of the batch. */
static int asked(lua_State *L, int status, lua_KContext context)
{
    lg__tabled c = {.L = L, .agent = lg__agent_of(L)};
    uint32_t count;
    (void)status;
    c.agent->waiting = false;
    c.rules = lg_desk_intraday(c.agent->desk);
    const lg_trading_done *dones = lg_desk_dones(c.agent->desk, &count);
    if ((uint32_t)context >= count)
        return luaL_error(L, "the request to the intraday market was lost");
    const lg_trading_done done = dones[context];
    lg_look_row row;
    if (done.why != LG_TRADING_OK_WHY) {
        return refused(&c, &lg_desk_asks(c.agent->desk)[context], &done);
    }
    if (!done.order)
        lua_pushinteger(L, done.count);
    else if (find_order(&c, done.gridpool, done.order, &row))
        lg__intraday_push_order(&c, &row.order);
    else
        lua_pushboolean(L, 1);
    return 1;
}

static int ask(const lg__tabled *c, const lg_trading_ask *what)
{
    lg_agent *agent = c->agent;
    lua_State *L = c->L;
    if (!agent->batch)
        return luaL_error(L, "%s: an expression can only read", c->name);
    lg__charge(L, COST_ASK);
    uint32_t at = lg_desk_mark_of(agent->desk).asks;
    return lg__tabled_wait(c, lg_desk_ask(agent->desk, what), at, asked);
}

static void read_quantities(const lg__tabled *c, lg_trading_terms *t)
{
    t->price = lg__intraday_thousandths(c, "price", LG_TRADING_NO_PRICE, INT64_MAX);
    t->quantity = lg__intraday_thousandths(c, "quantity", 0, INT64_MAX);
    t->stop_price = lg__intraday_thousandths(c, "stop_price", LG_TRADING_NO_PRICE, INT64_MAX);
    t->peak_delta = lg__intraday_thousandths(c, "peak_price_delta", LG_TRADING_NO_PRICE, INT64_MAX);
    t->display = lg__intraday_thousandths(c, "display_quantity", 0, INT64_MAX);
    t->execution = lg__intraday_word(c, "execution", lg_trading_execution_word);
    t->valid_until_ms = lg__tabled_time(c, "valid_until", 0);
    t->tag = lg__tabled_text(c, "tag");
}

static int l_trading_create(lua_State *L)
{
    lg__tabled c = begin(L, "trading.create");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    lg_trading_ask what = {.kind = LG_ASK_CREATE, .gridpool = lg__intraday_gridpool(&c)};
    lg_trading_terms *t = &what.terms;
    t->area = lg__intraday_area(&c, true);
    t->start_ms = lg__tabled_start(&c, INT64_MIN);
    lg__tabled_need_start(&c, t->start_ms);
    t->minutes = lg__tabled_duration(&c);
    t->type = lg__intraday_word(&c, "type", lg_trading_type_word);
    t->type = t->type ? t->type : LG_TRADING_LIMIT;
    t->side = lg__intraday_word(&c, "side", lg_trading_side_word);
    read_quantities(&c, t);
    return ask(&c, &what);
}

/* An order by its number, or as it was given to the script. */
static uint64_t order_at(const lg__tabled *c)
{
    if (lg__tabled_get(c, "order") == LUA_TTABLE) {
        lua_pushstring(c->L, "id");
        lua_rawget(c->L, -2);
    }
    int whole = 0;
    lua_Integer id = lua_tointegerx(c->L, -1, &whole);
    if (!whole || id <= 0)
        luaL_error(c->L, "%s: \"order\" must be an order or its id", c->name);
    return (uint64_t)id;
}

/* A key is set by its value, and cleared by false, which takes its place in the table. */
static uint32_t set_of(const lg__tabled *c)
{
    static const struct {
        const char *key;
        uint32_t bit;
    } fields[] = {
        {"price", LG_TRADING_SET_PRICE},
        {"quantity", LG_TRADING_SET_QUANTITY},
        {"stop_price", LG_TRADING_SET_STOP_PRICE},
        {"peak_price_delta", LG_TRADING_SET_PEAK_DELTA},
        {"display_quantity", LG_TRADING_SET_DISPLAY},
        {"execution", LG_TRADING_SET_EXECUTION},
        {"valid_until", LG_TRADING_SET_VALID_UNTIL},
        {"tag", LG_TRADING_SET_TAG},
    };
    uint32_t set = 0;
    lua_newtable(c->L); /* what is not cleared: the caller's table stays as it is */
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        int type = lg__tabled_get(c, fields[i].key);
        set |= type == LUA_TNIL ? 0 : fields[i].bit;
        if (type == LUA_TBOOLEAN && !lua_toboolean(c->L, -1))
            lua_pop(c->L, 1);
        else
            lua_setfield(c->L, 2, fields[i].key);
    }
    lua_replace(c->L, 1);
    return set;
}

static int l_trading_update(lua_State *L)
{
    lg__tabled c = begin(L, "trading.update");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    lg_trading_ask what = {.kind = LG_ASK_UPDATE, .gridpool = lg__intraday_gridpool(&c)};
    what.order = order_at(&c);
    lua_settop(L, 1);
    what.set = set_of(&c);
    read_quantities(&c, &what.terms);
    return ask(&c, &what);
}

static int l_trading_cancel(lua_State *L)
{
    lg__tabled c = begin(L, "trading.cancel");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    lg_trading_ask what = {.kind = LG_ASK_CANCEL, .gridpool = lg__intraday_gridpool(&c)};
    what.order = order_at(&c);
    return ask(&c, &what);
}

static int l_trading_cancel_all(lua_State *L)
{
    lg__tabled c = begin(L, "trading.cancel_all");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    const lg_trading_ask what = {.kind = LG_ASK_CANCEL_ALL, .gridpool = lg__intraday_gridpool(&c)};
    return ask(&c, &what);
}

/* ---- what looks ---- */

static uint32_t limit_at(const lg__tabled *c, uint32_t otherwise)
{
    lua_Integer limit = lg__tabled_integer(c, "limit", otherwise);
    if (limit < 1 || limit > LG_LOOK_ROWS_MAX)
        luaL_error(c->L, "%s: \"limit\" must be 1 to %d", c->name, LG_LOOK_ROWS_MAX);
    return (uint32_t)limit;
}

/* Of orders, or trades: what fits. */
static lg_look filter_at(const lg__tabled *c, lg_look_kind kind)
{
    lg_look look = {
        .kind = kind,
        .gridpool = lg__intraday_gridpool(c),
        .max = limit_at(c, 100),
        .side = lg__intraday_word(c, "side", lg_trading_side_word),
        .area = lg__intraday_area(c, false),
        .tag = lg__tabled_text(c, "tag"),
        .start_ms = lg__tabled_start(c, INT64_MIN),
        .until_ms = INT64_MAX,
    };
    if (look.start_ms != INT64_MIN)
        look.until_ms = look.start_ms + 1;
    return look;
}

/* Of one period. */
static lg_look period_at(const lg__tabled *c, lg_look_kind kind)
{
    lg_look look = {
        .kind = kind,
        .area = lg__intraday_area(c, true),
        .minutes = lg__tabled_duration(c),
        .start_ms = lg__tabled_start(c, INT64_MIN),
        .max = 1,
    };
    lg__tabled_need_start(c, look.start_ms);
    return look;
}

static int l_trading_orders(lua_State *L)
{
    lg__tabled c = begin(L, "trading.orders");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    lg_look look = filter_at(&c, LG_LOOK_ORDERS);
    uint32_t state = lg__intraday_word(&c, "state", lg_trading_state_word);
    look.states = state ? 1u << state : 0;
    lua_newtable(L);
    lg_look_walk walk = begin_look(&c, &look);
    lg_look_row row;
    for (lua_Integer i = 1; lg_look_next(&walk, &row); i++) {
        lg__intraday_push_order(&c, &row.order);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static void push_side(const lg__tabled *c, const lg_look *look)
{
    lg_trading_public_order *rows = lua_newuserdatauv(c->L, look->max * sizeof *rows, 0);
    uint32_t count = lg_look_book(c->agent->desk, c->agent->sight.looks, look, rows);
    lg__charge(c->L, (uint64_t)LG__INTRADAY_COST * count);
    lua_createtable(c->L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_createtable(c->L, 0, 2);
        lg__set_number(c->L, "price", lg__intraday_shown(rows[i].price));
        lg__set_number(c->L, "quantity", lg__intraday_shown(rows[i].quantity));
        lg__record_seal(c->L, LG__RECORD_BOOK_ROW);
        lua_rawseti(c->L, -2, (lua_Integer)i + 1);
    }
    lua_remove(c->L, -2);
}

static int l_trading_book(lua_State *L)
{
    lg__tabled c = begin(L, "trading.book");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    lg_look look = period_at(&c, LG_LOOK_BOOK);
    look.max = limit_at(&c, 20);
    lua_createtable(L, 0, 2);
    look.side = LG_TRADING_BUY;
    push_side(&c, &look);
    lua_setfield(L, -2, "buy");
    look.side = LG_TRADING_SELL;
    push_side(&c, &look);
    lua_setfield(L, -2, "sell");
    lg__record_seal(L, LG__RECORD_BOOK);
    return 1;
}

static void push_trade(const lg__tabled *c, const lg_trading_trade *t)
{
    lua_State *L = c->L;
    lg__charge(L, LG__INTRADAY_COST);
    lua_createtable(L, 0, 10);
    lg__set_integer(L, "id", t->id);
    lg__set_integer(L, "order", t->order_id);
    lg__set_integer(L, "gridpool", t->gridpool);
    lg__intraday_set_period(c, t->area, t->start_ms, t->minutes);
    lg__set_text(L, "side", lg_trading_side_word(t->side));
    lg__set_number(L, "price", lg__intraday_shown(t->price));
    lg__set_number(L, "quantity", lg__intraday_shown(t->quantity));
    if (t->tag)
        lg__set_text(L, "tag", t->tag);
    lg__record_seal(L, LG__RECORD_TRADING_TRADE);
}

static int l_trading_trades(lua_State *L)
{
    lg__tabled c = begin(L, "trading.trades");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    const lg_look look = filter_at(&c, LG_LOOK_TRADES);
    lua_newtable(L);
    lg_look_walk walk = begin_look(&c, &look);
    lg_look_row row;
    for (lua_Integer i = 1; lg_look_next(&walk, &row); i++) {
        push_trade(&c, &row.trade);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static int l_trading_position(lua_State *L)
{
    lg__tabled c = begin(L, "trading.position");
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    lg_look look = period_at(&c, LG_LOOK_POSITION);
    look.gridpool = lg__intraday_gridpool(&c);
    lg_look_walk walk = begin_look(&c, &look);
    lg_look_row row = {.position = {.net_uwh = 0}};
    lg_look_next(&walk, &row);
    const lg_trading_position *p = &row.position.position;
    lua_createtable(L, 0, 5);
    lg__set_number(L, "bought", lg__intraday_shown(p->bought));
    lg__set_number(L, "sold", lg__intraday_shown(p->sold));
    lg__set_number(L, "paid", (double)p->paid_uct / 1e8);
    lg__set_number(L, "earned", (double)p->earned_uct / 1e8);
    lg__set_number(L, "net_sold_kWh", (double)row.position.net_uwh / 1e9);
    lg__record_seal(L, LG__RECORD_POSITION);
    return 1;
}

static int l_trading_gridpools(lua_State *L)
{
    lg__tabled c = begin(L, "trading.gridpools");
    uint32_t count;
    if (!c.rules)
        return lg__tabled_none(&c, "intraday market");
    const uint32_t *own = lg_desk_gridpools(c.agent->desk, &count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_pushinteger(L, (lua_Integer)c.rules->gridpools[own[i]].id);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int l_trading_unknown(lua_State *L)
{
    return lg__no_field(L, "trading", &lg__trading_functions, 2);
}

static const luaL_Reg functions[] = {
#define LG_TRADING(name, params, returns, help) {#name, l_trading_##name},
#include "script/api.def"
    {NULL, NULL},
};

void lg__lib_trading(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_trading_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lg__freeze(L, "trading");
}
