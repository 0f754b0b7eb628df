/* host/app/cmd_verify.c — `lunagrid verify`: a run again, and whether it is the same
 *
 * It is done into a scratch folder by the same driver as any run; the digests of its slots and
 * ticks are compared on the way, its tables at the end.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/again.h"
#include "app/cmd.h"
#include "app/game_check.h"
#include "app/plain.h"
#include "app/play.h"
#include "app/run.h"
#include "app/scratch.h"
#include "app/verify.h"
#include "app/words.h"

static const lg_flag flags[] = {
    {
        .name = "quiet",
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "no progress line, and nothing when all is the same",
    },
};

typedef struct verifying {
    lg_mem *mem;
    const lg_args *args;
    lg_again again;
    char *scratch; /* NULL: not made */
    lg_run_outcome outcome;
    lg_verify_difference difference;
    lg_text game;    /* what game.json says that did not come out */
    bool no_results; /* there is nothing that the tables could be compared with */
} verifying;

static lg_status open_run(verifying *v, lg_err *err)
{
    lg_status status = lg_again_open(v->mem, v->args->operands[0], &v->again, err);
    if (status == LG_OK && lg_again_is_locked(&v->again))
        status = lg_fail(err, LG_STORE, "%s is being written; verify it when its run has ended",
                         v->again.folder);
    if (status == LG_OK)
        status = lg_again_whole(&v->again, err);
    if (status == LG_OK)
        status = lg_scratch_make(v->mem, "verify", &v->scratch, err);
    return status;
}

static int64_t rows_of(lg_past *past, const char *sql)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows, sql, NULL, 0);
    int64_t count = lg_past_next(&rows) ? lg_past_int(&rows, 0) : 0;
    lg_past_drop(&rows);
    return count;
}

/* Whether the results are those of the end that the journal tells: a run that was stopped while it
 * was resumed has a journal that knows more. */
static bool is_of_the_end(const lg_journal_past *past, lg_past *kept)
{
    lg_past_rows rows;
    lg_past_ask(kept, &rows, "SELECT status, slots_done FROM runs", NULL, 0);
    bool same = past->ended && lg_past_next(&rows) &&
                (strcmp(lg_past_text(&rows, 0), "complete") == 0 ||
                 lg_past_int(&rows, 1) == past->end.slots);
    lg_past_drop(&rows);
    return same;
}

static lg_status compare_results(verifying *v, lg_past *kept, lg_past *made, lg_err *err)
{
    const lg_journal_past *past = &v->again.past;
    lg_verify_input input = {.kept = kept, .made = made, .scope = LG_VERIFY_ALL};
    if (v->outcome.parted.parted) {
        input.scope = LG_VERIFY_SLOT;
        input.slot = v->outcome.parted.slot;
        input.tick = v->outcome.parted.tick == LG_NONE ? -1 : (int64_t)v->outcome.parted.tick;
    } else if (!is_of_the_end(past, kept)) {
        input.scope = LG_VERIFY_SLOTS;
        input.slot = rows_of(kept, "SELECT count(*) FROM slots");
        if (input.slot > past->slot_count)
            input.slot = past->slot_count;
        if (input.slot < past->slot_count && !v->args->quiet)
            fprintf(stderr,
                    "lunagrid: the results hold %lld of the %u slots; `lunagrid resume` makes the "
                    "others\n",
                    (long long)input.slot, past->slot_count);
    }
    return lg_verify_compare(v->mem, &input, &v->difference, err);
}

/* Compares with the results that are there; without any it is no verification of them. */
static lg_status look_at_results(verifying *v, lg_err *err)
{
    lg_past *kept = NULL, *made = NULL;
    lg_text file;
    lg_text_init(&file, v->mem);
    lg_text_format(&file, "%s/run.sqlite", v->again.folder);
    lg_status status = file.failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
    if (status == LG_OK && access(lg_text_peek(&file), F_OK) != 0) {
        v->no_results = true;
        if (!v->outcome.parted.parted)
            status = lg_fail(err, LG_STORE,
                             "there is no %s to compare with; only the journal was, and it is the "
                             "same (`lunagrid resume` makes the results again)",
                             lg_text_peek(&file));
    } else if (status == LG_OK) {
        status = lg_past_open(v->mem, v->again.folder, err, &kept);
        if (status == LG_OK)
            status = lg_past_open(v->mem, v->scratch, err, &made);
        if (status == LG_OK)
            status = compare_results(v, kept, made, err);
    }
    lg_past_close(made);
    lg_past_close(kept);
    lg_text_fini(&file);
    return status;
}

static void tell_game(const verifying *v)
{
    lg_text out;
    lg_text_init(&out, v->mem);
    lg_text_format(
        &out, "the figures differ from their run, which is the same\n  " LG_PLAY_FIGURES ": %s\n",
        lg_text_peek(&v->game));
    lg_plain_put(lg_text_peek(&out), stdout);
    lg_text_fini(&out);
}

static void tell_difference(const verifying *v)
{
    const lg_parted *parted = &v->outcome.parted;
    const lg_verify_difference *d = &v->difference;
    lg_text out;
    lg_text_init(&out, v->mem);
    lg_text_str(&out, "the run differs from its journal ");
    if (!parted->parted)
        lg_text_clear(&out);
    if (!parted->parted && d->placed)
        lg_text_str(&out, "the results differ from their run in ");
    else if (!parted->parted)
        lg_text_str(&out, "the results differ from their run");
    if (parted->parted && parted->slot >= v->again.past.slot_count)
        lg_text_str(&out, "after its last slot");
    else if (parted->parted) {
        lg_text_str(&out, "in ");
        lg_again_place(&v->again, parted->slot, parted->tick, &out);
        lg_text_str(&out, parted->tick == LG_NONE ? ", after its last tick" : "");
    } else if (d->placed) {
        lg_again_place(&v->again, (uint32_t)d->slot, d->tick < 0 ? LG_NONE : (uint32_t)d->tick,
                       &out);
    }
    if (d->found)
        lg_text_format(&out, "\n  %s", lg_text_peek(&d->words));
    else if (parted->parted && v->no_results)
        lg_text_format(&out, "\n  there is no %s/run.sqlite to look at", v->again.folder);
    else if (parted->parted)
        lg_text_str(&out, "\n  what is kept of it in the results is the same; it is in what was "
                          "asked and not traded (results = { orders = true } keeps all of it)");
    lg_text_char(&out, '\n');
    lg_plain_put(lg_text_peek(&out), stdout);
    lg_text_fini(&out);
}

static void tell_same(const verifying *v)
{
    const lg_journal_past *past = &v->again.past;
    int64_t planned = lg_words_int(&past->header, "slots");
    char digest[33] = "";
    if (past->ended)
        lg_digest_format(past->end.digest, digest);
    else if (past->slot_count)
        lg_digest_format(past->slots[past->slot_count - 1].digest, digest);
    printf("%s: %u of %lld slots and %u act%s from outside done again, all the same\n",
           v->again.folder, past->slot_count, (long long)planned, past->act_count,
           past->act_count == 1 ? "" : "s");
    printf("run hash %s%s\n", digest,
           past->ended ? "" : " up to there; the run was broken off (`lunagrid resume` goes on)");
}

static int done(verifying *v, int code)
{
    lg_err err = {.status = LG_OK};
    const lg_run_outcome *outcome = &v->outcome;
    bool parted = outcome->parted.parted;
    if (outcome->status == LG_INVALID && !parted)
        return LG_EXIT_DIFFERS; /* the scenario itself, which has been said */
    if (!parted && (outcome->status != LG_OK || code != LG_EXIT_FINE))
        return code;
    lg_status status = look_at_results(v, &err);
    if (status == LG_OK && !parted && !v->difference.found && v->again.past.ended)
        status = lg_game_verify(&v->again, v->scratch, &v->game, &err);
    lg_plain_complain(err.text);
    if (status == LG_OK && v->game.length) {
        tell_game(v);
        return LG_EXIT_DIFFERS;
    }
    if (parted || v->difference.found) {
        tell_difference(v);
        return LG_EXIT_DIFFERS;
    }
    if (status == LG_OK && !v->args->quiet)
        tell_same(v);
    return lg_cmd_exit_of(status);
}

static int verify(lg_mem *mem, const lg_args *args)
{
    verifying v = {.mem = mem, .args = args};
    lg_err err = {.status = LG_OK};
    lg_text_init(&v.game, mem);
    lg_status status = open_run(&v, &err);
    int code = lg_cmd_exit_of(status);
    lg_plain_complain(err.text);
    if (status == LG_OK) {
        lg_again_warn(&v.again);
        v.again.args.out = v.scratch;
        v.again.args.quiet = args->quiet;
        v.again.args.csv = false;
        const lg_run_input input = {
            .args = &v.again.args,
            .mode = LG_RECORD_VERIFY,
            .past = &v.again.past,
            .silent = true,
        };
        code = done(&v, lg_run(mem, &input, &v.outcome));
    }
    lg_text_fini(&v.difference.words);
    lg_text_fini(&v.game);
    lg_scratch_remove(v.mem, v.scratch);
    lg_again_close(&v.again);
    return code;
}

const lg_cmd lg_cmd_verify = {
    .name = "verify",
    .synopsis = "RUN [--quiet]",
    .summary = "do a run again from its journal and compare everything",
    .text =
        "RUN is the folder of a run's results. The run is done again on what its journal\n"
        "(run.journal) holds: the scenario, scripts and profiles as they were, whatever has\n"
        "become of the files, and what reached it from outside, at the same places. After every\n"
        "tick it is compared with the journal, and it stops at the first that differs; then the\n"
        "tables of run.sqlite are compared row by row. The results are only read.\n"
        "\n"
        "  lunagrid run examples/street\n"
        "  lunagrid verify runs/street\n"
        "\n"
        "What differs is told with slot, tick and row:\n"
        "\n"
        "  the results differ from their run in slot 30 (2024-06-03T07:30Z), tick 2\n"
        "    trades, trade 412: rate_uct is 21000000 in the results, and 21500000 when the run\n"
        "    is done again\n"
        "\n"
        "The folder of a game (lunagrid match, league, game) has figures in game.json as well: "
        "they\n"
        "are made again, and the first field that differs is named.\n"
        "\n"
        "No clock ends a script meanwhile: those that one has ended are in the journal. Where a\n"
        "callback takes a minute of processor time, or a worker is lost that was not, verify ends\n"
        "and says so.\n"
        "\n"
        "A run that was broken off is compared as far as it went. Files of more than 4 MiB are\n"
        "not in the journal: they must still be where they were, and one that has changed is\n"
        "named. Another version of lunagrid or of a plugin may come to other results; versions\n"
        "that differ are told. Scratch files go to TMPDIR, or /tmp.\n"
        "\n"
        "Exits with 0 when all is the same, 6 when something differs, 1 when the journal is\n"
        "damaged or cannot be read or when run.sqlite is missing, 3 when the scenario cannot be\n"
        "made again: a file that is not in the journal is gone or has changed.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a run: the folder of its results",
    .run = verify,
};
