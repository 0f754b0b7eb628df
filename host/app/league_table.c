/* Ranks first, then what the cases of each family say. */
#include "app/league.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "grid/site.h"

static const lg_contest *contest_of(const lg_league *l)
{
    return l->result->contest;
}

static void put_row(lg_table *table, const lg_league *l, bool saving, uint32_t index)
{
    const lg_league_row *row = &l->rows[index];
    const lg_rank *rank = &row->rank;
    char text[64] = "-";
    int decimals = saving ? 2 : 1;
    if (rank->rank)
        snprintf(text, sizeof text, "%u", rank->rank);
    lg_table_cell(table, LG_BOLD, text);
    lg_table_cell(table, LG_BOLD, contest_of(l)->entrants[index].name);
    lg_table_signed(table, rank->mean, decimals);
    snprintf(text, sizeof text, "%+.*f", decimals, rank->lead);
    lg_table_cell(table, LG_PLAIN, isnan(rank->lead) ? "-" : text);
    snprintf(text, sizeof text, "%+.*f to %+.*f", decimals, rank->lead_low, decimals,
             rank->lead_high);
    lg_table_cell(table, LG_DIM, isnan(rank->lead_low) ? "-" : text);
    lg_table_number(table, LG_PLAIN, row->games ? lg_rating_ordinal(row->rating) : NAN, 1);
    lg_meet_outcomes(table, &l->result->entrants[rank->same_as]);
    lg_table_number(table, LG_PLAIN, l->result->entrants[rank->same_as].games, 0);
    if (saving)
        lg_table_signed(table, row->score, 1);
    else if (contest_of(l)->entrants[index].role != LG_SEAT_OPERATOR)
        lg_table_signed(table, row->saving_EUR_per_day, 2);
}

/* @return how many entrants the role has */
static uint32_t put_role(lg_mem *mem, const lg_league *l, lg_seat_role role, bool colours,
                         lg_text *out)
{
    static const char *const titles[] = {"Traders", "Operators", "Exchanges"};
    bool saving = role == LG_SEAT_EXCHANGE ||
                  (role == LG_SEAT_TRADER && contest_of(l)->measure == LG_MEASURE_SAVING);
    bool second = role != LG_SEAT_OPERATOR; /* who has no bill that could be less */
    const lg_column columns[] = {
        {.title = "Rank"},
        {.title = "Entrant", .width_max = 24, .left = true},
        {.title = saving ? "Saving" : "Score", .unit = saving ? "EUR/day" : "points"},
        {.title = "Lead", .unit = "on the field"},
        {.title = "95 % interval", .unit = "of the lead"},
        {.title = "Rating", .unit = "mu-3sigma"},
        {.title = "Outcome", .left = true},
        {.title = "Games"},
        {.title = saving ? "Score" : "Saving", .unit = saving ? "points" : "EUR/day"}, /* last */
    };
    uint32_t count = 0;
    lg_table table;
    lg_table_init(&table, mem, columns, sizeof columns / sizeof *columns - !second);
    for (uint32_t i = 0; i < contest_of(l)->entrant_count; i++) {
        if (contest_of(l)->entrants[l->order[i]].role != role)
            continue;
        put_row(&table, l, saving, l->order[i]);
        count++;
    }
    if (count) {
        lg_text_format(out, "\n%s\n", titles[role]);
        lg_table_print(&table, colours, "  ", out);
    }
    lg_table_fini(&table);
    return count;
}

/* What each entrant has in each family. */
static void put_families(lg_mem *mem, const lg_league *l, bool colours, lg_text *out)
{
    lg_column columns[LG_TABLE_COLUMNS_MAX] = {{.title = "Entrant", .width_max = 24, .left = true}};
    uint32_t shown =
        l->family_count < LG_TABLE_COLUMNS_MAX ? l->family_count : LG_TABLE_COLUMNS_MAX - 1;
    bool saving = contest_of(l)->measure == LG_MEASURE_SAVING;
    if (l->family_count < 2)
        return;
    for (uint32_t i = 0; i < shown; i++)
        columns[i + 1] = (lg_column){
            .title = l->families[i], .width_max = 16, .unit = saving ? "EUR/day" : "points"};
    lg_table table;
    lg_table_init(&table, mem, columns, shown + 1);
    for (uint32_t i = 0; i < contest_of(l)->entrant_count; i++) {
        uint32_t index = l->order[i];
        lg_table_cell(&table, LG_BOLD, contest_of(l)->entrants[index].name);
        for (uint32_t f = 0; f < shown; f++)
            lg_table_signed(&table, l->rows[index].families[f], saving ? 2 : 1);
    }
    lg_text_str(out, "\nFamilies of scenarios\n");
    lg_table_print(&table, colours, "  ", out);
    lg_table_fini(&table);
}

static void put_notes(const lg_league *l, lg_text *out)
{
    const lg_contest *c = contest_of(l);
    for (uint32_t i = 0; i < c->entrant_count; i++)
        if (l->rows[i].rank.same_as != i) {
            lg_text_str(out, "\n");
            lg_table_cut(out, c->entrants[i].name, 60);
            lg_text_str(out, " has the same source as ");
            lg_table_cut(out, c->entrants[l->rows[i].rank.same_as].name, 60);
            lg_text_str(out, ": it is counted once, and shares its line.");
        }
    if (l->cases < LG_RANK_CASES_MIN)
        lg_text_format(out,
                       "\nWith %u case%s nobody can be told to be better than anybody: %d are "
                       "needed (a case is a scenario with a seed).",
                       l->cases, l->cases == 1 ? "" : "s", LG_RANK_CASES_MIN);
    if (l->unscored && c->measure == LG_MEASURE_SCORE)
        lg_text_format(out,
                       "\n%u of %u cases have no score, since the bound of a seat cannot be "
                       "computed or is too near: they do not count; measure = \"saving\" counts "
                       "them.",
                       l->unscored, l->cases);
}

void lg_league_table(lg_mem *mem, const lg_league *l, const char *folder, bool colours,
                     lg_text *out)
{
    const lg_contest *c = contest_of(l);
    lg_table_style(out, colours, LG_BOLD, c->name);
    lg_text_format(out, ": %u game%s of %u case%s, %u entrant%s in %u seat%s\n",
                   l->result->game_count, l->result->game_count == 1 ? "" : "s", l->cases,
                   l->cases == 1 ? "" : "s", c->entrant_count, c->entrant_count == 1 ? "" : "s",
                   c->seat_count, c->seat_count == 1 ? "" : "s");
    for (int role = LG_SEAT_TRADER; role <= LG_SEAT_EXCHANGE; role++)
        put_role(mem, l, (lg_seat_role)role, colours, out);
    put_families(mem, l, colours, out);
    put_notes(l, out);
    lg_text_format(out,
                   "\nOf those who share a rank nobody is better at 95 %%. Score: 0 is "
                   "\"baseline\" in %s, 100 "
                   "the least it could have cost.\n%s/" LG_LEAGUE_RESULT
                   " has every term; lunagrid verify %s/jobs/GAME plays a game again.\n",
                   c->against == LG_AGAINST_ALL ? "all seats" : "the same seat", folder, folder);
}
