/* host/app/cmd_new.c — `lunagrid new`: a commented starting point that runs at once
 *
 * All files are prepared first; nothing is written when one of them exists already, and what was
 * written is removed again when a later one cannot be.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/setup.h"
#include "app/templates.h"
#include "base/output.h"
#include "base/text.h"
#include "script/agent.h"

#define FILES_MAX 32

typedef struct new_file {
    lg_text path, text;
    bool refresh; /* generated: an older one is replaced, and it is no reason to stop */
    bool keep;    /* an existing one is left as it is */
    bool written;
    size_t made_from; /* its path up to here, and each folder below, was made for it; 0: none */
} new_file;

typedef struct making {
    lg_mem *mem;
    const char *kind;
    const char *folder; /* where NAME lies: "" or "some/where/" */
    size_t folder_length;
    char name[64];
    new_file files[FILES_MAX];
    uint32_t count;
} making;

static bool is_rule(const making *m)
{
    return strcmp(m->kind, "rule") == 0;
}

/* Whether it is C, in which names have no dashes. */
static bool is_plugin(const making *m)
{
    return strcmp(m->kind, "plugin") == 0 || is_rule(m);
}

/* Several strategies in one scenario. */
static bool is_meeting(const making *m)
{
    return strcmp(m->kind, "match") == 0 || strcmp(m->kind, "league") == 0 ||
           strcmp(m->kind, "collab") == 0;
}

/* What stands for the new thing's name: a mark of ours, and in a plugin the name of the template,
 * in capitals in its include guards. */
static size_t mark_at(const making *m, const char *text, size_t size, bool *capitals)
{
    const char *const marks[] = {"@NAME@", is_rule(m) ? "mid_price" : "kettle",
                                 is_rule(m) ? "MID_PRICE" : "KETTLE"};
    for (size_t i = 0; i < (is_plugin(m) ? 3 : 1); i++) {
        size_t length = strlen(marks[i]);
        *capitals = i == 2;
        if (size >= length && memcmp(text, marks[i], length) == 0)
            return length;
    }
    return 0;
}

static void append_name(const making *m, lg_text *out, bool capitals)
{
    for (const char *c = m->name; *c; c++)
        lg_text_char(out, capitals && *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
}

static void append_replaced(const making *m, lg_text *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        bool capitals;
        size_t mark = mark_at(m, text + i, size - i, &capitals);
        if (mark)
            append_name(m, out, capitals);
        else
            lg_text_char(out, text[i]);
        i += mark ? mark : 1;
    }
}

static new_file *add_file(making *m, const char *path)
{
    LG_ASSERT(m->count < FILES_MAX);
    new_file *file = &m->files[m->count++];
    lg_text_init(&file->path, m->mem);
    lg_text_init(&file->text, m->mem);
    lg_text_bytes(&file->path, m->folder, m->folder_length);
    append_replaced(m, &file->path, path, strlen(path));
    return file;
}

static void prepare(making *m)
{
    for (const lg_template *t = lg_templates; t->kind; t++) {
        if (strcmp(t->kind, m->kind) != 0)
            continue;
        new_file *file = add_file(m, t->path);
        file->keep = strcmp(t->path, ".luarc.json") == 0;
        append_replaced(m, &file->text, t->text, t->size);
    }
    if (strcmp(m->kind, "strategy") == 0) {
        new_file *file = add_file(m, "lunagrid.meta.lua");
        file->refresh = true;
        lg_script_annotations(&file->text);
    }
}

static bool exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

static lg_status look_first(const making *m, lg_err *err)
{
    for (uint32_t i = 0; i < m->count; i++) {
        const new_file *file = &m->files[i];
        if (file->path.failed || file->text.failed)
            return lg_fail(err, LG_MEMORY, "out of memory");
        if (!file->refresh && !file->keep && exists(lg_text_peek(&file->path)))
            return lg_fail(err, LG_IO, "%s exists already; nothing was written",
                           lg_text_peek(&file->path));
    }
    return LG_OK;
}

/* The folders above @p file that are not there yet. */
static lg_status make_folders(new_file *file, lg_err *err)
{
    const char *path = lg_text_peek(&file->path);
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder)
        return lg_fail(err, LG_IO, "%s: %s", path, strerror(ENAMETOOLONG));
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - path);
        if (length == 0)
            continue;
        memcpy(folder, path, length);
        folder[length] = 0;
        if (mkdir(folder, 0777) == 0)
            file->made_from = file->made_from ? file->made_from : length;
        else if (errno != EEXIST)
            return lg_fail(err, LG_IO, "%s: %s", folder, strerror(errno));
    }
    return LG_OK;
}

static int write_new(new_file *file, const char *path)
{
    int fd = lg_output_create(path);
    if (fd < 0)
        return errno;
    file->written = true;
    int cause = lg_output_write(fd, lg_text_peek(&file->text), file->text.length);
    if (close(fd) != 0 && !cause)
        cause = errno;
    return cause;
}

static lg_status write_file(lg_mem *mem, new_file *file, lg_err *err)
{
    const char *path = lg_text_peek(&file->path);
    if (file->keep && exists(path))
        return LG_OK;
    lg_status status = make_folders(file, err);
    if (status != LG_OK)
        return status;
    int cause = file->refresh
                    ? lg_output_replace(mem, path, lg_text_peek(&file->text), file->text.length)
                    : write_new(file, path);
    return cause ? lg_fail(err, LG_IO, "%s: %s", path, strerror(cause)) : LG_OK;
}

/* Takes back what write_file() has made. */
static void unmake_file(new_file *file)
{
    char folder[PATH_MAX];
    const char *path = lg_text_peek(&file->path);
    if (file->written)
        unlink(path);
    for (size_t length = strlen(path); file->made_from && length >= file->made_from; length--) {
        if (path[length] != '/')
            continue;
        memcpy(folder, path, length);
        folder[length] = 0;
        rmdir(folder);
    }
}

/* Whether a plugin that is loaded has a driver, or a rule, of the new thing's name. */
static bool is_taken(const making *m, const lg_setup *setup)
{
    if (is_rule(m)) {
        for (uint32_t i = 0; i < setup->rule_count; i++)
            if (strcmp(setup->rules[i]->name, m->name) == 0)
                return true;
        return false;
    }
    for (uint32_t i = 0; i < setup->driver_count; i++)
        if (strcmp(setup->drivers[i]->name, m->name) == 0)
            return true;
    return false;
}

/* The name stands for itself in C and in scenarios, and no other plugin may have it. */
static lg_status check_plugin_name(const making *m, lg_err *err)
{
    const char *reason =
        is_rule(m) ? lg_rule_name_refused(m->name) : lg_driver_name_refused(m->name);
    lg_setup setup;
    if (reason)
        return lg_fail(err, LG_INVALID, "\"%s\" is no name for a %s: %s", m->name, m->kind, reason);
    lg_status status = lg_setup_open(m->mem, &setup, err);
    if (status == LG_OK && is_taken(m, &setup))
        status = lg_fail(err, LG_INVALID,
                         "\"%s\" is taken: a plugin that is loaded has a %s of this name, and a "
                         "second one would be refused",
                         m->name, is_rule(m) ? "matching rule" : "driver");
    lg_setup_close(&setup);
    return status;
}

static lg_status write_all(making *m, lg_err *err)
{
    lg_status status = look_first(m, err);
    for (uint32_t i = 0; i < m->count && status == LG_OK; i++)
        status = write_file(m->mem, &m->files[i], err);
    for (uint32_t i = m->count; i > 0 && status != LG_OK; i--)
        unmake_file(&m->files[i - 1]);
    return status;
}

/* Splits NAME into folder and name, without the .lua somebody may have typed. */
static lg_status read_name(making *m, const char *operand, lg_err *err)
{
    const char *slash = strrchr(operand, '/');
    const char *name = slash ? slash + 1 : operand;
    size_t length = strlen(name);
    m->folder = operand;
    m->folder_length = (size_t)(name - operand);
    if (length > 4 && strcmp(name + length - 4, ".lua") == 0)
        length -= 4;
    bool fine = length > 0 && length < sizeof m->name && isalpha((unsigned char)name[0]);
    for (size_t i = 0; i < length && fine; i++)
        fine =
            isalnum((unsigned char)name[i]) || name[i] == '_' || (name[i] == '-' && !is_plugin(m));
    if (!fine)
        return lg_fail(
            err, LG_INVALID,
            "\"%s\" is no name for a %s: expected a letter, then letters, digits%s or _, at "
            "most %zu of them",
            name, m->kind, is_plugin(m) ? "" : ", -", sizeof m->name - 1);
    memcpy(m->name, name, length);
    return LG_OK;
}

static void say_next(const making *m)
{
    const char *folder = m->folder_length ? m->folder : "";
    int width = (int)m->folder_length;
    puts("");
    if (strcmp(m->kind, "strategy") == 0)
        printf("Next:\n  lunagrid check %.*s%s.lua\n"
               "  lunagrid run examples/street --agent \"Home 1=%.*s%s.lua\"\n"
               "Open the folder in an editor with a Lua language server: lunagrid.meta.lua\n"
               "tells it what a script may use, so it completes names and marks mistakes.\n",
               width, folder, m->name, width, folder, m->name);
    else if (strcmp(m->kind, "scenario") == 0)
        printf("Next:\n  lunagrid check %.*s%s\n  lunagrid run %.*s%s\n"
               "  lunagrid run %.*s%s --set homes=20\n",
               width, folder, m->name, width, folder, m->name, width, folder, m->name);
    else if (is_meeting(m))
        printf("Next:\n  lunagrid check %.*s%s/%s.lua\n  lunagrid %s %.*s%s/%s.lua\n", width,
               folder, m->name, m->kind, strcmp(m->kind, "collab") == 0 ? "host" : m->kind, width,
               folder, m->name, m->kind);
    else
        printf("Next:\n  make -C %.*s%s\n  LUNAGRID_PLUGINS=%.*s%s lunagrid plugins\n"
               "%.*s%s/README.md says which file holds what.\n",
               width, folder, m->name, width, folder, m->name, width, folder, m->name);
    if (is_rule(m))
        printf("LUNAGRID_PLUGINS=%.*s%s lunagrid run examples/street --set market.matching=%s\n",
               width, folder, m->name, m->name);
}

static bool know_kind(const char *kind)
{
    static const char *const kinds[] = {"strategy", "scenario", "match", "league",
                                        "collab",   "plugin",   "rule"};
    int near = lg_text_nearest(kind, kinds, sizeof kinds / sizeof *kinds);
    if (near >= 0 && strcmp(kinds[near], kind) == 0)
        return true;
    fprintf(
        stderr,
        "lunagrid: `new` makes a strategy, a scenario, a match, a league, a collab, a plugin or "
        "a rule, not a \"%s\"",
        kind);
    fprintf(stderr, near >= 0 ? "; did you mean \"%s\"?\n" : "\n", near >= 0 ? kinds[near] : "");
    return false;
}

static void say_made(const making *m)
{
    for (uint32_t i = 0; i < m->count; i++)
        printf("%s %s\n", m->files[i].written || m->files[i].refresh ? "wrote" : "kept ",
               lg_text_peek(&m->files[i].path));
    say_next(m);
}

static int make_new(lg_mem *mem, const lg_args *args)
{
    making m = {.mem = mem, .kind = args->operands[0]};
    lg_err err;
    if (!know_kind(m.kind))
        return LG_EXIT_USAGE;
    lg_status status = read_name(&m, args->operands[1], &err);
    if (status == LG_OK && is_plugin(&m))
        status = check_plugin_name(&m, &err);
    int code = status == LG_OK ? LG_EXIT_FAILED : LG_EXIT_USAGE;
    if (status == LG_OK) {
        prepare(&m);
        status = write_all(&m, &err);
    }
    if (status == LG_OK) {
        say_made(&m);
        code = LG_EXIT_FINE;
    } else {
        lg_plain_complain(err.text);
    }
    for (uint32_t i = 0; i < m.count; i++) {
        lg_text_fini(&m.files[i].path);
        lg_text_fini(&m.files[i].text);
    }
    return code;
}

const lg_cmd lg_cmd_new = {
    .name = "new",
    .synopsis = "strategy|scenario|match|league|collab|plugin|rule NAME",
    .summary = "write a commented starting point",
    .text = "strategy  NAME.lua, a strategy that trades at once; beside it lunagrid.meta.lua and\n"
            "          .luarc.json, with which an editor knows every name a script may use\n"
            "scenario  NAME/scenario.lua, a small community to grow\n"
            "match     NAME/match.lua, with a scenario and a strategy that plays in it\n"
            "league    NAME/league.lua, likewise: three entrants, ranked over six cases\n"
            "collab    NAME/collab.lua, likewise: a community of four owners to host\n"
            "plugin    NAME/, a device driver in C with a Makefile and all headers it needs\n"
            "rule      NAME/, a plugin with a matching rule: who trades with whom, at which rate\n"
            "\n"
            "NAME may begin with a folder. Your files are never overwritten; lunagrid.meta.lua is\n"
            "made anew each time.\n"
            "\n"
            "  lunagrid new strategy mine\n"
            "  lunagrid new scenario village && lunagrid run village\n"
            "  lunagrid new match evening && lunagrid match evening/match.lua\n"
            "  lunagrid new league cup && lunagrid league cup/league.lua\n"
            "  lunagrid new collab lane && lunagrid host lane/collab.lua\n"
            "  lunagrid new plugin heat_pump && make -C heat_pump\n"
            "  lunagrid new rule fair && make -C fair",
    .operands_min = 2,
    .operands_max = 2,
    .operand =
        "what to make (strategy, scenario, match, league, collab, plugin or rule) and a name",
    .run = make_new,
};
