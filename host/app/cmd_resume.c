/* host/app/cmd_resume.c — `lunagrid resume`: a run that broke off, to its planned end */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "app/again.h"
#include "app/cmd.h"
#include "app/owners.h"
#include "app/pace.h"
#include "app/plain.h"
#include "app/run.h"
#include "app/words.h"
#include "store/past.h"

static const lg_flag flags[] = {
    {
        .name = "gateway",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, gateway),
        .value = "NAME=ADDRESS",
        .help = "let clients in again where the journal ends, as with `run`",
    },
    {
        .name = "await-batches",
        .kind = LG_FLAG_MAYBE,
        .offset = offsetof(lg_args, await),
        .value = "SECONDS",
        .help = "and wait for them, likewise",
    },
    {
        .name = "pace",
        .once = true,
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, pace),
        .value = "PACE",
        .help = "real time where the journal ends, as with `run`: clients have time\n"
                "to come back; what is in the journal is done at full speed",
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
        .help = "no progress line, no report, nothing of what scripts print",
    },
};

/* Whether the results say "complete" and are of the run that the journal tells the end of. */
static bool has_results(const lg_again *again)
{
    lg_past *past = NULL;
    lg_past_rows rows;
    char digest[33];
    lg_digest_format(again->past.end.digest, digest);
    if (lg_past_open(again->mem, again->folder, NULL, &past) != LG_OK)
        return false;
    lg_past_ask(past, &rows, "SELECT status, digest FROM runs", NULL, 0);
    bool complete = lg_past_next(&rows) && strcmp(lg_past_text(&rows, 0), "complete") == 0 &&
                    strcmp(lg_past_text(&rows, 1), digest) == 0;
    lg_past_drop(&rows);
    lg_past_close(past);
    return complete;
}

static int go_on(lg_mem *mem, const lg_args *args, lg_again *again, const lg_owners *owners)
{
    lg_run_outcome outcome;
    const lg_run_input input = {
        .args = &again->args, .mode = LG_RECORD_RESUME, .past = &again->past, .owners = owners};
    again->args.json = args->json;
    again->args.gateway = args->gateway;
    again->args.await = args->await;
    again->args.quiet = args->quiet;
    if (args->pace) {
        again->args.pace = args->pace;
        again->args.no_watch = true; /* scripts are those of the journal */
    }
    if (!args->quiet)
        fprintf(stderr,
                "lunagrid: %u of %lld slots are in the journal; they are done again first\n",
                again->past.slot_count, (long long)lg_words_int(&again->past.header, "slots"));
    int code = lg_run(mem, &input, &outcome);
    if (outcome.parted.parted) {
        lg_text text;
        lg_text_init(&text, mem);
        lg_again_place(again, outcome.parted.slot, outcome.parted.tick, &text);
        fprintf(stderr,
                "lunagrid: the run comes out differently in %s, so it is not continued;\n"
                "lunagrid: %s is as it was. A version that it was made with may go on\n",
                lg_text_peek(&text), again->past.file);
        lg_text_fini(&text);
    }
    return outcome.status == LG_INVALID ? LG_EXIT_DIFFERS : code;
}

/* A run with owners listens as it did, and keeps its pace once it is where it was. */
static int go_on_with_owners(lg_mem *mem, const lg_args *args, lg_again *again)
{
    lg_owners owners;
    lg_err err = {.status = LG_OK};
    lg_text path;
    int code;
    lg_owners_init(&owners, mem);
    lg_text_init(&path, mem);
    lg_text_format(&path, "%s/" LG_RUN_SOCKET, again->folder);
    lg_status status = lg_owners_read(&owners, again->folder, &err);
    if (status == LG_OK) {
        lg_owners_keep_private();
        again->args.control = owners.control ? owners.control : lg_text_peek(&path);
        again->args.pace = owners.pace;
        again->args.no_watch = true;
    }
    if (status == LG_OK || status == LG_UNKNOWN) {
        code = go_on(mem, args, again, status == LG_OK ? &owners : NULL);
    } else {
        lg_plain_complain(err.text);
        code = lg_cmd_exit_of(status);
    }
    lg_text_fini(&path);
    lg_owners_fini(&owners);
    return code;
}

static int resume(lg_mem *mem, const lg_args *args)
{
    lg_again again;
    lg_pace pace;
    lg_err err = {.status = LG_OK};
    int code;
    if (args->pace && lg_pace_read(args->pace, &pace, &err) != LG_OK) {
        fprintf(stderr, "lunagrid: --pace: %s\n", err.text);
        return LG_EXIT_USAGE;
    }
    lg_status status = lg_again_open(mem, args->operands[0], &again, &err);
    if (status == LG_OK && lg_again_is_locked(&again))
        status = lg_fail(&err, LG_STORE, "%s is being written by another process", again.folder);
    if (status == LG_OK)
        status = lg_again_whole(&again, &err);
    if (status != LG_OK) {
        lg_plain_complain(err.text);
        code = lg_cmd_exit_of(status);
    } else if (again.past.ended && again.past.end.finished && has_results(&again)) {
        printf("%s: the run is finished, all %u slots of it; there is nothing to resume\n",
               again.folder, again.past.end.slots);
        code = LG_EXIT_FINE;
    } else {
        lg_again_warn(&again);
        code = go_on_with_owners(mem, args, &again);
    }
    lg_again_close(&again);
    return code;
}

const lg_cmd lg_cmd_resume = {
    .name = "resume",
    .synopsis = "RUN [options]",
    .summary = "go on with a run that was killed or stopped",
    .text =
        "RUN is the folder of a run's results. The run is done again at full speed on what its\n"
        "journal (run.journal) holds: the scenario, scripts and profiles as they were, whatever\n"
        "has become of the files, and what reached it from outside, at the same places; each\n"
        "slot is compared with the journal. Where the journal ends the run goes on to its\n"
        "planned end. The results are those of a run that never broke off, with the same hash.\n"
        "\n"
        "  lunagrid run examples/street --days 30     (Ctrl-C, kill -9, a power cut, a full disk)\n"
        "  lunagrid resume runs/street\n"
        "\n"
        "A journal whose last record was not finished is cut back to the record before it, and\n"
        "that is said; one that is damaged before its end is refused with the place. A run that\n"
        "was killed before its first slot has no journal yet: run it again. When the results of\n"
        "a finished run are gone or were never completed, they are made again.\n"
        "\n"
        "Files of more than 4 MiB are not in the journal: they must still be where they were,\n"
        "and one that has changed is refused. A run that comes out differently, because another\n"
        "version of lunagrid or of a plugin does it, is not continued: exit code 6, and the\n"
        "journal stays as it is. Else the exit codes are those of `run`.\n"
        "\n"
        "The run goes on at full speed, unless it was hosted or --pace says otherwise: with\n"
        "--gateway, say how fast, or it may be over before a client is back.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a run: the folder of its results",
    .run = resume,
};
