/*
 * The intraday market of a scenario: areas, gridpools and what lies between areas. Prices and
 * quantities become integers here. Whose script trades for a gridpool is known only when all agents
 * are, so names wait until then.
 */
#include "scenario/rules_read.h"
#include "scenario/seats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/num.h"

enum { FIELDS_MAX = 16, LABEL_MAX = 64 };

/* One object of a list, and where its fields go. */
typedef void lg__read_item(lg__reader *r, const char *label, lg_conf *item, const lg__rows *rows,
                           lg__field *fields, uint32_t index);

typedef struct list_reading {
    enum lg__kind kind;
    lg__read_item *read;
} list_reading;

/* Checks one object against the rows of its kind. */
static lg_conf *read_item(lg__reader *r, const char *label, lg_conf *item, uint32_t index,
                          void *ctx)
{
    const list_reading *how = ctx;
    const lg__rows *rows = &r->rows[how->kind];
    lg__field fields[FIELDS_MAX];
    LG_ASSERT(rows->count <= FIELDS_MAX);
    lg__check(r, label, item, rows, fields);
    lg_conf *copy = lg__resolved(r, rows, fields);
    how->read(r, label, item, rows, fields, index);
    return copy;
}

/* @return the list again with defaults, NULL: exhausted. */
static lg_conf *read_list(lg__reader *r, const lg__field *field, enum lg__kind kind,
                          lg__read_item *read)
{
    list_reading how = {kind, read};
    return lg__objects_read(r, "intraday", field, read_item, &how);
}

static const char *text_of(lg__field *fields, const lg__rows *rows, const char *key)
{
    const lg__field *field = lg__field_of(fields, rows, key);
    return field->item ? field->value.text : NULL;
}

/* Thousandths, which have to be whole. */
static int64_t thousandths(lg__reader *r, const char *label, lg__field *fields,
                           const lg__rows *rows, const char *key)
{
    const lg__field *field = lg__field_of(fields, rows, key);
    double scaled = field->value.number * 1000, whole = nearbyint(scaled);
    if (fabs(scaled - whole) > 1e-6)
        lg__problem(r, field->item, label, key, "expected a multiple of 0.001, got %g",
                    field->value.number);
    return (int64_t)whole;
}

/* ---- areas ---- */

static uint32_t area_named(const lg_intraday_spec *spec, const char *code, uint32_t end)
{
    for (uint32_t i = 0; i < end; i++)
        if (spec->rules.areas[i].code && strcmp(spec->rules.areas[i].code, code) == 0)
            return i;
    return LG_NONE;
}

static uint32_t periods_of(lg__reader *r, const char *label, const lg__field *field)
{
    uint32_t bits = 0;
    if (!field->item)
        return 2 | 8;
    for (uint64_t i = 0; i < field->value.list_count; i++) {
        double minutes = field->value.list[i];
        uint32_t bit = minutes == 5 ? 1 : minutes == 15 ? 2 : minutes == 30 ? 4 : 8;
        if (bit == 8 && minutes != 60)
            lg__problem(r, field->item, label, "periods",
                        "a period lasts 5, 15, 30 or 60 minutes, not %g", minutes);
        bits |= bit;
    }
    if (!field->value.list_count)
        lg__problem(r, field->item, label, "periods", "there is none: nothing could be traded");
    return bits;
}

static uint32_t currency_of(const char *word)
{
    static const char *const words[] = {"USD", "CAD", "EUR", "GBP", "CHF",
                                        "CNY", "JPY", "AUD", "NZD", "SGD"};
    for (uint32_t i = 0; word && i < 10; i++)
        if (strcmp(words[i], word) == 0)
            return i + 1;
    return 3;
}

static void read_area(lg__reader *r, const char *label, lg_conf *item, const lg__rows *rows,
                      lg__field *fields, uint32_t index)
{
    lg_intraday_spec *spec = r->scenario->intraday;
    lg_trading_area *area = (lg_trading_area *)&spec->rules.areas[index];
    const char *type = text_of(fields, rows, "code_type"), *code = text_of(fields, rows, "code");
    *area = (lg_trading_area){
        .size = sizeof *area,
        .index = index,
        .code = code ? code : "",
        .code_type = type && strcmp(type, "nerc") == 0 ? 2 : 1,
        .currency = currency_of(text_of(fields, rows, "currency")),
        .minutes = periods_of(r, label, lg__field_of(fields, rows, "periods")),
        .price_step = lg_max64(thousandths(r, label, fields, rows, "price_step"), 1),
        .quantity_step = lg_max64(thousandths(r, label, fields, rows, "quantity_step_MW"), 1),
    };
    double gate = lg__field_of(fields, rows, "gate_closure")->value.number;
    area->gate_ms = (int64_t)(gate * 60000);
    area->horizon_ms =
        (int64_t)(lg__field_of(fields, rows, "opens_hours")->value.number * LG_HOUR_MS);
    if (area->horizon_ms <= area->gate_ms)
        lg__problem(r, item, label, "opens_hours", "trading would end before it begins");
    if (code && area_named(spec, code, index) != LG_NONE)
        lg__problem(r, item, label, "code", "two areas have the code \"%.80s\"", code);
}

/* ---- gridpools ---- */

static uint32_t find_area(lg__reader *r, const char *label, const lg_conf *at, const char *key,
                          const char *code)
{
    const lg_intraday_spec *spec = r->scenario->intraday;
    const char *codes[LG_TRADING_AREAS_MAX];
    uint32_t found = area_named(spec, code, spec->rules.area_count);
    if (found != LG_NONE)
        return found;
    char near[96];
    for (uint32_t i = 0; i < spec->rules.area_count; i++)
        codes[i] = spec->rules.areas[i].code;
    lg__near_miss(code, codes, spec->rules.area_count, near, sizeof near);
    lg__problem(r, at, label, key, "there is no delivery area \"%.80s\"%s", code, near);
    return 0;
}

static void read_gridpool(lg__reader *r, const char *label, lg_conf *item, const lg__rows *rows,
                          lg__field *fields, uint32_t index)
{
    lg_intraday_spec *spec = r->scenario->intraday;
    lg_trading_gridpool *pool = (lg_trading_gridpool *)&spec->rules.gridpools[index];
    r->gridpool_agents[index] = lg__field_of(fields, rows, "agent")->item;
    const char *agent = text_of(fields, rows, "agent"), *name = text_of(fields, rows, "name");
    const char *area = text_of(fields, rows, "area");
    uint64_t id = (uint64_t)lg__field_of(fields, rows, "id")->value.number;
    char number[32];
    int length = snprintf(number, sizeof number, "%llu", (unsigned long long)id);
    if (!name)
        name = agent ? agent : lg_arena_text(r->arena, number, (size_t)length);
    if (!name)
        lg__exhausted(r);
    *pool = (lg_trading_gridpool){
        .size = sizeof *pool, .index = index, .id = id, .name = name, .agent = agent ? agent : ""};
    spec->homes[index] =
        area ? find_area(r, label, lg__field_of(fields, rows, "area")->item, "area", area) : 0;
    for (uint32_t i = 0; i < index; i++)
        if (spec->rules.gridpools[i].id == id)
            lg__problem(r, item, label, "id", "two gridpools have the id %s", number);
}

static void read_link(lg__reader *r, const char *label, lg_conf *item, const lg__rows *rows,
                      lg__field *fields, uint32_t index)
{
    lg_intraday_spec *spec = r->scenario->intraday;
    lg_trading_link *link = (lg_trading_link *)&spec->rules.links[index];
    const char *from = text_of(fields, rows, "from"), *to = text_of(fields, rows, "to");
    if (!from || !to)
        return;
    link->from = find_area(r, label, lg__field_of(fields, rows, "from")->item, "from", from);
    link->to = find_area(r, label, lg__field_of(fields, rows, "to")->item, "to", to);
    link->capacity = thousandths(r, label, fields, rows, "capacity_MW");
    const lg_trading_area *areas = spec->rules.areas;
    if (link->from == link->to)
        lg__problem(r, item, label, "to", "a link leads to another area");
    else if (areas[link->from].currency != areas[link->to].currency)
        lg__problem(r, item, label, "to", "prices of the two areas are in different currencies");
}

/* ---- the whole ---- */

static bool make_room(lg__reader *r, const lg__field *areas, const lg__field *pools,
                      const lg__field *links)
{
    lg_intraday_spec *spec = lg_arena_alloc(r->arena, sizeof *spec);
    uint32_t area_count = lg__objects_count(areas), pool_count = lg__objects_count(pools);
    uint32_t link_count = lg__objects_count(links);
    if (!spec)
        return lg__exhausted(r);
    if (!area_count || area_count > LG_TRADING_AREAS_MAX)
        lg__problem(r, areas->item, "intraday", "areas", "expected 1 to %d areas, got %u",
                    LG_TRADING_AREAS_MAX, area_count);
    if (!pool_count || pool_count > LG_TRADING_GRIDPOOLS_MAX)
        lg__problem(r, pools->item, "intraday", "gridpools", "expected 1 to %d gridpools, got %u",
                    LG_TRADING_GRIDPOOLS_MAX, pool_count);
    if (!area_count || area_count > LG_TRADING_AREAS_MAX || !pool_count ||
        pool_count > LG_TRADING_GRIDPOOLS_MAX)
        return false;
    *spec = (lg_intraday_spec){
        .rules = {.areas = lg_arena_alloc(r->arena, area_count * sizeof(lg_trading_area)),
                  .gridpools = lg_arena_alloc(r->arena, pool_count * sizeof(lg_trading_gridpool)),
                  .links = lg_arena_alloc(r->arena, (link_count + 1) * sizeof(lg_trading_link)),
                  .area_count = area_count,
                  .gridpool_count = pool_count,
                  .link_count = link_count},
        .agents = lg_arena_alloc(r->arena, pool_count * sizeof *spec->agents),
        .homes = lg_arena_alloc(r->arena, pool_count * sizeof *spec->homes)};
    r->gridpool_agents = lg_arena_alloc(&r->scratch, pool_count * sizeof *r->gridpool_agents);
    if (!r->gridpool_agents || !spec->rules.areas || !spec->rules.gridpools || !spec->rules.links ||
        !spec->agents || !spec->homes)
        return lg__exhausted(r);
    r->scenario->intraday = spec;
    return true;
}

static void read_settings(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    lg_intraday_spec *spec = r->scenario->intraday;
    const char *policy = text_of(fields, rows, "self_trade");
    const char *clock = text_of(fields, rows, "clock");
    static const char *const policies[] = {
        [LG_SELF_REFUSE] = "refuse",
        [LG_SELF_ALLOW] = "allow",
        [LG_SELF_CANCEL_RESTING] = "cancel_resting",
        [LG_SELF_CANCEL_INCOMING] = "cancel_incoming",
    };
    for (uint32_t i = 0; policy && i < 4; i++)
        if (strcmp(policies[i], policy) == 0)
            spec->rules.self_trade = (lg_self_trade)i;
    spec->wall = clock && strcmp(clock, "wall") == 0;
    spec->rules.orders_max = (uint32_t)lg__field_of(fields, rows, "orders_max")->value.number;
    spec->rules.orders_kept = (uint32_t)lg__field_of(fields, rows, "orders_kept")->value.number;
    spec->rules.log_max = (uint32_t)lg__field_of(fields, rows, "log_entries")->value.number;
    const lg_profile *shorts = lg__field_of(fields, rows, "imbalance_short_rate")->value.profile;
    const lg_profile *longs = lg__field_of(fields, rows, "imbalance_long_rate")->value.profile;
    spec->short_rate = shorts ? shorts : r->scenario->market_maker_rate;
    spec->long_rate = longs ? longs : r->scenario->feed_in_tariff;
}

lg_conf *lg__intraday_read(lg__reader *r, lg_conf *table)
{
    const lg__rows *rows = &r->rows[LG__INTRADAY];
    lg__field fields[FIELDS_MAX];
    LG_ASSERT(rows->count <= FIELDS_MAX);
    lg__check(r, "intraday", table, rows, fields);
    lg__field *areas = lg__field_of(fields, rows, "areas");
    lg__field *pools = lg__field_of(fields, rows, "gridpools");
    lg__field *links = lg__field_of(fields, rows, "links");
    if (!make_room(r, areas, pools, links))
        return r->exhausted ? NULL : table;
    lg_conf *area_list = read_list(r, areas, LG__DELIVERY_AREA, read_area);
    lg_conf *pool_list = read_list(r, pools, LG__GRIDPOOL, read_gridpool);
    lg_conf *link_list = read_list(r, links, LG__LINK, read_link);
    if (r->exhausted)
        return NULL;
    areas->item = area_list;
    pools->item = pool_list;
    if (links->item)
        links->item = link_list;
    read_settings(r, fields, rows);
    return lg__resolved(r, rows, fields);
}

/* ---- whose scripts trade ---- */

void lg__intraday_agents(lg__seats *s)
{
    lg_intraday_spec *spec = s->r->scenario->intraday;
    for (uint32_t i = 0; spec && i < spec->rules.gridpool_count; i++) {
        const char *name = spec->rules.gridpools[i].agent;
        const lg_conf *at = s->r->gridpool_agents[i];
        char label[LABEL_MAX];
        spec->agents[i] = name && *name ? lg__seats_find(s, name, s->count) : LG_NONE;
        if (!name || !*name)
            continue;
        snprintf(label, sizeof label, "intraday.gridpools[%u]", i + 1);
        if (spec->agents[i] == LG_NONE)
            lg__problem(s->r, at, label, "agent", "there is no agent \"%.80s\"", name);
        else
            s->specs[spec->agents[i]].gridpool_count++;
    }
}

void lg__intraday_renumber(lg__seats *s, const uint32_t *numbers)
{
    lg_intraday_spec *spec = s->r->scenario->intraday;
    for (uint32_t i = 0; spec && i < spec->rules.gridpool_count; i++)
        if (spec->agents[i] != LG_NONE)
            spec->agents[i] = numbers[spec->agents[i]];
}
