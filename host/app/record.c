/* One path for all modes: what is recorded is repeated and compared as far as the journal is
 * followed, and what is new is written where there is something to write to. */
#include "app/record.h"

#include <string.h>
#include <sys/stat.h>

#include "app/words.h"

struct lg_record {
    lg_mem *mem;
    lg_record_input input;
    lg_inputs *inputs;
    const lg_input_source *before;
    lg_journal *journal; /* NULL: nothing is written, or not yet */
    uint32_t act_at;     /* the act that is repeated next */
    uint32_t slot_at;    /* the slot that closes next */
    uint32_t follow;     /* slots that are compared */
    bool repeating;      /* an act of the journal happens */
    bool parting;        /* what makes a fork another run happens */
    bool apart;          /* it has happened */
    uint32_t *seats;     /* that got another script by it */
    uint32_t seat_count, seat_capacity;
    uint32_t *marks;
    uint32_t mark_count, mark_capacity;
    lg_parted parted;
};

static uint32_t recorded(const lg_record *r)
{
    return r->input.past ? r->input.past->slot_count : 0;
}

/* ---- the beginning ---- */

static lg_status put_inputs(lg_record *r)
{
    const lg_journal_past *past = r->input.past;
    const char *folder = lg_journal_word_of(&past->header, "folder");
    lg_status status = folder ? lg_inputs_set_base(r->inputs, folder) : LG_OK;
    bool written = r->input.mode != LG_RECORD_FORK;
    for (uint32_t i = 0; i < past->input_count && status == LG_OK; i++)
        status = lg_inputs_put(r->inputs, &past->inputs[i], written);
    return status;
}

/* What is not recorded is there only for what is new. */
static void go_live(lg_record *r)
{
    if (r->input.mode != LG_RECORD_VERIFY && r->slot_at >= r->follow)
        lg_inputs_set_live(r->inputs, true);
}

lg_record *lg_record_new(lg_mem *mem, const lg_record_input *input)
{
    lg_record *r = lg_mem_zalloc(mem, 1, sizeof *r);
    if (!r)
        return NULL;
    r->mem = mem;
    r->input = *input;
    r->follow = recorded(r);
    if (input->mode == LG_RECORD_FORK && input->until < r->follow)
        r->follow = input->until;
    r->inputs = lg_inputs_new(mem);
    if (!r->inputs || (input->past && put_inputs(r) != LG_OK)) {
        lg_inputs_free(r->inputs);
        lg_mem_free(mem, r, sizeof *r);
        return NULL;
    }
    if (!input->past)
        lg_inputs_set_live(r->inputs, true);
    r->before = lg_input_use(lg_inputs_source(r->inputs));
    return r;
}

void lg_record_free(lg_record *r)
{
    if (!r)
        return;
    lg_input_use(r->before);
    lg_journal_close(r->journal);
    lg_inputs_free(r->inputs);
    lg_mem_free(r->mem, r->seats, r->seat_capacity * sizeof *r->seats);
    lg_mem_free(r->mem, r->marks, r->mark_capacity * sizeof *r->marks);
    lg_mem_free(r->mem, r, sizeof *r);
}

static lg_status add(lg_record *r, lg_journal_kind kind, lg_text *payload, lg_err *err)
{
    lg_status status = payload->failed
                           ? lg_fail(err, LG_MEMORY, "out of memory for the journal")
                           : lg_journal_add(r->journal, kind, payload->data, payload->length, err);
    lg_text_fini(payload);
    return status;
}

/* Whether a figure may depend on the plugin: not when it offers drivers only, and no asset has one
 * of them. Reading and hashing all that is installed would cost small runs more than some of what
 * they do. */
static bool is_used(const lg_setup *setup, const lg_plugin *plugin)
{
    const lg_driver *drivers = plugin->drivers.items;
    const lg_site *site = &setup->scenario->site;
    bool used = plugin->rules.count || plugin->gateways.count || plugin->devices.count;
    for (uint32_t i = 0; i < plugin->drivers.count && !used; i++)
        for (uint32_t k = 0; k < site->asset_count && !used; k++)
            used = setup->drivers[site->assets[k].driver] == &drivers[i];
    return used;
}

static lg_status add_header(lg_record *r, lg_err *err)
{
    const lg_setup *setup = r->input.setup;
    lg_text payload;
    lg_text_init(&payload, r->mem);
    lg_words_pack_run(r->input.args, setup, &payload);
    lg_status status = add(r, LG_JOURNAL_HEADER, &payload, err);
    if (status == LG_OK && r->input.mode == LG_RECORD_FORK) {
        const lg_journal_fork fork = {.slot = r->input.until, .run = r->input.run};
        lg_text_init(&payload, r->mem);
        lg_journal_pack_fork(&payload, &fork);
        status = add(r, LG_JOURNAL_FORK, &payload, err);
    }
    uint32_t count;
    const lg_plugin *const *plugins = lg_plugins_list(setup->plugins, &count);
    for (uint32_t i = 0; i < count && status == LG_OK; i++) {
        if (!is_used(setup, plugins[i]))
            continue;
        lg_words_pack_plugin(setup->plugins, i, &payload);
        status = add(r, LG_JOURNAL_PLUGIN, &payload, err);
    }
    return status;
}

static lg_status make(lg_record *r, const char *folder, lg_err *err)
{
    lg_status status = lg_journal_create(r->mem, folder, err, &r->journal);
    if (status == LG_OK)
        status = add_header(r, err);
    if (status == LG_OK)
        status = lg_inputs_write(r->inputs, r->journal, err);
    if (status == LG_OK) /* which lg_journal_place() flushes */
        status = lg_journal_add(r->journal, LG_JOURNAL_BEGUN, NULL, 0, err);
    return status == LG_OK ? lg_journal_place(r->journal, err) : status;
}

/* The folder is locked by now; before that somebody else may have resumed the run. */
static lg_status go_on(lg_record *r, const char *folder, lg_err *err)
{
    const lg_journal_past *past = r->input.past;
    struct stat info;
    lg_text payload;
    if (stat(past->file, &info) || (uint64_t)info.st_size != past->size + past->torn)
        return lg_fail(err, LG_STORE, "%s has changed meanwhile; another process has resumed it",
                       past->file);
    lg_status status = lg_journal_go_on(r->mem, folder, past->size, past->seal, err, &r->journal);
    if (status != LG_OK)
        return status;
    lg_text_init(&payload, r->mem);
    lg_words_pack_program(&payload);
    status = add(r, LG_JOURNAL_RESUMED, &payload, err);
    return status == LG_OK ? lg_inputs_write(r->inputs, r->journal, err) : status;
}

static lg_status begin(void *ctx, const char *folder, lg_err *err)
{
    lg_record *r = ctx;
    lg_status status = LG_OK;
    if (r->input.mode == LG_RECORD_RESUME)
        status = go_on(r, folder, err);
    else if (r->input.mode != LG_RECORD_VERIFY)
        status = make(r, folder, err);
    go_live(r);
    return status;
}

/* ---- acts ---- */

/* Whether the run is still where it was before: what comes from outside now has no place in the
 * journal yet. */
static bool is_behind(const lg_record *r)
{
    const lg_journal_past *past = r->input.past;
    return r->input.mode == LG_RECORD_RESUME && !r->repeating &&
           (r->slot_at < r->follow || r->act_at < past->act_count);
}

/* Slots that were completed, what is known of the one that was not, and an end that was reached. */
static bool follows(void *ctx)
{
    const lg_record *r = ctx;
    const lg_journal_past *past = r->input.past;
    switch (r->input.mode) {
    case LG_RECORD_NEW:
        return false;
    case LG_RECORD_VERIFY:
        return true;
    case LG_RECORD_FORK:
        return !r->apart && r->slot_at < r->follow;
    case LG_RECORD_RESUME:
        return r->repeating || r->slot_at < r->follow || r->act_at < past->act_count ||
               (past->ended && past->end.finished);
    }
    return false;
}

/* What people do to a running host is theirs, as is what remote clients send; a simulation is made
 * again. */
static bool cannot_be_had_again(const lg_record *r)
{
    const lg_args *args = r->input.args;
    return args->pace || args->control || args->paused || args->gateway;
}

static lg_status keep(void *ctx, const lg_outside *act, lg_err *err)
{
    lg_record *r = ctx;
    lg_text bytes, payload;
    if (r->parting && act->kind == LG_OUTSIDE_SCRIPT) {
        if (!LG_GROW(r->mem, r->seats, r->seat_capacity, r->seat_count + 1))
            return lg_fail(err, LG_MEMORY, "out of memory");
        r->seats[r->seat_count++] = act->node;
    }
    if (is_behind(r))
        return act->kind == LG_OUTSIDE_END || act->kind == LG_OUTSIDE_STOP
                   ? LG_OK /* it may be resumed again; a stop that is new parts the runs */
                   : lg_fail(err, LG_CLOSED,
                             "the run is still done again up to where it broke off");
    if (!r->journal || (r->repeating && r->input.mode == LG_RECORD_RESUME))
        return LG_OK;
    lg_text_init(&bytes, r->mem);
    lg_text_init(&payload, r->mem);
    lg_outside_pack(act, &bytes);
    lg_journal_act row = {
        .slot = act->slot, .tick = act->tick, .bytes = bytes.data, .size = bytes.length};
    lg_journal_pack_act(&payload, &row);
    payload.failed = payload.failed || bytes.failed;
    lg_text_fini(&bytes);
    lg_status status = add(r, LG_JOURNAL_ACT, &payload, err);
    if (status != LG_OK)
        return status;
    return cannot_be_had_again(r) ? lg_journal_to_disk(r->journal, err)
                                  : lg_journal_flush(r->journal, err);
}

/* Whether the next recorded act came before the tick at @p next. */
static bool is_due(const lg_record *r, lg_place next)
{
    const lg_journal_past *past = r->input.past;
    if (!past || r->act_at >= past->act_count)
        return false;
    const lg_journal_act *act = &past->acts[r->act_at];
    return act->slot == next.slot && act->tick == next.tick;
}

static lg_status read_act(const lg_record *r, uint32_t index, lg_outside *act, lg_err *err)
{
    const lg_journal_act *row = &r->input.past->acts[index];
    lg_status status = lg_outside_unpack(r->mem, row->bytes, row->size, act);
    act->slot = row->slot;
    act->tick = row->tick;
    if (status == LG_OK)
        return LG_OK;
    if (status == LG_MEMORY)
        return lg_fail(err, LG_MEMORY, "out of memory");
    return lg_fail(err, LG_STORE, "%s: an act of slot %u is none that lunagrid %s knows",
                   r->input.past->file, row->slot, LG_VERSION);
}

static bool is_stop(const lg_record *r, uint32_t index)
{
    lg_outside act;
    if (read_act(r, index, &act, NULL) != LG_OK)
        return true; /* which repeat_act() tells */
    lg_bundle_unref(act.script);
    return act.kind == LG_OUTSIDE_STOP;
}

/* Whether nothing came behind the act that is repeated now but ends of scripts, in on_finish. */
static bool is_last(const lg_record *r)
{
    uint32_t index = r->act_at;
    while (index < r->input.past->act_count && is_stop(r, index))
        index++;
    return index == r->input.past->act_count;
}

/* The end of a run that went on after all was none. Scripts that a seat got later are not those of
 * a seat that has another one now. */
static bool happens_again(const lg_record *r, const lg_outside *act)
{
    const lg_journal_past *past = r->input.past;
    if (act->kind == LG_OUTSIDE_END)
        return r->input.mode == LG_RECORD_VERIFY && past->ended && !past->end.finished &&
               past->end.slots == act->slot && is_last(r);
    if (act->kind == LG_OUTSIDE_STOP && r->apart) /* other callbacks: the clock decides anew */
        return false;
    for (uint32_t i = 0; i < r->seat_count; i++)
        if ((act->kind == LG_OUTSIDE_SCRIPT || act->kind == LG_OUTSIDE_LEAVE) &&
            r->seats[i] == act->node)
            return false;
    return true;
}

/* Until the journal says so, a fork that broke off would go on as the run that it was made of. */
static lg_status write_parted(lg_record *r, lg_err *err)
{
    lg_text nothing;
    lg_text_init(&nothing, r->mem);
    lg_status status = add(r, LG_JOURNAL_PARTED, &nothing, err);
    return status == LG_OK ? lg_journal_flush(r->journal, err) : status;
}

/* Here a fork becomes a run of its own. */
static lg_status part_ways(lg_record *r, lg_world *world, lg_err *err)
{
    lg_place next = lg_world_next(world);
    if (!r->input.part || r->apart || next.slot != r->input.until || next.tick)
        return LG_OK;
    r->apart = true;
    r->parting = true;
    lg_status status = r->input.part(r->input.ctx, world, err);
    r->parting = false;
    return status == LG_OK ? write_parted(r, err) : status;
}

/* Lets act @p index happen again; one that is refused was refused then. */
static lg_status repeat_act(lg_record *r, lg_world *world, uint32_t index, lg_err *err)
{
    lg_outside act;
    lg_err refused = {.status = LG_OK};
    lg_status status = read_act(r, index, &act, err);
    if (status != LG_OK)
        return status;
    r->act_at++;
    r->repeating = true;
    if (happens_again(r, &act))
        status = lg_world_act(world, &act, &refused);
    r->repeating = false;
    lg_bundle_unref(act.script);
    return lg_status_class_of(status) == LG_FATAL ? lg_fail(err, status, "%s", refused.text)
                                                  : LG_OK;
}

/* Whether act @p index is a script, and the next one that this script, or the one before it, was
 * given up: as it took over, maybe, so it has to know before. */
static bool ends_as_it_comes(const lg_record *r, uint32_t index)
{
    lg_outside script, end;
    const lg_journal_past *past = r->input.past;
    if (index + 1 >= past->act_count || read_act(r, index, &script, NULL) != LG_OK)
        return false;
    bool ends = script.kind == LG_OUTSIDE_SCRIPT && read_act(r, index + 1, &end, NULL) == LG_OK;
    lg_bundle_unref(script.script);
    if (!ends)
        return false;
    lg_bundle_unref(end.script);
    return end.kind == LG_OUTSIDE_STOP && end.node == script.node && end.slot == script.slot &&
           end.tick == script.tick;
}

/* Lets what is due happen again; before the start that is only what may happen in on_start. */
static lg_status repeat(lg_record *r, lg_world *world, bool start, lg_err *err)
{
    lg_status status = LG_OK;
    while (status == LG_OK && is_due(r, lg_world_next(world))) {
        uint32_t index = r->act_at;
        if (start && !is_stop(r, index))
            break;
        if (ends_as_it_comes(r, index))
            status = repeat_act(r, world, index + 1, err);
        if (status == LG_OK)
            status = repeat_act(r, world, index, err);
    }
    return status;
}

lg_status lg_record_repeat(lg_record *r, lg_world *world, lg_err *err)
{
    lg_status status = part_ways(r, world, err);
    return status == LG_OK ? repeat(r, world, false, err) : status;
}

lg_status lg_record_repeat_start(lg_record *r, lg_world *world, lg_err *err)
{
    return repeat(r, world, true, err);
}

static const char *unloaded(void *ctx, uint32_t seat, lg_arena *arena)
{
    const lg_record *r = ctx;
    const lg_journal_past *past = r->input.past;
    for (uint32_t i = 0; past && i < past->act_count && past->acts[i].slot == 0; i++) {
        lg_outside act;
        lg_stopped how;
        const char *words;
        if (past->acts[i].tick || read_act(r, i, &act, NULL) != LG_OK)
            continue;
        lg_bundle_unref(act.script);
        if (act.kind == LG_OUTSIDE_STOP && act.node == seat &&
            lg_outside_unpack_stop(&act, arena, &how, &words) == LG_OK &&
            strcmp(how.callback, LG_OUTSIDE_AT_LOAD) == 0 && how.part == 0)
            return words;
    }
    return NULL;
}

/* ---- slots ---- */

static lg_status part(lg_record *r, uint32_t slot, uint32_t tick, lg_err *err)
{
    r->parted = (lg_parted){.parted = true, .slot = slot, .tick = tick};
    return lg_fail(err, LG_INVALID, "the run comes out differently from slot %u on", slot);
}

static lg_status tick_done(void *ctx, uint32_t tick, uint64_t mark, lg_err *err)
{
    lg_record *r = ctx;
    if (r->slot_at < r->follow) {
        const lg_journal_slot *slot = &r->input.past->slots[r->slot_at];
        if (tick < slot->mark_count && slot->marks[tick] != (uint32_t)mark)
            return part(r, r->slot_at, tick, err);
    }
    if (!LG_GROW(r->mem, r->marks, r->mark_capacity, r->mark_count + 1))
        return lg_fail(err, LG_MEMORY, "out of memory for the journal");
    r->marks[r->mark_count++] = (uint32_t)mark;
    return LG_OK;
}

static lg_status write_slot(lg_record *r, uint32_t slot, lg_digest digest, lg_err *err)
{
    lg_text payload;
    lg_journal_slot row = {
        .slot = slot, .digest = digest, .marks = r->marks, .mark_count = r->mark_count};
    lg_text_init(&payload, r->mem);
    lg_journal_pack_slot(&payload, &row);
    lg_status status = add(r, LG_JOURNAL_SLOT, &payload, err);
    return status == LG_OK ? lg_journal_flush(r->journal, err) : status;
}

static lg_status slot_done(void *ctx, uint32_t slot, lg_digest digest, lg_err *err)
{
    lg_record *r = ctx;
    lg_status status = lg_inputs_check(r->inputs, err);
    bool known = slot < r->follow;
    if (known && status == LG_OK) {
        lg_digest then = r->input.past->slots[slot].digest;
        if (then.high != digest.high || then.low != digest.low)
            status = part(r, slot, LG_NONE, err);
    }
    if (status == LG_OK && r->journal && !(known && r->input.mode == LG_RECORD_RESUME))
        status = write_slot(r, slot, digest, err);
    r->mark_count = 0;
    r->slot_at = slot + 1;
    go_live(r);
    return status;
}

lg_outside_keeper lg_record_keeper(lg_record *r)
{
    return (lg_outside_keeper){.ctx = r,
                               .begin = begin,
                               .follows = follows,
                               .unloaded = unloaded,
                               .keep = keep,
                               .tick = tick_done,
                               .slot = slot_done};
}

bool lg_record_behind(const lg_record *r)
{
    return is_behind(r);
}

bool lg_record_caught_up(const lg_record *r)
{
    return r->slot_at >= r->follow;
}

uint32_t lg_record_slots(const lg_record *r)
{
    return recorded(r);
}

/* ---- the end ---- */

lg_status lg_record_end(lg_record *r, bool finished, uint32_t slots, lg_digest digest, lg_err *err)
{
    const lg_journal_past *past = r->input.past;
    if (r->input.mode == LG_RECORD_VERIFY) {
        lg_digest then = past->end.digest;
        if (past->ended && slots == past->end.slots &&
            (then.high != digest.high || then.low != digest.low))
            return part(r, slots, LG_NONE, err);
        return LG_OK;
    }
    if (is_behind(r))
        return LG_OK;
    lg_text payload;
    lg_journal_end row = {.finished = finished, .slots = slots, .digest = digest};
    lg_text_init(&payload, r->mem);
    lg_journal_pack_end(&payload, &row);
    lg_status status = add(r, LG_JOURNAL_END, &payload, err);
    return status == LG_OK ? lg_journal_flush(r->journal, err) : status;
}

lg_parted lg_record_parted(const lg_record *r)
{
    return r->parted;
}
