/* Stands between the readers and the files, as the journal of a run does, and notes what is opened.
 */
#include "app/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "app/plain.h"
#include "base/hash.h"
#include "base/input.h"
#include "script/agent.h"

typedef struct gathering {
    lg_mem *mem;
    const lg_gather_input *input;
    lg_game *game;
    lg_input_source source;
    lg_text agents;
    lg_status status; /* of what could not be noted */
    lg_err *err;
} gathering;

static FILE *open_noting(void *ctx, const char *path, const char **why)
{
    gathering *g = ctx;
    char sum[65];
    uint64_t size;
    if (strcmp(path, LG_GATHER_SEATS) == 0)
        return lg_input_of_bytes(g->agents.data, g->agents.length);
    const lg_input_source *before = lg_input_use(NULL);
    FILE *file = lg_input_open(path, why);
    lg_input_use(before);
    if (!file)
        return NULL;
    lg_text name;
    lg_text_init(&name, g->mem);
    bool inside =
        lg_game_path_of(g->game, g->input->root, g->input->setup->places.scripts, path, &name);
    if (name.failed)
        g->status = lg_fail(g->err, LG_MEMORY, "out of memory");
    else if (!inside)
        g->status = lg_fail(g->err, LG_INVALID,
                            "%.200s lies outside of %.200s: a game can be played elsewhere only "
                            "when its files have a folder in common",
                            path, g->input->root);
    else if (!lg_sha256_file(file, sum, &size) || fseek(file, 0, SEEK_SET) != 0)
        g->status = lg_fail(g->err, LG_IO, "%.200s cannot be read", path);
    else if (!lg_game_put(g->game, &g->game->files, lg_text_peek(&name), sum))
        g->status = lg_fail(g->err, LG_MEMORY, "out of memory");
    lg_text_fini(&name);
    return file;
}

static bool is_file(void *ctx, const char *path)
{
    (void)ctx;
    if (strcmp(path, LG_GATHER_SEATS) == 0)
        return true;
    const lg_input_source *before = lg_input_use(NULL);
    bool is = lg_input_is_file(path);
    lg_input_use(before);
    return is;
}

/* ---- what is read ---- */

static bool add_setting(lg_mem *mem, lg_args *args, const char *key, const char *value)
{
    lg_pairs *pairs = &args->settings;
    if (!LG_GROW(mem, pairs->items, pairs->capacity, pairs->count + 1))
        return false;
    pairs->items[pairs->count++] = (lg_setting){key, value};
    return true;
}

static void drop_scenario(lg_setup *setup)
{
    lg_scenario_free(setup->scenario);
    setup->scenario = NULL;
    lg_mem_strfree(setup->mem, setup->file);
    setup->file = NULL;
}

static lg_status read_scenario(gathering *g)
{
    lg_game *game = g->game;
    const char *slash = strrchr(game->scenario, '/');
    lg_args args = {.mem = g->mem,
                    .slots = game->slots ? (int64_t)game->slots : -1,
                    .days = game->slots || g->input->days <= 0 ? -1 : g->input->days,
                    .seed = game->seed,
                    .has_seed = true,
                    .seats = LG_GATHER_SEATS};
    bool fine = true;
    for (uint32_t i = 0; i < game->settings.count && fine; i++)
        fine =
            add_setting(g->mem, &args, game->settings.items[i].key, game->settings.items[i].value);
    for (uint32_t i = 0; i < game->seat_count && fine; i++)
        if (game->seats[i].role == LG_SEAT_EXCHANGE &&
            strcmp(game->seats[i].entrant, LG_SCRIPT_BASELINE) != 0)
            fine = add_setting(g->mem, &args, "market.matching", game->seats[i].entrant);
    drop_scenario(g->input->setup);
    lg_status status =
        !fine ? lg_fail(g->err, LG_MEMORY, "out of memory")
              : lg_setup_read(g->input->setup, slash ? slash + 1 : game->scenario, &args, g->err);
    lg_args_fini(&args);
    if (status == LG_OK)
        game->slots = g->input->setup->scenario->slot_count;
    return status;
}

static lg_status read_script(gathering *g, const char *script)
{
    lg_diag diag;
    lg_text name;
    if (!script)
        return LG_OK;
    lg_text_init(&name, g->mem);
    bool known =
        lg_game_path_of(g->game, g->input->root, g->input->setup->places.scripts, script, &name) &&
        lg_game_get(&g->game->files, lg_text_peek(&name));
    lg_text_fini(&name);
    if (known)
        return LG_OK;
    lg_diag_init(&diag, g->mem);
    lg_status status = lg_script_check(g->mem, script, g->input->setup->places.scripts, &diag);
    lg_diag_fini(&diag);
    if (status == LG_MEMORY)
        return lg_fail(g->err, LG_MEMORY, "out of memory");
    return g->status;
}

/* Every script that may come to work. */
static lg_status read_scripts(gathering *g)
{
    const lg_scenario *scenario = g->input->setup->scenario;
    lg_status status = g->status;
    for (uint32_t i = 0; i < scenario->agent_count && status == LG_OK; i++) {
        const lg_agent_spec *agent = &scenario->agents[i];
        if (!agent->is_baseline)
            status = read_script(g, agent->script);
        for (uint32_t k = 0; agent->baseline && k < agent->asset_count && status == LG_OK; k++)
            status = read_script(g, agent->baseline[k]);
    }
    for (uint32_t i = 0; i < scenario->event_count && status == LG_OK; i++)
        status = read_script(g, scenario->events[i].script);
    return status;
}

/* ---- what is used ---- */

static bool uses(const lg_setup *setup, const lg_plugin *plugin)
{
    const lg_scenario *scenario = setup->scenario;
    for (uint32_t i = 0; i < plugin->drivers.count; i++) {
        const lg_driver *driver = (const lg_driver *)((const char *)plugin->drivers.items +
                                                      (size_t)i * plugin->drivers.stride);
        for (uint32_t k = 0; k < scenario->site.asset_count; k++)
            if (strcmp(setup->drivers[scenario->site.assets[k].driver]->name, driver->name) == 0)
                return true;
    }
    for (uint32_t i = 0; scenario->matching && i < plugin->rules.count; i++) {
        const lg_matching *rule = (const lg_matching *)((const char *)plugin->rules.items +
                                                        (size_t)i * plugin->rules.stride);
        if (strcmp(rule->name, scenario->matching->name) == 0)
            return true;
    }
    return false;
}

static lg_status note_plugins(gathering *g)
{
    uint32_t count;
    const lg_plugin *const *plugins = lg_plugins_list(g->input->setup->plugins, &count);
    for (uint32_t i = 0; i < count; i++)
        if (uses(g->input->setup, plugins[i]) &&
            !lg_game_put(g->game, &g->game->plugins, plugins[i]->name, plugins[i]->version))
            return lg_fail(g->err, LG_MEMORY, "out of memory");
    return LG_OK;
}

/* So that figures can be read without the scenario. */
static lg_status fill_markets(gathering *g)
{
    const lg_scenario *scenario = g->input->setup->scenario;
    for (uint32_t i = 0; i < g->game->seat_count; i++) {
        lg_game_seat *seat = &g->game->seats[i];
        if (seat->role != LG_SEAT_OPERATOR || seat->markets.count)
            continue;
        for (uint32_t k = 0; k < scenario->agent_count; k++) {
            const lg_agent_spec *agent = &scenario->agents[k];
            if (strcmp(agent->name, seat->name) != 0 || !agent->market_count)
                continue;
            seat->markets.items =
                lg_arena_alloc(&g->game->arena, agent->market_count * sizeof *seat->markets.items);
            for (uint32_t m = 0; seat->markets.items && m < agent->market_count; m++) {
                const char *name = scenario->site.areas[agent->markets[m]].name;
                seat->markets.items[m] = lg_arena_text(&g->game->arena, name, strlen(name));
                if (!seat->markets.items[m])
                    return lg_fail(g->err, LG_MEMORY, "out of memory");
                seat->markets.count++;
            }
            if (!seat->markets.items)
                return lg_fail(g->err, LG_MEMORY, "out of memory");
        }
    }
    return LG_OK;
}

static lg_status read_all(gathering *g)
{
    lg_status status = read_scenario(g);
    if (status == LG_OK)
        status = read_scripts(g);
    if (status == LG_OK)
        status = note_plugins(g);
    if (status == LG_OK)
        status = fill_markets(g);
    return status == LG_OK ? g->status : status;
}

lg_status lg_gather(lg_mem *mem, const lg_gather_input *input, lg_game *game, lg_err *err)
{
    gathering g = {.mem = mem, .input = input, .game = game, .err = err};
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lg_text folder;
    lg_text_init(&folder, mem);
    lg_text_init(&g.agents, mem);
    lg_game_agents(game, &g.agents);
    lg_game_folder(game, input->root, &folder);
    lg_status status = LG_OK;
    if (folder.failed || g.agents.failed)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    else if (here < 0 || chdir(lg_text_peek(&folder)) != 0)
        status = lg_fail(err, LG_IO, "%.400s: %s", lg_text_peek(&folder), strerror(errno));
    if (status == LG_OK) {
        g.source = (lg_input_source){.ctx = &g, .open = open_noting, .is_file = is_file};
        const lg_input_source *before = lg_input_use(&g.source);
        status = read_all(&g);
        lg_input_use(before);
        if (fchdir(here) != 0 && status == LG_OK)
            status = lg_fail(err, LG_IO, "the working directory is gone: %s", strerror(errno));
    }
    if (here >= 0)
        close(here);
    lg_text_fini(&folder);
    lg_text_fini(&g.agents);
    return status;
}

lg_status lg_gather_script(lg_mem *mem, const lg_gather_input *input, lg_game *game,
                           const char *path, lg_err *err)
{
    gathering g = {.mem = mem, .input = input, .game = game, .err = err};
    lg_text file;
    lg_text_init(&g.agents, mem);
    lg_text_init(&file, mem);
    lg_game_place_of(input->root, input->setup->places.scripts, path, &file);
    g.source = (lg_input_source){.ctx = &g, .open = open_noting, .is_file = is_file};
    const lg_input_source *before = lg_input_use(&g.source);
    lg_status status = file.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                                   : read_script(&g, lg_text_peek(&file));
    lg_input_use(before);
    lg_text_fini(&file);
    return status == LG_OK ? g.status : status;
}
