/* host/app/cmd_fork.c — `lunagrid fork`: a past run once more, with another script from a slot on
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/again.h"
#include "app/cmd.h"
#include "app/compare.h"
#include "app/plain.h"
#include "app/reload.h"
#include "app/run.h"
#include "script/agent.h"

static const lg_flag flags[] = {
    {
        .name = "at",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, at),
        .value = "SLOT|TIME",
        .help = "the first slot that is another: its number, from 0, or a time\n"
                "in it (2024-06-03T10:00; 10:00 of the first day)",
    },
    {
        .name = "agent",
        .kind = LG_FLAG_PAIR,
        .offset = offsetof(lg_args, agents),
        .value = "SEAT=FILE.lua",
        .help = "the agent of that name is run by FILE from then on;\n"
                "may be repeated",
    },
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "where the results of the fork go; RUN-fork when absent",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print both outcomes as JSON, as `compare --json` does",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "no progress line, nothing of what scripts print, no outcomes",
    },
};

/* The number of the agent called @p name. */
static lg_status find_seat(const lg_seats *seats, const char *name, uint32_t *seat, lg_err *err)
{
    enum { NAMES_MAX = 256 };
    const char *names[NAMES_MAX];
    uint32_t count = lg_seats_count(seats);
    for (*seat = 0; *seat < count; ++*seat)
        if (strcmp(lg_seats_view(seats, *seat).name, name) == 0)
            return LG_OK;
    count = count < NAMES_MAX ? count : NAMES_MAX;
    for (uint32_t i = 0; i < count; i++)
        names[i] = lg_seats_view(seats, i).name;
    int near = lg_text_nearest(name, names, count);
    return lg_fail(err, LG_UNKNOWN, "the run has no agent called \"%.60s\"%s%.60s%s", name,
                   near >= 0 ? "; did you mean \"" : "", near >= 0 ? names[near] : "",
                   near >= 0 ? "\"?" : "; the table agents of run.sqlite lists them");
}

/* Gives the seats their scripts, each of which is tried out first. */
static lg_status part(void *ctx, lg_world *world, lg_err *err)
{
    const lg_args *args = ctx;
    for (uint32_t i = 0; i < args->agents.count; i++) {
        const lg_setting *agent = &args->agents.items[i];
        lg_reload_result result;
        uint32_t seat;
        lg_status status = find_seat(lg_world_seats(world), agent->key, &seat, err);
        if (status == LG_OK)
            status = lg_reload_from(world, seat, agent->value, &result, err);
        if (status != LG_OK)
            return status;
        if (!args->quiet) {
            lg_plain_put(result.said, stderr);
            fputc('\n', stderr);
        }
    }
    return LG_OK;
}

/* RUN-fork, beside RUN. NULL when exhausted. */
static char *folder_of(lg_mem *mem, const char *run, const char *out)
{
    lg_text folder;
    size_t length = strlen(run);
    if (out)
        return lg_mem_strdup(mem, out);
    while (length > 1 && run[length - 1] == '/')
        length--;
    lg_text_init(&folder, mem);
    lg_text_bytes(&folder, run, length);
    lg_text_str(&folder, "-fork");
    char *copy = folder.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&folder));
    lg_text_fini(&folder);
    return copy;
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* What is wrong with the scripts by themselves is said before the run is done again up to them. */
static int check_scripts(lg_mem *mem, const lg_args *args, const lg_again *again)
{
    const char *folder = lg_journal_word_of(&again->past.header, "scripts");
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < args->agents.count && status == LG_OK; i++) {
        lg_diag diag;
        lg_diag_init(&diag, mem);
        status = lg_script_check(mem, args->agents.items[i].value, folder, &diag);
        if (status != LG_OK)
            lg_setup_print(mem, &diag, stderr);
        lg_diag_fini(&diag);
    }
    return lg_cmd_exit_of(status);
}

static int run_fork(lg_mem *mem, const lg_args *args, lg_again *again, uint32_t slot)
{
    lg_run_outcome outcome;
    char *folder = folder_of(mem, again->folder, args->out);
    lg_args words = *args; /* the context outlives the run */
    const lg_run_input input = {
        .args = &again->args,
        .mode = LG_RECORD_FORK,
        .past = &again->past,
        .until = slot,
        .run = again->folder,
        .silent = true,
        .part = part,
        .ctx = &words,
    };
    if (!folder || is_same_folder(folder, again->folder)) {
        lg_plain_complain(folder
                              ? "--out is the run that is forked; give the fork a folder of its own"
                              : "out of memory");
        bool own = folder != NULL;
        lg_mem_strfree(mem, folder);
        return own ? LG_EXIT_USAGE : LG_EXIT_FAILED;
    }
    again->args.out = folder;
    again->args.quiet = args->quiet;
    int code = lg_run(mem, &input, &outcome);
    if (outcome.parted.parted) {
        lg_text text;
        lg_text_init(&text, mem);
        lg_again_place(again, outcome.parted.slot, outcome.parted.tick, &text);
        fprintf(stderr, "lunagrid: the run comes out differently in %s, before the fork\n",
                lg_text_peek(&text));
        lg_text_fini(&text);
        code = LG_EXIT_DIFFERS;
    } else if (outcome.status == LG_INVALID) {
        code = LG_EXIT_DIFFERS;
    } else if (code == LG_EXIT_FINE && !args->quiet) {
        const char *const paths[2] = {again->folder, folder};
        code = lg_compare_print(mem, paths, args->json);
    }
    again->args.out = NULL;
    lg_mem_strfree(mem, folder);
    return code;
}

static int fork_run(lg_mem *mem, const lg_args *args)
{
    lg_again again;
    lg_err err = {.status = LG_OK};
    uint32_t slot = 0;
    if (!args->at || !args->agents.count) {
        fputs("lunagrid: `fork` needs --at SLOT and --agent SEAT=FILE.lua; see `lunagrid help "
              "fork`\n",
              stderr);
        return LG_EXIT_USAGE;
    }
    lg_status status = lg_again_open(mem, args->operands[0], &again, &err);
    if (status == LG_OK)
        status = lg_again_whole(&again, &err);
    int code = lg_cmd_exit_of(status);
    if (status == LG_OK) {
        status = lg_again_slot(&again, args->at, &slot, &err);
        if (status == LG_OK && slot >= again.past.slot_count)
            status = lg_fail(&err, LG_INVALID, "--at %.40s: the run has %u slots, 0 to %u",
                             args->at, again.past.slot_count, again.past.slot_count - 1);
        code = status == LG_OK ? LG_EXIT_FINE : LG_EXIT_USAGE;
    }
    lg_plain_complain(err.text);
    if (status == LG_OK) {
        code = check_scripts(mem, args, &again);
        status = code == LG_EXIT_FINE ? LG_OK : LG_SCRIPT;
    }
    if (status == LG_OK) {
        lg_again_warn(&again);
        code = run_fork(mem, args, &again, slot);
    }
    lg_again_close(&again);
    return code;
}

const lg_cmd lg_cmd_fork = {
    .name = "fork",
    .synopsis = "RUN --at SLOT|TIME --agent SEAT=FILE.lua [options]",
    .summary = "a past run once more, with another script from a slot on",
    .text =
        "RUN is the folder of a run's results. The run is done again from its journal up to the\n"
        "slot, compared on the way; then the agent gets the other script, as a reload would give\n"
        "it: tried out first, with the `state` of the one before. From there the run is on its\n"
        "own, with the same weather, the same other agents, and the same acts from outside but\n"
        "for scripts that this agent got later. Both outcomes are shown as `compare` does. RUN\n"
        "stays as it is; the fork has a journal and may be verified, resumed and forked itself.\n"
        "One that is cut before its slot is no run yet: fork again.\n"
        "\n"
        "  lunagrid run examples/street\n"
        "  lunagrid new strategy mine\n"
        "  lunagrid fork runs/street --at 12:00 --agent \"Home 1=mine.lua\"\n"
        "\n"
        "The names of a run's agents:\n"
        "\n"
        "  sqlite3 runs/street/run.sqlite \"SELECT DISTINCT name FROM agents\"\n"
        "\n"
        "Exits as `run` does; with 6 when the run comes out differently before the fork.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a run: the folder of its results",
    .run = fork_run,
};
