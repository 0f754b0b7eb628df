/* host/app/cmd_schema.c — `lunagrid schema` */
#include <stdio.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/setup.h"

static int schema(lg_mem *mem, const lg_args *args)
{
    (void)args;
    lg_setup setup;
    lg_err err = {.status = LG_OK};
    lg_status status = lg_setup_open(mem, &setup, &err);
    if (status == LG_OK) {
        lg_setup_warn(&setup);
        lg_text text;
        lg_text_init(&text, mem);
        lg_scenario_input input = {
            .drivers = setup.drivers,
            .driver_count = setup.driver_count,
            .rules = setup.rules,
            .rule_count = setup.rule_count,
        };
        lg_scenario_schema(&input, &text);
        fputs(lg_text_peek(&text), stdout);
        if (text.length && text.data[text.length - 1] != '\n')
            putchar('\n');
        if (text.failed)
            status = lg_fail(&err, LG_MEMORY, "out of memory");
        lg_text_fini(&text);
    }
    lg_plain_complain(err.text);
    lg_setup_close(&setup);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_schema = {
    .name = "schema",
    .synopsis = "",
    .summary = "print the JSON Schema of scenario files",
    .text = "Made from the tables that check scenarios, and from the options of the loaded\n"
            "plugins, so it is never out of date. Give it to an editor that completes and checks\n"
            "JSON.\n"
            "\n"
            "  lunagrid schema > scenario.schema.json",
    .run = schema,
};
