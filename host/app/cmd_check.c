/* host/app/cmd_check.c — `lunagrid check`: every problem of a scenario, match, league, community or
 * script at once */
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/kind.h"
#include "app/meet.h"
#include "app/plain.h"
#include "app/scenario_flags.h"
#include "app/setup.h"
#include "arena/collab.h"
#include "script/agent.h"

static const lg_flag flags[] = {LG_SCENARIO_FLAGS};

/* Script number @p index of the scenario: of its agents, then those that events bring; NULL: it
 * has none. */
static const char *script_of(const lg_scenario *scenario, uint32_t index)
{
    if (index >= scenario->agent_count)
        return scenario->events[index - scenario->agent_count].script;
    const lg_agent_spec *agent = &scenario->agents[index];
    return agent->is_baseline ? NULL : agent->script;
}

static bool seen_before(const lg_scenario *scenario, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (script_of(scenario, i) &&
            strcmp(script_of(scenario, i), script_of(scenario, index)) == 0)
            return true;
    return false;
}

/* Checks each script of the scenario once. */
static lg_status check_scripts(lg_setup *setup)
{
    const lg_scenario *scenario = setup->scenario;
    lg_status worst = LG_OK;
    for (uint32_t i = 0; i < scenario->agent_count + scenario->event_count; i++) {
        const char *script = script_of(scenario, i);
        if (!script || seen_before(scenario, i))
            continue;
        lg_status status = lg_script_check(setup->mem, script, setup->places.scripts, &setup->diag);
        if (status == LG_IO) {
            lg_diag_error(&setup->diag, script, 0,
                          i < scenario->agent_count ? scenario->agents[i].name : "change",
                          "it cannot be read");
            status = LG_SCRIPT;
        }
        if (status == LG_MEMORY)
            return status;
        if (status != LG_OK)
            worst = status;
    }
    return worst;
}

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
        lg_status scripts = check_scripts(&setup);
        status = status == LG_OK ? scripts : status;
    }
    if (status == LG_OK || setup.diag.count)
        lg_setup_print(mem, &setup.diag, stdout);
    lg_setup_close(&setup);
    return status;
}

/* The file itself, then the scenario it names; who sits where is looked at as it is hosted. */
static lg_status check_collab(lg_mem *mem, const lg_args *args, const char *file, lg_err *err)
{
    lg_diag diag;
    lg_collab collab;
    lg_args of_scenario = *args;
    lg_diag_init(&diag, mem);
    lg_status status = lg_collab_read(mem, file, &diag, &collab);
    if (diag.count)
        lg_setup_print(mem, &diag, stdout);
    of_scenario.operands[0] = collab.scenario;
    if (status == LG_OK)
        status = check_scenario(mem, &of_scenario, err);
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
        "FILE is a scenario (.lua or .json, or the folder that holds one), a match or a Lua\n"
        "script; a Lua file that calls scenario{...} or area{...} is a scenario, one that ends\n"
        "in return match{...} a match, in return league{...} a league, in return collab{...} a\n"
        "community for `lunagrid host`, which is checked with its scenario. Of a scenario the "
        "devices are\n"
        "opened and all its scripts are checked too. Each problem is a line\n"
        "`file:line: key: what was expected`, then comes a count.\n"
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
