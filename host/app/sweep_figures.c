/* Figures of the community come from game.json, which is the same wherever the game was played;
 * fees of all markets and bills of homes from the summary of the run beside it, as `run` reports
 * them. */
#include "app/sweep_figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cjson/cJSON.h>

#include "arena/figures.h"
#include "arena/rank.h"
#include "base/input.h"
#include "base/json_scan.h"

/* ---- means ---- */

lg_sweep_mean lg_sweep_mean_of(const double *values, uint32_t count)
{
    lg_sweep_mean m = {.mean = NAN, .half = NAN};
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < count; i++) {
        double value = values[i];
        if (!isnan(value)) {
            sum += value;
            m.count++;
        }
    }
    if (!m.count)
        return m;
    m.mean = sum / m.count;
    for (uint32_t i = 0; i < count; i++) {
        double off = values[i] - m.mean;
        squares += isnan(off) ? 0 : off * off;
    }
    if (m.count > 1)
        m.half = lg_rank_student(m.count - 1) * sqrt(squares / (m.count - 1) / m.count);
    return m;
}

/* ---- one game ---- */

static double part_of(int64_t part, int64_t whole)
{
    return whole > 0 ? 100.0 * (double)part / (double)whole : NAN;
}

static void fill_values(const lg_figures *f, double values[LG_SWEEP_COUNT])
{
    values[LG_SWEEP_BILL] = (double)f->members_bill_uct / 1e8;
    values[LG_SWEEP_BASE] = (double)f->members_base_uct / 1e8;
    values[LG_SWEEP_SAVING] = (double)(f->members_base_uct - f->members_bill_uct) / 1e8;
    values[LG_SWEEP_SUFFICIENCY] = part_of(f->consumed_own_uwh, f->demanded_uwh);
    values[LG_SWEEP_CONSUMPTION] = part_of(f->consumed_own_uwh, f->produced_uwh);
    values[LG_SWEEP_PEAK] = f->slot_s ? (double)f->peak_import_uwh * 3600 / f->slot_s / 1e9 : NAN;
    values[LG_SWEEP_UNSERVED] = (double)f->unserved_uwh / 1e9;
}

static bool read_run(const cJSON *root, lg_arena *arena, lg_sweep_game *game)
{
    const cJSON *totals = cJSON_GetObjectItemCaseSensitive(root, "totals");
    const cJSON *fees = cJSON_GetObjectItemCaseSensitive(totals, "fees_EUR");
    const cJSON *members = cJSON_GetObjectItemCaseSensitive(root, "members"), *member;
    int count = cJSON_GetArraySize(members);
    game->homes = lg_arena_alloc(arena, ((size_t)count + 1) * sizeof *game->homes);
    game->bills = lg_arena_alloc(arena, ((size_t)count + 1) * sizeof *game->bills);
    if (!game->homes || !game->bills)
        return false;
    game->values[LG_SWEEP_FEES] = cJSON_IsNumber(fees) ? fees->valuedouble : NAN;
    cJSON_ArrayForEach(member, members)
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(member, "name"));
        const cJSON *bill = cJSON_GetObjectItemCaseSensitive(member, "bill_EUR");
        if (!name || !cJSON_IsNumber(bill))
            continue;
        const char *copy = lg_arena_text(arena, name, strlen(name));
        if (!copy)
            return false;
        game->homes[game->home_count] = copy;
        game->bills[game->home_count++] = bill->valuedouble;
    }
    return true;
}

static lg_status read_summary(lg_mem *mem, lg_arena *arena, const char *path, lg_sweep_game *game,
                              lg_err *err)
{
    const char *why;
    char piece[8192];
    lg_json_lines lines;
    lg_text text;
    FILE *file = lg_input_open(path, &why);
    if (!file)
        return lg_fail(err, LG_STORE, "%.400s: %s", path, why);
    lg_text_init(&text, mem);
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        lg_text_bytes(&text, piece, got);
    fclose(file);
    lg_status status = text.failed ? LG_MEMORY : LG_STORE;
    if (!text.failed) {
        if (lg_json_scan(mem, lg_text_peek(&text), text.length, &lines) == LG_OK)
            status = LG_OK;
        lg_json_lines_fini(&lines);
    }
    cJSON *root = status == LG_OK ? cJSON_ParseWithLength(text.data, text.length) : NULL;
    if (status == LG_OK && (!root || !read_run(root, arena, game)))
        status = LG_MEMORY;
    cJSON_Delete(root);
    lg_text_fini(&text);
    if (status == LG_MEMORY)
        return lg_fail(err, status, "out of memory");
    return status == LG_OK ? LG_OK : lg_fail(err, status, "%.400s is no JSON", path);
}

lg_status lg_sweep_game_read(lg_mem *mem, lg_arena *arena, const char *folder, uint32_t seat_count,
                             lg_sweep_game *game, lg_err *err)
{
    lg_figures figures;
    lg_text path;
    lg_text_init(&path, mem);
    lg_text_format(&path, "%s/game.json", folder);
    lg_status status = lg_figures_load(mem, lg_text_peek(&path), seat_count, &figures, err);
    if (status == LG_OK) {
        fill_values(&figures, game->values);
        game->run_hash = lg_arena_text(arena, figures.run_hash, strlen(figures.run_hash));
        lg_text_clear(&path);
        lg_text_format(&path, "%s/summary.json", folder);
        status = path.failed || !game->run_hash
                     ? lg_fail(err, LG_MEMORY, "out of memory")
                     : read_summary(mem, arena, lg_text_peek(&path), game, err);
    }
    lg_figures_fini(&figures);
    lg_text_fini(&path);
    return status;
}
