/* The list of agents: how it grows, and how it becomes the scenario's once all have what is theirs.
 */
#include "scenario/seats.h"

#include <string.h>

lg_agent_spec *lg__seats_add(lg__seats *s, const lg_conf *conf)
{
    if (s->count == s->capacity) {
        uint32_t capacity = s->capacity ? 2 * s->capacity : 32;
        lg_agent_spec *specs = lg_arena_alloc(&s->r->scratch, capacity * sizeof *specs);
        const lg_conf **confs = lg_arena_alloc(&s->r->scratch, capacity * sizeof *confs);
        if (!specs || !confs) {
            lg__exhausted(s->r);
            return NULL;
        }
        if (s->count) {
            memcpy(specs, s->specs, s->count * sizeof *specs);
            memcpy(confs, s->confs, s->count * sizeof *confs);
        }
        s->specs = specs;
        s->confs = confs;
        s->capacity = capacity;
    }
    s->confs[s->count] = conf;
    return &s->specs[s->count++];
}

uint32_t lg__seats_find(const lg__seats *s, const char *name, uint32_t end)
{
    for (uint32_t i = 0; i < end; i++)
        if (strcmp(s->specs[i].name, name) == 0)
            return i;
    return LG_NONE;
}

/* Counts what each agent commands. */
static void count_commands(lg__seats *s)
{
    for (uint32_t i = 0; i < s->site->asset_count; i++)
        if (s->site->assets[i].agent != LG_NONE)
            s->specs[s->site->assets[i].agent].asset_count++;
    for (uint32_t i = 0; i < s->site->area_count; i++)
        if (s->market_agents[i] != LG_NONE)
            s->specs[s->market_agents[i]].market_count++;
}

/* Leaves out agents that lost all they had; *numbers says where the others went. */
static bool keep_busy(lg__seats *s, uint32_t *numbers)
{
    lg_scenario *scenario = s->r->scenario;
    scenario->agents = lg_arena_alloc(s->r->arena, (s->count + 1) * sizeof *scenario->agents);
    if (!scenario->agents)
        return lg__exhausted(s->r);
    for (uint32_t i = 0; i < s->count; i++) {
        lg_agent_spec *spec = &s->specs[i];
        if (spec->asset_count + spec->market_count + spec->gridpool_count == 0 &&
            !spec->coordinates)
            continue;
        numbers[i] = scenario->agent_count;
        spec->assets = lg_arena_alloc(s->r->arena, (spec->asset_count + 1) * sizeof *spec->assets);
        spec->markets =
            lg_arena_alloc(s->r->arena, (spec->market_count + 1) * sizeof *spec->markets);
        if (!spec->assets || !spec->markets)
            return lg__exhausted(s->r);
        spec->asset_count = spec->market_count = 0;
        scenario->agents[scenario->agent_count++] = *spec;
    }
    return true;
}

/* Who trades for each asset of an agent when its script is given up: its template strategy; when it
 * is that which is given up, the one that ships, in a fresh place. */
static void find_baselines(lg__seats *s, lg_agent_spec *agent)
{
    const char *last = NULL, *path = NULL;
    if (agent->asset_count == 0)
        return;
    agent->baseline = lg_arena_alloc(s->r->arena, agent->asset_count * sizeof *agent->baseline);
    for (uint32_t i = 0; agent->baseline && i < agent->asset_count; i++) {
        const lg_asset *asset = &s->site->assets[agent->assets[i]];
        const char *script = agent->template_agent ? lg__seats_shipped(s->r, asset)
                                                   : lg__seats_template(s->r, asset);
        if (!last || strcmp(script, last) != 0)
            path = lg__script_find(s->r, script);
        last = script;
        agent->baseline[i] = path;
    }
    if (!agent->baseline)
        lg__exhausted(s->r);
}

/* The site knows them by name. */
static void name_agents(lg__seats *s)
{
    const lg_scenario *scenario = s->r->scenario;
    lg_site *site = s->site;
    site->agents = lg_arena_alloc(s->r->arena, (scenario->agent_count + 1) * sizeof *site->agents);
    site->owners = lg_arena_alloc(s->r->arena, (scenario->agent_count + 1) * sizeof *site->owners);
    if (!site->agents || !site->owners) {
        lg__exhausted(s->r);
        return;
    }
    for (uint32_t i = 0; i < scenario->agent_count; i++) {
        site->agents[i] = scenario->agents[i].name;
        lg_agent_spec *agent = &scenario->agents[i];
        agent->owner = agent->owner ? agent->owner : agent->name;
        site->owners[i] = agent->owner;
    }
    site->agent_count = scenario->agent_count;
}

void lg__seats_finish(lg__seats *s)
{
    uint32_t *numbers = lg_arena_alloc(&s->r->scratch, (s->count + 1) * sizeof *numbers);
    if (!numbers) {
        lg__exhausted(s->r);
        return;
    }
    count_commands(s);
    lg__intraday_agents(s);
    lg__coordination_agents(s);
    if (!keep_busy(s, numbers))
        return;
    lg_agent_spec *agents = s->r->scenario->agents;
    for (uint32_t i = 0; i < s->site->asset_count; i++) {
        lg_asset *asset = &s->site->assets[i];
        if (asset->agent == LG_NONE)
            continue;
        asset->agent = numbers[asset->agent];
        lg_agent_spec *agent = &agents[asset->agent];
        agent->assets[agent->asset_count++] = i;
    }
    for (uint32_t i = 0; i < s->site->area_count; i++)
        if (s->market_agents[i] != LG_NONE) {
            lg_agent_spec *agent = &agents[numbers[s->market_agents[i]]];
            agent->markets[agent->market_count++] = i;
        }
    lg__intraday_renumber(s, numbers);
    lg__coordination_renumber(s, numbers);
    for (uint32_t i = 0; i < s->r->scenario->agent_count; i++)
        find_baselines(s, &agents[i]);
    name_agents(s);
}
