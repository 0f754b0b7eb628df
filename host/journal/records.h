/* host/journal/records.h — what the records of a journal say */
#ifndef LG_JOURNAL_RECORDS_H
#define LG_JOURNAL_RECORDS_H

#include "base/hash.h"
#include "base/status.h"
#include "journal/pack.h"

/** A word and what it stands for. A key may come several times; readers skip those they do not
 * know. */
typedef struct lg_journal_word {
    const char *key, *value;
} lg_journal_word;

typedef struct lg_journal_words {
    lg_journal_word *items;
    uint32_t count, capacity;
} lg_journal_words;

/** A file that was read. */
typedef struct lg_journal_input {
    const char *path;    /* as it was opened */
    uint64_t size;       /* bytes of the file */
    char sha256[65];     /* "": it was only seen to be there, and not opened */
    const char *content; /* size bytes; NULL: it was too large to be kept */
} lg_journal_input;

/** Something from outside, as bytes that only its maker understands. */
typedef struct lg_journal_act {
    uint32_t slot, tick; /* of the tick that was done next */
    const void *bytes;
    size_t size;
} lg_journal_act;

/** A slot that has closed. */
typedef struct lg_journal_slot {
    uint32_t slot;
    lg_digest digest;      /* of everything up to its end */
    const uint32_t *marks; /* after each tick what stands for the slot so far */
    uint32_t mark_count;
} lg_journal_slot;

/** How a run ended. */
typedef struct lg_journal_end {
    uint32_t finished; /* 1: it came to its planned end; 0: it was stopped before */
    uint32_t slots;    /* that were whole */
    lg_digest digest;  /* of everything */
} lg_journal_end;

/** A run that begins as another one did. */
typedef struct lg_journal_fork {
    uint32_t slot;   /* the first of its own */
    const char *run; /* the folder of the other one's results, as it was named */
} lg_journal_fork;

/* Each appends the payload of a record. */
void lg_journal_pack_word(lg_text *out, const char *key, const char *value);
void lg_journal_pack_input(lg_text *out, const lg_journal_input *input);
void lg_journal_pack_act(lg_text *out, const lg_journal_act *act);
void lg_journal_pack_slot(lg_text *out, const lg_journal_slot *slot);
void lg_journal_pack_end(lg_text *out, const lg_journal_end *end);
void lg_journal_pack_fork(lg_text *out, const lg_journal_fork *fork);

/**
 * Each reads a payload; texts and arrays are copied into @p arena. @return LG_OK; LG_INVALID these
 * bytes say no such thing; LG_MEMORY
 */
lg_status lg_journal_unpack_words(const void *payload, size_t size, lg_arena *arena, lg_mem *mem,
                                  lg_journal_words *words) LG_CHECKED;
lg_status lg_journal_unpack_input(const void *payload, size_t size, lg_arena *arena,
                                  lg_journal_input *input) LG_CHECKED;
lg_status lg_journal_unpack_act(const void *payload, size_t size, lg_arena *arena,
                                lg_journal_act *act) LG_CHECKED;
lg_status lg_journal_unpack_slot(const void *payload, size_t size, lg_arena *arena,
                                 lg_journal_slot *slot) LG_CHECKED;
lg_status lg_journal_unpack_end(const void *payload, size_t size, lg_journal_end *end) LG_CHECKED;
lg_status lg_journal_unpack_fork(const void *payload, size_t size, lg_arena *arena,
                                 lg_journal_fork *fork) LG_CHECKED;

/** What @p key stands for first; NULL when it is not among them. */
const char *lg_journal_word_of(const lg_journal_words *words, const char *key);
/** Gives the array back; the texts are the arena's. */
void lg_journal_words_fini(lg_journal_words *words, lg_mem *mem);

#endif
