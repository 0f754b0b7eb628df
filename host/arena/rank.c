/* The mean of a resample is a sum in the order of its draws, so it has the same bits everywhere.
 * The draws for n cases are made once and serve every pair with n cases in common. */
#include "arena/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "lunagrid/detmath.h"

/* Cases of a draw are kept in 16 bits. */
#define CASES_MAX 65535
#define Z_975     1.959963984540054

/* ---- the level of an interval ---- */

/* The 97.5 % quantile of Student's t with @p freedom degrees, expanded around the normal one
 * (Fisher and Cornish; Abramowitz and Stegun 26.7.5): within 0.2 % from 5 degrees on. */
double lg_rank_student(double freedom)
{
    if (freedom < 5) { /* where the expansion is poor */
        static const double few[] = {0, 12.706204736, 4.302652730, 3.182446305, 2.776445105};
        return few[(int)freedom];
    }
    double z = Z_975, z2 = z * z, v = freedom;
    double g1 = z * (z2 + 1) / 4;
    double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
    double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return z + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v;
}

/* The part of the normal distribution below -x, x > 1: a continued fraction of Laplace. */
static double tail(double x)
{
    double fraction = x;
    for (int k = 200; k >= 1; k--)
        fraction = x + k / fraction;
    return lg_det_exp(-x * x / 2) / (fraction * sqrt(2 * LG_PI));
}

/* Which of the @p resamples sorted means, from 0, the lower end of the interval is. */
static uint32_t low_index(uint32_t cases, uint32_t resamples)
{
    double n = cases;
    double level = tail(sqrt(n / (n - 1)) * lg_rank_student(n - 1));
    double at = lg_det_floor(level * (resamples + 1.0));
    return at < 1 ? 0 : (uint32_t)at - 1;
}

/* ---- intervals ---- */

typedef struct sampler {
    const lg_rank_input *in;
    lg_mem *mem;
    uint32_t resamples;
    double *differences; /* in->cases of them */
    double *means;       /* one a resample */
    uint16_t *draws;     /* in->cases a resample, made for drawn_for cases */
    uint32_t drawn_for;
} sampler;

static void sampler_fini(sampler *s)
{
    size_t cases = s->in->cases, resamples = s->resamples;
    lg_mem_free(s->mem, s->differences, cases * sizeof *s->differences);
    lg_mem_free(s->mem, s->means, resamples * sizeof *s->means);
    lg_mem_free(s->mem, s->draws, cases * resamples * sizeof *s->draws);
}

static lg_status sampler_init(sampler *s, lg_mem *mem, const lg_rank_input *in, lg_err *err)
{
    *s = (sampler){.in = in, .mem = mem};
    s->resamples = in->resamples ? in->resamples : LG_RANK_RESAMPLES;
    if (in->cases > CASES_MAX)
        return lg_fail(err, LG_INVALID, "rank: %u cases, expected up to %d", in->cases, CASES_MAX);
    for (size_t i = 0; i < (size_t)in->entrants * in->cases; i++)
        if (isinf(in->values[i]))
            return lg_fail(err, LG_INVALID,
                           "rank: the value of entrant %zu in case %zu is infinite", i / in->cases,
                           i % in->cases);
    size_t cases = in->cases ? in->cases : 1;
    s->differences = lg_mem_zalloc(mem, cases, sizeof *s->differences);
    s->means = lg_mem_zalloc(mem, s->resamples, sizeof *s->means);
    s->draws = lg_mem_zalloc(mem, cases * s->resamples, sizeof *s->draws);
    if (s->differences && s->means && s->draws)
        return LG_OK;
    sampler_fini(s);
    return lg_fail(err, LG_MEMORY, "no memory for the intervals of a ranking");
}

static void draw(sampler *s, uint32_t cases)
{
    if (s->drawn_for == cases)
        return;
    for (uint32_t r = 0; r < s->resamples; r++)
        for (uint32_t k = 0; k < cases; k++)
            s->draws[(size_t)r * cases + k] =
                (uint16_t)lg_rng_below(lg_rng(s->in->seed, cases, r, k), cases);
    s->drawn_for = cases;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean_of(const double *values, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i];
    return count ? sum / count : NAN;
}

/* The interval of the mean of the first @p cases differences. */
static void interval(sampler *s, uint32_t cases, double *low, double *high)
{
    *low = *high = NAN;
    if (cases < 2)
        return;
    draw(s, cases);
    for (uint32_t r = 0; r < s->resamples; r++) {
        const uint16_t *drawn = &s->draws[(size_t)r * cases];
        double sum = 0;
        for (uint32_t k = 0; k < cases; k++)
            sum += s->differences[drawn[k]];
        s->means[r] = sum / cases;
    }
    qsort(s->means, s->resamples, sizeof *s->means, ascending);
    uint32_t index = low_index(cases, s->resamples);
    *low = s->means[index];
    *high = s->means[s->resamples - 1 - index];
}

static double value(const lg_rank_input *in, uint32_t entrant, uint32_t c)
{
    return in->values[(size_t)entrant * in->cases + c];
}

static lg_rank_pair compare(sampler *s, uint32_t a, uint32_t b)
{
    lg_rank_pair pair = {.cases = 0};
    for (uint32_t c = 0; c < s->in->cases; c++) {
        double x = value(s->in, a, c), y = value(s->in, b, c);
        if (!isnan(x) && !isnan(y))
            s->differences[pair.cases++] = x - y;
    }
    pair.mean = mean_of(s->differences, pair.cases);
    interval(s, pair.cases, &pair.low, &pair.high);
    if (pair.cases >= LG_RANK_CASES_MIN)
        pair.winner = (pair.low > 0) - (pair.high < 0);
    return pair;
}

lg_status lg_rank_compare(lg_mem *mem, const lg_rank_input *in, uint32_t a, uint32_t b,
                          lg_rank_pair *pair, lg_err *err)
{
    LG_ASSERT(a < in->entrants && b < in->entrants);
    sampler s;
    lg_status status = sampler_init(&s, mem, in, err);
    if (status != LG_OK)
        return status;
    *pair = compare(&s, a, b);
    sampler_fini(&s);
    return LG_OK;
}

/* ---- the table ---- */

static uint32_t first_same(const char *const *hashes, uint32_t index)
{
    for (uint32_t k = 0; hashes && k < index; k++)
        if (strcmp(hashes[k], hashes[index]) == 0)
            return k;
    return index;
}

void lg_rank_same(const char *const *hashes, uint32_t count, uint32_t *same_as)
{
    for (uint32_t i = 0; i < count; i++)
        same_as[i] = first_same(hashes, i);
}

/* Mean over the different entrants that played the case. */
static double field(const lg_rank_input *in, const lg_rank *ranks, uint32_t c)
{
    double sum = 0;
    uint32_t count = 0;
    for (uint32_t e = 0; e < in->entrants; e++) {
        double x = value(in, e, c);
        if (ranks[e].same_as != e || isnan(x))
            continue;
        sum += x;
        count++;
    }
    return count ? sum / count : NAN;
}

static void fill_line(sampler *s, const double *fields, uint32_t entrant, lg_rank *line)
{
    double sum = 0;
    for (uint32_t c = 0; c < s->in->cases; c++) {
        double x = value(s->in, entrant, c);
        if (isnan(x))
            continue;
        sum += x;
        s->differences[line->cases++] = x - fields[c];
    }
    line->mean = line->cases ? sum / line->cases : NAN;
    line->lead = mean_of(s->differences, line->cases);
    interval(s, line->cases, &line->lead_low, &line->lead_high);
}

/* Whether @p a stands above @p b before there are ranks: who played nothing is last. */
static bool leads(const lg_rank *a, const lg_rank *b)
{
    if ((a->cases == 0) != (b->cases == 0))
        return a->cases != 0;
    return a->lead > b->lead;
}

/* Down the rows: a new rank begins where somebody of the one above is better. */
static void share(const lg_rank_input *in, const int8_t *winners, uint32_t *order, lg_rank *ranks)
{
    uint32_t count = 0, first = 0;
    for (uint32_t e = 0; e < in->entrants; e++) {
        if (ranks[e].same_as != e || !ranks[e].cases)
            continue;
        uint32_t at = count++;
        for (; at > 0 && leads(&ranks[e], &ranks[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = e;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = first; k < i; k++)
            if (winners[(size_t)order[k] * in->entrants + order[i]] > 0)
                first = i;
        ranks[order[i]].rank = first + 1;
    }
}

static void fill(sampler *s, double *fields, int8_t *winners, uint32_t *order, lg_rank *ranks)
{
    const lg_rank_input *in = s->in;
    for (uint32_t c = 0; c < in->cases; c++)
        fields[c] = field(in, ranks, c);
    for (uint32_t a = 0; a < in->entrants; a++) {
        if (ranks[a].same_as != a)
            continue;
        fill_line(s, fields, a, &ranks[a]);
        for (uint32_t b = 0; b < a; b++) {
            if (ranks[b].same_as != b)
                continue;
            int winner = compare(s, a, b).winner;
            ranks[a].better += winner < 0;
            ranks[b].better += winner > 0;
            winners[(size_t)a * in->entrants + b] = (int8_t)winner;
            winners[(size_t)b * in->entrants + a] = (int8_t)-winner;
        }
    }
    share(in, winners, order, ranks);
    for (uint32_t e = 0; e < in->entrants; e++) {
        uint32_t first = ranks[e].same_as;
        if (first != e)
            ranks[e] = ranks[first]; /* its same_as as well, which is what we had */
    }
}

lg_status lg_rank_all(lg_mem *mem, const lg_rank_input *in, lg_rank *ranks, lg_err *err)
{
    sampler s;
    lg_status status = sampler_init(&s, mem, in, err);
    if (status != LG_OK)
        return status;
    size_t size = (in->cases ? in->cases : 1) * sizeof(double);
    size_t pairs = (size_t)in->entrants * in->entrants + 1;
    double *fields = lg_mem_alloc(mem, size);
    int8_t *winners = lg_mem_zalloc(mem, pairs, sizeof *winners);
    uint32_t *order = lg_mem_zalloc(mem, in->entrants + 1, sizeof *order);
    if (fields && winners && order) {
        for (uint32_t e = 0; e < in->entrants; e++)
            ranks[e] = (lg_rank){.same_as = first_same(in->hashes, e)};
        fill(&s, fields, winners, order, ranks);
    } else {
        status = lg_fail(err, LG_MEMORY, "no memory for the intervals of a ranking");
    }
    lg_mem_free(mem, order, (in->entrants + 1) * sizeof *order);
    lg_mem_free(mem, winners, pairs * sizeof *winners);
    lg_mem_free(mem, fields, size);
    sampler_fini(&s);
    return status;
}

/* Whether @p a stands above @p b. */
static bool above(const lg_rank *a, const lg_rank *b)
{
    if ((a->rank == 0) != (b->rank == 0))
        return a->rank != 0;
    return a->rank != b->rank ? a->rank < b->rank : a->lead > b->lead;
}

void lg_rank_order(const lg_rank *ranks, uint32_t count, uint32_t *order)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        for (; at > 0 && above(&ranks[i], &ranks[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}
