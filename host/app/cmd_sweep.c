/* host/app/cmd_sweep.c — `lunagrid sweep`: a scenario with all combinations of some settings */
#include <stddef.h>
#include <stdio.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/pool_flags.h"
#include "app/sweep.h"

static const lg_flag flags[] = {
    {
        .name = "set",
        .kind = LG_FLAG_PAIR,
        .offset = offsetof(lg_args, settings),
        .value = "KEY=VALUES",
        .help = "values of a parameter or a dotted key, or of seed; may be\n"
                "repeated: every combination is played",
    },
    {
        .name = "agent",
        .kind = LG_FLAG_PAIR,
        .offset = offsetof(lg_args, agents),
        .value = "SEAT=FILE.lua",
        .help = "as for run",
    },
    {
        .name = "seed",
        .kind = LG_FLAG_SEED,
        .offset = offsetof(lg_args, seed),
        .value = "N",
        .help = "as for run: one seed for all; several: --set seed=1..50",
    },
    {
        .name = "slots",
        .kind = LG_FLAG_COUNT,
        .offset = offsetof(lg_args, slots),
        .value = "N",
        .help = "market slots of each game; instead of the scenario's length",
    },
    {
        .name = "days",
        .kind = LG_FLAG_DAYS,
        .offset = offsetof(lg_args, days),
        .value = "N",
        .help = "the same in days, like 7 or 1.5",
    },
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "folder of the sweep; sweeps/<scenario name> when absent",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print results.json on stdout instead of the table",
    },
    {
        .name = "csv",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, csv),
        .help = "print results.csv on stdout instead of the table",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "no progress line and no table",
    },
    LG_POOL_FLAGS,
};

static int refuse(const char *sentence)
{
    fprintf(stderr, "lunagrid: %s\n", sentence);
    return LG_EXIT_USAGE;
}

static int sweep(lg_mem *mem, const lg_args *args)
{
    lg_err err = {.status = LG_OK};
    if (args->slots > 0 && args->days > 0)
        return refuse("--slots and --days say the same thing twice; give one of them");
    if (args->json && args->csv)
        return refuse("--json and --csv exclude one another; both files are written anyway");
    if (args->print_jobs && (args->nats || args->json || args->csv))
        return refuse("--print-jobs prints jobs and plays nothing: no --nats, --json or --csv");
    lg_status status = lg_sweep(mem, args, &err);
    lg_plain_complain(err.text);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_sweep = {
    .name = "sweep",
    .synopsis = "SCENARIO [options]",
    .summary = "play a scenario with many settings and seeds, one table of results",
    .text =
        "Every combination of the values of all --set is a game.\n"
        "\n"
        "  lunagrid sweep examples/street --set market.matching=pay_as_bid,pay_as_clear\n"
        "  lunagrid sweep examples/street --set grid.Street.grid_fee_constant=0,1,2,4 \\\n"
        "    --set seed=1..50 --days 2\n"
        "\n"
        "VALUES are separated by commas. A..B is every whole number from A to B, A..B..STEP every\n"
        "STEP-th, decimals too: 1..50, 0..1..0.25, 4..0..-2. A value with a comma in it, or one\n"
        "that is to be no range, stands in double quotes, within which a quote is doubled; the\n"
        "shell wants quotes of its own around those: --set 'title=\"a, b\",c'. seed is the root "
        "of\n"
        "all randomness; what else may be set, lunagrid help run says. All combinations are read\n"
        "and checked before the first is played: what is wrong is told with its values, and then\n"
        "nothing is played.\n"
        "\n"
        "The table has a row a combination; with several seeds means over them, and behind the\n"
        "sign half of the 95 % interval of the mean (Student's t). Bills and indicators are those\n"
        "of the community, grid fees those of all markets, as `run` reports them.\n"
        "results.csv and results.json in DIR also have the bill of every home, and of each game\n"
        "its job and run hash.\n"
        "\n"
        "A game is named by the hash of all that it is made of, and DIR/jobs/NAME is a run like "
        "any\n"
        "other (lunagrid verify DIR/jobs/NAME). What has been played is not played again: after\n"
        "kill -9, or with more values, the same DIR goes on where it was.\n"
        "\n"
        "  lunagrid sweep SCENARIO --set ... --print-jobs > jobs.txt\n"
        "  parallel < jobs.txt                 # or: sh jobs.txt; or an array of Slurm:\n"
        "  sbatch --array=1-$(wc -l < jobs.txt) --wrap 'sed -n ${SLURM_ARRAY_TASK_ID}p jobs.txt | "
        "sh'\n"
        "  lunagrid sweep SCENARIO --set ...   # collects\n"
        "\n"
        "Exits with 0 when all was played, 3 when scenario or values have errors, 1 when a game\n"
        "could not be played: its row says so.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a scenario: a file or a folder",
    .run = sweep,
};
