/* A seat is one agent of the scenario: a desk with its rights, a Lua state behind it, and a place
 * in the turn. Seats are made in the scenario's order, and that order is their number everywhere.
 */
#include "app/seats.h"

#include <stdio.h>
#include <string.h>
#include "app/baseline.h"
#include "scenario/conf.h"

typedef struct seat {
    lg_desk *desk;
    lg_agent *agent;   /* of the scenario's agent */
    lg_agent *current; /* the one at work: agent, or an heir */
    const char *name;
    lg_notes *notes;
    uint32_t shown; /* errors printed so far */
    struct lg_seats *seats;
    lg_baseline *baseline; /* at work in the place of scripts that were given up */
    bool given_up;         /* and nobody has taken over yet */
    char why[LG_ERR_TEXT_MAX];
} seat;

/* Another script for a seat, from an event on. */
typedef struct heir {
    uint32_t event, seat;
    lg_agent *agent;
} heir;

struct lg_seats {
    lg_mem *mem;
    uint32_t waiting; /* seats that nobody has taken over yet */
    lg_run_given_up given_up;
    lg_seats_input input;
    lg_arena arena; /* params */
    seat *items;
    heir *heirs;
    uint32_t heir_count;
    lg_run_agent *agents; /* of seats, then of heirs */
    uint32_t count;
};

static void heard_fault(void *ctx, const lg_agent *agent, const char *message)
{
    seat *s = ctx;
    (void)agent;
    lg_notes_fault(s->notes, s->name, message, &s->shown);
}

static void heard_print(void *ctx, const lg_agent *agent, const char *line)
{
    seat *s = ctx;
    (void)agent;
    lg_notes_print(s->notes, s->name, line);
}

/* Of the script at work: one that an event has taken away is not called any more. */
static void heard_stopped(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    seat *s = ctx;
    lg_seats *seats = s->seats;
    char numbers[160];
    snprintf(s->why, sizeof s->why, "%s: %s %s", how->code, how->callback,
             lg_stopped_text(how, numbers, sizeof numbers));
    if (!seats->given_up.count++)
        seats->given_up.first = s->name;
    if (seats->input.stopped)
        seats->input.stopped(seats->input.ctx, (uint32_t)(s - seats->items), how);
    if (agent == s->current && !s->given_up) {
        s->given_up = true;
        seats->waiting++;
    }
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

static lg_agent_input input_of(lg_seats *seats, seat *s)
{
    return (lg_agent_input){
        .desk = s->desk,
        .scripts_folder = seats->input.scripts_folder,
        .seed = seats->input.scenario->seed,
        .devices = lg_seats_devices(seats),
        .fault = heard_fault,
        .print = heard_print,
        .stopped = heard_stopped,
        .ctx = s,
    };
}

/* What the scenario says, as the script room has it. */
static lg_budget budget_of(const lg_budget_spec *spec)
{
    return (lg_budget){
        .units_per_call = spec->units_per_call,
        .units_at_load = spec->units_at_load,
        .memory_bytes = spec->memory_bytes,
        .output_bytes = spec->output_bytes,
        .faults_in_a_row = spec->faults_in_a_row,
        .seconds_per_call = spec->seconds_per_call,
    };
}

/* Loads @p script for the seat. */
static lg_status load(lg_seats *seats, seat *s, const char *script, const lg_conf *conf,
                      lg_agent **agent, lg_err *err)
{
    lg_script_param *params = NULL;
    if (conf) {
        params = lg_arena_alloc(&seats->arena, sizeof *params);
        if (!params || !fill_param(&seats->arena, conf, params))
            return lg_fail(err, LG_MEMORY, "out of memory for the parameters of \"%s\"", s->name);
    }
    lg_agent_input input = input_of(seats, s);
    input.script = script;
    input.params = params;
    input.budget = budget_of(&seats->input.scenario->agents[s - seats->items].budget);
    return lg_agent_new(seats->mem, &input, err, agent);
}

static lg_status sit_down(lg_seats *seats, uint32_t index, lg_err *err)
{
    const lg_agent_spec *spec = &seats->input.scenario->agents[index];
    seat *s = &seats->items[index];
    s->name = spec->name;
    s->seats = seats;
    s->notes = seats->input.notes;
    s->desk = lg_desk_new(seats->mem, lg_turn_market(seats->input.turn), index, spec->name);
    if (!s->desk)
        return lg_fail(err, LG_MEMORY, "out of memory for the desk of \"%s\"", spec->name);
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < spec->asset_count && status == LG_OK; i++)
        status = lg_desk_grant_asset(s->desk, spec->assets[i]);
    for (uint32_t i = 0; i < spec->market_count && status == LG_OK; i++)
        status = lg_desk_grant_market(s->desk, spec->markets[i]);
    if (status != LG_OK)
        return lg_fail(err, status, "out of memory for the rights of \"%s\"", spec->name);
    status = load(seats, s, spec->script, spec->params, &s->agent, err);
    s->current = s->agent;
    return status;
}

static lg_status join(lg_seats *seats, uint32_t index, lg_err *err)
{
    lg_participant participant;
    memset(&participant, 0, sizeof participant);
    lg_agent_participant(seats->items[index].agent, &participant);
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
        if (!seats->items[i].agent && strcmp(specs[i].script, specs[index].script) == 0)
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
                     seats->items[i].agent);
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
            heir *h = &seats->heirs[index];
            *h = (heir){.event = i, .seat = spec->agents[k]};
            seat *s = &seats->items[h->seat];
            lg_status status = load(seats, s, spec->script, spec->params, &h->agent, err);
            if (status == LG_SCRIPT || status == LG_IO) {
                worst = LG_SCRIPT;
                lg_diag_error(diag, s->name, 0, "change", "%s", err->text);
            } else if (status != LG_OK) {
                return status;
            } else {
                remember(seats, seats->count + index, s->name, spec->script_name, h->agent);
            }
        }
    }
    return worst;
}

lg_status lg_seats_change(lg_seats *seats, uint32_t event, uint32_t index, const lg_moment *moment,
                          bool *done)
{
    seat *s = &seats->items[index];
    for (uint32_t i = 0; i < seats->heir_count; i++) {
        heir *h = &seats->heirs[i];
        if (h->event != event || h->seat != index || s->current == h->agent)
            continue;
        lg_participant participant;
        memset(&participant, 0, sizeof participant);
        lg_agent_participant(h->agent, &participant);
        s->current = h->agent;
        if (s->given_up) /* it needs nobody else */
            seats->waiting--;
        s->given_up = false;
        *done = true;
        return lg_turn_replace(seats->input.turn, index, &participant, moment);
    }
    return LG_OK;
}

/* The seat's own script is over: its template strategies from here on. */
static lg_status take_over(lg_seats *seats, uint32_t index, const lg_moment *moment)
{
    seat *s = &seats->items[index];
    lg_agent_input input = input_of(seats, s);
    lg_participant participant;
    lg_baseline_free(s->baseline);
    s->baseline = lg_baseline_new(seats->mem, &seats->input.scenario->agents[index], &input);
    if (!s->baseline)
        return LG_MEMORY;
    s->current = NULL;
    lg_baseline_participant(s->baseline, &participant);
    return lg_turn_replace(seats->input.turn, index, &participant, moment);
}

lg_status lg_seats_take_over(lg_seats *seats, const lg_moment *moment,
                             lg_status (*tell)(void *ctx, uint32_t seat, const char *detail),
                             void *ctx)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < seats->count && seats->waiting && status == LG_OK; i++) {
        seat *s = &seats->items[i];
        if (!s->given_up)
            continue;
        s->given_up = false;
        seats->waiting--;
        status = take_over(seats, i, moment);
        if (status != LG_OK)
            return status;
        lg_text detail; /* lives in the arena from then on */
        lg_text_init(&detail, seats->mem);
        lg_text_format(&detail, "script = %s, because %s", lg_baseline_names(s->baseline), s->why);
        const char *kept = detail.failed
                               ? NULL
                               : lg_arena_text(&seats->arena, lg_text_peek(&detail), detail.length);
        lg_text_fini(&detail);
        if (!kept)
            return LG_MEMORY;
        lg_notes_taken_over(seats->input.notes, s->name, lg_baseline_names(s->baseline));
        status = tell(ctx, i, kept);
    }
    return status;
}

lg_run_given_up lg_seats_given_up(const lg_seats *seats)
{
    return seats->given_up;
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
    seats->count = input->scenario->agent_count;
    seats->items = lg_mem_zalloc(mem, seats->count, sizeof *seats->items);
    uint32_t heirs = count_heirs(input->scenario);
    seats->heirs = lg_mem_zalloc(mem, heirs, sizeof *seats->heirs);
    seats->agents = lg_mem_zalloc(mem, seats->count + heirs, sizeof *seats->agents);
    lg_status status = seats->items && seats->heirs && seats->agents
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
        if (seats->heirs[i].agent)
            lg_agent_free(seats->heirs[i].agent);
    for (uint32_t i = 0; i < seats->count && seats->items; i++) {
        lg_baseline_free(seats->items[i].baseline);
        if (seats->items[i].agent)
            lg_agent_free(seats->items[i].agent);
        if (seats->items[i].desk)
            lg_desk_free(seats->items[i].desk);
    }
    lg_mem_free(seats->mem, seats->items, seats->count * sizeof *seats->items);
    lg_mem_free(seats->mem, seats->heirs, heirs * sizeof *seats->heirs);
    lg_mem_free(seats->mem, seats->agents, (seats->count + heirs) * sizeof *seats->agents);
    lg_arena_drop(&seats->arena);
    lg_mem_free(seats->mem, seats, sizeof *seats);
}

uint32_t lg_seats_count(const lg_seats *seats)
{
    return seats->count;
}

lg_seat_view lg_seats_view(const lg_seats *seats, uint32_t index)
{
    const seat *s = &seats->items[index];
    return (lg_seat_view){
        .name = s->name,
        .script = lg_agent_script(s->current),
        .hash = lg_agent_hash(s->current),
        .version = 1,
        .faults = lg_agent_faults(s->current),
        .memory = lg_agent_memory(s->current),
    };
}

const lg_run_agent *lg_seats_agents(const lg_seats *seats, uint32_t *count)
{
    *count = seats->count + seats->heir_count;
    return seats->agents;
}
