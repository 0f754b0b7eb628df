/* What is sealed was written by lunagrid, but perhaps not in this order or not all of it: slots
 * follow one another, an act lies in the slot that was open, and the header comes first, or the
 * journal is refused. */
#include "journal/past.h"

#include <errno.h>
#include <string.h>

#include "base/input.h"

enum { ARENA_BLOCK = 1 << 16 };

typedef struct reading {
    lg_journal_past *past;
    lg_journal_record record;
    const char *name;
} reading;

static lg_status take_words(reading *in, lg_journal_words *words)
{
    return lg_journal_unpack_words(in->record.payload, in->record.size, &in->past->arena,
                                   in->past->mem, words);
}

static lg_status take_plugin(reading *in)
{
    lg_journal_past *p = in->past;
    if (!LG_GROW(p->mem, p->plugins, p->plugin_capacity, p->plugin_count + 1))
        return LG_MEMORY;
    lg_status status = take_words(in, &p->plugins[p->plugin_count]);
    p->plugin_count += status == LG_OK;
    return status;
}

static lg_status take_input(reading *in)
{
    lg_journal_past *p = in->past;
    if (!LG_GROW(p->mem, p->inputs, p->input_capacity, p->input_count + 1))
        return LG_MEMORY;
    return lg_journal_unpack_input(in->record.payload, in->record.size, &p->arena,
                                   &p->inputs[p->input_count++]);
}

static bool is_before(const lg_journal_act *a, const lg_journal_act *b)
{
    return a->slot != b->slot ? a->slot < b->slot : a->tick < b->tick;
}

static lg_status take_act(reading *in)
{
    lg_journal_past *p = in->past;
    if (!LG_GROW(p->mem, p->acts, p->act_capacity, p->act_count + 1))
        return LG_MEMORY;
    lg_journal_act *act = &p->acts[p->act_count];
    lg_status status = lg_journal_unpack_act(in->record.payload, in->record.size, &p->arena, act);
    if (status == LG_OK &&
        (act->slot != p->slot_count || (p->act_count && is_before(act, act - 1))))
        status = LG_INVALID;
    p->act_count += status == LG_OK;
    p->ended = false;
    return status;
}

static lg_status take_slot(reading *in)
{
    lg_journal_past *p = in->past;
    if (!LG_GROW(p->mem, p->slots, p->slot_capacity, p->slot_count + 1))
        return LG_MEMORY;
    lg_journal_slot *slot = &p->slots[p->slot_count];
    lg_status status = lg_journal_unpack_slot(in->record.payload, in->record.size, &p->arena, slot);
    if (status == LG_OK && slot->slot != p->slot_count)
        status = LG_INVALID;
    p->slot_count += status == LG_OK;
    p->ended = false;
    return status;
}

static lg_status take_end(reading *in)
{
    lg_journal_past *p = in->past;
    lg_status status = lg_journal_unpack_end(in->record.payload, in->record.size, &p->end);
    if (status == LG_OK && p->end.slots != p->slot_count)
        status = LG_INVALID;
    p->ended = status == LG_OK;
    return status;
}

static lg_status take_resumed(reading *in)
{
    lg_journal_words words;
    lg_status status = take_words(in, &words);
    if (status == LG_OK)
        lg_journal_words_fini(&words, in->past->mem);
    in->past->resumed++;
    return status;
}

static lg_status take_fork(reading *in)
{
    lg_journal_past *p = in->past;
    if (p->fork.run || p->plugin_count || p->input_count || p->act_count || p->slot_count)
        return LG_INVALID;
    return lg_journal_unpack_fork(in->record.payload, in->record.size, &p->arena, &p->fork);
}

static lg_status take_parted(reading *in)
{
    lg_journal_past *p = in->past;
    if (!p->fork.run || p->parted || p->slot_count != p->fork.slot)
        return LG_INVALID;
    p->parted = true;
    return LG_OK;
}

/* Journals of earlier versions lack the mark itself. */
static bool follows_the_beginning(lg_journal_kind kind)
{
    return kind == LG_JOURNAL_BEGUN || kind == LG_JOURNAL_ACT || kind == LG_JOURNAL_SLOT ||
           kind == LG_JOURNAL_END || kind == LG_JOURNAL_RESUMED;
}

static lg_status take(reading *in)
{
    bool first = !in->past->header.count;
    if (first != (in->record.kind == LG_JOURNAL_HEADER))
        return LG_INVALID;
    in->past->begun = in->past->begun || follows_the_beginning(in->record.kind);
    switch (in->record.kind) {
    case LG_JOURNAL_HEADER:
        return take_words(in, &in->past->header);
    case LG_JOURNAL_PLUGIN:
        return take_plugin(in);
    case LG_JOURNAL_INPUT:
        return take_input(in);
    case LG_JOURNAL_ACT:
        return take_act(in);
    case LG_JOURNAL_SLOT:
        return take_slot(in);
    case LG_JOURNAL_END:
        return take_end(in);
    case LG_JOURNAL_RESUMED:
        return take_resumed(in);
    case LG_JOURNAL_FORK:
        return take_fork(in);
    case LG_JOURNAL_PARTED:
        return take_parted(in);
    case LG_JOURNAL_BEGUN:
    case LG_JOURNAL_END_OF_FILE:
        break;
    }
    return LG_OK;
}

static lg_status tell(const reading *in, lg_status status, lg_err *err)
{
    if (status == LG_INVALID)
        return lg_fail(err, LG_STORE,
                       "%s: the record that begins at byte %llu is sealed, but does not fit where "
                       "it stands",
                       in->name, (unsigned long long)in->record.offset);
    if (status == LG_MEMORY)
        return lg_fail(err, LG_MEMORY, "out of memory while reading %s", in->name);
    return status;
}

lg_status lg_journal_past_read_file(lg_mem *mem, FILE *file, const char *name,
                                    lg_journal_past *past, lg_err *err)
{
    lg_journal_reader reader;
    reading in = {.past = past, .name = name};
    *past = (lg_journal_past){.mem = mem};
    lg_arena_init(&past->arena, mem, ARENA_BLOCK);
    past->file = lg_mem_strdup(mem, name);
    lg_status status = lg_journal_reader_init(&reader, mem, file, name, err);
    if (status == LG_OK && !past->file)
        status = lg_fail(err, LG_MEMORY, "out of memory while reading %s", name);
    while (status == LG_OK) {
        status = lg_journal_reader_next(&reader, &in.record, err);
        if (status != LG_OK || in.record.kind == LG_JOURNAL_END_OF_FILE)
            break;
        status = tell(&in, take(&in), err);
    }
    if (status == LG_OK && !past->header.count)
        status = lg_fail(err, LG_STORE, "%s ends before the run began; run it again", name);
    past->size = reader.offset;
    past->seal = reader.seal;
    past->torn = reader.torn;
    lg_journal_reader_fini(&reader);
    return status;
}

lg_status lg_journal_past_read(lg_mem *mem, const char *folder, lg_journal_past *past, lg_err *err)
{
    const char *why;
    lg_text path;
    *past = (lg_journal_past){.mem = mem};
    lg_text_init(&path, mem);
    lg_text_format(&path, "%s/" LG_JOURNAL_NAME, folder);
    FILE *file = path.failed ? NULL : lg_input_open(lg_text_peek(&path), &why);
    lg_status status;
    if (path.failed)
        status = lg_fail(err, LG_MEMORY, "out of memory while reading the journal");
    else if (!file)
        status = lg_fail(err, LG_STORE, "there is no journal of the run: %s: %s",
                         lg_text_peek(&path), why);
    else
        status = lg_journal_past_read_file(mem, file, lg_text_peek(&path), past, err);
    if (file)
        fclose(file);
    lg_text_fini(&path);
    return status;
}

void lg_journal_past_fini(lg_journal_past *p)
{
    for (uint32_t i = 0; i < p->plugin_count; i++)
        lg_journal_words_fini(&p->plugins[i], p->mem);
    lg_journal_words_fini(&p->header, p->mem);
    lg_mem_free(p->mem, p->plugins, p->plugin_capacity * sizeof *p->plugins);
    lg_mem_free(p->mem, p->inputs, p->input_capacity * sizeof *p->inputs);
    lg_mem_free(p->mem, p->acts, p->act_capacity * sizeof *p->acts);
    lg_mem_free(p->mem, p->slots, p->slot_capacity * sizeof *p->slots);
    lg_mem_strfree(p->mem, p->file);
    lg_arena_drop(&p->arena);
    *p = (lg_journal_past){.mem = p->mem};
}
