/* Where the files of a match lie: beside it, or among those that ship. */
#include "app/arrange_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input.h"

static char *joined(lg_mem *mem, const char *folder, const char *name)
{
    lg_text path;
    lg_text_init(&path, mem);
    if (name[0] == '/')
        lg_text_str(&path, name);
    else
        lg_text_format(&path, "%s/%s", folder, name);
    char *copy = path.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&path));
    lg_text_fini(&path);
    return copy;
}

const char *lg__arrange_keep(lg__arranging *a, const char *text)
{
    return lg_arena_text(&a->out->arena, text, strlen(text));
}

/* The real path of the scenario's file; NULL: told, or exhausted. */
static const char *find_scenario(lg__arranging *a, const lg_contest_scenario *scenario)
{
    char whole[PATH_MAX], *file = NULL;
    lg_err err;
    char *path = joined(a->mem, a->match->folder, scenario->file);
    lg_status status = path ? lg_setup_resolve(a->mem, path, &file, &err) : LG_MEMORY;
    const char *found = NULL;
    if (status == LG_OK && realpath(file, whole))
        found = lg__arrange_keep(a, whole);
    else if (status != LG_MEMORY)
        lg_diag_error(a->diag, a->match->file, scenario->line, scenario->path, "%s",
                      status == LG_OK ? strerror(errno) : err.text);
    lg_mem_strfree(a->mem, file);
    lg_mem_strfree(a->mem, path);
    return found;
}

bool lg__arrange_is_script(const lg_contest_entrant *e)
{
    return e->role != LG_SEAT_EXCHANGE && strcmp(e->script, LG_SCRIPT_BASELINE) != 0;
}

/* A rule that this program has, or one of a plugin. */
static void check_rule(lg__arranging *a, const lg_contest_entrant *e)
{
    const char *names[64] = {"pay_as_bid", "pay_as_clear", LG_SCRIPT_BASELINE};
    uint32_t count = 3;
    for (uint32_t i = 0; i < a->setup->rule_count && count < 64; i++)
        names[count++] = a->setup->rules[i]->name;
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(names[i], e->script) == 0)
            return;
    int near = lg_text_nearest(e->script, names, count);
    char path[128];
    snprintf(path, sizeof path, "%s.rule", e->path);
    lg_diag_error(a->diag, a->match->file, e->line, path,
                  "there is no matching rule \"%.80s\"%s%s%s", e->script,
                  near >= 0 ? "; did you mean \"" : "", near >= 0 ? names[near] : "",
                  near >= 0 ? "\"?" : "");
}

/* The real path of an entrant's script, or "@scripts/..."; what is none stays as it is. */
static const char *find_script(lg__arranging *a, const lg_contest_entrant *e)
{
    char whole[PATH_MAX];
    const char *found = NULL;
    if (!lg__arrange_is_script(e)) {
        if (e->role == LG_SEAT_EXCHANGE)
            check_rule(a, e);
        return e->script;
    }
    char *beside = joined(a->mem, a->match->folder, e->script);
    char *shipped = joined(a->mem, a->setup->places.scripts, e->script);
    if (beside && shipped && lg_input_is_file(beside) && realpath(beside, whole)) {
        found = lg__arrange_keep(a, whole);
    } else if (beside && shipped && e->script[0] != '/' && lg_input_is_file(shipped)) {
        lg_text name;
        lg_text_init(&name, a->mem);
        lg_text_format(&name, LG_GAME_SHIPPED "%s", e->script);
        if (lg_game_path_is_fine(lg_text_peek(&name)))
            found = lg__arrange_keep(a, lg_text_peek(&name));
        lg_text_fini(&name);
    } else if (beside && shipped) {
        snprintf(whole, sizeof whole, "%.100s.script", e->path);
        lg_diag_error(a->diag, a->match->file, e->line, whole,
                      "there is no script \"%.200s\" beside the match or among those that ship",
                      e->script);
    }
    lg_mem_strfree(a->mem, beside);
    lg_mem_strfree(a->mem, shipped);
    return found;
}

/* ---- the folder of all ---- */

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return length == 1 || (strncmp(path, folder, length) == 0 && path[length] == '/');
}

static void go_up(char *folder)
{
    char *slash = strrchr(folder, '/');
    slash[slash == folder] = 0;
}

static lg_status find_root(lg__arranging *a)
{
    char root[PATH_MAX];
    const lg_contest *m = a->match;
    char *path = joined(a->mem, m->folder, m->root ? m->root : ".");
    if (!path)
        return lg_fail(a->err, LG_MEMORY, "out of memory");
    bool found = realpath(path, root);
    lg_status status = found ? LG_OK : lg_fail(a->err, LG_IO, "%.300s: %s", path, strerror(errno));
    lg_mem_strfree(a->mem, path);
    for (uint32_t i = 0; i < m->scenario_count + m->entrant_count && status == LG_OK; i++) {
        bool entrant = i >= m->scenario_count;
        const char *file = entrant ? a->scripts[i - m->scenario_count] : a->scenarios[i];
        if (file[0] != '/' ||
            (entrant && !lg__arrange_is_script(&m->entrants[i - m->scenario_count])))
            continue;
        while (!m->root && !is_below(file, root))
            go_up(root);
        if (!is_below(file, root))
            status = lg_fail(a->err, LG_INVALID, "%.200s lies outside of root, %.200s", file, root);
    }
    if (status == LG_OK && !(a->out->root = lg_mem_strdup(a->mem, root)))
        status = lg_fail(a->err, LG_MEMORY, "out of memory");
    return status;
}

static const char *from_root(const lg__arranging *a, const char *path)
{
    size_t length = strlen(a->out->root);
    return path[0] == '/' ? path + length + (length > 1) : path;
}

lg_status lg__arrange_files(lg__arranging *a)
{
    const lg_contest *m = a->match;
    uint32_t before = a->diag->errors;
    bool exhausted = false;
    for (uint32_t i = 0; i < m->scenario_count; i++) {
        a->scenarios[i] = find_scenario(a, &m->scenarios[i]);
        exhausted = exhausted || (!a->scenarios[i] && a->diag->errors == before);
    }
    for (uint32_t i = 0; i < m->entrant_count; i++) {
        a->scripts[i] = find_script(a, &m->entrants[i]);
        exhausted = exhausted || (!a->scripts[i] && a->diag->errors == before);
    }
    if (exhausted)
        return lg_fail(a->err, LG_MEMORY, "out of memory");
    if (a->diag->errors > before)
        return LG_SCENARIO;
    lg_status status = find_root(a);
    for (uint32_t i = 0; i < m->scenario_count && status == LG_OK; i++)
        a->scenarios[i] = from_root(a, a->scenarios[i]);
    for (uint32_t i = 0; i < m->entrant_count && status == LG_OK; i++)
        if (lg__arrange_is_script(&m->entrants[i]))
            a->scripts[i] = from_root(a, a->scripts[i]);
    return status;
}
