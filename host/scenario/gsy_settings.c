/*
 * The settings beside a scenario of that exchange, in two shapes: one flat table with units in its
 * keys ("slot_length_min"), and the file of its `-g` option with basic_settings and
 * advanced_settings. A setting that is missing has the default of that exchange's command line,
 * except the tick, which is 15 s as in its library configuration.
 */
#include "scenario/gsy.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/input.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum how {
    INT,
    SWITCH,
    NUMBER,
    HOURS,
    MINUTES,
    SECONDS,
    DURATION,
    DATE,
    WORD,
    IGNORED,
    FUTURE, /* switches a market on that there is not here yet: true, or a number above 0 */
    FORWARD,
    BALANCING
};

static const char *const absent[] = {
    [FUTURE] = "future", [FORWARD] = "forward", [BALANCING] = "balancing"};

typedef struct setting {
    const char *group, *key;
    enum how how;
    size_t offset; /* in lg__gsy_settings */
} setting;

#define AT(field) offsetof(lg__gsy_settings, field)

static const setting rows[] = {
    {"", "market_type", INT, AT(market_type)},
    {"", "bid_offer_match_type", INT, AT(match_type)},
    {"", "grid_fee_type", INT, AT(fee_type)},
    {"", "min_offer_age", NUMBER, AT(offer_age)},
    {"", "min_bid_age", NUMBER, AT(bid_age)},
    {"", "slot_length_min", MINUTES, AT(slot_ms)},
    {"", "tick_length_s", SECONDS, AT(tick_ms)},
    {"", "duration_h", HOURS, AT(length_ms)},
    {"", "start_date", DATE, AT(start_ms)},
    {"", "market_maker_rate", NUMBER, AT(market_maker_rate)},
    {"", "feed_in_tariff", NUMBER, AT(feed_in_tariff)},
    {"", "update_interval_min", NUMBER, AT(update_min)},
    {"", "seed", NUMBER, AT(seed)},
    {"", "random_seed", NUMBER, AT(seed)},
    {"", "trades_identical_over_seeds", IGNORED, 0},
    {"", "max_bill_difference_over_seeds_EUR", IGNORED, 0},
    {"basic_settings", "sim_duration", DURATION, AT(length_ms)},
    {"basic_settings", "slot_length", DURATION, AT(slot_ms)},
    {"basic_settings", "tick_length", DURATION, AT(tick_ms)},
    {"basic_settings", "start_date", DATE, AT(start_ms)},
    {"basic_settings", "random_seed", NUMBER, AT(seed)},
    {"basic_settings", "matching_rule", WORD, AT(matching_rule)}, /* ours: of match type 3 */
    {"MASettings", "MARKET_TYPE", INT, AT(market_type)},
    {"MASettings", "BID_OFFER_MATCH_TYPE", INT, AT(match_type)},
    {"MASettings", "GRID_FEE_TYPE", INT, AT(fee_type)},
    {"MASettings", "MIN_OFFER_AGE", NUMBER, AT(offer_age)},
    {"MASettings", "MIN_BID_AGE", NUMBER, AT(bid_age)},
    {"GeneralSettings", "DEFAULT_MARKET_MAKER_RATE", NUMBER, AT(market_maker_rate)},
    {"GeneralSettings", "DEFAULT_FEED_IN_TARIFF", NUMBER, AT(feed_in_tariff)},
    {"GeneralSettings", "DEFAULT_UPDATE_INTERVAL", NUMBER, AT(update_min)},
    {"SettlementMarketSettings", "ENABLE_SETTLEMENT_MARKETS", SWITCH, AT(settles)},
    {"SettlementMarketSettings", "MAX_AGE_SETTLEMENT_MARKET_HOURS", NUMBER, AT(settle_hours)},
    {"SettlementMarketSettings", "RELATIVE_STD_FROM_FORECAST_FLOAT", NUMBER, AT(settle_std)},
    {"FutureMarketSettings", "FUTURE_MARKET_DURATION_HOURS", FUTURE, 0},
    {"FutureMarketSettings", "FUTURE_MARKET_CLEARING_INTERVAL_MINUTES", IGNORED, 0},
    {"ForwardMarketSettings", "ENABLE_FORWARD_MARKETS", FORWARD, 0},
    {"BalancingSettings", "ENABLE_BALANCING_MARKET", BALANCING, 0},
    {"BalancingSettings", "OFFER_DEMAND_RATIO", IGNORED, 0},
    {"BalancingSettings", "OFFER_SUPPLY_RATIO", IGNORED, 0},
    {"BalancingSettings", "SPOT_TRADE_RATIO", IGNORED, 0},
};

/* Reports with the settings file as the place while it lives. */
typedef struct source {
    lg__gsy *g;
    const char *file;
    const lg_conf *said[COUNT(rows)]; /* by row; NULL: its default */
} source;

/* "24h", "1d", "1d:12h", "90m 30s"; false for anything else. */
static bool read_duration(const char *text, int64_t *ms)
{
    static const struct {
        char letter;
        int64_t ms;
    } units[] = {{'d', LG_DAY_MS}, {'h', LG_HOUR_MS}, {'m', LG_MINUTE_MS}, {'s', LG_SECOND_MS}};
    int64_t sum = 0;
    const char *p = text;
    while (*p) {
        unsigned amount;
        char letter;
        int used = 0;
        if (sscanf(p, "%6u%c%n", &amount, &letter, &used) != 2 || used == 0)
            return false;
        size_t u = 0;
        while (u < COUNT(units) && units[u].letter != letter)
            u++;
        if (u == COUNT(units))
            return false;
        sum += amount * units[u].ms;
        p += used;
        if (*p == ':' || *p == ' ')
            p++;
    }
    *ms = sum;
    return sum > 0;
}

static bool refuse(const source *s, const lg_conf *item, const char *expected)
{
    char got[96];
    lg__got(item, got, sizeof got);
    lg_diag_error(s->g->r->diag, s->file, item->line, item->key, "expected %s, got %s", expected,
                  got);
    return false;
}

static bool take_time(const source *s, const setting *row, const lg_conf *item, int64_t *ms)
{
    bool text = item->type == LG_CONF_TEXT;
    if (row->how == DATE)
        return (text && lg_clock_parse(item->text, ms)) ||
               refuse(s, item, "a date like \"2024-06-03\"");
    if (row->how == DURATION)
        return (text && read_duration(item->text, ms)) ||
               refuse(s, item, "a time like \"24h\", \"15m\" or \"15s\"");
    double unit = row->how == HOURS     ? (double)LG_HOUR_MS
                  : row->how == MINUTES ? (double)LG_MINUTE_MS
                                        : (double)LG_SECOND_MS;
    double number;
    if (!lg__gsy_number(item, &number) || number <= 0 || number > 1e6)
        return refuse(s, item, "a number above 0");
    *ms = (int64_t)llround(number * unit);
    return *ms > 0 || refuse(s, item, "at least a millisecond");
}

/* A market that there is not is no reason to refuse the rest of the scenario. */
static bool tell_absent(const source *s, const setting *row, const lg_conf *item)
{
    if (item->type != LG_CONF_BOOL && item->type != LG_CONF_NUMBER)
        return refuse(s, item, "true, false or a number");
    if (item->number != 0)
        lg_diag_warn(s->g->r->diag, s->file, item->line, item->key,
                     "there is no %s market yet: the run is one without", absent[row->how]);
    return true;
}

static bool take(source *s, const setting *row, const lg_conf *item)
{
    char *field = (char *)&s->g->settings + row->offset;
    if (item->type == LG_CONF_NULL || row->how == IGNORED)
        return true;
    if (row->how >= FUTURE)
        return tell_absent(s, row, item);
    s->said[row - rows] = item;
    if (row->how == WORD) {
        *(const char **)(void *)field = item->text;
        return item->type == LG_CONF_TEXT || refuse(s, item, "a text");
    }
    if (row->how != INT && row->how != SWITCH && row->how != NUMBER)
        return take_time(s, row, item, (int64_t *)(void *)field);
    if (row->how == SWITCH) {
        *(int *)(void *)field = item->number != 0;
        return item->type == LG_CONF_BOOL || refuse(s, item, "true or false");
    }
    double number;
    if (!lg__gsy_number(item, &number) || number < 0 || number > 9e15)
        return refuse(s, item, "a number of at least 0");
    if (row->how != INT)
        *(double *)(void *)field = number;
    else if (number != floor(number))
        return refuse(s, item, "a whole number");
    else
        *(int *)(void *)field = number < 1000 ? (int)number : 1000;
    return true;
}

static const setting *row_of(const char *group, const char *key)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(rows[i].group, group) == 0 && strcmp(rows[i].key, key) == 0)
            return &rows[i];
    return NULL;
}

static void tell_unknown(const source *s, const char *group, const lg_conf *item)
{
    const char *names[COUNT(rows)];
    size_t count = 0;
    char near[96];
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(rows[i].group, group) == 0)
            names[count++] = rows[i].key;
    lg__near_miss(item->key, names, count, near, sizeof near);
    lg_diag_warn(s->g->r->diag, s->file, item->line, item->key,
                 "not known, or without effect here: left out%s", near);
}

static bool is_group(const char *name)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(name, rows[i].group) == 0)
            return *name;
    return strcmp(name, "advanced_settings") == 0;
}

/* Groups lie at most three deep; any other table is unknown as a whole. */
static bool take_group(source *s, const char *group, const lg_conf *table)
{
    bool fine = true;
    for (const lg_conf *item = table->first; item; item = item->next) {
        const setting *row = row_of(group, item->key);
        if (row)
            fine &= take(s, row, item);
        else if (item->type == LG_CONF_TABLE && is_group(item->key))
            fine &= take_group(s, item->key, item);
        else
            tell_unknown(s, group, item);
    }
    return fine;
}

static const char *path_of_settings(lg__gsy *g)
{
    const lg_scenario_input *input = g->r->input;
    if (input->gsy_settings)
        return input->gsy_settings;
    const char *slash = strrchr(input->file, '/');
    size_t folder = slash ? (size_t)(slash - input->file) + 1 : 0;
    char *path = lg_arena_alloc(&g->r->scratch, folder + sizeof "settings.json");
    if (!path) {
        lg__exhausted(g->r);
        return NULL;
    }
    memcpy(path, input->file, folder);
    strcpy(path + folder, "settings.json");
    return strcmp(path, input->file) != 0 && lg_input_is_file(path) ? path : NULL;
}

/* The tree of @p path, with problems told of that file. */
static lg_conf *read_tree(lg__reader *r, const char *path)
{
    const lg_scenario_input *input = r->input;
    lg_scenario_input other = *input;
    other.file = path;
    size_t size = 0;
    char *text = lg__file_read(r, path, &size);
    if (!text)
        return NULL;
    r->input = &other;
    lg_conf *root = lg__conf_from_json(r, text, size);
    if (root && root->type != LG_CONF_TABLE) {
        lg__problem(r, root, NULL, NULL, "settings are a table");
        root = NULL;
    }
    r->input = input;
    lg_mem_free(r->mem, text, size + 1);
    return root;
}

/* Where the settings at @p offset are written; NULL: nowhere. */
static const lg_conf *said_at(const void *ctx, size_t offset)
{
    const source *s = ctx;
    const lg_conf *said = NULL;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (s->said[i] && rows[i].offset == offset)
            said = s->said[i];
    return said;
}

bool lg__gsy_settings_read(lg__gsy *g, const char **file)
{
    g->settings = (lg__gsy_settings){
        .market_type = 1,
        .match_type = 1,
        .fee_type = 1,
        .offer_age = 2,
        .bid_age = 2,
        .slot_ms = 15 * LG_MINUTE_MS,
        .tick_ms = 15 * LG_SECOND_MS,
        .length_ms = LG_DAY_MS,
        .market_maker_rate = NAN,
        .feed_in_tariff = NAN,
        .update_min = NAN,
        .settle_hours = 1,
        .settle_std = 10,
    };
    lg_clock_parse("2024-06-03T00:00Z", &g->settings.start_ms); /* as scenarios without a start */
    source s = {.g = g, .file = path_of_settings(g)};
    *file = s.file;
    if (g->r->exhausted)
        return false;
    if (s.file) {
        const lg_conf *root = read_tree(g->r, s.file);
        if (!root || !take_group(&s, "", root))
            return false;
    }
    const lg__gsy_said where = {s.file ? s.file : g->r->input->file, said_at, &s};
    return lg__gsy_settings_check(g, &where);
}
