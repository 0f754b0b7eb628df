/*
 * Trying out a newer version of a script beside the one at work. Nothing of it can be seen in the
 * run, whether it goes well or not.
 *
 * One that runs in this process is tried while the market waits, which the scenario bounds
 * (reload_seconds). One in a worker need not be waited for: it is loaded and rehearsed while ticks
 * are done, and whoever has asked for it asks again until it is over.
 *
 *     none --lg_seats_try--> loading --lg_seats_try--> rehearsing --lg_seats_try--> none, its texts
 *               loading, rehearsing --fails--> none, and why
 */
#include <stdio.h>
#include <string.h>
#include "app/seat.h"

struct lg__trial {
    lg_agent *agent;
    lg_err heard; /* its first error */
    bool rehearses;
};

/* The first error is why it does not come to a reload; prints are nobody's business yet. */
static void heard_trial(void *ctx, const lg_agent *agent, const char *message)
{
    lg_err *err = ctx;
    (void)agent;
    if (err->status == LG_OK)
        lg_fail(err, LG_SCRIPT, "%s", message);
}

/* The newer version on trial; state is the older one's. */
static lg_status rehearse(lg_seats *seats, lg__seat *s, lg_agent *agent, const lg_text *state,
                          const lg_seats_when *when, lg_call next)
{
    const lg_legacy legacy = lg__seat_legacy(s, state, when);
    lg_status status = lg_agent_lint(agent, lg_seats_bundle(seats, s->index));
    if (status != LG_OK)
        return status;
    lg_desk_mark mark = lg_desk_mark_of(s->desk);
    status = lg__seat_hand_over(agent, &legacy, when);
    if (status == LG_OK)
        status = lg_agent_rehearse(agent, next);
    lg_desk_rewind(s->desk, mark);
    return status;
}

/* ---- while the market goes on ---- */

static void drop(lg_seats *seats, lg__seat *s)
{
    if (!s->trial)
        return;
    lg_agent_free(s->trial->agent);
    lg_mem_free(seats->mem, s->trial, sizeof *s->trial);
    s->trial = NULL;
}

lg_bundle *lg_seats_trial(const lg_seats *seats, uint32_t seat)
{
    const lg__trial *trial = seats->items[seat].trial;
    return trial ? lg_agent_bundle(trial->agent) : NULL;
}

void lg_seats_drop_trial(lg_seats *seats, uint32_t seat)
{
    drop(seats, &seats->items[seat]);
}

void lg_seats_set_later(lg_seats *seats, bool later)
{
    seats->later = later;
}

static lg_status begin(lg_seats *seats, lg__seat *s, const lg__stand *stand, lg_bundle *given)
{
    lg__trial *trial = s->trial = lg_mem_zalloc(seats->mem, 1, sizeof *trial);
    if (!trial)
        return LG_MEMORY;
    const lg__opening opening = {.bundle = given,
                                 .like = lg_seats_bundle(seats, s->index),
                                 .trial = true,
                                 .reload = true,
                                 .later = true,
                                 .fault = heard_trial,
                                 .ctx = &trial->heard};
    return lg__seat_load(seats, s, stand, &opening, &trial->agent, &trial->heard);
}

/* It is loaded: now it is shown the market as it stands, and the state of the one at work. */
static lg_status rehearse_later(lg_seats *seats, lg__seat *s, const lg_seats_when *when,
                                lg_call next)
{
    lg__trial *trial = s->trial;
    lg_text state, left;
    lg_text_init(&state, seats->mem);
    lg_text_init(&left, seats->mem);
    lg_status status = lg_agent_save(s->at->agent, &state, &left, &trial->heard);
    if (status == LG_OK) {
        const lg_legacy legacy = lg__seat_legacy(s, &state, when);
        lg_agent_shadow(trial->agent, lg_seats_bundle(seats, s->index), &legacy, when->tick > 0,
                        next);
        trial->rehearses = true;
    }
    lg_text_fini(&left);
    lg_text_fini(&state);
    return status;
}

/* Goes on with the trial of the seat. *over: it came to its end. */
static lg_status go_on(lg_seats *seats, lg__seat *s, const lg_seats_when *when, lg_call next,
                       bool *over)
{
    lg__trial *trial = s->trial;
    lg_status status = LG_OK;
    lg_desk_mark mark = lg_desk_mark_of(s->desk);
    bool ready = lg_agent_ready(trial->agent, &status, &trial->heard);
    lg_desk_rewind(s->desk, mark);
    *over = ready && (trial->rehearses || status != LG_OK);
    if (!ready || *over)
        return status;
    status = rehearse_later(seats, s, when, next);
    *over = status != LG_OK;
    return status;
}

static lg_status try_later(lg_seats *seats, lg__seat *s, const lg__stand *stand, lg_bundle *given,
                           const lg_seats_when *when, lg_call next, lg_bundle **out, lg_err *err)
{
    bool over = false;
    lg_status status = LG_OK;
    if (s->trial)
        status = go_on(seats, s, when, next, &over);
    else {
        status = begin(seats, s, stand, given);
        over = status != LG_OK;
    }
    if (!over)
        return LG_OK;
    const char *why = s->trial && s->trial->heard.text[0] ? s->trial->heard.text : NULL;
    if (status == LG_OK)
        *out = lg_bundle_ref(lg_agent_bundle(s->trial->agent));
    else
        lg_fail(err, status, "%s", why ? why : lg_status_text(status));
    drop(seats, s);
    return status;
}

/* ---- at once ---- */

lg_status lg_seats_try(lg_seats *seats, uint32_t seat, const char *file, lg_bundle *given,
                       const lg_seats_when *when, lg_call next, lg_bundle **out, lg_err *err)
{
    lg__seat *s = &seats->items[seat];
    *out = NULL;
    lg__stand stand = lg__seat_stand(s, given);
    if (file)
        stand.script = file;
    if (seats->later && lg__seat_is_apart(seats, seat))
        return try_later(seats, s, &stand, given, when, next, out, err);
    lg_err heard = {.status = LG_OK};
    const lg__opening opening = {.bundle = given,
                                 .like = lg_seats_bundle(seats, seat),
                                 .trial = true,
                                 .reload = true,
                                 .fault = heard_trial,
                                 .ctx = &heard};
    lg_agent *agent = NULL;
    lg_text state, left;
    lg_text_init(&state, seats->mem);
    lg_text_init(&left, seats->mem);
    lg_status status = lg__seat_load(seats, s, &stand, &opening, &agent, &heard);
    if (status == LG_OK)
        status = lg_agent_save(s->at->agent, &state, &left, &heard);
    if (status == LG_OK)
        status = rehearse(seats, s, agent, &state, when, next);
    if (status == LG_OK)
        *out = lg_bundle_ref(lg_agent_bundle(agent));
    else
        lg_fail(err, status, "%s", heard.text[0] ? heard.text : lg_status_text(status));
    lg_text_fini(&left);
    lg_text_fini(&state);
    lg_agent_free(agent);
    return status;
}
