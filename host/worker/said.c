/* What workers say, looked at as a whole before any of it counts. A script in the host's process is
 * held to limits by its own state; what comes from a worker is held to the same ones here. */
#include <stdio.h>
#include <string.h>
#include "worker/pack_intraday.h"
#include "worker/room.h"

enum {
    SAID_MAX = 4096,       /* bytes of a line or of an error that are kept */
    BESIDE_MAX = 1 << 20,  /* bytes of a message besides a batch and what is said */
    SAYING_MAX = 64 << 20, /* that are said in one message, however many callbacks it is about */
    RECORD_MAX = 16,       /* head and end of a record */
};

/* What a callback may say: lines, and how it failed. */
static size_t saying_max(const lg__worker *w, uint32_t callbacks)
{
    size_t each = w->input.budget.output_bytes + LG_PRINT_LINES_MAX * RECORD_MAX + 2 * SAID_MAX;
    return callbacks < SAYING_MAX / each ? callbacks * each : SAYING_MAX;
}

void lg__worker_ask_for(lg__worker *w, uint32_t count, bool may_wait, bool counts)
{
    w->in_max = BESIDE_MAX + lg_pack_batch_max(w->desk) + saying_max(w, count);
    w->asked = count;
    w->may_wait = may_wait;
    w->counts = counts;
    w->lines = w->said = 0;
}

void lg__worker_ask_again(lg__worker *w, uint32_t count)
{
    w->in_max += saying_max(w, count);
    w->asked = count + 1;
    w->may_wait = true;
}

/* A text of its own making as one that can be shown: lines and tabs, no other control characters.
 */
static const char *shown(const lg_wire_record *record, char out[SAID_MAX + 1])
{
    uint32_t size = record->size < SAID_MAX ? record->size : SAID_MAX;
    memcpy(out, record->bytes, size);
    out[size] = '\0';
    lg_text_clean_lines(out);
    return out;
}

static lg_status read_failed(const lg_wire_record *record, lg_err *err)
{
    char text[SAID_MAX + 1];
    const lg_wire_record sentence = {.bytes = record->bytes + 4, .size = record->size - 4};
    uint32_t status;
    memcpy(&status, record->bytes, sizeof status);
    return lg_fail(err, status == LG_MEMORY ? LG_MEMORY : LG_SCRIPT, "%s", shown(&sentence, text));
}

/* What a message says, until all of it is known to be fit. */
typedef struct sending {
    lg_desk_part part;
    lg_terms *terms;
    lg_trading_ask *asks;
    uint32_t term_capacity, ask_capacity;
    lg_arena arena;
    lg_post posts[LG_BOARD_POSTS_PER_TICK];
    const lg_post *post_list[LG_BOARD_POSTS_PER_TICK];
    uint32_t lines, faults;
    size_t said; /* bytes of the lines */
    const lg_remote_end *ended;
    const lg_wire_done *done;
} sending;

static const char *take_terms(lg__worker *w, sending *s, const lg_wire_record *record)
{
    if (!LG_GROW(w->pool->mem, s->terms, s->term_capacity, s->part.count.terms + 1))
        return "more than there is memory for";
    if (lg_unpack_terms(&s->arena, record, &s->terms[s->part.count.terms]) != LG_OK)
        return "requirements that cannot be";
    s->part.count.terms++;
    return NULL;
}

static const char *take_ask(lg__worker *w, sending *s, const lg_wire_record *record)
{
    uint32_t *count = &s->part.count.asks;
    if (*count == LG_DESK_ASKS_MAX)
        return "more requests to the intraday market than may be";
    if (!LG_GROW(w->pool->mem, s->asks, s->ask_capacity, *count + 1))
        return "more than there is memory for";
    if (!lg_unpack_ask(record, &s->asks[*count]))
        return "a request to the intraday market that cannot be";
    ++*count;
    return NULL;
}

static const char *take_post(sending *s, const lg_wire_record *record)
{
    uint32_t *count = &s->part.count.posts;
    if (*count == LG_BOARD_POSTS_PER_TICK)
        return "more posts than may be";
    if (!lg_unpack_post(record, &s->posts[*count]))
        return "a post that cannot be";
    s->post_list[*count] = &s->posts[*count];
    ++*count;
    return NULL;
}

static void take_figures(lg__worker *w, const lg_agent_figures *figures)
{
    w->queued = 0;
    lg_agent_set_figures(w->agent, figures);
}

/* What the host of a script sees to where it runs in the same process: how much a callback prints,
 * that it fails once at most, and that a script which does nothing else is given up. */
static const char *weigh(lg__worker *w, const sending *s)
{
    const lg_budget *budget = &w->input.budget;
    w->lines += s->lines;
    w->said += s->said;
    if (w->lines > w->asked * (LG_PRINT_LINES_MAX + UINT64_C(2))) /* two more tell of limits */
        return "more lines than a callback may print";
    if (w->said > w->asked * (budget->output_bytes + (uint64_t)SAID_MAX))
        return "more text than a callback may print";
    if (s->faults > w->asked)
        return "more errors than it was called for";
    w->in_a_row = w->counts && s->faults == w->asked ? w->in_a_row + s->faults : 0;
    if (budget->faults_in_a_row && w->in_a_row >= budget->faults_in_a_row && !s->ended)
        return "more errors in a row than its budget allows";
    return NULL;
}

/* It waits where one may wait: for what it has sent, and as often as a script may. */
static bool is_fit_to_wait(const lg__worker *w, const sending *s, const lg_wire_done *done)
{
    const lg_desk_mark mark = lg_desk_mark_of(w->desk);
    return done->waiting == 1 && w->may_wait &&
           mark.commands + mark.asks + s->part.count.commands + s->part.count.asks > 0 &&
           done->part == (w->waiting ? w->part : 0) + 1 &&
           done->part <= LG_EXECUTES_MAX + LG_ASKS_MAX;
}

static void sending_fini(lg__worker *w, sending *s)
{
    lg_mem_free(w->pool->mem, s->terms, s->term_capacity * sizeof *s->terms);
    lg_mem_free(w->pool->mem, s->asks, s->ask_capacity * sizeof *s->asks);
    lg_arena_drop(&s->arena);
}

/* All records are there. */
static const char *take_done(lg__worker *w, sending *s)
{
    lg_wire_done done;
    if (!s->done)
        return "no last word";
    memcpy(&done, s->done, sizeof done);
    s->part.terms = s->terms;
    s->part.posts = s->post_list;
    s->part.asks = s->asks;
    const char *wrong = weigh(w, s);
    if (wrong)
        return wrong;
    if (done.status >= LG_STATUS_COUNT)
        return "what came of nothing";
    if (done.waiting && !is_fit_to_wait(w, s, &done))
        return "that it waits where it cannot";
    if (lg_desk_append(w->desk, &s->part) != LG_OK)
        return "commands that cannot be";
    w->done = (lg_status)done.status;
    take_figures(w, &done.figures);
    w->waiting = done.waiting;
    w->part = done.part;
    return NULL;
}

/* A sentence for people about a state that was asked for. */
static const char *take_left(lg__worker *w, const lg_wire_record *record)
{
    char text[SAID_MAX + 1];
    if (!w->left || w->left->length)
        return "something out of place";
    lg_text_str(w->left, shown(record, text));
    return NULL;
}

/* Looks at a record. @return what is wrong with it; NULL: nothing */
static const char *take(lg__worker *w, sending *s, const lg_wire_record *record)
{
    if (s->done)
        return "something after its last word";
    switch (record->kind) {
    case LG_WIRE_PRINT_RECORD:
        s->lines++;
        s->said += record->size;
        return NULL;
    case LG_WIRE_FAULT_RECORD:
        s->faults++;
        return NULL;
    case LG_WIRE_COMMANDS_RECORD:
        s->part.commands = (const void *)record->bytes;
        s->part.count.commands = record->size / sizeof *s->part.commands;
        return NULL;
    case LG_WIRE_VALUES_RECORD:
        s->part.values = (const void *)record->bytes;
        s->part.count.values = record->size / sizeof *s->part.values;
        return NULL;
    case LG_WIRE_TERMS_RECORD:
        return take_terms(w, s, record);
    case LG_WIRE_POST_RECORD:
        return take_post(s, record);
    case LG_WIRE_ASK_RECORD:
        return take_ask(w, s, record);
    case LG_WIRE_STATE_RECORD:
        if (!w->saved)
            return "a state that nobody has asked for";
        lg_text_bytes(w->saved, (const char *)record->bytes, record->size);
        return NULL;
    case LG_WIRE_LEFT_RECORD:
        return take_left(w, record);
    case LG_WIRE_FAILED_RECORD:
        if (!w->saved)
            return "something out of place";
        (void)read_failed(record, &w->failed);
        return NULL;
    case LG_WIRE_ENDED_RECORD:
        s->ended = (const void *)record->bytes;
        return NULL;
    case LG_WIRE_DONE_RECORD:
        s->done = (const void *)record->bytes;
        return NULL;
    default:
        return "something out of place";
    }
}

/* Passes on what a message says for people: now that nothing is wrong with it, or another run,
 * which is only told that it was lost here, would not hear the same. */
static void pass_on(lg__worker *w)
{
    char text[SAID_MAX + 1];
    lg_wire_walk walk = {
        .bytes = (const uint8_t *)w->in.data, .size = w->in.length, .from_worker = true};
    lg_wire_record record;
    while (lg_wire_next(&walk, &record))
        if (record.kind == LG_WIRE_PRINT_RECORD && w->input.print)
            w->input.print(w->input.ctx, w->agent, shown(&record, text));
        else if (record.kind == LG_WIRE_FAULT_RECORD && w->input.fault)
            w->input.fault(w->input.ctx, w->agent, shown(&record, text));
}

/* By its own word it is over. */
static void take_end(lg__worker *w, const lg_remote_end *end)
{
    memcpy(&w->end, end, sizeof w->end);
    w->end.unit[sizeof w->end.unit - 1] = '\0';
    w->state = LG_WORKER_LOST;
    w->told = true;
}

void lg__worker_read(lg__worker *w)
{
    sending s = {.done = NULL};
    lg_wire_walk walk = {
        .bytes = (const uint8_t *)w->in.data, .size = w->in.length, .from_worker = true};
    lg_wire_record record;
    const char *wrong = NULL;
    w->state = LG_WORKER_SPOKEN;
    lg_arena_init(&s.arena, w->pool->mem, 4096);
    while (!wrong && lg_wire_next(&walk, &record))
        wrong = take(w, &s, &record);
    if (!wrong)
        wrong = walk.wrong ? walk.wrong : take_done(w, &s);
    if (wrong) {
        lg__pool_lose(w, "it said %s", wrong);
    } else {
        pass_on(w);
        w->state = LG_WORKER_IDLE;
        if (s.ended)
            take_end(w, s.ended);
    }
    sending_fini(w, &s);
}

static lg_status read_ready(lg__worker *w, const lg_wire_record *record)
{
    lg_wire_ready ready;
    memcpy(&ready, record->bytes, sizeof ready);
    w->callbacks = ready.callbacks;
    w->every_tick = ready.every_tick;
    take_figures(w, &ready.figures);
    return LG_OK;
}

/* Whether a record is one of those that the top level of a script may cause. */
static bool is_of_loading(const lg_wire_record *record)
{
    switch (record->kind) {
    case LG_WIRE_PRINT_RECORD:
    case LG_WIRE_COMMANDS_RECORD:
    case LG_WIRE_VALUES_RECORD:
    case LG_WIRE_TERMS_RECORD:
    case LG_WIRE_POST_RECORD:
    case LG_WIRE_ASK_RECORD:
        return true;
    default:
        return false;
    }
}

/* What the top level has sent lies in the batch from here on. */
static const char *append_loaded(lg__worker *w, sending *s)
{
    s->part.terms = s->terms;
    s->part.posts = s->post_list;
    s->part.asks = s->asks;
    return lg_desk_append(w->desk, &s->part) == LG_OK ? NULL : "commands that cannot be";
}

/* What came of loading: what was said and sent, then READY or FAILED. */
lg_status lg__worker_read_loaded(lg__worker *w, lg_err *err)
{
    lg_wire_walk walk = {
        .bytes = (const uint8_t *)w->in.data, .size = w->in.length, .from_worker = true};
    lg_wire_record record;
    sending s = {.done = NULL};
    const char *wrong = NULL;
    bool ready = false, failed = false;
    lg_arena_init(&s.arena, w->pool->mem, 4096);
    while (!wrong && lg_wire_next(&walk, &record)) {
        ready = record.kind == LG_WIRE_READY_RECORD;
        failed = record.kind == LG_WIRE_FAILED_RECORD;
        if (is_of_loading(&record))
            wrong = take(w, &s, &record);
        else if ((!ready && !failed) || walk.at < walk.size)
            wrong = "something out of place";
    }
    if (!wrong)
        wrong = walk.wrong ? walk.wrong : ready || failed ? weigh(w, &s) : "no last word";
    if (!wrong && ready)
        wrong = append_loaded(w, &s);
    sending_fini(w, &s);
    if (wrong)
        return lg_fail(err, LG_SCRIPT, "%s: its worker said %s", w->input.script, wrong);
    pass_on(w);
    return ready ? read_ready(w, &record) : read_failed(&record, err);
}
