/* Commands about the course of the run: status, pause, resume, step, stop, pace, log. */
#include <stdio.h>
#include <string.h>
#include "app/control_parts.h"
#include "app/moments.h"
#include "base/clock.h"
#include "market/market.h"

static const char *state_of(const lg_helm *helm)
{
    if (helm->stop != LG_HELM_GO_ON)
        return "ending";
    if (helm->steps)
        return "stepping";
    return helm->paused ? "paused" : "running";
}

void lg_control_place(const lg_control *c, lg_text *out)
{
    char time[32];
    lg_place next = lg_world_next(c->input.world);
    lg_moment moment = lg_moments_at(c->input.scenario, next.slot, next.tick);
    lg_reply_str(out, "state", state_of(c->input.helm));
    lg_reply_int(out, "slot", next.slot);
    lg_reply_int(out, "tick", next.tick);
    lg_clock_format(moment.now_ms, time);
    lg_reply_str(out, "time", time);
}

void lg_control_pace(const lg_control *c, lg_text *out)
{
    const lg_helm *helm = c->input.helm;
    lg_text pace;
    lg_text_init(&pace, c->mem);
    lg_pace_text(&pace, helm->pace);
    lg_reply_str(out, "pace", lg_text_peek(&pace));
    lg_text_fini(&pace);
    int64_t next_ns = lg_helm_slot_in_ns(helm);
    if (next_ns >= 0)
        lg_reply_int(out, "next_slot_in_ms", next_ns / 1000000);
    lg_reply_int(out, "late_ms", helm->behind ? helm->late_ns / 1000000 : 0);
}

static void write_agent(const lg_seat_view *seat, lg_text *out)
{
    lg_text_char(out, '{');
    lg_reply_str(out, "name", seat->name);
    lg_reply_str(out, "script", seat->script);
    if (seat->instead)
        lg_reply_str(out, "instead", seat->instead);
    lg_reply_int(out, "version", seat->version);
    lg_reply_int(out, "versions", seat->versions);
    lg_reply_str(out, "hash", seat->hash);
    lg_reply_int(out, "faults", (int64_t)seat->faults);
    lg_reply_int(out, "memory_bytes", (int64_t)seat->memory);
    lg_text_char(out, '}');
}

static void write_agents(const lg_control *c, const lg_owner *owner, lg_text *out)
{
    const lg_seats *seats = lg_world_seats(c->input.world);
    uint32_t count = lg_seats_count(seats);
    lg_reply_int(out, "agent_count", count);
    lg_reply_key(out, "agents");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < count && i < LG_CONTROL_AGENTS_MAX; i++) {
        lg_seat_view seat = lg_seats_view(seats, i);
        if (!lg_control_owns(c, owner, i))
            continue;
        if (out->data[out->length - 1] != '[')
            lg_text_char(out, ',');
        write_agent(&seat, out);
    }
    lg_text_char(out, ']');
}

/* Who is there, for all; and for the organiser who was not. */
static void write_owners(const lg_control_call *call)
{
    const lg_control *c = call->control;
    const lg_scenario *scenario = c->input.scenario;
    lg_text *out = call->out;
    lg_reply_str(out, "owner", call->owner->name);
    if (call->owner->organiser)
        lg_reply_int(out, "wrong_tokens", (int64_t)c->wrong_tokens);
    lg_reply_key(out, "seats");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < scenario->agent_count && i < LG_CONTROL_AGENTS_MAX; i++) {
        if (!lg_owners_named(c->input.owners, scenario->agents[i].owner))
            continue;
        if (out->data[out->length - 1] != '[')
            lg_text_char(out, ',');
        lg_text_char(out, '{');
        lg_control_seat_state(c, i, out);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
}

void lg_control_do_status(lg_control_call *call)
{
    const lg_control *c = call->control;
    const lg_scenario *scenario = c->input.scenario;
    char digest[33];
    lg_reply_begin(call->out, call->request->id);
    lg_reply_str(call->out, "lunagrid", LG_VERSION);
    lg_reply_int(call->out, "protocol", LG_CONTROL_VERSION);
    lg_reply_str(call->out, "scenario", scenario->name);
    if (!call->owner || call->owner->organiser)
        lg_reply_str(call->out, "folder", c->input.folder);
    lg_control_place(c, call->out);
    lg_reply_int(call->out, "slots", scenario->slot_count);
    lg_reply_int(call->out, "ticks_per_slot", scenario->rules.ticks_per_slot);
    lg_control_pace(c, call->out);
    lg_digest_format(lg_world_digest(c->input.world), digest);
    lg_reply_str(call->out, "digest", digest);
    lg_reply_int(call->out, "faults", (int64_t)c->input.notes->faults);
    write_agents(c, call->owner, call->out);
    lg_control_community(c, call->out);
    if (call->owner)
        write_owners(call);
    lg_reply_end(call->out);
}

static void answer_place(lg_control_call *call)
{
    lg_reply_begin(call->out, call->request->id);
    lg_control_place(call->control, call->out);
    lg_reply_end(call->out);
}

/* Whether the run is ending, which nothing can hold up; then that is the answer. */
static bool is_ending(lg_control_call *call)
{
    if (call->control->input.helm->stop == LG_HELM_GO_ON)
        return false;
    lg_control_refuse(call, LG_CONTROL_REFUSED, "the run is ending");
    return true;
}

/* Whoever waits for steps hears how many were done. */
static void end_steps(lg_control *c)
{
    uint64_t left = c->input.helm->steps;
    c->steps -= left;
    c->input.helm->steps = 0;
    lg_control_answer_steps(c);
}

void lg_control_do_pause(lg_control_call *call)
{
    if (is_ending(call))
        return;
    end_steps(call->control);
    lg_helm_pause(call->control->input.helm);
    answer_place(call);
}

void lg_control_do_resume(lg_control_call *call)
{
    if (is_ending(call))
        return;
    end_steps(call->control);
    lg_helm_resume(call->control->input.helm);
    answer_place(call);
}

void lg_control_do_step(lg_control_call *call)
{
    lg_control *c = call->control;
    const lg_control_value *ticks = LG_CONTROL_ARG_OF(call, STEP_TICKS);
    const lg_control_value *slots = LG_CONTROL_ARG_OF(call, STEP_SLOTS);
    if (is_ending(call))
        return;
    if (ticks->given && slots->given) {
        lg_control_refuse(call, LG_CONTROL_BAD_REQUEST, "step takes \"ticks\" or \"slots\"");
        return;
    }
    if (c->stepper.peer || c->input.helm->steps) {
        lg_control_refuse(call, LG_CONTROL_BUSY, "%llu ticks of another step are still to be done",
                          (unsigned long long)c->input.helm->steps);
        return;
    }
    if (slots->given)
        lg_helm_step_slots(c->input.helm, (uint64_t)slots->number);
    else
        lg_helm_step_ticks(c->input.helm, ticks->given ? (uint64_t)ticks->number : 1);
    c->steps = c->input.helm->steps;
    if (!call->peer) { /* nobody who could be answered later */
        answer_place(call);
        return;
    }
    c->stepper.peer = call->peer;
    memcpy(c->stepper.id, call->request->id, sizeof c->stepper.id);
    lg_lines_keep(c->lines, call->peer, true);
}

void lg_control_do_stop(lg_control_call *call)
{
    const lg_control_value *after = LG_CONTROL_ARG_OF(call, STOP_AFTER);
    bool tick = after->given && strcmp(after->text, "tick") == 0;
    if (after->given && !tick && strcmp(after->text, "slot") != 0) {
        lg_control_refuse(call, LG_CONTROL_BAD_REQUEST,
                          "\"after\" of stop is \"slot\" or \"tick\", not \"%.60s\"", after->text);
        return;
    }
    lg_helm *helm = call->control->input.helm;
    if (tick || helm->stop == LG_HELM_GO_ON) { /* asked twice is no reason to cut it short */
        lg_helm_set_stop(helm, tick ? LG_HELM_STOP_TICK : LG_HELM_STOP_SLOT);
        lg_notes_say(call->control->input.notes,
                     tick ? "told to stop after this tick"
                          : "told to stop; the slot is finished, then results are written");
    }
    answer_place(call);
}

void lg_control_do_pace(lg_control_call *call)
{
    lg_pace pace;
    lg_err err;
    if (is_ending(call))
        return;
    if (lg_pace_read(LG_CONTROL_ARG_OF(call, PACE_PACE)->text, &pace, &err) != LG_OK) {
        lg_control_refuse(call, LG_CONTROL_BAD_REQUEST, "%s", err.text);
        return;
    }
    lg_helm_set_pace(call->control->input.helm, pace);
    lg_reply_begin(call->out, call->request->id);
    lg_control_place(call->control, call->out);
    lg_control_pace(call->control, call->out);
    lg_reply_end(call->out);
}

/* A place among the followers; NULL when this peer follows already. */
static lg_control_asker *follower_place(lg_control *c, uint32_t peer)
{
    lg_control_asker *place = NULL;
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++) {
        if (c->followers[i].peer == peer)
            return NULL;
        if (!c->followers[i].peer)
            place = &c->followers[i];
    }
    return place;
}

/* Who listens to what. */
typedef struct ear {
    const lg_control *control;
    const lg_owner *owner;
} ear;

static bool hears(void *ctx, const char *who)
{
    const ear *e = ctx;
    return lg_control_hears(e->control, e->owner, who);
}

void lg_control_log(const lg_control *c, const lg_owner *owner, uint32_t count, lg_text *out)
{
    lg_recent_list(&c->log, count, hears, &(ear){c, owner}, out);
}

void lg_control_do_log(lg_control_call *call)
{
    lg_control *c = call->control;
    const lg_control_value *lines = LG_CONTROL_ARG_OF(call, LOG_LINES);
    if (LG_CONTROL_ARG_OF(call, LOG_FOLLOW)->on) {
        lg_control_asker *place = call->peer ? follower_place(c, call->peer) : NULL;
        if (!place) {
            lg_control_refuse(call, LG_CONTROL_BUSY, "this connection follows the log already");
            return;
        }
        place->peer = call->peer;
        memcpy(place->id, call->request->id, sizeof place->id);
        place->owner = call->owner;
        lg_lines_keep(c->lines, call->peer, true);
    }
    lg_reply_begin(call->out, call->request->id);
    lg_reply_key(call->out, "lines");
    lg_control_log(c, call->owner, lines->given ? (uint32_t)lines->number : 20, call->out);
    lg_reply_end(call->out);
}
