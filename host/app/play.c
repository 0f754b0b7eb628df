/* The scenario is run from its own folder: so what scripts, journal and results see of paths is the
 * same on every machine. What was read is compared with the job when the run is over, from its
 * journal: that is what the run was really made of. */
#include "app/play.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/game_check.h"
#include "app/run.h"
#include "app/setup.h"
#include "arena/game.h"
#include "base/output.h"
#include "journal/past.h"

typedef struct playing {
    lg_mem *mem;
    const lg_play_input *input;
    lg_game game;
    char name[LG_GAME_NAME_SIZE];
    char root[PATH_MAX]; /* absolute, as are out and part */
    char out[PATH_MAX], part[PATH_MAX + sizeof LG_PLAY_PART], agents[PATH_MAX + 32];
    lg_places places;
} playing;

/* ---- the job and its folder ---- */

static lg_status read_job(playing *p, lg_err *err)
{
    lg_diag diag;
    lg_diag_init(&diag, p->mem);
    lg_status status = lg_game_read(p->mem, p->input->job, &diag, &p->game);
    if (diag.count)
        lg_setup_print(p->mem, &diag, stderr);
    else if (status == LG_MEMORY)
        lg_fail(err, status, "out of memory");
    lg_diag_fini(&diag);
    if (status != LG_OK)
        return status;
    if (!lg_game_name(&p->game, p->name))
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_err why;
    return lg_game_is_ours(&p->game, LG_VERSION, &why) == LG_OK
               ? LG_OK
               : lg_fail(err, LG_INVALID, "%.200s: %.200s", p->input->job, why.text);
}

/* An absolute form of @p path, which need not exist. */
static lg_status absolute(const char *path, char out[PATH_MAX], lg_err *err)
{
    char here[PATH_MAX];
    int length = -1;
    if (path[0] == '/')
        length = snprintf(out, PATH_MAX, "%s", path);
    else if (getcwd(here, sizeof here))
        length = snprintf(out, PATH_MAX, "%s/%s", here, path);
    if (length < 0 || length >= PATH_MAX)
        return lg_fail(err, LG_IO, "%.200s: %s", path, strerror(length < 0 ? errno : ENAMETOOLONG));
    while (length > 1 && out[length - 1] == '/')
        out[--length] = 0;
    return LG_OK;
}

static lg_status find_places(playing *p, lg_err *err)
{
    const char *root = p->input->root ? p->input->root : ".";
    if (!realpath(root, p->root))
        return lg_fail(err, LG_IO, "%s: %s", root, strerror(errno));
    lg_status status = absolute(p->input->out, p->out, err);
    snprintf(p->part, sizeof p->part, "%s" LG_PLAY_PART, p->out);
    snprintf(p->agents, sizeof p->agents, "%s/" LG_PLAY_AGENTS, p->part);
    return status == LG_OK ? lg_places_find(p->mem, &p->places, err) : status;
}

/* Whether the folder holds this game already. */
static lg_status look(const playing *p, bool *there, lg_err *err)
{
    lg_text file;
    lg_game past;
    lg_diag diag;
    struct stat info;
    char name[LG_GAME_NAME_SIZE] = "";
    *there = false;
    if (stat(p->out, &info) != 0)
        return LG_OK;
    lg_text_init(&file, p->mem);
    lg_text_format(&file, "%s/" LG_PLAY_FIGURES, p->out);
    bool whole = !file.failed && access(lg_text_peek(&file), F_OK) == 0;
    lg_text_clear(&file);
    lg_text_format(&file, "%s/" LG_PLAY_JOB, p->out);
    lg_diag_init(&diag, p->mem);
    lg_status status = lg_game_read(p->mem, lg_text_peek(&file), &diag, &past);
    *there = whole && status == LG_OK && lg_game_name(&past, name) && strcmp(name, p->name) == 0;
    lg_game_fini(&past);
    lg_diag_fini(&diag);
    lg_text_fini(&file);
    if (*there || rmdir(p->out) == 0) /* an empty folder is as good as none */
        return LG_OK;
    return lg_fail(err, LG_INVALID, "%.400s is there already and holds something else", p->out);
}

/* What a game that was killed has left, and nobody is writing to. */
static lg_status clear(const playing *p, lg_err *err)
{
    DIR *dir = opendir(p->part);
    if (!dir)
        return LG_OK;
    if (flock(dirfd(dir), LOCK_EX | LOCK_NB) != 0) {
        closedir(dir);
        return lg_fail(err, LG_STORE, "%.300s is being written: another process plays this game",
                       p->part);
    }
    for (const struct dirent *entry; (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0); /* "." and ".." are no files */
    closedir(dir);
    return LG_OK;
}

static lg_status make_folders(char *path, lg_err *err)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int failed = mkdir(path, 0777) != 0 && errno != EEXIST ? errno : 0;
        if (failed)
            lg_fail(err, LG_IO, "%s: %s", path, strerror(failed));
        *slash = '/';
        if (failed)
            return LG_IO;
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return lg_fail(err, LG_IO, "%s: %s", path, strerror(errno));
    return LG_OK;
}

static lg_status write_file(const playing *p, const char *name, lg_text *text, lg_err *err)
{
    lg_text path;
    lg_text_init(&path, p->mem);
    lg_text_format(&path, "%s/%s", p->part, name);
    int cause = path.failed || text->failed
                    ? ENOMEM
                    : lg_output_replace(p->mem, lg_text_peek(&path), text->data, text->length);
    lg_status status = LG_OK;
    if (cause)
        status = lg_fail(err, cause == ENOMEM ? LG_MEMORY : LG_IO, "%s: %s", lg_text_peek(&path),
                         strerror(cause));
    lg_text_fini(&path);
    return status;
}

static lg_status prepare(playing *p, lg_err *err)
{
    lg_text text;
    lg_status status = clear(p, err);
    if (status == LG_OK)
        status = make_folders(p->part, err);
    lg_text_init(&text, p->mem);
    lg_game_print(&p->game, &text);
    if (status == LG_OK)
        status = write_file(p, LG_PLAY_JOB, &text, err);
    lg_text_clear(&text);
    lg_game_agents(&p->game, &text);
    if (status == LG_OK)
        status = write_file(p, LG_PLAY_AGENTS, &text, err);
    lg_text_fini(&text);
    return status;
}

/* ---- the run ---- */

static bool add_setting(playing *p, lg_args *args, const char *key, const char *value)
{
    lg_pairs *pairs = &args->settings;
    if (!LG_GROW(p->mem, pairs->items, pairs->capacity, pairs->count + 1))
        return false;
    pairs->items[pairs->count++] = (lg_setting){key, value};
    return true;
}

static bool fill_settings(playing *p, lg_args *args)
{
    const lg_game *game = &p->game;
    bool fine = true;
    for (uint32_t i = 0; i < game->settings.count && fine; i++)
        fine = add_setting(p, args, game->settings.items[i].key, game->settings.items[i].value);
    for (uint32_t i = 0; i < game->seat_count && fine; i++)
        if (game->seats[i].role == LG_SEAT_EXCHANGE &&
            strcmp(game->seats[i].entrant, LG_SCRIPT_BASELINE) != 0)
            fine = add_setting(p, args, "market.matching", game->seats[i].entrant);
    return fine && add_setting(p, args, "results.assets", "true") &&
           add_setting(p, args, "results.trades", "true");
}

/* Into the folder of the scenario; *file is its name there. */
static lg_status go_there(const playing *p, const char **file, lg_err *err)
{
    const char *slash = strrchr(p->game.scenario, '/');
    lg_text folder;
    lg_text_init(&folder, p->mem);
    lg_game_folder(&p->game, p->root, &folder);
    lg_status status = folder.failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
    if (status == LG_OK && chdir(lg_text_peek(&folder)) != 0)
        status = lg_fail(err, LG_IO, "%s: %s", lg_text_peek(&folder), strerror(errno));
    lg_text_fini(&folder);
    *file = slash ? slash + 1 : p->game.scenario;
    return status;
}

/* What a command line would say; lg_args_fini() in every case. */
static lg_status fill_args(playing *p, lg_args *args, lg_err *err)
{
    *args = (lg_args){.mem = p->mem,
                      .slots = p->game.slots ? (int64_t)p->game.slots : -1,
                      .days = -1,
                      .seed = p->game.seed,
                      .has_seed = true,
                      .out = p->part,
                      .seats = p->agents,
                      .isolation = "worker",
                      .quiet = true,
                      .no_watch = true};
    lg_status status = go_there(p, &args->operands[0], err);
    if (status == LG_OK && !fill_settings(p, args))
        status = lg_fail(err, LG_MEMORY, "out of memory");
    return status;
}

static lg_status run(playing *p, lg_err *err)
{
    lg_args args;
    lg_run_outcome outcome = {.status = LG_OK};
    lg_status status = fill_args(p, &args, err);
    if (status == LG_OK) {
        const lg_run_input input = {.args = &args, .mode = LG_RECORD_NEW, .silent = true};
        args.operand_count = 1;
        int code = lg_run(p->mem, &input, &outcome);
        status = outcome.status;
        if (status != LG_OK)
            lg_fail(err, status, "the game could not be played");
        else if (code != 0)
            status = lg_fail(err, LG_IO, "the game was interrupted");
    }
    lg_args_fini(&args);
    return status;
}

/* ---- what it was made of ---- */

static lg_status check_input(const playing *p, const lg_journal_input *input, lg_err *err)
{
    lg_text path;
    lg_text_init(&path, p->mem);
    lg_status status = LG_OK;
    if (*input->sha256 && strcmp(input->path, p->agents) != 0) {
        bool inside = lg_game_path_of(&p->game, p->root, p->places.scripts, input->path, &path);
        const char *sum = inside ? lg_game_get(&p->game.files, lg_text_peek(&path)) : NULL;
        if (path.failed)
            status = lg_fail(err, LG_MEMORY, "out of memory");
        else if (!sum)
            status = lg_fail(err, LG_INVALID,
                             "the game has read %.200s, which its job does not name: modules are "
                             "required by a text, require \"name\"",
                             lg_text_peek(&path));
        else if (strcmp(sum, input->sha256) != 0)
            status = lg_fail(err, LG_INVALID, "%.200s is not what the job was made of: %.16s...",
                             lg_text_peek(&path), sum);
    }
    lg_text_fini(&path);
    return status;
}

static lg_status check_inputs(const playing *p, lg_err *err)
{
    lg_journal_past past;
    lg_status status = lg_journal_past_read(p->mem, p->part, &past, err);
    for (uint32_t i = 0; i < past.input_count && status == LG_OK; i++)
        status = check_input(p, &past.inputs[i], err);
    for (uint32_t i = 0; i < past.plugin_count && status == LG_OK; i++) {
        const char *name = lg_journal_word_of(&past.plugins[i], "name");
        const char *version = lg_journal_word_of(&past.plugins[i], "version");
        const char *wanted = name ? lg_game_get(&p->game.plugins, name) : NULL;
        if (wanted && version && strcmp(wanted, version) != 0)
            status =
                lg_fail(err, LG_INVALID,
                        "the job was made with version %.40s of the plugin %.60s, here is %.40s",
                        wanted, name, version);
    }
    lg_journal_past_fini(&past);
    return status;
}

/* ---- what came of it ---- */

static lg_status read_figures(playing *p, lg_figures *figures, lg_err *err)
{
    lg_args args = {.mem = p->mem};
    *figures = (lg_figures){.mem = p->mem};
    lg_status status = fill_args(p, &args, err);
    if (status == LG_OK)
        status = lg_game_figures(p->mem, &p->game, &args, NULL, p->part, figures, err);
    lg_args_fini(&args);
    return status;
}

static lg_status finish(playing *p, lg_err *err)
{
    lg_figures figures;
    lg_text text;
    lg_text_init(&text, p->mem);
    lg_status status = read_figures(p, &figures, err);
    if (status == LG_OK) {
        lg_figures_print(&figures, &p->game, p->name, &text);
        status = write_file(p, LG_PLAY_FIGURES, &text, err);
    }
    lg_figures_fini(&figures);
    lg_text_fini(&text);
    if (status == LG_OK && rename(p->part, p->out) != 0)
        status = lg_fail(err, LG_IO, "%.400s: %s", p->out, strerror(errno));
    return status;
}

lg_status lg_play(lg_mem *mem, const lg_play_input *input, bool *played, lg_err *err)
{
    playing p = {.mem = mem, .input = input, .places.mem = mem};
    bool there = false;
    *played = false;
    lg_status status = read_job(&p, err);
    if (status == LG_OK)
        status = find_places(&p, err);
    if (status == LG_OK)
        status = look(&p, &there, err);
    if (status == LG_OK && !there) {
        status = prepare(&p, err);
        if (status == LG_OK)
            status = run(&p, err);
        if (status == LG_OK)
            status = check_inputs(&p, err);
        if (status == LG_OK)
            status = finish(&p, err);
        *played = status == LG_OK;
    }
    lg_places_fini(&p.places);
    lg_game_fini(&p.game);
    return status;
}
