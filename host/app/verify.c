/* Tables are compared row by row in their own order. Of all tables the row counts that happened
 * first: what differs later mostly follows from it. */
#include "app/verify.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* When the rows of a table are written. */
typedef enum written {
    AT_ONCE, /* as it happens */
    BY_SLOT, /* when the slot closes */
    AT_END,  /* of the run */
} written;

/* How a table is compared; in the order in which they are named for the same tick. */
typedef struct table {
    const char *name;
    const char *order;  /* of its rows */
    const char *places; /* "slot, tick", "slot", "" or an expression in brackets for the slot */
    written written;
} table;

/* Of rows that know a moment only. */
#define SLOT_OF(moment)                                                                            \
    "(SELECT coalesce(max(slot), -1) FROM slots s WHERE s.start_ms <= " moment ")"

static const table tables[] = {
    {"events", "seq", "slot", AT_ONCE},
    {"orders", "seq", "slot, tick", AT_ONCE},
    {"trades", "trade", "slot, tick", AT_ONCE},
    {"clearings", "rowid", "slot, tick", AT_ONCE},
    {"fees", "slot, area", "slot", BY_SLOT},
    {"asset_slots", "slot, asset", "slot", BY_SLOT},
    {"market_slots", "rowid", "slot", BY_SLOT},
    {"settlement_trades", "trade", "slot, tick", AT_END},
    {"settlement_slots", "rowid", "slot", AT_END},
    {"deviations", "rowid", "slot", AT_END},
    {"gridpools", "gridpool", "", AT_END},
    {"intraday_orders", "intraday_order", SLOT_OF("modified_ms"), AT_END},
    {"intraday_trades", "intraday_trade, side", SLOT_OF("time_ms"), AT_END},
    {"intraday_balances", "slot, gridpool, area", "slot", AT_END},
    {"coordination_resources", "resource", "", AT_END},
    {"coordination_slots", "slot, resource", "slot", BY_SLOT},
    {"coordination_events", "coordination_event", "", AT_END},
    {"coordination_points", "coordination_event, start_ms", "", AT_END},
    {"coordination_targets", "coordination_event, resource", "", AT_END},
    {"coordination_reports", "report, slot", "slot", AT_END},
    {"coordination_earnings", "aggregator, home, month, rule", "", AT_END},
    {"microgrid_components", "slot, microgrid, component", "slot", AT_END},
    {"microgrid_assets", "slot, asset", "slot", AT_END},
    {"microgrid_commands", "seq", "", AT_END},
    {"log", "rowid", "slot, tick", AT_ONCE},
    {"versions", "seq", "slot, tick", AT_ONCE},
    {"slots", "slot", "slot", BY_SLOT},
    {"agents", "rowid", "", AT_END},
    {"conduct", "agent", "", AT_END},
    {"refusals", "agent, status", "", AT_END},
    {"refused_commands", "agent, nth", "slot, tick", AT_END},
    {"areas", "rowid", "", AT_END},
    {"assets", "rowid", "", AT_END},
    {"bills", "rowid", "", AT_END},
    {"settlement_bills", "rowid", "", AT_END},
    {"accounts", "rowid", "", AT_END},
    {"origins", "rowid", "", AT_END},
    {"kpis", "rowid", "", AT_END},
    {"community", "rowid", "", AT_END},
    {"members", "rowid", "", AT_END},
    {"sources", "hash, place", "", AT_END},
    {"commands", "command", "", AT_END},
    {"statuses", "status", "", AT_END},
    {"runs", "rowid", "", AT_END},
};

typedef struct comparing {
    lg_mem *mem;
    const lg_verify_input *input;
    const table *table;
    lg_verify_difference *found;
} comparing;

/* Asks for the rows of the table that count. The slot (-1: none) and the tick come first. */
static void ask(const comparing *c, lg_past *past, lg_past_rows *rows)
{
    char sql[384], where[64] = "";
    const table *t = c->table;
    const int64_t values[] = {c->input->slot, c->input->tick};
    bool tick = strcmp(t->places, "slot, tick") == 0;
    int value_count = c->input->scope != LG_VERIFY_ALL;
    if (c->input->scope == LG_VERIFY_SLOT && tick && c->input->tick >= 0)
        snprintf(where, sizeof where, "WHERE slot = ?1 AND tick <= ?%d", ++value_count);
    else if (c->input->scope == LG_VERIFY_SLOT)
        snprintf(where, sizeof where, "WHERE slot = ?1");
    else if (c->input->scope == LG_VERIFY_SLOTS)
        snprintf(where, sizeof where, "WHERE slot < ?1");
    snprintf(sql, sizeof sql, "SELECT %s, %s, * FROM %s %s ORDER BY %s",
             *t->places == '(' ? t->places
             : *t->places      ? "slot"
                               : "-1",
             tick ? "tick" : "-1", t->name, where, t->order);
    lg_past_ask(past, rows, sql, values, value_count);
}

static bool is_same(const lg_past_rows *a, const lg_past_rows *b, int column)
{
    if (lg_past_is_null(a, column) || lg_past_is_null(b, column))
        return lg_past_is_null(a, column) == lg_past_is_null(b, column);
    double x = lg_past_real(a, column), y = lg_past_real(b, column);
    return strcmp(lg_past_text(a, column), lg_past_text(b, column)) == 0 &&
           (x == y || (isnan(x) && isnan(y)));
}

/* Versions may differ: what comes of it is what counts. */
static bool is_compared(const lg_past_rows *rows, int column)
{
    static const char *const versions[] = {"engine_version", "sqlite_version", "lua_version"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (strcmp(lg_past_name(rows, column), versions[i]) == 0)
            return false;
    return true;
}

static void put_cell(lg_text *out, const lg_past_rows *rows, int column)
{
    if (lg_past_is_null(rows, column))
        lg_text_str(out, "nothing");
    else
        lg_text_format(out, "%.200s", lg_past_text(rows, column));
}

/* "trade 812" or "area 3, slot 7": what leads to the row. */
static void put_row(lg_text *out, const comparing *c, const lg_past_rows *rows)
{
    int last = strstr(c->table->order, ",") ? 3 : 2;
    lg_text_format(out, "%s, ", c->table->name);
    for (int i = 2; i <= last; i++) {
        lg_text_format(out, "%s%s ", i > 2 ? ", " : "", lg_past_name(rows, i));
        put_cell(out, rows, i);
    }
}

/* Whether this row is earlier than what was found; then it takes its place. */
static lg_text *claim(const comparing *c, const lg_past_rows *rows)
{
    lg_verify_difference *d = c->found;
    int64_t slot = lg_past_int(rows, 0), tick = lg_past_int(rows, 1);
    bool placed = slot >= 0;
    if (d->found) {
        bool earlier =
            placed && (!d->placed || slot < d->slot ||
                       (slot == d->slot && tick >= 0 && (d->tick < 0 || tick < d->tick)));
        if (!earlier)
            return NULL;
    }
    d->found = true;
    d->placed = placed;
    d->slot = slot;
    d->tick = tick;
    lg_text_clear(&d->words);
    return &d->words;
}

static void differs(const comparing *c, const lg_past_rows *kept, const lg_past_rows *made,
                    int column)
{
    lg_text *out = claim(c, kept);
    if (!out)
        return;
    put_row(out, c, kept);
    lg_text_format(out, ": %s is ", lg_past_name(kept, column));
    put_cell(out, kept, column);
    lg_text_str(out, " in the results, and ");
    put_cell(out, made, column);
    lg_text_str(out, " when the run is done again");
}

static void is_alone(const comparing *c, const lg_past_rows *rows, const char *where)
{
    lg_text *out = claim(c, rows);
    if (!out)
        return;
    put_row(out, c, rows);
    lg_text_format(out, " is only %s", where);
}

/* Which of two rows comes first: negative, the one of @p a. 0: they are of the same place. */
static int order_of(const comparing *c, const lg_past_rows *a, const lg_past_rows *b)
{
    int last = strcmp(c->table->order, "rowid") == 0 ? 1 : strstr(c->table->order, ",") ? 3 : 2;
    bool by_text = strncmp(c->table->order, "hash", 4) == 0;
    for (int i = 0; i <= last; i++) {
        int words = by_text && i == 2 ? strcmp(lg_past_text(a, i), lg_past_text(b, i)) : 0;
        if (words)
            return words;
        if (by_text && i == 2)
            continue;
        int64_t x = lg_past_int(a, i), y = lg_past_int(b, i);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/* What scripts say in on_finish has the place of the last slot, and a run that was broken off while
 * it was done again had another one: it has said that sooner. */
static bool is_of_finish(const comparing *c, const lg_past_rows *kept)
{
    return c->input->scope == LG_VERIFY_SLOTS && strcmp(c->table->name, "log") == 0 &&
           lg_past_int(kept, 0) == c->input->slot - 1;
}

/* The first difference of the table. */
static void compare_rows(const comparing *c, lg_past_rows *kept, lg_past_rows *made)
{
    for (;;) {
        bool more_kept = lg_past_next(kept), more_made = lg_past_next(made);
        if (!more_made && (!more_kept || is_of_finish(c, kept)))
            return;
        int order = !more_made ? -1 : !more_kept ? 1 : order_of(c, kept, made);
        if (order) {
            is_alone(c, order < 0 ? kept : made,
                     order < 0 ? "in the results" : "there when the run is done again");
            return;
        }
        int columns = lg_past_columns(kept);
        for (int i = 2; i < columns && i < lg_past_columns(made); i++)
            if (is_compared(kept, i) && !is_same(kept, made, i)) {
                differs(c, kept, made, i);
                return;
            }
    }
}

static bool counts(const lg_verify_input *input, const table *t)
{
    switch (input->scope) {
    case LG_VERIFY_ALL:
        return true;
    case LG_VERIFY_SLOTS:
        return t->written != AT_END;
    case LG_VERIFY_SLOT: /* what is made again goes no further than that */
        return t->written == AT_ONCE || (t->written == BY_SLOT && input->tick < 0);
    }
    return false;
}

lg_status lg_verify_compare(lg_mem *mem, const lg_verify_input *input,
                            lg_verify_difference *difference, lg_err *err)
{
    *difference = (lg_verify_difference){.slot = -1, .tick = -1};
    lg_text_init(&difference->words, mem);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        comparing c = {.mem = mem, .input = input, .table = &tables[i], .found = difference};
        lg_past_rows kept, made;
        if (!counts(input, c.table) || !lg_past_has(input->made, c.table->name))
            continue;
        ask(&c, input->kept, &kept);
        ask(&c, input->made, &made);
        compare_rows(&c, &kept, &made);
        lg_past_drop(&kept);
        lg_past_drop(&made);
    }
    lg_status status = lg_past_status(input->kept, err);
    if (status == LG_OK)
        status = lg_past_status(input->made, err);
    if (status == LG_OK && difference->words.failed)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    return status;
}
