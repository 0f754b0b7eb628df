/* How long a market stands still for a reload: from the file to the next tick, the trial included.
 *
 * A ten-line strategy at one home, in a hundred assets and in ten thousand, and once as the script
 * of all ten thousand. Prints name, value, unit and limit, tab separated; medians of CPU time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/reload.h"

enum { RELOADS = 101 };

static const char script[] =
    "local limit = %d\n"
    "local function trade(market)\n"
    "  state.calls = (state.calls or 0) + 1\n"
    "  for _, a in ipairs(market.assets) do\n"
    "    if a.role == 'consumer' and a.energy_requirement_kWh > 0 then\n"
    "      grid.batch:bid_energy_rate { asset = a, energy = a.energy_requirement_kWh, rate = 30 }\n"
    "    end\n"
    "  end\n"
    "end\n"
    "return { on_market_cycle = trade, on_tick = trade }\n";

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void must(lg_status status, const char *what, const lg_err *err)
{
    if (status == LG_OK)
        return;
    fprintf(stderr, "%s: %s %s\n", what, lg_status_text(status), err->text);
    exit(1);
}

static void save(int limit)
{
    FILE *file = fopen("bench_reload.lua", "w");
    if (!file || fprintf(file, script, limit) < 0 || fclose(file) != 0)
        exit(1);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median milliseconds of a reload at @p seat of communities with so many assets. */
static double reload_ms(const char *assets, const char *seat)
{
    lg_mem *mem = lg_mem_system();
    lg_err err = {.text = ""};
    lg_setting set[] = {{"assets", assets}, {"trades", "false"}},
               agent[] = {{seat, "bench_reload.lua"}};
    const lg_args args = {.slots = 4,
                          .days = -1,
                          .settings = {.items = set, .count = 2},
                          .agents = {.items = agent, .count = 1}};
    lg_setup setup;
    lg_progress progress = {.on = false};
    lg_notes notes = {.progress = &progress, .quiet = true};
    lg_world *world;
    double times[RELOADS];
    save(0);
    must(lg_setup_open(mem, &setup, &err), "setup", &err);
    must(lg_setup_read(&setup, BENCH_SCENARIO, &args, &err), "scenario", &err);
    const lg_world_input input = {.setup = &setup, .notes = &notes, .folder = "bench_reload_run"};
    must(lg_world_open(mem, &input, &err, &world), "world", &err);
    must(lg_world_begin(world, &err), "results", &err);
    must(lg_world_start(world), "start", &err);
    for (int i = 0; i < 13; i++)
        must(lg_world_tick(world), "tick", &err);
    const lg_seats *seats = lg_world_seats(world);
    uint32_t index = 0;
    while (strcmp(lg_seats_view(seats, index).name, seat) != 0)
        index++;
    for (int i = 0; i < RELOADS; i++) {
        lg_reload_result result;
        save(i + 1);
        double begin = cpu_ms();
        must(lg_reload_now(world, index, &result, &err), "reload", &err);
        times[i] = cpu_ms() - begin;
    }
    qsort(times, RELOADS, sizeof *times, compare);
    lg_world_close(world);
    lg_setup_close(&setup);
    remove("bench_reload.lua");
    return times[RELOADS / 2];
}

int main(void)
{
    setenv("LUNAGRID_PLUGINS", BENCH_PLUGINS, 1);
    setenv("LUNAGRID_SCRIPTS", BENCH_SCRIPTS, 1);
    printf("reload of a ten-line strategy, 100 assets\t%.3f\tms\t1\n",
           reload_ms("100", "Rest Home 1.1"));
    printf("reload of a ten-line strategy, 10,000 assets\t%.3f\tms\t5\n",
           reload_ms("10000", "Home 1.1"));
    printf("reload of one that trades for 10,000 assets\t%.3f\tms\t5\n",
           reload_ms("10000", "Grid"));
    return 0;
}
