/* Slots open with their first tick and close with their last, so that between two calls of
 * lg_world_tick() the world always rests between two ticks. */
#include "app/world_parts.h"

#include <string.h>
#include "app/balance.h"
#include "app/coordination.h"
#include "app/intraday.h"
#include "app/moments.h"
#include "app/results.h"
#include "base/clock.h"

static void heard_device(void *ctx, uint32_t asset, const char *sentence)
{
    lg_world *w = ctx;
    lg_notes_device(w->input.notes, w->scenario->site.assets[asset].name, sentence);
}

static void heard_log(void *ctx, uint32_t level, const char *sentence)
{
    lg_world *w = ctx;
    if (level >= LG_LOG_WARN)
        lg_notes_device(w->input.notes, "driver", sentence);
}

static void heard_rule(void *ctx, const char *sentence)
{
    lg_world *w = ctx;
    lg_notes_device(w->input.notes, "matching", sentence);
}

/* Hands the markets the rule of a plugin that the scenario names. */
static void join_rule(lg_world *w)
{
    lg_scenario *scenario = w->scenario;
    if (!scenario->matching)
        return;
    w->rule = (lg_rule_caller){
        .rule = scenario->matching,
        .site = &scenario->site,
        .drivers = w->input.setup->drivers,
        .heard = heard_rule,
        .ctx = w,
    };
    w->matcher = lg_rule_matcher(&w->rule);
    scenario->rules.matcher = &w->matcher;
}

static lg_status open_market(lg_world *w, lg_err *err)
{
    const lg_scenario *scenario = w->scenario;
    lg_fleet_input input = {
        .site = &scenario->site,
        .drivers = w->input.setup->drivers,
        .driver_count = w->input.setup->driver_count,
        .start_ms = scenario->start_ms,
        .slot_s = scenario->rules.slot_ms / 1000,
        .latitude_deg = scenario->latitude_deg,
        .fault = heard_device,
        .log = heard_log,
        .ctx = w,
    };
    lg_diag diag;
    lg_diag_init(&diag, w->mem);
    lg_status status = lg_fleet_open(w->mem, &input, &diag, &w->fleet);
    if (status == LG_OK)
        status = lg_schedule_check(w->mem, scenario, w->fleet, &diag);
    if (status == LG_OK)
        status = lg_microgrids_open(w->mem, scenario, w->input.notes, &diag, &w->micro);
    w->stepped_ms = scenario->start_ms;
    if (diag.count)
        lg_setup_print(w->mem, &diag, stderr);
    lg_diag_fini(&diag);
    if (status == LG_PLUGIN) /* the values of the scenario are what a device refuses */
        return LG_SCENARIO;
    if (status == LG_OK)
        w->turn = lg_turn_new(w->mem, &scenario->site, &scenario->rules);
    if (status == LG_OK && scenario->intraday && w->turn) {
        w->trading = lg_trading_new(w->mem, &scenario->intraday->rules, scenario->start_ms);
        if (!w->trading)
            return lg_fail(err, LG_MEMORY, "out of memory for the intraday market");
        lg_turn_set_trading(w->turn, w->trading);
    }
    if (status == LG_OK && scenario->coordination && w->turn) {
        status = lg_coordination_open(w->mem, scenario, w->input.setup->drivers, &w->scene, err);
        if (status != LG_OK)
            return status;
        lg_turn_set_scene(w->turn, w->scene);
    }
    if (w->micro && w->turn) {
        w->eye = (lg_microgrids_eye){
            .microgrids = w->micro, .turn = w->turn, .store = (lg_store *const *)&w->store};
        lg_microgrids_show(&w->eye);
    }
    w->members = lg_members_new(w->mem, scenario);
    w->origins = lg_origins_new(w->mem, &scenario->site);
    w->caps = lg_mem_zalloc(w->mem, scenario->site.asset_count, sizeof *w->caps);
    bool room = lg_facts_init(&w->facts, w->mem, scenario);
    if (!w->turn || !w->members || !w->origins || !w->caps || !room)
        return lg_fail(err, LG_MEMORY, "out of memory for %u assets", scenario->site.asset_count);
    w->market = lg_turn_market(w->turn);
    return LG_OK;
}

/* Before anybody is called. */
static void look_at_record(lg_world *w)
{
    const lg_outside_keeper *keeper = &w->input.keeper;
    w->follow.on = keeper->follows && keeper->follows(keeper->ctx);
}

/* What no record tells of has ended a script that is still needed. */
static void cannot_follow(lg_world *w, uint32_t seat, const lg_stopped *how)
{
    char numbers[160], slot[32];
    lg_clock_format_slot(w->scenario->start_ms + w->next.slot * w->scenario->rules.slot_ms, slot);
    lg_fail(
        &w->kept, LG_LIMIT,
        "the run cannot be done again: in slot %u (%s), tick %u, %s of \"%s\" %s, as it did not "
        "in its journal",
        w->next.slot, slot, w->next.tick, how->callback, w->scenario->agents[seat].name,
        lg_stopped_text(how, numbers, sizeof numbers));
}

/* Kept where it happens, which is in the middle of a tick. */
static void heard_stopped(void *ctx, uint32_t seat, const lg_stopped *how, const char *words)
{
    lg_world *w = ctx;
    const lg_outside_keeper *keeper = &w->input.keeper;
    if (w->kept.status != LG_OK)
        return;
    if (w->follow.on && how->why != LG_STOP_MEMORY) {
        cannot_follow(w, seat, how);
        return;
    }
    if (!keeper->keep)
        return;
    lg_text bytes;
    lg_text_init(&bytes, w->mem);
    lg_outside_pack_stop(how, words, &bytes);
    const lg_outside act = {
        .kind = LG_OUTSIDE_STOP,
        .slot = w->next.slot,
        .tick = w->next.tick,
        .node = seat,
        .bytes = bytes.data,
        .size = bytes.length,
    };
    if (bytes.failed)
        lg_fail(&w->kept, LG_MEMORY, "out of memory for the journal");
    else
        w->kept.status = keeper->keep(keeper->ctx, &act, &w->kept);
    lg_text_fini(&bytes);
}

static const char *unloaded(void *ctx, uint32_t seat, lg_arena *arena)
{
    const lg_world *w = ctx;
    const lg_outside_keeper *keeper = &w->input.keeper;
    return keeper->unloaded ? keeper->unloaded(keeper->ctx, seat, arena) : NULL;
}

static lg_status open_seats(lg_world *w, lg_err *err)
{
    lg_seats_input input = {
        .scenario = w->scenario,
        .turn = w->turn,
        .fleet = w->fleet,
        .origins = w->origins,
        .scripts_folder = w->input.setup->places.scripts,
        .notes = w->input.notes,
        .isolation = w->input.isolation,
        .follow = &w->follow,
        .stopped = heard_stopped,
        .unloaded = unloaded,
        .ctx = w,
    };
    lg_diag diag;
    lg_diag_init(&diag, w->mem);
    lg_status status = lg_seats_open(w->mem, &input, &diag, err, &w->seats);
    if (diag.count) {
        lg_setup_print(w->mem, &diag, stderr);
        err->text[0] = 0; /* all has been said */
    }
    lg_diag_fini(&diag);
    if (status != LG_OK)
        return status;
    const lg_clients_input clients = {
        .scenario = w->scenario,
        .turn = w->turn,
        .seats = w->seats,
    };
    w->clients = lg_clients_new(w->mem, &clients);
    if (!w->clients)
        return lg_fail(err, LG_MEMORY, "out of memory for clients");
    lg_schedule_input schedule = {
        .scenario = w->scenario,
        .turn = w->turn,
        .fleet = w->fleet,
        .seats = w->seats,
    };
    w->schedule = lg_schedule_new(w->mem, &schedule);
    return w->schedule ? LG_OK : lg_fail(err, LG_MEMORY, "out of memory for the events");
}

static lg_status heard_settled(void *ctx, const lg_settled *settled)
{
    lg_world *w = ctx;
    lg_moment moment = lg_moments_at(w->scenario, settled->slot, 0);
    lg_members_settled(w->members, settled, &moment);
    return LG_OK;
}

static lg_status heard_slot(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest digest)
{
    lg_world *w = ctx;
    const lg_outside_keeper *keeper = &w->input.keeper;
    (void)slot_start_ms;
    return keeper->slot ? keeper->slot(keeper->ctx, slot, digest, &w->kept) : LG_OK;
}

static lg_status begin_results(void *ctx, const char *folder, lg_err *err)
{
    const lg_world *w = ctx;
    const lg_outside_keeper *keeper = &w->input.keeper;
    return keeper->begin ? keeper->begin(keeper->ctx, folder, err) : LG_OK;
}

lg_status lg_world_begin(lg_world *w, lg_err *err)
{
    lg_results_input input = {
        .folder = w->input.folder,
        .scenario = w->scenario,
        .market = w->market,
        .origins = w->origins,
        .settling = lg_turn_settling(w->turn),
        .community = lg_members_scope(w->members),
        .drivers = w->input.setup->drivers,
        .driver_count = w->input.setup->driver_count,
        .ours = w->input.ours,
        .csv = w->input.csv,
        .keep_open = w->input.keep_open,
        .begin = begin_results,
        .ctx = w,
    };
    input.agents = lg_seats_agents(w->seats, &input.agent_count);
    lg_status status = lg_results_open(w->mem, &input, err, &w->store);
    if (status != LG_OK)
        return status;
    if (w->trading)
        status = lg_store_intraday(w->store, w->trading, err);
    if (status == LG_OK && w->scene)
        status = lg_store_coordination(w->store, w->scene, err);
    if (status != LG_OK)
        return status;
    w->input.notes->store = w->store;
    lg_seats_tell(w->seats);
    lg_listener store, course, origins;
    memset(&store, 0, sizeof store);
    lg_store_listener(w->store, &store);
    lg_course_init(&w->course, w->scenario, w->members, w->market, w->caps);
    lg_course_listener(&w->course, &course);
    lg_origins_listener(w->origins, &origins);
    status = lg_turn_listen(w->turn, &store, w->scenario->keep_orders);
    if (status == LG_OK)
        status = lg_turn_listen(w->turn, &course, false);
    if (status == LG_OK)
        status = lg_turn_listen(w->turn, &origins, false);
    lg_listener members = {.ctx = w, .settled = heard_settled, .slot = heard_slot};
    if (status == LG_OK)
        status = lg_turn_listen(w->turn, &members, false);
    w->begun = true;
    for (uint32_t i = 0; i < w->early_count && status == LG_OK; i++)
        status = lg_turn_listen(w->turn, &w->early[i], false);
    return status == LG_OK ? LG_OK : lg_fail(err, status, "%s", lg_status_text(status));
}

/* What owners have forecast takes the place of what devices plan; of one that is set aside nothing
 * is believed. */
static void take_forecasts(lg_world *w, uint32_t slot)
{
    if (!lg_turn_has_forecasts(w->turn))
        return;
    for (uint32_t i = 0; i < w->scenario->site.asset_count; i++)
        if (!lg_fleet_is_aside(w->fleet, i))
            lg_turn_forecast(w->turn, i, slot, &w->caps[i]);
}

static lg_slot slot_at(const lg_world *w, const lg_moment *moment)
{
    return (lg_slot){
        .size = sizeof(lg_slot),
        .index = moment->slot,
        .start_ms = moment->slot_start_ms,
        .hours = w->scenario->rules.slot_ms / (double)LG_HOUR_MS,
    };
}

static lg_status open_slot(lg_world *w, const lg_moment *moment)
{
    lg_slot slot = slot_at(w, moment);
    lg_status status = lg_schedule_slot(w->schedule, moment);
    if (status == LG_OK && w->micro)
        status = lg_microgrids_account(w->micro, w->turn, w->store);
    if (status != LG_OK)
        return status;
    lg_fleet_plan(w->fleet, &slot, w->caps);
    if (w->micro)
        lg_microgrids_plan(w->micro, w->fleet, &slot, w->caps);
    take_forecasts(w, moment->slot);
    status = lg_origins_fit_fleet(w->origins, &w->scenario->site, w->fleet);
    return status == LG_OK ? lg_turn_open_slot(w->turn, moment, w->caps) : status;
}

static lg_status close_slot(lg_world *w, const lg_moment *moment)
{
    lg_slot slot = slot_at(w, moment);
    lg_members_slot(w->members, w->market, moment, w->caps);
    lg_slot_facts facts = lg_facts_of(&w->facts, moment, w->fleet, w->caps);
    lg_store_slot(w->store, &facts);
    if (w->micro) {
        lg_microgrids_dispatch(w->micro, w->market,
                               moment->slot_start_ms + w->scenario->rules.slot_ms);
        lg_microgrids_close_slot(w->micro, w->market, moment, w->caps);
    }
    if (w->trading)
        lg_balance_tell(w->scenario, w->turn, moment, w->caps, w->store);
    lg_status status =
        w->scene ? lg_coordination_slot(w->mem, w->turn, moment, w->caps, w->store) : LG_OK;
    if (status == LG_OK)
        status = lg_turn_close_slot(w->turn);
    if (status != LG_OK)
        return status;
    lg_fleet_settle(w->fleet, &slot, w->market);
    w->next = (lg_place){.slot = w->next.slot + 1};
    return w->input.notes->status;
}

lg_status lg_world_start(lg_world *w)
{
    lg_moment moment = lg_moments_at(w->scenario, 0, 0);
    look_at_record(w);
    lg_status status = lg_turn_start(w->turn, &moment);
    return status == LG_OK ? w->kept.status : status;
}

/* The tick that is done next, and the market as it stands: between two slots that of the last one.
 */
static lg_seats_when when_of(const lg_world *w)
{
    const lg_place next = w->next;
    lg_seats_when when = {.slot = next.slot, .tick = next.tick};
    if (next.tick == 0 && next.slot > 0)
        when.moment = lg_moments_at(w->scenario, next.slot - 1, w->scenario->rules.ticks_per_slot);
    else
        when.moment = lg_moments_at(w->scenario, next.slot, next.tick);
    return when;
}

/* Microgrids go on to @p until_ms. */
static void advance(lg_world *w, int64_t until_ms)
{
    if (!w->micro)
        return;
    lg_microgrids_advance(w->micro, until_ms);
    w->stepped_ms = lg_microgrids_now_ms(w->micro);
}

int64_t lg_world_step_ms(const lg_world *w)
{
    int64_t tick_ms = lg_moments_at(w->scenario, w->next.slot, w->next.tick).now_ms;
    int64_t step_ms = w->micro ? lg_microgrids_next_ms(w->micro) : INT64_MAX;
    return step_ms <= tick_ms ? step_ms - w->scenario->start_ms : INT64_MAX;
}

void lg_world_step(lg_world *w)
{
    if (lg_world_step_ms(w) != INT64_MAX)
        lg_microgrids_advance(w->micro, lg_microgrids_next_ms(w->micro));
}

lg_status lg_world_tick(lg_world *w)
{
    lg_moment moment = lg_moments_at(w->scenario, w->next.slot, w->next.tick);
    advance(w, moment.now_ms);
    w->at = moment;
    w->input.notes->slot = moment.slot;
    w->input.notes->tick = moment.tick;
    look_at_record(w);
    lg_status status = moment.tick == 0 ? open_slot(w, &moment) : LG_OK;
    if (status == LG_OK)
        status = lg_turn_tick(w->turn, &moment);
    if (status == LG_OK)
        status = w->kept.status;
    if (status == LG_OK && w->micro)
        lg_microgrids_dispatch(w->micro, w->market,
                               moment.slot_start_ms + w->scenario->rules.slot_ms);
    const lg_outside_keeper *keeper = &w->input.keeper;
    if (status == LG_OK && keeper->tick)
        status = keeper->tick(keeper->ctx, moment.tick, lg_turn_mark(w->turn), &w->kept);
    if (status != LG_OK)
        return status;
    if (++w->next.tick >= w->scenario->rules.ticks_per_slot)
        status = close_slot(w, &moment);
    if (status != LG_OK)
        return status;
    lg_seats_when when = when_of(w);
    lg_seats_after_tick(w->seats, &when);
    return LG_OK;
}

/* ---- from outside ---- */

static lg_status set_fee(lg_world *w, const lg_outside *act, lg_err *err)
{
    const lg_site *site = &w->scenario->site;
    if (act->node >= site->area_count)
        return lg_fail(err, LG_UNKNOWN, "there is no market with number %u", act->node);
    lg_status status = w->scenario->rules.fee_kind == LG_FEE_CONSTANT
                           ? lg_market_set_fee_constant(w->market, act->node, act->number)
                           : lg_market_set_fee_percentage(w->market, act->node, act->number);
    if (status != LG_OK)
        return lg_fail(err, status, "the fee of %s: %s", site->areas[act->node].name,
                       lg_status_text(status));
    return LG_OK;
}

static lg_status set_script(lg_world *w, const lg_outside *act, lg_err *err)
{
    lg_seats_when when = when_of(w);
    w->input.notes->slot = when.slot;
    w->input.notes->tick = when.tick;
    if (!act->script || act->number < 0 || act->number > UINT32_MAX)
        return lg_fail(err, LG_INVALID, "a reload needs texts and the number of a version");
    return lg_seats_reload(w->seats, act->node, act->script, (uint32_t)act->number, &when, err);
}

lg_status lg_world_try(lg_world *w, uint32_t seat, const char *file, lg_bundle *given,
                       lg_bundle **out, lg_err *err)
{
    lg_seats_when when = when_of(w);
    *out = NULL;
    w->follow.on = false; /* nothing of a trial is in a record */
    if (seat >= lg_seats_count(w->seats))
        return lg_fail(err, LG_UNKNOWN, "there is no agent with number %u", seat);
    return lg_seats_try(w->seats, seat, file, given, &when,
                        when.tick == 0 ? LG_CALL_MARKET_CYCLE : LG_CALL_TICK, out, err);
}

/* What acts between two ticks acts at the time that microgrids have come to. */
static lg_status keep_step(lg_world *w, const lg_outside *act, lg_err *err)
{
    if (!w->micro || act->kind == LG_OUTSIDE_STEP ||
        lg_microgrids_now_ms(w->micro) <= w->stepped_ms)
        return LG_OK;
    const lg_outside step = {.kind = LG_OUTSIDE_STEP, .number = lg_microgrids_now_ms(w->micro)};
    return lg_world_act(w, &step, err);
}

lg_status lg_world_act(lg_world *w, const lg_outside *act, lg_err *err)
{
    lg_outside stamped = *act;
    lg_status stepped = keep_step(w, act, err);
    if (stepped != LG_OK)
        return stepped;
    look_at_record(w);
    stamped.slot = w->next.slot;
    stamped.tick = w->next.tick;
    const lg_outside_keeper *keeper = &w->input.keeper;
    lg_status status = keeper->keep ? keeper->keep(keeper->ctx, &stamped, err) : LG_OK;
    if (status != LG_OK)
        return status;
    if (stamped.kind == LG_OUTSIDE_STOP) /* what it does counts when it comes to that */
        return lg_seats_stop_at(w->seats, &stamped, err);
    uint64_t row[] = {stamped.kind, (uint64_t)stamped.slot << 32 | stamped.tick, stamped.node,
                      (uint64_t)stamped.number};
    lg_turn_outside(w->turn, row, sizeof row);
    if (stamped.script)
        lg_turn_outside(w->turn, lg_bundle_hash(stamped.script), 64);
    if (stamped.size)
        lg_turn_outside(w->turn, stamped.bytes, stamped.size);
    switch (stamped.kind) {
    case LG_OUTSIDE_FEE:
        return set_fee(w, &stamped, err);
    case LG_OUTSIDE_SCRIPT:
        return set_script(w, &stamped, err);
    case LG_OUTSIDE_CLIENT:
    case LG_OUTSIDE_CLAIM:
    case LG_OUTSIDE_BATCH:
        return lg_clients_act(w->clients, &stamped, err);
    case LG_OUTSIDE_TRADING:
        return lg_intraday_act(w->mem, w->turn, &stamped, &w->asked, err);
    case LG_OUTSIDE_STEP:
        advance(w, stamped.number);
        return LG_OK;
    case LG_OUTSIDE_MICROGRID:
        return lg_microgrids_act(w->micro, w->turn, w->store, &stamped, &w->micro_asked, err);
    case LG_OUTSIDE_LEAVE:
        return lg_seats_leave(w->seats, stamped.node, err);
    case LG_OUTSIDE_STOP:
    case LG_OUTSIDE_END:
        return LG_OK;
    }
    return lg_fail(err, LG_UNSUPPORTED, "no act of kind %d", (int)stamped.kind);
}

/* ---- the end ---- */

static lg_run_devices devices_of(const lg_world *w)
{
    uint32_t first;
    lg_run_devices devices = {.aside = lg_fleet_aside(w->fleet, &first),
                              .bad_readings = lg_fleet_bad_readings(w->fleet)};
    if (devices.aside)
        devices.first = w->scenario->site.assets[first].name;
    return devices;
}

static lg_status finish_results(lg_world *w, lg_err *err)
{
    w->digest = lg_turn_digest(w->turn);
    w->results = lg_members_results(w->members, w->market, lg_turn_settling(w->turn));
    lg_run_devices devices = devices_of(w);
    lg_store_devices(w->store, &devices);
    lg_run_given_up given_up = lg_seats_given_up(w->seats);
    lg_store_given_up(w->store, &given_up);
    w->refused = lg_seats_refused(w->seats, &w->refused_count);
    lg_store_refused(w->store, w->refused, w->refused_count);
    uint32_t conduct_count;
    const lg_run_conduct *conduct = lg_seats_conduct(w->seats, &conduct_count);
    lg_store_conduct(w->store, conduct, conduct_count);
    lg_run_community community = {
        .kpi = lg_course_kpi(&w->course),
        .peak_import_uwh = w->course.peak_import_uwh,
        .peak_import_ms = w->course.peak_import_start_ms,
    };
    lg_store_community(w->store, &community);
    if (w->next.slot < w->scenario->slot_count)
        lg_store_cut_short(w->store);
    lg_status status =
        lg_store_finish(w->store, w->digest, w->results, lg_members_count(w->members), err);
    if (status == LG_OK)
        status = w->input.notes->status;
    w->input.notes->store = NULL;
    lg_store_close(w->store); /* only closed files are worth reading */
    w->store = NULL;
    return status;
}

lg_status lg_world_finish(lg_world *w, lg_err *err)
{
    LG_ASSERT(w->next.slot && w->next.tick == 0);
    lg_moment moment =
        lg_moments_at(w->scenario, w->next.slot - 1, w->scenario->rules.ticks_per_slot);
    look_at_record(w);
    advance(w, moment.slot_start_ms + w->scenario->rules.slot_ms);
    lg_status status = w->micro ? lg_microgrids_account(w->micro, w->turn, w->store) : LG_OK;
    if (status == LG_OK)
        status = lg_turn_finish(w->turn, &moment);
    if (status == LG_OK)
        status = w->kept.status;
    if (status != LG_OK)
        return lg_fail(err, status, "%s", lg_world_error(w, status));
    return finish_results(w, err);
}

const char *lg_world_error(const lg_world *w, lg_status status)
{
    const char *reason = status == LG_STORE ? lg_store_error(w->store) : NULL;
    if (w->kept.text[0])
        return w->kept.text;
    return reason && *reason ? reason : lg_status_text(status);
}

void lg_world_report(const lg_world *w, lg_report *report)
{
    report->scenario = w->scenario;
    report->members = w->members;
    report->results = w->results;
    report->market = w->market;
    report->intraday = w->trading;
    report->course = &w->course;
    report->folder = w->input.folder;
    report->csv = w->input.csv;
    report->digest = w->digest;
    report->slots_done = w->next.slot;
    report->faults = w->input.notes->faults;
    report->devices = devices_of(w);
    report->given_up = lg_seats_given_up(w->seats);
    report->refused = w->refused;
    report->refused_count = w->refused_count;
    report->schedule = w->schedule;
}

lg_status lg_world_open(lg_mem *mem, const lg_world_input *input, lg_err *err, lg_world **out)
{
    *out = NULL;
    lg_world *w = lg_mem_zalloc(mem, 1, sizeof *w);
    if (!w)
        return lg_fail(err, LG_MEMORY, "out of memory");
    w->mem = mem;
    w->input = *input;
    w->scenario = input->setup->scenario;
    w->follow.seconds = LG_FOLLOW_SECONDS;
    look_at_record(w);
    w->at = lg_moments_at(w->scenario, 0, 0);
    join_rule(w);
    lg_status status = open_market(w, err);
    if (status == LG_OK)
        status = open_seats(w, err);
    if (status != LG_OK) {
        lg_world_close(w);
        return status;
    }
    *out = w;
    return LG_OK;
}

void lg_world_close(lg_world *w)
{
    if (!w)
        return;
    w->input.notes->store = NULL;
    lg_store_close(w->store);
    lg_eval_free(w->eval);
    lg_clients_free(w->clients);
    lg_seats_close(w->seats);
    lg_mem_free(w->mem, w->caps, w->scenario->site.asset_count * sizeof *w->caps);
    lg_facts_fini(&w->facts);
    lg_origins_free(w->origins);
    lg_members_free(w->members);
    if (w->turn)
        lg_turn_free(w->turn);
    lg_trading_free(w->trading);
    lg_scene_free(w->scene);
    lg_microgrids_close(w->micro);
    if (w->fleet)
        lg_fleet_close(w->fleet);
    lg_schedule_free(w->schedule); /* holds parameters that devices and scripts had */
    lg_mem_free(w->mem, w, sizeof *w);
}
