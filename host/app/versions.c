/*
 * Versions of the script at a seat: tried out, put to work, taken back.
 *
 *     proven --lg_seats_reload--> on probation --its ticks without an error--> proven
 *                  on probation --an error--> the one before it is back, as it stood
 *
 * The version at work until then keeps its Lua state while the newer one is on probation: nothing
 * has to be made anew to bring it back. When another one arrives meanwhile, two are kept: the one
 * that was on probation, which is so again when it comes back, and the last proven one.
 */
#include <stdio.h>
#include <string.h>
#include "app/seat.h"
#include "base/clock.h"

enum { KEYS_SHOWN = 8 };

lg_bundle *lg_seats_bundle(const lg_seats *seats, uint32_t seat)
{
    return lg_agent_bundle(seats->items[seat].at->agent);
}

lg_bundle *lg_seats_bundle_of(const lg_seats *seats, uint32_t seat, uint32_t version)
{
    const lg__seat *s = &seats->items[seat];
    return version > 0 && version <= s->version_count ? s->versions[version - 1] : NULL;
}

const char *lg_seats_said(const lg_seats *seats)
{
    return lg_text_peek(&seats->said);
}

/* ---- telling ---- */

lg_status lg__seat_add_version(lg_seats *seats, lg__seat *s, lg_bundle *bundle, lg_err *err)
{
    if (!LG_GROW(seats->mem, s->versions, s->version_capacity, s->version_count + 1))
        return lg_fail(err, LG_MEMORY, "out of memory for a version of \"%s\"", s->name);
    for (uint32_t i = 0; i < s->version_count; i++) /* texts of the same content are held once */
        if (strcmp(lg_bundle_hash(s->versions[i]), lg_bundle_hash(bundle)) == 0)
            bundle = s->versions[i];
    s->versions[s->version_count++] = lg_bundle_ref(bundle);
    return LG_OK;
}

static const char *file_of(const lg_bundle *bundle)
{
    const char *path = lg_bundle_at(bundle, 0)->path, *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static lg_status tell_sources(lg_store *store, lg_bundle *bundle)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < lg_bundle_count(bundle) && status == LG_OK; i++) {
        const lg_bundle_text *text = lg_bundle_at(bundle, i);
        const lg_run_source source = {
            .hash = lg_bundle_hash(bundle),
            .place = i,
            .module = text->name,
            .path = text->path,
            .text = text->text,
        };
        status = lg_store_source(store, &source);
    }
    return status;
}

void lg__seat_tell_version(lg_seats *seats, const lg__seat *s, const lg_seats_when *when,
                           const char *cause, const char *detail)
{
    lg_notes *notes = seats->input.notes;
    lg_bundle *bundle = s->versions[s->version - 1];
    if (!notes->store || notes->status != LG_OK)
        return;
    const lg_run_version row = {
        .agent = s->index,
        .version = s->version,
        .hash = lg_bundle_hash(bundle),
        .script = lg_bundle_at(bundle, 0)->path,
        .slot = when->slot,
        .tick = when->tick,
        .cause = cause,
        .detail = detail,
    };
    notes->status = lg_store_version(notes->store, &row);
    /* homes run the same texts side by side: they are told once */
    const lg__seat *last = s->index ? s - 1 : NULL;
    bool told = last && strcmp(lg_bundle_hash(last->versions[last->version - 1]), row.hash) == 0;
    if (notes->status == LG_OK && !told)
        notes->status = tell_sources(notes->store, bundle);
}

/* A script that could not be loaded was told before there was a log. */
static void tell_start_of_baseline(lg_seats *seats, const lg__seat *s, const lg_moment *moment)
{
    lg_notes *notes = seats->input.notes;
    const lg_stopped how = {
        .why = LG_STOP_WORKER,
        .code = "WORKER_LOST",
        .callback = LG__AT_LOAD,
        .unit = "it could not be loaded",
    };
    if (s->unloaded && seats->input.stopped)
        seats->input.stopped(seats->input.ctx, s->index, &how, s->unloaded);
    lg__seat_tell_baseline(seats, s, moment);
    if (s->code && notes->store && notes->status == LG_OK)
        notes->status = lg_store_log(notes->store, moment->slot, moment->tick, s->name, 1, s->why);
}

void lg_seats_tell(lg_seats *seats)
{
    const lg_seats_when start = {.slot = 0};
    for (uint32_t i = 0; i < seats->count; i++)
        if (seats->items[i].starts_baseline)
            tell_start_of_baseline(seats, &seats->items[i], &start.moment);
        else
            lg__seat_tell_version(seats, &seats->items[i], &start, "start", "");
}

/* "patient.lua v6 -> v7 at 14:15 tick 3: "; @return where it ends */
static size_t say_versions(lg_seats *seats, const lg_bundle *bundle, uint32_t from, uint32_t to,
                           const lg_seats_when *when)
{
    const lg_scenario *scenario = seats->input.scenario;
    int64_t slot_ms = scenario->rules.slot_ms;
    bool long_run = scenario->slot_count * slot_ms > LG_DAY_MS;
    char slot[32];
    lg_clock_format_slot(scenario->start_ms + when->slot * slot_ms, slot);
    lg_text_clear(&seats->said);
    lg_text_format(&seats->said, "%s v%u -> v%u at %s tick %u: ", file_of(bundle), from, to,
                   long_run ? slot : slot + 11, when->tick);
    return seats->said.length;
}

/* "changed quote(); kept state {soc_target, seen}" */
static lg_status say_changes(lg_seats *seats, const lg__seat *s, lg_agent *newer,
                             const lg_text *state, lg_err *err)
{
    lg_text *out = &seats->said, made, left;
    lg_bundle_changes(seats->mem, lg_seats_bundle(seats, s->index), lg_agent_bundle(newer), out);
    lg_text_init(&made, seats->mem);
    lg_text_init(&left, seats->mem); /* since on_reload(): for the version after it */
    bool migrates = lg_agent_migrates(newer);
    lg_status status = migrates ? lg_agent_save(newer, &made, &left, err) : LG_OK;
    size_t start = out->length;
    lg_text_str(out, migrates ? "; on_reload() made state {" : "; kept state {");
    size_t keys = out->length;
    const lg_text *bytes = migrates ? &made : state;
    lg_agent_state_keys(bytes->data, bytes->length, KEYS_SHOWN, out);
    if (out->length > keys) {
        lg_text_char(out, '}');
    } else {
        out->length = start;
        lg_text_str(out, "; no state");
    }
    lg_text_fini(&left);
    lg_text_fini(&made);
    return out->failed ? lg_fail(err, LG_MEMORY, "out of memory for a reload") : status;
}

lg_legacy lg__seat_legacy(const lg__seat *s, const lg_text *state, const lg_seats_when *when)
{
    return (lg_legacy){
        .from = lg_agent_figures_of(s->at->agent),
        .version = s->version,
        .state = state->data,
        .state_size = state->length,
        .moment = when->moment,
    };
}

/* The newer agent is handed the state, and prepares what the older one has prepared in this slot.
 */
lg_status lg__seat_hand_over(lg_agent *newer, const lg_legacy *legacy, const lg_seats_when *when)
{
    lg_status status = lg_agent_inherit(newer, legacy);
    return status == LG_OK && when->tick > 0 ? lg_agent_catch_up(newer) : status;
}

/* ---- putting to work ---- */

void lg__seat_participant(const lg__seat *s, lg_participant *participant)
{
    memset(participant, 0, sizeof *participant);
    lg_agent_participant(s->at->agent, participant);
    participant->version = s->version;
}

static uint64_t tick_of(const lg_seats *seats, const lg_seats_when *when)
{
    return (uint64_t)when->slot * seats->input.scenario->rules.ticks_per_slot + when->tick;
}

void lg__seat_prove(lg_seats *seats, lg__seat *s)
{
    if (s->kept_count == 0)
        return;
    lg_agent_set_probation(s->at->agent, false);
    while (s->kept_count > 0)
        lg_agent_free(s->kept[--s->kept_count].agent);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < seats->trying_count; i++)
        if (seats->trying[i] != s->index)
            seats->trying[kept++] = seats->trying[i];
    seats->trying_count = kept;
}

static bool is_kept(const lg_seats *seats, const lg__seat *s)
{
    return seats->input.scenario->reload_probation > 0 && !s->given_up && !s->baseline;
}

/* The older agent waits for the end of the newer one's probation, if there is one. A script that
 * was given up does not come back: should the newer one fail, it is given up as any other. */
static void keep(lg_seats *seats, lg__seat *s, lg_agent *older)
{
    if (!is_kept(seats, s)) {
        lg_agent_free(older);
        return;
    }
    if (s->kept_count == 0)
        seats->trying[seats->trying_count++] = s->index;
    if (s->kept_count == sizeof s->kept / sizeof s->kept[0])
        lg_agent_free(s->kept[--s->kept_count].agent);
    s->kept[s->kept_count++] = (lg__kept){older, s->version};
}

/* The newer agent sits down. */
static void swap(lg_seats *seats, lg__seat *s, lg_agent *newer, uint32_t version,
                 const lg_seats_when *when)
{
    lg_participant participant;
    keep(seats, s, s->at->agent);
    s->proven_at = tick_of(seats, when) + seats->input.scenario->reload_probation;
    s->at->agent = newer;
    s->version = version;
    lg__seat_participant(s, &participant);
    lg_turn_reseat(seats->input.turn, s->index, &participant);
    lg__seat_relieve(seats, s);
}

/* A version that was tried out may fail to be put to work all the same: the worker of either one
 * may be lost meanwhile, or a clock may end its top level. Another run has to know of it. */
static void tell_failure(lg_seats *seats, lg__seat *s, const lg_err *err)
{
    const lg_stopped how = {
        .why = LG_STOP_WORKER,
        .code = "WORKER_LOST",
        .callback = LG__AT_RELOAD,
        .unit = "it could not be put to work",
        .call = lg_agent_figures_of(s->at->agent).calls,
        .part = s->newcomer,
    };
    if (seats->input.stopped)
        seats->input.stopped(seats->input.ctx, s->index, &how, err->text);
}

/* Whether it did so in the run that is repeated; then err says what was said. */
static bool fails_as_kept(lg__seat *s, lg_err *err)
{
    if (!s->words || strcmp(s->stop.callback, LG__AT_RELOAD) != 0 || s->stop.part != s->newcomer)
        return false;
    lg_fail(err, LG_SCRIPT, "%s", s->words);
    s->words = NULL;
    return true;
}

/* Loads the newer version for good and hands the state over. */
static lg_status make(lg_seats *seats, lg__seat *s, lg_bundle *bundle, const lg_text *state,
                      const lg_seats_when *when, lg_agent **out, lg_err *err)
{
    const lg__stand stand = lg__seat_stand(s, bundle);
    const lg__opening opening = {
        .bundle = bundle,
        .reload = true,
        .fault = lg__seat_fault,
        .print = lg__seat_print,
        .stopped = lg__seat_stopped,
        .ctx = s,
    };
    const lg_legacy legacy = lg__seat_legacy(s, state, when);
    lg_status status = lg__seat_load(seats, s, &stand, &opening, out, err);
    if (status == LG_SCRIPT)
        tell_failure(seats, s, err);
    if (status != LG_OK)
        return status;
    if (s->words)
        lg_agent_stop_at(*out, &s->stop);
    lg_agent_set_probation(*out, is_kept(seats, s));
    lg_desk_mark mark = lg_desk_mark_of(s->desk);
    lg_desk_set_version(s->desk, s->newcomer);
    status = lg__seat_hand_over(*out, &legacy, when);
    if (status == LG_OK)
        return LG_OK;
    lg_desk_rewind(s->desk, mark);
    lg_desk_set_version(s->desk, s->version);
    lg_agent_free(*out);
    *out = NULL;
    return lg_fail(err, status, "%s: it could not take over", stand.script);
}

/* What the version at work has kept. */
static lg_status save(lg_seats *seats, lg__seat *s, lg_text *state, lg_text *left, lg_err *err)
{
    lg_status status = lg_agent_save(s->at->agent, state, left, err);
    if (status == LG_SCRIPT)
        tell_failure(seats, s, err);
    return status;
}

static lg_status check_version(const lg_seats *seats, uint32_t seat, lg_bundle *bundle,
                               uint32_t back, lg_err *err)
{
    if (seat >= seats->count)
        return lg_fail(err, LG_UNKNOWN, "there is no agent with number %u", seat);
    const lg__seat *s = &seats->items[seat];
    lg_bundle *known = back ? lg_seats_bundle_of(seats, seat, back) : bundle;
    if (!known || strcmp(lg_bundle_hash(known), lg_bundle_hash(bundle)) != 0)
        return lg_fail(err, LG_UNKNOWN, "\"%s\" has no version v%u of these texts", s->name, back);
    return LG_OK;
}

/* Says what has come of it and tells the results. */
static lg_status tell_reload(lg_seats *seats, lg__seat *s, lg_agent *newer, uint32_t version,
                             const lg_text *state, const lg_seats_when *when, size_t *detail,
                             lg_err *err)
{
    *detail = say_versions(seats, lg_agent_bundle(newer), s->version, version, when);
    return say_changes(seats, s, newer, state, err);
}

lg_status lg_seats_reload(lg_seats *seats, uint32_t seat, lg_bundle *bundle, uint32_t back,
                          const lg_seats_when *when, lg_err *err)
{
    lg_status status = check_version(seats, seat, bundle, back, err);
    if (status != LG_OK)
        return status;
    lg__seat *s = &seats->items[seat];
    lg_agent *newer = NULL;
    lg_text state, left;
    size_t detail = 0;
    lg_text_init(&state, seats->mem);
    lg_text_init(&left, seats->mem);
    s->newcomer = back ? back : s->version_count + 1;
    status = fails_as_kept(s, err) ? LG_SCRIPT : save(seats, s, &state, &left, err);
    if (status == LG_OK)
        status = make(seats, s, bundle, &state, when, &newer, err);
    if (status == LG_OK)
        status = tell_reload(seats, s, newer, s->newcomer, &state, when, &detail, err);
    if (status == LG_OK && left.length)
        lg_text_format(&seats->said, "; %s", lg_text_peek(&left));
    if (seats->said.data)
        lg_text_clean(seats->said.data); /* keys of a state are any bytes */
    if (status == LG_OK && !back)
        status = lg__seat_add_version(seats, s, bundle, err);
    if (status == LG_OK) {
        swap(seats, s, newer, s->newcomer, when);
        lg__seat_tell_version(seats, s, when, back ? "back" : "reload",
                              lg_seats_said(seats) + detail);
        lg_notes_version(s->notes, s->name, s->version, lg_seats_said(seats));
    } else {
        lg_agent_free(newer);
    }
    s->newcomer = 0;
    lg_text_fini(&left);
    lg_text_fini(&state);
    return status;
}

/* ---- taking back ---- */

static void roll_back(lg_seats *seats, lg__seat *s, const lg_seats_when *when)
{
    lg_participant participant;
    lg_agent *failed = s->at->agent;
    uint32_t ticks = seats->input.scenario->reload_probation;
    const lg__kept back = s->kept[s->kept_count - 1];
    size_t detail =
        say_versions(seats, s->versions[back.version - 1], s->version, back.version, when);
    lg_text_format(&seats->said,
                   "v%u failed within %u ticks; v%u is back with the state it had then", s->version,
                   ticks, back.version);
    lg_agent_follow(back.agent, failed);
    s->at->agent = back.agent;
    s->version = back.version;
    s->kept[s->kept_count - 1].agent = failed; /* to be freed */
    if (s->kept_count > 1)
        lg_agent_free(s->kept[--s->kept_count].agent);
    else
        lg__seat_prove(seats, s);
    lg_agent_set_probation(back.agent, s->kept_count > 0);
    s->proven_at = tick_of(seats, when) + ticks;
    lg__seat_participant(s, &participant);
    lg_turn_reseat(seats->input.turn, s->index, &participant);
    lg__seat_tell_version(seats, s, when, "rollback", lg_seats_said(seats) + detail);
    lg_notes_version(s->notes, s->name, s->version, lg_seats_said(seats));
    lg_notes_line(s->notes, lg_seats_said(seats));
}

void lg_seats_after_tick(lg_seats *seats, const lg_seats_when *when)
{
    for (uint32_t i = seats->trying_count; i-- > 0;) { /* from the end: seats leave the list */
        lg__seat *s = &seats->items[seats->trying[i]];
        if (lg_agent_faults(s->at->agent) > 0)
            roll_back(seats, s, when);
        else if (tick_of(seats, when) >= s->proven_at)
            lg__seat_prove(seats, s);
    }
}
