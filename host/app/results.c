/* Fills what the store asks for from the scenario; the texts live for the call only, the store
 * copies them. */
#include "app/results.h"

#include <string.h>

const char *lg_results_rule(const lg_rules *rules)
{
    if (rules->no_market)
        return "no_market";
    switch (rules->match) {
    case LG_ONE_SIDED:
        return "one_sided";
    case LG_PAY_AS_BID:
        return "pay_as_bid";
    case LG_PAY_AS_CLEAR:
        return "pay_as_clear";
    case LG_BY_PLUGIN:
        return rules->matcher->rule->name;
    }
    return "?";
}

char *lg_results_folder(lg_mem *mem, const char *out, const char *scenario_name)
{
    if (out)
        return lg_mem_strdup(mem, out);
    lg_text folder;
    lg_text_init(&folder, mem);
    lg_text_str(&folder, "runs/");
    for (const char *c = scenario_name; *c; c++) {
        bool odd = (unsigned char)*c < 0x20 || *c == 0x7f || *c == '/' || *c == '\\';
        bool hidden = *c == '.' && c == scenario_name;
        lg_text_char(&folder, odd || hidden ? '-' : *c);
    }
    if (!*scenario_name)
        lg_text_str(&folder, "unnamed");
    char *copy = folder.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&folder));
    lg_text_fini(&folder);
    return copy;
}

lg_status lg_results_open(lg_mem *mem, const lg_results_input *input, lg_err *err, lg_store **out)
{
    const lg_scenario *scenario = input->scenario;
    const char **names = lg_mem_zalloc(mem, input->driver_count, sizeof *names);
    lg_text json;
    lg_text_init(&json, mem);
    lg_scenario_print(scenario, &json);
    lg_status status = LG_MEMORY;
    *out = NULL;
    if (!names || json.failed) {
        lg_fail(err, LG_MEMORY, "out of memory while opening the results");
        goto out;
    }
    for (uint32_t i = 0; i < input->driver_count; i++)
        names[i] = input->drivers[i]->name;
    lg_run_info info = {
        .scenario_name = scenario->name,
        .scenario_file = scenario->file,
        .scenario_hash = scenario->hash,
        .scenario_json = lg_text_peek(&json),
        .engine_version = LG_VERSION,
        .lua_version = LG_LUA_VERSION,
        .seed = scenario->seed,
        .start_ms = scenario->start_ms,
        .slot_count = scenario->slot_count,
        .slot_s = scenario->rules.slot_ms / 1000,
        .ticks_per_slot = scenario->rules.ticks_per_slot,
        .market_rule = lg_results_rule(&scenario->rules),
        .fee_kind = scenario->rules.fee_kind == LG_FEE_CONSTANT ? "constant" : "percentage",
        .compat = scenario->rules.compat_gsy ? "gsy-e" : "none",
    };
    lg_store_input store = {
        .folder = input->folder,
        .site = &scenario->site,
        .market = input->market,
        .origins = input->origins,
        .settling = input->settling,
        .community = input->community,
        .info = &info,
        .agents = input->agents,
        .agent_count = input->agent_count,
        .driver_names = names,
        .trades = scenario->keep_trades,
        .orders = scenario->keep_orders,
        .assets = scenario->keep_assets,
        .ours = input->ours,
        .csv = input->csv,
        .keep_open = input->keep_open,
        .begin = input->begin,
        .ctx = input->ctx,
    };
    status = lg_store_open(mem, &store, err, out);
out:
    lg_text_fini(&json);
    lg_mem_free(mem, names, input->driver_count * sizeof *names);
    return status;
}
