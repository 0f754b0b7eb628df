/* The life of a results folder. Order matters in two places. Opening: the new database stands
 * beside the old one, and CSV files under their ".part" names, before anything of an earlier run is
 * replaced or removed. Finishing: every text file is written out and gets its final name before the
 * transaction that says "complete" ends; so a complete run has all its files. When that fails too,
 * the names are taken back, and the run says incomplete. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/parts.h"

/* One exclusive step: of two runs that start in a folder at the same moment one gets it. It goes
 * with the process, however that ends. A file system without such locks is used without. */
static lg_status take_folder(lg_store *store, lg_err *err)
{
    store->lock = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (store->lock >= 0 && flock(store->lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
        return lg_fail(err, LG_STORE, "cannot write %s/run.sqlite: another run is writing it",
                       store->folder);
    return LG_OK;
}

/* What an earlier run left would be taken for this one's. */
static lg_status remove_earlier(lg_store *store, lg_err *err)
{
    static const char *const names[] = {
        "summary.json", "trades.csv", "market_slots.csv", "bills.csv", "orders-intraday.csv",
        "trades-intraday.csv", "orders-intraday.csv.part", "trades-intraday.csv.part",
        "trades-settlement.csv",
        /* of a run that was killed; with CSV the last ones are this run's own by now */
        "summary.json.part", "trades-settlement.csv.part", "trades.csv.part",
        "market_slots.csv.part", "bills.csv.part"};
    size_t own = !store->input.csv ? 0 : store->input.settling ? 4 : 3;
    size_t count = sizeof names / sizeof names[0] - own;
    lg_text path;
    lg_status status = LG_OK;
    lg_text_init(&path, store->mem);
    for (size_t i = 0; i < count && status == LG_OK; i++) {
        lg_text_clear(&path);
        lg_text_format(&path, "%s/%s", store->folder, names[i]);
        if (path.failed)
            status = lg_fail(err, LG_MEMORY, "out of memory while opening the results");
        else if (unlink(lg_text_peek(&path)) && errno != ENOENT)
            status = lg_fail(err, LG_STORE, "cannot replace %s: %s", lg_text_peek(&path),
                             strerror(errno));
    }
    lg_text_fini(&path);
    return status;
}

static const char *keep_text(lg_store *store, const char *text, bool *failed)
{
    const char *copy = lg_arena_text(&store->arena, text ? text : "", text ? strlen(text) : 0);
    *failed = *failed || !copy;
    return copy;
}

/* Copies the names of the drivers that the assets of the site have. */
static void keep_drivers(lg_store *store, bool *failed)
{
    const lg_site *site = store->input.site;
    uint32_t count = 0;
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (site->assets[i].driver >= count)
            count = site->assets[i].driver + 1;
    const char **names = lg_arena_alloc(&store->arena, count * sizeof *names);
    *failed = *failed || !names;
    for (uint32_t i = 0; i < count && !*failed; i++)
        names[i] = keep_text(store, store->input.driver_names[i], failed);
    store->input.driver_names = names;
}

static lg_status keep_input(lg_store *store, const lg_store_input *input)
{
    bool failed = false;
    lg_run_info *info = &store->info;
    store->input = *input;
    *info = *input->info;
    info->scenario_name = keep_text(store, info->scenario_name, &failed);
    info->scenario_file = keep_text(store, info->scenario_file, &failed);
    info->scenario_hash = keep_text(store, info->scenario_hash, &failed);
    info->scenario_json = keep_text(store, info->scenario_json, &failed);
    info->engine_version = keep_text(store, info->engine_version, &failed);
    info->market_rule = keep_text(store, info->market_rule, &failed);
    info->fee_kind = keep_text(store, info->fee_kind, &failed);
    info->compat = keep_text(store, info->compat, &failed);
    info->lua_version = keep_text(store, info->lua_version, &failed);
    keep_drivers(store, &failed);
    store->folder = lg_mem_strdup(store->mem, input->folder);
    store->sums = lg_mem_zalloc(store->mem, input->site->area_count, sizeof *store->sums);
    if (failed || !store->folder || !store->sums)
        return LG_MEMORY;
    bool constant = strcmp(info->fee_kind, "percentage") != 0;
    for (uint32_t i = 0; i < input->site->area_count; i++) {
        store->sums[i].fee_uct = constant ? input->site->areas[i].fee_uct : 0;
        store->sums[i].fee_ppb = constant ? 0 : input->site->areas[i].fee_ppb;
    }
    return lg__setup_paths(store);
}

static lg_status open_files(lg_store *store, lg_err *err)
{
    lg_status status = lg__folder_make(store->folder, err);
    if (status == LG_OK)
        status = take_folder(store, err);
    if (status == LG_OK)
        status = lg__owner_check(store->mem, store->folder, store->input.ours, err);
    if (status == LG_OK)
        status = lg__database_create(&store->db, store->mem, store->folder, err);
    if (status == LG_OK)
        status = lg__setup_write(store, err);
    if (status == LG_OK && store->input.csv)
        status = lg__csv_create(store, err);
    if (status == LG_OK && store->input.begin)
        status = store->input.begin(store->input.ctx, store->folder, err);
    if (status == LG_OK)
        status = lg__database_place(&store->db, err);
    return status == LG_OK ? remove_earlier(store, err) : status;
}

/* Gives everything back without another look at the files. */
static void release(lg_store *store)
{
    lg_mem *mem = store->mem;
    lg__database_close(&store->db);
    lg__file_close(&store->trades_csv);
    lg__file_close(&store->slots_csv);
    lg__file_close(&store->bills_csv);
    lg__file_close(&store->settlement_csv);
    for (int i = 0; i < LG__INTRADAY_FILES; i++)
        lg__file_close(&store->intraday_csv[i]);
    if (store->lock >= 0)
        close(store->lock);
    if (store->sums)
        lg_mem_free(mem, store->sums, store->input.site->area_count * sizeof *store->sums);
    lg_mem_strfree(mem, store->folder);
    lg_arena_drop(&store->arena);
    lg_mem_free(mem, store, sizeof *store);
}

lg_status lg_store_open(lg_mem *mem, const lg_store_input *input, lg_err *err, lg_store **out)
{
    *out = NULL;
    lg_store *store = lg_mem_zalloc(mem, 1, sizeof *store);
    if (!store)
        return lg_fail(err, LG_MEMORY, "out of memory while opening the results");
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* a lock at every allocation, for sums nobody asks
                                                   for; heard before the first database only */
    store->mem = mem;
    store->db.mem = mem;
    store->lock = -1;
    store->csv_slot_ms = store->csv_time_ms = INT64_MIN;
    lg_arena_init(&store->arena, mem, 1 << 16);
    lg_status status = keep_input(store, input);
    if (status != LG_OK)
        lg_fail(err, status, "out of memory while opening the results");
    else
        status = open_files(store, err);
    if (status != LG_OK) {
        lg__file_drop(&store->trades_csv);
        lg__file_drop(&store->slots_csv);
        lg__file_drop(&store->bills_csv);
        lg__file_drop(&store->settlement_csv);
        release(store);
        return status;
    }
    store->input.folder = NULL; /* the caller's; what is needed on was copied */
    store->input.info = NULL;
    store->input.agents = NULL;
    *out = store;
    return LG_OK;
}

const char *lg_store_sqlite_version(void)
{
    return sqlite3_libversion();
}

void lg_store_listener(lg_store *store, lg_listener *listener)
{
    *listener = (lg_listener){
        .ctx = store,
        .trade = lg__live_trade,
        .cleared = lg__live_cleared,
        .command = store->input.orders ? lg__live_command : NULL,
        .event = lg__live_event,
        .settled = lg__live_settled,
        .slot = lg__live_slot,
    };
}

const char *lg_store_error(const lg_store *store)
{
    return store->failure.text;
}

lg_status lg_store_log(lg_store *store, uint32_t slot, uint32_t tick, const char *who,
                       uint32_t version, const char *message)
{
    lg__cell number = LG__INT(version);
    if (version == 0)
        number = (lg__cell)LG__TEXT(NULL);
    if (store->failure.status != LG_OK)
        return store->failure.status;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_LOG], &store->failure, LG__INT(slot),
                   LG__INT(tick), LG__TEXT(who), LG__TEXT(message), number);
}

lg_status lg_store_version(lg_store *store, const lg_run_version *version)
{
    if (store->failure.status != LG_OK)
        return store->failure.status;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_VERSION], &store->failure,
                   LG__INT(version->agent), LG__INT(version->version), LG__TEXT(version->hash),
                   LG__TEXT(version->script), LG__INT(version->slot), LG__INT(version->tick),
                   LG__TEXT(version->cause), LG__TEXT(version->detail));
}

lg_status lg_store_source(lg_store *store, const lg_run_source *source)
{
    if (store->failure.status != LG_OK)
        return store->failure.status;
    return LG__ROW(&store->db, store->db.statements[LG__SQL_SOURCE], &store->failure,
                   LG__TEXT(source->hash), LG__INT(source->place), LG__TEXT(source->module),
                   LG__TEXT(source->path), LG__TEXT(source->text));
}

void lg_store_cut_short(lg_store *store)
{
    store->cut_short = true;
}

static lg_status end_csv(lg_store *store, lg_err *err)
{
    if (!store->input.csv)
        return LG_OK;
    lg__csv_bills(store);
    lg_status status = lg__file_end(&store->trades_csv, err);
    if (status == LG_OK)
        status = lg__file_end(&store->slots_csv, err);
    if (status == LG_OK && store->input.settling)
        status = lg__file_end(&store->settlement_csv, err);
    for (int i = 0; i < LG__INTRADAY_FILES && status == LG_OK && store->trading; i++)
        status = lg__file_end(&store->intraday_csv[i], err);
    return status == LG_OK ? lg__file_end(&store->bills_csv, err) : status;
}

void lg_store_community(lg_store *store, const lg_run_community *community)
{
    store->community = *community;
    store->has_community = true;
}

void lg_store_slot(lg_store *store, const lg_slot_facts *facts)
{
    store->facts = *facts;
    store->has_facts = true;
}

void lg_store_devices(lg_store *store, const lg_run_devices *devices)
{
    bool failed = false;
    store->devices = *devices;
    if (devices->first)
        store->devices.first = keep_text(store, devices->first, &failed);
}

void lg_store_given_up(lg_store *store, const lg_run_given_up *given_up)
{
    bool failed = false;
    store->given_up = *given_up;
    if (given_up->first)
        store->given_up.first = keep_text(store, given_up->first, &failed);
}

void lg_store_refused(lg_store *store, const lg_run_refused *rows, uint32_t count)
{
    store->refused = rows;
    store->refused_count = count;
}

void lg_store_conduct(lg_store *store, const lg_run_conduct *rows, uint32_t count)
{
    store->conduct = rows;
    store->conduct_count = count;
}

static lg_status place_files(lg_store *store, lg__file *summary, lg_err *err)
{
    lg_status status = lg__file_place(summary, err);
    if (!store->input.csv)
        return status;
    if (status == LG_OK)
        status = lg__file_place(&store->trades_csv, err);
    if (status == LG_OK)
        status = lg__file_place(&store->slots_csv, err);
    if (status == LG_OK && store->input.settling)
        status = lg__file_place(&store->settlement_csv, err);
    for (int i = 0; i < LG__INTRADAY_FILES && status == LG_OK && store->trading; i++)
        status = lg__file_place(&store->intraday_csv[i], err);
    return status == LG_OK ? lg__file_place(&store->bills_csv, err) : status;
}

/* What a run that is not complete may not have; without CSV the other files are not there. */
static void unplace_files(lg_store *store, lg__file *summary)
{
    lg__file_drop(summary);
    lg__file_unplace(&store->trades_csv);
    lg__file_unplace(&store->slots_csv);
    lg__file_unplace(&store->bills_csv);
    lg__file_unplace(&store->settlement_csv);
    for (int i = 0; i < LG__INTRADAY_FILES; i++)
        lg__file_unplace(&store->intraday_csv[i]);
}

lg_status lg_store_finish(lg_store *store, lg_digest digest, const lg_member_result *members,
                          uint32_t member_count, lg_err *err)
{
    lg_status status = store->failure.status;
    lg__file summary = {.fd = -1};
    LG_ASSERT(!store->finished);
    if (status == LG_OK)
        status = lg__live_trim(store, &store->failure);
    if (status == LG_OK) /* whatever fails from here on, the slots are kept */
        status = lg__database_commit(&store->db, &store->failure);
    if (status == LG_OK)
        status = lg__final_write(store, digest, members, member_count, &store->failure);
    if (status == LG_OK)
        status = end_csv(store, &store->failure);
    if (status == LG_OK)
        status = lg__summary_write(store, &summary, digest, members, member_count, &store->failure);
    if (status == LG_OK)
        status = place_files(store, &summary, &store->failure);
    if (status == LG_OK)
        status = lg__database_end(&store->db, &store->failure);
    if (status != LG_OK)
        unplace_files(store, &summary);
    lg__file_close(&summary);
    store->finished = status == LG_OK;
    return status == LG_OK ? LG_OK : lg_fail(err, status, "%s", store->failure.text);
}

void lg_store_close(lg_store *store)
{
    if (!store)
        return;
    bool keep = !store->finished && store->failure.status == LG_OK;
    if (keep && !store->input.keep_open)
        keep = lg__live_trim(store, &store->failure) == LG_OK;
    if (keep && lg__final_slots_done(store, &store->failure) == LG_OK &&
        lg__database_end(&store->db, &store->failure) != LG_OK)
        store->finished = false; /* the last slots are lost; what was committed before stays */
    release(store);
}
