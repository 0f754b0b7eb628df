/* From words to a command: `lunagrid [--help | --version] COMMAND [words]`. */
#include "app/cmd.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"

#define CMDS_MAX 32

const lg_cmd *const lg_cmds[] = {
    &lg_cmd_run,    &lg_cmd_live,   &lg_cmd_view,        &lg_cmd_ctl,        &lg_cmd_resume,
    &lg_cmd_verify, &lg_cmd_replay, &lg_cmd_fork,        &lg_cmd_explain,    &lg_cmd_compare,
    &lg_cmd_check,  &lg_cmd_new,    &lg_cmd_show_config, &lg_cmd_plugins,    &lg_cmd_import,
    &lg_cmd_export, &lg_cmd_match,  &lg_cmd_league,      &lg_cmd_host,       &lg_cmd_game,
    &lg_cmd_sweep,  &lg_cmd_worker, &lg_cmd_schema,      &lg_cmd_coordinate, &lg_cmd_help,
    NULL,
};

static const lg_flag help_flag = {
    .name = "help",
    .letter = 'h',
    .kind = LG_FLAG_SWITCH,
    .offset = offsetof(lg_args, help),
    .help = "print this page",
};

const lg_cmd *lg_cmd_find(const char *name)
{
    for (const lg_cmd *const *cmd = lg_cmds; *cmd; cmd++)
        if (strcmp((*cmd)->name, name) == 0)
            return *cmd;
    return NULL;
}

int lg_cmd_exit_of(lg_status status)
{
    switch (status) {
    case LG_OK:
        return LG_EXIT_FINE;
    case LG_SCENARIO:
        return LG_EXIT_SCENARIO;
    case LG_SCRIPT:
        return LG_EXIT_SCRIPT;
    default:
        return LG_EXIT_FAILED;
    }
}

void lg_cmd_print_list(void)
{
    puts("lunagrid: an arena for energy markets that you script in Lua\n\n"
         "  lunagrid COMMAND [...]\n");
    for (const lg_cmd *const *cmd = lg_cmds; *cmd; cmd++)
        printf("  %-12s %s\n", (*cmd)->name, (*cmd)->summary);
    puts("\n"
         "  lunagrid help COMMAND   what a command does, with examples\n"
         "  lunagrid help scenario  how a scenario is written\n"
         "  lunagrid help strategy  what a strategy may use\n"
         "  lunagrid --version      the version of this program\n\n"
         "Try:\n"
         "  lunagrid run examples/street\n"
         "  lunagrid new strategy mine\n"
         "  lunagrid run examples/street --agent \"Home 1=mine.lua\"\n\n"
         "Exit codes: 0 fine, 2 usage, 3 bad scenario, 4 script error, 6 a run\n"
         "that was done again differs, 1 anything else.\n"
         "Environment: LUNAGRID_PLUGINS (folders of further plugins, separated by colons),\n"
         "LUNAGRID_SCRIPTS (the folder that holds strategies/, tariffs/ and lib/), NO_COLOR.\n"
         "Without them plugins and scripts are found beside the program, or where it was "
         "installed.");
}

static void print_flag(const lg_flag *flag)
{
    char left[64];
    snprintf(left, sizeof left, "%s--%s%s%s%s",
             flag->letter ? (char[]){'-', flag->letter, ',', ' ', 0} : "", flag->name,
             !flag->value                  ? ""
             : flag->kind == LG_FLAG_MAYBE ? "[="
                                           : " ",
             flag->value ? flag->value : "", flag->kind == LG_FLAG_MAYBE ? "]" : "");
    /* further lines of a long explanation begin where the first one does */
    const char *text = flag->help;
    for (const char *title = left; text; title = "") {
        const char *end = strchr(text, '\n');
        int length = end ? (int)(end - text) : (int)strlen(text);
        printf("  %-26s %.*s\n", title, length, text);
        text = end ? end + 1 : NULL;
    }
}

void lg_cmd_print_page(const lg_cmd *cmd)
{
    printf("lunagrid %s%s%s\n\n%s\n\nOptions:\n", cmd->name, *cmd->synopsis ? " " : "",
           cmd->synopsis, cmd->text);
    for (uint32_t i = 0; i < cmd->flag_count; i++)
        print_flag(&cmd->flags[i]);
    print_flag(&help_flag);
}

int lg_cmd_unknown(const char *name, bool help_topic)
{
    const char *names[CMDS_MAX] = {"scenario", "strategy"};
    size_t count = help_topic ? 2 : 0;
    for (const lg_cmd *const *cmd = lg_cmds; *cmd; cmd++)
        names[count++] = (*cmd)->name;
    int near = lg_text_nearest(name, names, count);
    fprintf(stderr, "lunagrid: there is no command \"%s\"", name);
    if (near >= 0)
        fprintf(stderr, "; did you mean \"%s\"?", names[near]);
    fputs("\n", stderr);
    fputs("lunagrid: `lunagrid help` lists the commands\n", stderr);
    return LG_EXIT_USAGE;
}

static int complain(const lg_cmd *cmd, const char *sentence)
{
    fprintf(stderr, "lunagrid: %s\n", sentence);
    fprintf(stderr, "usage: lunagrid %s%s%s   (more: lunagrid help %s)\n", cmd->name,
            *cmd->synopsis ? " " : "", cmd->synopsis, cmd->name);
    return LG_EXIT_USAGE;
}

static int run_cmd(lg_mem *mem, const lg_cmd *cmd, int argc, char **argv)
{
    lg_flag flags[32];
    LG_ASSERT(cmd->flag_count + 1 <= sizeof flags / sizeof *flags);
    if (cmd->flag_count)
        memcpy(flags, cmd->flags, cmd->flag_count * sizeof *flags);
    flags[cmd->flag_count] = help_flag;
    lg_args args;
    lg_err err;
    int code;
    lg_status status = lg_args_read(mem, flags, cmd->flag_count + 1, argc, argv, &args, &err);
    if (args.help) {
        lg_cmd_print_page(cmd);
        code = LG_EXIT_FINE;
    } else if (status != LG_OK) {
        code = complain(cmd, err.text);
    } else if (args.operand_count < cmd->operands_min) {
        lg_fail(&err, LG_INVALID, "`%s` needs %s", cmd->name, cmd->operand);
        code = complain(cmd, err.text);
    } else if (args.operand_count > cmd->operands_max) {
        lg_fail(&err, LG_INVALID, "one word too many: \"%s\"", args.operands[cmd->operands_max]);
        code = complain(cmd, err.text);
    } else {
        code = cmd->run(mem, &args);
    }
    lg_args_fini(&args);
    return code;
}

int lg_cmd_main(lg_mem *mem, int argc, char **argv)
{
    if (argc < 2) {
        lg_cmd_print_list();
        return LG_EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        puts("lunagrid " LG_VERSION);
        return LG_EXIT_FINE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        lg_cmd_print_list();
        return LG_EXIT_FINE;
    }
    if (word[0] == '-') {
        fprintf(
            stderr,
            "lunagrid: options follow a command, \"%s\" stands before one; see `lunagrid help`\n",
            word);
        return LG_EXIT_USAGE;
    }
    const lg_cmd *cmd = lg_cmd_find(word);
    return cmd ? run_cmd(mem, cmd, argc - 2, argv + 2) : lg_cmd_unknown(word, false);
}
