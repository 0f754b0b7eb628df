/* Reading is strict: a payload that has more to it than it should is refused like one that has
 * less. */
#include "journal/records.h"

#include <string.h>

enum { INPUT_SEEN = 1, INPUT_KEPT = 2 };

static lg_status done(const lg_unpack *in, bool exhausted)
{
    if (exhausted)
        return LG_MEMORY;
    return in->bad || in->left ? LG_INVALID : LG_OK;
}

void lg_journal_pack_word(lg_text *out, const char *key, const char *value)
{
    lg_pack_str(out, key);
    lg_pack_str(out, value);
}

lg_status lg_journal_unpack_words(const void *payload, size_t size, lg_arena *arena, lg_mem *mem,
                                  lg_journal_words *words)
{
    lg_unpack in = lg_unpack_of(payload, size);
    bool exhausted = false;
    *words = (lg_journal_words){0};
    while (in.left && !in.bad && !exhausted) {
        const char *key = lg_unpack_str(&in, arena, &exhausted);
        const char *value = lg_unpack_str(&in, arena, &exhausted);
        if (!LG_GROW(mem, words->items, words->capacity, words->count + 1))
            exhausted = true;
        else
            words->items[words->count++] = (lg_journal_word){key, value};
    }
    lg_status status = done(&in, exhausted);
    if (status != LG_OK)
        lg_journal_words_fini(words, mem);
    return status;
}

const char *lg_journal_word_of(const lg_journal_words *words, const char *key)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (strcmp(words->items[i].key, key) == 0)
            return words->items[i].value;
    return NULL;
}

void lg_journal_words_fini(lg_journal_words *words, lg_mem *mem)
{
    lg_mem_free(mem, words->items, words->capacity * sizeof *words->items);
    *words = (lg_journal_words){0};
}

void lg_journal_pack_input(lg_text *out, const lg_journal_input *input)
{
    bool seen = !input->sha256[0], kept = input->content != NULL;
    lg_pack_u32(out, seen ? INPUT_SEEN : kept ? INPUT_KEPT : 0);
    lg_pack_str(out, input->path);
    lg_pack_u64(out, input->size);
    lg_pack_str(out, input->sha256);
    if (kept && !seen)
        lg_pack_bytes(out, input->content, (size_t)input->size);
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

lg_status lg_journal_unpack_input(const void *payload, size_t size, lg_arena *arena,
                                  lg_journal_input *input)
{
    lg_unpack in = lg_unpack_of(payload, size);
    bool exhausted = false;
    *input = (lg_journal_input){0};
    uint32_t flags = lg_unpack_u32(&in);
    input->path = lg_unpack_str(&in, arena, &exhausted);
    input->size = lg_unpack_u64(&in);
    const char *sum = lg_unpack_str(&in, arena, &exhausted);
    if (flags > INPUT_KEPT || (flags == INPUT_SEEN ? *sum != 0 : !is_sha256(sum)))
        in.bad = true;
    if (in.bad || exhausted)
        return exhausted ? LG_MEMORY : LG_INVALID;
    memcpy(input->sha256, sum, strlen(sum) + 1);
    if (flags == INPUT_KEPT) {
        size_t length;
        const char *content = lg_unpack_bytes(&in, &length);
        if (!content || length != input->size)
            return LG_INVALID;
        input->content = lg_arena_text(arena, content, length);
        exhausted = !input->content;
    }
    return done(&in, exhausted);
}

void lg_journal_pack_act(lg_text *out, const lg_journal_act *act)
{
    lg_pack_u32(out, act->slot);
    lg_pack_u32(out, act->tick);
    lg_pack_bytes(out, act->bytes, act->size);
}

lg_status lg_journal_unpack_act(const void *payload, size_t size, lg_arena *arena,
                                lg_journal_act *act)
{
    lg_unpack in = lg_unpack_of(payload, size);
    act->slot = lg_unpack_u32(&in);
    act->tick = lg_unpack_u32(&in);
    const char *bytes = lg_unpack_bytes(&in, &act->size);
    act->bytes = bytes ? lg_arena_text(arena, bytes, act->size) : NULL;
    return done(&in, bytes && !act->bytes);
}

void lg_journal_pack_slot(lg_text *out, const lg_journal_slot *slot)
{
    lg_pack_u32(out, slot->slot);
    lg_pack_u64(out, slot->digest.high);
    lg_pack_u64(out, slot->digest.low);
    lg_pack_u32(out, slot->mark_count);
    for (uint32_t i = 0; i < slot->mark_count; i++)
        lg_pack_u32(out, slot->marks[i]);
}

lg_status lg_journal_unpack_slot(const void *payload, size_t size, lg_arena *arena,
                                 lg_journal_slot *slot)
{
    lg_unpack in = lg_unpack_of(payload, size);
    slot->slot = lg_unpack_u32(&in);
    slot->digest.high = lg_unpack_u64(&in);
    slot->digest.low = lg_unpack_u64(&in);
    slot->mark_count = lg_unpack_u32(&in);
    if (in.bad || in.left != (uint64_t)slot->mark_count * 4)
        return LG_INVALID;
    uint32_t *marks = lg_arena_alloc(arena, in.left + 1);
    for (uint32_t i = 0; marks && i < slot->mark_count; i++)
        marks[i] = lg_unpack_u32(&in);
    slot->marks = marks;
    return marks ? LG_OK : LG_MEMORY;
}

void lg_journal_pack_end(lg_text *out, const lg_journal_end *end)
{
    lg_pack_u32(out, end->finished);
    lg_pack_u32(out, end->slots);
    lg_pack_u64(out, end->digest.high);
    lg_pack_u64(out, end->digest.low);
}

lg_status lg_journal_unpack_end(const void *payload, size_t size, lg_journal_end *end)
{
    lg_unpack in = lg_unpack_of(payload, size);
    end->finished = lg_unpack_u32(&in);
    end->slots = lg_unpack_u32(&in);
    end->digest.high = lg_unpack_u64(&in);
    end->digest.low = lg_unpack_u64(&in);
    if (end->finished > 1)
        return LG_INVALID;
    return done(&in, false);
}

void lg_journal_pack_fork(lg_text *out, const lg_journal_fork *fork)
{
    lg_pack_u32(out, fork->slot);
    lg_pack_str(out, fork->run);
}

lg_status lg_journal_unpack_fork(const void *payload, size_t size, lg_arena *arena,
                                 lg_journal_fork *fork)
{
    lg_unpack in = lg_unpack_of(payload, size);
    bool exhausted = false;
    fork->slot = lg_unpack_u32(&in);
    fork->run = lg_unpack_str(&in, arena, &exhausted);
    return done(&in, exhausted);
}
