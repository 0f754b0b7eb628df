/* host/scenario/gsy.h — scenarios of Grid Singularity's exchange (gsy-e), made into ours */
#ifndef LG_SCENARIO_GSY_H
#define LG_SCENARIO_GSY_H

#include "scenario/reader.h"

/** Kinds of assets as that exchange names them; bits, so that a key can belong to several. */
enum lg__gsy_kind {
    LG__GSY_LOAD_HOURS = 1 << 0,
    LG__GSY_LOAD_PROFILE = 1 << 1,
    LG__GSY_PV = 1 << 2,
    LG__GSY_PV_PROFILE = 1 << 3,
    LG__GSY_WIND = 1 << 4,
    LG__GSY_STORAGE = 1 << 5,
    LG__GSY_MARKET_MAKER = 1 << 6,
    LG__GSY_BUS = 1 << 7,
    LG__GSY_COMMERCIAL = 1 << 8,
    LG__GSY_POWER_PLANT = 1 << 9,
    LG__GSY_SMART_METER = 1 << 10,
    LG__GSY_PV_PREDEFINED = 1 << 11,
    LG__GSY_WIND_PREDEFINED = 1 << 12,
    LG__GSY_EV = 1 << 13,
    LG__GSY_HEAT_PUMP = 1 << 14,
    LG__GSY_ELECTROLYZER = 1 << 15,
    LG__GSY_NONE = 0, /* known, but there is nothing here that stands for it */
};

/** One name of a strategy, without "External", "Forecast" and "Strategy" behind it. */
typedef struct lg__gsy_strategy {
    const char *name;
    enum lg__gsy_kind kind;
    const char *driver; /* ours; NULL: none */
    const char *why;    /* why there is none: what follows "NAME is not supported yet: " */
} lg__gsy_strategy;

/** How the value of a key becomes ours. */
enum lg__gsy_how {
    LG__GSY_COPY,    /* as it is: number, switch, list of hours */
    LG__GSY_MINUTES, /* a time between updates: seconds when serialised, else minutes */
    LG__GSY_RATE,    /* ct/kWh: a number, or a profile where ours may be one */
    LG__GSY_POWER,   /* W or kW over time */
    LG__GSY_CHOICE,  /* a word of ours, written as a word, a number or a switch (gsy_choices.c) */
    LG__GSY_ROWS,    /* a list of tables, with the columns of ours */
    LG__GSY_LOSSES,  /* a table of three fractions */
    LG__GSY_CLOUDS,  /* 0 sunny, 1 partial, 2 cloudy, 4 the user's own */
    LG__GSY_COP,     /* a model of heat pumps, of which there is one here */
    LG__GSY_IGNORED, /* changes no figure here */
};

typedef struct lg__gsy_key {
    const char *name;
    unsigned kinds; /* lg__gsy_kind bits */
    enum lg__gsy_how how;
    const char *ours;         /* key of ours; NULL: the same */
    const char *ours_profile; /* LG__GSY_RATE: key for a rate that changes; NULL: the same */
} lg__gsy_key;

/** What the settings say, with that exchange's defaults for the rest. */
typedef struct lg__gsy_settings {
    int market_type, match_type, fee_type; /* numbers of that exchange */
    const char *matching_rule;             /* our name of the engine outside; NULL: not given */
    double offer_age, bid_age;
    int64_t start_ms, slot_ms, tick_ms, length_ms;
    double market_maker_rate, feed_in_tariff; /* NaN: not given */
    double update_min;                        /* NaN: not given */
    double seed;
    int settles; /* there are settlement markets */
    double settle_hours, settle_std;
} lg__gsy_settings;

/** A key that was left out because it changes nothing, and how often. */
typedef struct lg__gsy_ignored {
    const char *key;
    uint32_t times;
} lg__gsy_ignored;

#define LG__GSY_IGNORED_MAX 64

struct lg__gsy_points;

/** What the files of the import share while one scenario is made. */
typedef struct lg__gsy {
    lg__reader *r;
    lg__gsy_settings settings;
    uint32_t slots; /* of the run, as far as --slots and --days do not say otherwise */
    lg__gsy_ignored ignored[LG__GSY_IGNORED_MAX];
    uint32_t ignored_count;
    uint32_t external;            /* assets that somebody outside may control */
    uint32_t their_curves;        /* assets with a curve from a file of that exchange */
    uint32_t own_curves;          /* assets with a built-in curve of ours in place of that one's */
    struct lg__gsy_points *files; /* CSV profiles, each read once */
    const lg_conf *maker_rate;    /* ours, once an asset has set it */
    const lg_conf *feed_in;       /* likewise */
    bool maker_is_bus;            /* maker_rate is that of a bus: a market maker's comes first */
    lg_conf *scenario;            /* what is being made */
    const lg_conf *root;          /* what it is made of */
} lg__gsy;

/** Whether a JSON file is a scenario of that exchange: an area with children and no `grid`. */
bool lg__gsy_looks(const lg_conf *root);

/**
 * The scenario of ours that @p root describes, in the scenario's arena; lines stay those of the
 * file. With input->gsy_text it is printed there too. NULL after problems, which are reported.
 */
lg_conf *lg__gsy_convert(lg__reader *r, lg_conf *root);

/* The tables (gsy_kinds.c). */
/** The strategy of that name in either form; NULL: unknown. *external: somebody else may run it. */
const lg__gsy_strategy *lg__gsy_strategy_of(const char *name, bool *external);
/** Names of all strategies, for near misses; @return how many. */
size_t lg__gsy_strategy_names(const char **names, size_t max);
const lg__gsy_key *lg__gsy_key_of(const char *name, unsigned kind);
/** Whether no figure here depends on a key of that name, wherever it stands. */
bool lg__gsy_is_ignored(const char *name);
/** Names of the keys of @p kind. */
size_t lg__gsy_key_names(unsigned kind, const char **names, size_t max);

/** Whether assets of our driver are in no group of that exchange's indicators (section 13.4 of the
 * reference): neither what they make nor what they need counts there. */
bool lg__gsy_uncounted(const char *driver);

/* Settings (gsy_settings.c). */
/** Reads the settings file (input->gsy_settings, else settings.json beside the scenario if there is
 * one). @return false after a problem */
bool lg__gsy_settings_read(lg__gsy *g, const char **file);
/** Where settings are written: at(ctx, offset in lg__gsy_settings), NULL: nowhere. */
typedef struct lg__gsy_said {
    const char *file;
    const lg_conf *(*at)(const void *ctx, size_t offset);
    const void *ctx;
} lg__gsy_said;
/** Whether the settings can be run; tells what cannot (gsy_settings_check.c). */
bool lg__gsy_settings_check(lg__gsy *g, const lg__gsy_said *where);
/** Puts what the settings say into g->scenario (gsy_settings_put.c). */
void lg__gsy_settings_put(lg__gsy *g);
/** The match type of a matching engine outside, of which a scenario says no more. */
enum { LG__GSY_MATCH_EXTERNAL = 3 };
/** Our word for a match type of that exchange; NULL: there is no such type. */
const char *lg__gsy_matching(int match_type);

/** The one key of a topmost area that is ours: what `export --layout gsy` adds. */
#define LG__GSY_EVENTS "events"

/* Areas and assets (gsy_areas.c). */
lg_conf *lg__gsy_area(lg__gsy *g, lg_conf *area, bool in_clone);
/** The asset that @p leaf describes (gsy_assets.c). NULL after a problem. */
lg_conf *lg__gsy_asset(lg__gsy *g, lg_conf *leaf, bool in_clone);
/** Name, uuid and clones of @p from; @return whether it is cloned. */
bool lg__gsy_identity(lg__gsy *g, lg_conf *from, bool in_clone, lg_conf *to);
/** Tells the rates of @p asset, an asset of ours with its defaults, that contradict each other. */
void lg__gsy_limits(lg__gsy *g, const char *label, enum lg__gsy_kind kind, const lg_conf *asset);
void lg__gsy_ignore(lg__gsy *g, const char *key);
/** The word of ours under @p key that @p item stands for. NULL after a problem (gsy_choices.c). */
const char *lg__gsy_choice(lg__gsy *g, const char *label, const char *key, const lg_conf *item);
/** The tables of @p item with the columns of @p row; what is not known in them is told. NULL after
 * a problem (gsy_choices.c). */
lg_conf *lg__gsy_rows(lg__gsy *g, const char *label, const lg_option *row, const lg_conf *item);
/** Whether @p item has keys; a value or list in the place of a table is told. */
bool lg__gsy_is_table(lg__gsy *g, const char *label, const lg_conf *item);
/** Whether @p item is the universal one of the models of heat pumps. */
bool lg__gsy_is_universal(const lg_conf *item);
/** Puts the losses of a storage into @p to. */
void lg__gsy_losses(lg__gsy *g, const char *label, const lg_conf *item, lg_conf *to);
/** Warns of a key that nobody knows. */
void lg__gsy_unknown(lg__gsy *g, const lg_conf *at, const char *label, const char *const *names,
                     size_t count);

/* Profiles (gsy_profile.c). */
/**
 * What @p item (number, dictionary, text, path) is over the run, as a value of ours under @p key: a
 * number when it never changes. Points follow the rules of that exchange. NULL after a problem.
 */
lg_conf *lg__gsy_profile(lg__gsy *g, const char *label, const lg_conf *item, const char *key);
/**
 * The power (W) of a predefined panel of that capacity on a @p day ("sunny", "partial", "cloudy")
 * by the exchange's own file Solar_Curve_W_<day>.csv, if it lies beside the scenario or in a folder
 * profiles there or above (gsy_curves.c); NULL: it does not, or a problem.
 */
lg_conf *lg__gsy_curve(lg__gsy *g, const char *label, const char *day, double capacity_kW,
                       int line);
/** The points of a dictionary, its text or a CSV file (gsy_points.c); NULL after a problem. */
struct lg__gsy_points *lg__gsy_points_read(lg__gsy *g, const char *label, const lg_conf *item);
void lg__gsy_points_fini(lg__gsy *g);

typedef struct lg__gsy_point {
    int64_t ms; /* since 1970, or since midnight */
    double value;
    uint32_t index; /* in the order of the file */
} lg__gsy_point;

typedef struct lg__gsy_points {
    const char *path;     /* of a CSV file; NULL: of a dictionary */
    lg__gsy_point *items; /* by time; of equal times the last one counts */
    uint32_t count, capacity;
    bool daily;    /* times of a day, which repeat */
    bool fine;     /* read, ordered and not empty */
    bool absolute; /* times were dates */
    struct lg__gsy_points *next;
} lg__gsy_points;

typedef enum lg__gsy_time { LG__GSY_TIME_NONE, LG__GSY_TIME_DAY, LG__GSY_TIME_DATE } lg__gsy_time;

/** What of a time @p key is: an hour or a time of day (*ms since midnight), or a date. */
lg__gsy_time lg__gsy_time_read(const char *key, int64_t *ms);
/** The time @p key of one more point; false when it is none, or in another form than those before.
 */
bool lg__gsy_points_time(lg__gsy_points *points, const char *key, int64_t *ms);
bool lg__gsy_points_add(lg__gsy *g, lg__gsy_points *points, int64_t ms, double value);
/** Cuts blanks and quotes off both ends, in place. */
char *lg__gsy_trim(char *text);
/** Reads the file points->path (gsy_csv.c); false after a problem, told at @p item. */
bool lg__gsy_points_csv(lg__gsy *g, const char *label, const lg_conf *item, lg__gsy_points *points);

/* Making trees. Each hangs a new item into @p table; an exhausted arena is noted in the reader. */
void lg__gsy_put_number(lg__gsy *g, lg_conf *table, const char *key, double value, int line);
void lg__gsy_put_text(lg__gsy *g, lg_conf *table, const char *key, const char *text, int line);
void lg__gsy_put_copy(lg__gsy *g, lg_conf *table, const char *key, const lg_conf *item);
/** As lg__gsy_put_copy(), but a number that is written as a text becomes one. */
void lg__gsy_put_value(lg__gsy *g, lg_conf *table, const char *key, const lg_conf *item);
/** A number, or a text that is a decimal one ("12", "0.5", "1e3"; not "0x10", "nan"). */
bool lg__gsy_number(const lg_conf *item, double *value);
lg_conf *lg__gsy_table(lg__gsy *g, const char *key, int line);

#endif
