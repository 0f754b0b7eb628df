/* Who asks, and whether that one may: tokens, seats and what their owners hear of. */
#include <stdio.h>
#include <string.h>
#include "app/control_parts.h"

/* How long an answer to a token that is nobody's takes. */
#define WRONG_TOKEN_MS 1000

static bool wrong_token(lg_control_call *call)
{
    lg_control *c = call->control;
    lg_text out;
    lg_text_init(&out, c->mem);
    lg_reply_error(
        &out, call->request->id, LG_CONTROL_TOKEN,
        call->request->token
            ? "this token is nobody's here; the organiser has given each owner one"
            : "this host asks for a token: lunagrid ctl --token TOKEN, or LUNAGRID_TOKEN");
    if (c->wrong_tokens++ == 0)
        lg_notes_say(c->input.notes,
                     "somebody came without a token of this run; status counts how often");
    if (out.failed)
        lg_control_send(c, call->peer, &out);
    else
        lg_lines_send_late(c->lines, call->peer, lg_text_peek(&out), out.length, WRONG_TOKEN_MS);
    lg_text_fini(&out);
    return false;
}

bool lg_control_admit(lg_control_call *call)
{
    const lg_owners *owners = call->control->input.owners;
    const lg_control_row *row = &lg_control_rows[call->request->kind];
    if (!owners)
        return true;
    if (call->peer && call->request->token)
        call->owner = lg_owners_of(owners, call->request->token);
    if (!call->owner)
        return wrong_token(call);
    if (row->right == LG_CONTROL_OWNER || call->owner->organiser)
        return true;
    lg_control_refuse(
        call, LG_CONTROL_FOREIGN,
        "%s is for the organiser of this run; \"%.60s\" may "
        "ask for status, log, view and stats, and upload, reload, leave and come-back",
        row->name, call->owner->name);
    return false;
}

bool lg_control_owns(const lg_control *c, const lg_owner *owner, uint32_t seat)
{
    return !owner || owner->organiser ||
           strcmp(c->input.scenario->agents[seat].owner, owner->name) == 0;
}

bool lg_control_owns_asset(const lg_control *c, const lg_owner *owner, uint32_t asset)
{
    uint32_t agent = c->input.scenario->site.assets[asset].agent;
    return !owner || owner->organiser ||
           (agent < c->input.scenario->agent_count && lg_control_owns(c, owner, agent));
}

bool lg_control_owns_area(const lg_control *c, const lg_owner *owner, uint32_t area)
{
    const lg_site *site = &c->input.scenario->site;
    if (!owner || owner->organiser)
        return true;
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (lg_site_below(site, site->assets[i].area, area) && !lg_control_owns_asset(c, owner, i))
            return false;
    return true;
}

uint32_t lg_control_manager(const lg_control *c, uint32_t area)
{
    const lg_scenario *scenario = c->input.scenario;
    for (uint32_t i = 0; i < scenario->agent_count; i++)
        for (uint32_t k = 0; k < scenario->agents[i].market_count; k++)
            if (scenario->agents[i].markets[k] == area)
                return i;
    return LG_NONE;
}

bool lg_control_manages(const lg_control *c, const lg_owner *owner, uint32_t area)
{
    if (!owner || owner->organiser)
        return true;
    uint32_t agent = lg_control_manager(c, area);
    return agent != LG_NONE && lg_control_owns(c, owner, agent);
}

bool lg_control_sees(const lg_control *c, const lg_owner *owner, uint32_t area)
{
    const lg_site *site = &c->input.scenario->site;
    if (lg_control_manages(c, owner, area))
        return true;
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (lg_site_below(site, site->assets[i].area, area) && lg_control_owns_asset(c, owner, i))
            return true;
    return false;
}

bool lg_control_hears(const lg_control *c, const lg_owner *owner, const char *who)
{
    const lg_scenario *scenario = c->input.scenario;
    if (!owner || owner->organiser)
        return true;
    for (uint32_t i = 0; i < scenario->agent_count; i++)
        if (lg_control_owns(c, owner, i) && strcmp(scenario->agents[i].name, who) == 0)
            return true;
    for (uint32_t i = 0; i < scenario->site.asset_count; i++)
        if (strcmp(scenario->site.assets[i].name, who) == 0 && lg_control_owns_asset(c, owner, i))
            return true;
    return false;
}

static bool refuse_unknown(lg_control_call *call, const char *word)
{
    const lg_site *site = &call->control->input.scenario->site;
    int near = lg_text_nearest(word, site->agents, site->agent_count);
    if (near >= 0)
        lg_control_refuse(call, LG_CONTROL_NOT_FOUND,
                          "there is no seat \"%.100s\"; did you mean \"%.100s\"?", word,
                          site->agents[near]);
    else
        lg_control_refuse(call, LG_CONTROL_NOT_FOUND, "there is no seat \"%.100s\"", word);
    return false;
}

bool lg_control_may(lg_control_call *call, uint32_t seat)
{
    const lg_agent_spec *agent = &call->control->input.scenario->agents[seat];
    if (lg_control_owns(call->control, call->owner, seat))
        return true;
    lg_control_refuse(call, LG_CONTROL_FOREIGN, "the seat \"%.100s\" belongs to \"%.100s\"",
                      agent->name, agent->owner);
    return false;
}

/* The one seat of who asks. */
static bool only_seat(lg_control_call *call, uint32_t *seat)
{
    const lg_control *c = call->control;
    uint32_t count = 0;
    char names[300] = "";
    for (uint32_t i = 0; i < c->input.scenario->agent_count; i++) {
        if (!lg_control_owns(c, call->owner, i))
            continue;
        size_t length = strlen(names);
        *seat = i;
        snprintf(names + length, sizeof names - length, "%s\"%.60s\"", count++ ? ", " : "",
                 c->input.scenario->agents[i].name);
    }
    if (count == 1)
        return true;
    if (count == 0)
        lg_control_refuse(call, LG_CONTROL_NOT_FOUND, "you have no seat here");
    else
        lg_control_refuse(call, LG_CONTROL_BAD_REQUEST, "say which seat: %s", names);
    return false;
}

bool lg_control_seat(lg_control_call *call, const lg_control_value *word, uint32_t *seat)
{
    const lg_scenario *scenario = call->control->input.scenario;
    if (!word->given)
        return only_seat(call, seat);
    for (uint32_t i = 0; i < scenario->agent_count; i++)
        if (strcmp(scenario->agents[i].name, word->text) == 0) {
            *seat = i;
            return lg_control_may(call, i);
        }
    return refuse_unknown(call, word->text);
}
