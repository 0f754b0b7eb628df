/* host/app/cmd_league.c — `lunagrid league`: many matches, a table, and a folder of pages */
#include "app/cmd.h"
#include "app/league.h"
#include "app/meeting.h"
#include "app/pool_flags.h"

static const lg_flag flags[] = {
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "folder of the league; leagues/<name> when absent",
    },
    {
        .name = "salt",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, salt),
        .value = "TEXT",
        .help = "reveals hidden seeds; @FILE: the first line of a file",
    },
    {
        .name = "as-judge",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, as_judge),
        .help =
            "play all games, in leagues/<name>.judge, and tell inputs and the hash of league.json",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print league.json on stdout instead of the table",
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

static int league(lg_mem *mem, const lg_args *args)
{
    return lg_meeting_run(mem, args, LG_CONTEST_LEAGUE, lg_league_play);
}

const lg_cmd lg_cmd_league = {
    .name = "league",
    .synopsis = "LEAGUE [options]",
    .summary = "rank strategies over many games: a table with intervals, and its pages",
    .text =
        "LEAGUE is a .lua or .json file as of a match, that returns league{...}: scenarios (each\n"
        "of a family), seats, entrants, seeds; and a schedule: \"round_robin\", in which all meet\n"
        "equally often, or \"blocks\" with a number of rounds, in each of which every entrant "
        "sits\n"
        "in every seat once.\n"
        "\n"
        "  lunagrid league examples/league/league.lua\n"
        "  lunagrid league mine.lua --json | jq .entrants\n"
        "  lunagrid league cup.lua --as-judge --salt @salt.txt\n"
        "  lunagrid check mine.lua\n"
        "\n"
        "A case is a scenario with a seed. Ranks come from paired differences over cases, with\n"
        "95 % bootstrap intervals: down the leads a new rank begins where somebody of the one "
        "above\n"
        "is better for sure, and with fewer than 6 cases nobody is. The rating (Weng-Lin) climbs "
        "game by game beside it. The same source,\n"
        "modules and parameters count once, under whatever names.\n"
        "\n"
        "DIR then holds league.json and, below jobs, a folder a game: lunagrid verify\n"
        "DIR/jobs/NAME plays it again. What has been played is not played again, also after the\n"
        "league was killed, and the same league gives the same bytes of league.json everywhere:\n"
        "--as-judge believes nothing: it plays games that are in its folder once more, names the\n"
        "field in which one differed, and prints what others may compare. On many machines at\n"
        "once: lunagrid help worker, or --print-jobs as in lunagrid help sweep.\n"
        "\n"
        "Exits with 0 when all games were played, whatever scripts did; 3 when the league or a\n"
        "scenario has errors; 6 when --as-judge has found a game that was not what comes out.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a league: a .lua or .json file",
    .run = league,
};
