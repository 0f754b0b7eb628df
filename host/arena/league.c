/* Roles are ranked one after the other, each as if the others were not there. */
#include "arena/league.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "grid/site.h"

#define UCT_PER_EUR 1e8
#define DAY_S       86400.0

enum { ROLES = 3, ARENA_BLOCK = 16384 };

typedef struct making {
    lg_league *league;
    const lg_contest *contest;
    const lg_result *result;
    lg_arena arena; /* of what is needed only here */
    lg_err *err;
} making;

static bool room(making *m)
{
    lg_league *l = m->league;
    uint32_t entrants = m->contest->entrant_count, scenarios = m->contest->scenario_count;
    l->families = lg_arena_alloc(&l->arena, (scenarios + 1) * sizeof *l->families);
    l->family_of = lg_arena_alloc(&l->arena, (scenarios + 1) * sizeof *l->family_of);
    l->rows = lg_arena_alloc(&l->arena, (entrants + 1) * sizeof *l->rows);
    l->order = lg_arena_alloc(&l->arena, (entrants + 1) * sizeof *l->order);
    l->values = lg_arena_alloc(&l->arena, ((size_t)entrants * l->cases + 1) * sizeof *l->values);
    l->pairs = lg_arena_alloc(&l->arena, ((size_t)entrants * entrants + 1) * sizeof *l->pairs);
    for (uint32_t i = 0; l->rows && i < entrants; i++) {
        l->rows[i].families = lg_arena_alloc(&l->arena, (scenarios + 1) * sizeof(double));
        if (!l->rows[i].families)
            return false;
    }
    return l->families && l->family_of && l->rows && l->order && l->values && l->pairs;
}

static void find_families(making *m)
{
    lg_league *l = m->league;
    for (uint32_t i = 0; i < m->contest->scenario_count; i++) {
        const char *name = m->contest->scenarios[i].family;
        uint32_t at = 0;
        while (at < l->family_count && strcmp(l->families[at], name) != 0)
            at++;
        if (at == l->family_count)
            l->families[l->family_count++] = name;
        l->family_of[i] = at;
    }
}

/* ---- values ---- */

double lg_league_per_day(const lg_result *result, uint32_t game, int64_t saving_uct)
{
    const lg_figures *f = result->games[game].figures;
    double days = (double)f->slots * f->slot_s / DAY_S;
    return days > 0 ? (double)saving_uct / UCT_PER_EUR / days : NAN;
}

static double score_of(const lg_result *r, uint32_t game, uint32_t seat)
{
    const lg_seat_score *score = lg_result_score(r, game, seat);
    lg_seat_role role = r->contest->seats[seat].role;
    return role == LG_SEAT_OPERATOR ? lg_result_operator(r, game, seat)->score
           : role == LG_SEAT_TRADER && score->scored == LG_SCORED_YES ? score->counted
                                                                      : NAN;
}

double lg_league_value(const lg_league *league, uint32_t game, uint32_t seat)
{
    const lg_result *r = league->result;
    lg_seat_role role = r->contest->seats[seat].role;
    bool saving = role == LG_SEAT_EXCHANGE ||
                  (role == LG_SEAT_TRADER && r->contest->measure == LG_MEASURE_SAVING);
    return saving ? lg_league_per_day(r, game, lg_result_score(r, game, seat)->saving_uct)
                  : score_of(r, game, seat);
}

/* Sums go over games in their order; a case without a value for one of its seats has none, for a
 * mean over other seats would compare what is not equal. */
static lg_status fill_values(making *m)
{
    lg_league *l = m->league;
    const lg_result *r = m->result;
    uint32_t entrants = m->contest->entrant_count;
    size_t cells = (size_t)entrants * l->cases;
    uint32_t *counts = lg_arena_alloc(&m->arena, (cells + 1) * sizeof *counts);
    bool *without = lg_arena_alloc(&m->arena, (l->cases + 1) * sizeof *without);
    if (!counts || !without)
        return lg_fail(m->err, LG_MEMORY, "out of memory");
    for (uint32_t g = 0; g < r->game_count; g++)
        for (uint32_t s = 0; s < m->contest->seat_count; s++) {
            uint32_t nth = r->games[g].scenario * m->contest->seed_count + r->games[g].seed;
            size_t cell = (size_t)r->games[g].lineup[s] * l->cases + nth;
            double value = lg_league_value(l, g, s);
            l->values[cell] += value;
            counts[cell]++;
            without[nth] = without[nth] || isnan(value);
        }
    for (size_t i = 0; i < cells; i++)
        l->values[i] = counts[i] ? l->values[i] / counts[i] : NAN;
    for (uint32_t i = 0; i < l->cases; i++)
        l->unscored += without[i];
    return LG_OK;
}

/* Means over seats and games, for the eye. */
static lg_status fill_means(making *m)
{
    const lg_result *r = m->result;
    uint32_t entrants = m->contest->entrant_count;
    uint32_t *seats = lg_arena_alloc(&m->arena, (entrants + 1) * sizeof *seats);
    if (!seats)
        return lg_fail(m->err, LG_MEMORY, "out of memory");
    for (uint32_t g = 0; g < r->game_count; g++)
        for (uint32_t s = 0; s < m->contest->seat_count; s++) {
            uint32_t entrant = r->games[g].lineup[s];
            m->league->rows[entrant].saving_EUR_per_day +=
                lg_league_per_day(r, g, lg_result_score(r, g, s)->saving_uct);
            seats[entrant]++;
        }
    for (uint32_t i = 0; i < entrants; i++) {
        lg_league_row *row = &m->league->rows[i];
        bool has = seats[i] && m->contest->entrants[i].role != LG_SEAT_OPERATOR;
        row->saving_EUR_per_day = has ? row->saving_EUR_per_day / seats[i] : NAN;
        row->score = r->entrants[i].score;
    }
    return LG_OK;
}

static void fill_families(making *m, uint32_t entrant)
{
    lg_league *l = m->league;
    for (uint32_t f = 0; f < l->family_count; f++) {
        double sum = 0;
        uint32_t count = 0;
        for (uint32_t c = 0; c < l->cases; c++) {
            double value = l->values[(size_t)entrant * l->cases + c];
            if (l->family_of[c / m->contest->seed_count] != f || isnan(value))
                continue;
            sum += value;
            count++;
        }
        l->rows[entrant].families[f] = count ? sum / count : NAN;
    }
}

/* ---- ranks ---- */

/* The entrants of a role, numbered from 0, with what they have. */
typedef struct field {
    uint32_t *entrants;
    uint32_t count;
    lg_rank_input input;
    lg_rank *ranks;
    uint32_t *order;
} field;

static bool find_field(making *m, lg_seat_role role, field *f)
{
    const lg_league *l = m->league;
    size_t all = (size_t)m->contest->entrant_count + 1;
    f->entrants = lg_arena_alloc(&m->arena, all * sizeof *f->entrants);
    f->ranks = lg_arena_alloc(&m->arena, all * sizeof *f->ranks);
    f->order = lg_arena_alloc(&m->arena, all * sizeof *f->order);
    double *values = lg_arena_alloc(&m->arena, all * (l->cases + 1) * sizeof *values);
    const char **hashes = lg_arena_alloc(&m->arena, all * sizeof *hashes);
    if (!f->entrants || !f->ranks || !f->order || !values || !hashes)
        return false;
    for (uint32_t i = 0; i < m->contest->entrant_count; i++) {
        if (m->contest->entrants[i].role != role)
            continue;
        hashes[f->count] = l->hashes[i];
        memcpy(&values[(size_t)f->count * l->cases], &l->values[(size_t)i * l->cases],
               l->cases * sizeof *values);
        f->entrants[f->count++] = i;
    }
    f->input = (lg_rank_input){
        .entrants = f->count,
        .cases = l->cases,
        .values = values,
        .hashes = hashes,
        .seed = LG_LEAGUE_SEED,
    };
    return true;
}

static lg_status rank_field(making *m, const field *f, uint32_t before)
{
    lg_league *l = m->league;
    uint32_t all = m->contest->entrant_count;
    lg_status status = lg_rank_all(l->mem, &f->input, f->ranks, m->err);
    if (status != LG_OK)
        return status;
    lg_rank_order(f->ranks, f->count, f->order);
    for (uint32_t i = 0; i < f->count; i++) {
        lg_league_row *row = &l->rows[f->entrants[i]];
        row->rank = f->ranks[i];
        row->rank.same_as = f->entrants[f->ranks[i].same_as];
        l->order[before + i] = f->entrants[f->order[i]];
    }
    for (uint32_t a = 0; a < f->count; a++)
        for (uint32_t b = 0; b < f->count && status == LG_OK; b++)
            status =
                lg_rank_compare(l->mem, &f->input, a, b,
                                &l->pairs[(size_t)f->entrants[a] * all + f->entrants[b]], m->err);
    return status;
}

/* ---- the ladder ---- */

static int by_job(const void *a, const void *b, void *games)
{
    const lg_result_game *list = games;
    return strcmp(list[*(const uint32_t *)a].job, list[*(const uint32_t *)b].job);
}

/* One game of one role: a source that sits twice is one player, its better seat counted. */
static void rate_game(making *m, uint32_t game, lg_seat_role role)
{
    lg_league *l = m->league;
    uint32_t who[LG_RATING_PLAYERS_MAX], places[LG_RATING_PLAYERS_MAX], count = 0;
    double values[LG_RATING_PLAYERS_MAX];
    lg_rating ratings[LG_RATING_PLAYERS_MAX];
    for (uint32_t s = 0; s < m->contest->seat_count; s++) {
        uint32_t entrant = m->result->games[game].lineup[s], at = 0;
        if (m->contest->seats[s].role != role)
            continue;
        entrant = l->rows[entrant].rank.same_as;
        double value = lg_league_value(l, game, s);
        while (at < count && who[at] != entrant)
            at++;
        if (at == LG_RATING_PLAYERS_MAX)
            continue;
        if (at == count || isnan(values[at]) || value > values[at])
            values[at] = value;
        who[at] = entrant;
        count += at == count;
    }
    if (count < 2)
        return;
    for (uint32_t i = 0; i < count; i++)
        ratings[i] = l->rows[who[i]].rating;
    lg_rating_places(values, count, places);
    lg_rating_game(ratings, places, count);
    for (uint32_t i = 0; i < count; i++) {
        l->rows[who[i]].rating = ratings[i];
        l->rows[who[i]].games++;
    }
}

static void place_all(making *m)
{
    lg_league *l = m->league;
    uint32_t count = m->contest->entrant_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t same = l->rows[i].rank.same_as;
        l->rows[i].rating = l->rows[same].rating;
        l->rows[i].games = l->rows[same].games;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!l->rows[i].games)
            continue;
        l->rows[i].place = 1;
        for (uint32_t k = 0; k < count; k++)
            if (l->rows[k].games && l->rows[k].rank.same_as == k &&
                m->contest->entrants[k].role == m->contest->entrants[i].role &&
                lg_rating_ordinal(l->rows[k].rating) > lg_rating_ordinal(l->rows[i].rating))
                l->rows[i].place++;
    }
}

static lg_status climb(making *m)
{
    const lg_result *r = m->result;
    uint32_t *games = lg_arena_alloc(&m->arena, (r->game_count + 1) * sizeof *games);
    if (!games)
        return lg_fail(m->err, LG_MEMORY, "out of memory");
    for (uint32_t i = 0; i < r->game_count; i++)
        games[i] = i;
    qsort_r(games, r->game_count, sizeof *games, by_job, (void *)r->games);
    for (uint32_t i = 0; i < m->contest->entrant_count; i++)
        m->league->rows[i].rating = lg_rating_new();
    for (uint32_t i = 0; i < r->game_count; i++)
        for (int role = 0; role < ROLES; role++)
            if (i == 0 || strcmp(r->games[games[i]].job, r->games[games[i - 1]].job) != 0)
                rate_game(m, games[i], (lg_seat_role)role);
    place_all(m);
    return LG_OK;
}

/* ---- the whole ---- */

static lg_status make(making *m)
{
    uint32_t before = 0;
    if (!room(m))
        return lg_fail(m->err, LG_MEMORY, "out of memory");
    find_families(m);
    lg_status status = fill_values(m);
    if (status == LG_OK)
        status = fill_means(m);
    for (int role = 0; role < ROLES && status == LG_OK; role++) {
        field f = {.count = 0};
        status = find_field(m, (lg_seat_role)role, &f)
                     ? rank_field(m, &f, before)
                     : lg_fail(m->err, LG_MEMORY, "out of memory");
        before += f.count;
    }
    for (uint32_t i = 0; i < m->contest->entrant_count && status == LG_OK; i++)
        fill_families(m, m->league->rows[i].rank.same_as);
    return status == LG_OK ? climb(m) : status;
}

lg_status lg_league_make(lg_mem *mem, const lg_result *result, const char *const *hashes,
                         lg_league *league, lg_err *err)
{
    making m = {.league = league, .contest = result->contest, .result = result, .err = err};
    *league = (lg_league){.mem = mem, .result = result, .hashes = hashes};
    league->cases = result->contest->scenario_count * result->contest->seed_count;
    lg_arena_init(&league->arena, mem, ARENA_BLOCK);
    lg_arena_init(&m.arena, mem, ARENA_BLOCK);
    lg_status status = make(&m);
    for (uint32_t i = 0; i < result->contest->entrant_count && status == LG_OK; i++) {
        lg_league_row *row = &league->rows[i], *first = &league->rows[row->rank.same_as];
        row->score = first->score;
        row->saving_EUR_per_day = first->saving_EUR_per_day;
        memcpy(row->families, first->families, league->family_count * sizeof *row->families);
    }
    lg_arena_drop(&m.arena);
    return status;
}

void lg_league_fini(lg_league *league)
{
    lg_arena_drop(&league->arena);
}
