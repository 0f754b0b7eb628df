/* host/app/cmd_explain.c — `lunagrid explain`: the first word says what is to be explained */
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/explain.h"
#include "app/plain.h"
#include "app/progress.h"
#include "app/runs.h"
#include "script/codes.h"

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

static int print_page(lg_text *text)
{
    bool fine = !text->failed && fputs(lg_text_peek(text), stdout) >= 0 && fflush(stdout) == 0;
    lg_text_fini(text);
    if (!fine)
        lg_plain_complain("the page could not be printed");
    return fine ? LG_EXIT_FINE : LG_EXIT_FAILED;
}

/* The page of a code; NULL: the list of all. */
static int print_code(lg_mem *mem, const lg_code *code)
{
    lg_text text;
    lg_text_init(&text, mem);
    if (code) {
        lg_code_page(code, &text);
    } else {
        lg_code_list(&text);
        lg_explain_intraday_list(&text);
    }
    return print_page(&text);
}

static int limits(lg_mem *mem, const lg_args *args)
{
    lg_text text;
    (void)args;
    lg_text_init(&text, mem);
    lg_explain_limits(&text);
    return print_page(&text);
}

enum { NAMES_MAX = 128 };

static const struct {
    const char *name;
    int (*run)(lg_mem *mem, const lg_args *args);
} topics[] = {{"trade", trade}, {"limits", limits}};

/* As it is written, or as codes are. */
static int nearest(const char *word, const char *const *names, size_t count)
{
    char upper[64];
    int near = lg_text_nearest(word, names, count);
    size_t i = 0;
    for (; word[i] && i + 1 < sizeof upper; i++)
        upper[i] = (char)toupper((unsigned char)word[i]);
    upper[i] = 0;
    return near >= 0 || word[i] ? near : lg_text_nearest(upper, names, count);
}

static int explain(lg_mem *mem, const lg_args *args)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    uint32_t code_count;
    const lg_code *codes = lg_codes(&code_count);
    if (args->operand_count == 0)
        return print_code(mem, NULL);
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        names[count++] = topics[i].name;
        if (strcasecmp(args->operands[0], topics[i].name) == 0)
            return topics[i].run(mem, args);
    }
    lg_text text;
    lg_text_init(&text, mem);
    const lg_code *code = lg_code_find(args->operands[0]);
    if (code && args->operand_count == 1)
        return print_code(mem, code);
    if (args->operand_count == 1 && lg_explain_intraday(args->operands[0], &text))
        return print_page(&text);
    lg_text_fini(&text);
    for (uint32_t i = 0; i < code_count && count < NAMES_MAX; i++)
        names[count++] = codes[i].name;
    for (uint32_t i = 0; lg_explain_intraday_word(i) && count < NAMES_MAX; i++)
        names[count++] = lg_explain_intraday_word(i);
    int near = nearest(args->operands[0], names, count);
    fputs("lunagrid: \"", stderr);
    lg_plain_put(args->operands[0], stderr);
    if (near >= 0)
        fprintf(stderr, "\" cannot be explained; did you mean \"%s\"?\n", names[near]);
    else
        fputs("\" cannot be explained; `lunagrid explain` lists the codes\n", stderr);
    return LG_EXIT_USAGE;
}

const lg_cmd lg_cmd_explain = {
    .name = "explain",
    .synopsis = "[CODE | limits | trade ID [--run DIR|FILE]]",
    .summary = "tell what an error means, or the money of one trade, market by market",
    .text =
        "With the CODE of an error, a limit or a refusal: what it means, what to do about it, and\n"
        "an example that meets it. Without a word it lists the codes.\n"
        "\n"
        "  lunagrid explain NO_FIELD\n"
        "  lunagrid explain limits       what scripts may use up, with the values\n"
        "\n"
        "With trade and a number it says who sold what to whom, what the two wanted and where\n"
        "they met, what the buyer paid, which market took which fee on the way, what the\n"
        "seller got, what rounding left over, and what the utility would have asked and paid\n"
        "instead. All amounts are exact. Trades are numbered from 1 in the order they happened,\n"
        "those of settlement markets among them:\n"
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
    .operands_min = 0,
    .operands_max = 2,
    .operand = "what to explain",
    .run = explain,
};
