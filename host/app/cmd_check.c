/* host/app/cmd_check.c — `lunagrid check`: every problem of a scenario, match, league, community or
 * script at once */
#include <stdio.h>
#include <string.h>

#include "app/check_start.h"
#include "app/cmd.h"
#include "app/community.h"
#include "app/kind.h"
#include "app/meet.h"
#include "app/plain.h"
#include "app/scenario_flags.h"
#include "app/setup.h"
#include "script/agent.h"

static const lg_flag flags[] = {LG_SCENARIO_FLAGS};

static lg_status check_scenario(lg_mem *mem, const lg_args *args, lg_err *err)
{
    lg_setup setup;
    lg_status status = lg_setup_open(mem, &setup, err);
    if (status == LG_OK) {
        lg_setup_warn(&setup);
        status = lg_setup_read(&setup, args->operands[0], args, err);
    }
    if (status == LG_OK) {
        status = lg_setup_check_devices(&setup, &setup.diag);
        lg_status scripts = lg_setup_check_scripts(&setup);
        status = status == LG_OK ? scripts : status;
    }
    if (status == LG_OK && !setup.diag.errors)
        status = lg_check_start(&setup, err);
    if (status == LG_OK || setup.diag.count)
        lg_setup_print(mem, &setup.diag, stdout);
    lg_setup_close(&setup);
    return status;
}

static lg_status check_collab(lg_mem *mem, const lg_args *args, const char *file, lg_err *err)
{
    lg_diag diag;
    lg_collab collab;
    lg_diag_init(&diag, mem);
    lg_status status = lg_community_read(mem, file, args, &diag, &collab, err);
    if (status == LG_OK || diag.count)
        lg_setup_print(mem, &diag, stdout);
    lg_collab_fini(&collab);
    lg_diag_fini(&diag);
    return status;
}

static lg_status check_script(lg_mem *mem, const char *file, lg_err *err)
{
    lg_diag diag;
    lg_places places;
    lg_status status = lg_places_find(mem, &places, err);
    if (status != LG_OK)
        return status;
    lg_diag_init(&diag, mem);
    status = lg_script_check(mem, file, places.scripts, &diag);
    lg_setup_print(mem, &diag, stdout);
    lg_diag_fini(&diag);
    lg_places_fini(&places);
    return status;
}

static int check(lg_mem *mem, const lg_args *args)
{
    lg_err err = {.status = LG_OK};
    char *file;
    lg_file_kind kind;
    lg_status status = lg_setup_resolve(mem, args->operands[0], &file, &err);
    if (status == LG_OK)
        status = lg_kind_of_file(mem, file, &kind, &err);
    if (status == LG_OK && kind == LG_FILE_AREAS)
        printf("%s: taken for a scenario, since it calls area{...}; but it never calls "
               "scenario{...}: let it end with return scenario { name = ..., grid = area {...} }\n",
               file);
    if (status == LG_OK)
        status = kind == LG_FILE_SCRIPT   ? check_script(mem, file, &err)
                 : kind == LG_FILE_MATCH  ? lg_meet_check(mem, file, LG_CONTEST_MATCH, &err)
                 : kind == LG_FILE_LEAGUE ? lg_meet_check(mem, file, LG_CONTEST_LEAGUE, &err)
                 : kind == LG_FILE_COLLAB ? check_collab(mem, args, file, &err)
                                          : check_scenario(mem, args, &err);
    lg_plain_complain(err.text);
    lg_mem_strfree(mem, file);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_check = {
    .name = "check",
    .synopsis = "FILE [options]",
    .summary = "tell every problem of a scenario, match, league, community or script",
    .text =
        "FILE is a scenario (.lua or .json, or the folder that holds one), a match, a league, a\n"
        "community or a Lua script; a Lua file that calls scenario{...} or area{...} is a\n"
        "scenario, one that ends in return match{...} a match, in return league{...} a league, in\n"
        "return collab{...} a community for `lunagrid host`. Those three are checked with their\n"
        "scenarios, seats and scripts. Of a scenario the devices are opened, all its scripts are\n"
        "checked too, and each agent's on_start is called, where scripts look at their\n"
        "parameters. Each problem is a line `file:line: key: what was expected`, then comes a\n"
        "count.\n"
        "\n"
        "  lunagrid check examples/street\n"
        "  lunagrid check mine.lua\n"
        "  lunagrid check examples/real-street --set data=homes.csv\n"
        "\n"
        "Exits with 0 when there is no error (warnings are fine), 3 for a scenario, 4 for a\n"
        "script.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a scenario or a script",
    .run = check,
};
