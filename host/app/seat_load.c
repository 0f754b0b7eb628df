/* What the agents of a seat are made of: the scenario's words about a script as the script room has
 * them, and whether it runs here or in a worker. */
#include <string.h>
#include "app/seat.h"
#include "scenario/conf.h"

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
        .breaches_a_day = spec->breaches_a_day,
        .seconds_per_call = spec->seconds_per_call,
        .seconds_at_load = spec->seconds_at_load,
        .seconds_grace = spec->seconds_grace,
        .patience = spec->patience,
    };
}

lg_status lg__seat_params(lg_seats *seats, const char *name, const lg_conf *conf,
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
        if (spec->coordinates)
            return lg_fail(err, LG_SCRIPT,
                           "\"%s\" plays a part in the coordination, which cannot be reached from "
                           "a worker process, where sweeps, matches, leagues, hosted communities "
                           "and --isolation worker have all scripts",
                           s->name);
        if (!seats->workers)
            seats->workers = lg_workers_new(seats->mem, NULL);
        if (!seats->workers)
            return lg_fail(err, LG_MEMORY, "out of memory for the worker of \"%s\"", s->name);
        lg_workers_set_patience(seats->workers, seats->patience);
        input.remote = lg_workers_remote(seats->workers);
        input.later = opening->later;
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
