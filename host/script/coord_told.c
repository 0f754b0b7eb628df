/* Telling scripts what has happened in the coordination, and asking the operator's what a report is
 * worth. */
#include "script/coord.h"

#include <math.h>
#include "script/records.h"

static void push_callback(lua_State *L, lg_callback callback)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LG_SLOT_CALLBACKS);
    lua_rawgeti(L, -1, (lua_Integer)callback + 1);
    lua_remove(L, -2);
}

static void call(lua_State *L, int results)
{
    lg_agent *agent = lg__agent_of(L);
    agent->hosting = false;
    lua_call(L, 1, results);
    agent->hosting = true;
}

static int tell_event(lua_State *L)
{
    const lg_scene_news *news = lua_touserdata(L, 1);
    const lg_agent *agent = lg__agent_of(L);
    push_callback(L, LG_CB_SIGNAL);
    if (news->kind == LG_NEWS_ELIGIBLE)
        lg__coord_push_eligible(L, news->eligible);
    else
        lg__coord_push_event(L, agent, lg_scene_event_of(lg_desk_scene(agent->desk), news->event));
    call(L, 0);
    return 0;
}

static void push_report(lua_State *L, const lg_scene_news *news)
{
    const lg_scene *scene = lg_desk_scene(lg__agent_of(L)->desk);
    lg__coord_push_report(L, scene, lg_scene_report_of(scene, news->report));
}

static int tell_report(lua_State *L)
{
    push_callback(L, LG_CB_REPORT);
    push_report(L, lua_touserdata(L, 1));
    call(L, 0);
    return 0;
}

/* What the script gives back is paid; nothing for nil. */
static int ask_compensation(lua_State *L)
{
    const lg_scene_news *news = lua_touserdata(L, 1);
    lg_scene_act act = {.kind = LG_ACT_PAY, .report = news->report};
    push_callback(L, LG_CB_COMPENSATION);
    push_report(L, news);
    call(L, 1);
    if (lua_type(L, -1) == LUA_TNIL)
        return 0;
    double amount = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
    if (!(fabs(amount) < 1e9))
        return luaL_error(L, "compensation: give back an amount of money, not %s",
                          isnan(amount) ? luaL_typename(L, -1) : "one past 1000000000");
    act.amount_uct = (int64_t)nearbyint(amount * 1e8);
    lg_status status = lg_desk_act(lg__agent_of(L)->desk, &act);
    return status == LG_OK ? 0 : luaL_error(L, "compensation: %s", lg_status_text(status));
}

static int tell_enrolment(lua_State *L)
{
    const lg_scene_news *news = lua_touserdata(L, 1);
    const lg_scene *scene = lg_desk_scene(lg__agent_of(L)->desk);
    push_callback(L, LG_CB_ENROLMENT);
    lua_createtable(L, 0, 3);
    lg__set_text(L, "home", news->user);
    lg__set_text(L, "aggregator", lg_scene_rules_of(scene)->aggregators[news->aggregator]);
    lua_pushboolean(L, news->enrolled);
    lua_setfield(L, -2, "enrolled");
    lg__record_seal(L, LG__RECORD_ENROLMENT);
    call(L, 0);
    return 0;
}

static int tell_answer(lua_State *L)
{
    const lg_scene_news *news = lua_touserdata(L, 1);
    const lg_scene *scene = lg_desk_scene(lg__agent_of(L)->desk);
    uint32_t count;
    const lg_scene_resource *r = &lg_scene_resources(scene, &count)[news->resource];
    push_callback(L, LG_CB_ACKNOWLEDGE);
    lua_createtable(L, 0, 6);
    lg__set_integer(L, "event", news->event);
    lg__set_text(L, "resource", r->id);
    lg__set_text(L, "home", r->home);
    lg__set_text(L, "aggregator", lg_scene_rules_of(scene)->aggregators[news->aggregator]);
    lua_pushboolean(L, news->answer == LG_COORD_ACCEPTED);
    lua_setfield(L, -2, "accepted");
    lua_pushboolean(L, news->answer == LG_COORD_EXPIRED);
    lua_setfield(L, -2, "expired");
    lg__record_seal(L, LG__RECORD_ACKNOWLEDGEMENT);
    call(L, 0);
    return 0;
}

static void tell_one(lg_agent *agent, lg_callback callback, lua_CFunction function,
                     const lg_scene_news *news)
{
    if (agent->L && agent->has[callback])
        lg__agent_run(agent, callback, function, news);
}

static void tell_operator(lg_agent *agent, const lg_scene_news *news)
{
    if (news->kind == LG_NEWS_REPORT) {
        tell_one(agent, LG_CB_REPORT, tell_report, news);
        tell_one(agent, LG_CB_COMPENSATION, ask_compensation, news);
    } else if (news->kind == LG_NEWS_ENROLMENT) {
        tell_one(agent, LG_CB_ENROLMENT, tell_enrolment, news);
    } else if (news->kind == LG_NEWS_ANSWER) {
        tell_one(agent, LG_CB_ACKNOWLEDGE, tell_answer, news);
    }
}

/* What the callbacks cause is done with the next batch, and told then. */
void lg__agent_coordinated(void *self)
{
    lg_agent *agent = self;
    const lg_scene *scene = lg_desk_scene(agent->desk);
    uint32_t part = lg_desk_plays(agent->desk);
    uint64_t end = lg_scene_news_count(scene);
    while (agent->L && agent->news_cursor < end) {
        const lg_scene_news news = *lg_scene_news_at(scene, agent->news_cursor++);
        if (part == LG_SCENE_OPERATOR)
            tell_operator(agent, &news);
        else if (news.kind <= LG_NEWS_ELIGIBLE && news.aggregator == part)
            tell_one(agent, LG_CB_SIGNAL, tell_event, &news);
    }
    if (agent->L)
        lg__agent_collect_due(agent);
}
