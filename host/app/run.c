/* A run is built up, driven to its end, reported and taken down, in this order. */
#include "app/run.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "app/again.h"
#include "app/cmd.h"
#include "app/drive.h"
#include "app/moments.h"
#include "app/owners.h"
#include "app/plain.h"
#include "app/results.h"
#include "app/serve.h"
#include "base/clock.h"

#define PROGRESS_MS 100

typedef struct run {
    lg_mem *mem;
    const lg_run_input *input;
    const lg_args *args;
    lg_record *record;
    uint32_t slot_count; /* to be done; of the scenario unless a journal is only followed */
    lg_setup setup;
    const lg_scenario *scenario; /* setup.scenario */
    lg_loop *loop;
    char *folder;
    lg_world *world;
    lg_notes notes;
    lg_progress progress;
    lg_helm helm;
    lg_control *control; /* NULL: nobody can reach it */
    bool begun;          /* there are results */
    lg_serve *serve;     /* NULL: there is no page */
    lg_drive drive;
    lg_text pause_file;
    bool stays;     /* for those who look at the page, when it is over */
    bool finishing; /* no more slots; the results are on their way */
    double seconds;
} run;

static void heard_signal(void *ctx, int number)
{
    run *r = ctx;
    if (r->stays) {
        r->stays = false;
        return;
    }
    bool first = number == SIGINT && r->helm.stop == LG_HELM_GO_ON;
    lg_helm_set_stop(&r->helm, number == SIGTERM ? LG_HELM_STOP_TICK : LG_HELM_STOP_SLOT);
    if (first)
        lg_notes_say(&r->notes, "interrupted; the slot is finished, then results are written");
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

/* Plugins are no inputs of a run: they are looked for before it is noted what is read. */
static lg_status open_plugins(run *r, lg_err *err)
{
    lg_status status = r->args->gateway ? lg_setup_open_wide(r->mem, &r->setup, err)
                                        : lg_setup_open(r->mem, &r->setup, err);
    if (status == LG_OK)
        lg_setup_warn(&r->setup);
    return status;
}

static lg_status open_scenario(run *r, lg_err *err)
{
    lg_status status = lg_again_use_scripts(&r->setup, r->input->past, err);
    if (status != LG_OK)
        return status;
    status = lg_setup_read(&r->setup, r->args->operands[0], r->args, err);
    if (r->setup.diag.count)
        lg_setup_print(r->mem, &r->setup.diag, stderr);
    r->scenario = r->setup.scenario;
    return status == LG_OK ? lg_moments_check(r->scenario, err) : status;
}

static lg_status open_control(run *r, const char *path, lg_err *err)
{
    lg_control_input input = {
        .loop = r->loop,
        .world = r->world,
        .helm = &r->helm,
        .notes = &r->notes,
        .scenario = r->scenario,
        .folder = r->folder,
        .path = path,
        .owners = r->input->owners,
    };
    return lg_control_open(r->mem, &input, err, &r->control);
}

/* A run that somebody waits for can be reached in its folder. Nobody has asked for it: where it
 * cannot listen the run goes on without. */
static lg_status reach_in_folder(run *r, lg_err *err)
{
    lg_text path;
    lg_text_init(&path, r->mem);
    lg_text_format(&path, "%s/" LG_RUN_SOCKET, r->folder);
    lg_status status =
        path.failed ? LG_MEMORY : lg_control_reach(r->control, lg_text_peek(&path), err);
    lg_text_fini(&path);
    if (status == LG_MEMORY)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (status != LG_OK)
        lg_notes_say(&r->notes, err->text);
    return LG_OK;
}

static lg_status open_record(run *r, lg_err *err)
{
    lg_record_input input = {
        .mode = r->input->mode,
        .args = r->args,
        .setup = &r->setup,
        .past = r->input->past,
        .until = r->input->until,
        .run = r->input->run,
        .part = r->input->part,
        .ctx = r->input->ctx,
    };
    r->record = lg_record_new(r->mem, &input);
    return r->record ? LG_OK : lg_fail(err, LG_MEMORY, "out of memory");
}

static lg_status build(run *r, lg_err *err)
{
    lg_status status = open_loop(r, err);
    if (status == LG_OK)
        status = open_plugins(r, err);
    if (status == LG_OK)
        lg_again_tell_plugins(&r->setup, r->input->past);
    if (status == LG_OK)
        status = open_record(r, err);
    if (status == LG_OK)
        status = open_scenario(r, err);
    if (status == LG_OK)
        status = lg_again_check(r->scenario, r->input->past, err);
    if (status != LG_OK)
        return status;
    r->slot_count = r->scenario->slot_count;
    if (r->input->mode == LG_RECORD_VERIFY)
        r->slot_count = r->input->past->slot_count;
    r->folder = lg_results_folder(r->mem, r->args->out, r->scenario->name);
    if (!r->folder)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_world_input input = {
        .setup = &r->setup,
        .notes = &r->notes,
        .folder = r->folder,
        .ours = r->input->mode == LG_RECORD_RESUME, /* its journal lies there */
        .csv = r->args->csv,
        .keep_open = r->input->mode == LG_RECORD_VERIFY,
        .keeper = lg_record_keeper(r->record),
        .isolation = r->args->isolation,
    };
    if (r->args->control)
        status = open_control(r, r->args->control, err);
    if (status == LG_OK)
        status = lg_world_open(r->mem, &input, err, &r->world);
    if (status == LG_OK && r->control)
        status = lg_control_attach(r->control, r->world, err);
    else if (status == LG_OK && (r->args->pace || r->args->paused || r->args->serve))
        status = open_control(r, NULL, err); /* reached when there is a folder */
    return status;
}

/* Where a paced or paused run is, in place of its speed. */
static bool tell_pace(void *ctx, char *out, size_t size)
{
    const run *r = ctx;
    lg_place next = r->helm.next;
    bool in_slot = next.tick > 0 && !r->helm.paused;
    lg_moment moment = lg_moments_at(r->scenario, next.slot + in_slot, in_slot ? 0 : next.tick);
    lg_date date = lg_date_of(moment.now_ms);
    int64_t left_s = (lg_helm_slot_in_ns(&r->helm) + 999999999) / 1000000000;
    if (r->drive.gate && lg_gate_tell(r->drive.gate, out, size))
        return true;
    if (r->helm.paused)
        snprintf(out, size, "paused at %02d:%02d, tick %u", date.hour, date.minute, next.tick);
    else if (r->helm.pace.simulated_ms && next.slot + in_slot < r->scenario->slot_count)
        snprintf(out, size, "next slot %02d:%02d in %u:%02u", date.hour, date.minute,
                 (unsigned)(left_s / 60), (unsigned)(left_s % 60));
    else if (r->helm.pace.simulated_ms)
        snprintf(out, size, "the last slot");
    else
        return false;
    return true;
}

/* Whoever waits for a run edits its scripts meanwhile; at full speed only when asked to. */
static lg_status open_watch(run *r, lg_err *err)
{
    bool waits = r->args->pace || r->args->paused || r->input->live;
    if (r->args->no_watch || (!r->args->watch && !waits))
        return LG_OK;
    const lg_watch_input input = {.world = r->world, .loop = r->loop, .notes = &r->notes};
    lg_status status = lg_watch_open(r->mem, &input, err, &r->drive.watch);
    if (status == LG_OK || status == LG_MEMORY || r->args->watch)
        return status;
    lg_notes_say(&r->notes, err->text); /* nobody has asked for it: the run goes on without */
    return LG_OK;
}

static lg_status new_gateway(run *r, lg_err *err)
{
    lg_gate_input input = {
        .setup = &r->setup,
        .named = r->args->gateway,
        .loop = r->loop,
        .world = r->world,
        .helm = &r->helm,
        .notes = &r->notes,
    };
    if (r->args->await)
        input.await_ms = LG_GATEWAY_AWAIT_S * 1000;
    if (r->args->await && *r->args->await &&
        lg_gate_await(r->args->await, &input.await_ms, err) != LG_OK)
        return LG_INVALID;
    lg_status status = lg_gate_new(r->mem, &input, err, &r->drive.gate);
    if (status == LG_OK && r->input->mode == LG_RECORD_NEW) /* else when its journal was followed */
        status = lg_gate_open(r->drive.gate, err);
    return status;
}

static lg_status open_page(run *r, lg_err *err)
{
    const lg_serve_input input = {
        .loop = r->loop,
        .world = r->world,
        .helm = &r->helm,
        .control = r->control,
        .notes = &r->notes,
        .scenario = r->scenario,
        .folder = r->folder,
        .address = r->args->serve,
        .owners = r->input->owners,
    };
    lg_text line;
    lg_status status = lg_serve_open(r->mem, &input, err, &r->serve);
    if (status != LG_OK)
        return status;
    r->drive.serve = r->serve;
    lg_text_init(&line, r->mem);
    lg_serve_url(r->serve, &line);
    bool opened = r->input->live && lg_serve_browse(lg_text_peek(&line));
    lg_progress_clear(&r->progress);
    fprintf(stderr, "lunagrid: %s %s\n",
            opened ? "the page is opened in your browser:" : "the page is at", lg_text_peek(&line));
    if (r->input->owners)
        fputs("lunagrid: each owner opens it with #token= and the own token behind the address\n",
              stderr);
    lg_text_fini(&line);
    return LG_OK;
}

/* Who has come to look stays as long as they like. */
static void stay(run *r)
{
    lg_err err;
    lg_serve_over(r->serve);
    if (r->helm.stop == LG_HELM_GO_ON) /* who asks for anything is told that it is too late */
        r->helm.stop = LG_HELM_STOP_SLOT;
    r->stays = true;
    fputs("lunagrid: the run is over; its page stays until Ctrl-C\n", stderr);
    while (r->stays && lg_serve_look(r->serve, &err) == LG_OK)
        lg_loop_wait(r->loop, LG_LOOP_NEVER);
}

/* From here on the results of an earlier run are gone: whatever else could fail has been opened. */
static lg_status begin(run *r, lg_err *err)
{
    lg_status status = lg_world_begin(r->world, err);
    r->begun = status == LG_OK;
    if (r->begun && r->control && !r->args->control)
        status = reach_in_folder(r, err);
    return status;
}

/* Everything between the first tick and the last, and who may have a say in it. */
static lg_status prepare(run *r, lg_err *err)
{
    const lg_rules *rules = &r->scenario->rules;
    lg_progress_start(&r->progress, r->slot_count, r->args->quiet);
    r->progress.tell = tell_pace;
    r->progress.ctx = r;
    lg_helm_stop told = r->helm.stop; /* by a signal while it was built up */
    lg_helm_init(&r->helm, r->slot_count, rules->ticks_per_slot, rules->slot_ms, lg_loop_now_ns);
    r->helm.stop = told;
    if (r->args->paused)
        lg_helm_pause(&r->helm);
    r->drive = (lg_drive){
        .mem = r->mem,
        .worker_silence = r->scenario->worker_silence,
        .world = r->world,
        .helm = &r->helm,
        .loop = r->loop,
        .notes = &r->notes,
        .control = r->control,
        .record = r->record,
    };
    if (r->input->owners) {
        lg_text_format(&r->pause_file, "%s/" LG_OWNERS_PAUSED, r->folder);
        r->drive.pause_file = r->pause_file.failed ? NULL : lg_text_peek(&r->pause_file);
        r->drive.pauses = r->input->mode == LG_RECORD_RESUME && r->drive.pause_file &&
                          access(r->drive.pause_file, F_OK) == 0;
    }
    lg_pace pace = {0};
    lg_status status = r->args->pace ? lg_pace_read(r->args->pace, &pace, err) : LG_OK;
    if (r->input->mode == LG_RECORD_RESUME)
        r->drive.pace = pace; /* when it is where it was */
    else
        r->helm.pace = pace;
    if (status == LG_OK && r->args->gateway)
        status = new_gateway(r, err);
    if (status == LG_OK && r->args->serve)
        status = open_page(r, err);
    return status == LG_OK ? open_watch(r, err) : status;
}

/* Whether there is an end to be written; a journal that is only followed may have none. */
static bool is_to_finish(const run *r)
{
    return !lg_drive_cut(&r->drive) &&
           (r->input->mode != LG_RECORD_VERIFY || r->input->past->ended);
}

static lg_status do_run(run *r, lg_err *err)
{
    lg_status status = lg_drive_run(&r->drive, err);
    r->seconds = lg_progress_now() - r->progress.start_s;
    lg_progress_clear(&r->progress);
    if (status != LG_OK || !is_to_finish(r))
        return status;
    r->finishing = true;
    status = lg_world_finish(r->world, err);
    if (status == LG_OK)
        status = lg_record_end(r->record, lg_world_slots_done(r->world) == r->scenario->slot_count,
                               lg_world_slots_done(r->world), lg_world_digest(r->world), err);
    return status;
}

static void take_down(run *r)
{
    lg_watch_close(r->drive.watch);
    lg_world_close(r->world);
    lg_record_free(r->record);
    lg_mem_strfree(r->mem, r->folder);
    lg_setup_close(&r->setup);
    lg_loop_free(r->loop);
    lg_serve_free(r->serve);
    lg_text_fini(&r->pause_file);
}

/* What the user gets to see, and the exit code. */
static int tell(run *r)
{
    lg_report report = {.seconds = r->seconds, .pace = r->helm.pace};
    lg_world_report(r->world, &report);
    bool told = true;
    if (r->args->json)
        told = lg_report_json(r->folder);
    else if (!r->args->quiet)
        told = lg_report_print(r->mem, &report);
    if (report.slots_done < r->scenario->slot_count || !told ||
        lg_market_match_counts(report.market).aside) /* not the market that was asked for */
        return LG_EXIT_FAILED;
    return r->notes.faults ? LG_EXIT_SCRIPT : LG_EXIT_FINE;
}

static void say_incomplete(const run *r)
{
    uint32_t done = lg_world_slots_done(r->world), all = r->scenario->slot_count;
    if (r->finishing)
        fprintf(
            stderr,
            "lunagrid: %u of %u slots are done, but their results in %s could not be finished\n",
            done, all, r->folder);
    else
        fprintf(stderr,
                "lunagrid: stopped with %u of %u slots done; the results in %s are incomplete\n",
                done, all, r->folder);
}

static void fill(const run *r, lg_status status, const lg_err *err, lg_run_outcome *outcome)
{
    *outcome = (lg_run_outcome){.status = status, .err = *err};
    if (r->record)
        outcome->parted = lg_record_parted(r->record);
    if (r->world)
        outcome->slots = lg_world_slots_done(r->world);
}

int lg_run(lg_mem *mem, const lg_run_input *input, lg_run_outcome *outcome)
{
    lg_err err = {.status = LG_OK};
    run r = {.mem = mem, .input = input, .args = input->args};
    r.notes = (lg_notes){
        .progress = &r.progress, .quiet = r.args->quiet, .silent = input->mode == LG_RECORD_VERIFY};
    int code;
    lg_text_init(&r.pause_file, mem);
    lg_status status = build(&r, &err);
    if (status == LG_OK)
        status = prepare(&r, &err);
    if (status == LG_OK)
        status = begin(&r, &err);
    if (status == LG_OK)
        status = do_run(&r, &err);
    lg_gate_close(r.drive.gate);
    if (status == LG_OK && input->live && r.serve)
        stay(&r);
    else if (status == LG_OK)
        lg_serve_over(r.serve);
    lg_serve_close(r.serve);
    lg_control_close(r.control); /* before anything is printed that somebody may pipe away */
    r.control = NULL;
    bool parted = outcome && r.record && lg_record_parted(r.record).parted;
    if (outcome)
        fill(&r, status, &err, outcome);
    if (status != LG_OK) {
        code = status == LG_INVALID && !r.begun ? LG_EXIT_USAGE : lg_cmd_exit_of(status);
        if (!parted)
            lg_plain_complain(err.text);
        if (!parted && r.begun && input->mode != LG_RECORD_VERIFY)
            say_incomplete(&r);
    } else if (lg_drive_cut(&r.drive)) {
        say_incomplete(&r);
        code = LG_EXIT_FAILED;
    } else {
        bool whole = lg_world_slots_done(r.world) == r.slot_count;
        code = !input->silent ? tell(&r) : whole ? LG_EXIT_FINE : LG_EXIT_FAILED;
    }
    take_down(&r);
    return code;
}
