/* One walk from the root for each formula: a meter or component that is taken is not gone below.
 */
#include "microgrid/formula.h"

#include <math.h>

typedef struct making {
    const lg_graph *graph;
    lg_formula *formula;
    uint32_t groups; /* bits: 1 << lg_group */
    double sign;
    uint8_t *seen; /* a component may be reached on two ways */
} making;

static uint32_t groups_of(lg_formula_kind kind)
{
    switch (kind) {
    case LG_FORMULA_CONSUMER:
        return UINT32_MAX & ~(1u << LG_GROUP_NONE);
    case LG_FORMULA_PRODUCER:
        return 1u << LG_GROUP_PV | 1u << LG_GROUP_CHP | 1u << LG_GROUP_WIND;
    case LG_FORMULA_BATTERY:
        return 1u << LG_GROUP_BATTERY;
    case LG_FORMULA_PV:
        return 1u << LG_GROUP_PV;
    case LG_FORMULA_EV:
        return 1u << LG_GROUP_EV;
    case LG_FORMULA_CHP:
        return 1u << LG_GROUP_CHP;
    case LG_FORMULA_WIND:
        return 1u << LG_GROUP_WIND;
    case LG_FORMULA_BOILER:
        return 1u << LG_GROUP_BOILER;
    case LG_FORMULA_GRID:
        break;
    }
    return 0;
}

static bool is_taken(const making *m, lg_group group)
{
    return group != LG_GROUP_NONE && (m->groups >> group & 1);
}

/* The reading of @p index, for which the @p count components in @p others stand in. */
static bool add(const making *m, uint32_t index, const uint32_t *others, uint32_t count)
{
    lg_formula *f = m->formula;
    if (!LG_GROW(f->mem, f->terms, f->capacity, f->count + 1) ||
        !LG_GROW(f->mem, f->stand_ins, f->stand_in_capacity, f->stand_in_count + count))
        return false;
    f->terms[f->count++] = (lg_formula_term){
        .sign = m->sign, .index = index, .first = f->stand_in_count, .stand_in = count};
    for (uint32_t i = 0; i < count; i++) {
        f->stand_ins[f->stand_in_count++] = others[i];
        m->seen[others[i]] = 1;
    }
    return true;
}

/* Breadth first, so that the order of terms is that of the graph. */
static bool walk(const making *m, uint32_t *queue)
{
    const lg_graph *g = m->graph;
    uint32_t done = 0, found = 0, count;
    queue[found++] = g->root;
    m->seen[g->root] = 1;
    while (done < found) {
        uint32_t at = queue[done++];
        const uint32_t *next = lg_graph_next(g, at, &count);
        if (is_taken(m, lg_graph_metered(g, at))) {
            if (!add(m, at, next, count))
                return false;
            continue;
        }
        if (is_taken(m, lg_graph_group(g, at))) {
            if (!add(m, at, NULL, 0))
                return false;
            continue;
        }
        for (uint32_t i = 0; i < count; i++)
            if (!m->seen[next[i]]) {
                m->seen[next[i]] = 1;
                queue[found++] = next[i];
            }
    }
    return true;
}

/* What lies right below the connection point; the root of an island is no such point. */
static bool add_grid(const making *m)
{
    uint32_t count;
    const lg_graph *g = m->graph;
    if (g->components[g->root].category != LG_CATEGORY_GRID_CONNECTION_POINT)
        return true;
    const uint32_t *next = lg_graph_next(g, g->root, &count);
    for (uint32_t i = 0; i < count; i++)
        if (!add(m, next[i], NULL, 0))
            return false;
    return true;
}

lg_status lg_formula_make(lg_mem *mem, const lg_graph *graph, lg_formula_kind kind,
                          lg_formula *formula)
{
    *formula = (lg_formula){.mem = mem, .kind = kind};
    making m = {.graph = graph, .formula = formula, .groups = groups_of(kind), .sign = 1};
    uint32_t *queue = lg_mem_zalloc(mem, graph->count, sizeof *queue);
    m.seen = lg_mem_zalloc(mem, graph->count, 1);
    bool fine = queue && m.seen;
    if (fine && (kind == LG_FORMULA_GRID || kind == LG_FORMULA_CONSUMER))
        fine = add_grid(&m);
    m.sign = kind == LG_FORMULA_CONSUMER ? -1 : 1;
    if (fine && kind != LG_FORMULA_GRID)
        fine = walk(&m, queue);
    lg_mem_free(mem, queue, (size_t)graph->count * sizeof *queue);
    lg_mem_free(mem, m.seen, graph->count);
    return fine ? LG_OK : LG_MEMORY;
}

void lg_formula_fini(lg_formula *formula)
{
    lg_mem_free(formula->mem, formula->terms, (size_t)formula->capacity * sizeof *formula->terms);
    lg_mem_free(formula->mem, formula->stand_ins,
                (size_t)formula->stand_in_capacity * sizeof *formula->stand_ins);
    *formula = (lg_formula){.mem = formula->mem};
}

double lg_formula_value(const lg_formula *formula, double (*read)(void *ctx, uint32_t index),
                        void *ctx)
{
    double sum = 0;
    for (uint32_t i = 0; i < formula->count; i++) {
        const lg_formula_term *term = &formula->terms[i];
        double value = read(ctx, term->index);
        if (isnan(value) && term->stand_in) {
            value = 0;
            for (uint32_t k = 0; k < term->stand_in; k++)
                value += read(ctx, formula->stand_ins[term->first + k]);
        }
        sum += term->sign * value;
    }
    if (isnan(sum))
        return (double)NAN;
    if (formula->kind == LG_FORMULA_CONSUMER)
        return fmax(sum, 0);
    return formula->kind == LG_FORMULA_PRODUCER ? fmin(sum, 0) : sum;
}

static unsigned long long id_of(const lg_graph *graph, uint32_t index)
{
    return (unsigned long long)graph->components[index].id;
}

static void print_term(const lg_formula *f, const lg_formula_term *term, const lg_graph *graph,
                       lg_text *out)
{
    if (!term->stand_in) {
        lg_text_format(out, "#%llu", id_of(graph, term->index));
        return;
    }
    lg_text_format(out, "coalesce(#%llu, ", id_of(graph, term->index));
    for (uint32_t k = 0; k < term->stand_in; k++)
        lg_text_format(out, "%s#%llu", k ? " + " : "", id_of(graph, f->stand_ins[term->first + k]));
    lg_text_char(out, ')');
}

void lg_formula_print(const lg_formula *formula, const lg_graph *graph, lg_text *out)
{
    if (!formula->count)
        lg_text_char(out, '0');
    for (uint32_t i = 0; i < formula->count; i++) {
        bool minus = formula->terms[i].sign < 0;
        lg_text_str(out, i ? minus ? " - " : " + " : minus ? "-" : "");
        print_term(formula, &formula->terms[i], graph, out);
    }
}
