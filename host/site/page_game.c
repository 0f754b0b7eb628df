/* One game: who sat where and what came of it, and what it looked like. */
#include "site/pages.h"

#include <math.h>
#include "site/chart.h"

static void put_seats(lg__site *site, uint32_t game)
{
    const lg_contest *c = site->contest;
    const lg_result_game *g = &site->result->games[game];
    lg_text *out = &site->page;
    lg_markup_table(out, "Seats of this game");
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "w", "Seat", "");
    lg_markup_head(out, "w", "Entrant", "");
    lg__seat_heads(out);
    lg_markup_head(out, "wide", "Bill", "EUR");
    lg_markup_head(out, "wide", "Baseline", "EUR");
    lg_markup_head(out, "wide", "Bought", "kWh");
    lg_markup_head(out, "wide", "Sold", "kWh");
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t i = 0; i < c->seat_count; i++) {
        const lg_seat_figures *f = &g->figures->seats[i], *base = &g->references[i]->seats[i];
        bool trader = c->seats[i].role == LG_SEAT_TRADER;
        lg_text_str(out, "<tr><th scope=\"row\" class=\"w\">");
        lg_markup_text(out, c->seats[i].name);
        lg_text_str(out, "</th><td class=\"w\">");
        lg__entrant_link(site, g->lineup[i], "../");
        lg_text_str(out, "</td>");
        lg__seat_cells(site, game, i, "../");
        lg_markup_number(out, "wide", trader ? (double)f->bill_uct / 1e8 : NAN, 2, false);
        lg_markup_number(out, "wide", trader ? (double)base->cost_uct / 1e8 : NAN, 2, false);
        lg_markup_number(out, "wide", trader ? (double)f->bought_uwh / 1e9 : NAN, 1, false);
        lg_markup_number(out, "wide", trader ? (double)f->sold_uwh / 1e9 : NAN, 1, false);
        lg_text_str(out, "</tr>\n");
    }
    lg_markup_table_end(out);
    lg_text_str(out, "<p class=\"note\">Cost: the bill minus the value of what is in the batteries "
                     "more at the end than at the start. Baseline: the cost with the template "
                     "strategies in this seat. The outcome leads to the log of the seat.</p>\n");
}

static void put_community(lg__site *site, uint32_t game)
{
    const lg_figures *f = site->result->games[game].figures;
    lg_text *out = &site->page;
    lg_text_str(out, "<div class=\"cards\">\n");
    if (f->demanded_uwh)
        lg_text_format(out, "<div><b>%.0f %%</b><span>self-sufficiency</span></div>\n",
                       100.0 * (double)f->consumed_own_uwh / (double)f->demanded_uwh);
    if (f->produced_uwh)
        lg_text_format(out, "<div><b>%.0f %%</b><span>self-consumption</span></div>\n",
                       100.0 * (double)f->consumed_own_uwh / (double)f->produced_uwh);
    lg_text_format(out,
                   "<div><b>%.2f EUR</b><span>bill of all members</span></div>\n"
                   "<div><b>%.2f EUR</b><span>welfare: gained by trade against the utility"
                   "</span></div>\n",
                   lg__eur(f->members_bill_uct), lg__eur(f->welfare.total_uct));
    double gini = lg_result_gini(site->result, game);
    if (!isnan(gini))
        lg_text_format(out, "<div><b>%.2f</b><span>Gini of the seats' savings</span></div>\n",
                       gini);
    if (f->slot_s)
        lg_text_format(out, "<div><b>%.1f kW</b><span>highest import</span></div>\n",
                       (double)f->peak_import_uwh / 1e9 * 3600 / f->slot_s);
    lg_text_format(out,
                   "<div><b>%.2f kWh</b><span>not served</span></div>\n"
                   "<div><b>%llu</b><span>trades</span></div>\n</div>\n",
                   (double)f->unserved_uwh / 1e9, (unsigned long long)f->trades);
}

static void put_prices(lg__site *site, const lg_film *film)
{
    const lg_chart_line lines[] = {
        {"trades, mean", film->price_ct},
        {"the utility asks", film->utility_ct},
        {"the utility pays", film->feed_in_ct},
    };
    const lg_chart chart = {
        .title = "Prices",
        .unit = "ct/kWh",
        .about =
            "What a kWh costs in the community's market with the fees up to there, of trades and "
            "of the utility; between the two a local trade serves both sides; UTC",
        .at_ms = film->at_ms,
        .count = film->slots,
        .lines = lines,
        .line_count = 3,
        .step = true,
    };
    lg_chart_draw(&site->page, &chart);
}

/* A line a seat that has such a series. */
static void put_by_seat(lg__site *site, uint32_t game, const lg_film *film, bool stored)
{
    lg_chart_line lines[64];
    lg_text names;
    size_t starts[64];
    uint32_t count = 0;
    const lg_contest *c = site->contest;
    lg_text_init(&names, site->mem);
    for (uint32_t i = 0; i < film->seat_count && count < 64; i++) {
        const lg_film_seat *seat = &film->seats[i];
        if (c->seats[i].role != LG_SEAT_TRADER || (stored && !seat->stored_kWh))
            continue;
        starts[count] = names.length;
        lg_text_format(&names, "%s: %s", c->seats[i].name,
                       c->entrants[site->result->games[game].lineup[i]].name);
        lg_text_bytes(&names, "", 1);
        lines[count++].values = stored ? seat->stored_kWh : seat->cost_EUR;
    }
    for (uint32_t i = 0; i < count && !names.failed; i++)
        lines[i].name = names.data + starts[i];
    const lg_chart chart = {
        .title = stored ? "Batteries" : "Bills",
        .unit = stored ? "kWh" : "EUR",
        .about = stored ? "What each seat holds when a slot begins"
                        : "What each seat has paid so far, minus what it has earned",
        .at_ms = film->at_ms,
        .count = film->slots,
        .lines = lines,
        .line_count = count,
    };
    site->page.failed = site->page.failed || names.failed;
    if (count && !names.failed)
        lg_chart_draw(&site->page, &chart);
    lg_text_fini(&names);
}

static void put_check(lg__site *site, uint32_t game)
{
    const lg_result_game *g = &site->result->games[game];
    lg_text *out = &site->page;
    lg_text_format(out,
                   "<h2>Check it</h2>\n<p>Play it again and compare everything, from the league's "
                   "folder (<a href=\"../jobs/%s/\">jobs/%.8s&#8230;</a>):</p>\n"
                   "<pre>lunagrid verify jobs/%s\nlunagrid replay jobs/%s | less</pre>\n",
                   g->job, g->job, g->job, g->job);
    lg_text_str(out, "<p>The games that seats are compared with:</p>\n<ul>\n");
    for (uint32_t i = 0; i < site->contest->seat_count; i++) {
        lg_text_str(out, "<li>");
        lg_markup_text(out, site->contest->seats[i].name);
        lg_text_format(out, ": <a href=\"../jobs/%s/\"><code>jobs/%s</code></a></li>\n",
                       g->reference_jobs[i], g->reference_jobs[i]);
    }
    lg_text_format(out, "</ul>\n<p class=\"note\">Hash of the run: <code>%s</code></p>\n",
                   g->figures->run_hash);
}

void lg__page_game(lg__site *site, uint32_t game, const lg_film *film)
{
    lg_text *out = &site->page, name;
    lg_text_init(&name, site->mem);
    lg__case_name(site, game, &name);
    lg_markup_begin(out, lg_text_peek(&name), "../",
                    "<a href=\"../index.html\">&#8592; league</a>");
    lg_text_fini(&name);
    put_seats(site, game);
    put_community(site, game);
    put_prices(site, film);
    put_by_seat(site, game, film, false);
    put_by_seat(site, game, film, true);
    put_check(site, game);
    lg_markup_end(out, "../", true);
}
