/* host/scenario/scenario.h — a whole run as the user wrote it, checked and resolved */
#ifndef LG_SCENARIO_SCENARIO_H
#define LG_SCENARIO_SCENARIO_H

#include "base/diag.h"
#include "base/status.h"
#include "coordination/scene.h"
#include "grid/event.h"
#include "grid/profile.h"
#include "grid/site.h"
#include "market/rules.h"
#include "scenario/microgrid_spec.h"
#include "scenario/when.h"
#include "trading/trading.h"

/** One `--set KEY=VALUE` of the command line. */
typedef struct lg_setting {
    const char *key, *value;
} lg_setting;

/** What the scenario lets a script use up; 0 where it says nothing. */
typedef struct lg_budget_spec {
    uint64_t units_per_call, units_at_load, bank, memory_bytes;
    uint32_t output_bytes, faults_in_a_row, breaches_a_day;
    double seconds_per_call, seconds_at_load, seconds_grace, patience;
} lg_budget_spec;

/** Limits that a scenario need not set. */
#define LG_SCENARIO_RELOAD_PROBATION 10
#define LG_SCENARIO_RELOAD_SECONDS   0.5
#define LG_SCENARIO_WORKER_SILENCE   0.5

/** In the place of a script: the template strategies trade for the agent's assets, and markets keep
 * the fees that the scenario gives them. The agent keeps its number all the same. */
#define LG_SCRIPT_BASELINE "baseline"

/** A participant: one script (or a built-in strategy by name) and what it commands. */
typedef struct lg_agent_spec {
    const char *name;
    const char *owner; /* who stands behind it; its name when nothing is said */
    const char
        *script; /* path of the Lua file, resolved: absolute or relative to the working directory */
    const char *script_name; /* as the scenario wrote it: for people and for results */
    uint32_t *assets;        /* indices into site.assets, in site order */
    uint32_t asset_count;
    uint32_t *markets; /* indices into site.areas */
    uint32_t market_count;
    uint32_t gridpool_count; /* that it trades for at the intraday market */
    bool coordinates;        /* it plays a part in the coordination */
    const struct lg_conf
        *params; /* table for the script's `params`, profiles as lists; NULL: none */
    lg_budget_spec budget;
    bool worker;       /* runs in a process of its own */
    bool is_baseline;  /* its script is LG_SCRIPT_BASELINE: nobody but the template strategies */
    bool narrow;       /* sees statistics and bills of its own surroundings only */
    bool optional;     /* they take its place, too, when its script cannot be loaded */
    uint32_t restarts; /* how often a script that was given up starts afresh */
    const char **baseline; /* by asset of the agent: path of the template strategy that trades for
                              it when the script is given up; NULL in it: none was found; NULL:
                              it commands no assets */
    bool template_agent;   /* made by the host for assets that no agent commands */
} lg_agent_spec;

/** The new value of one parameter of the assets of a driver. */
typedef struct lg_change_value {
    uint32_t index; /* into lg_params.items */
    lg_value value;
} lg_change_value;

/** What an event changes in the assets of one driver. */
typedef struct lg_change {
    uint32_t driver; /* as in lg_asset */
    lg_change_value *values;
    uint32_t count;
    bool device; /* values of the driver's own are among them */
} lg_change;

/** A scheduled event: at one time, or in an interval [from, to). */
typedef struct lg_event_spec {
    lg_event_kind kind;
    bool interval;
    lg_when from, to;         /* `at` is from */
    uint32_t *areas, *assets; /* as it names them */
    uint32_t area_count, asset_count;
    const char *detail; /* of a CHANGE, for people; else "" */
    /* CHANGE of parameters and fees */
    bool has_fee;
    int64_t fee; /* of the areas, in the unit of the rules' kind of fee */
    lg_change *changes;
    uint32_t change_count;
    uint32_t *changed; /* assets that have any, also those below areas */
    uint32_t changed_count;
    /* CHANGE of scripts: NULL, or what trades for the agents from then on */
    const char *script, *script_name;
    struct lg_conf *params;
    uint32_t *agents; /* indices into agents */
    uint32_t agent_count;
} lg_event_spec;

/** The intraday market. Arrays by gridpool are as rules.gridpools. */
typedef struct lg_intraday_spec {
    lg_trading_rules rules;
    uint32_t *agents;                         /* by gridpool: index into agents, LG_NONE: nobody */
    uint32_t *homes;                          /* by gridpool: area in which its assets deliver */
    const lg_profile *short_rate, *long_rate; /* ct/kWh; never NULL */
    bool wall;                                /* clients live in the time of their own clocks */
} lg_intraday_spec;

/** The coordination: who plays which part. */
typedef struct lg_coordination_spec {
    lg_scene_rules rules; /* zone and aggregators are filled; names as the scenario has them */
    const char *operator_name;
    uint32_t operator_agent; /* index into agents */
    uint32_t *agents;        /* by aggregator */
} lg_coordination_spec;

typedef struct lg_scenario {
    lg_mem *mem;
    lg_arena arena;     /* holds every text and array below */
    const char *file;   /* as given on the command line */
    const char *folder; /* of the file; scripts and data are looked for from here */
    const char *name;
    const char *description;
    char hash[65]; /* SHA-256 of the resolved scenario as JSON */
    lg_site site;
    lg_rules rules;              /* LG_BY_PLUGIN: its matcher is filled by whoever runs it */
    const lg_matching *matching; /* of LG_BY_PLUGIN: the plugin's rule; else NULL */
    uint64_t seed;
    int64_t start_ms;
    uint32_t slot_count;           /* of the whole run */
    uint32_t reload_probation;     /* ticks in which a reloaded script must not fail */
    double reload_seconds;         /* of processor time, that trying it out may hold the market */
    double worker_silence;         /* parts of a slot that a silent worker may keep it waiting */
    lg_profile *market_maker_rate; /* ct/kWh; never NULL (default 30) */
    lg_profile *feed_in_tariff;    /* ct/kWh; never NULL (default 0) */
    double
        unserved_surcharge_ct; /* on top of the utility's rate for demand nobody bought, ct/kWh */
    double latitude_deg;
    lg_agent_spec *agents;
    uint32_t agent_count;
    lg_event_spec *events; /* in the order of the file */
    uint32_t event_count;
    lg_profile **profiles; /* all that were made, to be freed */
    uint32_t profile_count, profile_capacity;
    lg_intraday_spec *intraday;         /* NULL: there is none */
    lg_coordination_spec *coordination; /* likewise */
    lg_microgrid_spec *microgrids;
    uint32_t microgrid_count;
    bool keep_orders; /* results: also store orders */
    bool keep_trades;
    bool keep_assets;               /* results: also what every asset could in every slot */
    const lg_profile *carbon_ratio; /* g/kWh; NULL: not said */
    struct lg_conf *resolved;       /* what show-config prints */
} lg_scenario;

/** What one needs to read a scenario. */
typedef struct lg_scenario_input {
    const char *file; /* .lua or .json */
    const lg_setting *settings;
    uint32_t setting_count;
    const lg_driver *const *drivers; /* what the loaded plugins offer, in a fixed order */
    uint32_t driver_count;
    const lg_matching *const *rules; /* matching rules that the loaded plugins offer, likewise */
    uint32_t rule_count;
    const lg_device_driver *const *devices; /* and device drivers of microgrids */
    uint32_t device_count;
    const char *scripts_folder; /* where `strategies/...` and `tariffs/...` that ship are found */
    const lg_setting
        *agents; /* --agent SEAT=FILE: the agent of that name, or the asset or area, runs FILE */
    uint32_t agent_count;
    const char *seats_file; /* --seats: a JSON list of agents, each in the place of the scenario's
                               of that name, or beside them; NULL: none */
    int64_t slots;          /* --slots; -1: as the scenario says */
    double days;            /* --days, need not be whole; -1: as the scenario says */
    bool has_seed;          /* --seed */
    uint64_t seed;
    /* A JSON file of the gsy-e exchange is recognised by its shape and imported. */
    const char *gsy_settings; /* its settings; NULL: settings.json beside it, if there is one */
    const char *carbon_file;  /* --carbon-ratio-file: CSV of time and g/kWh; NULL: none */
    lg_text *gsy_text; /* takes the scenario that was made of it; then any other file is refused */
} lg_scenario_input;

/**
 * Reads, checks and resolves a scenario. Every problem goes to @p diag with file, line, key, what
 * was expected and the near miss; nothing is half-read: on failure *out is NULL.
 * @return LG_OK; LG_SCENARIO there were errors; LG_IO the file cannot be read; LG_MEMORY
 */
lg_status lg_scenario_read(lg_mem *mem, const lg_scenario_input *input, lg_diag *diag,
                           lg_scenario **out) LG_CHECKED;
void lg_scenario_free(lg_scenario *scenario);

/** The resolved scenario as JSON (2 spaces an indent); reads back as the same scenario. */
void lg_scenario_print(const lg_scenario *scenario, lg_text *out);

/** The JSON Schema of scenario files, generated from the same tables that check them, for what the
 * drivers and rules of @p input allow. */
void lg_scenario_schema(const lg_scenario_input *input, lg_text *out);

#endif
