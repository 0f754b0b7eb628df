/* The table first, then how sure it is, then where it comes from. */
#include "site/pages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BAR = 200 };

/* The ends of all intervals of a role. */
static bool find_range(const lg__site *site, lg_seat_role role, double *low, double *high)
{
    *low = *high = 0; /* the field itself is on it */
    bool some = false;
    for (uint32_t i = 0; i < site->contest->entrant_count; i++) {
        const lg_rank *rank = &site->league->rows[i].rank;
        if (site->contest->entrants[i].role != role || !isfinite(rank->lead_low) ||
            !isfinite(rank->lead_high))
            continue;
        *low = fmin(*low, rank->lead_low);
        *high = fmax(*high, rank->lead_high);
        some = true;
    }
    return some && *high > *low;
}

static void put_interval(lg_text *out, const lg_rank *rank, double low, double high, int decimals)
{
    double scale = BAR / (high - low), zero = -low * scale;
    lg_text_str(out, "<td class=\"bar\">");
    if (isfinite(rank->lead_low) && high > low) {
        double from = (rank->lead_low - low) * scale, to = (rank->lead_high - low) * scale;
        lg_text_format(
            out,
            "<svg class=\"interval\" viewBox=\"0 0 %d 20\" preserveAspectRatio=\"none\" "
            "role=\"img\" aria-label=\"%+.*f to %+.*f\"><line class=\"zero\" x1=\"%.1f\" "
            "x2=\"%.1f\" y1=\"0\" y2=\"20\"/><rect class=\"span\" x=\"%.1f\" y=\"6\" "
            "width=\"%.1f\" height=\"8\"/><rect class=\"mean\" x=\"%.1f\" y=\"3\" "
            "width=\"2.5\" height=\"14\"/></svg>",
            BAR, decimals, rank->lead_low, decimals, rank->lead_high, zero, zero, from,
            fmax(to - from, 1), (rank->lead - low) * scale - 1.2);
    }
    lg_text_str(out, "</td>");
}

static void put_outcomes(lg_text *out, const lg_result_entrant *e)
{
    bool some = false;
    lg_text_str(out, "<td class=\"w\">");
    for (int i = LG_OUTCOME_OK; i <= LG_OUTCOME_MEMORY; i++) {
        if (!e->outcomes[i])
            continue;
        lg_text_format(out, "%s%s%u %s%s", some ? ", " : "", i ? "<span class=\"bad\">" : "",
                       e->outcomes[i], lg_outcome_name((lg_outcome)i), i ? "</span>" : "");
        some = true;
    }
    lg__faults(out, e->faults);
    lg_text_str(out, some ? "</td>" : "&#8211;</td>");
}

static void put_row(lg__site *site, uint32_t index, double low, double high)
{
    const lg_league_row *row = &site->league->rows[index];
    lg_seat_role role = site->contest->entrants[index].role;
    int decimals = lg__by_saving(site, role) ? 2 : 1;
    lg_text *out = &site->page;
    lg_text_str(out, "<tr>");
    lg_markup_number(out, "", row->rank.rank ? (double)row->rank.rank : NAN, 0, false);
    lg_text_str(out, "<th scope=\"row\" class=\"w\">");
    lg__entrant_link(site, index, "");
    lg_text_str(out, "</th>");
    lg_markup_number(out, "sure", row->rank.mean, decimals, true);
    put_interval(out, &row->rank, low, high, decimals);
    char text[80] = "-";
    if (isfinite(row->rank.lead_low))
        snprintf(text, sizeof text, "%+.*f (%+.*f to %+.*f)", decimals, row->rank.lead, decimals,
                 row->rank.lead_low, decimals, row->rank.lead_high);
    lg_markup_cell(out, "wide", text);
    if (lg__by_saving(site, role))
        lg_markup_number(out, "wide", row->score, 1, true);
    else if (role == LG_SEAT_TRADER) /* an operator has no bill that could be less */
        lg_markup_number(out, "wide", row->saving_EUR_per_day, 2, true);
    lg_markup_number(out, "", row->games ? lg_rating_ordinal(row->rating) : NAN, 1, false);
    lg_markup_number(out, "wide", row->place ? (double)row->place : NAN, 0, false);
    put_outcomes(out, &site->result->entrants[row->rank.same_as]);
    lg_text_str(out, "</tr>\n");
}

static bool has_role(const lg__site *site, lg_seat_role role)
{
    for (uint32_t i = 0; i < site->contest->entrant_count; i++)
        if (site->contest->entrants[i].role == role)
            return true;
    return false;
}

static bool has_other_roles(const lg__site *site, lg_seat_role role)
{
    for (int other = LG_SEAT_TRADER; other <= LG_SEAT_EXCHANGE; other++)
        if (other != (int)role && has_role(site, (lg_seat_role)other))
            return true;
    return false;
}

static void put_table(lg__site *site, lg_seat_role role)
{
    static const char *const titles[] = {"Traders", "Grid operators", "Exchanges"};
    lg_text *out = &site->page;
    double low, high;
    bool saving = lg__by_saving(site, role);
    find_range(site, role, &low, &high);
    lg_text_format(out, "<h2>%s</h2>\n", titles[role]);
    lg_markup_table(out, titles[role]);
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "", "Rank", "");
    lg_markup_head(out, "w", "Entrant", "");
    lg_markup_head(out, "", saving ? "Saving" : "Score", lg__unit_of(site, role));
    lg_markup_head(out, "w", "Lead", "on the field, 95 %");
    lg_markup_head(out, "wide", "Lead", saving ? "EUR/day (95 %)" : "points (95 %)");
    if (saving || role == LG_SEAT_TRADER)
        lg_markup_head(out, "wide", saving ? "Score" : "Saving", saving ? "points" : "EUR/day");
    lg_markup_head(out, "", "Rating", "mu - 3 sigma");
    lg_markup_head(out, "wide", "Ladder", "place");
    lg_markup_head(out, "w", "Outcomes", "seats");
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t i = 0; i < site->contest->entrant_count; i++)
        if (site->contest->entrants[site->league->order[i]].role == role)
            put_row(site, site->league->order[i], low, high);
    lg_markup_table_end(out);
}

/* ---- families ---- */

static void put_families(lg__site *site, lg_seat_role role)
{
    const lg_league *l = site->league;
    lg_text *out = &site->page;
    if (l->family_count < 2 || role != LG_SEAT_TRADER)
        return;
    lg_text_str(out, "<h2>Families of scenarios</h2>\n");
    lg_markup_table(out, "Families of scenarios");
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "w", "Entrant", "");
    for (uint32_t f = 0; f < l->family_count; f++)
        lg_markup_head(out, "", l->families[f], lg__unit_of(site, role));
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t i = 0; i < site->contest->entrant_count; i++) {
        uint32_t index = l->order[i];
        if (site->contest->entrants[index].role != role)
            continue;
        lg_text_str(out, "<tr><th scope=\"row\" class=\"w\">");
        lg_markup_text(out, site->contest->entrants[index].name);
        lg_text_str(out, "</th>");
        for (uint32_t f = 0; f < l->family_count; f++)
            lg_markup_number(out, "", l->rows[index].families[f], lg__by_saving(site, role) ? 2 : 1,
                             true);
        lg_text_str(out, "</tr>\n");
    }
    lg_markup_table_end(out);
}

/* ---- pairs ---- */

static bool is_line(const lg__site *site, uint32_t entrant, lg_seat_role role)
{
    return site->contest->entrants[entrant].role == role &&
           site->league->rows[entrant].rank.same_as == entrant;
}

static void put_pair(lg__site *site, uint32_t a, uint32_t b)
{
    const lg_rank_pair *pair = &site->league->pairs[(size_t)a * site->contest->entrant_count + b];
    int decimals = lg__by_saving(site, site->contest->entrants[a].role) ? 2 : 1;
    lg_text *out = &site->page;
    if (a == b || isnan(pair->mean)) {
        lg_text_str(out, "<td>&#183;</td>");
        return;
    }
    lg_text_format(out, "<td class=\"%s %s\" title=\"95 %%: %+.*f to %+.*f\">%+.*f%s</td>",
                   pair->winner ? "sure" : "", pair->mean < 0 ? "down" : "up", decimals, pair->low,
                   decimals, pair->high, decimals, pair->mean, pair->winner ? " *" : "");
}

static void put_pairs(lg__site *site, lg_seat_role role)
{
    const lg_league *l = site->league;
    uint32_t count = site->contest->entrant_count;
    lg_text *out = &site->page;
    lg_text_str(out, "<h2>Who is better than whom");
    if (has_other_roles(site, role)) {
        static const char *const words[] = {"traders", "grid operators", "exchanges"};
        lg_text_format(out, ": %s", words[role]);
    }
    lg_text_format(out,
                   "</h2>\n<p class=\"note\">The entrant of the line "
                   "minus that of the column, mean over the cases that both played, %s; * where 95 "
                   "%% of resampled leagues agree who is better.</p>\n",
                   lg__unit_of(site, role));
    lg_markup_table(out, "Paired differences");
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "w", "", "");
    for (uint32_t b = 0; b < count; b++)
        if (is_line(site, l->order[b], role))
            lg_markup_head(out, "", site->contest->entrants[l->order[b]].name, "");
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t a = 0; a < count; a++) {
        if (!is_line(site, l->order[a], role))
            continue;
        lg_text_str(out, "<tr><th scope=\"row\" class=\"w\">");
        lg_markup_text(out, site->contest->entrants[l->order[a]].name);
        lg_text_str(out, "</th>");
        for (uint32_t b = 0; b < count; b++)
            if (is_line(site, l->order[b], role))
                put_pair(site, l->order[a], l->order[b]);
        lg_text_str(out, "</tr>\n");
    }
    lg_markup_table_end(out);
}

/* ---- games ---- */

static void put_games(lg__site *site)
{
    const lg_contest *c = site->contest;
    lg_text *out = &site->page;
    lg_text_format(out, "<h2>Games</h2>\n<details%s><summary>%u games, a page each</summary>\n",
                   site->result->game_count <= 12 ? " open" : "", site->result->game_count);
    lg_markup_table(out, "Games");
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "w", "Game", "");
    lg_markup_head(out, "w", "Scenario", "");
    lg_markup_head(out, "", "Seed", "");
    for (uint32_t i = 0; i < c->seat_count; i++)
        lg_markup_head(out, "w", c->seats[i].name, lg__unit_of(site, c->seats[i].role));
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    for (uint32_t g = 0; g < site->result->game_count; g++) {
        const lg_result_game *game = &site->result->games[g];
        lg_text_format(out,
                       "<tr><td class=\"w\"><a href=\"games/%s.html\"><code>%.8s</code></a></td>",
                       game->job, game->job);
        lg_markup_cell(out, "w", c->scenarios[game->scenario].name);
        lg_text_format(out, "<td>%llu</td>", (unsigned long long)c->seeds[game->seed]);
        for (uint32_t i = 0; i < c->seat_count; i++) {
            double value = lg_league_value(site->league, g, i);
            lg_text_str(out, "<td class=\"w\">");
            lg_markup_text(out, c->entrants[game->lineup[i]].name);
            if (!isnan(value))
                lg_text_format(out, " <span class=\"%s\">%+.*f</span>", value < 0 ? "down" : "up",
                               lg__by_saving(site, c->seats[i].role) ? 2 : 1, value);
            lg_text_str(out, "</td>");
        }
        lg_text_str(out, "</tr>\n");
    }
    lg_markup_table_end(out);
    lg_text_str(out, "</details>\n");
}

/* ---- what it rests on ---- */

static void put_notes(lg__site *site)
{
    const lg_league *l = site->league;
    const lg_contest *c = site->contest;
    lg_text *out = &site->page;
    for (uint32_t i = 0; i < c->entrant_count; i++)
        if (l->rows[i].rank.same_as != i) {
            lg_text_str(out, "<p class=\"note\">");
            lg_markup_text(out, c->entrants[i].name);
            lg_text_str(out, " has the same source as ");
            lg_markup_text(out, c->entrants[l->rows[i].rank.same_as].name);
            lg_text_str(out, ": it is counted once.</p>\n");
        }
    if (l->cases < LG_RANK_CASES_MIN)
        lg_text_format(out,
                       "<p class=\"note\">With %u case%s nobody can be told to be better than "
                       "anybody: %d are needed.</p>\n",
                       l->cases, l->cases == 1 ? "" : "s", LG_RANK_CASES_MIN);
    if (l->unscored && c->measure == LG_MEASURE_SCORE)
        lg_text_format(out,
                       "<p class=\"note\">%u of %u cases have no score, since the bound of a seat "
                       "cannot be computed or is too near: they do not count.</p>\n",
                       l->unscored, l->cases);
}

static void put_method(lg__site *site)
{
    const lg_contest *c = site->contest;
    lg_text *out = &site->page;
    lg_text_format(
        out,
        "<h2>How to read this</h2>\n"
        "<p><b>Saving</b>: what a seat cost less than with the template strategies (\"baseline\") "
        "in "
        "%s, same seed, same others.</p>\n"
        "<p><b>Score</b>: points between baseline (0) and the least that the seat could have cost "
        "for who knows the future, and what the others sell and ask (100). Who does worse than "
        "baseline is below 0; who was made offers that the game which 100 was computed from did "
        "not "
        "have can be above 100. In means and ranks a seat counts as -100 at least and 100 at most. "
        "A point of a grid operator is one percent: of the peak that is gone, of the revenue that "
        "is missing, of what members pay more.</p>\n"
        "<p><b>Lead</b>: ahead of the mean of the field; the lines stand by it. <b>Rank</b>: down "
        "the lines a new one begins where somebody of the rank above is better with 95 %% "
        "certainty, by paired differences over cases (a case is a scenario with a seed), resampled "
        "%d times; so of those who share a rank nobody is surely better. Who is surely better than "
        "whom says the table of pairs; the bars set each against the field, and decide "
        "nothing.</p>\n"
        "<p><b>Rating</b>: a ladder (Weng and Lin) that every game moves a little, in an order "
        "that "
        "nobody chooses.</p>\n",
        c->against == LG_AGAINST_ALL ? "all seats" : "that seat", LG_RANK_RESAMPLES);
    lg_text_format(
        out,
        "<h2>Check it</h2>\n<p>Every term is in <a href=\"league.json\">league.json</a>. "
        "A game's folder is a run that can be played again, from this folder:</p>\n"
        "<pre>lunagrid verify jobs/%s</pre>\n",
        site->result->game_count ? site->result->games[0].job : "NAME");
    if (c->commitment) {
        lg_text_str(out, "<p class=\"note\">Seeds were hidden: SHA-256 of the salt was promised as "
                         "<code>");
        lg_markup_text(out, c->commitment);
        lg_text_str(out, "</code>, the salt is <code>");
        lg_markup_text(out, c->salt ? c->salt : "");
        lg_text_str(out, "</code>.</p>\n");
    }
    lg_text_str(out, "<p class=\"note\">lunagrid ");
    lg_markup_text(out, site->input->engine);
    lg_text_format(out, ", league %.16s</p>\n", site->result->hash);
}

void lg__page_index(lg__site *site)
{
    const lg_contest *c = site->contest;
    lg_text *out = &site->page;
    lg_markup_begin(out, c->name, "", NULL);
    if (*c->description) {
        lg_text_str(out, "<p>");
        lg_markup_text(out, c->description);
        lg_text_str(out, "</p>\n");
    }
    lg_text_format(out,
                   "<p>%u games of %u cases, %u entrants in %u seats. In every case each "
                   "entrant sits in each seat equally often.</p>\n",
                   site->result->game_count, site->league->cases, c->entrant_count, c->seat_count);
    for (int role = LG_SEAT_TRADER; role <= LG_SEAT_EXCHANGE; role++)
        if (has_role(site, (lg_seat_role)role))
            put_table(site, (lg_seat_role)role);
    put_notes(site);
    put_families(site, LG_SEAT_TRADER);
    for (int role = LG_SEAT_TRADER; role <= LG_SEAT_EXCHANGE; role++)
        if (has_role(site, (lg_seat_role)role))
            put_pairs(site, (lg_seat_role)role);
    put_games(site);
    put_method(site);
    lg_markup_end(out, "", false);
}
