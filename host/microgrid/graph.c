/* Neighbours first; the rules of the whole and of single components follow in rules.c.
 */
#include "microgrid/graph.h"

#include <stdio.h>
#include <string.h>

#include "base/sort.h"
#include "microgrid/rules.h"

typedef struct named {
    uint64_t id;
    uint32_t index;
} named;

static int by_id(const void *left, const void *right)
{
    const named *a = left, *b = right;
    return a->id != b->id ? (a->id > b->id) - (a->id < b->id)
                          : (a->index > b->index) - (a->index < b->index);
}

static bool sort_ids(lg_graph *g)
{
    named *list = lg_mem_alloc(g->mem, (size_t)g->count * sizeof *list);
    if (!list)
        return false;
    for (uint32_t i = 0; i < g->count; i++)
        list[i] = (named){g->components[i].id, i};
    lg_sort(list, g->count, sizeof *list, by_id);
    for (uint32_t i = 0; i < g->count; i++)
        g->by_id[i] = list[i].index;
    lg_mem_free(g->mem, list, (size_t)g->count * sizeof *list);
    return true;
}

uint32_t lg_graph_find(const lg_graph *graph, uint64_t id)
{
    uint32_t first = 0, end = graph->count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (graph->components[graph->by_id[middle]].id < id)
            first = middle + 1;
        else
            end = middle;
    }
    return first < graph->count && graph->components[graph->by_id[first]].id == id
               ? graph->by_id[first]
               : LG_GRAPH_NONE;
}

static int by_ends(const void *left, const void *right)
{
    const lg_component_link *a = left, *b = right;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->destination != b->destination)
        return a->destination < b->destination ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

/* Takes @p edge where it is fine: both ends are there, differ, and have not been joined before. */
static bool is_fine(const lg_graph *g, const lg_graph_input *input, const lg_component_link *edge,
                    const lg_component_link *before, lg_diag *diag)
{
    char key[64];
    snprintf(key, sizeof key, "connection %llu -> %llu", (unsigned long long)edge->source,
             (unsigned long long)edge->destination);
    bool fine = true;
    for (int end = 0; end < 2; end++) {
        uint64_t id = end ? edge->destination : edge->source;
        if (lg_graph_find(g, id) == LG_GRAPH_NONE) {
            lg_diag_error(diag, input->file, edge->line, key, "there is no component %llu",
                          (unsigned long long)id);
            fine = false;
        }
    }
    if (edge->source == edge->destination)
        lg_diag_error(diag, input->file, edge->line, key, "a component cannot lead to itself");
    else if (before && before->source == edge->source && before->destination == edge->destination)
        lg_diag_error(diag, input->file, edge->line, key, "is there twice, first in line %d",
                      before->line);
    else
        return fine;
    return false;
}

/* Counts become places: at[i] is where the neighbours of i end, and begin once all are filled in
 * from behind. */
static void fill(lg_graph *g, const lg_component_link *edges, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        g->next_at[lg_graph_find(g, edges[i].source)]++;
        g->before_at[lg_graph_find(g, edges[i].destination)]++;
    }
    for (uint32_t i = 1; i <= g->count; i++) {
        g->next_at[i] += g->next_at[i - 1];
        g->before_at[i] += g->before_at[i - 1];
    }
    for (uint32_t i = count; i-- > 0;) {
        uint32_t source = lg_graph_find(g, edges[i].source);
        uint32_t destination = lg_graph_find(g, edges[i].destination);
        g->next[--g->next_at[source]] = destination;
        g->before[--g->before_at[destination]] = source;
    }
    g->edges = count;
}

static lg_status join(lg_graph *g, const lg_graph_input *input, lg_diag *diag)
{
    uint32_t kept = 0;
    size_t bytes = (size_t)input->connection_count * sizeof(lg_component_link);
    lg_component_link *edges = lg_mem_alloc(g->mem, bytes + 1);
    if (!edges)
        return LG_MEMORY;
    if (bytes)
        memcpy(edges, input->connections, bytes);
    lg_sort(edges, input->connection_count, sizeof *edges, by_ends);
    for (uint32_t i = 0; i < input->connection_count; i++)
        if (is_fine(g, input, &edges[i], kept ? &edges[kept - 1] : NULL, diag))
            edges[kept++] = edges[i];
    fill(g, edges, kept);
    lg_mem_free(g->mem, edges, bytes + 1);
    return LG_OK;
}

lg_status lg_graph_build(lg_mem *mem, const lg_graph_input *input, lg_diag *diag, lg_graph *graph)
{
    uint32_t count = input->component_count, errors = diag->errors;
    *graph = (lg_graph){.mem = mem,
                        .components = input->components,
                        .count = count,
                        .room = input->connection_count,
                        .root = LG_GRAPH_NONE};
    graph->by_id = lg_mem_zalloc(mem, (size_t)count + 1, sizeof *graph->by_id);
    graph->next_at = lg_mem_zalloc(mem, (size_t)count + 1, sizeof *graph->next_at);
    graph->before_at = lg_mem_zalloc(mem, (size_t)count + 1, sizeof *graph->before_at);
    graph->next = lg_mem_zalloc(mem, (size_t)graph->room + 1, sizeof *graph->next);
    graph->before = lg_mem_zalloc(mem, (size_t)graph->room + 1, sizeof *graph->before);
    if (!graph->by_id || !graph->next_at || !graph->before_at || !graph->next || !graph->before ||
        !sort_ids(graph))
        return LG_MEMORY;
    lg_status status = join(graph, input, diag);
    if (status == LG_OK)
        status = lg_graph_check(graph, input, errors, diag);
    return status != LG_OK ? status : diag->errors > errors ? LG_SCENARIO : LG_OK;
}

void lg_graph_fini(lg_graph *graph)
{
    size_t nodes = (size_t)graph->count + 1, room = (size_t)graph->room + 1;
    lg_mem_free(graph->mem, graph->by_id, nodes * sizeof *graph->by_id);
    lg_mem_free(graph->mem, graph->next_at, nodes * sizeof *graph->next_at);
    lg_mem_free(graph->mem, graph->before_at, nodes * sizeof *graph->before_at);
    lg_mem_free(graph->mem, graph->next, room * sizeof *graph->next);
    lg_mem_free(graph->mem, graph->before, room * sizeof *graph->before);
    *graph = (lg_graph){.root = LG_GRAPH_NONE};
}

const uint32_t *lg_graph_next(const lg_graph *graph, uint32_t index, uint32_t *count)
{
    *count = graph->next_at[index + 1] - graph->next_at[index];
    return graph->next + graph->next_at[index];
}

const uint32_t *lg_graph_before(const lg_graph *graph, uint32_t index, uint32_t *count)
{
    *count = graph->before_at[index + 1] - graph->before_at[index];
    return graph->before + graph->before_at[index];
}

lg_group lg_graph_group(const lg_graph *graph, uint32_t index)
{
    const lg_component *c = &graph->components[index];
    switch ((int)c->category) {
    case LG_CATEGORY_INVERTER:
        return c->type == LG_INVERTER_PV ? LG_GROUP_PV : LG_GROUP_BATTERY;
    case LG_CATEGORY_EV_CHARGER:
        return LG_GROUP_EV;
    case LG_CATEGORY_CHP:
        return LG_GROUP_CHP;
    case LG_CATEGORY_WIND_TURBINE:
        return LG_GROUP_WIND;
    case LG_CATEGORY_STEAM_BOILER:
        return LG_GROUP_BOILER;
    default:
        return LG_GROUP_NONE;
    }
}

lg_group lg_graph_metered(const lg_graph *graph, uint32_t index)
{
    uint32_t count;
    const uint32_t *next = lg_graph_next(graph, index, &count);
    if (graph->components[index].category != LG_CATEGORY_METER || !count)
        return LG_GROUP_NONE;
    lg_group group = lg_graph_group(graph, next[0]);
    for (uint32_t i = 1; i < count; i++)
        if (lg_graph_group(graph, next[i]) != group)
            return LG_GROUP_NONE;
    return group;
}
