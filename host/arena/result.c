/* Sums go over games in their order, so that they are the same bits everywhere. */
#include "arena/result.h"

#include <math.h>
#include <string.h>
#include "base/hash.h"
#include "base/num.h"

const lg_seat_score *lg_result_score(const lg_result *result, uint32_t game, uint32_t seat)
{
    return &result->scores[(size_t)game * result->contest->seat_count + seat];
}

const lg_operator_score *lg_result_operator(const lg_result *result, uint32_t game, uint32_t seat)
{
    return &result->operators[(size_t)game * result->contest->seat_count + seat];
}

double lg_result_gini(const lg_result *r, uint32_t game)
{
    int64_t *savings = lg_mem_zalloc(r->mem, r->contest->seat_count + 1, sizeof *savings);
    uint32_t count = 0;
    double gini = NAN;
    for (uint32_t i = 0; savings && i < r->contest->seat_count; i++)
        if (r->contest->seats[i].role == LG_SEAT_TRADER)
            savings[count++] = lg_result_score(r, game, i)->saving_uct;
    if (savings && lg_gini(r->mem, savings, count, &gini) != LG_OK)
        gini = NAN;
    if (savings)
        lg_mem_free(r->mem, savings, (r->contest->seat_count + 1) * sizeof *savings);
    return gini;
}

/* The bound is that of the game it is compared with: there nobody has answered to the script yet.
 */
static lg_seat_score score_trader(const lg_result_game *game, uint32_t seat)
{
    const lg_seat_figures *played = &game->figures->seats[seat],
                          *reference = &game->references[seat]->seats[seat];
    return lg_score_seat(reference->cost_uct, played->cost_uct,
                         reference->has_bound ? &reference->bound_uct : NULL);
}

static lg_operator_score score_operator(const lg_result_game *game, uint32_t seat)
{
    const lg_figures *played = game->figures, *reference = game->references[seat];
    const lg_operator_input input = {
        .peak_uwh = played->seats[seat].peak_import_uwh,
        .reference_peak_uwh = reference->seats[seat].peak_import_uwh,
        .revenue_uct = played->seats[seat].fees_uct,
        .required_uct = reference->seats[seat].fees_uct,
        .cost_uct = played->members_cost_uct,
        .reference_cost_uct = reference->members_cost_uct,
        .reference_spent_uct = reference->members_spent_uct,
    };
    return lg_score_operator(&input);
}

static void add_to_entrant(lg_result_entrant *e, const lg_seat_figures *seat, double counted,
                           int64_t saving_uct)
{
    e->games++;
    e->outcomes[seat->outcome]++;
    e->faults += seat->faults;
    e->refused += seat->refused;
    e->saving_uct += (double)saving_uct;
    if (isnan(counted))
        return;
    e->scored++;
    e->score += counted;
}

static void score_seat(lg_result *r, uint32_t game, uint32_t seat)
{
    const lg_result_game *g = &r->games[game];
    const lg_contest *c = r->contest;
    size_t at = (size_t)game * c->seat_count + seat;
    lg_result_entrant *e = &r->entrants[g->lineup[seat]];
    const lg_seat_figures *played = &g->figures->seats[seat];
    if (c->seats[seat].role == LG_SEAT_TRADER) {
        r->scores[at] = score_trader(g, seat);
        bool scored = r->scores[at].scored == LG_SCORED_YES;
        add_to_entrant(e, played, scored ? r->scores[at].counted : NAN, r->scores[at].saving_uct);
    } else if (c->seats[seat].role == LG_SEAT_OPERATOR) {
        r->operators[at] = score_operator(g, seat);
        add_to_entrant(e, played, r->operators[at].score, 0);
    } else {
        /* what a rule is worth: what it costs members less than the scenario's own */
        int64_t saving =
            lg_add(g->references[seat]->members_cost_uct, -g->figures->members_cost_uct);
        r->scores[at].saving_uct = saving;
        add_to_entrant(e, played, NAN, saving);
    }
}

static bool make_hash(lg_result *r)
{
    lg_text names;
    lg_text_init(&names, r->mem);
    for (uint32_t i = 0; i < r->game_count; i++) {
        lg_text_format(&names, "%s", r->games[i].job);
        for (uint32_t k = 0; k < r->contest->seat_count; k++)
            lg_text_format(&names, " %s", r->games[i].reference_jobs[k]);
        lg_text_char(&names, '\n');
    }
    lg_sha256(names.data, names.length, r->hash);
    bool fine = !names.failed;
    lg_text_fini(&names);
    return fine;
}

lg_status lg_result_make(lg_mem *mem, const lg_contest *contest, const lg_result_game *games,
                         uint32_t game_count, const char *const *hashes, lg_result *r)
{
    size_t seats = (size_t)game_count * contest->seat_count + 1;
    *r = (lg_result){
        .mem = mem, .contest = contest, .games = games, .game_count = game_count, .hashes = hashes};
    lg_arena_init(&r->arena, mem, 8192);
    r->scores = lg_arena_alloc(&r->arena, seats * sizeof *r->scores);
    r->operators = lg_arena_alloc(&r->arena, seats * sizeof *r->operators);
    r->entrants = lg_arena_alloc(&r->arena, (contest->entrant_count + 1) * sizeof *r->entrants);
    if (!r->scores || !r->operators || !r->entrants || !make_hash(r))
        return LG_MEMORY;
    for (uint32_t i = 0; i < game_count; i++)
        for (uint32_t k = 0; k < contest->seat_count; k++)
            score_seat(r, i, k);
    for (uint32_t i = 0; i < contest->entrant_count; i++) {
        lg_result_entrant *e = &r->entrants[i];
        e->score = e->scored ? e->score / e->scored : NAN;
        e->saving_uct = e->games ? e->saving_uct / e->games : NAN;
    }
    return LG_OK;
}

void lg_result_fini(lg_result *result)
{
    lg_arena_drop(&result->arena);
}
