/* Who sits where before the run: the scripts of the scenario's agents, "baseline" in the place of
 * those that need not be there, and those that events bring. */
#include <stdio.h>
#include <string.h>
#include "app/coordination.h"
#include "app/microgrids_desk.h"
#include "app/seat.h"
#include "scenario/conf.h"

enum { LIKE_MAX = 8 }; /* neighbours that are looked at for equal texts */

/* Texts that a seat before has too, where it runs the same file: homes are alike. */
static const lg_bundle *like_of(const lg_seats *seats, uint32_t index, const char *script)
{
    for (uint32_t i = 1; i <= LIKE_MAX && i <= index; i++) {
        const lg__stand *other = &seats->items[index - i].own;
        if (other->agent && strcmp(other->script, script) == 0)
            return lg_agent_bundle(other->agent);
    }
    return NULL;
}

/* Loads the script of a stand before the run. */
static lg_status open_stand(lg_seats *seats, lg__seat *s, lg__stand *stand, const char *script,
                            const lg_conf *params, lg_err *err)
{
    const lg__opening opening = {.like = like_of(seats, s->index, script),
                                 .fault = lg__seat_fault,
                                 .print = lg__seat_print,
                                 .stopped = lg__seat_stopped,
                                 .ctx = s};
    stand->script = script;
    lg_status status = lg__seat_params(seats, s->name, params, &stand->params, err);
    return status == LG_OK ? lg__seat_load(seats, s, stand, &opening, &stand->agent, err) : status;
}

/* Who has no script of its own: it is there so that the seat has versions, and never called. */
static lg_status open_nobody(lg_seats *seats, lg__seat *s, lg_err *err)
{
    static const char text[] = "return { on_finish = function() end }\n";
    const lg_bundle_text only = {
        .name = "", .path = LG_SCRIPT_BASELINE, .text = text, .size = sizeof text - 1};
    lg_bundle *bundle = lg_bundle_new(seats->mem);
    if (!bundle)
        return lg_fail(err, LG_MEMORY, "out of memory for \"%s\"", s->name);
    lg_status status = lg_bundle_add(bundle, &only, NULL, err);
    const lg__opening opening = {.bundle = bundle, .ctx = s};
    s->own.script = LG_SCRIPT_BASELINE;
    if (status == LG_OK)
        status = lg__seat_load(seats, s, &s->own, &opening, &s->own.agent, err);
    lg_bundle_unref(bundle);
    if (status != LG_OK)
        return status;
    lg_agent_input input = lg__seat_input(seats, s);
    s->starts_baseline = true;
    s->baseline = lg_baseline_new(seats->mem, &seats->input.scenario->agents[s->index], &input);
    return s->baseline ? LG_OK : lg_fail(err, LG_MEMORY, "out of memory for \"%s\"", s->name);
}

/* A script that need not be there, unless it could not be loaded in the run that is repeated: a
 * clock may have ended it there. */
static lg_status open_optional(lg_seats *seats, lg__seat *s, lg_err *err)
{
    const lg_agent_spec *spec = &seats->input.scenario->agents[s->index];
    const char *words = NULL;
    if (seats->input.unloaded)
        words = seats->input.unloaded(seats->input.ctx, s->index, &seats->arena);
    if (words)
        return lg_fail(err, LG_SCRIPT, "%s", words);
    lg_status status = open_stand(seats, s, &s->own, spec->script, spec->params, err);
    if (status != LG_SCRIPT && status != LG_IO)
        return status;
    s->unloaded = lg_arena_text(&seats->arena, err->text, strlen(err->text));
    return s->unloaded ? status : lg_fail(err, LG_MEMORY, "out of memory for \"%s\"", s->name);
}

/* Its script, or "baseline" where that is asked for or the script need not be there. */
static lg_status open_own(lg_seats *seats, lg__seat *s, lg_err *err)
{
    const lg_agent_spec *spec = &seats->input.scenario->agents[s->index];
    if (spec->is_baseline)
        return open_nobody(seats, s, err);
    lg_status status = spec->optional
                           ? open_optional(seats, s, err)
                           : open_stand(seats, s, &s->own, spec->script, spec->params, err);
    if (!spec->optional || (status != LG_SCRIPT && status != LG_IO))
        return status;
    s->code = "LOAD";
    snprintf(s->why, sizeof s->why, "%s: %.400s", s->code, err->text);
    lg_notes_fault(s->notes, s->name, 1, err->text, &s->shown);
    if (!seats->given_up.count++)
        seats->given_up.first = s->name;
    s->faults++;
    status = open_nobody(seats, s, err);
    seats->given_up.taken_over += status == LG_OK && lg_baseline_trades(s->baseline);
    return status;
}

static lg_status sit_down(lg_seats *seats, uint32_t index, lg_err *err)
{
    const lg_agent_spec *spec = &seats->input.scenario->agents[index];
    lg__seat *s = &seats->items[index];
    s->index = index;
    s->name = spec->name;
    s->seats = seats;
    s->newcomer = 1;
    s->notes = seats->input.notes;
    s->desk = lg_desk_new(seats->mem, lg_turn_market(seats->input.turn), index, spec->name);
    if (!s->desk)
        return lg_fail(err, LG_MEMORY, "out of memory for the desk of \"%s\"", spec->name);
    lg_turn_show(seats->input.turn, s->desk); /* the top level of its script looks around */
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < spec->asset_count && status == LG_OK; i++)
        status = lg_desk_grant_asset(s->desk, spec->assets[i]);
    for (uint32_t i = 0; i < spec->market_count && status == LG_OK; i++)
        status = lg_desk_grant_market(s->desk, spec->markets[i]);
    const lg_intraday_spec *intraday = seats->input.scenario->intraday;
    for (uint32_t i = 0; spec->gridpool_count && i < intraday->rules.gridpool_count; i++)
        if (intraday->agents[i] == index && status == LG_OK)
            status = lg_desk_grant_gridpool(s->desk, i);
    lg_desk_cast(s->desk, lg_coordination_part(seats->input.scenario, index));
    lg_microgrids_grant(seats->input.scenario, spec, s->desk);
    if (spec->narrow)
        lg_desk_narrow(s->desk);
    if (status != LG_OK)
        return lg_fail(err, status, "out of memory for the rights of \"%s\"", spec->name);
    status = open_own(seats, s, err);
    s->newcomer = 0;
    if (status != LG_OK)
        return status;
    s->at = &s->own;
    s->version = 1;
    return lg__seat_add_version(seats, s, lg_agent_bundle(s->own.agent), err);
}

static lg_status join(lg_seats *seats, uint32_t index, lg_err *err)
{
    lg_participant participant;
    memset(&participant, 0, sizeof participant);
    if (seats->items[index].baseline)
        lg_baseline_participant(seats->items[index].baseline, &participant);
    else
        lg__seat_participant(&seats->items[index], &participant);
    lg_status status = lg_turn_join(seats->input.turn, &participant);
    return status == LG_OK ? LG_OK : lg_fail(err, status, "%s", lg_status_text(status));
}

/* Row @p index of the results. */
static void remember(lg_seats *seats, uint32_t index, const char *name, const char *script,
                     const lg_agent *agent)
{
    seats->agents[index] = (lg_run_agent){
        .name = name,
        .script = script,
        .hash = lg_agent_hash(agent),
        .source = lg_agent_source(agent),
    };
}

/* Whether an agent before @p index failed with the same script: it is told once. */
static bool told_before(const lg_seats *seats, uint32_t index)
{
    const lg_agent_spec *specs = seats->input.scenario->agents;
    for (uint32_t i = 0; i < index; i++)
        if (!seats->items[i].own.agent && strcmp(specs[i].script, specs[index].script) == 0)
            return true;
    return false;
}

lg_status lg__seats_open_own(lg_seats *seats, lg_diag *diag, lg_err *err)
{
    bool failed = false;
    for (uint32_t i = 0; i < seats->count; i++) {
        lg_status status = sit_down(seats, i, err);
        if (status == LG_SCRIPT || status == LG_IO) {
            failed = true;
            if (!told_before(seats, i))
                lg_diag_error(diag, seats->input.scenario->agents[i].name, 0, "", "%s", err->text);
        } else if (status == LG_OK && !failed) {
            status = join(seats, i, err);
            if (status != LG_OK)
                return status;
            remember(seats, i, seats->items[i].name, seats->input.scenario->agents[i].script_name,
                     seats->items[i].own.agent);
        } else if (status != LG_OK) {
            return status;
        }
    }
    return failed ? LG_SCRIPT : LG_OK;
}

uint32_t lg__seats_count_heirs(const lg_scenario *scenario)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++)
        count += scenario->events[i].agent_count;
    return count;
}

lg_status lg__seats_open_heirs(lg_seats *seats, lg_diag *diag, lg_err *err)
{
    const lg_scenario *scenario = seats->input.scenario;
    lg_status worst = LG_OK;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const lg_event_spec *spec = &scenario->events[i];
        for (uint32_t k = 0; k < spec->agent_count; k++) {
            uint32_t index = seats->heir_count++;
            lg__heir *h = &seats->heirs[index];
            *h = (lg__heir){.event = i, .seat = spec->agents[k]};
            lg__seat *s = &seats->items[h->seat];
            lg_status status = open_stand(seats, s, &h->stand, spec->script, spec->params, err);
            if (status == LG_SCRIPT || status == LG_IO) {
                worst = LG_SCRIPT;
                lg_diag_error(diag, s->name, 0, "change", "%s", err->text);
            } else if (status != LG_OK) {
                return status;
            } else {
                remember(seats, seats->count + index, s->name, spec->script_name, h->stand.agent);
            }
        }
    }
    return worst;
}
