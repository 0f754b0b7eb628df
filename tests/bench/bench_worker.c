/* Cost of a worker: a tick of 100 participants, each in a process of its own, against the same tick
 * with all of them in this one. Every participant has a load, reads what it needs and the fee of
 * its market, and bids. By the clock, for a tick waits for all; medians of many ticks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "worker/workers.h"

enum { HOMES = 100, WARM = 50, TICKS = 500 };

static const char source[] = "return { every_tick = true, on_tick = function(m)\n"
                             "  for _, a in ipairs(m.assets) do\n"
                             "    local rate = 10 + a.area.next_market_fee + m.slot_completion\n"
                             "    if a.energy_requirement_kWh > 0 then\n"
                             "      grid.batch:bid_energy_rate(a, 0.1, rate, true)\n"
                             "    end\n"
                             "  end\n"
                             "end }\n";

static lg_area areas[HOMES + 1];
static lg_asset assets[HOMES];
static char names[HOMES][2][16];
static lg_site site = {.name = "bench",
                       .seed = 1,
                       .areas = areas,
                       .area_count = HOMES + 1,
                       .assets = assets,
                       .asset_count = HOMES,
                       .level_first = {0, 1, HOMES + 1},
                       .level_count = 2};
static const lg_rules rules = {.match = LG_PAY_AS_BID,
                               .keep_age = true,
                               .slot_ms = 900000,
                               .tick_ms = 1000,
                               .ticks_per_slot = 900};

static void must(lg_status status, const lg_err *err)
{
    if (status == LG_OK)
        return;
    fprintf(stderr, "%s %s\n", lg_status_text(status), err ? err->text : "");
    exit(1);
}

static void build_site(void)
{
    areas[0] = (lg_area){.name = "Grid",
                         .parent = LG_NONE,
                         .child_first = 1,
                         .child_count = HOMES,
                         .asset_count = 0};
    for (uint32_t i = 0; i < HOMES; i++) {
        snprintf(names[i][0], sizeof names[i][0], "Home %u", i);
        snprintf(names[i][1], sizeof names[i][1], "Load %u", i);
        areas[i + 1] =
            (lg_area){.name = names[i][0], .depth = 1, .asset_first = i, .asset_count = 1};
        assets[i] = (lg_asset){.name = names[i][1], .area = i + 1, .role = LG_ROLE_CONSUMER};
    }
}

static void say_fault(void *ctx, const lg_agent *agent, const char *message)
{
    (void)ctx, (void)agent;
    fprintf(stderr, "%s\n", message);
    exit(1);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Microseconds of a tick. */
static double measure(const lg_remote *remote, lg_digest *digest)
{
    static double times[TICKS];
    static lg_caps caps[HOMES];
    lg_mem *mem = lg_mem_system();
    lg_turn *turn = lg_turn_new(mem, &site, &rules);
    lg_desk *desks[HOMES];
    lg_agent *agents[HOMES];
    lg_err err = {.text = ""};
    const lg_bundle_text text = {"", "bench.lua", source, sizeof source - 1};
    lg_bundle *bundle = lg_bundle_new(mem);
    must(lg_bundle_add(bundle, &text, NULL, &err), &err);
    for (uint32_t i = 0; i < HOMES; i++) {
        lg_participant participant;
        desks[i] = lg_desk_new(mem, lg_turn_market(turn), i, names[i][0]);
        must(lg_desk_grant_asset(desks[i], i), NULL);
        const lg_agent_input input = {.desk = desks[i],
                                      .script = "bench.lua",
                                      .bundle = bundle,
                                      .remote = remote,
                                      .fault = say_fault};
        must(lg_agent_new(mem, &input, &err, &agents[i]), &err);
        lg_agent_participant(agents[i], &participant);
        must(lg_turn_join(turn, &participant), NULL);
        caps[i] = (lg_caps){.buy_uwh = 1000000000, .demand_uwh = 1000000000};
    }
    lg_moment moment = {.tenth = true};
    must(lg_turn_start(turn, &moment), NULL);
    must(lg_turn_open_slot(turn, &moment, caps), NULL);
    for (uint32_t i = 0; i < WARM + TICKS; i++) {
        struct timespec from, to;
        moment.tick = i;
        moment.slot_completion = i / 900.0;
        clock_gettime(CLOCK_MONOTONIC, &from);
        must(lg_turn_tick(turn, &moment), NULL);
        clock_gettime(CLOCK_MONOTONIC, &to);
        if (i >= WARM)
            times[i - WARM] =
                (double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3;
    }
    must(lg_turn_close_slot(turn), NULL);
    *digest = lg_turn_digest(turn);
    for (uint32_t i = 0; i < HOMES; i++) {
        lg_agent_free(agents[i]);
        lg_desk_free(desks[i]);
    }
    lg_bundle_unref(bundle);
    lg_turn_free(turn);
    qsort(times, TICKS, sizeof *times, by_value);
    return times[TICKS / 2];
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], LG_WORKER_COMMAND) == 0)
        return lg_worker_main(argc, argv);
    lg_digest here, apart;
    build_site();
    double process_us = measure(NULL, &here);
    lg_workers *workers = lg_workers_new(lg_mem_system(), NULL);
    double worker_us = measure(lg_workers_remote(workers), &apart);
    lg_workers_free(workers);
    if (here.low != apart.low || here.high != apart.high) {
        fputs("the two runs differ\n", stderr);
        return 1;
    }
    printf("participant and tick in the host's process, wall\t%.4g\tus\t\n", process_us / HOMES);
    printf("worker round trip per participant and tick, of 100, wall\t%.4g\tus\t15\n",
           (worker_us - process_us) / HOMES);
    return 0;
}
