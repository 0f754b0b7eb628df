/* Bytes first: only where they differ is it looked for the field. */
#include "app/game_check.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "app/play.h"
#include "base/hash.h"
#include "base/input.h"
#include "base/output.h"
#include "journal/inputs.h"
#include "scenario/conf.h"

lg_status lg_game_figures(lg_mem *mem, const lg_game *game, const lg_args *args,
                          const lg_journal_past *past, const char *folder, lg_figures *figures,
                          lg_err *err)
{
    lg_setup setup;
    *figures = (lg_figures){.mem = mem};
    lg_status status = lg_setup_open(mem, &setup, err);
    if (status == LG_OK)
        status = lg_again_use_scripts(&setup, past, err);
    if (status == LG_OK)
        status = lg_setup_read(&setup, args->operands[0], args, err);
    if (status == LG_OK) {
        const lg_figures_input input = {
            .folder = folder,
            .game = game,
            .scenario = setup.scenario,
            .drivers = setup.drivers,
        };
        status = lg_figures_read(mem, &input, figures, err);
    }
    lg_setup_close(&setup);
    return status;
}

/* ---- two files ---- */

typedef struct pair {
    lg_mem *mem;
    lg_text *words;
    lg_err *err;
    lg_arena arena;
    char path[400];
} pair;

static void put_value(lg_text *out, const lg_conf *value)
{
    if (!value)
        lg_text_str(out, "not there");
    else if (value->type == LG_CONF_LIST || value->type == LG_CONF_TABLE)
        lg_text_format(out, "a %s of %u", value->type == LG_CONF_LIST ? "list" : "table",
                       value->count);
    else
        lg_conf_canonical(value, out);
}

/* Whether it was found at or below the path. */
static bool find(pair *p, const lg_conf *kept, const lg_conf *made);

static bool find_below(pair *p, const lg_conf *kept, const lg_conf *made, const char *key,
                       uint32_t index)
{
    size_t before = strlen(p->path);
    if (key)
        snprintf(p->path + before, sizeof p->path - before, "%s%.80s", before ? "." : "", key);
    else
        snprintf(p->path + before, sizeof p->path - before, "[%u]", index);
    bool found = find(p, kept, made);
    p->path[before] = 0;
    return found;
}

static bool find_in_table(pair *p, const lg_conf *kept, const lg_conf *made)
{
    for (const lg_conf *item = made->first; item; item = item->next)
        if (find_below(p, lg_conf_get(kept, item->key), item, item->key, 0))
            return true;
    for (const lg_conf *item = kept->first; item; item = item->next)
        if (!lg_conf_get(made, item->key) && find_below(p, item, NULL, item->key, 0))
            return true;
    return false;
}

static bool find(pair *p, const lg_conf *kept, const lg_conf *made)
{
    bool alike = kept && made && kept->type == made->type;
    if (alike && made->type == LG_CONF_TABLE)
        return find_in_table(p, kept, made);
    if (alike && made->type == LG_CONF_LIST && made->count == kept->count) {
        uint32_t index = 0;
        const lg_conf *a = kept->first;
        for (const lg_conf *b = made->first; b; a = a->next, b = b->next)
            if (find_below(p, a, b, NULL, index++))
                return true;
        return false;
    }
    if (alike && made->type == LG_CONF_TEXT && strcmp(kept->text, made->text) == 0)
        return false;
    if (alike && (made->type == LG_CONF_NUMBER || made->type == LG_CONF_BOOL) &&
        kept->number == made->number)
        return false;
    if (alike && made->type == LG_CONF_NULL)
        return false;
    lg_text_format(p->words, "%s is ", p->path);
    put_value(p->words, kept);
    lg_text_str(p->words, ", and ");
    put_value(p->words, made);
    lg_text_str(p->words, " when the game is played again");
    return true;
}

/* What is no JSON any more is a difference as well. */
static lg_status read_file(pair *p, const char *file, const lg_conf **out)
{
    lg_diag diag;
    lg_diag_init(&diag, p->mem);
    lg_status status = lg_conf_read(p->mem, &p->arena, file, "game", &diag, out);
    if (status == LG_SCENARIO)
        lg_text_format(p->words, "it is no game.json: line %d: %s",
                       diag.count ? diag.problems[0].line : 0,
                       diag.count ? diag.problems[0].text : "cannot be read");
    lg_diag_fini(&diag);
    return status == LG_MEMORY ? lg_fail(p->err, LG_MEMORY, "out of memory") : LG_OK;
}

static lg_status hash_of(const char *path, char sum[65], lg_err *err)
{
    const char *why;
    uint64_t size;
    FILE *file = lg_input_open(path, &why);
    bool fine = file && lg_sha256_file(file, sum, &size);
    if (file)
        fclose(file);
    return fine ? LG_OK : lg_fail(err, LG_STORE, "%.400s: %s", path, file ? "reading failed" : why);
}

lg_status lg_game_compare(lg_mem *mem, const char *kept, const char *made, lg_text *words,
                          lg_err *err)
{
    char a[65], b[65];
    lg_status status = hash_of(kept, a, err);
    if (status == LG_OK)
        status = hash_of(made, b, err);
    if (status != LG_OK || strcmp(a, b) == 0)
        return status;
    const lg_conf *was = NULL, *is = NULL;
    pair p = {.mem = mem, .words = words, .err = err};
    lg_arena_init(&p.arena, mem, 8192);
    status = read_file(&p, kept, &was);
    if (status == LG_OK && was)
        status = read_file(&p, made, &is);
    if (status == LG_OK && was && is && !find(&p, was, is))
        lg_text_str(words, "it says the same in other bytes than when the game is played again");
    lg_arena_drop(&p.arena);
    return status == LG_OK && words->failed ? lg_fail(err, LG_MEMORY, "out of memory") : status;
}

/* ---- a game of which the run was done again ---- */

typedef struct verifying {
    const lg_again *again;
    const char *scratch;
    lg_text *words;
    lg_err *err;
    lg_game game;
    char name[LG_GAME_NAME_SIZE];
} verifying;

static lg_status read_job(verifying *v, const char *file)
{
    lg_diag diag;
    lg_diag_init(&diag, v->again->mem);
    lg_status status = lg_game_read(v->again->mem, file, &diag, &v->game);
    if (status == LG_SCENARIO)
        status = lg_fail(v->err, LG_STORE, "%.400s: %.200s", file,
                         diag.count ? diag.problems[0].text : "cannot be read");
    else if (status != LG_OK || !lg_game_name(&v->game, v->name))
        status = lg_fail(v->err, LG_MEMORY, "out of memory");
    lg_diag_fini(&diag);
    return status;
}

/* Whether the run has played by the seats of the job. */
static void compare_seats(verifying *v, const lg_journal_input *input)
{
    const char *tail = "/" LG_PLAY_AGENTS;
    size_t length = strlen(input->path), end = strlen(tail);
    char sum[65];
    lg_text agents;
    if (length < end || strcmp(input->path + length - end, tail) != 0)
        return;
    lg_text_init(&agents, v->again->mem);
    lg_game_agents(&v->game, &agents);
    lg_sha256(lg_text_peek(&agents), agents.length, sum);
    if (strcmp(input->sha256, sum) != 0)
        lg_text_str(v->words, "the seats of its job are not those of the run");
    v->words->failed = v->words->failed || agents.failed;
    lg_text_fini(&agents);
}

/* Whether a file that the run has read is the one that the job names. */
static void compare_file(verifying *v, const lg_journal_input *input)
{
    lg_text path;
    const char *scripts = lg_journal_word_of(&v->again->past.header, "scripts");
    lg_text_init(&path, v->again->mem);
    bool named = lg_game_path_of(&v->game, "", scripts ? scripts : "", input->path, &path);
    const char *sum = named ? lg_game_get(&v->game.files, lg_text_peek(&path)) : NULL;
    if (sum && strcmp(sum, input->sha256) != 0)
        lg_text_format(v->words, "%.200s is %.16s... in its job, and the run has read %.16s...",
                       lg_text_peek(&path), sum, input->sha256);
    v->words->failed = v->words->failed || path.failed;
    lg_text_fini(&path);
}

/* Whether the run is the one that the job asks for: else its figures say nothing of the job. */
static void compare_job(verifying *v)
{
    const lg_journal_past *past = &v->again->past;
    if (v->again->args.seed != v->game.seed)
        lg_text_format(v->words, "seed is %llu in its job, and %llu in the run",
                       (unsigned long long)v->game.seed, (unsigned long long)v->again->args.seed);
    for (uint32_t i = 0; i < past->input_count && !v->words->length; i++) {
        if (!*past->inputs[i].sha256)
            continue;
        compare_seats(v, &past->inputs[i]);
        if (!v->words->length)
            compare_file(v, &past->inputs[i]);
    }
}

/* The figures of the run that was done again, into its folder. */
static lg_status make_figures(verifying *v, const char *file)
{
    const lg_journal_past *past = &v->again->past;
    lg_figures figures = {.mem = v->again->mem};
    lg_inputs *inputs = lg_inputs_new(v->again->mem);
    const char *folder = lg_journal_word_of(&past->header, "folder");
    if (!inputs)
        return lg_fail(v->err, LG_MEMORY, "out of memory");
    lg_status status = folder ? lg_inputs_set_base(inputs, folder) : LG_OK;
    for (uint32_t i = 0; i < past->input_count && status == LG_OK; i++)
        status = lg_inputs_put(inputs, &past->inputs[i], true);
    const lg_input_source *before = lg_input_use(lg_inputs_source(inputs));
    if (status == LG_OK)
        status = lg_game_figures(v->again->mem, &v->game, &v->again->args, past, v->scratch,
                                 &figures, v->err);
    else
        lg_fail(v->err, status, "out of memory");
    lg_input_use(before);
    lg_inputs_free(inputs);
    lg_text text;
    lg_text_init(&text, v->again->mem);
    if (status == LG_OK) {
        lg_figures_print(&figures, &v->game, v->name, &text);
        int cause =
            text.failed ? ENOMEM : lg_output_replace(v->again->mem, file, text.data, text.length);
        if (cause)
            status = lg_fail(v->err, cause == ENOMEM ? LG_MEMORY : LG_IO, "%.400s: %s", file,
                             strerror(cause));
    }
    lg_text_fini(&text);
    lg_figures_fini(&figures);
    return status;
}

lg_status lg_game_verify(const lg_again *again, const char *scratch, lg_text *words, lg_err *err)
{
    char job[PATH_MAX], kept[PATH_MAX], made[PATH_MAX];
    snprintf(job, sizeof job, "%.4000s/" LG_PLAY_JOB, again->folder);
    snprintf(kept, sizeof kept, "%.4000s/" LG_PLAY_FIGURES, again->folder);
    snprintf(made, sizeof made, "%.4000s/" LG_PLAY_FIGURES, scratch);
    if (access(kept, F_OK) != 0)
        return LG_OK;
    verifying v = {.again = again, .scratch = scratch, .words = words, .err = err};
    lg_err other;
    lg_status status = read_job(&v, job);
    if (status == LG_OK && lg_game_is_ours(&v.game, LG_VERSION, &other) != LG_OK) {
        fprintf(stderr, "lunagrid: " LG_PLAY_FIGURES " is not looked at: %s\n", other.text);
        lg_game_fini(&v.game);
        return LG_OK;
    }
    if (status == LG_OK)
        compare_job(&v);
    if (status == LG_OK && !words->length)
        status = make_figures(&v, made);
    if (status == LG_OK && !words->length)
        status = lg_game_compare(again->mem, kept, made, words, err);
    lg_game_fini(&v.game);
    return status;
}
