/* The comparison for people: rounded, and of long lists the first rows. */
#include "app/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "app/report.h"
#include "app/table.h"
#include "base/clock.h"
#include "grid/unit.h"

enum { SETTINGS_SHOWN = 40, NAMES_SHOWN = 10 };

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
