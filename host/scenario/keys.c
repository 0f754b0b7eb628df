/*
 * The keys of every object of a scenario. These tables check it, fill defaults, say what was meant,
 * print the resolved form and become the JSON Schema: a key that is not here does not exist.
 */
#include "scenario/reader.h"

#include <math.h>
#include <string.h>

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))
#define ROW(kind, key, ...)                                                                        \
    {                                                                                              \
        .size = sizeof(lg_option), .type = (kind), .name = (key), __VA_ARGS__                      \
    }
#define NONE .def = NAN

static const lg_option scenario_rows[] = {
    ROW(LG_OPTION_TEXT, "$schema", NONE, .help = "for editors; not read"),
    ROW(LG_OPTION_TEXT, "name", NONE, .help = "name of the scenario; default: of its folder"),
    ROW(LG_OPTION_TEXT, "description", NONE, .help = "what the scenario shows"),
    ROW(LG_OPTION_INTEGER, "seed", .def = 1, .max = LG__SEED_MAX,
        .help = "every draw of the run comes from it"),
    ROW(LG__KEY_TIME, "start", NONE, .help = "first slot, UTC; default 2024-06-03T00:00Z"),
    ROW(LG_OPTION_NUMBER, "days", NONE, .min = 0.001, .max = 36600,
        .help = "length of the run; default 1"),
    ROW(LG_OPTION_INTEGER, "slots", NONE, .min = 1, .max = 20000000,
        .help = "length of the run in slots, instead of days"),
    ROW(LG_OPTION_INTEGER, "slot_minutes", .unit = LG_UNIT_MINUTE, .def = 15, .min = 2, .max = 60,
        .help = "length of a market slot"),
    ROW(LG_OPTION_INTEGER, "ticks_per_slot", NONE, .min = 10, .max = 3600,
        .help = "steps of a slot, a multiple of 10; default 10"),
    ROW(LG_OPTION_NUMBER, "tick_seconds", NONE, .min = 1, .max = 360,
        .help = "length of a step, instead of ticks_per_slot"),
    ROW(LG__KEY_TABLE, "market", NONE, .help = "by which rules the markets trade"),
    ROW(LG_OPTION_PROFILE, "market_maker_rate", .unit = LG_UNIT_CT_PER_KWH, .def = 30, .max = 10000,
        .help = "what the utility asks"),
    ROW(LG_OPTION_PROFILE, "feed_in_tariff", .unit = LG_UNIT_CT_PER_KWH, .def = 0, .max = 10000,
        .help = "what the utility pays"),
    ROW(LG_OPTION_NUMBER, "unserved_surcharge", .unit = LG_UNIT_CT_PER_KWH, .def = 5, .max = 10000,
        .help = "on top of the market maker's rate for demand that nobody served"),
    ROW(LG_OPTION_NUMBER, "latitude", .unit = LG_UNIT_DEGREE, .def = 52.5, .min = -90, .max = 90,
        .help = "of the site, north positive; where the sun stands"),
    ROW(LG_OPTION_INTEGER, "reload_probation", NONE, .max = 100000,
        .help = "ticks in which an error of a script that was reloaded brings the version before "
                "back; default 10, 0: never"),
    ROW(LG_OPTION_NUMBER, "reload_seconds", NONE, .min = 0.05, .max = 3600,
        .help =
            "processor time (s) that a newer version of a script may take to be loaded, and for "
            "each callback that is tried out: no longer is the market held up; default 0.5"),
    ROW(LG_OPTION_NUMBER, "worker_silence", NONE, .min = 0.01, .max = 1000,
        .help = "parts of a slot, as it is paced, for which a worker that neither runs nor answers "
                "may keep the slot waiting, which is 0.1 s at least; default 0.5"),
    ROW(LG_OPTION_INTEGER, "board_posts", NONE, .max = 64,
        .help = "how many posts of each agent stay on the board by which scripts pass messages and "
                "forecasts to one another; default 0: there is no board"),
    ROW(LG__KEY_TABLE, "settlement", NONE,
        .help = "markets of past slots: what was measured against what was planned; default none"),
    ROW(LG__KEY_TABLE, "intraday", NONE,
        .help = "a continuous market of delivery areas and periods beside the local ones; default "
                "none"),
    ROW(LG__KEY_TABLE, "coordination", NONE,
        .help = "an operator who sends signals, and aggregators who answer for their assets; "
                "default none"),
    ROW(LG__KEY_LIST, "microgrids", NONE,
        .help = "sites with their components and devices, which are measured and commanded; "
                "assets may be backed by them"),
    ROW(LG__KEY_TABLE, "results", NONE, .help = "what is stored"),
    ROW(LG__KEY_TABLE, "grid", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "the topmost area of the grid"),
    ROW(LG__KEY_LIST, "agents", NONE, .help = "scripts and what they command"),
    ROW(LG__KEY_LIST, "events", NONE,
        .help = "what happens by schedule: islands, outages, changes"),
};

/* Rules of plugins stand behind these (lg__matching_choices). */
#define OWN_MATCHING "pay_as_bid|pay_as_clear"

static const lg_option market_rows[] = {
    ROW(LG_OPTION_TEXT, "kind", NONE, .choices = "two_sided|one_sided|none",
        .help = "two_sided: bids and offers are matched; one_sided: buyers take offers; none: the "
                "base case, in which each home trades with the utility only"),
    ROW(LG_OPTION_TEXT, "matching", NONE, .choices = OWN_MATCHING,
        .help = "who trades with whom in a two-sided market, at which rate; also by plugins"),
    ROW(LG_OPTION_BOOL, "dof", .def = 1, .max = 1,
        .help = "orders may carry requirements and attributes, where the matching looks at them"),
    ROW(LG_OPTION_TEXT, "fees", NONE, .choices = "constant|percentage",
        .help = "which of the grid fees of the areas counts"),
    ROW(LG_OPTION_INTEGER, "offer_age", .def = 2, .max = 60000,
        .help = "ticks an offer waits before the next market sees it"),
    ROW(LG_OPTION_INTEGER, "bid_age", .def = 2, .max = 60000,
        .help = "ticks a bid waits before the next market sees it"),
    ROW(LG_OPTION_BOOL, "keep_age", NONE, .max = 1,
        .help = "an updated order keeps its age; default true, with compat gsy-e false"),
    ROW(LG_OPTION_TEXT, "compat", NONE, .choices = "none|gsy-e",
        .help = "gsy-e reproduces the figures of that exchange where they differ"),
};

static const lg_option settlement_rows[] = {
    ROW(LG_OPTION_BOOL, "enabled", .def = 1, .max = 1, .help = "false: there are none after all"),
    ROW(LG_OPTION_NUMBER, "max_age_hours", .def = 1, .min = 0.01, .max = 24,
        .help = "how long the market of a slot stays open (h), from the end of the slot"),
    ROW(LG_OPTION_NUMBER, "relative_std_percent", .unit = LG_UNIT_PERCENT, .def = 10, .max = 100,
        .help = "standard deviation of what is measured, in percent of the forecast, where nobody "
                "sends measurements"),
};

static const lg_option intraday_rows[] = {
    ROW(LG__KEY_LIST, "areas", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "delivery areas, each with its books"),
    ROW(LG__KEY_LIST, "gridpools", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "who trades: each is one participant, by script, by remote client, or both"),
    ROW(LG__KEY_LIST, "links", NONE,
        .help = "how much energy can flow from one area to another; default: orders meet within "
                "their area only"),
    ROW(LG_OPTION_TEXT, "self_trade", NONE,
        .choices = "refuse|allow|cancel_resting|cancel_incoming",
        .help = "when an order would meet one of its own gridpool: it is refused, they trade, the "
                "one in the book is canceled, or what is left of the new one"),
    ROW(LG_OPTION_TEXT, "clock", NONE, .choices = "run|wall",
        .help = "what remote clients are told of the time: that of the run, or moved by whole "
                "hours to that of their own clocks when the gateway opens"),
    ROW(LG_OPTION_INTEGER, "orders_max", .def = 10000, .min = 1, .max = 10000000,
        .help = "open orders of a gridpool"),
    ROW(LG_OPTION_INTEGER, "orders_kept", .def = 100000, .max = 10000000,
        .help = "orders that are over and can still be asked for, of all gridpools together"),
    ROW(LG_OPTION_INTEGER, "log_entries", .def = 65536, .min = 64, .max = 16777216,
        .help = "changes of orders, trades, and records of the public book, of each so many, that "
                "those who read late still find"),
    ROW(LG_OPTION_PROFILE, "imbalance_short_rate", .unit = LG_UNIT_CT_PER_KWH, NONE, .min = -10000,
        .max = 10000,
        .help = "what a gridpool pays at delivery for energy that it sold and did not deliver; "
                "default: market_maker_rate"),
    ROW(LG_OPTION_PROFILE, "imbalance_long_rate", .unit = LG_UNIT_CT_PER_KWH, NONE, .min = -10000,
        .max = 10000,
        .help = "what it gets for energy that it delivered and did not sell; default: "
                "feed_in_tariff"),
};

static const lg_option delivery_area_rows[] = {
    ROW(LG_OPTION_TEXT, "code", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "as clients name it, like \"10YDE-EON------1\""),
    ROW(LG_OPTION_TEXT, "code_type", NONE, .choices = "eic|nerc", .help = "whose code it is"),
    ROW(LG_OPTION_TEXT, "currency", NONE, .choices = "EUR|USD|CAD|GBP|CHF|CNY|JPY|AUD|NZD|SGD",
        .help = "of its prices"),
    ROW(LG_OPTION_LIST, "periods", NONE, .min = 5, .max = 60,
        .help = "durations that are traded, of 5, 15, 30 and 60 minutes; default 15 and 60"),
    ROW(LG_OPTION_NUMBER, "price_step", .def = 0.01, .min = 0.001, .max = 100,
        .help = "prices are multiples of it, per MWh"),
    ROW(LG_OPTION_NUMBER, "quantity_step_MW", .def = 0.1, .min = 0.001, .max = 100,
        .help = "quantities are multiples of it, and at least it"),
    ROW(LG_OPTION_NUMBER, "gate_closure", .unit = LG_UNIT_MINUTE, .def = 5, .max = 1440,
        .help = "trading of a period ends so long before its start"),
    ROW(LG_OPTION_NUMBER, "opens_hours", .def = 36, .min = 0.1, .max = 336,
        .help = "trading of a period begins so long before its start (h)"),
};

static const lg_option gridpool_rows[] = {
    ROW(LG_OPTION_INTEGER, "id", NONE, .flags = LG_OPTION_REQUIRED, .min = 1, .max = LG__SEED_MAX,
        .help = "number of the participant, as clients know it"),
    ROW(LG_OPTION_TEXT, "name", NONE,
        .help = "of the participant; default: its agent's, or its id"),
    ROW(LG_OPTION_TEXT, "agent", NONE,
        .help = "whose script trades for it, and whose assets deliver; default: nobody's"),
    ROW(LG_OPTION_TEXT, "area", NONE,
        .help = "delivery area in which the agent's assets are; default: the first"),
};

static const lg_option link_rows[] = {
    ROW(LG_OPTION_TEXT, "from", NONE, .flags = LG_OPTION_REQUIRED, .help = "code of an area"),
    ROW(LG_OPTION_TEXT, "to", NONE, .flags = LG_OPTION_REQUIRED, .help = "code of another one"),
    ROW(LG_OPTION_NUMBER, "capacity_MW", NONE, .flags = LG_OPTION_REQUIRED, .max = 10000,
        .help = "what can flow this way in each period"),
};

static const lg_option coordination_rows[] = {
    ROW(LG_OPTION_TEXT, "operator", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "agent that publishes price curves and limits"),
    ROW(LG__KEY_NAMES, "aggregators", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "agents that answer: the assets of each are its resources, the area of an asset "
                "is its home"),
    ROW(LG_OPTION_TEXT, "currency", NONE, .choices = "EUR|NOK|SEK|DKK",
        .help = "of prices and compensations"),
    ROW(LG_OPTION_TEXT, "price_area", NONE,
        .choices = "Unknown|NO1|NO2|NO3|NO4|NO5|FI|DK1|DK2|SE1|SE2|SE3|SE4",
        .help = "bidding zone that signals name"),
    ROW(LG_OPTION_TEXT, "zone", NONE,
        .help = "time zone of the months of compensation, like \"Europe/Oslo\"; default UTC"),
    ROW(LG_OPTION_NUMBER, "acknowledge_minutes", .unit = LG_UNIT_MINUTE, .def = 15, .max = 100000,
        .help = "a limit that nobody has answered for so long counts as declined"),
    ROW(LG_OPTION_NUMBER, "eligibility_minutes", .unit = LG_UNIT_MINUTE, .def = 10, .max = 100000,
        .help = "at least so long between two tellings of who may take part"),
    ROW(LG_OPTION_BOOL, "must_be_eligible", .def = 0, .max = 1,
        .help = "only who is eligible may enrol"),
};

static const lg_option microgrid_rows[] = {
    ROW(LG_OPTION_INTEGER, "id", NONE, .flags = LG_OPTION_REQUIRED, .min = 1, .max = LG__SEED_MAX,
        .help = "number of the microgrid, as clients know it"),
    ROW(LG_OPTION_TEXT, "name", NONE, .help = "default: its id"),
    ROW(LG_OPTION_INTEGER, "enterprise_id", .def = 1, .min = 1, .max = LG__SEED_MAX,
        .help = "number of who runs it, as clients know it"),
    ROW(LG_OPTION_TEXT, "delivery_area", NONE,
        .help = "EIC code of the area it lies in, like \"10YDE-EON------1\"; default: none"),
    ROW(LG_OPTION_TEXT, "country", NONE, .help = "two letters, \"DE\""),
    ROW(LG_OPTION_NUMBER, "latitude", NONE, .unit = LG_UNIT_DEGREE, .min = -90, .max = 90,
        .help = "north positive; default: that of the scenario"),
    ROW(LG_OPTION_NUMBER, "longitude", .unit = LG_UNIT_DEGREE, .def = 13.4, .min = -180, .max = 180,
        .help = "east positive"),
    ROW(LG_OPTION_NUMBER, "step_seconds", .def = 1, .min = 0.1, .max = 60,
        .help = "devices go on by so much at a time, and are measured as often (s)"),
    ROW(LG_OPTION_BOOL, "islanded", .def = 0, .max = 1,
        .help = "there is no connection to a grid, so no grid_connection_point"),
    ROW(LG_OPTION_NUMBER, "voltage_V", .def = 230, .min = 1, .max = 1000000,
        .help = "nominal, between a phase and neutral"),
    ROW(LG_OPTION_NUMBER, "frequency_Hz", .def = 50, .min = 1, .max = 1000, .help = "nominal"),
    ROW(LG__KEY_LIST, "components", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "what there is: meters, inverters, batteries, ..."),
    ROW(LG__KEY_LIST, "connections", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "how they are wired, from the grid on"),
    ROW(LG__KEY_LIST, "devices", NONE,
        .help = "what speaks for them; a component without one sums what hangs from it"),
    ROW(LG__KEY_LIST, "faults", NONE, .help = "what devices do wrong, by schedule"),
};

#define CATEGORY_WORD(name, number, word, power) "|" word
/* All words but the first, "unspecified", which no component may be. */
#define CATEGORY_WORDS                       (&LG_CATEGORIES(CATEGORY_WORD)[sizeof "|unspecified|" - 1])
#define FAULT_WORD(name, number, word, help) "|" word

static const lg_option component_rows[] = {
    ROW(LG_OPTION_INTEGER, "id", NONE, .flags = LG_OPTION_REQUIRED, .min = 1, .max = LG__SEED_MAX,
        .help = "its number in the microgrid"),
    ROW(LG_OPTION_TEXT, "category", NONE, .flags = LG_OPTION_REQUIRED, .choices = CATEGORY_WORDS,
        .help = "meter, inverter, battery, ev_charger, grid_connection_point, ..."),
    ROW(LG_OPTION_TEXT, "type", NONE,
        .help = "of an inverter: battery, pv, hybrid; of a battery: li_ion, na_ion; of an "
                "ev_charger: ac, dc, hybrid"),
    ROW(LG_OPTION_TEXT, "name", NONE, .help = "default: its category and id"),
    ROW(LG_OPTION_TEXT, "manufacturer", NONE, .help = "for clients"),
    ROW(LG_OPTION_TEXT, "model", NONE, .help = "for clients"),
    ROW(LG_OPTION_TEXT, "mode", NONE, .choices = "control|telemetry|inactive",
        .help = "whether it is commanded and measured, measured only, or neither"),
    ROW(LG_OPTION_INTEGER, "fuse_A", .def = 0, .max = 1000000,
        .help = "of a grid_connection_point: rated current of its fuse"),
    ROW(LG_OPTION_NUMBER, "import_kW", NONE, .max = 1000000,
        .help = "of a grid_connection_point: most that may be drawn by contract"),
    ROW(LG_OPTION_NUMBER, "export_kW", NONE, .max = 1000000,
        .help = "of a grid_connection_point: most that may be fed in by contract"),
};

static const lg_option wire_rows[] = {
    ROW(LG_OPTION_INTEGER, "from", NONE, .flags = LG_OPTION_REQUIRED, .min = 1, .max = LG__SEED_MAX,
        .help = "id of the component nearer to the grid"),
    ROW(LG_OPTION_INTEGER, "to", NONE, .flags = LG_OPTION_REQUIRED, .min = 1, .max = LG__SEED_MAX,
        .help = "id of the one that hangs from it"),
};

static const lg_option device_rows[] = {
    ROW(LG_OPTION_TEXT, "driver", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "what kind of device; lunagrid plugins lists them"),
    ROW(LG_OPTION_LIST, "components", NONE, .flags = LG_OPTION_REQUIRED, .min = 1,
        .max = LG__SEED_MAX, .help = "ids of those it speaks for"),
    ROW(LG_OPTION_TEXT, "name", NONE, .help = "default: its driver and first component"),
};

static const lg_option fault_rows[] = {
    ROW(LG_OPTION_INTEGER, "component", NONE, .flags = LG_OPTION_REQUIRED, .min = 1,
        .max = LG__SEED_MAX, .help = "id of the component whose device shows it"),
    ROW(LG_OPTION_TEXT, "kind", NONE, .flags = LG_OPTION_REQUIRED,
        .choices = &LG_DEVICE_FAULTS(FAULT_WORD)[1], .help = "what it does"),
    ROW(LG_OPTION_TIME, "at", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "when: \"14:00\" every day, \"2024-06-03T14:00Z\" once"),
    ROW(LG_OPTION_NUMBER, "seconds", .def = 0, .max = 1000000000,
        .help = "how long; 0: until another one takes its place"),
};

static const lg_option results_rows[] = {
    ROW(LG_OPTION_BOOL, "trades", .def = 1, .max = 1, .help = "store every trade"),
    ROW(LG_OPTION_BOOL, "orders", .def = 0, .max = 1, .help = "store every order"),
    ROW(LG_OPTION_BOOL, "assets", NONE, .max = 1,
        .help = "store what every asset needed, could make and held in every slot; default: true "
                "up to 1000 assets"),
    ROW(LG_OPTION_PROFILE, "carbon_ratio", .unit = LG_UNIT_G_PER_KWH, NONE, .max = 100000,
        .help = "carbon dioxide of a kWh from the grid; without it there is no carbon table"),
};

static const lg_option area_rows[] = {
    ROW(LG_OPTION_TEXT, "name", NONE, .flags = LG_OPTION_REQUIRED, .help = "unique in the grid"),
    ROW(LG__KEY_UUID, "uuid", NONE, .help = "default: derived from seed and path"),
    ROW(LG_OPTION_INTEGER, "clones", NONE, .min = 1, .max = 10000000,
        .help = "repeats this; {i} in names becomes 1, 2, ..., {path} all numbers from outside"),
    ROW(LG_OPTION_NUMBER, "grid_fee_constant", NONE, .unit = LG_UNIT_CT_PER_KWH, .max = 10000,
        .help = "fee of this market; default 0"),
    ROW(LG_OPTION_NUMBER, "grid_fee_percentage", NONE, .unit = LG_UNIT_PERCENT, .max = 1000,
        .help = "fee of this market as a part of the price; default 0"),
    ROW(LG_OPTION_INTEGER, "offer_age", NONE, .max = 60000,
        .help = "ticks an offer waits here; default: of the market rules"),
    ROW(LG_OPTION_INTEGER, "bid_age", NONE, .max = 60000,
        .help = "ticks a bid waits here; default: of the market rules"),
    ROW(LG_OPTION_NUMBER, "baseline_peak_energy_import_kWh", NONE, .unit = LG_UNIT_KWH,
        .max = 1000000, .help = "most this market imported in a slot before; for percentages"),
    ROW(LG_OPTION_NUMBER, "baseline_peak_energy_export_kWh", NONE, .unit = LG_UNIT_KWH,
        .max = 1000000, .help = "most this market exported in a slot before; for percentages"),
    ROW(LG_OPTION_NUMBER, "import_capacity_kVA", NONE, .max = 1000000,
        .help = "of the connection to the market above; shown in results beside the imports"),
    ROW(LG_OPTION_NUMBER, "export_capacity_kVA", NONE, .max = 1000000,
        .help = "of the connection to the market above; shown in results beside the exports"),
    ROW(LG_OPTION_BOOL, "member", NONE, .max = 1,
        .help = "a home of the community with a row in reports; default: areas of assets only"),
    ROW(LG__KEY_LIST, "children", NONE, .help = "areas and assets below"),
};

static const lg_option asset_rows[] = {
    ROW(LG_OPTION_TEXT, "name", NONE, .flags = LG_OPTION_REQUIRED, .help = "unique in the grid"),
    ROW(LG_OPTION_TEXT, "type", NONE, .flags = LG_OPTION_REQUIRED, .help = "the driver"),
    ROW(LG__KEY_UUID, "uuid", NONE, .help = "default: derived from seed and path"),
    ROW(LG_OPTION_INTEGER, "clones", NONE, .min = 1, .max = 10000000,
        .help = "repeats this; {i} in names becomes 1, 2, ..., {path} all numbers from outside"),
};

static const lg_option agent_rows[] = {
    ROW(LG_OPTION_TEXT, "name", NONE, .flags = LG_OPTION_REQUIRED, .help = "unique among agents"),
    ROW(LG_OPTION_TEXT, "script", NONE, .flags = LG_OPTION_REQUIRED,
        .help =
            "Lua file, looked for beside the scenario, then among those that ship; \"baseline\": "
            "the template strategies of its assets, and the fees of its markets as they are"),
    ROW(LG_OPTION_TEXT, "owner", NONE,
        .help =
            "who stands behind it, for those whose commands to its assets are refused; default: "
            "its name"),
    ROW(LG__KEY_NAMES, "assets", NONE,
        .help =
            "names of assets, and of areas for all assets below; default: the agent's own name"),
    ROW(LG__KEY_NAMES, "markets", NONE, .help = "names of areas whose market it runs"),
    ROW(LG_OPTION_BOOL, "takes", .def = 0, .max = 1,
        .help = "takes its assets and markets from agents further up that command them too"),
    ROW(LG_OPTION_BOOL, "optional", .def = 0, .max = 1,
        .help = "a script that cannot be loaded leaves its place to \"baseline\" instead of ending "
                "the run before it begins"),
    ROW(LG__KEY_FREE, "params", NONE,
        .help = "values for the script's params; a csv, day or series in them is a list of one "
                "number a slot there"),
    ROW(LG__KEY_TABLE, "budget", NONE, .help = "what the script may use up; see there"),
    ROW(LG_OPTION_TEXT, "sees", NONE, .choices = "all|own",
        .help =
            "statistics and bills of which markets its script may see: all of them (default), or "
            "its own: those above its assets, those it commands, and what is below; others look "
            "as if nothing were traded there"),
    ROW(LG_OPTION_TEXT, "isolation", NONE, .choices = "process|worker",
        .help =
            "where the script runs: in the host's process, or, as befits a script of others, in "
            "a worker process of its own that can reach nothing but its market; same results"),
    ROW(LG_OPTION_INTEGER, "restarts", NONE, .min = 0, .max = 10,
        .help = "how often a script that was given up (its worker was lost, or it went past its "
                "budget) starts afresh with on_start, 1, 2, 4 ... slots later, before the template "
                "strategies take over; default 0"),
};

static const lg_option budget_rows[] = {
    ROW(LG_OPTION_INTEGER, "units_per_call", NONE, .min = 1000, .max = 1000000000000.0,
        .help = "instructions, and work of libraries counted as such, that a callback may take; "
                "default: not counted, which is quicker"),
    ROW(LG_OPTION_INTEGER, "units_at_load", NONE, .min = 1000, .max = 1000000000000.0,
        .help = "the same for the start: the top level of the script and, as far as it leaves more "
                "than units_per_call, on_start; default: ten million where units_per_call is "
                "given"),
    ROW(LG_OPTION_INTEGER, "bank", NONE, .min = 0, .max = 1000000000000.0,
        .help = "units that callbacks left over are saved up to this number, and later ones may "
                "draw them on top of units_per_call, which has to be given; at least 1000; default "
                "0: none are"),
    ROW(LG_OPTION_NUMBER, "seconds_per_call", NONE, .min = 0.05, .max = 3600,
        .help = "processor time (s) after which a callback is stopped; default 2, in a worker 0.2"),
    ROW(LG_OPTION_NUMBER, "seconds_at_load", NONE, .min = 0.05, .max = 3600,
        .help = "the same for the top level of the script and what it requires; default "
                "seconds_per_call"),
    ROW(LG_OPTION_NUMBER, "seconds_grace", NONE, .min = 0.01, .max = 3600,
        .help = "processor time (s) that a worker may take beyond these before its host ends it; "
                "default 0.1"),
    ROW(LG_OPTION_NUMBER, "patience", NONE, .min = 1, .max = 10000,
        .help = "how many times as long by the clock as a worker may take of processor time, grace "
                "included, its host waits for an answer; default 10"),
    ROW(LG_OPTION_NUMBER, "memory_MB", NONE, .min = 1, .max = 65536,
        .help = "memory of the script (2^20 bytes); default 16, and 2 KiB for each asset "
                "commanded"),
    ROW(LG_OPTION_INTEGER, "output_bytes", NONE, .min = 1, .max = 16777216,
        .help = "what print() writes in a callback; default 65536"),
    ROW(LG_OPTION_INTEGER, "faults_in_a_row", NONE, .min = 1, .max = 1000000000,
        .help = "callbacks that fail one after the other, until the template strategy takes over; "
                "default 100"),
    ROW(LG_OPTION_INTEGER, "breaches_a_day", NONE, .min = 1, .max = 1000000,
        .help = "callbacks that take more units than they have, on one day of the run (UTC), until "
                "the template strategy takes over; each before loses what it commanded; default 1"),
};

static const lg_option event_rows[] = {
    ROW(LG_OPTION_TEXT, "kind", NONE, .flags = LG_OPTION_REQUIRED,
        .choices = "disable|enable|disconnect|connect|change", .help = "what happens"),
    ROW(LG__KEY_NAMES, "targets", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "names of areas or assets; of agents when a change names a script"),
    ROW(LG_OPTION_TEXT, "at", NONE,
        .help = "time of the day, UTC, \"14:00\", every day; or once, \"2024-06-03T14:00Z\""),
    ROW(LG_OPTION_TEXT, "from", NONE,
        .help = "begin of an interval in which the targets are disabled or disconnected"),
    ROW(LG_OPTION_TEXT, "to", NONE, .help = "end of the interval, which is no part of it"),
    ROW(LG__KEY_FREE, "params", NONE,
        .help =
            "new values of options of the assets, or fees of the areas; of a script, its params"),
    ROW(LG_OPTION_TEXT, "script", NONE, .help = "Lua file that trades for the agents from then on"),
};

static const lg_option csv_rows[] = {
    ROW(LG_OPTION_TEXT, "file", NONE, .flags = LG_OPTION_REQUIRED,
        .help = "looked for beside the scenario, then in the working directory"),
    ROW(LG_OPTION_TEXT, "column", NONE, .help = "default: the only value column"),
    ROW(LG_OPTION_TEXT, "unit", NONE, .help = "of the values, unless the header states it"),
    ROW(LG_OPTION_TEXT, "sha256", NONE,
        .help = "the content that is expected; show-config fills it"),
};

static const struct {
    const lg_option *rows;
    uint32_t count;
} tables[LG__KIND_COUNT + 1] = {
    [LG__SCENARIO] = {scenario_rows, COUNT(scenario_rows)},
    [LG__MARKET] = {market_rows, COUNT(market_rows)},
    [LG__SETTLEMENT] = {settlement_rows, COUNT(settlement_rows)},
    [LG__RESULTS] = {results_rows, COUNT(results_rows)},
    [LG__INTRADAY] = {intraday_rows, COUNT(intraday_rows)},
    [LG__DELIVERY_AREA] = {delivery_area_rows, COUNT(delivery_area_rows)},
    [LG__GRIDPOOL] = {gridpool_rows, COUNT(gridpool_rows)},
    [LG__LINK] = {link_rows, COUNT(link_rows)},
    [LG__COORDINATION] = {coordination_rows, COUNT(coordination_rows)},
    [LG__MICROGRID] = {microgrid_rows, COUNT(microgrid_rows)},
    [LG__COMPONENT] = {component_rows, COUNT(component_rows)},
    [LG__WIRE] = {wire_rows, COUNT(wire_rows)},
    [LG__DEVICE] = {device_rows, COUNT(device_rows)},
    [LG__FAULT] = {fault_rows, COUNT(fault_rows)},
    [LG__AREA] = {area_rows, COUNT(area_rows)},
    [LG__AGENT] = {agent_rows, COUNT(agent_rows)},
    [LG__BUDGET] = {budget_rows, COUNT(budget_rows)},
    [LG__EVENT] = {event_rows, COUNT(event_rows)},
    [LG__CSV] = {csv_rows, COUNT(csv_rows)},
    [LG__KIND_COUNT] = {asset_rows, COUNT(asset_rows)},
};

const lg_option *lg__rows_of(enum lg__kind kind, uint32_t *count)
{
    *count = tables[kind].count;
    return tables[kind].rows;
}

const lg_option *lg__driver_option(const lg_driver *driver, uint32_t index)
{
    return (const lg_option *)((const char *)driver->options.items +
                               (size_t)index * driver->options.stride);
}

bool lg__matching_choices(const lg_scenario_input *input, lg_text *out)
{
    lg_text_str(out, OWN_MATCHING);
    for (uint32_t i = 0; i < input->rule_count; i++)
        lg_text_format(out, "|%s", input->rules[i]->name);
    return !out->failed;
}

bool lg__is_matching(const lg_option *row)
{
    return row->choices && strcmp(row->choices, OWN_MATCHING) == 0;
}

/* Puts the rules of plugins among the choices of market.matching. */
static bool matching_rows(lg__reader *r)
{
    lg__rows *rows = &r->rows[LG__MARKET];
    const lg_option **items = lg_arena_alloc(&r->scratch, rows->count * sizeof *items);
    lg_option *matching = lg_arena_alloc(&r->scratch, sizeof *matching);
    lg_text choices;
    lg_text_init(&choices, r->mem);
    bool fine = items && matching && lg__matching_choices(r->input, &choices);
    for (uint32_t i = 0; fine && i < rows->count; i++) {
        items[i] = rows->items[i];
        if (!lg__is_matching(items[i]))
            continue;
        *matching = *items[i];
        matching->choices = lg_arena_text(&r->scratch, choices.data, choices.length);
        fine = matching->choices != NULL;
        items[i] = matching;
    }
    lg_text_fini(&choices);
    rows->items = items;
    return fine || lg__exhausted(r);
}

uint32_t lg__driver_index(const lg__reader *reader, const char *name)
{
    for (uint32_t i = 0; i < reader->input->driver_count; i++)
        if (strcmp(reader->input->drivers[i]->name, name) == 0)
            return i;
    return LG_NONE;
}

/* The room's rows of @p kind, then @p options of a driver, then those of trading. */
static bool rows_join(lg__reader *r, enum lg__kind kind, const lg_array *options, bool trades,
                      lg__rows *rows)
{
    uint32_t own, trading = 0, n = 0;
    const lg_option *first = lg__rows_of(kind, &own), *trade = lg__trading_rows(&trading);
    uint32_t theirs = options ? options->count : 0;
    uint32_t count = own + theirs + (trades ? trading : 0);
    const lg_option **items = lg_arena_alloc(&r->scratch, count * sizeof *items);
    if (!items)
        return lg__exhausted(r);
    for (uint32_t i = 0; i < own; i++)
        items[n++] = first + i;
    for (uint32_t i = 0; i < theirs; i++)
        items[n++] =
            (const lg_option *)((const char *)options->items + (size_t)i * options->stride);
    for (uint32_t i = 0; trades && i < trading; i++)
        items[n++] = trade + i;
    *rows = (lg__rows){.items = items, .count = n, .own = own};
    return true;
}

bool lg__device_rows(lg__reader *r, const lg_device_driver *driver, lg__rows *rows)
{
    return rows_join(r, LG__DEVICE, driver ? &driver->options : NULL, false, rows);
}

bool lg__rows_prepare(lg__reader *r)
{
    uint32_t drivers = r->input->driver_count;
    for (int kind = 0; kind < LG__KIND_COUNT; kind++)
        if (!rows_join(r, (enum lg__kind)kind, NULL, false, &r->rows[kind]))
            return false;
    if (!matching_rows(r))
        return false;
    r->asset_rows = lg_arena_alloc(&r->scratch, (drivers + 1) * sizeof *r->asset_rows);
    r->driver_names = lg_arena_alloc(&r->scratch, (drivers + 1) * sizeof *r->driver_names);
    if (!r->asset_rows || !r->driver_names)
        return lg__exhausted(r);
    for (uint32_t i = 0; i < drivers; i++) {
        r->driver_names[i] = r->input->drivers[i]->name;
        if (!rows_join(r, LG__KIND_COUNT, &r->input->drivers[i]->options, true, &r->asset_rows[i]))
            return false;
    }
    /* Behind the last: an asset whose driver is unknown, only its own rows can be checked. */
    return rows_join(r, LG__KIND_COUNT, NULL, false, &r->asset_rows[drivers]);
}
