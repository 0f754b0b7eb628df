/* Plugins come before the scenario, since their drivers say which assets and options it may have.
 */
#include "app/setup.h"

#include "app/microgrids.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "app/plain.h"
#include "app/schedule.h"
#include "base/input.h"
#include "script/agent.h"

static lg_status open_setup(lg_mem *mem, lg_setup *setup, bool gateways, lg_err *err)
{
    *setup = (lg_setup){.mem = mem};
    lg_diag_init(&setup->plugin_diag, mem);
    lg_diag_init(&setup->diag, mem);
    lg_status status = lg_places_find(mem, &setup->places, err);
    if (status != LG_OK)
        return status;
    const char *const *folders = (const char *const *)setup->places.plugins;
    uint32_t count = setup->places.plugin_count;
    setup->plugins = gateways ? lg_plugins_load(mem, folders, count, &setup->plugin_diag)
                              : lg_plugins_load_inner(mem, folders, count, &setup->plugin_diag);
    if (!setup->plugins)
        return lg_fail(err, LG_MEMORY, "out of memory while loading plugins");
    setup->drivers = lg_plugins_drivers(setup->plugins, &setup->driver_count);
    setup->rules = lg_plugins_rules(setup->plugins, &setup->rule_count);
    setup->devices = lg_plugins_devices(setup->plugins, &setup->device_count);
    return LG_OK;
}

lg_status lg_setup_open(lg_mem *mem, lg_setup *setup, lg_err *err)
{
    return open_setup(mem, setup, false, err);
}

lg_status lg_setup_open_wide(lg_mem *mem, lg_setup *setup, lg_err *err)
{
    return open_setup(mem, setup, true, err);
}

lg_status lg_setup_resolve(lg_mem *mem, const char *operand, char **file, lg_err *err)
{
    static const char *const names[] = {"scenario.lua", "scenario.json"};
    struct stat info;
    *file = NULL;
    bool is_file = lg_input_is_file(operand);
    if (!is_file && stat(operand, &info) != 0)
        return lg_fail(err, LG_SCENARIO, "%s: %s", operand, strerror(errno));
    if (is_file || !S_ISDIR(info.st_mode)) {
        *file = lg_mem_strdup(mem, operand);
        return *file ? LG_OK : lg_fail(err, LG_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < 2 && !*file; i++) {
        lg_text path;
        lg_text_init(&path, mem);
        lg_text_str(&path, operand);
        if (path.length && path.data[path.length - 1] != '/')
            lg_text_char(&path, '/');
        lg_text_str(&path, names[i]);
        if (!path.failed && lg_input_is_file(lg_text_peek(&path)))
            *file = lg_mem_strdup(mem, lg_text_peek(&path));
        lg_text_fini(&path);
    }
    return *file ? LG_OK
                 : lg_fail(err, LG_SCENARIO,
                           "%s: the folder holds neither scenario.lua nor scenario.json", operand);
}

lg_status lg_setup_read(lg_setup *setup, const char *operand, const lg_args *args, lg_err *err)
{
    lg_status status = lg_setup_resolve(setup->mem, operand, &setup->file, err);
    if (status != LG_OK)
        return status;
    lg_scenario_input input = {
        .file = setup->file,
        .settings = args->settings.items,
        .setting_count = args->settings.count,
        .drivers = setup->drivers,
        .driver_count = setup->driver_count,
        .rules = setup->rules,
        .rule_count = setup->rule_count,
        .devices = setup->devices,
        .device_count = setup->device_count,
        .scripts_folder = setup->places.scripts,
        .agents = args->agents.items,
        .agent_count = args->agents.count,
        .seats_file = args->seats,
        .slots = args->slots,
        .days = args->days,
        .has_seed = args->has_seed,
        .seed = args->seed,
        .gsy_settings = args->gsy_settings,
        .carbon_file = args->carbon_file,
        .gsy_text = setup->gsy_text,
    };
    status = lg_scenario_read(setup->mem, &input, &setup->diag, &setup->scenario);
    if (status == LG_OK || status == LG_SCENARIO)
        return status;
    lg_fail(err, status, "%s: %s", setup->file, lg_status_text(status));
    return status == LG_IO ? LG_SCENARIO : status; /* it cannot be read */
}

lg_status lg_setup_check_devices(const lg_setup *setup, lg_diag *diag)
{
    const lg_scenario *scenario = setup->scenario;
    lg_fleet_input input = {
        .site = &scenario->site,
        .drivers = setup->drivers,
        .driver_count = setup->driver_count,
        .start_ms = scenario->start_ms,
        .slot_s = scenario->rules.slot_ms / 1000,
        .latitude_deg = scenario->latitude_deg,
    };
    lg_fleet *fleet = NULL;
    lg_status status = lg_fleet_open(setup->mem, &input, diag, &fleet);
    if (status == LG_OK)
        status = lg_schedule_check(setup->mem, scenario, fleet, diag);
    if (fleet)
        lg_fleet_close(fleet);
    lg_microgrids *microgrids = NULL;
    if (status == LG_OK)
        status = lg_microgrids_open(setup->mem, scenario, NULL, diag, &microgrids);
    lg_microgrids_close(microgrids);
    return status == LG_PLUGIN ? LG_SCENARIO : status;
}

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

lg_status lg_setup_check_scripts(lg_setup *setup)
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

void lg_setup_drop(lg_setup *setup)
{
    lg_scenario_free(setup->scenario);
    setup->scenario = NULL;
    lg_mem_strfree(setup->mem, setup->file);
    setup->file = NULL;
    lg_diag_fini(&setup->diag);
    lg_diag_init(&setup->diag, setup->mem);
}

void lg_setup_close(lg_setup *setup)
{
    lg_scenario_free(setup->scenario);
    lg_mem_strfree(setup->mem, setup->file);
    lg_diag_fini(&setup->diag);
    lg_diag_fini(&setup->plugin_diag);
    if (setup->plugins)
        lg_plugins_free(setup->plugins);
    lg_places_fini(&setup->places);
    *setup = (lg_setup){.mem = setup->mem};
}

static void print_problems(lg_mem *mem, const lg_diag *diag, FILE *stream)
{
    lg_text text;
    lg_text_init(&text, mem);
    lg_diag_print(diag, &text);
    lg_plain_put(lg_text_peek(&text), stream);
    lg_text_fini(&text);
}

void lg_setup_warn(const lg_setup *setup)
{
    print_problems(setup->mem, &setup->plugin_diag, stderr);
    if (setup->driver_count == 0)
        fprintf(stderr,
                "lunagrid: no plugin was found in %s; LUNAGRID_PLUGINS may name other folders\n",
                setup->places.plugin_count ? setup->places.plugins[0] : "(nowhere)");
}

void lg_setup_print(lg_mem *mem, const lg_diag *diag, FILE *stream)
{
    print_problems(mem, diag, stream);
    fprintf(stream, "%u error%s, %u warning%s\n", diag->errors, diag->errors == 1 ? "" : "s",
            diag->warnings, diag->warnings == 1 ? "" : "s");
}
