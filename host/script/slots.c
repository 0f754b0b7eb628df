/*
 * Slots as scripts write them: "2024-06-03T00:15", the start of a slot. Here they become numbers of
 * slots and back, and here is said which slots there are when one was meant that is not.
 */
#include "script/args.h"
#include "script/order.h"

#include "base/clock.h"
#include "base/sort.h"
#include "grid/unit.h"

static int64_t start_of(const lg_agent *agent, uint32_t slot)
{
    const lg_moment *now = &agent->moment;
    return now->slot_start_ms + ((int64_t)slot - now->slot) * agent->rules->slot_ms;
}

static void format_slot(const lg_agent *agent, uint32_t slot, char out[32])
{
    lg_clock_format_slot(start_of(agent, slot), out);
}

void lg__push_slot(lua_State *L, uint32_t slot)
{
    char text[32];
    format_slot(lg__agent_of(L), slot, text);
    lua_pushstring(L, text);
}

/* The number of the slot that begins at the time of the text; -1: before the run. Raises. */
static int64_t slot_at(lua_State *L, const lg__request *request, int arg, int index)
{
    const lg_agent *agent = lg__agent_of(L);
    int64_t time_ms;
    if (lua_type(L, index) != LUA_TSTRING)
        lg__args_type_error(L, request, arg, "the start of a slot like \"2024-06-03T00:15\"",
                            index);
    const char *text = lua_tostring(L, index);
    if (!lg_clock_parse(text, &time_ms))
        luaL_error(L,
                   "grid.batch:%s: \"%s\" is \"%s\", not the start of a slot like "
                   "\"2024-06-03T00:15\"",
                   request->name, lg__arg_names[arg], text);
    int64_t first_ms = start_of(agent, 0), slot_ms = agent->rules->slot_ms;
    if ((time_ms - first_ms) % slot_ms != 0)
        luaL_error(L, "grid.batch:%s: no slot of %d min begins at \"%s\"", request->name,
                   (int)(slot_ms / LG_MINUTE_MS), text);
    return time_ms < first_ms ? -1 : (time_ms - first_ms) / slot_ms;
}

uint32_t lg__args_slot(lua_State *L, const lg__request *request, int arg, int index)
{
    int64_t slot = slot_at(L, request, arg, index);
    return slot < 0 || slot >= LG_NONE - 1 ? LG_NONE : (uint32_t)slot + 1;
}

static int by_slot(const void *left, const void *right)
{
    const lg_slot_value *a = left, *b = right;
    return (a->slot > b->slot) - (a->slot < b->slot);
}

/* The pair on top of the stack, key below value. */
static lg_slot_value read_pair(lua_State *L, const lg__request *request, int arg)
{
    lg_slot_value value = {0};
    int64_t slot = slot_at(L, request, arg, lua_gettop(L) - 1);
    if (lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L, "grid.batch:%s: \"%s\" of %s must be a number of kWh, not %s", request->name,
                   lg__arg_names[arg], lua_tostring(L, -2), luaL_typename(L, -1));
    double kwh = lua_tonumber(L, -1);
    if (kwh < 0 || !lg_uwh_from_kwh(kwh, &value.energy_uwh))
        luaL_error(L, "grid.batch:%s: \"%s\" of %s is %f, not an amount of kWh of at least 0",
                   request->name, lg__arg_names[arg], lua_tostring(L, -2), lg_shown(kwh));
    if (slot < 0)
        luaL_error(L, "grid.batch:%s: \"%s\" of %s lies before the run", request->name,
                   lg__arg_names[arg], lua_tostring(L, -2));
    value.slot = slot < LG_NONE ? (uint32_t)slot : LG_NONE;
    return value;
}

const lg_slot_value *lg__args_values(lua_State *L, const lg__request *request, int arg,
                                     uint32_t *count)
{
    int table = request->values;
    uint32_t n = 0;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1))
        n++;
    lg__charge(L, 16 * (uint64_t)n); /* each is a time that is read */
    lg_slot_value *values = lua_newuserdatauv(L, (n + 1) * sizeof *values, 0);
    *count = 0;
    /* in the order of the keys: of several that are wrong, the first is told in every run */
    lua_pushcfunction(L, lg__order_pairs);
    lua_pushvalue(L, table);
    lua_call(L, 1, 3);
    for (int walk = lua_gettop(L) - 2;;) {
        lua_pushvalue(L, walk);
        lua_pushvalue(L, walk + 1);
        lua_pushvalue(L, walk + 2);
        lua_call(L, 2, 2);
        if (lua_isnil(L, -2))
            break;
        values[(*count)++] = read_pair(L, request, arg);
        lua_pop(L, 1);
        lua_replace(L, walk + 2);
    }
    n = *count;
    lg_sort(values, n, sizeof *values, by_slot);
    for (uint32_t i = 1; i < n; i++)
        if (values[i].slot == values[i - 1].slot) {
            lg__push_slot(L, values[i].slot);
            luaL_error(L, "grid.batch:%s: \"%s\" names the slot %s twice", request->name,
                       lg__arg_names[arg], lua_tostring(L, -1));
        }
    return values;
}

void lg__push_deviations(lua_State *L, uint32_t asset)
{
    const lg_agent *agent = lg__agent_of(L);
    const lg_sight_settling settling = lg__see(agent, settling, 0);
    if (!settling.on) {
        lua_pushnil(L);
        return;
    }
    uint32_t count = settling.count;
    lua_createtable(L, 0, (int)count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = lg__see(agent, settling_slot, i);
        int64_t left = lg__see(agent, unsettled, asset, slot);
        if (left == LG_NO_DEVIATION)
            continue;
        lg__push_slot(L, slot);
        lua_pushnumber(L, lg_kwh_from_uwh(left));
        lua_rawset(L, -3);
    }
}

void lg__push_settlement_slots(lua_State *L)
{
    const lg_agent *agent = lg__agent_of(L);
    const lg_sight_settling settling = lg__see(agent, settling, 0);
    if (!settling.on) {
        lua_pushnil(L);
        return;
    }
    uint32_t count = settling.count;
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lg__push_slot(L, lg__see(agent, settling_slot, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* Which slots an order may name. */
static void say_open(const lg_agent *agent, lg_text *out)
{
    const lg_sight_settling settling = lg__see(agent, settling, 0);
    char text[32];
    format_slot(agent, agent->moment.slot, text);
    lg_text_format(out, "open is the spot market of %s", text);
    if (!settling.on) {
        lg_text_str(out, ", settlement markets are off");
        return;
    }
    uint32_t count = settling.count;
    lg_text_str(out, count ? ", to settle " : ", nothing is to settle yet");
    for (uint32_t i = 0; i < count; i++) {
        format_slot(agent, lg__see(agent, settling_slot, i), text);
        lg_text_format(out, "%s%s", i ? ", " : "", text);
    }
}

/* What is wrong with @p slot for a measurement, or else for a forecast. */
static void say_closed(const lg_agent *agent, bool measurement, uint32_t slot, lg_text *out)
{
    char text[32], running[32], oldest[32];
    format_slot(agent, slot, text);
    format_slot(agent, agent->moment.slot, running);
    if (!measurement) {
        lg_text_format(out, "%s is not a slot after the running one, %s", text, running);
        return;
    }
    lg_text_format(out, "%s is not the running slot, %s", text, running);
    if (lg__see(agent, settling, 0).count == 0)
        return;
    format_slot(agent, lg__see(agent, settling_slot, 0), oldest);
    lg_text_format(out, ", nor one before it whose settlement market is open, from %s on", oldest);
}

static void say_values(const lg_agent *agent, const lg_command *command, const lg_answer *answer,
                       lg_text *out)
{
    bool forecast = command->kind == LG_CMD_SET_ENERGY_FORECAST;
    const lg_sight_settling settling = lg__see(agent, settling, 0);
    const lg_asset *asset = &agent->site->assets[command->node];
    switch (answer->status) {
    case LG_UNSUPPORTED:
        if (!forecast && !settling.on)
            lg_text_str(out, "settlement markets are off, nobody asks for measurements");
        else
            lg_text_format(out, "\"%s\" is no load or producer with %s = true", asset->name,
                           LG_FORECAST_STREAM);
        return;
    case LG_CLOSED:
        say_closed(agent, !forecast, (uint32_t)answer->asked, out);
        return;
    case LG_LIMIT:
        lg_text_format(out, "\"%s\" may have values for at most %d slots", asset->name,
                       LG_SLOT_VALUES_MAX);
        return;
    default:
        lg_text_format(out, "%s (%.10g kWh)", lg_status_text(answer->status),
                       lg_kwh_from_uwh(answer->asked));
        return;
    }
}

bool lg__slot_refusal(const lg_agent *agent, const lg_command *command, const lg_answer *answer,
                      lg_text *out)
{
    char text[32];
    if (command->kind == LG_CMD_SET_ENERGY_FORECAST ||
        command->kind == LG_CMD_SET_ENERGY_MEASUREMENT) {
        if (answer->status == LG_FOREIGN)
            return false;
        say_values(agent, command, answer, out);
        return true;
    }
    if (answer->status != LG_CLOSED || !command->time_slot)
        return false;
    if (command->time_slot == LG_NONE) {
        lg_text_str(out, "that slot lies outside of the run");
    } else {
        format_slot(agent, command->time_slot - 1, text);
        lg_text_format(out, "there is no market of %s now", text);
    }
    lg_text_str(out, "; ");
    say_open(agent, out);
    return true;
}
