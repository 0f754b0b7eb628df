/* The recorded command line is read by the same table as a typed one, so whatever `run` learns to
 * say is said again here. */
#include "app/again.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/plain.h"
#include "app/words.h"
#include "base/clock.h"

/* The folder that @p path means. NULL when exhausted. */
static char *folder_of(lg_mem *mem, const char *path)
{
    struct stat info;
    const char *slash = strrchr(path, '/');
    if (stat(path, &info) != 0 || S_ISDIR(info.st_mode))
        return lg_mem_strdup(mem, path);
    if (!slash)
        return lg_mem_strdup(mem, ".");
    lg_text folder;
    lg_text_init(&folder, mem);
    lg_text_bytes(&folder, path, slash == path ? 1 : (size_t)(slash - path));
    char *copy = folder.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&folder));
    lg_text_fini(&folder);
    return copy;
}

lg_status lg_again_open(lg_mem *mem, const char *path, lg_again *again, lg_err *err)
{
    *again = (lg_again){.mem = mem, .past.mem = mem, .args.mem = mem};
    again->folder = folder_of(mem, path);
    if (!again->folder)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_status status = lg_journal_past_read(mem, again->folder, &again->past, err);
    if (status == LG_OK)
        status = lg_words_args(mem, &again->past.arena, &again->past.header, &again->args, err);
    again->args.out = again->folder;
    return status;
}

void lg_again_close(lg_again *again)
{
    lg_args_fini(&again->args);
    lg_journal_past_fini(&again->past);
    lg_mem_strfree(again->mem, again->folder);
    *again = (lg_again){.mem = again->mem};
}

void lg_again_warn(const lg_again *again)
{
    const lg_journal_past *past = &again->past;
    const char *engine = lg_journal_word_of(&past->header, "engine");
    if (past->torn)
        fprintf(stderr,
                "lunagrid: %s ends in %llu bytes of a record that was not finished; they are left "
                "out\n",
                past->file, (unsigned long long)past->torn);
    if (engine && strcmp(engine, LG_VERSION) != 0)
        fprintf(stderr, "lunagrid: the run was made by lunagrid %s, this is %s\n", engine,
                LG_VERSION);
}

/* The time that @p word says, of the day that @p start_ms is in when it says none. */
static bool read_time(const char *word, int64_t start_ms, int64_t *time_ms)
{
    char whole[48];
    if (strlen(word) != 5 || word[2] != ':')
        return lg_clock_parse(word, time_ms);
    lg_date date = lg_date_of(start_ms);
    snprintf(whole, sizeof whole, "%04d-%02d-%02dT%s", date.year, date.month, date.day, word);
    return lg_clock_parse(whole, time_ms);
}

lg_status lg_again_slot(const lg_again *again, const char *word, uint32_t *slot, lg_err *err)
{
    const lg_journal_words *header = &again->past.header;
    int64_t start_ms = lg_words_int(header, "start_ms"), slots = lg_words_int(header, "slots");
    int64_t slot_ms = lg_words_int(header, "slot_s") * 1000, time_ms, number = -1;
    if (*word && strlen(word) < 10 && strspn(word, "0123456789") == strlen(word))
        number = strtoll(word, NULL, 10);
    else if (slot_ms > 0 && read_time(word, start_ms, &time_ms) && time_ms >= start_ms)
        number = (time_ms - start_ms) / slot_ms;
    if (number < 0 || number > slots)
        return lg_fail(
            err, LG_INVALID,
            "\"%.60s\" is no slot of the run: expected a number from 0 to %lld, or a time "
            "like 2024-06-03T10:00, or 10:00 of its first day",
            word, (long long)slots);
    *slot = (uint32_t)number;
    return LG_OK;
}

bool lg_again_is_locked(const lg_again *again)
{
    int fd = open(again->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return locked;
}

void lg_again_place(const lg_again *again, uint32_t slot, uint32_t tick, lg_text *out)
{
    char time[32];
    const lg_journal_words *header = &again->past.header;
    lg_clock_format_slot(
        lg_words_int(header, "start_ms") + slot * lg_words_int(header, "slot_s") * 1000, time);
    lg_text_format(out, "slot %u (%s)", slot, time);
    if (tick != LG_NONE)
        lg_text_format(out, ", tick %u", tick);
}

lg_status lg_again_whole(const lg_again *again, lg_err *err)
{
    const lg_journal_past *past = &again->past;
    lg_text place;
    if (!past->fork.run && !past->begun)
        return lg_fail(err, LG_STORE, "%s ends before the run began; run it again", past->file);
    if (!past->fork.run || past->parted)
        return LG_OK;
    lg_text_init(&place, again->mem);
    lg_again_place(again, past->fork.slot, LG_NONE, &place);
    lg_status status =
        lg_fail(err, LG_STORE, "%s: the fork of %.200s was cut before its %s; fork again",
                past->file, past->fork.run, lg_text_peek(&place));
    lg_text_fini(&place);
    return status;
}

lg_status lg_again_use_scripts(lg_setup *setup, const lg_journal_past *past, lg_err *err)
{
    const char *scripts = past ? lg_journal_word_of(&past->header, "scripts") : NULL;
    char *copy = scripts ? lg_mem_strdup(setup->mem, scripts) : NULL;
    if (scripts && !copy)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (copy) {
        lg_mem_strfree(setup->mem, setup->places.scripts);
        setup->places.scripts = copy;
    }
    return LG_OK;
}

/* What is another now about the plugin that @p then tells of; NULL: nothing. */
static const char *change_of(const lg_setup *setup, const lg_journal_words *then, const char *name)
{
    uint32_t count;
    const char *key[] = {"version", "sha256"};
    const char *said[] = {"has another version", "is another file"};
    const lg_plugin *const *plugins = lg_plugins_list(setup->plugins, &count);
    for (uint32_t i = 0; i < count; i++) {
        const char *change = NULL;
        lg_journal_words now = {0};
        lg_arena arena;
        lg_text words;
        if (strcmp(plugins[i]->name, name) != 0)
            continue;
        lg_arena_init(&arena, setup->mem, 4096);
        lg_text_init(&words, setup->mem);
        lg_words_pack_plugin(setup->plugins, i, &words);
        if (!words.failed &&
            lg_journal_unpack_words(words.data, words.length, &arena, setup->mem, &now) == LG_OK)
            for (int k = 1; k >= 0; k--) {
                const char *a = lg_journal_word_of(then, key[k]),
                           *b = lg_journal_word_of(&now, key[k]);
                if (a && b && strcmp(a, b) != 0)
                    change = said[k];
            }
        lg_journal_words_fini(&now, setup->mem);
        lg_text_fini(&words);
        lg_arena_drop(&arena);
        return change;
    }
    return "is not loaded";
}

void lg_again_tell_plugins(const lg_setup *setup, const lg_journal_past *past)
{
    for (uint32_t i = 0; past && i < past->plugin_count; i++) {
        const char *name = lg_journal_word_of(&past->plugins[i], "name");
        const char *file = lg_journal_word_of(&past->plugins[i], "file");
        const char *change = name ? change_of(setup, &past->plugins[i], name) : NULL;
        bool outer = file && lg_plugins_is_gateway(file); /* no figure depends on one */
        if (!change || outer)
            continue;
        fputs("lunagrid: the plugin ", stderr);
        lg_plain_put(name, stderr);
        fprintf(stderr, " %s now\n", change);
    }
}

lg_status lg_again_check(const lg_scenario *scenario, const lg_journal_past *past, lg_err *err)
{
    const char *hash = past ? lg_journal_word_of(&past->header, "scenario_hash") : NULL;
    const char *engine = past ? lg_journal_word_of(&past->header, "engine") : NULL;
    if (!hash || strcmp(hash, scenario->hash) == 0)
        return LG_OK;
    return lg_fail(err, LG_INVALID,
                   "from the same files the scenario comes out differently: its hash was %.16s... "
                   "then (lunagrid %s) and is %.16s... now (lunagrid %s)",
                   hash, engine ? engine : "?", scenario->hash, LG_VERSION);
}
