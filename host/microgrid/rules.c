/* Each rule is one function and says what was expected. A rule that stands on another that is
 * broken stays silent, so that one mistake is one problem.
 */
#include "microgrid/rules.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct checking {
    lg_graph *graph;
    const lg_graph_input *input;
    lg_diag *diag;
} checking;

static void problem(const checking *c, uint32_t index, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void problem(const checking *c, uint32_t index, const char *format, ...)
{
    const lg_component *component = &c->graph->components[index];
    char key[64], text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(key, sizeof key, "component %llu", (unsigned long long)component->id);
    lg_diag_error(c->diag, c->input->file, component->line, key, "%s", text);
}

static unsigned long long id_of(const checking *c, uint32_t index)
{
    return (unsigned long long)c->graph->components[index].id;
}

static bool is(const checking *c, uint32_t index, lg_category category)
{
    return c->graph->components[index].category == category;
}

static const char *word_of(const checking *c, uint32_t index)
{
    return lg_category_word(c->graph->components[index].category);
}

/* ---- the whole ---- */

static void check_components(const checking *c)
{
    const lg_graph *g = c->graph;
    if (!g->count)
        lg_diag_error(c->diag, c->input->file, 0, "components", "is empty; expected at least two");
    else if (!c->input->connection_count)
        lg_diag_error(c->diag, c->input->file, 0, "connections",
                      "is empty; expected one at least, from the grid connection point");
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t index = g->by_id[i];
        const lg_component *component = &g->components[index];
        if (!component->id)
            problem(c, index, "expected an id from 1");
        if (i && g->components[g->by_id[i - 1]].id == component->id)
            problem(c, index, "another component in line %d has this id",
                    g->components[g->by_id[i - 1]].line);
        if (component->category == LG_CATEGORY_UNSPECIFIED)
            problem(c, index, "has no category");
        if (component->category == LG_CATEGORY_INVERTER && !component->type)
            problem(c, index, "expected a type: \"battery\", \"pv\" or \"hybrid\"");
    }
}

static uint32_t before_count(const checking *c, uint32_t index)
{
    uint32_t count;
    lg_graph_before(c->graph, index, &count);
    return count;
}

static uint32_t next_count(const checking *c, uint32_t index)
{
    uint32_t count;
    lg_graph_next(c->graph, index, &count);
    return count;
}

static bool may_be_root(const checking *c, uint32_t index)
{
    return c->input->islanded ? before_count(c, index) == 0
                              : is(c, index, LG_CATEGORY_GRID_CONNECTION_POINT);
}

static void find_root(const checking *c)
{
    lg_graph *g = c->graph;
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t index = g->by_id[i];
        if (c->input->islanded && is(c, index, LG_CATEGORY_GRID_CONNECTION_POINT))
            problem(c, index, "an islanded site has no grid connection point");
        if (!may_be_root(c, index))
            continue;
        if (g->root == LG_GRAPH_NONE)
            g->root = index;
        else if (c->input->islanded)
            problem(c, index,
                    "nothing leads to it, nor to component %llu: an islanded site has one such "
                    "component",
                    id_of(c, g->root));
        else
            problem(c, index, "a second grid connection point beside component %llu; expected one",
                    id_of(c, g->root));
    }
    if (g->root == LG_GRAPH_NONE && g->count && !c->input->islanded)
        lg_diag_error(c->diag, c->input->file, 0, "components",
                      "there is no grid_connection_point; a site without one is islanded = true");
}

static void check_root(const checking *c)
{
    uint32_t count, root = c->graph->root;
    if (root == LG_GRAPH_NONE)
        return;
    if (before_count(c, root))
        problem(c, root, "connections lead to it; they lead away from the grid");
    if (!next_count(c, root))
        problem(c, root, "leads nowhere; expected a connection to what it supplies");
    const uint32_t *next = lg_graph_next(c->graph, root, &count);
    for (uint32_t i = 0; i < count; i++)
        if (before_count(c, next[i]) > 1)
            problem(c, next[i], "lies right below component %llu, so nothing else may lead to it",
                    id_of(c, root));
}

/* Of components that none without a way back lead to, one circle. */
static void tell_circle(const checking *c, const uint32_t *waiting)
{
    const lg_graph *g = c->graph;
    uint32_t at = 0, count;
    char way[160];
    while (!waiting[g->by_id[at]])
        at++;
    at = g->by_id[at];
    for (uint32_t step = 0; step < g->count; step++) { /* back, into the circle for certain */
        const uint32_t *before = lg_graph_before(g, at, &count);
        while (!waiting[*before])
            before++;
        at = *before;
    }
    uint32_t first = at;
    size_t used = (size_t)snprintf(way, sizeof way, "%llu", id_of(c, first));
    do {
        const uint32_t *before = lg_graph_before(g, at, &count);
        while (!waiting[*before])
            before++;
        at = *before;
        used += (size_t)snprintf(way + used, sizeof way - used, " <- %llu", id_of(c, at));
    } while (at != first && used < sizeof way - 32);
    problem(c, first, "connections go in a circle: %s%s", way, at == first ? "" : " <- ...");
}

/* Takes away what nothing leads to, again and again: what is left lies in circles or below them. */
static lg_status check_circles(const checking *c)
{
    const lg_graph *g = c->graph;
    size_t bytes = (size_t)g->count * sizeof(uint32_t);
    uint32_t *waiting = lg_mem_alloc(g->mem, 2 * bytes + 1), count, done = 0, found = 0;
    if (!waiting)
        return LG_MEMORY;
    uint32_t *queue = waiting + g->count;
    for (uint32_t i = 0; i < g->count; i++) {
        waiting[i] = before_count(c, i);
        if (!waiting[i])
            queue[found++] = i;
    }
    while (done < found) {
        const uint32_t *next = lg_graph_next(g, queue[done++], &count);
        for (uint32_t i = 0; i < count; i++)
            if (--waiting[next[i]] == 0)
                queue[found++] = next[i];
    }
    if (found < g->count)
        tell_circle(c, waiting);
    lg_mem_free(g->mem, waiting, 2 * bytes + 1);
    return LG_OK;
}

static lg_status check_reach(const checking *c)
{
    const lg_graph *g = c->graph;
    if (g->root == LG_GRAPH_NONE)
        return LG_OK;
    size_t bytes = (size_t)g->count * sizeof(uint32_t);
    uint32_t *queue = lg_mem_zalloc(g->mem, 2 * (size_t)g->count + 1, sizeof *queue), count;
    if (!queue)
        return LG_MEMORY;
    uint32_t *seen = queue + g->count, done = 0, found = 0;
    queue[found++] = g->root;
    seen[g->root] = 1;
    while (done < found) {
        const uint32_t *next = lg_graph_next(g, queue[done++], &count);
        for (uint32_t i = 0; i < count; i++)
            if (!seen[next[i]]) {
                seen[next[i]] = 1;
                queue[found++] = next[i];
            }
    }
    for (uint32_t i = 0; i < g->count; i++) {
        bool second = may_be_root(c, g->by_id[i]); /* has been told */
        if (!seen[g->by_id[i]] && !second)
            problem(c, g->by_id[i], "no way leads to it from component %llu, the root",
                    id_of(c, g->root));
    }
    lg_mem_free(g->mem, queue, 2 * bytes + sizeof *queue);
    return LG_OK;
}

/* ---- single components ---- */

static bool is_battery_side(const checking *c, uint32_t index)
{
    return is(c, index, LG_CATEGORY_INVERTER) && c->graph->components[index].type != LG_INVERTER_PV;
}

/* All that lead to it are the grid or meters; the root of an island may be a meter itself. */
static void check_supply(const checking *c, uint32_t index)
{
    uint32_t count;
    const uint32_t *before = lg_graph_before(c->graph, index, &count);
    if (!count && index != c->graph->root)
        problem(c, index, "nothing leads to this %s; expected the grid connection point or a meter",
                word_of(c, index));
    for (uint32_t i = 0; i < count; i++)
        if (!is(c, before[i], LG_CATEGORY_GRID_CONNECTION_POINT) &&
            !is(c, before[i], LG_CATEGORY_METER))
            problem(c, index,
                    "component %llu, of category %s, leads to this %s; expected the grid "
                    "connection point or a meter",
                    id_of(c, before[i]), word_of(c, before[i]), word_of(c, index));
}

static void check_leaf(const checking *c, uint32_t index)
{
    uint32_t count;
    const uint32_t *next = lg_graph_next(c->graph, index, &count);
    if (count)
        problem(c, index, "leads to component %llu; nothing can lie behind this %s",
                id_of(c, next[0]), word_of(c, index));
}

static void check_inverter(const checking *c, uint32_t index)
{
    uint32_t count, type = c->graph->components[index].type;
    const uint32_t *next = lg_graph_next(c->graph, index, &count);
    check_supply(c, index);
    if (type == LG_INVERTER_PV) {
        check_leaf(c, index);
        return;
    }
    if (type == LG_INVERTER_BATTERY && !count)
        problem(c, index, "leads to no battery; expected one at least behind a battery inverter");
    for (uint32_t i = 0; i < count; i++)
        if (!is(c, next[i], LG_CATEGORY_BATTERY))
            problem(c, index, "leads to component %llu, of category %s; expected batteries only",
                    id_of(c, next[i]), word_of(c, next[i]));
}

static void check_battery(const checking *c, uint32_t index)
{
    uint32_t count;
    const uint32_t *before = lg_graph_before(c->graph, index, &count);
    check_leaf(c, index);
    if (!count)
        problem(c, index, "nothing leads to this battery; expected its inverter");
    for (uint32_t i = 0; i < count; i++)
        if (!is_battery_side(c, before[i]))
            problem(c, index,
                    "component %llu, of category %s, leads to this battery; expected inverters of "
                    "type \"battery\" or \"hybrid\" only",
                    id_of(c, before[i]), word_of(c, before[i]));
}

static void check_one(const checking *c, uint32_t index)
{
    switch ((int)c->graph->components[index].category) {
    case LG_CATEGORY_INVERTER:
        check_inverter(c, index);
        break;
    case LG_CATEGORY_BATTERY:
        check_battery(c, index);
        break;
    case LG_CATEGORY_METER:
        check_supply(c, index);
        break;
    case LG_CATEGORY_EV_CHARGER:
    case LG_CATEGORY_CHP:
        check_supply(c, index);
        check_leaf(c, index);
        break;
    default:
        break;
    }
}

lg_status lg_graph_check(lg_graph *graph, const lg_graph_input *input, uint32_t errors,
                         lg_diag *diag)
{
    const checking c = {.graph = graph, .input = input, .diag = diag};
    check_components(&c);
    if (diag->errors > errors)
        return LG_OK;
    lg_status status = check_circles(&c);
    if (status != LG_OK || diag->errors > errors)
        return status;
    find_root(&c);
    check_root(&c);
    status = check_reach(&c);
    for (uint32_t i = 0; i < graph->count; i++)
        check_one(&c, graph->by_id[i]);
    return status;
}
