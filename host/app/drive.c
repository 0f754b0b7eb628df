/* Between two ticks the loop looks at the outside, or waits there until the next one is due. */
#include "app/drive.h"

#include <unistd.h>
#include "base/output.h"

static void tell_news(const lg_drive *d)
{
    lg_text news;
    lg_text_init(&news, d->mem);
    if (lg_helm_news(d->helm, &news))
        lg_notes_say(d->notes, lg_text_peek(&news));
    lg_text_fini(&news);
}

/* What the world says about a status of its own. */
static lg_status say(const lg_drive *d, lg_status status, lg_err *err)
{
    return status == LG_OK ? LG_OK : lg_fail(err, status, "%s", lg_world_error(d->world, status));
}

static lg_status do_tick(const lg_drive *d, lg_err *err)
{
    lg_world_set_patience(d->world, lg_helm_patience(d->helm, d->worker_silence));
    lg_status status = lg_record_repeat(d->record, d->world, err);
    if (status == LG_OK)
        status = say(d, lg_world_tick(d->world), err);
    lg_place next = lg_world_next(d->world);
    lg_helm_done(d->helm, next);
    d->notes->progress->done = next.slot;
    return status;
}

/* What comes in has no place in a journal that is still followed. */
static lg_status open_gate(const lg_drive *d, lg_err *err)
{
    if (!d->gate || lg_gate_is_open(d->gate) || lg_record_behind(d->record))
        return LG_OK;
    return lg_gate_open(d->gate, err);
}

/* What was done before is done again at full speed. */
static void keep_pace(const lg_drive *d, bool *paced)
{
    if (*paced || !lg_record_caught_up(d->record))
        return;
    if (d->pace.simulated_ms)
        lg_helm_set_pace(d->helm, d->pace);
    if (d->pauses)
        lg_helm_pause(d->helm);
    *paced = true;
}

/* A file that cannot be made is a pause that a crash ends: no reason to stop here. */
static void keep_pause(const lg_drive *d, bool paced, int *kept)
{
    if (!d->pause_file || !paced || d->helm->paused == *kept)
        return;
    *kept = d->helm->paused;
    int fd = *kept ? lg_output_create(d->pause_file) : -1;
    if (fd >= 0)
        close(fd);
    if (!*kept)
        unlink(d->pause_file);
}

/* Microgrids go on between two ticks; what is still repeated they do with the ticks. */
static void wait_or_step(const lg_drive *d, int64_t until_ns)
{
    bool live = lg_record_caught_up(d->record);
    int64_t due_ns = live ? lg_helm_due_ns(d->helm, lg_world_step_ms(d->world)) : INT64_MAX;
    if (due_ns > d->helm->now_ns())
        lg_loop_wait(d->loop, due_ns < until_ns ? due_ns : until_ns);
    else
        lg_world_step(d->world);
}

static lg_status do_ticks(const lg_drive *d, lg_err *err)
{
    bool paced = false;
    int paused = -1; /* not known yet */
    lg_world_set_patience(d->world, lg_helm_patience(d->helm, d->worker_silence));
    lg_status status = lg_record_repeat_start(d->record, d->world, err);
    if (status == LG_OK)
        status = say(d, lg_world_start(d->world), err);
    while (status == LG_OK) {
        int64_t until_ns;
        keep_pace(d, &paced);
        keep_pause(d, paced, &paused);
        status = open_gate(d, err);
        if (status != LG_OK)
            break;
        lg_helm_order order = lg_helm_next(d->helm, &until_ns);
        if (order == LG_HELM_END)
            break;
        tell_news(d);
        if (order == LG_HELM_TICK && d->gate && lg_gate_waits(d->gate, &until_ns))
            order = LG_HELM_WAIT;
        if (order == LG_HELM_TICK) {
            status = do_tick(d, err);
            lg_loop_round(d->loop);
        } else {
            wait_or_step(d, until_ns);
        }
        if (d->control && status == LG_OK)
            status = lg_control_look(d->control, err);
        if (d->gate && status == LG_OK)
            status = lg_gate_look(d->gate, err);
        if (d->watch && status == LG_OK)
            status = lg_watch_look(d->watch, err);
        if (d->serve && status == LG_OK)
            status = lg_serve_look(d->serve, err);
    }
    return status;
}

bool lg_drive_cut(const lg_drive *d)
{
    return d->helm->stop == LG_HELM_STOP_TICK && d->helm->next.slot < d->helm->slot_count;
}

lg_status lg_drive_run(const lg_drive *d, lg_err *err)
{
    lg_status status = do_ticks(d, err);
    if (status != LG_OK)
        return status;
    if (d->helm->next.slot == d->helm->slot_count) /* what ended a recorded run counts in it */
        return lg_record_repeat(d->record, d->world, err);
    const lg_outside end = {.kind = LG_OUTSIDE_END, .number = lg_drive_cut(d)};
    return lg_world_act(d->world, &end, err);
}
