/* What is known before the first slot: the run, its agents, the tree, and the words behind numbers.
 * Written into the fresh file before it takes its place. */
#include "store/parts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* An index, NULL where there is none. */
static lg__cell index_cell(uint32_t index)
{
    if (index == LG_NONE)
        return (lg__cell)LG__TEXT(NULL);
    return (lg__cell)LG__INT(index);
}

/* An energy that is 0 when nothing is said. */
static lg__cell said_cell(int64_t energy_uwh)
{
    if (!energy_uwh)
        return (lg__cell)LG__TEXT(NULL);
    return (lg__cell)LG__INT(energy_uwh);
}

/* Siblings have different slugs: the scenario was refused otherwise. */
static void slug(lg_text *out, const char *name)
{
    int c;
    for (bool started = false; (c = lg_text_slug_next(&name, started)); started = true)
        lg_text_char(out, (char)c);
}

lg_status lg__setup_paths(lg_store *store)
{
    const lg_site *site = store->input.site;
    lg_text path;
    lg_status status = LG_OK;
    lg_text_init(&path, store->mem);
    store->paths = lg_arena_alloc(&store->arena, site->area_count * sizeof *store->paths);
    if (!store->paths)
        return LG_MEMORY;
    for (uint32_t i = 0; i < site->area_count && status == LG_OK; i++) {
        uint32_t parent = site->areas[i].parent; /* parents come first */
        lg_text_clear(&path);
        if (parent != LG_NONE) {
            lg_text_str(&path, store->paths[parent]);
            lg_text_char(&path, '/');
        }
        slug(&path, site->areas[i].name);
        store->paths[i] = lg_arena_text(&store->arena, lg_text_peek(&path), path.length);
        if (path.failed || !store->paths[i])
            status = LG_MEMORY;
    }
    lg_text_fini(&path);
    return status;
}

static lg_status write_run(lg_store *store, lg_err *err)
{
    const lg_run_info *info = &store->info;
    char seed[24];
    sqlite3_stmt *row = NULL;
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)info->seed);
    lg_status status = lg__database_prepare(
        &store->db,
        "INSERT INTO runs VALUES "
        "(1,'incomplete',?,?,?,?,?,?,?,NULL,?,?,?,?,?,?,?,?,?,?,?,?,NULL,NULL,NULL)",
        &row, err);
    if (status == LG_OK)
        status = LG__ROW(
            &store->db, row, err, LG__TEXT(info->scenario_name), LG__TEXT(info->scenario_file),
            LG__TEXT(info->scenario_hash), LG__TEXT(info->scenario_json), LG__TEXT(seed),
            LG__INT(info->start_ms), LG__INT(info->slot_count), LG__INT(info->slot_s),
            LG__INT(info->ticks_per_slot), LG__TEXT(info->market_rule), LG__TEXT(info->fee_kind),
            LG__TEXT(info->compat), LG__TEXT(info->engine_version), LG__TEXT(sqlite3_libversion()),
            LG__TEXT(info->lua_version), LG__INT(store->input.trades), LG__INT(store->input.orders),
            LG__INT(store->input.assets), LG__INT(store->input.community));
    sqlite3_finalize(row);
    return status;
}

static const char *said(const char *text)
{
    return text ? text : "";
}

static lg_status write_agents(lg_store *store, lg_err *err)
{
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO agents VALUES (?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < store->input.agent_count && status == LG_OK; i++) {
        const lg_run_agent *agent = &store->input.agents[i];
        status = LG__ROW(&store->db, row, err, LG__INT(i), LG__TEXT(said(agent->name)),
                         LG__TEXT(said(agent->script)), LG__TEXT(said(agent->hash)),
                         LG__TEXT(said(agent->source)));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_areas(lg_store *store, lg_err *err)
{
    const lg_site *site = store->input.site;
    char uuid[37];
    sqlite3_stmt *row = NULL;
    lg_status status = lg__database_prepare(
        &store->db, "INSERT INTO areas VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < site->area_count && status == LG_OK; i++) {
        const lg_area *area = &site->areas[i];
        lg_connection link = area->connection ? *area->connection : (lg_connection){0};
        lg_uuid_format(&area->uuid, uuid);
        status = LG__ROW(&store->db, row, err, LG__INT(i), LG__TEXT(uuid), LG__TEXT(area->name),
                         LG__TEXT(store->paths[i]), index_cell(area->parent), LG__INT(area->depth),
                         LG__INT(area->member), LG__INT(area->fee_uct), LG__INT(area->fee_ppb),
                         LG__INT(area->offer_age), LG__INT(area->bid_age),
                         said_cell(link.import_baseline_uwh), said_cell(link.export_baseline_uwh),
                         said_cell(link.import_capacity_uwh), said_cell(link.export_capacity_uwh));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_assets(lg_store *store, lg_err *err)
{
    const lg_site *site = store->input.site;
    char uuid[37];
    sqlite3_stmt *row = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO assets VALUES (?,?,?,?,?,?,?,?)", &row, err);
    for (uint32_t i = 0; i < site->asset_count && status == LG_OK; i++) {
        const lg_asset *asset = &site->assets[i];
        lg_uuid_format(&asset->uuid, uuid);
        status = LG__ROW(&store->db, row, err, LG__INT(i), LG__TEXT(uuid), LG__TEXT(asset->name),
                         LG__INT(asset->area), LG__TEXT(store->input.driver_names[asset->driver]),
                         LG__TEXT(lg__role_name(asset->role)), LG__INT(!asset->uncounted),
                         index_cell(asset->agent));
    }
    sqlite3_finalize(row);
    return status;
}

static lg_status write_words(lg_store *store, lg_err *err)
{
    sqlite3_stmt *command = NULL, *word = NULL;
    lg_status status =
        lg__database_prepare(&store->db, "INSERT INTO commands VALUES (?,?)", &command, err);
    if (status == LG_OK)
        status =
            lg__database_prepare(&store->db, "INSERT INTO statuses VALUES (?,?,?)", &word, err);
    for (int i = 0; i < LG_CMD_COUNT && status == LG_OK; i++)
        status = LG__ROW(&store->db, command, err, LG__INT(i),
                         LG__TEXT(lg_command_name((lg_command_kind)i)));
    for (int i = 0; i < LG_STATUS_COUNT && status == LG_OK; i++)
        status = LG__ROW(&store->db, word, err, LG__INT(i), LG__TEXT(lg_status_name((lg_status)i)),
                         LG__TEXT(lg_status_text((lg_status)i)));
    sqlite3_finalize(word);
    sqlite3_finalize(command);
    return status;
}

lg_status lg__setup_write(lg_store *store, lg_err *err)
{
    lg_status status = write_run(store, err);
    if (status == LG_OK)
        status = write_agents(store, err);
    if (status == LG_OK)
        status = write_areas(store, err);
    if (status == LG_OK)
        status = write_assets(store, err);
    return status == LG_OK ? write_words(store, err) : status;
}
