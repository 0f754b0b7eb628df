/* The best first; equal scores keep the order of the file. */
#include "app/meet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { GAMES_SHOWN = 40 };
#define COUNT(array) (sizeof(array) / sizeof *(array))

void lg_meet_outcomes(lg_table *table, const lg_result_entrant *e)
{
    char text[96] = "";
    size_t used = 0;
    for (int i = LG_OUTCOME_OK; i <= LG_OUTCOME_MEMORY && used < sizeof text; i++)
        if (e->outcomes[i])
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%u %s", used ? ", " : "",
                                     e->outcomes[i], lg_outcome_name((lg_outcome)i));
    if (e->faults && used < sizeof text)
        snprintf(text + used, sizeof text - used, ", %llu fault%s", (unsigned long long)e->faults,
                 e->faults == 1 ? "" : "s");
    lg_table_cell(table, e->outcomes[LG_OUTCOME_OK] == e->games ? LG_PLAIN : LG_RED, text);
}

/* Entrants of @p role, the best first. @return how many */
static uint32_t rank(const lg_result *r, lg_seat_role role, uint32_t *order)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->contest->entrant_count; i++) {
        if (r->contest->entrants[i].role != role)
            continue;
        const lg_result_entrant *e = &r->entrants[i];
        double key = isnan(e->score) ? -INFINITY : e->score;
        uint32_t at = count++;
        for (; at > 0; at--) {
            const lg_result_entrant *o = &r->entrants[order[at - 1]];
            double other = isnan(o->score) ? -INFINITY : o->score;
            if (other > key || (other == key && o->saving_uct >= e->saving_uct))
                break;
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    return count;
}

static void put_role(lg_mem *mem, const lg_result *r, lg_seat_role role, bool colours, lg_text *out)
{
    const bool saving = role != LG_SEAT_OPERATOR; /* who has no bill that could be less */
    const lg_column all[] = {
        {.title = "Entrant", .width_max = 28, .left = true},
        {.title = "Score", .unit = "points"},
        {.title = "Saving", .unit = "EUR a game"},
        {.title = "Seats"},
        {.title = "Outcome", .left = true},
        {.title = "Refused"},
    };
    lg_column columns[COUNT(all)];
    uint32_t column_count = 0;
    for (uint32_t i = 0; i < COUNT(all); i++)
        if (saving || strcmp(all[i].title, "Saving") != 0)
            columns[column_count++] = all[i];
    static const char *const titles[] = {"Traders", "Operators", "Exchanges"};
    uint32_t *order = lg_mem_zalloc(mem, r->contest->entrant_count + 1, sizeof *order);
    if (!order) {
        out->failed = true;
        return;
    }
    uint32_t count = rank(r, role, order);
    lg_table table;
    lg_table_init(&table, mem, columns, column_count);
    for (uint32_t i = 0; i < count; i++) {
        const lg_result_entrant *e = &r->entrants[order[i]];
        lg_table_cell(&table, LG_BOLD, r->contest->entrants[order[i]].name);
        lg_table_signed(&table, e->score, 1);
        if (saving)
            lg_table_signed(&table, e->saving_uct / 1e8, 2);
        lg_table_number(&table, LG_PLAIN, e->games, 0);
        lg_meet_outcomes(&table, e);
        lg_table_number(&table, LG_PLAIN, (double)e->refused, 0);
    }
    if (count) {
        lg_text_format(out, "\n%s\n", titles[role]);
        lg_table_print(&table, colours, "  ", out);
    }
    lg_table_fini(&table);
    lg_mem_free(mem, order, (r->contest->entrant_count + 1) * sizeof *order);
}

static void put_seat(lg_table *table, const lg_result *r, uint32_t game, uint32_t seat)
{
    const lg_result_game *g = &r->games[game];
    const lg_contest *c = r->contest;
    const lg_seat_figures *f = &g->figures->seats[seat];
    char text[64];
    lg_seat_role role = c->seats[seat].role;
    bool trader = role == LG_SEAT_TRADER, runs_markets = role == LG_SEAT_OPERATOR;
    lg_table_cell(table, LG_DIM, seat ? "" : g->job);
    lg_table_cell(table, LG_PLAIN, seat ? "" : c->scenarios[g->scenario].name);
    snprintf(text, sizeof text, "%llu", (unsigned long long)c->seeds[g->seed]);
    lg_table_cell(table, LG_PLAIN, seat ? "" : text);
    lg_table_cell(table, LG_PLAIN, c->seats[seat].name);
    lg_table_cell(table, LG_PLAIN, c->entrants[g->lineup[seat]].name);
    lg_table_signed(table,
                    trader         ? lg_result_score(r, game, seat)->score
                    : runs_markets ? lg_result_operator(r, game, seat)->score
                                   : NAN,
                    1);
    lg_table_number(table, LG_PLAIN, trader ? (double)f->cost_uct / 1e8 : NAN, 2);
    lg_table_signed(
        table, runs_markets ? NAN : (double)lg_result_score(r, game, seat)->saving_uct / 1e8, 2);
    int used = snprintf(text, sizeof text, "%s%s%.20s", lg_outcome_name(f->outcome),
                        *f->code ? " " : "", f->code);
    if (f->faults)
        snprintf(text + used, sizeof text - (size_t)used, ", %llu fault%s",
                 (unsigned long long)f->faults, f->faults == 1 ? "" : "s");
    lg_table_cell(table, f->outcome == LG_OUTCOME_OK ? LG_PLAIN : LG_RED, text);
}

static void put_games(lg_mem *mem, const lg_result *r, bool colours, lg_text *out)
{
    static const lg_column columns[] = {
        {.title = "Game", .width_max = 9, .left = true},
        {.title = "Scenario", .width_max = 20, .left = true},
        {.title = "Seed", .width_max = 12},
        {.title = "Seat", .width_max = 20, .left = true},
        {.title = "Entrant", .width_max = 20, .left = true},
        {.title = "Score"},
        {.title = "Cost", .unit = "EUR"},
        {.title = "Saving", .unit = "EUR"},
        {.title = "Outcome", .left = true},
    };
    lg_table table;
    lg_table_init(&table, mem, columns, sizeof columns / sizeof *columns);
    uint32_t seats = r->contest->seat_count, shown = 0;
    for (; shown < r->game_count && (shown == 0 || (shown + 1) * seats <= GAMES_SHOWN); shown++)
        for (uint32_t i = 0; i < seats; i++)
            put_seat(&table, r, shown, i);
    lg_text_str(out, "\nGames\n");
    lg_table_print(&table, colours, "  ", out);
    if (shown < r->game_count)
        lg_text_format(out, "  ... and %u games more, in result.json\n", r->game_count - shown);
    lg_table_fini(&table);
}

void lg_meet_table(lg_mem *mem, const lg_result *r, const char *folder, bool colours, lg_text *out)
{
    const lg_contest *c = r->contest;
    lg_table_style(out, colours, LG_BOLD, c->name);
    lg_text_format(out, ": %u game%s of %u scenario%s and %u seed%s, %u seat%s, %u entrant%s\n",
                   r->game_count, r->game_count == 1 ? "" : "s", c->scenario_count,
                   c->scenario_count == 1 ? "" : "s", c->seed_count, c->seed_count == 1 ? "" : "s",
                   c->seat_count, c->seat_count == 1 ? "" : "s", c->entrant_count,
                   c->entrant_count == 1 ? "" : "s");
    for (int role = LG_SEAT_TRADER; role <= LG_SEAT_EXCHANGE; role++)
        put_role(mem, r, (lg_seat_role)role, colours, out);
    put_games(mem, r, colours, out);
    lg_text_format(out,
                   "\nSaving: what the seat cost less than with \"baseline\" in %s; score: of what "
                   "could be saved.\n%s/result.json has every term; lunagrid verify %s/jobs/GAME "
                   "plays a game again.\n",
                   c->against == LG_AGAINST_ALL ? "all seats" : "it", folder, folder);
}
