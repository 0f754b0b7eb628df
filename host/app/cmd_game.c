/* host/app/cmd_game.c — `lunagrid game`: one job played in this process */
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/play.h"
#include "arena/game.h"
#include "base/text.h"

static const lg_flag flags[] = {
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "folder of the game; jobs/<name of the job> when absent",
    },
    {
        .name = "root",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, root),
        .value = "DIR",
        .help = "where the paths in the job begin; the working directory when\n"
                "absent",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "say nothing when all is well",
    },
};

/* jobs/NAME of the job in @p file. */
static lg_status folder_of(lg_mem *mem, const char *file, lg_text *out)
{
    lg_game game;
    lg_diag diag;
    char name[LG_GAME_NAME_SIZE];
    lg_diag_init(&diag, mem);
    lg_status status = lg_game_read(mem, file, &diag, &game);
    if (status == LG_OK && !lg_game_name(&game, name))
        status = LG_MEMORY;
    if (status == LG_OK)
        lg_text_format(out, "jobs/%s", name);
    lg_game_fini(&game);
    lg_diag_fini(&diag);
    return out->failed ? LG_MEMORY : status;
}

static int game(lg_mem *mem, const lg_args *args)
{
    bool played;
    lg_err err = {.status = LG_OK};
    lg_text folder;
    lg_text_init(&folder, mem);
    lg_play_input input = {.job = args->operands[0], .root = args->root, .out = args->out};
    if (!input.out && folder_of(mem, input.job, &folder) == LG_OK)
        input.out = lg_text_peek(&folder);
    if (!input.out)
        input.out = "jobs"; /* the job cannot be read: that is told next */
    lg_status status = lg_play(mem, &input, &played, &err);
    lg_plain_complain(err.text);
    if (status == LG_OK && !args->quiet)
        printf("%s %s\n", input.out, played ? "played" : "was played before");
    lg_text_fini(&folder);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_game = {
    .name = "game",
    .synopsis = "JOB.json [options]",
    .summary = "play one game of a match or league",
    .text =
        "A job is one game as data: scenario, seats, seed, and the SHA-256 of every file that is\n"
        "read; its name is the hash of all that. Matches and leagues write their jobs and play\n"
        "them by this command; on many machines it can be given to anything that runs commands.\n"
        "\n"
        "  lunagrid game DIR/jobs/NAME.json --root examples --out DIR/jobs/NAME\n"
        "\n"
        "DIR then holds the run (lunagrid verify DIR, lunagrid explain DIR) and game.json, its\n"
        "figures: the same bytes wherever the job is played. A game that is there is not played\n"
        "again, and one that was killed has left no DIR, only DIR.part.\n"
        "\n"
        "Exits with 0 when it was played, also when a script failed: figures say whose. With 3\n"
        "when job or scenario have errors, 1 when a file is not the one that the job names.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a job",
    .run = game,
};
