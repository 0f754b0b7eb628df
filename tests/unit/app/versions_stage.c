/* The world of the tests of versions. */
#include "versions_stage.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char versions_scenario[] =
    "return scenario { name = 'v', seed = 5, start = '2024-06-03T14:00Z', slots = 8,\n"
    "  market = { kind = 'two_sided', matching = 'pay_as_bid' }, results = { orders = true },\n"
    "  market_maker_rate = 30, feed_in_tariff = 8,\n"
    "  grid = area { name = 'Grid',\n"
    "    infinite_bus { name = 'Utility', energy_sell_rate = 30, energy_buy_rate = 8 },\n"
    "    area { name = 'Home 1', load { name = 'Load 1', avg_power_W = 800 },\n"
    "      pv { name = 'PV 1', capacity_kW = 5, model = 'clear_sky' } },\n"
    "    area { name = 'Home 2', load { name = 'Load 2', avg_power_W = 1200 } } },\n"
    "  agents = {\n"
    "    agent { name = 'Home 1', script = 'mine.lua', assets = { 'Home 1' },\n"
    "      budget = { patience = 1000, faults_in_a_row = 3 } },\n" /* patience with a busy machine
                                                                    */
    "    agent { name = 'Home 2', script = 'other.lua', assets = { 'Home 2' } } } }\n";

const char versions_trader[] = TRADE("");
const char versions_dearer[] = TRADE("  local more = 1\n");

const char *versions_isolation;
void (*versions_kept)(const lg_outside *act);

void versions_write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static lg_status keep(void *ctx, const lg_outside *outside, lg_err *err)
{
    fixture *f = ctx;
    (void)err;
    f->acts[f->act_count++] =
        (act){outside->slot, outside->tick, outside->node, (uint32_t)outside->number,
              outside->script ? lg_bundle_ref(outside->script) : NULL};
    if (versions_kept)
        versions_kept(outside);
    return LG_OK;
}

static void hear(void *ctx, const lg_note *note)
{
    fixture *f = ctx;
    size_t length = strlen(f->said);
    snprintf(f->said + length, sizeof f->said - length, "%s: %s\n", note->kind, note->message);
}

int versions_enter(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    char folder[] = "/tmp/lunagrid-versions-XXXXXX";
    assert_non_null(f);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    *state = f;
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

int versions_leave(void **state)
{
    char folder[4096];
    if (getcwd(folder, sizeof folder) && chdir("/") == 0)
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

void versions_open_world(fixture *f)
{
    const lg_args args = {.slots = -1, .days = -1};
    lg_failing_mem_init(&f->mem);
    f->growth = lg_failing_growth(&f->mem.mem);
    f->notes = (lg_notes){.progress = &f->progress, .quiet = true, .heard = hear, .ctx = f};
    f->said[0] = 0;
    f->act_count = 0;
    assert_int_equal(lg_setup_open(&f->growth, &f->setup, &f->err), LG_OK);
    if (lg_setup_read(&f->setup, "scenario.lua", &args, &f->err) != LG_OK) {
        lg_setup_print(&f->growth, &f->setup.diag, stderr);
        fail();
    }
    const lg_world_input input = {.setup = &f->setup,
                                  .notes = &f->notes,
                                  .folder = "run",
                                  .isolation = versions_isolation,
                                  .keeper = {.ctx = f, .keep = keep}};
    if (lg_world_open(&f->growth, &input, &f->err, &f->world) != LG_OK ||
        lg_world_begin(f->world, &f->err) != LG_OK)
        fail_msg("%s", f->err.text);
    assert_int_equal(lg_world_start(f->world), LG_OK);
}

void versions_begin(fixture *f, const char *script)
{
    versions_write_file("scenario.lua", versions_scenario);
    versions_write_file("mine.lua", script);
    versions_write_file("other.lua", versions_trader);
    versions_open_world(f);
}

void versions_run_to(fixture *f, uint32_t slot, uint32_t tick)
{
    for (lg_place at = lg_world_next(f->world); at.slot < slot || at.tick < tick;
         at = lg_world_next(f->world))
        assert_int_equal(lg_world_tick(f->world), LG_OK);
}

/* Digests of runs in this process, in order: those in workers are compared with them. */
static lg_digest digests_here[64];
static size_t digest_count;

static void compare(lg_digest digest)
{
    assert_true(digest_count < sizeof digests_here / sizeof digests_here[0]);
    if (!versions_isolation)
        digests_here[digest_count] = digest;
    assert_memory_equal(&digests_here[digest_count], &digest, sizeof digest);
    digest_count++;
}

lg_digest versions_end_alone(fixture *f)
{
    versions_run_to(f, 8, 0);
    assert_int_equal(lg_world_finish(f->world, &f->err), LG_OK);
    lg_report report = {.seconds = 0};
    lg_world_report(f->world, &report);
    lg_world_close(f->world);
    lg_setup_close(&f->setup);
    return report.digest;
}

/* Ends the run; the acts are for versions_drop_acts() or another run. */
lg_digest versions_end(fixture *f)
{
    lg_digest digest = versions_end_alone(f);
    compare(digest);
    return digest;
}

void versions_drop_acts(act *acts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        lg_bundle_unref(acts[i].script);
}

lg_status versions_save(fixture *f, const char *script, lg_reload_result *result)
{
    versions_write_file("mine.lua", script);
    return lg_reload_now(f->world, 0, result, &f->err);
}

lg_seat_view versions_seat(const fixture *f)
{
    return lg_seats_view(lg_world_seats(f->world), 0);
}

void versions_expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("not in it: %s\n%s", part, text);
}
void versions_again(const char *isolation)
{
    versions_isolation = isolation;
    digest_count = 0;
}
