/* Seats reach the scenario as `run --seats` would have them, from a file that is none. What is
 * wrong with them there is wrong in the COLLAB file. */
#include "app/community.h"

#include <stdio.h>
#include <string.h>

#include "app/check_start.h"
#include "app/pace.h"
#include "app/setup.h"
#include "base/input.h"
#include "script/agent.h"

/* Under this name the reader of the scenario gets the seats. */
#define SEATS "seats of the community"

typedef struct checking {
    lg_mem *mem;
    const char *file;
    lg_collab *collab;
    lg_setup setup;
    lg_text seats;
    lg_diag *diag;
} checking;

/* ---- arguments ---- */

static bool add_setting(lg_args *args, const char *key, const char *value)
{
    lg_pairs *pairs = &args->settings;
    if (!LG_GROW(args->mem, pairs->items, pairs->capacity, pairs->count + 1))
        return false;
    pairs->items[pairs->count++] = (lg_setting){key, value};
    return true;
}

/* A value as --set takes it. */
static const char *value_of(lg_collab *collab, const lg_conf *item)
{
    lg_text text;
    if (item->type == LG_CONF_TEXT)
        return item->text;
    lg_text_init(&text, collab->mem);
    lg_conf_canonical(item, &text);
    const char *copy = text.failed ? NULL : lg_arena_text(&collab->arena, text.data, text.length);
    lg_text_fini(&text);
    return copy;
}

bool lg_community_args(lg_mem *mem, lg_collab *collab, lg_args *args)
{
    char posts[16];
    bool fine = true;
    *args = (lg_args){.mem = mem,
                      .operands = {collab->scenario},
                      .operand_count = 1,
                      .slots = collab->slots,
                      .days = collab->days,
                      .seed = collab->seed,
                      .has_seed = collab->has_seed};
    const lg_conf *settings = collab->settings;
    for (const lg_conf *item = settings ? settings->first : NULL; item && fine; item = item->next) {
        const char *value = value_of(collab, item);
        fine = value && add_setting(args, item->key, value);
    }
    int length = snprintf(posts, sizeof posts, "%u", collab->board_posts);
    const char *kept = lg_arena_text(&collab->arena, posts, (size_t)length);
    return fine && kept && add_setting(args, "board_posts", kept);
}

static bool add_more(lg_args *args, const lg_args *more)
{
    bool fine = true;
    for (uint32_t i = 0; more && i < more->settings.count && fine; i++)
        fine = add_setting(args, more->settings.items[i].key, more->settings.items[i].value);
    if (more && (more->slots > 0 || more->days > 0)) {
        args->slots = more->slots;
        args->days = more->days;
    }
    if (more && more->has_seed) {
        args->seed = more->seed;
        args->has_seed = true;
    }
    return fine;
}

/* ---- the seats as a file ---- */

static FILE *open_seats(void *ctx, const char *path, const char **why)
{
    const checking *c = ctx;
    if (strcmp(path, SEATS) == 0)
        return lg_input_of_bytes(c->seats.data, c->seats.length);
    const lg_input_source *before = lg_input_use(NULL);
    FILE *file = lg_input_open(path, why);
    lg_input_use(before);
    return file;
}

static bool is_file(void *ctx, const char *path)
{
    (void)ctx;
    const lg_input_source *before = lg_input_use(NULL);
    bool is = strcmp(path, SEATS) == 0 || lg_input_is_file(path);
    lg_input_use(before);
    return is;
}

/* ---- problems ---- */

/* Of the seat whose name @p key begins with; the longest counts. */
static int line_of(const lg_collab *collab, const char *key)
{
    int line = 0;
    size_t longest = 0;
    for (uint32_t i = 0; i < collab->seat_count; i++) {
        size_t length = strlen(collab->seats[i].name);
        if (length >= longest && strncmp(key, collab->seats[i].name, length) == 0) {
            line = collab->seats[i].line;
            longest = length;
        }
    }
    return line;
}

static void pass_problems(const checking *c)
{
    const lg_diag *from = &c->setup.diag;
    for (uint32_t i = 0; i < from->count; i++) {
        const lg_problem *p = &from->problems[i];
        bool seat = strcmp(p->file, SEATS) == 0,
             ours = seat || strcmp(p->file, "--set") == 0 || strcmp(p->file, "command line") == 0;
        const char *file = ours ? c->file : p->file;
        int line = seat ? line_of(c->collab, p->key) : ours ? 0 : p->line;
        if (p->warning)
            lg_diag_warn(c->diag, file, line, p->key, "%s", p->text);
        else
            lg_diag_error(c->diag, file, line, p->key, "%s", p->text);
    }
}

/* ---- the whole ---- */

static lg_status read_scenario(checking *c, const lg_args *args, bool starts, lg_err *err)
{
    const lg_input_source source = {.ctx = c, .open = open_seats, .is_file = is_file};
    const lg_input_source *before = lg_input_use(&source);
    lg_status status = lg_setup_read(&c->setup, args->operands[0], args, err);
    lg_input_use(before);
    if (status == LG_OK) {
        status = lg_setup_check_devices(&c->setup, &c->setup.diag);
        lg_status scripts = lg_setup_check_scripts(&c->setup);
        status = status == LG_OK ? scripts : status;
        if (status == LG_OK && starts && !c->setup.diag.errors)
            status = lg_check_start(&c->setup, err);
    } else if (status == LG_SCENARIO && !c->setup.diag.errors) { /* there is none */
        lg_diag_error(c->diag, c->file, c->collab->scenario_line, "scenario", "%s", err->text);
        err->text[0] = 0;
    }
    pass_problems(c);
    return status;
}

/* Where the scenario does not say who is there. */
static lg_status check_scripts_of_seats(const checking *c)
{
    const lg_collab *collab = c->collab;
    lg_status worst = LG_OK;
    for (uint32_t i = 0; i < collab->seat_count && worst != LG_MEMORY; i++) {
        const char *script = collab->seats[i].script;
        bool known = !script || !lg_input_is_file(script);
        for (uint32_t k = 0; k < i && !known; k++)
            known = collab->seats[k].script && strcmp(collab->seats[k].script, script) == 0;
        lg_status status =
            known ? LG_OK : lg_script_check(c->mem, script, c->setup.places.scripts, c->diag);
        worst = status == LG_OK ? worst : status;
    }
    return worst;
}

static void check_pace(const checking *c)
{
    lg_pace pace;
    lg_err why;
    if (c->collab->pace && lg_pace_read(c->collab->pace, &pace, &why) != LG_OK)
        lg_diag_error(c->diag, c->file, c->collab->pace_line, "pace", "%s", why.text);
}

lg_status lg_community_read(lg_mem *mem, const char *file, const lg_args *more, lg_diag *diag,
                            lg_collab *collab, lg_err *err)
{
    checking c = {.mem = mem, .file = file, .collab = collab, .diag = diag};
    lg_args args = {.mem = mem};
    lg_text_init(&c.seats, mem);
    lg_status own = lg_collab_read(mem, file, diag, collab), status = LG_OK;
    if (own == LG_MEMORY)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    bool known = status == LG_OK && collab->scenario && *collab->scenario;
    if (known) {
        check_pace(&c);
        lg_collab_agents(collab, &c.seats);
        bool fine = lg_community_args(mem, collab, &args) && add_more(&args, more);
        args.seats = SEATS;
        status = fine && !c.seats.failed ? lg_setup_open(mem, &c.setup, err)
                                         : lg_fail(err, LG_MEMORY, "out of memory");
        if (status == LG_OK)
            status = read_scenario(&c, &args, more, err);
        if (status == LG_SCENARIO && check_scripts_of_seats(&c) == LG_MEMORY)
            status = lg_fail(err, LG_MEMORY, "out of memory");
        lg_setup_close(&c.setup);
    }
    lg_text_fini(&c.seats);
    lg_args_fini(&args);
    if (status == LG_OK || status == LG_SCRIPT) /* of several the graver */
        status = own != LG_OK ? own : diag->errors && status == LG_OK ? LG_SCENARIO : status;
    return status;
}
