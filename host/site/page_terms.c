/* What a seat is scored by, term by term, beside what it is compared with. */
#include "site/pages.h"

#include <math.h>

static void put_term(lg_text *out, const char *name, double own, double base, int decimals)
{
    lg_text_str(out, "<tr><th scope=\"row\" class=\"w\">");
    lg_markup_text(out, name);
    lg_text_str(out, "</th>");
    lg_markup_number(out, "", own, decimals, false);
    lg_markup_number(out, "", base, decimals, false);
    double grain = pow(10, decimals);
    lg_text_format(out, "<td>%+.*f</td></tr>\n", decimals,
                   round((own - base) * grain) / grain + 0.0);
}

static void put_heads(lg_text *out, const char *title)
{
    lg_text_format(out, "<h2>%s</h2>\n", title);
    lg_markup_table(out, title);
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "w", "", "");
    lg_markup_head(out, "", "This script", "");
    lg_markup_head(out, "", "Baseline", "");
    lg_markup_head(out, "", "Difference", "");
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
}

static void put_trader(lg__site *site, uint32_t game, uint32_t seat)
{
    const lg_result_game *g = &site->result->games[game];
    const lg_seat_figures *own = &g->figures->seats[seat],
                          *base = &g->references[seat]->seats[seat];
    lg_text *out = &site->page;
    put_heads(out, "Against the baseline");
    put_term(out, "Bought, kWh", lg__kwh(own->bought_uwh), lg__kwh(base->bought_uwh), 2);
    put_term(out, "Sold, kWh", lg__kwh(own->sold_uwh), lg__kwh(base->sold_uwh), 2);
    put_term(out, "Not served, kWh", lg__kwh(own->unserved_uwh), lg__kwh(base->unserved_uwh), 2);
    put_term(out, "Bill, EUR", lg__eur(own->bill_uct), lg__eur(base->bill_uct), 2);
    put_term(out, "of it for energy not served, EUR", lg__eur(own->unserved_uct),
             lg__eur(base->unserved_uct), 2);
    put_term(out, "More in batteries at the end, kWh",
             lg__kwh(own->stored_end_uwh - own->stored_start_uwh),
             lg__kwh(base->stored_end_uwh - base->stored_start_uwh), 2);
    put_term(out, "what that is worth, EUR", lg__eur(own->bill_uct - own->cost_uct),
             lg__eur(base->bill_uct - base->cost_uct), 2);
    put_term(out, "Cost = bill - worth, EUR", lg__eur(own->cost_uct), lg__eur(base->cost_uct), 2);
    lg_markup_table_end(out);
    if (base->has_bound)
        lg_text_format(
            out,
            "<p class=\"note\">Who had known the future could have come down to %.2f "
            "EUR: that would be score 100. More than 100 has who was made offers that the "
            "game with the template strategies here did not have.</p>\n",
            lg__eur(base->bound_uct));
    else
        lg_text_str(out,
                    "<p class=\"note\">What could have been reached at best is not known for this "
                    "seat, so it has no score.</p>\n");
}

/* The three parts of an operator's score: host/arena/score.h. */
static void put_operator(lg__site *site, uint32_t game, uint32_t seat)
{
    const lg_result_game *g = &site->result->games[game];
    const lg_figures *own = g->figures, *base = g->references[seat];
    const lg_operator_score *score = lg_result_operator(site->result, game, seat);
    lg_text *out = &site->page;
    put_heads(out, "Against the scenario's own tariff");
    put_term(out, "Peak import of its markets in a slot, kWh",
             lg__kwh(own->seats[seat].peak_import_uwh), lg__kwh(base->seats[seat].peak_import_uwh),
             3);
    put_term(out, "Fees of its markets, EUR", lg__eur(own->seats[seat].fees_uct),
             lg__eur(base->seats[seat].fees_uct), 2);
    put_term(out, "Cost of all members, EUR", lg__eur(own->members_cost_uct),
             lg__eur(base->members_cost_uct), 2);
    lg_markup_table_end(out);
    if (isnan(score->score)) {
        lg_text_str(out, "<p class=\"note\">There is no score: nothing to compare with.</p>\n");
        return;
    }
    lg_text_format(out,
                   "<p class=\"note\">Score %+.1f: %+.1f for the peak, %+.1f for revenue that is "
                   "missing, %+.1f for what members pay; each in percent of what it was.</p>\n",
                   score->score, 100 * score->peak_reduction,
                   0.0 - 100 * fmax(0, 1 - score->revenue_adequacy),
                   0.0 - 100 * score->community_cost);
}

void lg__seat_terms(lg__site *site, uint32_t game, uint32_t seat)
{
    lg_seat_role role = site->contest->seats[seat].role;
    if (role == LG_SEAT_TRADER)
        put_trader(site, game, seat);
    else if (role == LG_SEAT_OPERATOR)
        put_operator(site, game, seat);
}
