/* The run drives the world: tick by tick, looking at the outside in between. */
#include "app/run.h"

#include <signal.h>
#include <stdio.h>
#include "app/cmd.h"
#include "app/moments.h"
#include "app/plain.h"
#include "app/results.h"
#include "app/world.h"
#include "loop/loop.h"

#define PROGRESS_MS 100

typedef enum stop { GO_ON, STOP_AFTER_SLOT, STOP_NOW } stop;

typedef struct run {
    lg_mem *mem;
    const lg_args *args;
    lg_setup setup;
    const lg_scenario *scenario; /* setup.scenario */
    lg_loop *loop;
    char *folder;
    lg_world *world;
    lg_notes notes;
    lg_progress progress;
    stop stop;
    bool finishing; /* no more slots; the results are on their way */
    double seconds;
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
    return status == LG_OK ? lg_moments_check(r->scenario, err) : status;
}

static lg_status build(run *r, lg_err *err)
{
    lg_status status = open_loop(r, err);
    if (status == LG_OK)
        status = open_scenario(r, err);
    if (status != LG_OK)
        return status;
    r->folder = lg_results_folder(r->mem, r->args->out, r->scenario->name);
    if (!r->folder)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_world_input input = {
        .setup = &r->setup,
        .notes = &r->notes,
        .folder = r->folder,
        .csv = r->args->csv,
    };
    return lg_world_open(r->mem, &input, err, &r->world);
}

/* Ticks until the end, or until it is told to stop: at once, or when the slot is over. */
static lg_status do_ticks(run *r)
{
    lg_status status = lg_world_start(r->world);
    lg_place next = lg_world_next(r->world);
    while (status == LG_OK && next.slot < r->scenario->slot_count) {
        if (r->stop == STOP_NOW || (r->stop == STOP_AFTER_SLOT && next.slot && next.tick == 0))
            break;
        status = lg_world_tick(r->world);
        lg_loop_round(r->loop);
        next = lg_world_next(r->world);
        r->progress.done = next.slot;
    }
    return status;
}

static lg_status do_run(run *r, lg_err *err)
{
    lg_progress_start(&r->progress, r->scenario->slot_count, r->args->quiet);
    lg_status status = do_ticks(r);
    r->seconds = lg_progress_now() - r->progress.start_s;
    lg_progress_clear(&r->progress);
    if (status != LG_OK)
        lg_fail(err, status, "%s", lg_world_error(r->world, status));
    else if (r->stop != STOP_NOW) {
        r->finishing = true;
        status = lg_world_finish(r->world, err);
    }
    return status;
}

static void take_down(run *r)
{
    lg_world_close(r->world);
    lg_mem_strfree(r->mem, r->folder);
    lg_setup_close(&r->setup);
    lg_loop_free(r->loop);
}

/* What the user gets to see, and the exit code. */
static int tell(run *r)
{
    lg_report report = {.seconds = r->seconds};
    lg_world_report(r->world, &report);
    bool told = true;
    if (r->args->json)
        told = lg_report_json(r->folder);
    else if (!r->args->quiet)
        told = lg_report_print(r->mem, &report);
    if (report.slots_done < r->scenario->slot_count || !told)
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
        if (r.world)
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
