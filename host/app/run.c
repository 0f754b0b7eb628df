/* The rooms are built from left to right and taken down in the opposite order; what happens in
 * between is the life of a slot, written out once:
 *
 *   events -> plan -> open -> (tick)* -> count -> close -> settle
 *
 * The event loop only looks in between ticks. It can end a run early, never change it: SIGINT ends
 * it after the slot and writes what there is, SIGTERM (or a second SIGINT) after the tick, leaving
 * results that say they are incomplete.
 */
#include "app/run.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "app/cmd.h"
#include "app/course.h"
#include "app/facts.h"
#include "app/moments.h"
#include "app/origins.h"
#include "app/plain.h"
#include "app/report.h"
#include "app/results.h"
#include "app/schedule.h"
#include "app/seats.h"
#include "app/setup.h"
#include "base/clock.h"
#include "driver/rule.h"
#include "loop/loop.h"

#define PROGRESS_MS 100

typedef enum stop { GO_ON, STOP_AFTER_SLOT, STOP_NOW } stop;

typedef struct run {
    lg_mem *mem;
    const lg_args *args;
    lg_setup setup;
    const lg_scenario *scenario; /* setup.scenario */
    lg_loop *loop;
    lg_fleet *fleet;
    lg_rule_caller rule; /* of a plugin, when one matches */
    lg_matcher matcher;
    lg_turn *turn;
    lg_market *market; /* of the turn */
    lg_members *members;
    lg_origins *origins;
    lg_course course;
    lg_seats *seats;
    lg_schedule *schedule;
    char *folder;
    lg_store *store;
    lg_caps *caps;
    lg_facts facts;
    lg_notes notes;
    lg_progress progress;
    stop stop;
    bool finishing; /* no more slots; the results are on their way */
    uint32_t slots_done;
    double seconds;
    lg_digest digest;
    const lg_member_result *results;
} run;

static void heard_signal(void *ctx, int number)
{
    run *r = ctx;
    if (number == SIGTERM || r->stop == STOP_AFTER_SLOT) {
        r->stop = STOP_NOW;
    } else {
        r->stop = STOP_AFTER_SLOT;
        lg_notes_say(&r->notes, "interrupted; the slot is finished, then results are written");
    }
}

static void heard_device(void *ctx, uint32_t asset, const char *sentence)
{
    run *r = ctx;
    lg_notes_device(&r->notes, r->scenario->site.assets[asset].name, sentence);
}

static void heard_log(void *ctx, uint32_t level, const char *sentence)
{
    run *r = ctx;
    if (level >= LG_LOG_WARN)
        lg_notes_device(&r->notes, "driver", sentence);
}

static void heard_rule(void *ctx, const char *sentence)
{
    run *r = ctx;
    lg_notes_device(&r->notes, "matching", sentence);
}

/* Hands the markets the rule of a plugin that the scenario names. */
static void join_rule(run *r)
{
    lg_scenario *scenario = r->setup.scenario;
    if (!scenario->matching)
        return;
    r->rule = (lg_rule_caller){
        .rule = scenario->matching,
        .site = &scenario->site,
        .drivers = r->setup.drivers,
        .heard = heard_rule,
        .ctx = r,
    };
    r->matcher = lg_rule_matcher(&r->rule);
    scenario->rules.matcher = &r->matcher;
}

static lg_status open_loop(run *r, lg_err *err)
{
    r->loop = lg_loop_new(r->mem);
    if (!r->loop || lg_loop_on_signal(r->loop, SIGINT, heard_signal, r) != LG_OK ||
        lg_loop_on_signal(r->loop, SIGTERM, heard_signal, r) != LG_OK ||
        lg_loop_every(r->loop, PROGRESS_MS, lg_progress_draw, &r->progress) != LG_OK)
        return lg_fail(err, LG_MEMORY, "the event loop cannot be made");
    return LG_OK;
}

static lg_status open_scenario(run *r, lg_err *err)
{
    lg_status status = lg_setup_open(r->mem, &r->setup, err);
    if (status != LG_OK)
        return status;
    lg_setup_warn(&r->setup);
    status = lg_setup_read(&r->setup, r->args->operands[0], r->args, err);
    if (r->setup.diag.count)
        lg_setup_print(r->mem, &r->setup.diag, stderr);
    r->scenario = r->setup.scenario;
    if (status == LG_OK)
        join_rule(r);
    return status == LG_OK ? lg_moments_check(r->scenario, err) : status;
}

static lg_status open_market(run *r, lg_err *err)
{
    const lg_scenario *scenario = r->scenario;
    lg_fleet_input input = {
        .site = &scenario->site,
        .drivers = r->setup.drivers,
        .driver_count = r->setup.driver_count,
        .start_ms = scenario->start_ms,
        .slot_s = scenario->rules.slot_ms / 1000,
        .latitude_deg = scenario->latitude_deg,
        .fault = heard_device,
        .log = heard_log,
        .ctx = r,
    };
    lg_diag diag;
    lg_diag_init(&diag, r->mem);
    lg_status status = lg_fleet_open(r->mem, &input, &diag, &r->fleet);
    if (status == LG_OK)
        status = lg_schedule_check(r->mem, scenario, r->fleet, &diag);
    if (diag.count)
        lg_setup_print(r->mem, &diag, stderr);
    lg_diag_fini(&diag);
    if (status == LG_PLUGIN) /* the values of the scenario are what a device refuses */
        return LG_SCENARIO;
    if (status == LG_OK)
        r->turn = lg_turn_new(r->mem, &scenario->site, &scenario->rules);
    r->members = lg_members_new(r->mem, scenario);
    r->origins = lg_origins_new(r->mem, &scenario->site);
    r->caps = lg_mem_zalloc(r->mem, scenario->site.asset_count, sizeof *r->caps);
    bool room = lg_facts_init(&r->facts, r->mem, scenario);
    if (!r->turn || !r->members || !r->origins || !r->caps || !room)
        return lg_fail(err, LG_MEMORY, "out of memory for %u assets", scenario->site.asset_count);
    r->market = lg_turn_market(r->turn);
    return LG_OK;
}

static lg_status open_seats(run *r, lg_err *err)
{
    lg_seats_input input = {
        .scenario = r->scenario,
        .turn = r->turn,
        .fleet = r->fleet,
        .origins = r->origins,
        .scripts_folder = r->setup.places.scripts,
        .notes = &r->notes,
    };
    lg_diag diag;
    lg_diag_init(&diag, r->mem);
    lg_status status = lg_seats_open(r->mem, &input, &diag, err, &r->seats);
    if (diag.count) {
        lg_setup_print(r->mem, &diag, stderr);
        err->text[0] = 0; /* all has been said */
    }
    lg_diag_fini(&diag);
    if (status != LG_OK)
        return status;
    lg_schedule_input schedule = {
        .scenario = r->setup.scenario,
        .turn = r->turn,
        .fleet = r->fleet,
        .seats = r->seats,
    };
    r->schedule = lg_schedule_new(r->mem, &schedule);
    return r->schedule ? LG_OK : lg_fail(err, LG_MEMORY, "out of memory for the events");
}

static lg_status heard_settled(void *ctx, const lg_settled *settled)
{
    run *r = ctx;
    lg_moment moment = lg_moments_at(r->scenario, settled->slot, 0);
    lg_members_settled(r->members, settled, &moment);
    return LG_OK;
}

static lg_status open_results(run *r, lg_err *err)
{
    r->folder = lg_results_folder(r->mem, r->args->out, r->scenario->name);
    if (!r->folder)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_results_input input = {
        .folder = r->folder,
        .scenario = r->scenario,
        .market = r->market,
        .origins = r->origins,
        .settling = lg_turn_settling(r->turn),
        .community = lg_members_scope(r->members),
        .drivers = r->setup.drivers,
        .driver_count = r->setup.driver_count,
        .csv = r->args->csv,
    };
    input.agents = lg_seats_agents(r->seats, &input.agent_count);
    lg_status status = lg_results_open(r->mem, &input, err, &r->store);
    if (status != LG_OK)
        return status;
    r->notes.store = r->store;
    lg_listener store, course, origins;
    memset(&store, 0, sizeof store);
    lg_store_listener(r->store, &store);
    lg_course_init(&r->course, r->scenario, r->members, r->market, r->caps);
    lg_course_listener(&r->course, &course);
    lg_origins_listener(r->origins, &origins);
    status = lg_turn_listen(r->turn, &store, r->scenario->keep_orders);
    if (status == LG_OK)
        status = lg_turn_listen(r->turn, &course, false);
    if (status == LG_OK)
        status = lg_turn_listen(r->turn, &origins, false);
    lg_listener members = {.ctx = r, .settled = heard_settled};
    if (status == LG_OK)
        status = lg_turn_listen(r->turn, &members, false);
    return status == LG_OK ? LG_OK : lg_fail(err, status, "%s", lg_status_text(status));
}

/* What owners have forecast takes the place of what devices plan; of one that is set aside nothing
 * is believed. */
static void take_forecasts(run *r, uint32_t slot)
{
    if (!lg_turn_has_forecasts(r->turn))
        return;
    for (uint32_t i = 0; i < r->scenario->site.asset_count; i++)
        if (!lg_fleet_is_aside(r->fleet, i))
            lg_turn_forecast(r->turn, i, slot, &r->caps[i]);
}

/* The life of one slot. It stops between ticks when it has to; *whole says whether the slot was
 * finished. */
static lg_status do_slot(run *r, uint32_t index, bool *whole)
{
    const lg_rules *rules = &r->scenario->rules;
    lg_moment moment = lg_moments_at(r->scenario, index, 0);
    lg_slot slot = {
        .size = sizeof slot,
        .index = index,
        .start_ms = moment.slot_start_ms,
        .hours = rules->slot_ms / (double)LG_HOUR_MS,
    };
    *whole = false;
    r->notes.slot = index;
    r->notes.tick = 0;
    lg_status status = lg_schedule_slot(r->schedule, &moment);
    if (status != LG_OK)
        return status;
    lg_fleet_plan(r->fleet, &slot, r->caps);
    take_forecasts(r, index);
    status = lg_origins_fit_fleet(r->origins, &r->scenario->site, r->fleet);
    if (status == LG_OK)
        status = lg_turn_open_slot(r->turn, &moment, r->caps);
    for (uint32_t tick = 0; tick < rules->ticks_per_slot && status == LG_OK; tick++) {
        r->notes.tick = tick;
        moment = lg_moments_at(r->scenario, index, tick);
        status = lg_turn_tick(r->turn, &moment);
        lg_loop_round(r->loop);
        if (r->stop == STOP_NOW)
            return status;
    }
    if (status != LG_OK)
        return status;
    lg_members_slot(r->members, r->market, &moment, r->caps);
    lg_slot_facts facts = lg_facts_of(&r->facts, &moment, r->fleet, r->caps);
    lg_store_slot(r->store, &facts);
    status = lg_turn_close_slot(r->turn);
    if (status != LG_OK)
        return status;
    lg_fleet_settle(r->fleet, &slot, r->market);
    *whole = true;
    return r->notes.status;
}

static lg_status do_slots(run *r)
{
    lg_moment moment = lg_moments_at(r->scenario, 0, 0);
    lg_status status = lg_turn_start(r->turn, &moment);
    for (uint32_t slot = 0; slot < r->scenario->slot_count && status == LG_OK; slot++) {
        bool whole;
        status = do_slot(r, slot, &whole);
        if (whole)
            r->progress.done = r->slots_done = slot + 1;
        if (r->stop != GO_ON)
            break;
    }
    if (status != LG_OK || r->stop == STOP_NOW)
        return status;
    r->finishing = true;
    moment = lg_moments_at(r->scenario, r->slots_done - 1, r->scenario->rules.ticks_per_slot);
    return lg_turn_finish(r->turn, &moment);
}

static lg_run_devices devices_of(const run *r)
{
    uint32_t first;
    lg_run_devices devices = {.aside = lg_fleet_aside(r->fleet, &first),
                              .bad_readings = lg_fleet_bad_readings(r->fleet)};
    if (devices.aside)
        devices.first = r->scenario->site.assets[first].name;
    return devices;
}

static lg_status finish(run *r, lg_err *err)
{
    r->digest = lg_turn_digest(r->turn);
    r->results = lg_members_results(r->members, r->market, lg_turn_settling(r->turn));
    lg_run_devices devices = devices_of(r);
    lg_store_devices(r->store, &devices);
    lg_run_community community = {
        .kpi = lg_course_kpi(&r->course),
        .peak_import_uwh = r->course.peak_import_uwh,
        .peak_import_ms = r->course.peak_import_start_ms,
    };
    lg_store_community(r->store, &community);
    if (r->slots_done < r->scenario->slot_count)
        lg_store_cut_short(r->store);
    lg_status status =
        lg_store_finish(r->store, r->digest, r->results, lg_members_count(r->members), err);
    if (status == LG_OK)
        status = r->notes.status;
    r->notes.store = NULL;
    lg_store_close(r->store); /* only closed files are worth reading */
    r->store = NULL;
    return status;
}

static lg_status do_run(run *r, lg_err *err)
{
    lg_progress_start(&r->progress, r->scenario->slot_count, r->args->quiet);
    lg_status status = do_slots(r);
    r->seconds = lg_progress_now() - r->progress.start_s;
    lg_progress_clear(&r->progress);
    if (status != LG_OK) {
        const char *reason = status == LG_STORE ? lg_store_error(r->store) : NULL;
        return lg_fail(err, status, "%s", reason && *reason ? reason : lg_status_text(status));
    }
    return r->stop == STOP_NOW ? LG_OK : finish(r, err);
}

static lg_status build(run *r, lg_err *err)
{
    lg_status status = open_loop(r, err);
    if (status == LG_OK)
        status = open_scenario(r, err);
    if (status == LG_OK)
        status = open_market(r, err);
    if (status == LG_OK)
        status = open_seats(r, err);
    if (status == LG_OK)
        status = open_results(r, err);
    return status;
}

static void take_down(run *r)
{
    r->notes.store = NULL;
    lg_store_close(r->store);
    lg_mem_strfree(r->mem, r->folder);
    lg_seats_close(r->seats);
    if (r->scenario)
        lg_mem_free(r->mem, r->caps, r->scenario->site.asset_count * sizeof *r->caps);
    lg_facts_fini(&r->facts);
    lg_origins_free(r->origins);
    lg_members_free(r->members);
    if (r->turn)
        lg_turn_free(r->turn);
    if (r->fleet)
        lg_fleet_close(r->fleet);
    lg_schedule_free(r->schedule); /* holds parameters that devices and scripts had */
    lg_setup_close(&r->setup);
    lg_loop_free(r->loop);
}

/* What the user gets to see, and the exit code. */
static int tell(run *r)
{
    lg_report report = {
        .scenario = r->scenario,
        .members = r->members,
        .results = r->results,
        .market = r->market,
        .course = &r->course,
        .folder = r->folder,
        .csv = r->args->csv,
        .digest = r->digest,
        .seconds = r->seconds,
        .slots_done = r->slots_done,
        .faults = r->notes.faults,
        .devices = devices_of(r),
        .schedule = r->schedule,
    };
    bool told = true;
    if (r->args->json)
        told = lg_report_json(r->folder);
    else if (!r->args->quiet)
        told = lg_report_print(r->mem, &report);
    if (r->slots_done < r->scenario->slot_count || !told)
        return LG_EXIT_FAILED;
    return r->notes.faults ? LG_EXIT_SCRIPT : LG_EXIT_FINE;
}

static void say_incomplete(const run *r)
{
    uint32_t done = r->slots_done, all = r->scenario->slot_count;
    if (r->finishing)
        fprintf(
            stderr,
            "lunagrid: %u of %u slots are done, but their results in %s could not be finished\n",
            done, all, r->folder);
    else
        fprintf(stderr, "lunagrid: stopped in slot %u of %u; the results in %s are incomplete\n",
                done < all ? done + 1 : all, all, r->folder);
}

int lg_run(lg_mem *mem, const lg_args *args)
{
    lg_err err = {.status = LG_OK};
    run r = {.mem = mem, .args = args};
    r.notes = (lg_notes){.progress = &r.progress, .quiet = args->quiet};
    int code;
    lg_status status = build(&r, &err);
    if (status == LG_OK)
        status = do_run(&r, &err);
    if (status != LG_OK) {
        lg_plain_complain(err.text);
        if (r.slots_done || r.store)
            say_incomplete(&r);
        code = lg_cmd_exit_of(status);
    } else if (r.stop == STOP_NOW) {
        say_incomplete(&r);
        code = LG_EXIT_FAILED;
    } else {
        code = tell(&r);
    }
    take_down(&r);
    return code;
}
