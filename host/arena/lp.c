/* CLP finds the optimum in floating point; only its dual values are used, and for them it does not
 * matter how good they are: with any y (<= 0 for a row "<=", >= 0 for ">=") every solution costs
 *
 *   sum_j c_j x_j  >=  sum_i y_i rhs_i + sum_j (c_j - sum_i y_i a_ij) x_j
 *                  >=  sum_i y_i rhs_i + sum_j min(0, c_j - sum_i y_i a_ij) high_j,
 *
 * and the last line is computed in integers. At an optimal y it is the optimum (strong duality).
 *
 * Scales: y in thousandths of uct per kWh; times a in ppb, times an energy in uWh. Each such
 * product is divided by 10^9 (ppb), rounded down, before it is added, so the sum counts 10^-12 uct.
 */
#include "arena/lp.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>
#include <Clp_C_Interface.h>
#include "grid/unit.h"

#define DUALS_PER_UCT 1000
/* A dual value further out than any price of energy is cut; the proof stays one. */
#define DUAL_MAX    (4 * LG_RATE_MAX_UCT * DUALS_PER_UCT)
#define SUM_PER_UCT ((__int128)DUALS_PER_UCT * LG_KWH_UWH)

void lg_lp_init(lg_lp *lp, lg_mem *mem)
{
    memset(lp, 0, sizeof *lp);
    lp->mem = mem;
}

void lg_lp_fini(lg_lp *lp)
{
    lg_mem_free(lp->mem, lp->rows, lp->row_capacity * sizeof *lp->rows);
    lg_mem_free(lp->mem, lp->columns, lp->column_capacity * sizeof *lp->columns);
    lg_mem_free(lp->mem, lp->entries, lp->entry_capacity * sizeof *lp->entries);
    lg_lp_init(lp, lp->mem);
}

uint32_t lg_lp_row_add(lg_lp *lp, lg_lp_sense sense, int64_t rhs_uwh)
{
    lp->failed = lp->failed || !LG_GROW(lp->mem, lp->rows, lp->row_capacity, lp->row_count + 1);
    if (lp->failed)
        return 0;
    lp->rows[lp->row_count] = (lg_lp_row){.rhs_uwh = rhs_uwh, .sense = sense};
    return lp->row_count++;
}

uint32_t lg_lp_column_add(lg_lp *lp, int64_t cost_uct, int64_t high_uwh)
{
    lp->failed =
        lp->failed || !LG_GROW(lp->mem, lp->columns, lp->column_capacity, lp->column_count + 1);
    if (lp->failed)
        return 0;
    lp->columns[lp->column_count] =
        (lg_lp_column){.cost_uct = cost_uct, .high_uwh = high_uwh, .first = lp->entry_count};
    return lp->column_count++;
}

void lg_lp_entry_add(lg_lp *lp, uint32_t row, int64_t ppb)
{
    lp->failed =
        lp->failed || !LG_GROW(lp->mem, lp->entries, lp->entry_capacity, lp->entry_count + 1);
    if (!lp->failed)
        lp->entries[lp->entry_count++] = (lg_lp_entry){.ppb = ppb, .row = row};
}

static uint32_t entries_end(const lg_lp *lp, uint32_t column)
{
    return column + 1 < lp->column_count ? lp->columns[column + 1].first : lp->entry_count;
}

/* ---- the solver's side: kWh, ct, fractions ---- */

/* The arrays CLP copies from. */
typedef struct arrays {
    CoinBigIndex *starts;
    int *indices;
    double *values, *low, *high, *cost, *row_low, *row_high;
} arrays;

static bool take_arrays(arrays *a, lg_arena *arena, const lg_lp *lp)
{
    size_t n = lp->column_count, m = lp->row_count, e = lp->entry_count;
    a->starts = lg_arena_alloc(arena, (n + 1) * sizeof *a->starts);
    a->indices = lg_arena_alloc(arena, e * sizeof *a->indices);
    a->values = lg_arena_alloc(arena, e * sizeof *a->values);
    a->low = lg_arena_alloc(arena, n * sizeof *a->low);
    a->high = lg_arena_alloc(arena, n * sizeof *a->high);
    a->cost = lg_arena_alloc(arena, n * sizeof *a->cost);
    a->row_low = lg_arena_alloc(arena, m * sizeof *a->row_low);
    a->row_high = lg_arena_alloc(arena, m * sizeof *a->row_high);
    return a->starts && a->indices && a->values && a->low && a->high && a->cost && a->row_low &&
           a->row_high;
}

static void fill_arrays(arrays *a, const lg_lp *lp)
{
    for (uint32_t j = 0; j < lp->column_count; j++) {
        a->starts[j] = (CoinBigIndex)lp->columns[j].first;
        a->high[j] = lg_kwh_from_uwh(lp->columns[j].high_uwh);
        a->cost[j] = lg_ct_from_uct(lp->columns[j].cost_uct);
    }
    a->starts[lp->column_count] = (CoinBigIndex)lp->entry_count;
    for (uint32_t e = 0; e < lp->entry_count; e++) {
        a->indices[e] = (int)lp->entries[e].row;
        a->values[e] = (double)lp->entries[e].ppb / (double)LG_ONE_PPB;
    }
    for (uint32_t i = 0; i < lp->row_count; i++) {
        double rhs = lg_kwh_from_uwh(lp->rows[i].rhs_uwh);
        a->row_low[i] = lp->rows[i].sense == LG_LP_LESS ? -HUGE_VAL : rhs;
        a->row_high[i] = lp->rows[i].sense == LG_LP_MORE ? HUGE_VAL : rhs;
    }
}

#define CLP_FILE "libClp.so.1"
#define CLP_FUNCTIONS(X)                                                                           \
    X(Clp_newModel)                                                                                \
    X(Clp_deleteModel)                                                                             \
    X(Clp_setLogLevel)                                                                             \
    X(Clp_loadProblem)                                                                             \
    X(Clp_initialPrimalSolve)                                                                      \
    X(Clp_primal)                                                                                  \
    X(Clp_status)                                                                                  \
    X(Clp_dualRowSolution)                                                                         \
    X(Clp_objectiveValue)

typedef struct clp {
#define X(name) __typeof__(&name) name;
    CLP_FUNCTIONS(X)
#undef X
} clp;

static bool take_function(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found;
}

/* It stays loaded (RTLD_NODELETE), so that only the first time takes time. */
static lg_status load(clp *c, lg_err *err)
{
    void *library = dlopen(CLP_FILE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    bool fine = library;
#define X(name) fine = fine && take_function(library, #name, &c->name);
    CLP_FUNCTIONS(X)
#undef X
    if (fine) {
        dlclose(library);
        return LG_OK;
    }
    const char *reason = dlerror();
    return lg_fail(err, LG_IO, "bounds need %s, on Debian of package coinor-libclp1: %s", CLP_FILE,
                   reason ? reason : "not found");
}

/* The dual values of the optimum, in ct per kWh, and its cost. */
static lg_status solve(const lg_lp *lp, const arrays *a, double *duals, double *found_ct,
                       lg_err *err)
{
    clp c;
    lg_status status = load(&c, err);
    if (status != LG_OK)
        return status;
    Clp_Simplex *model = c.Clp_newModel();
    c.Clp_setLogLevel(model, 0);
    c.Clp_loadProblem(model, (int)lp->column_count, (int)lp->row_count, a->starts, a->indices,
                      a->values, a->low, a->high, a->cost, a->row_low, a->row_high);
    c.Clp_initialPrimalSolve(model); /* a week: half the time of the dual simplex */
    /* What it has left out of the program beforehand can come back with dual values that prove
     * nothing; from there it is but a step to those of the whole program. */
    c.Clp_primal(model, 0);
    int state = c.Clp_status(model);
    if (state == 0) {
        memcpy(duals, c.Clp_dualRowSolution(model), lp->row_count * sizeof *duals);
        *found_ct = c.Clp_objectiveValue(model);
    }
    c.Clp_deleteModel(model);
    if (state != 0)
        return lg_fail(err, LG_UNSUPPORTED,
                       "the solver found no optimum of a linear program with %u rows (status %d)",
                       lp->row_count, state);
    return LG_OK;
}

/* ---- our side: integers ---- */

/* A dual value that is fit for a proof. */
static int64_t to_proof(double dual_ct, lg_lp_sense sense)
{
    double scaled = dual_ct * (double)LG_CT_UCT * DUALS_PER_UCT;
    if (!(scaled > -(double)DUAL_MAX))
        scaled = scaled < 0 ? -(double)DUAL_MAX : 0; /* NaN proves nothing */
    if (scaled > (double)DUAL_MAX)
        scaled = (double)DUAL_MAX;
    int64_t y = (int64_t)(scaled + (scaled >= 0 ? 0.5 : -0.5));
    if ((sense == LG_LP_LESS && y > 0) || (sense == LG_LP_MORE && y < 0))
        return 0;
    return y;
}

static __int128 divided_down(__int128 number, __int128 by)
{
    __int128 quotient = number / by;
    return quotient * by > number ? quotient - 1 : quotient;
}

/* Adds factor * energy, factor in ppb of thousandths of uct per kWh; false past 128 bits. */
static bool add_product(__int128 *sum, __int128 factor, int64_t energy_uwh)
{
    __int128 product;
    return !__builtin_mul_overflow(factor, (__int128)energy_uwh, &product) &&
           !__builtin_add_overflow(*sum, divided_down(product, LG_ONE_PPB), sum);
}

static bool prove(const lg_lp *lp, const double *duals, int64_t *least_uct)
{
    __int128 sum = 0;
    for (uint32_t i = 0; i < lp->row_count; i++) {
        int64_t y = to_proof(duals[i], lp->rows[i].sense);
        if (!add_product(&sum, (__int128)y * LG_ONE_PPB, lp->rows[i].rhs_uwh))
            return false;
    }
    for (uint32_t j = 0; j < lp->column_count; j++) {
        __int128 reduced = (__int128)lp->columns[j].cost_uct * DUALS_PER_UCT * LG_ONE_PPB;
        for (uint32_t e = lp->columns[j].first; e < entries_end(lp, j); e++) {
            const lg_lp_entry *entry = &lp->entries[e];
            int64_t y = to_proof(duals[entry->row], lp->rows[entry->row].sense);
            reduced -= (__int128)y * entry->ppb;
        }
        if (reduced < 0 && !add_product(&sum, reduced, lp->columns[j].high_uwh))
            return false;
    }
    __int128 least = divided_down(sum, SUM_PER_UCT);
    *least_uct = (int64_t)least;
    return least == *least_uct;
}

lg_status lg_lp_solve(const lg_lp *lp, int64_t *least_uct, double *found_uct, lg_err *err)
{
    lg_arena arena;
    arrays a;
    lg_arena_init(&arena, lp->mem, 65536);
    lg_status status = LG_MEMORY;
    double *duals = lg_arena_alloc(&arena, lp->row_count * sizeof *duals);
    if (lp->failed || !duals || !take_arrays(&a, &arena, lp))
        goto out;
    fill_arrays(&a, lp);
    double found_ct = 0;
    status = solve(lp, &a, duals, &found_ct, err);
    if (status == LG_OK && !prove(lp, duals, least_uct))
        status = lg_fail(err, LG_UNSUPPORTED, "the cost of a linear program is past 128 bits");
    *found_uct = found_ct * (double)LG_CT_UCT;
out:
    if (status == LG_MEMORY)
        lg_fail(err, status, "no memory for a linear program");
    lg_arena_drop(&arena);
    return status;
}
