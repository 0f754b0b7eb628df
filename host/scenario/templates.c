/* Whatever no agent commands trades by a template strategy: one agent a script, so one Lua state
 * for all. */
#include "scenario/seats.h"

#include <stdio.h>
#include <string.h>

const char *lg__seats_template(const lg__reader *r, const lg_asset *asset)
{
    const lg_params *params = asset->params;
    const char *said = params->items[params->driver_count].value.text; /* trading row 0: strategy */
    return said ? said : lg__seats_shipped(r, asset);
}

const char *lg__seats_shipped(const lg__reader *r, const lg_asset *asset)
{
    const char *own = r->input->drivers[asset->driver]->strategy;
    if (own)
        return own;
    switch (asset->role) {
    case LG_ROLE_CONSUMER:
        return "strategies/load_ramp.lua";
    case LG_ROLE_PRODUCER:
        return "strategies/pv_ramp.lua";
    case LG_ROLE_PROSUMER:
        return "strategies/meter_ramp.lua";
    case LG_ROLE_STORAGE:
        return "strategies/storage_ramp.lua";
    default:
        return "strategies/fixed_rate.lua";
    }
}

/* "strategies/load_ramp.lua" -> "load_ramp", or with " (template)" when an agent is called so. */
static const char *template_name(lg__seats *s, const char *script)
{
    const char *slash = strrchr(script, '/'), *base = slash ? slash + 1 : script;
    const char *dot = strrchr(base, '.');
    size_t length = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    char name[LG__NAME_MAX + 64];
    snprintf(name, sizeof name, "%.*s", (int)(length < LG__NAME_MAX ? length : LG__NAME_MAX), base);
    for (size_t used = strlen(name);
         lg__seats_find(s, name, s->count) != LG_NONE && used + 12 < sizeof name; used += 11)
        memcpy(name + used, " (template)", 12);
    const char *copy = lg_arena_text(s->r->arena, name, strlen(name));
    if (!copy)
        lg__exhausted(s->r);
    return copy;
}

static uint32_t template_agent(lg__seats *s, const lg_asset *asset)
{
    const char *script = lg__seats_template(s->r, asset);
    for (uint32_t i = s->count; i > 0 && s->specs[i - 1].template_agent; i--)
        if (strcmp(s->specs[i - 1].script_name, script) == 0)
            return i - 1;
    const char *name = template_name(s, script);
    lg_agent_spec *spec = name ? lg__seats_add(s, NULL) : NULL;
    if (!spec)
        return LG_NONE;
    spec->name = name;
    spec->template_agent = true;
    spec->script_name = script;
    /* A strategy that an asset names has been looked for with its line; this is about the shipped.
     */
    spec->script = asset->params->items[asset->params->driver_count].value.text
                       ? lg__script_find(s->r, script)
                       : lg__script_path(s->r, NULL, asset->name, "strategy", script);
    return s->count - 1;
}

void lg__seats_templates(lg__seats *s)
{
    const lg_params *last_params = NULL;
    uint32_t last = LG_NONE;
    for (uint32_t i = 0; i < s->site->asset_count && !s->r->exhausted; i++) {
        lg_asset *asset = &s->site->assets[i];
        if (asset->agent != LG_NONE)
            continue;
        if (asset->params != last_params)
            last = template_agent(s, asset);
        last_params = asset->params;
        asset->agent = last;
    }
}
