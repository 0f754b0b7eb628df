/* A path is seen from the folder of the match. */
#include "app/contest_check.h"

#include <string.h>

#include "base/input.h"
#include "script/agent.h"

static bool is_there(const lg_diag *diag, const lg_problem *p)
{
    for (uint32_t i = 0; i < diag->count; i++) {
        const lg_problem *q = &diag->problems[i];
        if (q->line == p->line && strcmp(q->file, p->file) == 0 && strcmp(q->key, p->key) == 0 &&
            strcmp(q->text, p->text) == 0)
            return true;
    }
    return false;
}

/* Scenarios may share files, and entrants modules. */
static void pass(const lg_diag *from, bool as_warnings, lg_diag *to)
{
    for (uint32_t i = 0; i < from->count; i++) {
        const lg_problem *p = &from->problems[i];
        if (is_there(to, p))
            continue;
        if (as_warnings || p->warning)
            lg_diag_warn(to, p->file, p->line, p->key, "%s", p->text);
        else
            lg_diag_error(to, p->file, p->line, p->key, "%s", p->text);
    }
}

static void seen_from(const char *folder, const char *path, lg_text *out)
{
    if (path[0] == '/' || strcmp(folder, ".") == 0)
        lg_text_str(out, path);
    else
        lg_text_format(out, "%s/%s", folder, path);
}

bool lg_contest_check_scenarios(lg_mem *mem, const lg_contest *match, lg_setup *setup,
                                lg_diag *diag)
{
    bool fine = true;
    for (uint32_t i = 0; i < match->scenario_count && fine; i++) {
        const lg_contest_scenario *s = &match->scenarios[i];
        const lg_args args = {.slots = -1, .days = -1};
        lg_text path;
        lg_err err = {.text = ""};
        if (!*s->file)
            continue;
        lg_text_init(&path, mem);
        seen_from(match->folder, s->file, &path);
        lg_status status =
            path.failed ? LG_MEMORY : lg_setup_read(setup, lg_text_peek(&path), &args, &err);
        if (status == LG_SCENARIO && !setup->diag.errors)
            lg_diag_error(diag, match->file, s->line, s->path, "%s", err.text);
        pass(&setup->diag, false, diag);
        fine = status != LG_MEMORY;
        lg_setup_drop(setup);
        lg_text_fini(&path);
    }
    return fine;
}

static lg_status try_script(lg_mem *mem, const lg_contest *match, const char *script,
                            const char *scripts_folder, lg_diag *found)
{
    lg_text path;
    lg_text_init(&path, mem);
    seen_from(match->folder, script, &path);
    if (!path.failed && !lg_input_is_file(lg_text_peek(&path))) {
        lg_text_clear(&path);
        lg_text_format(&path, "%s/%s", scripts_folder, script);
    }
    lg_status status = path.failed ? LG_MEMORY : LG_OK;
    if (status == LG_OK && lg_input_is_file(lg_text_peek(&path)))
        status = lg_script_check(mem, lg_text_peek(&path), scripts_folder, found);
    lg_text_fini(&path);
    return status;
}

bool lg_contest_check_scripts(lg_mem *mem, const lg_contest *match, const char *scripts_folder,
                              lg_diag *diag)
{
    bool fine = true;
    for (uint32_t i = 0; i < match->entrant_count && fine; i++) {
        const lg_contest_entrant *e = &match->entrants[i];
        lg_diag found;
        if (e->role == LG_SEAT_EXCHANGE || !*e->script ||
            strcmp(e->script, LG_SCRIPT_BASELINE) == 0)
            continue;
        lg_diag_init(&found, mem);
        fine = try_script(mem, match, e->script, scripts_folder, &found) != LG_MEMORY;
        pass(&found, true, diag);
        lg_diag_fini(&found);
    }
    return fine;
}
