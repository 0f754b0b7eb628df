/* host/app/words.h — what a journal says in words about the run it is of */
#ifndef LG_APP_WORDS_H
#define LG_APP_WORDS_H

#include "app/args.h"
#include "app/setup.h"
#include "journal/records.h"

/* Each packs a record of words; app/words.c lists them. */
void lg_words_pack_run(const lg_args *args, const lg_setup *setup, lg_text *out);
void lg_words_pack_program(lg_text *out);
void lg_words_pack_plugin(const lg_plugins *plugins, uint32_t index, lg_text *out);

/**
 * The command line that @p header tells of, as `lunagrid run` had it, without its options that say
 * nothing of what is computed. Texts live in @p arena.
 * @return LG_OK; LG_INVALID (err says which word); LG_MEMORY. lg_args_fini() in every case.
 */
lg_status lg_words_args(lg_mem *mem, lg_arena *arena, const lg_journal_words *header, lg_args *args,
                        lg_err *err) LG_CHECKED;

/** A whole number of @p words, 0 when it has none. */
int64_t lg_words_int(const lg_journal_words *words, const char *key);

#endif
