/* host/app/cmd.h — the commands of the program: one descriptor each, listed in one table */
#ifndef LG_APP_CMD_H
#define LG_APP_CMD_H

#include "app/args.h"

/** What the program ends with. */
enum {
    LG_EXIT_FINE = 0,
    LG_EXIT_FAILED = 1,   /* anything without a number of its own */
    LG_EXIT_USAGE = 2,    /* the command line */
    LG_EXIT_SCENARIO = 3, /* the scenario has errors */
    LG_EXIT_SCRIPT = 4,   /* a script could not be loaded, or a callback failed during the run */
    LG_EXIT_DIFFERS = 6,  /* a run that was done again came out differently */
};

/** One command. Texts are static. */
typedef struct lg_cmd {
    const char *name;
    const char *synopsis; /* what follows the name */
    const char *summary;  /* one line for the list */
    const char *text;     /* what `help NAME` prints below the synopsis, examples included */
    const lg_flag *flags; /* beside --help, which all have */
    uint32_t flag_count;
    uint32_t operands_min, operands_max;
    const char *operand; /* what is missing when there are too few: "a scenario" */
    int (*run)(lg_mem *mem, const lg_args *args);
} lg_cmd;

extern const lg_cmd lg_cmd_run, lg_cmd_check, lg_cmd_new, lg_cmd_show_config, lg_cmd_plugins,
    lg_cmd_import, lg_cmd_export, lg_cmd_verify, lg_cmd_resume, lg_cmd_replay, lg_cmd_fork,
    lg_cmd_schema, lg_cmd_explain, lg_cmd_compare, lg_cmd_ctl, lg_cmd_game, lg_cmd_sweep,
    lg_cmd_worker, lg_cmd_league, lg_cmd_host, lg_cmd_match, lg_cmd_live, lg_cmd_view,
    lg_cmd_coordinate, lg_cmd_help;

/** All commands, in the order of the list; NULL at its end. */
extern const lg_cmd *const lg_cmds[];

/** The command of that name; NULL when there is none. */
const lg_cmd *lg_cmd_find(const char *name);
/** Reads the command line and does what it says. @return the exit code */
int lg_cmd_main(lg_mem *mem, int argc, char **argv);
/** The exit code that tells of @p status. */
int lg_cmd_exit_of(lg_status status);

/** Prints the list of commands, or one command's page. */
void lg_cmd_print_list(void);
void lg_cmd_print_page(const lg_cmd *cmd);
/** Complains about a word that is no command, with the near miss; among the pages of `help` too
 * when it is a @p help_topic. @return LG_EXIT_USAGE */
int lg_cmd_unknown(const char *name, bool help_topic);

#endif
