/* For the owner of a script: where the money went, what was refused and why, how much of the budget
 * was used. */
#include "site/pages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grid/unit.h"
#include "site/chart.h"

static double rate_ct(int64_t uct, int64_t uwh)
{
    return uwh ? (double)uct / 1e6 / ((double)uwh / 1e9) : NAN;
}

/* ---- where the money went ---- */

static void put_flow_heads(lg_text *out, const char *first)
{
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "w", first, "");
    lg_markup_head(out, "", "Bought", "kWh");
    lg_markup_head(out, "", "at", "ct/kWh");
    lg_markup_head(out, "", "Sold", "kWh");
    lg_markup_head(out, "", "at", "ct/kWh");
    lg_markup_head(out, "", "Net", "EUR");
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
}

static void put_flow(lg_text *out, const char *name, const lg_film_hour *f)
{
    if (!f->bought_uwh && !f->sold_uwh)
        return;
    lg_text_str(out, "<tr><th scope=\"row\" class=\"w\">");
    lg_markup_text(out, name);
    lg_text_str(out, "</th>");
    lg_markup_number(out, "", lg__kwh(f->bought_uwh), 2, false);
    lg_markup_number(out, "", rate_ct(f->paid_uct, f->bought_uwh), 1, false);
    lg_markup_number(out, "", lg__kwh(f->sold_uwh), 2, false);
    lg_markup_number(out, "", rate_ct(f->earned_uct, f->sold_uwh), 1, false);
    lg_markup_number(out, "", lg__eur(f->earned_uct - f->paid_uct), 2, true);
    lg_text_str(out, "</tr>\n");
}

static bool has_traded(const lg_film_seat *film)
{
    for (int hour = 0; hour < 24; hour++)
        if (film->hours[hour].bought_uwh || film->hours[hour].sold_uwh)
            return true;
    return false;
}

static void put_partners(lg__site *site, uint32_t seat, const lg_film_seat *film)
{
    lg_text *out = &site->page;
    lg_text_str(out, "<h2>Where the money went</h2>\n");
    if (!has_traded(film)) {
        lg_text_str(out, "<p>Nowhere: the seat has traded nothing.</p>\n");
        return;
    }
    lg_markup_table(out, "With whom");
    put_flow_heads(out, "With");
    for (uint32_t i = 0; i < film->partner_count; i++) {
        const lg_film_partner *p = &film->partners[i];
        const lg_film_hour flow = {p->bought_uwh, p->paid_uct, p->sold_uwh, p->earned_uct};
        put_flow(out, i == seat ? "itself, within the home" : p->name, &flow);
    }
    lg_markup_table_end(out);
    lg_text_format(out,
                   "<p class=\"note\">Of what it paid, %.2f EUR were grid fees. Net: earned minus "
                   "paid.</p>\n",
                   lg__eur(film->fees_uct));
}

static void put_chart(lg__site *site, const lg_film *film, uint32_t seat)
{
    const lg_film_seat *s = &film->seats[seat];
    const lg_chart_line bill = {"paid minus earned", s->cost_EUR},
                        stored = {"in its batteries", s->stored_kWh};
    lg_chart chart = {
        .title = "Bill",
        .unit = "EUR",
        .about = "So far; UTC",
        .at_ms = film->at_ms,
        .count = film->slots,
        .lines = &bill,
        .line_count = 1,
    };
    lg_chart_draw(&site->page, &chart);
    if (!s->stored_kWh)
        return;
    chart.title = "Batteries";
    chart.unit = "kWh";
    chart.about = "When a slot begins; UTC";
    chart.lines = &stored;
    lg_chart_draw(&site->page, &chart);
}

static void put_hours(lg__site *site, const lg_film_seat *film)
{
    lg_text *out = &site->page;
    if (!has_traded(film))
        return;
    lg_text_str(out, "<details><summary>By hour of the day</summary>\n");
    lg_markup_table(out, "By hour of the day");
    put_flow_heads(out, "Hour, UTC");
    for (int hour = 0; hour < 24; hour++) {
        char name[16];
        snprintf(name, sizeof name, "%02d:00", hour);
        put_flow(out, name, &film->hours[hour]);
    }
    lg_markup_table_end(out);
    lg_text_str(out, "</details>\n");
}

/* ---- conduct ---- */

static uint64_t units_allowed(const lg__site *site)
{
    return (uint64_t)lg_keys_number(site->contest->budget, "units_per_call",
                                    LG_CONTEST_UNITS_PER_CALL);
}

static void put_budget(lg__site *site, const lg_film_seat *film)
{
    lg_text *out = &site->page;
    uint64_t most = film->units_most < 0 ? 0 : (uint64_t)film->units_most;
    uint64_t allowed = units_allowed(site);
    lg_text_str(out, "<h2>Budget</h2>\n");
    if (film->units_most < 0) {
        lg_text_str(out,
                    "<p>What it spent is not known: it was given up, or the templates sat here."
                    "</p>\n");
        return;
    }
    double part = allowed ? 100.0 * (double)most / (double)allowed : 0;
    lg_text_format(out,
                   "<p>The dearest callback spent %llu of %llu units (%.1f %%).</p>\n"
                   "<div class=\"budget\"><i style=\"width: %.1f%%\"></i></div>\n",
                   (unsigned long long)most, (unsigned long long)allowed, part, fmin(part, 100));
    if (most > allowed)
        lg_text_str(out,
                    "<p class=\"note\">More than one has: it drew on what others had left over, "
                    "which is saved.</p>\n");
}

/* "9999 kWh at 20 ct/kWh, 0.1 kWh allowed" */
static void put_wanted(lg_text *out, const lg_film_refused *r)
{
    bool energy = strcmp(r->code, "ENERGY") == 0, rate = strcmp(r->code, "RATE") == 0;
    double unit = energy ? (double)LG_KWH_UWH : (double)LG_CT_UCT;
    if (r->energy_uwh > 0)
        lg_text_format(out, "%.10g kWh at %.10g ct/kWh", lg__kwh(r->energy_uwh),
                       (double)r->rate_uct / (double)LG_CT_UCT);
    if (energy || rate)
        lg_text_format(out, "%s%.10g %s allowed", r->energy_uwh > 0 ? ", " : "",
                       (double)r->allowed / unit, energy ? "kWh" : "ct/kWh");
}

/* The first of them one by one. */
static void put_refused(lg__site *site, const lg_film_seat *film)
{
    lg_text *out = &site->page, wanted;
    if (!film->refused_count)
        return;
    lg_text_format(out, "<details><summary>The first %u of them</summary>\n", film->refused_count);
    lg_markup_table(out, "Refused commands one by one");
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "", "Slot", "");
    lg_markup_head(out, "", "Tick", "");
    lg_markup_head(out, "w", "Command", "");
    lg_markup_head(out, "w", "Of", "");
    lg_markup_head(out, "w", "Wanted", "");
    lg_markup_head(out, "w", "Code", "");
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t i = 0; i < film->refused_count; i++) {
        const lg_film_refused *r = &film->refused[i];
        lg_text_init(&wanted, site->mem);
        put_wanted(&wanted, r);
        if (r->slot == LG_NONE)
            lg_text_str(out, "<tr><td>&#8211;</td><td>&#8211;</td>");
        else
            lg_text_format(out, "<tr><td>%u</td><td>%u</td>", r->slot, r->tick);
        lg_markup_cell(out, "w", r->command);
        lg_markup_cell(out, "w", r->node);
        lg_markup_cell(out, "w", lg_text_peek(&wanted));
        lg_markup_cell(out, "w", r->code);
        lg_text_str(out, "</tr>\n");
        out->failed = out->failed || wanted.failed;
        lg_text_fini(&wanted);
    }
    lg_markup_table_end(out);
    lg_text_str(out,
                "<p class=\"note\">Table refused_commands of run.sqlite has the first 100.</p>\n"
                "</details>\n");
}

static void put_refusals(lg__site *site, const lg_film_seat *film)
{
    lg_text *out = &site->page;
    lg_text_str(out, "<h2>Refused commands</h2>\n");
    if (!film->refusal_count) {
        lg_text_str(out, "<p>None.</p>\n");
        return;
    }
    lg_markup_table(out, "Refused commands");
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "", "Commands", "");
    lg_markup_head(out, "w", "Code", "");
    lg_markup_head(out, "w", "Why", "");
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t i = 0; i < film->refusal_count; i++) {
        lg_text_format(out, "<tr><td>%lld</td>", (long long)film->refusals[i].commands);
        lg_markup_cell(out, "w", film->refusals[i].code);
        lg_markup_cell(out, "w", film->refusals[i].text);
        lg_text_str(out, "</tr>\n");
    }
    lg_markup_table_end(out);
    lg_text_str(out,
                "<p class=\"note\"><code>lunagrid explain CODE</code> says what to do about it."
                "</p>\n");
    put_refused(site, film);
}

static void put_log(lg__site *site, const lg_film_seat *film)
{
    lg_text *out = &site->page;
    lg_text_str(out, "<h2>Log</h2>\n");
    if (!film->line_count) {
        lg_text_str(out, "<p>The script has printed nothing, and nothing failed.</p>\n");
        return;
    }
    lg_text_str(out, "<pre tabindex=\"0\">");
    for (uint32_t i = 0; i < film->line_count; i++) {
        lg_text_format(out, "slot %u, tick %u: ", film->lines[i].slot, film->lines[i].tick);
        lg_markup_text(out, film->lines[i].text);
        lg_text_char(out, '\n');
    }
    lg_text_str(out,
                film->lines_more ? "... and more, in table log of run.sqlite</pre>\n" : "</pre>\n");
}

static void put_outcome(lg__site *site, uint32_t game, uint32_t seat)
{
    const lg_seat_figures *f = &site->result->games[game].figures->seats[seat];
    lg_text *out = &site->page;
    lg_text_str(out, "<p>Outcome: ");
    lg_text_format(out, f->outcome == LG_OUTCOME_OK ? "%s" : "<span class=\"bad\">%s</span>",
                   lg_outcome_name(f->outcome));
    if (*f->code) {
        lg_text_str(out, ", <code>");
        lg_markup_text(out, f->code);
        lg_text_str(out, "</code>");
        if (f->given_up_slot != LG_NONE) {
            lg_text_format(out, ": from slot %u on ", f->given_up_slot);
            lg_markup_text(out, f->taken_over);
            lg_text_str(out, " traded for it");
        }
    }
    lg_text_format(out, "; %llu callback%s failed", (unsigned long long)f->faults,
                   f->faults == 1 ? "" : "s");
    if (f->breaches)
        lg_text_format(out, ", %llu of them since %s took more units than a callback has",
                       (unsigned long long)f->breaches, f->breaches == 1 ? "it" : "they");
    lg_text_format(out, ", %llu command%s refused.</p>\n", (unsigned long long)f->refused,
                   f->refused == 1 ? " was" : "s were");
}

/* A name as a word of a shell, in a page. */
static void put_word(lg_text *out, const char *word)
{
    lg_text quoted;
    lg_text_init(&quoted, out->mem);
    lg_text_char(&quoted, '\'');
    for (const char *c = word; *c; c++)
        if (*c == '\'')
            lg_text_str(&quoted, "'\\''");
        else
            lg_text_char(&quoted, *c);
    lg_text_char(&quoted, '\'');
    out->failed = out->failed || quoted.failed;
    lg_markup_text(out, lg_text_peek(&quoted));
    lg_text_fini(&quoted);
}

void lg__page_seat(lg__site *site, uint32_t game, uint32_t seat, const lg_film *film)
{
    const lg_contest *c = site->contest;
    const lg_result_game *g = &site->result->games[game];
    lg_text *out = &site->page, name;
    lg_text_init(&name, site->mem);
    lg_text_format(&name, "%s as %s, ", c->entrants[g->lineup[seat]].name, c->seats[seat].name);
    lg__case_name(site, game, &name);
    char nav[160];
    snprintf(
        nav, sizeof nav,
        "<a href=\"../index.html\">&#8592; league</a> &#183; <a href=\"../games/%s.html\">game</a>",
        g->job);
    lg_markup_begin(out, lg_text_peek(&name), "../", nav);
    lg_text_fini(&name);
    put_outcome(site, game, seat);
    lg__seat_terms(site, game, seat);
    if (c->seats[seat].role == LG_SEAT_TRADER) {
        put_partners(site, seat, &film->seats[seat]);
        put_hours(site, &film->seats[seat]);
        put_chart(site, film, seat);
    }
    put_refusals(site, &film->seats[seat]);
    put_budget(site, &film->seats[seat]);
    put_log(site, &film->seats[seat]);
    lg_text_format(out, "<h2>More</h2>\n<pre>lunagrid replay jobs/%s --agent ", g->job);
    put_word(out, c->seats[seat].name);
    lg_text_format(out, "\nlunagrid explain trade 1 --run jobs/%s</pre>\n", g->job);
    lg_markup_end(out, "../", c->seats[seat].role == LG_SEAT_TRADER);
}
