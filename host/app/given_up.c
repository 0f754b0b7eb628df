/*
 * Who comes after a script that was given up, always as a slot opens: the script itself, afresh,
 * as often as its agent's restarts say and each time after twice as many slots; then the template
 * strategies of its assets.
 *
 * Why a script ended may depend on a clock and is kept with the inputs of the run; all that follows
 * from it is the same again. Only whether a script could be loaded afresh may differ, so that it
 * could not is kept as an end as well.
 */
#include <stdio.h>
#include <string.h>
#include "app/seat.h"

typedef struct telling {
    lg_status (*tell)(void *ctx, uint32_t seat, const char *detail, const char *figures);
    void *ctx;
} telling;

/* Makes an event of it. */
static lg_status tell_change(lg_seats *seats, const lg__seat *s, const telling *to,
                             const char *scripts)
{
    lg_text detail; /* lives in the arena from then on */
    lg_text_init(&detail, seats->mem);
    lg_text_format(&detail, "script = %s, because %s", scripts, s->code);
    const char *kept =
        detail.failed ? NULL : lg_arena_text(&seats->arena, lg_text_peek(&detail), detail.length);
    lg_text_fini(&detail);
    return kept ? to->tell(to->ctx, s->index, kept, s->why + strlen(s->code)) : LG_MEMORY;
}

/* ---- the script itself ---- */

static lg_status open_again(lg_seats *seats, lg__seat *s, lg_agent **agent, lg_err *err)
{
    lg_bundle *bundle = s->versions[s->version - 1];
    const lg__stand stand = lg__seat_stand(s, bundle);
    const lg__opening opening = {
        .bundle = bundle,
        .strikes = s->strikes,
        .fault = lg__seat_fault,
        .print = lg__seat_print,
        .stopped = lg__seat_stopped,
        .ctx = s,
    };
    return lg__seat_load(seats, s, &stand, &opening, agent, err);
}

/* It is given up once more; the agent that was there before stays, which is not called. */
static void failed_again(lg_seats *seats, lg__seat *s, const char *sentence)
{
    const lg_stopped how = {
        .why = LG_STOP_WORKER,
        .code = "WORKER_LOST",
        .callback = LG__AT_LOAD,
        .unit = "it could not be loaded again",
        .call = lg_agent_figures_of(s->at->agent).calls,
        .part = s->strikes,
    };
    lg_notes_fault(seats->input.notes, s->name, s->version, sentence, &s->shown);
    seats->words.length = 0;
    lg_text_str(&seats->words, sentence);
    s->given_up = false; /* by that */
    seats->waiting--;
    lg__seat_stopped(s, s->at->agent, &how);
}

static bool fails_as_kept(const lg__seat *s)
{
    return s->words && strcmp(s->stop.callback, LG__AT_LOAD) == 0 && s->stop.part == s->strikes;
}

static lg_status sit_down(lg_seats *seats, lg__seat *s, lg_agent *agent, const lg_moment *moment)
{
    lg_participant participant;
    lg_agent *left = s->at->agent;
    const lg_seats_when when = {.moment = *moment, .slot = moment->slot, .tick = moment->tick};
    char detail[LG_ERR_TEXT_MAX];
    lg_agent_follow(agent, left);
    if (s->words)
        lg_agent_stop_at(agent, &s->stop);
    snprintf(detail, sizeof detail, "%s v%u starts afresh, %u of %u times: %.300s", s->at->script,
             s->version, s->strikes, seats->input.scenario->agents[s->index].restarts, s->why);
    lg_notes_restarted(seats->input.notes, s->name, s->version, detail);
    lg__seat_tell_version(seats, s, &when, "restart", s->why);
    s->given_up = false;
    seats->waiting--;
    s->at->agent = agent;
    lg__seat_participant(s, &participant);
    lg_status status = lg_turn_replace(seats->input.turn, s->index, &participant, moment);
    lg_agent_free(left);
    return status;
}

static lg_status restart(lg_seats *seats, lg__seat *s, const lg_moment *moment, const telling *to)
{
    lg_agent *agent = NULL;
    lg_err err = {.status = LG_OK};
    s->strikes++;
    if (fails_as_kept(s)) {
        failed_again(seats, s, s->words);
        return LG_OK;
    }
    lg_status status = open_again(seats, s, &agent, &err);
    if (status == LG_MEMORY)
        return status;
    if (status != LG_OK) {
        failed_again(seats, s, err.text);
        return LG_OK;
    }
    lg_status told = tell_change(seats, s, to, s->at->script);
    if (told != LG_OK) {
        lg_agent_free(agent);
        return told;
    }
    return sit_down(seats, s, agent, moment);
}

/* Whether it is to start afresh in this slot, and if not, whether it waits for another. Never
 * before the first, where what ended it in on_start is repeated. */
static bool is_due(lg__seat *s, uint32_t slot)
{
    if (s->due == LG_NONE)
        s->due = slot + (1u << s->strikes) - 1;
    if (s->due == 0)
        s->due = 1;
    return slot >= s->due;
}

/* ---- the template strategies ---- */

void lg__seat_tell_baseline(lg_seats *seats, const lg__seat *s, const lg_moment *moment)
{
    lg_notes *notes = seats->input.notes;
    const lg_run_version row = {
        .agent = s->index,
        .hash = "",
        .script = lg_baseline_names(s->baseline),
        .slot = moment->slot,
        .tick = moment->tick,
        .cause = "baseline",
        .detail = s->why,
    };
    if (notes->store && notes->status == LG_OK)
        notes->status = lg_store_version(notes->store, &row);
}

static lg_status take_over(lg_seats *seats, lg__seat *s, const lg_moment *moment, const telling *to)
{
    lg_agent_input input = lg__seat_input(seats, s);
    lg_participant participant;
    bool left = s->left;
    lg__seat_relieve(seats, s);
    s->left = left;
    s->baseline = lg_baseline_new(seats->mem, &seats->input.scenario->agents[s->index], &input);
    if (!s->baseline)
        return LG_MEMORY;
    seats->given_up.taken_over += lg_baseline_trades(s->baseline);
    memset(&participant, 0, sizeof participant);
    lg_baseline_participant(s->baseline, &participant);
    lg__seat_tell_baseline(seats, s, moment);
    lg_status status = lg_turn_replace(seats->input.turn, s->index, &participant, moment);
    if (status != LG_OK)
        return status;
    lg_notes_taken_over(seats->input.notes, s->name, lg_baseline_names(s->baseline));
    return tell_change(seats, s, to, lg_baseline_names(s->baseline));
}

lg_status lg_seats_leave(lg_seats *seats, uint32_t seat, lg_err *err)
{
    lg__seat *s = seat < seats->count ? &seats->items[seat] : NULL;
    if (!s)
        return lg_fail(err, LG_UNKNOWN, "there is no agent with number %u", seat);
    if (s->baseline || s->left)
        return lg_fail(err, LG_UNKNOWN, "the template strategies trade for \"%s\" already",
                       s->name);
    lg__seat_prove(seats, s); /* no version before it comes back */
    s->left = true;
    s->code = "LEFT";
    snprintf(s->why, sizeof s->why, "%s: its owner has left", s->code);
    seats->waiting += !s->given_up;
    s->given_up = true;
    return LG_OK;
}

lg_status lg_seats_take_over(lg_seats *seats, const lg_moment *moment,
                             lg_status (*tell)(void *ctx, uint32_t seat, const char *detail,
                                               const char *figures),
                             void *ctx)
{
    const telling to = {tell, ctx};
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < seats->count && seats->waiting && status == LG_OK; i++) {
        lg__seat *s = &seats->items[i];
        if (!s->given_up)
            continue;
        if (s->left || !lg__seat_may_restart(s, s->strikes))
            status = take_over(seats, s, moment, &to);
        else if (is_due(s, moment->slot))
            status = restart(seats, s, moment, &to);
    }
    return status;
}
