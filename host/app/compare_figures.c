/* Two runs put side by side: figures and settings are made once and printed twice, for people and
 * as JSON. What only one run has stays empty for the other: nothing is guessed. */
#include "app/compare.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"
#include "grid/unit.h"

enum { COMMUNITY_FIGURES = 16, MARKET_FIGURES = 8 };

static const char *time_text(lg_comparison *c, int64_t peak, int64_t when)
{
    char text[32];
    if (peak <= 0)
        return "-";
    lg_clock_format_slot(when, text);
    const char *copy = lg_arena_text(&c->sides[0].arena, text, strlen(text));
    c->exhausted = c->exhausted || !copy;
    return copy ? copy : "-";
}

lg_figure *lg_compare_add(lg_comparison *c, const char *of, const char *name, const char *unit,
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
        lg_compare_add(c, of, name, unit, decimals, first, or_none(s, expression));                \
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
    lg_figure *when = lg_compare_add(c, of, "peak_import_time", "", 0, NAN, NAN);
    when->texts[0] = time_text(c, a->peak_import_uwh, a->peak_import_ms);
    when->texts[1] = time_text(c, b->peak_import_uwh, b->peak_import_ms);
    lg_compare_add(c, of, "trades", "", 0, (double)a->trade_count, (double)b->trade_count);
    lg_compare_add(c, of, "traded", "kWh", 2, lg_kwh_from_uwh(a->energy_uwh),
                   lg_kwh_from_uwh(b->energy_uwh));
    lg_compare_add(c, of, "grid_fees", "EUR", 2, lg_eur_from_uct(a->fees_uct),
                   lg_eur_from_uct(b->fees_uct));
}

static double price(const lg_compare_market *m)
{
    return m && m->energy_uwh ? lg_ct_from_uct(m->volume_uct) / lg_kwh_from_uwh(m->energy_uwh)
                              : NAN;
}

/* A peak and when it was. Markets without a market above have none; a line of zeros would say
 * nothing. */
static void peak_figures(lg_comparison *c, const char *of, const char *name, const char *time_name,
                         const int64_t *const peaks[2], const int64_t *const times[2])
{
    double values[2];
    const char *texts[2];
    if ((!peaks[0] || !*peaks[0]) && (!peaks[1] || !*peaks[1]))
        return;
    for (int i = 0; i < 2; i++) {
        values[i] = peaks[i] ? kw(&c->sides[i], *peaks[i]) : NAN;
        texts[i] = peaks[i] ? time_text(c, *peaks[i], *times[i]) : "-";
    }
    lg_compare_add(c, of, name, "kW", 2, values[0], values[1]);
    lg_figure *when = lg_compare_add(c, of, time_name, "", 0, NAN, NAN);
    memcpy(when->texts, texts, sizeof texts);
}

static void market_figures(lg_comparison *c, const lg_compare_market *a, const lg_compare_market *b)
{
    const char *of = (a ? a : b)->name;
    lg_compare_add(c, of, "price", "ct/kWh", 2, price(a), price(b));
    lg_compare_add(c, of, "traded", "kWh", 2, a ? lg_kwh_from_uwh(a->energy_uwh) : NAN,
                   b ? lg_kwh_from_uwh(b->energy_uwh) : NAN);
    lg_compare_add(c, of, "grid_fees", "EUR", 2, a ? lg_eur_from_uct(a->fees_uct) : NAN,
                   b ? lg_eur_from_uct(b->fees_uct) : NAN);
#define OF_BOTH(field) ((const int64_t *const[2]){a ? &a->field : NULL, b ? &b->field : NULL})
    peak_figures(c, of, "peak_import", "peak_import_time", OF_BOTH(peak_import_uwh),
                 OF_BOTH(peak_import_ms));
    peak_figures(c, of, "peak_export", "peak_export_time", OF_BOTH(peak_export_uwh),
                 OF_BOTH(peak_export_ms));
#undef OF_BOTH
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
    size_t pools = (size_t)a->gridpool_count + b->gridpool_count;
    size_t figures =
        COMMUNITY_FIGURES + MARKET_FIGURES * markets + LG_COMPARE_GRIDPOOL_FIGURES * pools;
    c->figures = lg_arena_alloc(&c->sides[0].arena, figures * sizeof *c->figures);
    if (!c->figures)
        return false;
    community_figures(c);
    for (uint32_t i = 0; i < a->market_count; i++)
        market_figures(c, &a->markets[i], market_of(b, a->markets[i].name));
    for (uint32_t i = 0; i < b->market_count; i++)
        if (!market_of(a, b->markets[i].name))
            market_figures(c, NULL, &b->markets[i]);
    lg_compare_intraday(c);
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
    if (status == LG_OK && (!make_figures(c) || !make_settings(c) || c->exhausted))
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
