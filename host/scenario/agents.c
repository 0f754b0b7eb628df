/*
 * Who commands what. Agents of the file come first, in its order, then those of `--agent`; whatever
 * asset is left goes to a template agent, one a script. Every asset ends with exactly one agent, a
 * market with one or none.
 */
#include "scenario/seats.h"

#include <stdio.h>
#include <string.h>

/* --- assets and markets ---------------------------------------------------------------------- */

/* Whether a file of seats has named it. */
static bool is_seat(const lg__seats *s, uint32_t agent)
{
    const lg_conf *takes = lg_conf_get(s->confs[agent], "takes");
    return takes && takes->line <= LG__FROM_SEATS;
}

typedef enum taking { TAKEN, LEFT, CLASH } taking;

/* Seats take what the scenario's agents have, whichever comes first, and nothing from one another:
 * the later of two would silently win. */
static taking take(const lg__seats *s, uint32_t *holder, uint32_t agent, bool takes)
{
    if (*holder != LG_NONE && *holder != agent) {
        bool held = is_seat(s, *holder);
        if (held && is_seat(s, agent))
            return CLASH;
        if (!takes)
            return held ? LEFT : CLASH;
    }
    *holder = agent;
    return TAKEN;
}

static void take_asset(lg__seats *s, uint32_t asset, uint32_t agent, bool takes)
{
    if (take(s, &s->site->assets[asset].agent, agent, takes) == CLASH && s->clashes++ == 0)
        s->clash_asset = asset;
}

/* All assets below an area: one run of areas and so one run of assets a level. */
static void take_area(lg__seats *s, uint32_t area, uint32_t agent, bool takes)
{
    const lg_area *areas = s->site->areas;
    for (uint32_t first = area, last = area;;) {
        uint32_t end = areas[last].asset_first + areas[last].asset_count;
        for (uint32_t i = areas[first].asset_first; i < end; i++)
            take_asset(s, i, agent, takes);
        uint32_t next = areas[first].child_first;
        uint32_t next_end = areas[last].child_first + areas[last].child_count;
        if (next >= next_end)
            return;
        first = next;
        last = next_end - 1;
    }
}

static void near_agent(lg__seats *s, const char *word, uint32_t count, char *out, size_t size)
{
    const char **names = lg_arena_alloc(&s->r->scratch, (count + 1) * sizeof *names);
    if (!names) {
        lg__exhausted(s->r);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        names[i] = s->specs[i].name;
    lg__near_miss(word, names, count, out, size);
}

static void take_name(lg__seats *s, const lg_conf *at, const char *name, uint32_t agent, bool takes)
{
    lg__reader *r = s->r;
    const char *label = s->specs[agent].name;
    uint32_t found = lg__names_find(&r->names, name);
    char near[96];
    s->clashes = 0;
    if (found == LG_NONE) {
        bool seat = at->line == LG__FROM_AGENT;
        lg__names_near(r, s->site, true, name, near, sizeof near);
        if (seat && !near[0])
            near_agent(s, name, agent, near, sizeof near);
        lg__problem(r, at, label, at->key ? at->key : "assets", "there is no %s \"%.80s\"%s",
                    seat ? "agent, asset or area" : "asset or area", name, near);
    } else if (found < s->site->area_count) {
        take_area(s, found, agent, takes);
    } else {
        take_asset(s, found - s->site->area_count, agent, takes);
    }
    if (s->clashes == 0)
        return;
    const lg_asset *asset = &s->site->assets[s->clash_asset];
    char more[40] = "";
    if (s->clashes > 1)
        snprintf(more, sizeof more, " (and %u assets more)", s->clashes - 1);
    lg__problem(r, at, label, "assets", "the %s \"%.80s\" commands \"%.80s\" already%s",
                is_seat(s, asset->agent) ? "seat" : "agent", s->specs[asset->agent].name,
                asset->name, more);
}

static void take_market(lg__seats *s, const lg_conf *at, uint32_t agent, bool takes)
{
    lg__reader *r = s->r;
    const char *label = s->specs[agent].name;
    uint32_t found = lg__names_find(&r->names, at->text);
    char near[96];
    if (found == LG_NONE || found >= s->site->area_count) {
        lg__names_near(r, s->site, false, at->text, near, sizeof near);
        lg__problem(r, at, label, "markets", "%s \"%.80s\"%s",
                    found == LG_NONE ? "there is no area" : "an asset has no market:", at->text,
                    near);
        return;
    }
    uint32_t *holder = &s->market_agents[found];
    if (take(s, holder, agent, takes) == CLASH)
        lg__problem(r, at, label, "markets",
                    "the %s \"%.80s\" commands the market \"%.80s\" already",
                    is_seat(s, *holder) ? "seat" : "agent", s->specs[*holder].name, at->text);
}

/* --- the agents of the file ------------------------------------------------------------------ */

static void read_commands(lg__seats *s, uint32_t agent, lg_conf *conf, lg__field *fields,
                          const lg__rows *rows)
{
    const lg__field *assets = lg__field_of(fields, rows, "assets");
    const lg__field *markets = lg__field_of(fields, rows, "markets");
    const lg__field *name = lg__field_of(fields, rows, "name");
    bool takes = lg__field_of(fields, rows, "takes")->value.number != 0;
    if (assets->item)
        for (const lg_conf *item = assets->item->first; item; item = item->next)
            take_name(s, item, item->text, agent, takes);
    if (markets->item)
        for (const lg_conf *item = markets->item->first; item; item = item->next)
            take_market(s, item, agent, takes);
    if (!assets->item && !markets->item && name->item && !lg_conf_get(conf, "assets") &&
        !lg_conf_get(conf, "markets"))
        take_name(s, name->item, name->item->text, agent, takes);
}

static void read_agent(lg__seats *s, lg_conf *conf, lg_conf **resolved)
{
    lg__reader *r = s->r;
    const lg__rows *rows = &r->rows[LG__AGENT];
    lg__field fields[16];
    LG_ASSERT(rows->count <= 16);
    if (conf->type != LG_CONF_TABLE) {
        char got[96];
        lg__got(conf, got, sizeof got);
        lg__problem(r, conf, NULL, "agents", "expected agent { ... }, got %s", got);
        return;
    }
    const lg_conf *named = lg_conf_get(conf, "name");
    const char *label = named && named->type == LG_CONF_TEXT ? named->text : "agent";
    lg__check(r, label, conf, rows, fields);
    *resolved = lg__resolved(r, rows, fields);
    const lg__field *name = lg__field_of(fields, rows, "name");
    const lg__field *script = lg__field_of(fields, rows, "script");
    lg_agent_spec *spec = lg__seats_add(s, conf);
    if (!spec)
        return;
    spec->name = name->item ? name->value.text : label;
    const lg__field *owner = lg__field_of(fields, rows, "owner");
    spec->owner = owner->item ? owner->value.text : NULL;
    lg_conf *budget = lg__agent_budget(r, label, lg__field_of(fields, rows, "budget")->item, spec);
    if (budget && *resolved) {
        budget->key = "budget";
        lg__conf_remove(*resolved, "budget");
        lg__conf_put(*resolved, budget);
    }
    const char *sees = lg__field_of(fields, rows, "sees")->value.text;
    spec->narrow = sees && strcmp(sees, "own") == 0;
    const char *isolation = lg__field_of(fields, rows, "isolation")->value.text;
    spec->worker = isolation && strcmp(isolation, "worker") == 0;
    const lg__field *restarts = lg__field_of(fields, rows, "restarts");
    spec->restarts = restarts->item ? (uint32_t)restarts->value.number : 0;
    spec->params = lg__agent_params(r, label, lg__field_of(fields, rows, "params")->item);
    if (name->item && lg__seats_find(s, spec->name, s->count - 1) != LG_NONE)
        lg__problem(r, name->item, label, "name", "two agents have this name");
    spec->optional = lg__field_of(fields, rows, "optional")->value.number != 0;
    if (script->item && strcmp(script->value.text, LG_SCRIPT_BASELINE) == 0) {
        spec->is_baseline = true;
        spec->script = spec->script_name = LG_SCRIPT_BASELINE;
    } else if (script->item) {
        spec->script_name = script->value.text;
        spec->script = lg__script_path(r, script->item, label, "script", script->value.text);
    }
    read_commands(s, s->count - 1, conf, fields, rows);
}

void lg__agents_read(lg__reader *r, lg_conf *list, lg_conf **resolved)
{
    lg__seats s = {.r = r, .site = &r->scenario->site};
    lg_conf *out = lg__conf_new(r->arena, LG_CONF_LIST, "agents", 0);
    if (!list)
        list = lg__conf_new(r->arena, LG_CONF_LIST, "agents", 0);
    s.market_agents =
        lg_arena_alloc(&r->scratch, (s.site->area_count + 1) * sizeof *s.market_agents);
    if (!out || !list || !s.market_agents) {
        lg__exhausted(r);
        return;
    }
    for (uint32_t i = 0; i < s.site->area_count; i++)
        s.market_agents[i] = LG_NONE;
    list->type = LG_CONF_LIST; /* an empty table of the file is an empty list */
    lg__seats_command_line(r, list);
    lg_conf **tail = &out->first;
    for (lg_conf *item = list->first; item && !r->exhausted; item = item->next) {
        lg_conf *copy = NULL;
        read_agent(&s, item, &copy);
        if (copy)
            tail = lg__conf_append(out, tail, copy);
    }
    lg__seats_templates(&s);
    if (!r->exhausted)
        lg__seats_finish(&s);
    *resolved = out;
}
