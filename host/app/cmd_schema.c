/* host/app/cmd_schema.c — `lunagrid schema`: what may stand in a scenario, match, league or collab
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/setup.h"
#include "arena/collab.h"
#include "arena/contest.h"

/* Devices and rules bring keys of their own. */
static lg_status scenario_schema(lg_mem *mem, lg_text *out, lg_err *err)
{
    lg_setup setup;
    lg_status status = lg_setup_open(mem, &setup, err);
    if (status == LG_OK) {
        lg_setup_warn(&setup);
        const lg_scenario_input input = {
            .drivers = setup.drivers,
            .driver_count = setup.driver_count,
            .rules = setup.rules,
            .rule_count = setup.rule_count,
            .devices = setup.devices,
            .device_count = setup.device_count,
        };
        lg_scenario_schema(&input, out);
    }
    lg_setup_close(&setup);
    return status;
}

static lg_status write_schema(lg_mem *mem, const char *kind, lg_text *out, lg_err *err)
{
    static const char *const kinds[] = {"scenario", "match", "league", "collab"};
    int near = lg_text_nearest(kind, kinds, sizeof kinds / sizeof *kinds);
    if (strcmp(kind, "scenario") == 0)
        return scenario_schema(mem, out, err);
    if (strcmp(kind, "match") == 0)
        lg_contest_schema(LG_CONTEST_MATCH, out);
    else if (strcmp(kind, "league") == 0)
        lg_contest_schema(LG_CONTEST_LEAGUE, out);
    else if (strcmp(kind, "collab") == 0)
        lg_collab_schema(out);
    else
        return lg_fail(err, LG_INVALID,
                       "there are schemas of scenario, match, league and collab files, none of "
                       "\"%.40s\"%s%s%s",
                       kind, near >= 0 ? "; did you mean \"" : "", near >= 0 ? kinds[near] : "",
                       near >= 0 ? "\"?" : "");
    return LG_OK;
}

static int schema(lg_mem *mem, const lg_args *args)
{
    lg_text text;
    lg_err err = {.status = LG_OK};
    lg_text_init(&text, mem);
    lg_status status =
        write_schema(mem, args->operand_count ? args->operands[0] : "scenario", &text, &err);
    if (status == LG_OK && text.failed)
        status = lg_fail(&err, LG_MEMORY, "out of memory");
    if (status == LG_OK) {
        fputs(lg_text_peek(&text), stdout);
        if (text.length && text.data[text.length - 1] != '\n')
            putchar('\n');
    }
    lg_plain_complain(err.text);
    lg_text_fini(&text);
    return status == LG_INVALID ? LG_EXIT_USAGE : lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_schema = {
    .name = "schema",
    .synopsis = "[scenario|match|league|collab]",
    .summary = "print the JSON Schema of a kind of files",
    .text =
        "Made from the tables that check these files, and for scenarios from the options of the\n"
        "loaded plugins, so it is never out of date. Give it to an editor that completes and\n"
        "checks JSON. Without a word: of scenario files.\n"
        "\n"
        "  lunagrid schema > scenario.schema.json\n"
        "  lunagrid schema league > league.schema.json",
    .operands_max = 1,
    .operand = "a kind of files",
    .run = schema,
};
