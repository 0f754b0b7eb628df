/* host/app/cmd_show_config.c — `lunagrid show-config` */
#include <stdio.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/scenario_flags.h"
#include "app/setup.h"

static const lg_flag flags[] = {LG_SCENARIO_FLAGS};

static int show(lg_mem *mem, const lg_args *args)
{
    lg_setup setup;
    lg_err err = {.status = LG_OK};
    lg_status status = lg_setup_open(mem, &setup, &err);
    if (status == LG_OK) {
        lg_setup_warn(&setup);
        status = lg_setup_read(&setup, args->operands[0], args, &err);
    }
    if (setup.diag.count)
        lg_setup_print(mem, &setup.diag, stderr);
    if (status == LG_OK) {
        lg_text json;
        lg_text_init(&json, mem);
        lg_scenario_print(setup.scenario, &json);
        fputs(lg_text_peek(&json), stdout);
        if (json.length && json.data[json.length - 1] != '\n')
            putchar('\n');
        if (json.failed)
            status = lg_fail(&err, LG_MEMORY, "out of memory");
        lg_text_fini(&json);
    }
    lg_plain_complain(err.text);
    lg_setup_close(&setup);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_show_config = {
    .name = "show-config",
    .synopsis = "SCENARIO [options]",
    .summary = "print the resolved scenario as JSON",
    .text = "Everything as the run would see it: loops unrolled, defaults filled in, settings\n"
            "applied. The output is itself a scenario and reads back as the same one.\n"
            "\n"
            "  lunagrid show-config examples/street\n"
            "  lunagrid show-config examples/street --set battery_kWh=5 > small.json",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a scenario: a file or a folder",
    .run = show,
};
