/* Words of the header: engine, lua, sqlite, libc, compiler, machine, cpu; folder (the working
 * directory), scripts (the folder of what ships), operand (the scenario's file), word (each of the
 * command line, in order); scenario, scenario_hash, seed, start_ms, slot_s, ticks, slots. Of a
 * plugin: name, version, file, sha256. */
#include "app/words.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "app/cmd.h"
#include "base/input.h"
#include "store/store.h"

static void pack_int(lg_text *out, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    lg_journal_pack_word(out, key, text);
}

/* What of the processor may change the last bit of a transcendental function. */
static void pack_cpu(lg_text *out)
{
    lg_text cpu;
    lg_text_init(&cpu, out->mem);
#if defined __x86_64__
    __builtin_cpu_init();
    lg_text_str(&cpu, __builtin_cpu_supports("fma") ? "fma" : "");
    lg_text_str(&cpu, __builtin_cpu_supports("avx2") ? " avx2" : "");
    lg_text_str(&cpu, __builtin_cpu_supports("avx512f") ? " avx512f" : "");
#endif
    out->failed = out->failed || cpu.failed;
    lg_journal_pack_word(out, "cpu", lg_text_peek(&cpu));
    lg_text_fini(&cpu);
}

void lg_words_pack_program(lg_text *out)
{
    struct utsname machine;
    lg_journal_pack_word(out, "engine", LG_VERSION);
    lg_journal_pack_word(out, "lua", LG_LUA_VERSION);
    lg_journal_pack_word(out, "sqlite", lg_store_sqlite_version());
    lg_journal_pack_word(out, "libc", gnu_get_libc_version());
    lg_journal_pack_word(out, "compiler", __VERSION__);
    lg_journal_pack_word(out, "machine", uname(&machine) == 0 ? machine.machine : "");
    pack_cpu(out);
}

static void pack_option(void *ctx, const char *word)
{
    lg_journal_pack_word(ctx, "word", word);
}

void lg_words_pack_run(const lg_args *args, const lg_setup *setup, lg_text *out)
{
    const lg_scenario *scenario = setup->scenario;
    char *here = getcwd(NULL, 0);
    lg_words_pack_program(out);
    lg_journal_pack_word(out, "folder", here ? here : "");
    free(here);
    lg_journal_pack_word(out, "scripts", setup->places.scripts);
    lg_journal_pack_word(out, "operand", setup->file);
    if (!lg_args_tell(args, lg_cmd_run.flags, lg_cmd_run.flag_count, pack_option, out))
        out->failed = true;
    lg_journal_pack_word(out, "scenario", scenario->name);
    lg_journal_pack_word(out, "scenario_hash", scenario->hash);
    pack_int(out, "seed", scenario->seed);
    pack_int(out, "start_ms", (uint64_t)scenario->start_ms);
    pack_int(out, "slot_s", scenario->rules.slot_ms / 1000);
    pack_int(out, "ticks", scenario->rules.ticks_per_slot);
    pack_int(out, "slots", scenario->slot_count);
}

void lg_words_pack_plugin(const lg_plugins *plugins, uint32_t index, lg_text *out)
{
    uint32_t count;
    const lg_plugin *plugin = lg_plugins_list(plugins, &count)[index];
    const char *path = lg_plugins_file(plugins, index), *why;
    char sum[65] = "";
    uint64_t size;
    const lg_input_source *before = lg_input_use(NULL); /* plugins are no inputs to be kept */
    FILE *file = lg_input_open(path, &why);
    lg_input_use(before);
    if (!file || !lg_sha256_file(file, sum, &size))
        sum[0] = 0;
    if (file)
        fclose(file);
    lg_journal_pack_word(out, "name", plugin->name);
    lg_journal_pack_word(out, "version", plugin->version);
    lg_journal_pack_word(out, "file", path);
    lg_journal_pack_word(out, "sha256", sum);
}

int64_t lg_words_int(const lg_journal_words *words, const char *key)
{
    const char *value = lg_journal_word_of(words, key);
    return value ? strtoll(value, NULL, 10) : 0;
}

lg_status lg_words_args(lg_mem *mem, lg_arena *arena, const lg_journal_words *header, lg_args *args,
                        lg_err *err)
{
    char **argv = lg_arena_alloc(arena, (header->count + 1) * sizeof *argv);
    const char *operand = lg_journal_word_of(header, "operand");
    int argc = 0;
    *args = (lg_args){.mem = mem};
    for (uint32_t i = 0; argv && i < header->count; i++) {
        const char *value = header->items[i].value; /* pairs are cut in two where they lie */
        if (strcmp(header->items[i].key, "word") == 0 &&
            !(argv[argc++] = lg_arena_text(arena, value, strlen(value))))
            argv = NULL;
    }
    if (!argv)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_status status =
        lg_args_read(mem, lg_cmd_run.flags, lg_cmd_run.flag_count, argc, argv, args, err);
    if (status == LG_OK && (!operand || args->operand_count))
        return lg_fail(err, LG_INVALID, "the journal does not say which scenario it is of");
    args->operands[args->operand_count++] = operand;
    return status;
}
