/* Reading goes on after problems, so that all of them come out at once; what belongs together is
 * checked when the parts are known. */
#include "arena/contest_reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_BLOCK = 8192 };

void lg__contest_problem(lg__reading *r, const lg_conf *at, const char *label, const char *key,
                         const char *format, ...)
{
    char sentence[400];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    lg_keys_problem(&r->keys, at, label, key, "%s", sentence);
    r->fine = false;
}

void *lg__contest_room(lg__reading *r, uint32_t count, size_t size)
{
    void *list = lg_arena_alloc(&r->match->arena, (count + 1) * size);
    r->exhausted = r->exhausted || !list;
    return list;
}

const char *lg__contest_short_name(lg__reading *r, const char *path)
{
    const char *end = path + strlen(path);
    while (end > path && end[-1] == '/')
        end--;
    const char *slash = end, *dot = NULL;
    for (; slash > path && slash[-1] != '/'; slash--)
        if (slash[-1] == '.' && !dot)
            dot = slash - 1;
    if (dot && dot > slash)
        end = dot;
    if (slash > path && end - slash == 8 && memcmp(slash, "scenario", 8) == 0)
        for (end = --slash; slash > path && slash[-1] != '/';)
            slash--;
    const char *name = lg_arena_text(&r->match->arena, slash, (size_t)(end - slash));
    r->exhausted = r->exhausted || !name;
    return name ? name : "";
}

const char *lg__contest_path(lg__reading *r, const char *list, uint32_t index, const char *key)
{
    char text[96];
    int length =
        snprintf(text, sizeof text, "%s[%u]%s%s", list, index + 1, key ? "." : "", key ? key : "");
    const char *path = lg_arena_text(&r->match->arena, text, (size_t)length);
    r->exhausted = r->exhausted || !path;
    return path ? path : "";
}

static void read_plain(lg__reading *r)
{
    lg_contest *m = r->match;
    const char *turns = lg_keys_text(r->root, "turns", "rotate");
    m->name = lg_keys_text(r->root, "name", lg__contest_short_name(r, m->file));
    m->description = lg_keys_text(r->root, "description", "");
    m->root = lg_keys_text(r->root, "root", NULL);
    m->turns = strcmp(turns, "all") == 0    ? LG_TURNS_ALL
               : strcmp(turns, "none") == 0 ? LG_TURNS_NONE
                                            : LG_TURNS_ROTATE;
    m->against = strcmp(lg_keys_text(r->root, "against", "seat"), "all") == 0 ? LG_AGAINST_ALL
                                                                              : LG_AGAINST_SEAT;
    m->budget = lg_conf_get(r->root, "budget");
    if (m->budget &&
        !lg_keys_check(&r->keys, "budget", m->budget, lg_budget_keys, lg_budget_key_count))
        r->fine = false;
    if (strcmp(lg_keys_text(r->root, "sees", "all"), "own") == 0)
        m->sees = "own";
}

static void read_schedule(lg__reading *r)
{
    lg_contest *m = r->match;
    const lg_conf *rounds = lg_conf_get(r->root, "rounds");
    m->blocks = strcmp(lg_keys_text(r->root, "schedule", ""), "blocks") == 0;
    m->rounds = (uint32_t)lg_keys_number(r->root, "rounds", 1);
    m->measure = strcmp(lg_keys_text(r->root, "measure", ""), "saving") == 0 ? LG_MEASURE_SAVING
                                                                             : LG_MEASURE_SCORE;
    if (rounds && !m->blocks)
        lg__contest_problem(
            r, rounds, NULL, "rounds",
            "only schedule = \"blocks\" has rounds: \"round_robin\" has as many as let all meet "
            "equally often");
}

static lg_status read_whole(lg_mem *mem, const char *file, lg_contest_kind kind, lg_diag *diag,
                            lg_contest *match)
{
    const lg_conf *root;
    const char *slash = strrchr(file, '/');
    const lg__rows keys = lg__contest_rows(kind);
    *match = (lg_contest){.mem = mem, .kind = kind, .name = "", .description = ""};
    lg_arena_init(&match->arena, mem, ARENA_BLOCK);
    match->file = lg_arena_text(&match->arena, file, strlen(file));
    match->folder = lg_arena_text(&match->arena, slash ? file : ".",
                                  !slash || slash == file ? 1 : (size_t)(slash - file));
    if (!match->file || !match->folder)
        return LG_MEMORY;
    lg_status status = lg_conf_read(mem, &match->arena, file,
                                    kind == LG_CONTEST_LEAGUE ? "league" : "match", diag, &root);
    if (status != LG_OK)
        return status;
    lg__reading r = {.keys = {.diag = diag, .file = match->file}, .match = match, .root = root};
    r.fine = lg_keys_check(&r.keys, NULL, root, keys.items, keys.count);
    read_plain(&r);
    read_schedule(&r);
    lg__contest_scenarios(&r);
    lg__contest_settings(&r);
    if (kind == LG_CONTEST_LEAGUE)
        lg__contest_cases(&r);
    lg__contest_entrants(&r);
    lg__contest_seats(&r);
    if (r.fine) /* else who is missing may only not have been understood */
        lg__contest_roles(&r);
    lg__contest_seeds(&r);
    return r.exhausted ? LG_MEMORY : r.fine ? LG_OK : LG_SCENARIO;
}

lg_status lg_contest_read(lg_mem *mem, const char *file, lg_diag *diag, lg_contest *match)
{
    return read_whole(mem, file, LG_CONTEST_MATCH, diag, match);
}

lg_status lg_contest_read_league(lg_mem *mem, const char *file, lg_diag *diag, lg_contest *league)
{
    return read_whole(mem, file, LG_CONTEST_LEAGUE, diag, league);
}

const char *lg_measure_name(lg_measure measure)
{
    return measure == LG_MEASURE_SAVING ? "saving" : "score";
}

void lg_contest_fini(lg_contest *match)
{
    lg_arena_drop(&match->arena);
}
