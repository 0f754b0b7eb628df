/* Figures are made once and printed twice, for people and as JSON. What only one run has stays
 * empty for the other: nothing is guessed. */
#include "app/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "app/report.h"
#include "app/table.h"
#include "base/clock.h"
#include "grid/unit.h"

/* ---- side by side ---- */

enum { COMMUNITY_FIGURES = 16, MARKET_FIGURES = 8, SETTINGS_SHOWN = 40, NAMES_SHOWN = 10 };

static const char *time_text(lg_comparison *c, const lg_compare_side *side, int64_t peak,
                             int64_t when)
{
    char text[32];
    if (!side || peak <= 0)
        return "-";
    lg_clock_format_slot(when, text);
    const char *copy = lg_arena_text(&c->sides[0].arena, text, strlen(text));
    return copy ? copy : "-";
}

static lg_figure *add(lg_comparison *c, const char *of, const char *name, const char *unit,
                      int decimals, double a, double b)
{
    lg_figure *figure = &c->figures[c->figure_count++];
    *figure =
        (lg_figure){.of = of, .name = name, .unit = unit, .decimals = decimals, .values = {a, b}};
    return figure;
}

static double kw(const lg_compare_side *side, int64_t uwh)
{
    return side->slot_s > 0 ? lg_kwh_from_uwh(uwh) * 3600 / (double)side->slot_s : NAN;
}

/* Of a run that did not come to its end there are no bills. */
static double or_none(const lg_compare_side *side, double value)
{
    return side->community ? value : NAN;
}

static void community_figures(lg_comparison *c)
{
    const lg_compare_side *a = &c->sides[0], *b = &c->sides[1];
    const char *of = "community";
#define BOTH(name, unit, decimals, expression)                                                     \
    do {                                                                                           \
        const lg_compare_side *s = a;                                                              \
        double first = or_none(s, expression);                                                     \
        s = b;                                                                                     \
        add(c, of, name, unit, decimals, first, or_none(s, expression));                           \
    } while (0)
    BOTH("bill", "EUR", 2, lg_eur_from_uct(s->all.bill_uct));
    BOTH("bill_without_market", "EUR", 2, lg_eur_from_uct(s->all.base_bill_uct));
    BOTH("saved", "EUR", 2, lg_eur_from_uct(s->all.base_bill_uct - s->all.bill_uct));
    BOTH("bought", "kWh", 2, lg_kwh_from_uwh(s->all.bought_uwh));
    BOTH("sold", "kWh", 2, lg_kwh_from_uwh(s->all.sold_uwh));
    BOTH("unserved", "kWh", 2, lg_kwh_from_uwh(s->all.unserved_uwh));
    BOTH("self_sufficiency", "%", 1, 100 * s->self_sufficiency);
    BOTH("self_consumption", "%", 1, 100 * s->self_consumption);
    BOTH("peak_import", "kW", 2, kw(s, s->peak_import_uwh));
#undef BOTH
    lg_figure *when = add(c, of, "peak_import_time", "", 0, NAN, NAN);
    when->texts[0] = time_text(c, a->community ? a : NULL, a->peak_import_uwh, a->peak_import_ms);
    when->texts[1] = time_text(c, b->community ? b : NULL, b->peak_import_uwh, b->peak_import_ms);
    add(c, of, "trades", "", 0, (double)a->trade_count, (double)b->trade_count);
    add(c, of, "traded", "kWh", 2, lg_kwh_from_uwh(a->energy_uwh), lg_kwh_from_uwh(b->energy_uwh));
    add(c, of, "grid_fees", "EUR", 2, lg_eur_from_uct(a->fees_uct), lg_eur_from_uct(b->fees_uct));
}

static double price(const lg_compare_market *m)
{
    return m && m->energy_uwh ? lg_ct_from_uct(m->volume_uct) / lg_kwh_from_uwh(m->energy_uwh)
                              : NAN;
}

/* Markets without a market above have no import; a line of zeros would say nothing. */
static void market_figures(lg_comparison *c, const lg_compare_market *a, const lg_compare_market *b)
{
    const lg_compare_side *s = &c->sides[0], *t = &c->sides[1];
    const char *of = (a ? a : b)->name;
    add(c, of, "price", "ct/kWh", 2, price(a), price(b));
    add(c, of, "traded", "kWh", 2, a ? lg_kwh_from_uwh(a->energy_uwh) : NAN,
        b ? lg_kwh_from_uwh(b->energy_uwh) : NAN);
    add(c, of, "grid_fees", "EUR", 2, a ? lg_eur_from_uct(a->fees_uct) : NAN,
        b ? lg_eur_from_uct(b->fees_uct) : NAN);
    if ((a && a->import_uwh) || (b && b->import_uwh)) {
        add(c, of, "peak_import", "kW", 2, a ? kw(s, a->peak_import_uwh) : NAN,
            b ? kw(t, b->peak_import_uwh) : NAN);
        lg_figure *when = add(c, of, "peak_import_time", "", 0, NAN, NAN);
        when->texts[0] =
            time_text(c, a ? s : NULL, a ? a->peak_import_uwh : 0, a ? a->peak_import_ms : 0);
        when->texts[1] =
            time_text(c, b ? t : NULL, b ? b->peak_import_uwh : 0, b ? b->peak_import_ms : 0);
    }
    if ((a && a->export_uwh) || (b && b->export_uwh)) {
        add(c, of, "peak_export", "kW", 2, a ? kw(s, a->peak_export_uwh) : NAN,
            b ? kw(t, b->peak_export_uwh) : NAN);
        lg_figure *when = add(c, of, "peak_export_time", "", 0, NAN, NAN);
        when->texts[0] =
            time_text(c, a ? s : NULL, a ? a->peak_export_uwh : 0, a ? a->peak_export_ms : 0);
        when->texts[1] =
            time_text(c, b ? t : NULL, b ? b->peak_export_uwh : 0, b ? b->peak_export_ms : 0);
    }
}

static const lg_compare_market *market_of(const lg_compare_side *side, const char *name)
{
    for (uint32_t i = 0; i < side->market_count; i++)
        if (strcmp(side->markets[i].name, name) == 0)
            return &side->markets[i];
    return NULL;
}

const lg_compare_member *lg_compare_member_of(const lg_compare_side *side, const char *name)
{
    for (uint32_t i = 0; i < side->member_count; i++)
        if (strcmp(side->members[i].name, name) == 0)
            return &side->members[i];
    return NULL;
}

static bool make_figures(lg_comparison *c)
{
    const lg_compare_side *a = &c->sides[0], *b = &c->sides[1];
    size_t markets = (size_t)a->market_count + b->market_count;
    c->figures = lg_arena_alloc(&c->sides[0].arena, (COMMUNITY_FIGURES + MARKET_FIGURES * markets) *
                                                        sizeof *c->figures);
    if (!c->figures)
        return false;
    community_figures(c);
    for (uint32_t i = 0; i < a->market_count; i++)
        market_figures(c, &a->markets[i], market_of(b, a->markets[i].name));
    for (uint32_t i = 0; i < b->market_count; i++)
        if (!market_of(a, b->markets[i].name))
            market_figures(c, NULL, &b->markets[i]);
    return true;
}

/* Both lists are sorted by key. */
static bool make_settings(lg_comparison *c)
{
    const lg_compare_side *a = &c->sides[0], *b = &c->sides[1];
    uint32_t i = 0, k = 0;
    c->settings =
        lg_arena_alloc(&c->sides[0].arena,
                       ((size_t)a->setting_count + b->setting_count + 1) * sizeof *c->settings);
    if (!c->settings)
        return false;
    while (i < a->setting_count || k < b->setting_count) {
        const lg_compare_setting *x = i < a->setting_count ? &a->settings[i] : NULL;
        const lg_compare_setting *y = k < b->setting_count ? &b->settings[k] : NULL;
        int order = !x ? 1 : !y ? -1 : strcmp(x->key, y->key);
        i += order <= 0;
        k += order >= 0;
        if (order == 0 && strcmp(x->value, y->value) == 0)
            continue;
        c->settings[c->setting_count++] =
            (lg_difference){.key = order <= 0 ? x->key : y->key,
                            .values = {order <= 0 ? x->value : NULL, order >= 0 ? y->value : NULL}};
    }
    return true;
}

lg_status lg_compare_open(lg_mem *mem, const char *const paths[2], lg_comparison *c, lg_err *err)
{
    lg_status status = LG_OK;
    *c = (lg_comparison){.figure_count = 0};
    for (int i = 0; i < 2; i++)
        lg_arena_init(&c->sides[i].arena, mem, 1 << 14);
    for (int i = 0; i < 2 && status == LG_OK; i++)
        status = lg_compare_read(mem, paths[i], &c->sides[i], err);
    if (status == LG_OK && (!make_figures(c) || !make_settings(c)))
        status = lg_fail(err, LG_MEMORY, "out of memory");
    return status;
}

void lg_compare_close(lg_mem *mem, lg_comparison *c)
{
    for (int i = 0; i < 2; i++) {
        lg_compare_settings_fini(mem, &c->sides[i]);
        lg_arena_drop(&c->sides[i].arena);
    }
}

/* ---- for people ---- */

static void write_side(const char *letter, const lg_compare_side *side, bool colours, lg_text *out)
{
    char start[32];
    lg_clock_format_slot(side->start_ms, start);
    lg_text_char(out, ' ');
    lg_table_style(out, colours, LG_BOLD, letter);
    lg_text_str(out, "  ");
    lg_table_cut(out, side->scenario, 30);
    lg_text_format(out, " · from %s, %lld slot%s of %g min · ", start, (long long)side->slots_done,
                   side->slots_done == 1 ? "" : "s", (double)side->slot_s / 60);
    lg_table_cut(out, side->file, 0);
    lg_text_char(out, '\n');
    if (strcmp(side->status, "complete") != 0)
        lg_text_format(out, "    incomplete: %lld of %lld slots\n", (long long)side->slots_done,
                       (long long)side->slot_count);
}

static void write_heads(const lg_comparison *c, bool colours, lg_text *out)
{
    const lg_compare_side *a = &c->sides[0], *b = &c->sides[1];
    write_side("A", a, colours, out);
    write_side("B", b, colours, out);
    if (a->slots_done * a->slot_s != b->slots_done * b->slot_s)
        lg_text_str(out, " They are not of the same length: sums cannot be compared.\n");
    if (*a->digest && strcmp(a->digest, b->digest) == 0)
        lg_text_format(out, " Both did the same, event by event: run hash %.40s\n", a->digest);
    lg_text_char(out, '\n');
}

static void write_settings(const lg_comparison *c, lg_mem *mem, bool colours, lg_text *out)
{
    static const lg_column columns[] = {
        {.title = "settings that differ", .left = true, .width_max = 52},
        {.title = "A", .left = true, .width_max = 22},
        {.title = "B", .left = true, .width_max = 22},
    };
    if (c->setting_count == 0) {
        lg_text_str(out, " The settings are the same.\n\n");
        return;
    }
    uint32_t rows = c->setting_count < SETTINGS_SHOWN ? c->setting_count : SETTINGS_SHOWN;
    lg_table table;
    lg_table_init(&table, mem, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < rows; i++) {
        lg_table_cell(&table, LG_PLAIN, c->settings[i].key);
        for (int k = 0; k < 2; k++)
            lg_table_cell(&table, LG_PLAIN,
                          c->settings[i].values[k] ? c->settings[i].values[k] : "-");
    }
    lg_table_print(&table, colours, " ", out);
    lg_table_fini(&table);
    if (rows < c->setting_count)
        lg_text_format(out, " ... and %u more, see --json\n", c->setting_count - rows);
    lg_text_char(out, '\n');
}

static void write_figures(const lg_comparison *c, lg_mem *mem, bool colours, lg_text *out)
{
    static const lg_column columns[] = {
        {.title = "of", .left = true, .width_max = 24},
        {.title = "figure", .left = true},
        {.title = "", .left = true},
        {.title = "A"},
        {.title = "B"},
        {.title = "B - A"},
    };
    const char *last = "";
    lg_table table;
    lg_table_init(&table, mem, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < c->figure_count; i++) {
        const lg_figure *f = &c->figures[i];
        char name[40];
        snprintf(name, sizeof name, "%s", f->name);
        for (char *p = name; *p; p++)
            *p = *p == '_' ? ' ' : *p;
        lg_table_cell(&table, LG_BOLD, strcmp(f->of, last) == 0 ? "" : f->of);
        lg_table_cell(&table, LG_PLAIN, name);
        lg_table_cell(&table, LG_DIM, f->unit);
        last = f->of;
        for (int k = 0; k < 2; k++)
            if (f->texts[k])
                lg_table_cell(&table, LG_PLAIN, f->texts[k]);
            else
                lg_table_number(&table, LG_PLAIN, f->values[k], f->decimals);
        if (f->texts[0])
            lg_table_cell(&table, LG_PLAIN, "");
        else
            lg_table_number(&table, LG_PLAIN, f->values[1] - f->values[0], f->decimals);
    }
    lg_table_print(&table, colours, " ", out);
    lg_table_fini(&table);
    lg_text_char(out, '\n');
}

static double eur(const lg_compare_member *m, bool saved)
{
    if (!m)
        return NAN;
    return lg_eur_from_uct(saved ? m->base_bill_uct - m->bill_uct : m->bill_uct);
}

static void add_member(lg_table *table, uint32_t style, const char *name,
                       const lg_compare_member *a, const lg_compare_member *b)
{
    lg_table_cell(table, style, name);
    for (int saved = 0; saved < 2; saved++) {
        double first = eur(a, saved), second = eur(b, saved), gain = second - first;
        bool better = saved ? gain >= 0.005 : gain <= -0.005;
        bool worse = saved ? gain <= -0.005 : gain >= 0.005;
        lg_table_number(table, style, first, 2);
        lg_table_number(table, style, second, 2);
        lg_table_number(table, better ? LG_GREEN : worse ? LG_RED : LG_PLAIN, gain, 2);
    }
}

/* "only in A: Home 3, Home 4" */
static void write_only(const lg_comparison *c, int here, lg_text *out)
{
    const lg_compare_side *side = &c->sides[here], *other = &c->sides[!here];
    uint32_t count = 0;
    for (uint32_t i = 0; i < side->member_count; i++) {
        if (lg_compare_member_of(other, side->members[i].name))
            continue;
        if (count < NAMES_SHOWN) {
            lg_text_str(out, count ? ", " : here ? " only in B: " : " only in A: ");
            lg_table_cut(out, side->members[i].name, 30);
        }
        count++;
    }
    if (count > NAMES_SHOWN)
        lg_text_format(out, " and %u more", count - NAMES_SHOWN);
    if (count)
        lg_text_char(out, '\n');
}

static void write_members(const lg_comparison *c, lg_mem *mem, bool colours, lg_text *out)
{
    static const lg_column columns[] = {
        {.title = "home", .left = true, .width_max = 24},
        {.title = "bill A", .unit = "EUR"},
        {.title = "B", .unit = "EUR"},
        {.title = "B - A", .unit = "EUR"},
        {.title = "saved A", .unit = "EUR"},
        {.title = "B", .unit = "EUR"},
        {.title = "B - A", .unit = "EUR"},
    };
    const lg_compare_side *a = &c->sides[0], *b = &c->sides[1];
    uint32_t rows = 0;
    lg_table table;
    if (a->member_count + b->member_count == 0)
        return;
    lg_table_init(&table, mem, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < a->member_count && rows < LG_REPORT_ROWS_MAX; i++, rows++)
        add_member(&table, LG_PLAIN, a->members[i].name, &a->members[i],
                   lg_compare_member_of(b, a->members[i].name));
    for (uint32_t i = 0; i < b->member_count && rows < LG_REPORT_ROWS_MAX; i++) {
        if (lg_compare_member_of(a, b->members[i].name))
            continue;
        add_member(&table, LG_PLAIN, b->members[i].name, NULL, &b->members[i]);
        rows++;
    }
    add_member(&table, LG_BOLD, "all homes", a->community ? &a->all : NULL,
               b->community ? &b->all : NULL);
    lg_table_print(&table, colours, " ", out);
    lg_table_fini(&table);
    if (rows == LG_REPORT_ROWS_MAX)
        lg_text_str(out, " the first homes; all of them: --json\n");
    write_only(c, 0, out);
    write_only(c, 1, out);
}

void lg_compare_write(const lg_comparison *c, bool colours, lg_mem *mem, lg_text *out)
{
    write_heads(c, colours, out);
    write_settings(c, mem, colours, out);
    write_figures(c, mem, colours, out);
    write_members(c, mem, colours, out);
}
