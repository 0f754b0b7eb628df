/* A seat is one agent of the scenario: a desk with its rights, a Lua state behind it, and a place
 * in the turn. Seats are made in the scenario's order, and that order is their number everywhere.
 */
#include "app/seat.h"

#include <stdio.h>
#include <string.h>
#include "app/baseline.h"

/* The version of an agent of the seat: the one at work, or one that is about to be. */
static uint32_t version_of(const lg__seat *s, const lg_agent *agent)
{
    return s->at && s->at->agent == agent ? s->version : s->newcomer;
}

bool lg__seat_is_repeated(const lg__seat *s, const lg_stopped *how)
{
    return s->words && how && how->why == s->stop.why && how->call == s->stop.call &&
           how->part == s->stop.part;
}

void lg__seat_fault(void *ctx, const lg_agent *agent, const char *message)
{
    lg__seat *s = ctx;
    const lg_stopped *how = agent ? lg_agent_stopped(agent) : NULL; /* NULL: it was never made */
    if (lg__seat_is_repeated(s, how)) /* a second time there is less to say */
        message = s->words;
    s->faults++;
    s->seats->words.length = 0;
    lg_text_str(&s->seats->words, message);
    lg_notes_fault(s->notes, s->name, version_of(s, agent), message, &s->shown);
}

void lg__seat_print(void *ctx, const lg_agent *agent, const char *line)
{
    lg__seat *s = ctx;
    lg_notes_print(s->notes, s->name, version_of(s, agent), line);
}

void lg__seat_give_up(lg__seat *s)
{
    if (s->given_up)
        return;
    s->given_up = true;
    s->due = LG_NONE;
    s->seats->waiting++;
}

/* Of the script at work: one that an event has taken away is not called any more. */
void lg__seat_stopped(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    lg__seat *s = ctx;
    lg_seats *seats = s->seats;
    char numbers[160];
    s->code = how->code;
    snprintf(s->why, sizeof s->why, "%s: %s %s", how->code, how->callback,
             lg_stopped_text(how, numbers, sizeof numbers));
    bool comes_back = s->kept_count > 0; /* the version before it, after this tick */
    if (!comes_back && !lg__seat_may_restart(s, s->strikes) && !seats->given_up.count++)
        seats->given_up.first = s->name;
    bool repeated = lg__seat_is_repeated(s, how);
    if (seats->input.stopped && !repeated && lg_stop_may_differ(how->why))
        seats->input.stopped(seats->input.ctx, s->index, how, lg_text_peek(&seats->words));
    if (repeated || lg_stop_may_differ(how->why)) /* sooner than was kept, which is over by that */
        s->words = NULL;
    if (s->at && agent == s->at->agent && !comes_back)
        lg__seat_give_up(s);
}

lg_status lg_seats_stop_at(lg_seats *seats, const lg_outside *act, lg_err *err)
{
    lg_stopped how;
    const char *words;
    lg__seat *s = act->node < seats->count ? &seats->items[act->node] : NULL;
    if (!s || !s->at)
        return lg_fail(err, LG_UNKNOWN, "there is no agent with number %u", act->node);
    lg_status status = lg_outside_unpack_stop(act, &seats->arena, &how, &words);
    if (status != LG_OK)
        return lg_fail(err, status, "how the script of \"%s\" was given up: %s", s->name,
                       lg_status_text(status));
    if (strcmp(how.callback, LG__AT_LOAD) == 0 && how.part == 0)
        return LG_OK; /* that was before the run */
    s->stop = how;
    s->words = words;
    lg_agent_stop_at(s->at->agent, &how);
    return LG_OK;
}

bool lg__seat_may_restart(const lg__seat *s, uint32_t strikes)
{
    return strikes < s->seats->input.scenario->agents[s->index].restarts;
}

static lg_status hand_over(lg_seats *seats, lg__seat *s, lg__heir *h, const lg_moment *moment,
                           bool *done)
{
    lg_err err;
    const lg_seats_when when = {.moment = *moment, .slot = moment->slot, .tick = moment->tick};
    lg_status status = lg__seat_add_version(seats, s, lg_agent_bundle(h->stand.agent), &err);
    if (status != LG_OK)
        return status;
    lg_participant participant;
    lg__stand *left = s->at;
    uint32_t version = s->version;
    lg__seat_prove(seats, s);
    s->at = &h->stand;
    s->version = s->version_count;
    if (s->words) /* in on_start, maybe */
        lg_agent_stop_at(h->stand.agent, &s->stop);
    lg__seat_participant(s, &participant);
    s->at = left; /* it has the last word */
    s->newcomer = s->version;
    s->version = version;
    *done = true;
    status = lg_turn_replace(seats->input.turn, s->index, &participant, moment);
    s->at = &h->stand;
    s->version = s->newcomer;
    s->newcomer = 0;
    lg__seat_relieve(seats, s);
    lg__seat_tell_version(seats, s, &when, "change", "");
    if (lg_agent_stopped(h->stand.agent)) /* in on_start, before it was at work */
        lg__seat_give_up(s);
    return status;
}

lg_status lg_seats_change(lg_seats *seats, uint32_t event, uint32_t index, const lg_moment *moment,
                          bool *done)
{
    lg__seat *s = &seats->items[index];
    for (uint32_t i = 0; i < seats->heir_count; i++) {
        lg__heir *h = &seats->heirs[i];
        if (h->event == event && h->seat == index && s->at != &h->stand)
            return hand_over(seats, s, h, moment, done);
    }
    return LG_OK;
}

void lg__seat_relieve(lg_seats *seats, lg__seat *s)
{
    seats->waiting -= s->given_up;
    s->given_up = false;
    s->strikes = 0;
    s->left = false;
    lg_baseline_free(s->baseline);
    s->baseline = NULL;
}

void lg_seats_set_patience(lg_seats *seats, double seconds)
{
    seats->patience = seconds;
    if (seats->workers)
        lg_workers_set_patience(seats->workers, seconds);
}

lg_status lg_seats_hold(lg_seats *seats, bool is_asset, uint32_t node, bool held)
{
    const lg_site *site = &seats->input.scenario->site;
    if (is_asset)
        return lg_desk_hold_asset(seats->items[site->assets[node].agent].desk, node, held);
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < seats->count && status == LG_OK; i++)
        status = lg_desk_hold_market(seats->items[i].desk, node, held);
    return status;
}

lg_run_given_up lg_seats_given_up(const lg_seats *seats)
{
    return seats->given_up;
}

const lg_run_refused *lg_seats_refused(lg_seats *seats, uint32_t *count)
{
    lg_run_refused *rows = lg_arena_alloc(&seats->arena, (seats->count + 1) * sizeof *rows);
    *count = 0;
    for (uint32_t i = 0; i < seats->count && rows; i++) {
        uint64_t commands = lg_desk_counts_of(seats->items[i].desk).refused;
        if (commands)
            rows[(*count)++] = (lg_run_refused){seats->items[i].name, commands};
    }
    return rows;
}

/* Where a clock ended a script, what it had spent is another each time. */
static int64_t units_most(const lg__seat *s)
{
    bool known = s->at && s->at->agent && !s->code;
    return known ? (int64_t)lg_agent_figures_of(s->at->agent).units_most : -1;
}

const lg_run_conduct *lg_seats_conduct(lg_seats *seats, uint32_t *count)
{
    lg_run_conduct *rows = lg_arena_alloc(&seats->arena, (seats->count + 1) * sizeof *rows);
    *count = rows ? seats->count : 0;
    for (uint32_t i = 0; i < *count; i++) {
        const lg__seat *s = &seats->items[i];
        const lg_desk_counts counts = lg_desk_counts_of(s->desk);
        rows[i] = (lg_run_conduct){.faults = s->faults, .refused = counts.refused};
        rows[i].units_most = units_most(s);
        if (s->at && s->at->agent)
            rows[i].breaches = lg_agent_figures_of(s->at->agent).breaches;
        memcpy(rows[i].refused_as, counts.refused_as, sizeof counts.refused_as);
        rows[i].refusals = lg_desk_refusals(s->desk, &rows[i].refusal_count);
    }
    return rows;
}

lg_status lg_seats_open(lg_mem *mem, const lg_seats_input *input, lg_diag *diag, lg_err *err,
                        lg_seats **out)
{
    *out = NULL;
    lg_seats *seats = lg_mem_zalloc(mem, 1, sizeof *seats);
    if (!seats)
        return lg_fail(err, LG_MEMORY, "out of memory");
    seats->mem = mem;
    seats->input = *input;
    lg_arena_init(&seats->arena, mem, 16384);
    lg_text_init(&seats->said, mem);
    lg_text_init(&seats->words, mem);
    seats->count = input->scenario->agent_count;
    seats->items = lg_mem_zalloc(mem, seats->count, sizeof *seats->items);
    uint32_t heirs = lg__seats_count_heirs(input->scenario);
    seats->heirs = lg_mem_zalloc(mem, heirs, sizeof *seats->heirs);
    seats->agents = lg_mem_zalloc(mem, seats->count + heirs, sizeof *seats->agents);
    seats->trying = lg_mem_zalloc(mem, seats->count, sizeof *seats->trying);
    lg_status status = seats->items && seats->heirs && seats->agents && seats->trying
                           ? lg__seats_open_own(seats, diag, err)
                           : lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        status = lg__seats_open_heirs(seats, diag, err);
    if (status != LG_OK) {
        lg_seats_close(seats);
        return status;
    }
    *out = seats;
    return LG_OK;
}

void lg_seats_close(lg_seats *seats)
{
    if (!seats)
        return;
    uint32_t heirs = lg__seats_count_heirs(seats->input.scenario);
    for (uint32_t i = 0; i < seats->heir_count; i++)
        lg_agent_free(seats->heirs[i].stand.agent);
    for (uint32_t i = 0; i < seats->count && seats->items; i++) {
        lg__seat *s = &seats->items[i];
        lg_seats_drop_trial(seats, i);
        lg_baseline_free(s->baseline);
        lg_agent_free(s->own.agent);
        for (uint32_t k = 0; k < s->kept_count; k++)
            lg_agent_free(s->kept[k].agent);
        for (uint32_t k = 0; k < s->version_count; k++)
            lg_bundle_unref(s->versions[k]);
        lg_mem_free(seats->mem, s->versions, s->version_capacity * sizeof *s->versions);
        lg_desk_free(s->desk);
    }
    lg_workers_free(seats->workers);
    lg_mem_free(seats->mem, seats->items, seats->count * sizeof *seats->items);
    lg_mem_free(seats->mem, seats->heirs, heirs * sizeof *seats->heirs);
    lg_mem_free(seats->mem, seats->agents, (seats->count + heirs) * sizeof *seats->agents);
    lg_mem_free(seats->mem, seats->trying, seats->count * sizeof *seats->trying);
    lg_text_fini(&seats->said);
    lg_text_fini(&seats->words);
    lg_arena_drop(&seats->arena);
    lg_mem_free(seats->mem, seats, sizeof *seats);
}

uint32_t lg_seats_count(const lg_seats *seats)
{
    return seats->count;
}

lg_seat_view lg_seats_view(const lg_seats *seats, uint32_t index)
{
    const lg__seat *s = &seats->items[index];
    const lg_agent *agent = s->at->agent;
    uint64_t units_most, units = lg_agent_units(agent, &units_most);
    return (lg_seat_view){
        .name = s->name,
        .instead = s->baseline   ? lg_baseline_names(s->baseline)
                   : s->given_up ? "nothing"
                                 : NULL,
        .script = lg_agent_script(agent),
        .hash = lg_agent_hash(agent),
        .version = s->version,
        .versions = s->version_count,
        .on_probation = s->kept_count > 0,
        .stood_in = s->baseline || s->given_up,
        .left = s->left,
        .has_script = s->version_count > 1 || !s->starts_baseline,
        .faults = lg_agent_faults(agent),
        .memory = lg_agent_memory(agent),
        .units = units,
        .units_most = units_most,
    };
}

const char *lg_seat_trader(const lg_seat_view *view, char *out, size_t size)
{
    if (view->instead)
        return view->instead;
    snprintf(out, size, "v%u", view->version);
    return out;
}

const lg_run_agent *lg_seats_agents(const lg_seats *seats, uint32_t *count)
{
    *count = seats->count + seats->heir_count;
    return seats->agents;
}
