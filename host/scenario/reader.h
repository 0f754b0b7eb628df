/* host/scenario/reader.h — what the files of this room share while one scenario is read */
#ifndef LG_SCENARIO_READER_H
#define LG_SCENARIO_READER_H

#include "base/status.h"
#include "scenario/conf.h"
#include "scenario/scenario.h"

/** 2^53 - 1: every seed up to it is one number, also where numbers are doubles. */
#define LG__SEED_MAX 9007199254740991.0

/** Lines of values that the command line gave: `--set`, `--agent`, any other option; and of the
 * file of `--seats`: its line n is LG__FROM_SEATS - n. */
#define LG__FROM_SET    (-1)
#define LG__FROM_AGENT  (-2)
#define LG__FROM_OPTION (-3)
#define LG__FROM_SEATS  (-4)
/** Names and texts are at most this long. */
#define LG__NAME_MAX 200

/* Building blocks of conf trees (conf.c). */
lg_conf *lg__conf_new(lg_arena *arena, lg_conf_type type, const char *key, int line);
/** Hangs @p item behind @p tail (at first &parent->first); @return the next tail. */
lg_conf **lg__conf_append(lg_conf *parent, lg_conf **tail, lg_conf *item);
lg_conf *lg__conf_item(lg_conf *table, const char *key);
void lg__conf_put(lg_conf *table, lg_conf *item);
void lg__conf_remove(lg_conf *table, const char *key);
/** Neither list nor table. */
bool lg__conf_is_plain(const lg_conf *conf);

/** Types of rows beside those of drivers (LG_OPTION_...): values that the room reads itself. */
enum {
    LG__KEY_TABLE = 100, /* an object with its own rows */
    LG__KEY_LIST,        /* a list of objects */
    LG__KEY_NAMES,       /* a list of texts */
    LG__KEY_FREE,        /* any table of plain values, lists and tables */
    LG__KEY_TIME,        /* text, ISO 8601 */
    LG__KEY_UUID,        /* text, a UUID */
};

/** One row of a table, what the file says for it (NULL: nothing) and its value. */
typedef struct lg__field {
    const lg_option *row;
    lg_conf *item;
    lg_value value;
} lg__field;

/** The rows of one kind of object, as pointers, because an asset's come from several tables. */
typedef struct lg__rows {
    const lg_option *const *items;
    uint32_t count;
    uint32_t
        own; /* the first of them are the room's, then come a driver's, then the trading table's */
} lg__rows;

enum lg__kind {
    LG__SCENARIO,
    LG__MARKET,
    LG__SETTLEMENT,
    LG__RESULTS,
    LG__INTRADAY,
    LG__DELIVERY_AREA, /* of intraday, as are the next two */
    LG__GRIDPOOL,
    LG__LINK,
    LG__COORDINATION,
    LG__MICROGRID,
    LG__COMPONENT, /* of a microgrid, as are the next three */
    LG__WIRE,
    LG__DEVICE,
    LG__FAULT,
    LG__AREA,
    LG__AGENT,
    LG__BUDGET, /* of an agent */
    LG__EVENT,
    LG__CSV,
    LG__KIND_COUNT, /* assets have rows by driver */
};

/** A series that has to cover the run: known only once start and slots are. */
typedef struct lg__span {
    const lg_profile *profile;
    const char *label, *key, *source;
    int line;
} lg__span;

/** Name -> index; areas first, then assets. Lives in the scratch arena. */
typedef struct lg__names {
    const lg_site *site;
    uint32_t *slots;
    uint32_t mask;
} lg__names;

struct lg__csv;

/** The first asset whose orders are replaced before they are old enough to leave their market. */
typedef struct lg__restless {
    const lg_conf *at; /* NULL: there is none */
    const char *label;
    bool said; /* update_interval is the scenario's */
    double minutes, ticks;
    uint16_t age;
    uint32_t count; /* how many there are */
} lg__restless;

typedef struct lg__reader {
    lg_mem *mem;
    const lg_scenario_input *input;
    lg_diag *diag;
    lg_scenario *scenario; /* under construction */
    lg_arena *arena;       /* the scenario's: lives as long as it */
    lg_arena scratch;      /* dropped when reading ends */
    const char *word;      /* that a file of data calls; NULL: scenario */
    bool exhausted;        /* an allocation failed; nothing else matters then */
    lg__rows rows[LG__KIND_COUNT];
    lg__rows *asset_rows; /* by driver */
    const char **driver_names;
    struct lg__csv *files; /* every CSV file once */
    const char **params;   /* names that param() asked for */
    uint32_t param_count, param_capacity;
    bool *setting_used; /* by setting: a param() took it */
    lg__span *spans;
    uint32_t span_count, span_capacity;
    uint32_t *profile_slots; /* hash of equal profiles: index + 1 into scenario->profiles */
    uint32_t profile_slot_count;
    lg__names names;         /* of the built site */
    int8_t keep_assets;      /* results.assets; -1: not said */
    bool base_case;          /* market.kind is "none" */
    lg_area market_defaults; /* the ages of areas that say none */
    lg__restless restless;
    lg__restless still; /* the first asset whose orders are not updated within a slot */
    const lg_conf **gridpool_agents; /* by gridpool: where the scenario names its agent */
    const lg_conf *coordination;     /* where the scenario has its table; NULL: nowhere */
    const lg_params **params_slots;  /* hash of equal parameter blocks */
    uint32_t params_slot_count, params_used;
} lg__reader;

/** Remembers that memory is exhausted; @return false, so that it can end a function. */
bool lg__exhausted(lg__reader *reader);

/**
 * Reports an error at @p at (NULL: no line) of `label.key`; either may be NULL or "".
 */
void lg__problem(lg__reader *reader, const lg_conf *at, const char *label, const char *key,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));
void lg__warning(lg__reader *reader, const lg_conf *at, const char *label, const char *key,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/** `; did you mean "x"?` or "" into @p out. */
void lg__near_miss(const char *word, const char *const *candidates, size_t count, char *out,
                   size_t size);

/* The tables (keys.c, trading.c). */
/** Fills reader->rows and reader->asset_rows. @return false: exhausted */
bool lg__rows_prepare(lg__reader *reader);
/** The rows of the room for @p kind; of an asset: LG__KIND_COUNT. */
const lg_option *lg__rows_of(enum lg__kind kind, uint32_t *count);
const lg_option *lg__trading_rows(uint32_t *count);
/** Rules of the market room's own among the choices of market.matching; plugins' come behind. */
#define LG__OWN_RULES 2
/** Appends all choices of market.matching, "a|b|c". @return false: exhausted */
bool lg__matching_choices(const lg_scenario_input *input, lg_text *out);
/** Whether @p row is that of market.matching, with our own rules alone. */
bool lg__is_matching(const lg_option *row);
/** Index of the driver @p name, LG_NONE when no plugin offers it. */
uint32_t lg__driver_index(const lg__reader *reader, const char *name);
/** Column @p index of an option that is a list of tables. */
static inline const lg_option *lg__column(const lg_option *row, uint32_t index)
{
    return (const lg_option *)((const char *)row->columns.items +
                               (size_t)index * row->columns.stride);
}
/** Option @p index of a driver. */
const lg_option *lg__driver_option(const lg_driver *driver, uint32_t index);

/* Checking (check.c, value.c). */
/**
 * Checks @p table against @p rows: unknown keys, types, ranges, what is missing; fills @p fields
 * (one a row). Every problem is reported; @return whether there was none.
 */
bool lg__check(lg__reader *reader, const char *label, lg_conf *table, const lg__rows *rows,
               lg__field *fields);
/** One value against its row. */
bool lg__check_value(lg__reader *reader, const char *label, lg__field *field);
/** "06:30" or "6:30" as minutes of the day, -1 for anything else (profile_day.c). */
int lg__day_minute(const char *text);
/** A time of day or a date (LG_OPTION_TIME, rows.c). @return whether it is one */
bool lg__check_time(lg__field *field);
/** A list of tables (LG_OPTION_ROWS, rows.c). *wrong_type: it is no list, which is not reported. */
bool lg__check_rows(lg__reader *reader, const char *label, lg__field *field, bool *wrong_type);
/** The field of that key; the key must be one of the rows. */
lg__field *lg__field_of(lg__field *fields, const lg__rows *rows, const char *key);
/** What was expected, for people: "a number (kW)". */
void lg__expected(const lg_option *row, char *out, size_t size);
/** What came instead: "the text \"x\"". */
void lg__got(const lg_conf *item, char *out, size_t size);
const char *lg__unit_sign(uint32_t unit);
/** What the file says as a table again, in the order of the rows; with the defaults of the room's
 * rows. */
lg_conf *lg__resolved(lg__reader *reader, const lg__rows *rows, const lg__field *fields);

/* Profiles (profiles.c). */
/** The profile that @p item describes, in row->unit; NULL after a problem. Owned by the scenario.
 */
const lg_profile *lg__profile_read(lg__reader *reader, const char *label, const lg_option *row,
                                   lg_conf *item);
const lg_profile *lg__profile_constant(lg__reader *reader, double value, uint32_t unit);
/** Checks every series against the run, now that its length is known. */
void lg__profiles_cover(lg__reader *reader);

/* Reading files into conf trees. */
/** The whole file, with a NUL behind; NULL after a problem. Free with lg_mem_free(mem, text, *size
 * + 1). */
char *lg__file_read(lg__reader *reader, const char *path, size_t *size);
lg_conf *lg__conf_from_json(lg__reader *reader, const char *text, size_t size);
lg_conf *lg__conf_from_lua(lg__reader *reader, const char *text, size_t size);

/** The name of a scenario that states none: that of its folder or file. NULL: exhausted. */
const char *lg__scenario_name(lg__reader *reader);
/** Whether all of `--set` is text; every problem is reported. */
bool lg__settings_check(lg__reader *reader);
/** `--set`, `--slots`, `--days`, `--seed` put into the tree. */
void lg__settings_apply(lg__reader *reader, lg_conf *root);
/** The part of it that are options of their own. */
void lg__options_apply(lg__reader *reader, lg_conf *root);

/* The site (nodes.c, site_build.c, view_count.c). */
/** What the file says once; clones come later. */
typedef struct lg__node {
    const lg_conf *conf;
    const char *name;
    const char *uuid; /* text or NULL */
    uint32_t clones;  /* 0: not cloned */
    bool is_asset;
    bool told_twice; /* a name that its clones share has been reported */
    bool told_slug;  /* that its path in results is not its own has been reported */
    bool in_clone;   /* it or something above it is cloned */
    int8_t member;   /* -1: not said */
    uint16_t offer_age, bid_age;
    int64_t fee_uct, fee_ppb;
    const lg_connection *connection;
    uint32_t driver, role;
    const lg_params *params;
    struct lg__node *first, *next, *parent;
} lg__node;

/** The checked tree below the conf of an area; *resolved is the same as conf. NULL: not even an
 * area. */
lg__node *lg__nodes_read(lg__reader *reader, lg_conf *grid, lg_conf **resolved);
/** Notes the update_interval of the asset @p node when its orders will not move as it seems to say
 * (intervals.c). */
void lg__interval_note(lg__reader *reader, const lg__node *node, const char *label,
                       const lg__field *interval, const lg__field *strategy);
/** Warns of what was noted: once of each kind, however many assets it is about. */
void lg__intervals_tell(lg__reader *reader, const lg__node *root);

/** Makes of the tree what the gsy-e exchange makes of it without a market (base_case.c). @p asks,
 * @p pays: the scenario names market_maker_rate, feed_in_tariff. */
void lg__base_case(lg__reader *reader, lg_conf *grid, bool asks, bool pays);
/** Lays out areas and assets of scenario->site, with names and identities. */
void lg__site_build(lg__reader *reader, lg__node *root);
/** Warns of areas whose book the markets below see in very many ways; @p nodes: one an area. */
void lg__views_check(lg__reader *reader, lg__node *const *nodes);
/** Refuses areas whose path in results is not their own. */
void lg__slugs_check(lg__reader *reader, lg__node *const *nodes);
/** Warns of areas whose orders cannot meet the utility's within a slot. */
void lg__reach_check(lg__reader *reader, lg__node *const *nodes);
/** Warns where the scenario's rates are not those of the bus or market maker; @p maker and @p
 * tariff are what it says of them, or NULL (rates_check.c). */
void lg__rates_check(lg__reader *reader, const lg_conf *maker, const lg_conf *tariff);
/** The shared block of @p fields (those of a driver and of trading). NULL: exhausted. */
const lg_params *lg__params_share(lg__reader *reader, const lg__field *fields, uint32_t count,
                                  uint32_t driver_count);

/* Names (names.c). */
bool lg__names_init(lg__reader *reader, lg__names *names, const lg_site *site);
/** Enters an item; @return the index that has that name already, else LG_NONE. */
uint32_t lg__names_add(lg__names *names, uint32_t index);
/** Index of the area or (behind the areas) asset of that name or UUID text; LG_NONE. */
uint32_t lg__names_find(const lg__names *names, const char *text);
/** `; did you mean ...` among the names of the site. */
void lg__names_near(lg__reader *reader, const lg_site *site, bool assets_too, const char *word,
                    char *out, size_t size);

/* Agents (agents.c, scripts.c). */
/** Agents of the file, of the command line, and templates for the rest. *resolved: the list as
 * conf. */
void lg__agents_read(lg__reader *reader, lg_conf *list, lg_conf **resolved);
/**
 * The params of an agent as its script gets them: plain values as they are written, and each csv,
 * day or series within as a list of one number a slot of the run. The conf itself stays as it is
 * written. NULL: there are none, or exhausted.
 */
const lg_conf *lg__agent_params(lg__reader *reader, const char *label, lg_conf *params);
/** Path of a script that the scenario names; NULL when there is none (nothing is reported). */
const char *lg__script_find(lg__reader *reader, const char *script);
/** As lg__script_find, but reports. */
const char *lg__script_path(lg__reader *reader, const lg_conf *at, const char *label,
                            const char *key, const char *script);
/** Reads `budget` of an agent (NULL: none); @return it as resolved, NULL: none, or exhausted. */
lg_conf *lg__agent_budget(lg__reader *r, const char *label, lg_conf *table, lg_agent_spec *spec);

/* Lists (lists.c). */
/** Room for the label of an object in a list: "intraday.areas[3]". */
#define LG__OBJECT_LABEL_MAX 96
/** Reads object @p index; @return it again with defaults, NULL: there is no use for it, or
 * exhausted
 */
typedef lg_conf *lg__object_reader(lg__reader *reader, const char *label, lg_conf *item,
                                   uint32_t index, void *ctx);
uint32_t lg__objects_count(const lg__field *field);
/** Reads every object of the list @p field of @p owner (NULL: the scenario). @return the list
 * again; NULL: exhausted */
lg_conf *lg__objects_read(lg__reader *reader, const char *owner, const lg__field *field,
                          lg__object_reader *read, void *ctx);

/** Reads `microgrids`, once the site stands; @return the same with defaults, NULL: exhausted */
lg_conf *lg__microgrids_read(lg__reader *reader, const lg__field *list);
/** The rows of devices of @p driver, for its device drivers' own options. false: exhausted */
bool lg__device_rows(lg__reader *reader, const lg_device_driver *driver, lg__rows *rows);

/** A file relative to the scenario's folder, else to the working directory; NULL: exhausted. */
const char *lg__path_near(lg__reader *reader, const char *file);
/** Where lg__path_near() has looked for a file that is nowhere, for behind a sentence; "" when it
 * is there. */
const char *lg__path_tried(lg__reader *reader, const char *file);
/** Whether there is one in the scenario's folder. */
bool lg__file_is_beside(lg__reader *reader, const char *file);

/** Scheduled events, once site and agents stand. *resolved: the list as conf. */
void lg__events_read(lg__reader *reader, lg_conf *list, lg_conf **resolved);
/** What `params` of a change say of the assets and areas that @p spec names (changes.c). */
void lg__changes_read(lg__reader *reader, const char *label, const lg_conf *params,
                      lg_event_spec *spec);

/** Appends @p conf as JSON with 2 spaces an indent (print.c). */
void lg__conf_print(const lg_conf *conf, lg_text *out, int indent);

#endif
