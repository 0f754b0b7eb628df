/* host/app/results.h — where the results of a run go, and what they say about it */
#ifndef LG_APP_RESULTS_H
#define LG_APP_RESULTS_H

#include "scenario/scenario.h"
#include "store/store.h"

/** "one_sided", "pay_as_bid", "pay_as_clear" or the name of the plugin's rule. */
const char *lg_results_rule(const lg_rules *rules);

/**
 * The folder of the results: @p out when given, else runs/<scenario name> below the working
 * directory, with characters that do not belong into a file name as "-". NULL when exhausted; free
 * with lg_mem_strfree().
 */
char *lg_results_folder(lg_mem *mem, const char *out, const char *scenario_name);

/** What lg_results_open() needs beyond the scenario; borrowed. */
typedef struct lg_results_input {
    const char *folder;
    const lg_scenario *scenario;
    const lg_market *market;
    const lg_origins *origins;
    const lg_settling *settling; /* NULL: none */
    uint32_t community;          /* area: lg_members_community() */
    const lg_driver *const *drivers;
    uint32_t driver_count;
    const lg_run_agent *agents;
    uint32_t agent_count;
    bool ours; /* as in lg_store_input */
    bool csv;
    bool keep_open;                                                 /* likewise */
    lg_status (*begin)(void *ctx, const char *folder, lg_err *err); /* as in lg_store_input */
    void *ctx;
} lg_results_input;

/** Opens the store. @return as lg_store_open() */
lg_status lg_results_open(lg_mem *mem, const lg_results_input *input, lg_err *err,
                          lg_store **out) LG_CHECKED;

#endif
