/* A seat is one agent of the scenario: a desk with its rights, a Lua state behind it, and a place
 * in the turn. Seats are made in the scenario's order, and that order is their number everywhere.
 */
#include "app/seat.h"

#include <stdio.h>
#include <string.h>
#include "app/baseline.h"
#include "scenario/conf.h"
#include "worker/workers.h"

enum { LIKE_MAX = 8 }; /* neighbours that are looked at for equal texts */

/* The version of an agent of the seat: the one at work, or one that is about to be. */
static uint32_t version_of(const lg__seat *s, const lg_agent *agent)
{
    return s->at && s->at->agent == agent ? s->version : s->newcomer;
}

bool lg__seat_is_repeated(const lg__seat *s, const lg_stopped *how)
{
    return s->words && how && how->why == s->stop.why && how->call == s->stop.call &&
           how->part == s->stop.part;
}

void lg__seat_fault(void *ctx, const lg_agent *agent, const char *message)
{
    lg__seat *s = ctx;
    const lg_stopped *how = agent ? lg_agent_stopped(agent) : NULL; /* NULL: it was never made */
    if (lg__seat_is_repeated(s, how)) /* a second time there is less to say */
        message = s->words;
    s->faults++;
    s->seats->words.length = 0;
    lg_text_str(&s->seats->words, message);
    lg_notes_fault(s->notes, s->name, version_of(s, agent), message, &s->shown);
}

void lg__seat_print(void *ctx, const lg_agent *agent, const char *line)
{
    lg__seat *s = ctx;
    lg_notes_print(s->notes, s->name, version_of(s, agent), line);
}

void lg__seat_give_up(lg__seat *s)
{
    if (s->given_up)
        return;
    s->given_up = true;
    s->due = LG_NONE;
    s->seats->waiting++;
}

/* Of the script at work: one that an event has taken away is not called any more. */
void lg__seat_stopped(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    lg__seat *s = ctx;
    lg_seats *seats = s->seats;
    char numbers[160];
    s->code = how->code;
    snprintf(s->why, sizeof s->why, "%s: %s %s", how->code, how->callback,
             lg_stopped_text(how, numbers, sizeof numbers));
    bool comes_back = s->kept_count > 0; /* the version before it, after this tick */
    if (!comes_back && !lg__seat_may_restart(s, s->strikes) && !seats->given_up.count++)
        seats->given_up.first = s->name;
    bool repeated = lg__seat_is_repeated(s, how);
    if (seats->input.stopped && !repeated && lg_stop_may_differ(how->why))
        seats->input.stopped(seats->input.ctx, s->index, how, lg_text_peek(&seats->words));
    if (repeated)
        s->words = NULL;
    if (s->at && agent == s->at->agent && !comes_back)
        lg__seat_give_up(s);
}

lg_status lg_seats_stop_at(lg_seats *seats, const lg_outside *act, lg_err *err)
{
    lg_stopped how;
    const char *words;
    lg__seat *s = act->node < seats->count ? &seats->items[act->node] : NULL;
    if (!s || !s->at)
        return lg_fail(err, LG_UNKNOWN, "there is no agent with number %u", act->node);
    lg_status status = lg_outside_unpack_stop(act, &seats->arena, &how, &words);
    if (status != LG_OK)
        return lg_fail(err, status, "how the script of \"%s\" was given up: %s", s->name,
                       lg_status_text(status));
    if (strcmp(how.callback, LG__AT_LOAD) == 0 && how.part == 0)
        return LG_OK; /* that was before the run */
    s->stop = how;
    s->words = words;
    lg_agent_stop_at(s->at->agent, &how);
    return LG_OK;
}

bool lg__seat_may_restart(const lg__seat *s, uint32_t strikes)
{
    return strikes < s->seats->input.scenario->agents[s->index].restarts;
}

static const lg_plan *plan_of(void *ctx, uint32_t asset)
{
    return lg_fleet_plan_of(ctx, asset);
}

static const char *type_of(void *ctx, uint32_t asset)
{
    return lg_fleet_type_of(ctx, asset);
}

static bool fill_param(lg_arena *arena, const lg_conf *conf, lg_script_param *param)
{
    *param = (lg_script_param){.key = conf->key, .text = conf->text, .number = conf->number};
    switch (conf->type) {
    case LG_CONF_NULL:
    case LG_CONF_NUMBER:
        param->type = LG_PARAM_NUMBER;
        return true;
    case LG_CONF_BOOL:
        param->type = LG_PARAM_BOOL;
        return true;
    case LG_CONF_TEXT:
        param->type = LG_PARAM_TEXT;
        return true;
    case LG_CONF_LIST:
    case LG_CONF_TABLE:
        break;
    }
    param->type = conf->type == LG_CONF_LIST ? LG_PARAM_LIST : LG_PARAM_TABLE;
    lg_script_param *items = lg_arena_alloc(arena, (conf->count + 1) * sizeof *items);
    param->items = items;
    if (!items)
        return false;
    for (const lg_conf *item = conf->first; item; item = item->next) {
        if (item->type == LG_CONF_NULL) /* an absent parameter is nil in the script */
            continue;
        if (!fill_param(arena, item, &items[param->count++]))
            return false;
    }
    return true;
}

lg_device_view lg_seats_devices(const lg_seats *seats)
{
    return (lg_device_view){
        .ctx = seats->input.fleet,
        .plan = plan_of,
        .type = type_of,
        .origins = seats->input.origins,
    };
}

lg_agent_input lg__seat_input(lg_seats *seats, lg__seat *s)
{
    return (lg_agent_input){
        .desk = s->desk,
        .scripts_folder = seats->input.scripts_folder,
        .seed = seats->input.scenario->seed,
        .devices = lg_seats_devices(seats),
        .follow = seats->input.follow,
        .fault = lg__seat_fault,
        .print = lg__seat_print,
        .stopped = lg__seat_stopped,
        .ctx = s,
    };
}

/* What the scenario says, as the script room has it. */
static lg_budget budget_of(const lg_budget_spec *spec)
{
    return (lg_budget){
        .units_per_call = spec->units_per_call,
        .units_at_load = spec->units_at_load,
        .bank = spec->bank,
        .memory_bytes = spec->memory_bytes,
        .output_bytes = spec->output_bytes,
        .faults_in_a_row = spec->faults_in_a_row,
        .seconds_per_call = spec->seconds_per_call,
        .seconds_at_load = spec->seconds_at_load,
        .seconds_grace = spec->seconds_grace,
        .patience = spec->patience,
    };
}

static lg_status fill_params(lg_seats *seats, const char *name, const lg_conf *conf,
                             const lg_script_param **out, lg_err *err)
{
    *out = NULL;
    if (!conf)
        return LG_OK;
    lg_script_param *params = lg_arena_alloc(&seats->arena, sizeof *params);
    if (!params || !fill_param(&seats->arena, conf, params))
        return lg_fail(err, LG_MEMORY, "out of memory for the parameters of \"%s\"", name);
    *out = params;
    return LG_OK;
}

bool lg__seat_is_apart(const lg_seats *seats, uint32_t seat)
{
    const char *said = seats->input.isolation;
    return said ? strcmp(said, "worker") == 0 : seats->input.scenario->agents[seat].worker;
}

/* What holds the market up while a newer version is made: no longer than the scenario says, unless
 * its author allows less. What is put to work has its own limits from then on. */
static void bound_reload(const lg_seats *seats, uint32_t seat, lg_agent_input *input)
{
    double most = seats->input.scenario->reload_seconds;
    lg_budget *budget = &input->budget;
    double call = budget->seconds_per_call, load = budget->seconds_at_load;
    if (!(call > 0))
        call = lg__seat_is_apart(seats, seat) ? LG_BUDGET_SECONDS_WORKER : LG_BUDGET_SECONDS;
    if (!(load > 0))
        load = call;
    budget->seconds_at_load = load < most ? load : most;
    if (input->trial)
        budget->seconds_per_call = call < most ? call : most;
}

lg_status lg__seat_load(lg_seats *seats, lg__seat *s, const lg__stand *stand,
                        const lg__opening *opening, lg_agent **agent, lg_err *err)
{
    lg_agent_input input = lg__seat_input(seats, s);
    input.script = stand->script;
    input.params = stand->params;
    input.bundle = opening->bundle;
    input.like = opening->like;
    input.trial = opening->trial;
    input.restarts = lg__seat_may_restart(s, opening->strikes);
    const lg_agent_spec *spec = &seats->input.scenario->agents[s->index];
    input.budget = budget_of(&spec->budget);
    if (opening->reload)
        bound_reload(seats, s->index, &input);
    input.fault = opening->fault;
    input.print = opening->print;
    input.stopped = opening->stopped;
    input.ctx = opening->ctx;
    if (lg__seat_is_apart(seats, s->index) && strcmp(stand->script, LG_SCRIPT_BASELINE) != 0) {
        if (spec->gridpool_count)
            return lg_fail(err, LG_SCRIPT,
                           "\"%s\" trades for a gridpool, and the intraday market cannot be "
                           "reached from a worker process: run it without --isolation worker",
                           s->name);
        if (!seats->workers)
            seats->workers = lg_workers_new(seats->mem, NULL);
        if (!seats->workers)
            return lg_fail(err, LG_MEMORY, "out of memory for the worker of \"%s\"", s->name);
        lg_workers_set_patience(seats->workers, seats->patience);
        input.remote = lg_workers_remote(seats->workers);
    }
    return lg_agent_new(seats->mem, &input, err, agent);
}

lg__stand lg__seat_stand(const lg__seat *s, const lg_bundle *bundle)
{
    return (lg__stand){
        .script = bundle ? lg_bundle_at(bundle, 0)->path : s->at->script,
        .params = s->at->params,
    };
}

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
    lg_status status = fill_params(seats, s->name, params, &stand->params, err);
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
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < spec->asset_count && status == LG_OK; i++)
        status = lg_desk_grant_asset(s->desk, spec->assets[i]);
    for (uint32_t i = 0; i < spec->market_count && status == LG_OK; i++)
        status = lg_desk_grant_market(s->desk, spec->markets[i]);
    const lg_intraday_spec *intraday = seats->input.scenario->intraday;
    for (uint32_t i = 0; spec->gridpool_count && i < intraday->rules.gridpool_count; i++)
        if (intraday->agents[i] == index && status == LG_OK)
            status = lg_desk_grant_gridpool(s->desk, i);
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

static lg_status open_all(lg_seats *seats, lg_diag *diag, lg_err *err)
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

static uint32_t count_heirs(const lg_scenario *scenario)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++)
        count += scenario->events[i].agent_count;
    return count;
}

/* Loads what events bring, so that a script that cannot be loaded is told before the run. */
static lg_status open_heirs(lg_seats *seats, lg_diag *diag, lg_err *err)
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

static lg_status hand_over(lg_seats *seats, lg__seat *s, lg__heir *h, const lg_moment *moment,
                           bool *done)
{
    lg_err err;
    const lg_seats_when when = {.moment = *moment, .slot = moment->slot, .tick = moment->tick};
    lg_status status = lg__seat_add_version(seats, s, lg_agent_bundle(h->stand.agent), &err);
    if (status != LG_OK)
        return status;
    lg_participant participant;
    lg__stand *left = s->at;
    uint32_t version = s->version;
    lg__seat_prove(seats, s);
    s->at = &h->stand;
    s->version = s->version_count;
    if (s->words) /* in on_start, maybe */
        lg_agent_stop_at(h->stand.agent, &s->stop);
    lg__seat_participant(s, &participant);
    s->at = left; /* it has the last word */
    s->newcomer = s->version;
    s->version = version;
    *done = true;
    status = lg_turn_replace(seats->input.turn, s->index, &participant, moment);
    s->at = &h->stand;
    s->version = s->newcomer;
    s->newcomer = 0;
    lg__seat_relieve(seats, s);
    lg__seat_tell_version(seats, s, &when, "change", "");
    if (lg_agent_stopped(h->stand.agent)) /* in on_start, before it was at work */
        lg__seat_give_up(s);
    return status;
}

lg_status lg_seats_change(lg_seats *seats, uint32_t event, uint32_t index, const lg_moment *moment,
                          bool *done)
{
    lg__seat *s = &seats->items[index];
    for (uint32_t i = 0; i < seats->heir_count; i++) {
        lg__heir *h = &seats->heirs[i];
        if (h->event == event && h->seat == index && s->at != &h->stand)
            return hand_over(seats, s, h, moment, done);
    }
    return LG_OK;
}

void lg__seat_relieve(lg_seats *seats, lg__seat *s)
{
    seats->waiting -= s->given_up;
    s->given_up = false;
    s->strikes = 0;
    s->left = false;
    lg_baseline_free(s->baseline);
    s->baseline = NULL;
}

void lg_seats_set_patience(lg_seats *seats, double seconds)
{
    seats->patience = seconds;
    if (seats->workers)
        lg_workers_set_patience(seats->workers, seconds);
}

lg_status lg_seats_hold(lg_seats *seats, bool is_asset, uint32_t node, bool held)
{
    const lg_site *site = &seats->input.scenario->site;
    if (is_asset)
        return lg_desk_hold_asset(seats->items[site->assets[node].agent].desk, node, held);
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < seats->count && status == LG_OK; i++)
        status = lg_desk_hold_market(seats->items[i].desk, node, held);
    return status;
}

lg_run_given_up lg_seats_given_up(const lg_seats *seats)
{
    return seats->given_up;
}

const lg_run_refused *lg_seats_refused(lg_seats *seats, uint32_t *count)
{
    lg_run_refused *rows = lg_arena_alloc(&seats->arena, (seats->count + 1) * sizeof *rows);
    *count = 0;
    for (uint32_t i = 0; i < seats->count && rows; i++) {
        uint64_t commands = lg_desk_counts_of(seats->items[i].desk).refused;
        if (commands)
            rows[(*count)++] = (lg_run_refused){seats->items[i].name, commands};
    }
    return rows;
}

/* Where a clock ended a script, what it had spent is another each time. */
static int64_t units_most(const lg__seat *s)
{
    bool known = s->at && s->at->agent && !s->code;
    return known ? (int64_t)lg_agent_figures_of(s->at->agent).units_most : -1;
}

const lg_run_conduct *lg_seats_conduct(lg_seats *seats, uint32_t *count)
{
    lg_run_conduct *rows = lg_arena_alloc(&seats->arena, (seats->count + 1) * sizeof *rows);
    *count = rows ? seats->count : 0;
    for (uint32_t i = 0; i < *count; i++) {
        const lg__seat *s = &seats->items[i];
        const lg_desk_counts counts = lg_desk_counts_of(s->desk);
        rows[i] = (lg_run_conduct){.faults = s->faults, .refused = counts.refused};
        rows[i].units_most = units_most(s);
        memcpy(rows[i].refused_as, counts.refused_as, sizeof counts.refused_as);
        rows[i].refusals = lg_desk_refusals(s->desk, &rows[i].refusal_count);
    }
    return rows;
}

lg_status lg_seats_open(lg_mem *mem, const lg_seats_input *input, lg_diag *diag, lg_err *err,
                        lg_seats **out)
{
    *out = NULL;
    lg_seats *seats = lg_mem_zalloc(mem, 1, sizeof *seats);
    if (!seats)
        return lg_fail(err, LG_MEMORY, "out of memory");
    seats->mem = mem;
    seats->input = *input;
    lg_arena_init(&seats->arena, mem, 16384);
    lg_text_init(&seats->said, mem);
    lg_text_init(&seats->words, mem);
    seats->count = input->scenario->agent_count;
    seats->items = lg_mem_zalloc(mem, seats->count, sizeof *seats->items);
    uint32_t heirs = count_heirs(input->scenario);
    seats->heirs = lg_mem_zalloc(mem, heirs, sizeof *seats->heirs);
    seats->agents = lg_mem_zalloc(mem, seats->count + heirs, sizeof *seats->agents);
    seats->trying = lg_mem_zalloc(mem, seats->count, sizeof *seats->trying);
    lg_status status = seats->items && seats->heirs && seats->agents && seats->trying
                           ? open_all(seats, diag, err)
                           : lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        status = open_heirs(seats, diag, err);
    if (status != LG_OK) {
        lg_seats_close(seats);
        return status;
    }
    *out = seats;
    return LG_OK;
}

void lg_seats_close(lg_seats *seats)
{
    if (!seats)
        return;
    uint32_t heirs = count_heirs(seats->input.scenario);
    for (uint32_t i = 0; i < seats->heir_count; i++)
        lg_agent_free(seats->heirs[i].stand.agent);
    for (uint32_t i = 0; i < seats->count && seats->items; i++) {
        lg__seat *s = &seats->items[i];
        lg_baseline_free(s->baseline);
        lg_agent_free(s->own.agent);
        for (uint32_t k = 0; k < s->kept_count; k++)
            lg_agent_free(s->kept[k].agent);
        for (uint32_t k = 0; k < s->version_count; k++)
            lg_bundle_unref(s->versions[k]);
        lg_mem_free(seats->mem, s->versions, s->version_capacity * sizeof *s->versions);
        lg_desk_free(s->desk);
    }
    lg_workers_free(seats->workers);
    lg_mem_free(seats->mem, seats->items, seats->count * sizeof *seats->items);
    lg_mem_free(seats->mem, seats->heirs, heirs * sizeof *seats->heirs);
    lg_mem_free(seats->mem, seats->agents, (seats->count + heirs) * sizeof *seats->agents);
    lg_mem_free(seats->mem, seats->trying, seats->count * sizeof *seats->trying);
    lg_text_fini(&seats->said);
    lg_text_fini(&seats->words);
    lg_arena_drop(&seats->arena);
    lg_mem_free(seats->mem, seats, sizeof *seats);
}

uint32_t lg_seats_count(const lg_seats *seats)
{
    return seats->count;
}

lg_seat_view lg_seats_view(const lg_seats *seats, uint32_t index)
{
    const lg__seat *s = &seats->items[index];
    const lg_agent *agent = s->at->agent;
    uint64_t units_most, units = lg_agent_units(agent, &units_most);
    return (lg_seat_view){
        .name = s->name,
        .instead = s->baseline   ? lg_baseline_names(s->baseline)
                   : s->given_up ? "nothing"
                                 : NULL,
        .script = lg_agent_script(agent),
        .hash = lg_agent_hash(agent),
        .version = s->version,
        .versions = s->version_count,
        .on_probation = s->kept_count > 0,
        .stood_in = s->baseline || s->given_up,
        .left = s->left,
        .has_script = s->version_count > 1 || !s->starts_baseline,
        .faults = lg_agent_faults(agent),
        .memory = lg_agent_memory(agent),
        .units = units,
        .units_most = units_most,
    };
}

const char *lg_seat_trader(const lg_seat_view *view, char *out, size_t size)
{
    if (view->instead)
        return view->instead;
    snprintf(out, size, "v%u", view->version);
    return out;
}

const lg_run_agent *lg_seats_agents(const lg_seats *seats, uint32_t *count)
{
    *count = seats->count + seats->heir_count;
    return seats->agents;
}
