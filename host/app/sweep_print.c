/* Numbers of files are the shortest decimals that read back; those of the table are rounded. A
 * figure that a game has none of (its community produces nothing) is null, an empty field, "-". */
#include "app/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/table.h"

enum { AXES_SHOWN = 4, HOMES_SHOWN = 40, COMBINATIONS_SHOWN = 8, CELL = 96 };

static const struct {
    const char *title, *key, *unit;
    int decimals;
} figures[] = {
#define X(name, title, key, unit, decimals) {title, key, unit, decimals},
    LG_SWEEP_FIGURES(X)
#undef X
};

/* ---- numbers of a combination ---- */

static const lg_sweep_game *games_of(const lg_sweep_result *r, uint32_t combination)
{
    return &r->games[(size_t)combination * r->seed_count];
}

static lg_sweep_mean mean_of(lg_mem *mem, const lg_sweep_result *r, uint32_t combination,
                             double (*value)(const void *what, const lg_sweep_game *game),
                             const void *what)
{
    const lg_sweep_game *games = games_of(r, combination);
    double *values = lg_mem_alloc(mem, r->seed_count * sizeof *values);
    for (uint32_t i = 0; values && i < r->seed_count; i++)
        values[i] = games[i].failed ? NAN : value(what, &games[i]);
    lg_sweep_mean mean = lg_sweep_mean_of(values, values ? r->seed_count : 0);
    lg_mem_free(mem, values, r->seed_count * sizeof *values);
    return mean;
}

static double value_of_figure(const void *what, const lg_sweep_game *game)
{
    return game->values[*(const uint32_t *)what];
}

static double value_of_home(const void *what, const lg_sweep_game *game)
{
    for (uint32_t i = 0; i < game->home_count; i++)
        if (strcmp(game->homes[i], what) == 0)
            return game->bills[i];
    return NAN;
}

static uint32_t played_of(const lg_sweep_result *r, uint32_t combination)
{
    uint32_t played = 0;
    for (uint32_t i = 0; i < r->seed_count; i++)
        played += !games_of(r, combination)[i].failed;
    return played;
}

/* Homes of all games, in the order in which they come up. */
typedef struct home_list {
    lg_mem *mem;
    const char **items;
    uint32_t count, capacity;
} home_list;

static bool has_home(const home_list *list, const char *name, uint32_t hint)
{
    if (hint < list->count && strcmp(list->items[hint], name) == 0)
        return true;
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return false;
}

static void list_homes(const lg_sweep_result *r, home_list *list, lg_text *out)
{
    for (uint32_t i = 0; i < r->axes->combinations * r->seed_count; i++)
        for (uint32_t k = 0; k < r->games[i].home_count; k++) {
            if (has_home(list, r->games[i].homes[k], k))
                continue;
            if (LG_GROW(list->mem, list->items, list->capacity, list->count + 1))
                list->items[list->count++] = r->games[i].homes[k];
            else
                out->failed = true;
        }
}

static void drop_homes(home_list *list)
{
    lg_mem_free(list->mem, list->items, list->capacity * sizeof *list->items);
}

/* ---- JSON ---- */

static void put_mean(const lg_sweep_result *r, lg_sweep_mean mean, lg_text *out)
{
    if (r->seed_count == 1) {
        lg_text_double(out, mean.mean);
        return;
    }
    lg_text_str(out, "{\"mean\": ");
    lg_text_double(out, mean.mean);
    lg_text_str(out, ", \"ci95\": ");
    lg_text_double(out, mean.half);
    lg_text_char(out, '}');
}

static void put_game(const lg_sweep_result *r, uint32_t index, uint32_t seed, lg_text *out)
{
    const lg_sweep_game *game = &r->games[index];
    lg_text_format(out, "{\"job\": \"%s\", \"seed\": %llu", r->jobs[index],
                   (unsigned long long)r->seeds[seed]);
    if (game->failed) {
        lg_text_str(out, ", \"failed\": ");
        lg_text_json(out, game->reason);
    } else {
        lg_text_format(out, ", \"run_hash\": \"%s\"", game->run_hash);
        for (uint32_t i = 0; i < LG_SWEEP_COUNT; i++) {
            lg_text_format(out, ", \"%s\": ", figures[i].key);
            lg_text_double(out, game->values[i]);
        }
    }
    lg_text_char(out, '}');
}

static void put_combination(lg_mem *mem, const lg_sweep_result *r, uint32_t c, lg_text *out)
{
    lg_text_str(out, "    {\"set\": {");
    for (uint32_t i = 0; i < r->axes->count; i++) {
        lg_text_str(out, i ? ", " : "");
        lg_text_json(out, r->axes->items[i].key);
        lg_text_str(out, ": ");
        lg_text_json(out, lg_axes_value(r->axes, c, i));
    }
    lg_text_format(out, "},\n     \"played\": %u", played_of(r, c));
    for (uint32_t i = 0; i < LG_SWEEP_COUNT; i++) {
        lg_text_format(out, ", \"%s\": ", figures[i].key);
        put_mean(r, mean_of(mem, r, c, value_of_figure, &i), out);
    }
    home_list homes = {.mem = mem};
    lg_axes one = {.combinations = 1};
    const lg_sweep_result alone = {
        .axes = &one, .seed_count = r->seed_count, .games = games_of(r, c)};
    list_homes(&alone, &homes, out);
    lg_text_str(out, ",\n     \"homes\": {");
    for (uint32_t i = 0; i < homes.count; i++) {
        lg_text_str(out, i ? ", " : "");
        lg_text_json(out, homes.items[i]);
        lg_text_str(out, ": {\"bill_EUR\": ");
        put_mean(r, mean_of(mem, r, c, value_of_home, homes.items[i]), out);
        lg_text_char(out, '}');
    }
    drop_homes(&homes);
    lg_text_str(out, "},\n     \"games\": [");
    for (uint32_t i = 0; i < r->seed_count; i++) {
        lg_text_str(out, i ? ",\n       " : "\n       ");
        put_game(r, c * r->seed_count + i, i, out);
    }
    lg_text_str(out, "]}");
}

void lg_sweep_json(lg_mem *mem, const lg_sweep_result *r, lg_text *out)
{
    lg_text_str(out, "{\n  \"sweep\": ");
    lg_text_json(out, r->name);
    lg_text_format(out, ",\n  \"engine\": \"" LG_VERSION "\",\n  \"slots\": %u,\n  \"seeds\": [",
                   r->slots);
    for (uint32_t i = 0; i < r->seed_count; i++)
        lg_text_format(out, "%s%llu", i ? ", " : "", (unsigned long long)r->seeds[i]);
    lg_text_str(out, "],\n  \"combinations\": [\n");
    for (uint32_t i = 0; i < r->axes->combinations; i++) {
        put_combination(mem, r, i, out);
        lg_text_str(out, i + 1 < r->axes->combinations ? ",\n" : "\n");
    }
    lg_text_str(out, "  ]\n}\n");
}

/* ---- CSV ---- */

static void csv_head(const lg_sweep_result *r, const home_list *homes, lg_text *out)
{
    bool several = r->seed_count > 1;
    lg_text title;
    lg_text_init(&title, homes->mem);
    for (uint32_t i = 0; i < r->axes->count; i++) {
        lg_text_csv(out, r->axes->items[i].key);
        lg_text_char(out, ',');
    }
    lg_text_str(out, "played");
    for (uint32_t i = 0; i < LG_SWEEP_COUNT; i++)
        lg_text_format(out, several ? ",%s,%s_ci95" : ",%s", figures[i].key, figures[i].key);
    for (uint32_t i = 0; i < homes->count; i++)
        for (int k = 0; k <= several; k++) {
            lg_text_clear(&title);
            lg_text_format(&title, "%s bill_EUR%s", homes->items[i], k ? "_ci95" : "");
            lg_text_char(out, ',');
            lg_text_csv(out, lg_text_peek(&title));
        }
    lg_text_char(out, '\n');
    out->failed = out->failed || title.failed;
    lg_text_fini(&title);
}

static void csv_number(double value, lg_text *out)
{
    lg_text_char(out, ',');
    if (!isnan(value))
        lg_text_double(out, value);
}

static void csv_mean(const lg_sweep_result *r, lg_sweep_mean mean, lg_text *out)
{
    csv_number(mean.mean, out);
    if (r->seed_count > 1)
        csv_number(mean.half, out);
}

void lg_sweep_csv(lg_mem *mem, const lg_sweep_result *r, lg_text *out)
{
    home_list homes = {.mem = mem};
    list_homes(r, &homes, out);
    csv_head(r, &homes, out);
    for (uint32_t c = 0; c < r->axes->combinations; c++) {
        for (uint32_t i = 0; i < r->axes->count; i++) {
            lg_text_csv(out, lg_axes_value(r->axes, c, i));
            lg_text_char(out, ',');
        }
        lg_text_format(out, "%u", played_of(r, c));
        for (uint32_t i = 0; i < LG_SWEEP_COUNT; i++)
            csv_mean(r, mean_of(mem, r, c, value_of_figure, &i), out);
        for (uint32_t i = 0; i < homes.count; i++)
            csv_mean(r, mean_of(mem, r, c, value_of_home, homes.items[i]), out);
        lg_text_char(out, '\n');
    }
    drop_homes(&homes);
}

/* ---- the table ---- */

static void put_cell(lg_table *table, uint32_t style, lg_sweep_mean mean, int decimals)
{
    char text[CELL];
    if (isnan(mean.mean) || isnan(mean.half)) {
        lg_table_number(table, style, mean.mean, decimals);
        return;
    }
    snprintf(text, sizeof text, "%.*f ±%.*f", decimals, mean.mean, decimals, mean.half);
    lg_table_cell(table, style, text);
}

/* Axes that vary, at most AXES_SHOWN. */
static uint32_t shown_axes(const lg_sweep_result *r, uint32_t axes[AXES_SHOWN])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->axes->count && count < AXES_SHOWN; i++)
        if (r->axes->items[i].count > 1)
            axes[count++] = i;
    return count;
}

/* The last word of "grid.Street.grid_fee_constant" says what it is. */
static const char *short_key(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot && dot[1] ? dot + 1 : key;
}

static bool is_worth_showing(lg_mem *mem, const lg_sweep_result *r, uint32_t figure)
{
    bool worth = figure != LG_SWEEP_UNSERVED;
    for (uint32_t c = 0; c < r->axes->combinations && !worth; c++) {
        lg_sweep_mean mean = mean_of(mem, r, c, value_of_figure, &figure);
        worth = !isnan(mean.mean) && mean.mean > 0;
    }
    return worth;
}

static void put_games(lg_mem *mem, const lg_sweep_result *r, bool colours, lg_text *out)
{
    lg_column columns[LG_TABLE_COLUMNS_MAX] = {{.title = ""}};
    uint32_t axes[AXES_SHOWN], shown[LG_SWEEP_COUNT], count = 0, figure_count = 0;
    uint32_t axis_count = shown_axes(r, axes);
    for (uint32_t i = 0; i < axis_count; i++)
        columns[count++] = (lg_column){
            .title = short_key(r->axes->items[axes[i]].key), .width_max = 24, .left = true};
    for (uint32_t i = 0; i < LG_SWEEP_COUNT; i++)
        if (is_worth_showing(mem, r, i)) {
            columns[count++] = (lg_column){.title = figures[i].title, .unit = figures[i].unit};
            shown[figure_count++] = i;
        }
    lg_table table;
    lg_table_init(&table, mem, columns, count);
    for (uint32_t c = 0; c < r->axes->combinations; c++) {
        for (uint32_t i = 0; i < axis_count; i++)
            lg_table_cell(&table, LG_BOLD, lg_axes_value(r->axes, c, axes[i]));
        for (uint32_t i = 0; i < figure_count; i++)
            put_cell(&table, played_of(r, c) < r->seed_count ? LG_RED : LG_PLAIN,
                     mean_of(mem, r, c, value_of_figure, &shown[i]), figures[shown[i]].decimals);
    }
    lg_table_print(&table, colours, " ", out);
    out->failed = out->failed || table.failed;
    lg_table_fini(&table);
}

/* "fee=2 homes=8", as a column is called */
static void name_column(const lg_sweep_result *r, uint32_t c, char out[CELL])
{
    uint32_t axes[AXES_SHOWN], count = shown_axes(r, axes);
    size_t used = 0;
    out[0] = 0;
    for (uint32_t i = 0; i < count && used < CELL; i++)
        used += (size_t)snprintf(out + used, CELL - used, "%s%.24s=%.24s", i ? " " : "",
                                 short_key(r->axes->items[axes[i]].key),
                                 lg_axes_value(r->axes, c, axes[i]));
}

/* Bills of homes, when they fit on a screen. */
static void put_homes(lg_mem *mem, const lg_sweep_result *r, bool colours, lg_text *out)
{
    lg_column columns[COMBINATIONS_SHOWN + 1] = {
        {.title = "bill of", .unit = "EUR", .width_max = 24, .left = true}};
    char titles[COMBINATIONS_SHOWN][CELL];
    home_list homes = {.mem = mem};
    uint32_t count = r->axes->combinations;
    if (count > COMBINATIONS_SHOWN)
        return;
    list_homes(r, &homes, out);
    for (uint32_t c = 0; c < count; c++) {
        name_column(r, c, titles[c]);
        columns[c + 1] = (lg_column){.title = *titles[c] ? titles[c] : "all", .width_max = 40};
    }
    if (homes.count && homes.count <= HOMES_SHOWN) {
        lg_table table;
        lg_table_init(&table, mem, columns, count + 1);
        for (uint32_t i = 0; i < homes.count; i++) {
            lg_table_cell(&table, LG_PLAIN, homes.items[i]);
            for (uint32_t c = 0; c < count; c++)
                put_cell(&table, LG_PLAIN, mean_of(mem, r, c, value_of_home, homes.items[i]), 2);
        }
        lg_text_char(out, '\n');
        lg_table_print(&table, colours, " ", out);
        out->failed = out->failed || table.failed;
        lg_table_fini(&table);
    }
    drop_homes(&homes);
}

static void put_failures(const lg_sweep_result *r, lg_text *out)
{
    uint32_t failed = 0;
    for (uint32_t c = 0; c < r->axes->combinations; c++)
        failed += r->seed_count - played_of(r, c);
    if (failed)
        lg_text_format(out, "\n %u games could not be played: rows in red are without them\n",
                       failed);
}

void lg_sweep_table(lg_mem *mem, const lg_sweep_result *r, bool colours, lg_text *out)
{
    lg_table_cut(out, r->name, 60);
    lg_text_format(out, " · %u combination%s · ", r->axes->combinations,
                   r->axes->combinations == 1 ? "" : "s");
    if (r->seed_count > 1)
        lg_text_format(out, "mean of %u seeds ± half of its 95 %% interval", r->seed_count);
    else
        lg_text_format(out, "seed %llu", (unsigned long long)r->seeds[0]);
    lg_text_format(out, " · %u slots\n\n", r->slots);
    put_games(mem, r, colours, out);
    put_homes(mem, r, colours, out);
    put_failures(r, out);
    lg_text_str(out, "\n results  ");
    lg_table_cut(out, r->folder, 0);
    lg_text_str(out, "/" LG_SWEEP_CSV ", " LG_SWEEP_JSON ", jobs/\n");
}
