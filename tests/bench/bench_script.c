/* Cost of calling into Lua and of one order from Lua, through the public face of the script room.
 *
 * One agent with one load. Its callback is called directly, without a turn around it; what it
 * batches is thrown away after each call, so that only the way from Lua into the batch is measured.
 * Prints name, value, unit and limit, tab separated; medians of several rounds of CPU time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "grid/unit.h"
#include "script/agent.h"

enum { ROUNDS = 9, CALLS_EMPTY = 400000, CALLS_BID = 4000, BIDS = 200 };

static lg_area area = {.name = "Home", .parent = LG_NONE, .asset_count = 1};
static lg_asset asset = {.name = "Load", .role = LG_ROLE_CONSUMER};
static lg_site site = {.name = "bench",
                       .seed = 1,
                       .areas = &area,
                       .area_count = 1,
                       .assets = &asset,
                       .asset_count = 1,
                       .level_first = {0, 1},
                       .level_count = 1};
static const lg_rules rules = {.match = LG_PAY_AS_BID,
                               .keep_age = true,
                               .slot_ms = 900000,
                               .tick_ms = 90000,
                               .ticks_per_slot = 10};
static const lg_plan plan = {.size = sizeof(lg_plan), .demand_kWh = 1000};

static const lg_plan *plan_of(void *ctx, uint32_t index)
{
    (void)ctx;
    (void)index;
    return &plan;
}

static void say_fault(void *ctx, const lg_agent *agent, const char *message)
{
    (void)ctx;
    (void)agent;
    fprintf(stderr, "%s\n", message);
    exit(1);
}

static void must(lg_status status, const char *what, const lg_err *err)
{
    if (status == LG_OK)
        return;
    fprintf(stderr, "%s: %s %s\n", what, lg_status_text(status), err ? err->text : "");
    exit(1);
}

static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nanoseconds a call of on_tick of the script @p source, which batches @p commands each time; with
 * @p units its instructions are counted. */
static double counted_ns(const char *source, uint32_t calls, uint32_t commands, uint64_t units)
{
    static const char path[] = "bench_script.lua";
    lg_mem *mem = lg_mem_system();
    lg_err err = {0};
    FILE *file = fopen(path, "w");
    if (!file || fputs(source, file) < 0 || fclose(file) != 0)
        must(LG_IO, path, NULL);

    lg_turn *turn = lg_turn_new(mem, &site, &rules);
    lg_desk *desk = turn ? lg_desk_new(mem, lg_turn_market(turn), 0, "bench") : NULL;
    if (!desk)
        must(LG_MEMORY, "desk", NULL);
    must(lg_desk_grant_asset(desk, 0), "grant", NULL);
    lg_agent_input input = {.desk = desk,
                            .script = path,
                            .scripts_folder = ".",
                            .devices = {.plan = plan_of},
                            .fault = say_fault,
                            .budget = {.units_per_call = units}};
    lg_agent *agent;
    lg_participant participant;
    must(lg_agent_new(mem, &input, &err, &agent), path, &err);
    lg_agent_participant(agent, &participant);
    must(lg_turn_join(turn, &participant), "join", NULL);

    lg_moment moment = {.now_ms = 0, .market_maker_rate_ct = 30, .feed_in_tariff_rate_ct = 8};
    lg_caps caps = {.buy_uwh = 1000 * LG_KWH_UWH, .demand_uwh = 1000 * LG_KWH_UWH};
    must(lg_turn_start(turn, &moment), "start", NULL);
    must(lg_turn_open_slot(turn, &moment, &caps), "slot", NULL);
    must(lg_turn_tick(turn, &moment), "tick", NULL);

    double rounds[ROUNDS + 1]; /* the first one warms up */
    for (int round = 0; round <= ROUNDS; round++) {
        double begin = cpu_ns();
        for (uint32_t i = 0; i < calls; i++) {
            moment.tick = 1 + i % 9;
            moment.tenth = true;
            participant.call(participant.self, LG_CALL_TICK, &moment);
            if (lg_desk_pending(desk) != commands)
                must(LG_BUG, "number of commands in the batch", NULL);
            lg_desk_truncate(desk, (lg_desk_mark){0});
        }
        rounds[round] = (cpu_ns() - begin) / calls;
    }
    qsort(rounds + 1, ROUNDS, sizeof *rounds, compare);
    lg_agent_free(agent);
    lg_desk_free(desk);
    lg_turn_free(turn);
    remove(path);
    return rounds[1 + ROUNDS / 2];
}

static double call_ns(const char *source, uint32_t calls, uint32_t commands)
{
    return counted_ns(source, calls, commands, 0);
}

/* What a limit of units costs: a tick of BIDS assets whose rates move, as lib/ramp.lua does it,
 * with instructions counted and without. */
static double budget_ratio(void)
{
    static const char ramp[] =
        "local list, initial, final, step = {}, {}, {}, {}\n"
        "function on_market_cycle(info)\n"
        "  for i = 1, %d do\n"
        "    list[i] = info.assets[1]\n"
        "    initial[i], final[i], step[i] = i % 7, 30, -2.5\n"
        "  end\n"
        "end\n"
        "function on_tick(info)\n"
        "  local k, place, batch = info.tick, grid.batch.bid_energy_rate, grid.batch\n"
        "  for i = 1, #list do\n"
        "    local rate, last = initial[i] - step[i] * k, final[i]\n"
        "    if rate > last then rate = last end\n"
        "    place(batch, list[i], 0.25, rate)\n"
        "  end\n"
        "end\n";
    char source[1024];
    int used = snprintf(source, sizeof source, "%.*s%d%s", (int)(strstr(ramp, "%d") - ramp), ramp,
                        BIDS, strstr(ramp, "%d") + 2);
    must(used < (int)sizeof source ? LG_OK : LG_BUG, "source", NULL);
    double with = counted_ns(source, CALLS_BID, BIDS, UINT64_C(1) << 40);
    return with / counted_ns(source, CALLS_BID, BIDS, 0);
}

/* Nanoseconds of the statement @p bid in a callback, with the callback and the loop around it taken
 * off. */
static double bid_ns(const char *bid)
{
    char source[1024];
    static const char frame[] = "local load = 'Load'\n"
                                "function on_market_cycle(info) load = info.assets[1] end\n"
                                "function on_tick(info)\n"
                                "  local batch = grid.batch\n"
                                "  for i = 1, %d do %s end\n"
                                "end\n";
    snprintf(source, sizeof source, frame, BIDS, bid);
    double with = call_ns(source, CALLS_BID, BIDS);
    snprintf(source, sizeof source, frame, BIDS, "");
    return (with - call_ns(source, CALLS_BID, 0)) / BIDS;
}

int main(void)
{
    asset.uuid = lg_uuid_derive(1, "Load");
    area.uuid = lg_uuid_derive(1, "Home");
    printf("empty Lua callback\t%.1f\tns\t25\n",
           call_ns("function on_tick(info) end\n", CALLS_EMPTY, 0));
    printf("bid_energy_rate from Lua, validated\t%.1f\tns\t100\n",
           bid_ns("batch:bid_energy_rate(load, 0.25, 20.5)"));
    printf("the same with a table of named arguments\t%.1f\tns\t\n",
           bid_ns("batch:bid_energy_rate{asset = load, energy = 0.25, rate = 20.5}"));
    printf("a callback of ramps with a budget, to one without\t%.2f\tx\t\n", budget_ratio());
    return 0;
}
