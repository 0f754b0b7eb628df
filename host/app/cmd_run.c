/* host/app/cmd_run.c — `lunagrid run` */
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/gateway.h"
#include "app/pace.h"
#include "app/run.h"
#include "app/scenario_flags.h"
#include "web/address.h"

static const lg_flag flags[] = {
    LG_SCENARIO_FLAGS,
    {
        .name = "out",
        .once = true,
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "where results go; runs/<scenario name> when absent. Results of an\n"
                "earlier run in it are replaced as a whole, just before the\n"
                "first slot: a run that cannot start leaves them, one that is\n"
                "interrupted later does not",
    },
    {
        .name = "csv",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, csv),
        .help = "also write trades.csv, market_slots.csv and bills.csv,\n"
                "with settlement markets also trades-settlement.csv, with an intraday\n"
                "market orders-intraday.csv and trades-intraday.csv",
    },
    {
        .name = "carbon-ratio-file",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, carbon_file),
        .value = "FILE",
        .help = "CSV of time and g/kWh: carbon dioxide of a kWh from the grid;\n"
                "instead of results.carbon_ratio",
    },
    {
        .name = "pace",
        .once = true,
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, pace),
        .value = "PACE",
        .help = "real time instead of full speed: 15m=10s (a slot of 15 minutes\n"
                "takes 10 seconds; units ms, s, m, h, d), 60x, or real",
    },
    {
        .name = "control",
        .once = true,
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, control),
        .value = "PATH",
        .help = "listen at this Unix socket: `lunagrid ctl` steers the run;\n"
                "control.sock in --out when --pace or --paused is given",
    },
    {
        .name = "paused",
        .once = true,
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, paused),
        .help = "wait before the first tick, for `lunagrid ctl resume` or step",
    },
    {
        .name = "gateway",
        .once = true,
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, gateway),
        .value = "NAME=ADDRESS",
        .help = "let clients of another protocol in: gsy=redis://127.0.0.1:6379\n"
                "(gsy-e-sdk over Redis)",
    },
    {
        .name = "await-batches",
        .once = true,
        .kind = LG_FLAG_MAYBE,
        .offset = offsetof(lg_args, await),
        .value = "SECONDS",
        .help = "lock-step with its clients: a tick waits until each has answered\n"
                "what it was told, at most 5 seconds, or those behind =",
    },
    {
        .name = "serve",
        .once = true,
        .kind = LG_FLAG_MAYBE,
        .offset = offsetof(lg_args, serve),
        .value = "ADDR:PORT",
        .help = "a page to watch and steer the run, and its API, behind =; without\n"
                "it at 127.0.0.1:8420, or another port when that one is taken.\n"
                "The address is printed, with the token that steering needs and,\n"
                "where other machines can ask, reading too",
    },
    {
        .name = "watch",
        .once = true,
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, watch),
        .help = "reload scripts when they are saved; without asking with --pace\n"
                "and --paused",
    },
    {
        .name = "no-watch",
        .once = true,
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, no_watch),
        .help = "not with those either",
    },
    {
        .name = "isolation",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, isolation),
        .value = "process|worker",
        .help = "run all scripts in this process, or each in a worker process of\n"
                "its own; instead of what agents say (isolation). The results are\n"
                "the same",
    },
    {
        .name = "json",
        .once = true,
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print summary.json on stdout instead of the report",
    },
    {
        .name = "quiet",
        .once = true,
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "no progress line, no report, nothing of what scripts print, nor\n"
                "which of their commands are refused (table log); errors are told",
    },
};

static int start(lg_mem *mem, const lg_args *args, bool live)
{
    if (args->slots > 0 && args->days > 0) {
        fputs("lunagrid: --slots and --days say the same thing twice; give one of them\n", stderr);
        return LG_EXIT_USAGE;
    }
    if (args->watch && args->no_watch) {
        fputs("lunagrid: --watch and --no-watch exclude one another\n", stderr);
        return LG_EXIT_USAGE;
    }
    lg_pace pace;
    lg_err err;
    if (args->pace && lg_pace_read(args->pace, &pace, &err) != LG_OK) {
        fprintf(stderr, "lunagrid: --pace: %s\n", err.text);
        return LG_EXIT_USAGE;
    }
    int64_t await_ms;
    char name[64];
    const char *address;
    if (args->await && !args->gateway) {
        fputs("lunagrid: --await-batches waits for clients of a --gateway\n", stderr);
        return LG_EXIT_USAGE;
    }
    if ((args->await && *args->await && lg_gate_await(args->await, &await_ms, &err) != LG_OK) ||
        (args->gateway &&
         lg_gate_name(args->gateway, name, sizeof name, &address, &err) != LG_OK)) {
        fprintf(stderr, "lunagrid: %s\n", err.text);
        return LG_EXIT_USAGE;
    }
    if (args->isolation && strcmp(args->isolation, "process") != 0 &&
        strcmp(args->isolation, "worker") != 0) {
        fprintf(stderr, "lunagrid: --isolation takes process or worker, not \"%s\"\n",
                args->isolation);
        return LG_EXIT_USAGE;
    }
    lg_web_address at;
    if (args->serve && lg_web_address_read(args->serve, &at, &err) != LG_OK) {
        fprintf(stderr, "lunagrid: --serve: %s\n", err.text);
        return LG_EXIT_USAGE;
    }
    const lg_run_input input = {.args = args, .mode = LG_RECORD_NEW, .live = live};
    return lg_run(mem, &input, NULL);
}

static int run(lg_mem *mem, const lg_args *args)
{
    return start(mem, args, false);
}

/* Paced, so that there is something to watch, and paused until somebody does. */
static int live(lg_mem *mem, const lg_args *args)
{
    lg_args more = *args;
    if (!args->pace)
        more.pace = "15m=1s";
    if (!args->serve)
        more.serve = "";
    more.paused = true;
    return start(mem, &more, true);
}

const lg_cmd lg_cmd_run = {
    .name = "run",
    .synopsis = "SCENARIO [options]",
    .summary = "run a scenario and show what came of it",
    .text =
        "SCENARIO is a file (.lua or .json), or a folder that holds scenario.lua or\n"
        "scenario.json. The same scenario, scripts and seed give the same trades and the\n"
        "same run hash, every time.\n"
        "\n"
        "  lunagrid run examples/street\n"
        "  lunagrid run examples/street --agent \"Home 1=mine.lua\" --seed 7\n"
        "  lunagrid run examples/street --days 7 --set market.matching=pay_as_clear --csv\n"
        "  lunagrid run examples/street --json | jq .members\n"
        "  lunagrid run examples/street --pace 15m=10s\n"
        "\n"
        "The report says for every home what it bought and sold at its own door, its bill,\n"
        "and the bill without a local market: its production covers its own demand slot by\n"
        "slot, storages idle, the rest is bought at market_maker_rate plus, or sold at\n"
        "feed_in_tariff minus, the grid fees between its door and the utility. Demand that\n"
        "nobody sold to is billed at the utility's price plus unserved_surcharge. What\n"
        "storages hold more or less at the end is worth nothing in it. The community is the\n"
        "market that most homes are directly below; utilities, market makers and what is not\n"
        "below it are outside, and import is what came from there.\n"
        "\n"
        "Results: run.sqlite (everything; its views end in _view), summary.json, with --csv\n"
        "also tables. A script that cannot be loaded ends the run before it starts. A\n"
        "callback that fails is told, logged (table log) and counted; the run goes on to its\n"
        "end and then exits with 4. A device that says what cannot be is set aside and trades\n"
        "nothing from then on; the run goes on and exits with 0, but report, summary.json and\n"
        "the log say so. A matching rule of a plugin that misbehaves is set aside and nothing\n"
        "trades from then on: they say so too, and the exit code is 1.\n"
        "\n"
        "--pace decides when a tick is done and never what it does: results and run hash are\n"
        "those of a run at full speed. A run that falls behind says so and catches up. While\n"
        "it lasts it can be asked and steered: lunagrid help ctl.\n"
        "\n"
        "--gateway lets clients of another protocol in (lunagrid plugins lists which). What they\n"
        "send is part of the run: two runs differ when their clients did, but `verify`, `resume`\n"
        "and `replay` do one again from its journal. An asset that a client has taken over is\n"
        "traded by its agent again when the client leaves.\n"
        "\n"
        "  lunagrid run examples/gsy-community --gateway gsy=redis://127.0.0.1:6379 \\\n"
        "    --await-batches\n"
        "\n"
        "Ctrl-C finishes the slot, at once, and writes results, bills\n"
        "included; a second one, or SIGTERM, ends after the tick and leaves the slots that\n"
        "were whole. Unless no slot was left, the results say \"incomplete\" and the exit code\n"
        "is 1. The third signal in a row that a hanging tick leaves unheard ends the program\n"
        "at once.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a scenario: a file or a folder",
    .run = run,
};

const lg_cmd lg_cmd_live = {
    .name = "live",
    .synopsis = "SCENARIO [options]",
    .summary = "run a scenario before your eyes, in a browser",
    .text =
        "As `run`, with a page that shows the markets, homes and scripts of the run while it goes\n"
        "on, and from which it is steered: --serve. The run is paused at first, then a slot of 15\n"
        "minutes takes a second, unless --pace says otherwise; the page changes both. When it is\n"
        "over the page stays until Ctrl-C.\n"
        "\n"
        "  lunagrid live examples/street\n"
        "  lunagrid live examples/street --serve=:9000 --agent \"Home 1=mine.lua\"\n"
        "\n"
        "The page is opened with xdg-open where there is a desktop; else open the address that is\n"
        "printed. The word behind its # is a secret: whoever has it may change the scripts of the\n"
        "run. It does not leave the browser but as a header of its requests.\n"
        "\n"
        "Only this machine can ask, unless --serve says another address. Connections are not\n"
        "encrypted: between machines, go through SSH (ssh -L 8420:127.0.0.1:8420 host).\n"
        "\n"
        "A script edited in the page becomes a version of the run, as `ctl reload` makes one; its\n"
        "file stays as it is.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a scenario: a file or a folder",
    .run = live,
};
