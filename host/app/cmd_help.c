/* host/app/cmd_help.c — `lunagrid help` */
#include "app/cmd.h"

static int help(lg_mem *mem, const lg_args *args)
{
    (void)mem;
    if (args->operand_count == 0) {
        lg_cmd_print_list();
        return LG_EXIT_FINE;
    }
    const lg_cmd *cmd = lg_cmd_find(args->operands[0]);
    if (!cmd)
        return lg_cmd_unknown(args->operands[0]);
    lg_cmd_print_page(cmd);
    return LG_EXIT_FINE;
}

const lg_cmd lg_cmd_help = {
    .name = "help",
    .synopsis = "[COMMAND]",
    .summary = "what a command does, with examples",
    .text = "Without a command it lists all of them. `lunagrid COMMAND --help` is the same.",
    .operands_max = 1,
    .run = help,
};
