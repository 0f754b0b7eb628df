/* host/app/cmd_run.c — `lunagrid run` */
#include <stdio.h>

#include "app/cmd.h"
#include "app/run.h"
#include "app/scenario_flags.h"

static const lg_flag flags[] = {
    LG_SCENARIO_FLAGS,
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "where results go; runs/<scenario name> when absent. Results of an\n"
                "earlier run in it are replaced as a whole",
    },
    {
        .name = "csv",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, csv),
        .help = "also write trades.csv, market_slots.csv and bills.csv",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print summary.json on stdout instead of the report",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "no progress line, no report, nothing of what scripts print;\n"
                "errors are still told",
    },
};

static int run(lg_mem *mem, const lg_args *args)
{
    if (args->slots > 0 && args->days > 0) {
        fputs("lunagrid: --slots and --days say the same thing twice; give one of them\n", stderr);
        return LG_EXIT_USAGE;
    }
    return lg_run(mem, args);
}

const lg_cmd lg_cmd_run = {
    .name = "run",
    .synopsis = "SCENARIO [options]",
    .summary = "run a scenario and show what came of it",
    .text =
        "SCENARIO is a file (.lua or .json), or a folder that holds scenario.lua or "
        "scenario.json.\n"
        "The same scenario, scripts and seed give the same trades and the same run hash, every "
        "time.\n"
        "\n"
        "  lunagrid run examples/street\n"
        "  lunagrid run examples/street --agent \"Home 1=mine.lua\" --seed 7\n"
        "  lunagrid run examples/street --days 7 --set market.matching=pay_as_clear --csv --out "
        "week\n"
        "  lunagrid run examples/street --json | jq .members\n"
        "\n"
        "The report says for every home what it bought and sold at its own door, its bill, and the "
        "bill\n"
        "without a local market: its production covers its own demand slot by slot, storages idle, "
        "the\n"
        "rest is bought at market_maker_rate plus, or sold at feed_in_tariff minus, the grid fees "
        "between\n"
        "its door and the utility. Demand that nobody sold to is billed at the utility's price "
        "plus\n"
        "unserved_surcharge. What storages hold more or less at the end is worth nothing in it.\n"
        "\n"
        "Results: run.sqlite (everything; its views end in _view), summary.json, with --csv also "
        "tables.\n"
        "A script that cannot be loaded ends the run before it starts. A callback that fails is "
        "told,\n"
        "logged (table log) and counted; the run goes on to its end and then exits with 4.\n"
        "Ctrl-C finishes the slot and writes results; a second one, or SIGTERM, ends after the "
        "tick and\n"
        "leaves results that are marked incomplete. Both exit with 1.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a scenario: a file or a folder",
    .run = run,
};
