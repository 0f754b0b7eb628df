/* host/app/cmd_compare.c — `lunagrid compare`: two runs side by side */
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/compare.h"
#include "app/plain.h"
#include "app/progress.h"

static const lg_flag flags[] = {
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print it as JSON: exact, and without the limits on rows",
    },
};

int lg_compare_print(lg_mem *mem, const char *const paths[2], bool json)
{
    lg_comparison comparison;
    lg_err err = {.status = LG_OK};
    lg_text text;
    lg_text_init(&text, mem);
    lg_status status = lg_compare_open(mem, paths, &comparison, &err);
    if (status == LG_OK && json)
        lg_compare_json(&comparison, &text);
    else if (status == LG_OK)
        lg_compare_write(&comparison, lg_progress_colours(STDOUT_FILENO), mem, &text);
    lg_compare_close(mem, &comparison);
    if (status == LG_OK && text.failed)
        status = lg_fail(&err, LG_MEMORY, "out of memory");
    if (status == LG_OK && (fputs(lg_text_peek(&text), stdout) < 0 || fflush(stdout)))
        status = lg_fail(&err, LG_IO, "the comparison could not be printed");
    lg_plain_complain(err.text);
    lg_text_fini(&text);
    return lg_cmd_exit_of(status);
}

static int compare(lg_mem *mem, const lg_args *args)
{
    const char *const paths[2] = {args->operands[0], args->operands[1]};
    return lg_compare_print(mem, paths, args->json);
}

const lg_cmd lg_cmd_compare = {
    .name = "compare",
    .synopsis = "A B [--json]",
    .summary = "show two runs side by side",
    .text =
        "A and B are results of runs: folders, or their run.sqlite. Shown are the settings that\n"
        "differ (by the path that --set takes; scripts by their content), the community's bill,\n"
        "indicators and peak import, price, energy, fees and peaks of every market that is no\n"
        "home's, and the bill and saving of each home. A home that is in only one of them is\n"
        "named. A market's peak is what it took from, or gave to, the market above in one slot.\n"
        "\n"
        "  lunagrid run examples/street --out runs/a\n"
        "  lunagrid run examples/street --out runs/b --set market.matching=pay_as_clear\n"
        "  lunagrid compare runs/a runs/b\n"
        "  lunagrid compare runs/a runs/b --json | jq '.members[] | select(.b == null) | .name'\n"
        "\n"
        "Exits with 0 whether they differ or not, 1 when one cannot be read.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 2,
    .operands_max = 2,
    .operand = "two runs",
    .run = compare,
};
