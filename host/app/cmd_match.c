/* host/app/cmd_match.c — `lunagrid match`: the games of a MATCH file, and what came of them */
#include "app/cmd.h"
#include "app/meeting.h"
#include "app/pool_flags.h"

static const lg_flag flags[] = {
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "folder of the match; matches/<name> when absent",
    },
    {
        .name = "salt",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, salt),
        .value = "TEXT",
        .help = "reveals hidden seeds; @FILE: the first line of a file",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print result.json on stdout instead of the table",
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

static int match(lg_mem *mem, const lg_args *args)
{
    return lg_meeting_run(mem, args, LG_CONTEST_MATCH, lg_meet);
}

const lg_cmd lg_cmd_match = {
    .name = "match",
    .synopsis = "MATCH [options]",
    .summary = "let strategies meet: play a match and score it",
    .text =
        "MATCH is a .lua or .json file: scenarios, seats, entrants, seeds (lunagrid new match\n"
        "NAME makes one to start from). Every entrant sits in every seat of its role, and each\n"
        "game is played again with \"baseline\", the template strategies, in the entrant's place:\n"
        "what its seat cost less is its saving, and its score is the saving between 0, baseline,\n"
        "and 100, the least that seat could have cost had it known everything.\n"
        "\n"
        "  lunagrid new match evening\n"
        "  lunagrid match evening/match.lua\n"
        "  lunagrid match evening/match.lua --json | jq .entrants\n"
        "  lunagrid check evening/match.lua\n"
        "\n"
        "DIR then holds result.json and, below jobs, a folder a game, which is a run like any\n"
        "other: lunagrid verify DIR/jobs/NAME. A game is named by the hash of all that it is made\n"
        "of: what has been played is not played again, also after the match was killed, and the\n"
        "same match gives the same bytes of result.json on every machine. On many machines at\n"
        "once: lunagrid help worker, or --print-jobs as in lunagrid help sweep.\n"
        "\n"
        "Each script runs in a process of its own under a budget of instructions. A callback that\n"
        "fails, or goes beyond the budget, costs its own commands and is counted as a fault; a\n"
        "script that does so again and again (faults_in_a_row, breaches_a_day) is followed by\n"
        "\"baseline\" in its seat, and the outcome says so: ok, error, invalid (it cannot be\n"
        "loaded), timeout, memory.\n"
        "\n"
        "Exits with 0 when all games were played, whatever scripts did; 3 when the match or a\n"
        "scenario has errors.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a match: a .lua or .json file",
    .run = match,
};
