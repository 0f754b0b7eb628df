/* host/app/cmd_explain.c — `lunagrid explain`: the first word says what is to be explained */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/explain.h"
#include "app/plain.h"
#include "app/progress.h"
#include "app/runs.h"

static const lg_flag flags[] = {
    {
        .name = "run",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, run),
        .value = "DIR|FILE",
        .help = "results of a run: its folder or run.sqlite; the last one in\n"
                "runs/ when absent",
    },
};

static lg_status explain_trade(lg_mem *mem, const char *run, int64_t id, lg_text *out, lg_err *err)
{
    lg_past *past = NULL;
    char *found = NULL;
    lg_status status = run ? LG_OK : lg_runs_latest(mem, &found, err);
    if (status == LG_OK)
        status = lg_past_open(mem, run ? run : found, err, &past);
    if (status == LG_OK && found)
        lg_text_format(out, "%s\n", lg_past_file(past));
    if (status == LG_OK)
        status = lg_explain_trade(mem, past, id, lg_progress_colours(STDOUT_FILENO), out, err);
    lg_past_close(past);
    lg_mem_strfree(mem, found);
    return status;
}

static int trade(lg_mem *mem, const lg_args *args)
{
    const char *word = args->operand_count > 1 ? args->operands[1] : "";
    char *end;
    errno = 0;
    long long id = strtoll(word, &end, 10);
    if (errno || *end || word[0] < '0' || word[0] > '9') {
        fprintf(stderr, "lunagrid: which trade? `lunagrid explain trade NUMBER`, a number from the "
                        "table trades");
        fputs(*word ? ", not \"" : "", stderr);
        lg_plain_put(word, stderr);
        fputs(*word ? "\"\n" : "\n", stderr);
        return LG_EXIT_USAGE;
    }
    lg_text text;
    lg_err err = {.status = LG_OK};
    lg_text_init(&text, mem);
    lg_status status = explain_trade(mem, args->run, id, &text, &err);
    if (status == LG_OK && (fputs(lg_text_peek(&text), stdout) < 0 || fflush(stdout)))
        status = lg_fail(&err, LG_IO, "the page could not be printed");
    lg_plain_complain(err.text);
    lg_text_fini(&text);
    return lg_cmd_exit_of(status);
}

static const struct {
    const char *name;
    int (*run)(lg_mem *mem, const lg_args *args);
} topics[] = {{"trade", trade}};

static int explain(lg_mem *mem, const lg_args *args)
{
    const char *names[sizeof topics / sizeof *topics];
    const size_t count = sizeof topics / sizeof *topics;
    for (size_t i = 0; i < count; i++) {
        names[i] = topics[i].name;
        if (strcmp(args->operands[0], topics[i].name) == 0)
            return topics[i].run(mem, args);
    }
    int near = lg_text_nearest(args->operands[0], names, count);
    fputs("lunagrid: \"", stderr);
    lg_plain_put(args->operands[0], stderr);
    fprintf(stderr, "\" cannot be explained; %s \"%s\"%s\n",
            near >= 0 ? "did you mean" : "there is", names[near >= 0 ? near : 0],
            near >= 0 ? "?" : "");
    return LG_EXIT_USAGE;
}

const lg_cmd lg_cmd_explain = {
    .name = "explain",
    .synopsis = "trade ID [--run DIR|FILE]",
    .summary = "tell the money of one trade, market by market",
    .text = "Says who sold what to whom, what the two wanted and where they met, what the buyer\n"
            "paid, which market took which fee on the way, what the seller got, what rounding\n"
            "left over, and what the utility would have asked and paid instead. All amounts are\n"
            "exact. Trades are numbered from 1 in the order they happened:\n"
            "\n"
            "  lunagrid run examples/street\n"
            "  lunagrid explain trade 1\n"
            "  lunagrid explain trade 1 --run runs/street\n"
            "  sqlite3 runs/street/run.sqlite \"SELECT * FROM trades_view WHERE buyer LIKE 'Home "
            "4%'\"\n"
            "\n"
            "Exits with 0, 2 for a wrong command line, 1 when there is no such trade or run.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 2,
    .operand = "what to explain: trade, and its number",
    .run = explain,
};
