/* Who is there: aggregators, and who trades for one asset without (direct.c). A client enters the
 * run with the first thing that it takes over: who only says its name is not kept in a journal, and
 * of those only so many are remembered. It goes when it says so, or when nobody has listened to it
 * for two slots: whoever is gone for good cannot say so. */
#include "gsy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNHEARD_MAX = 2, STRANGERS_MAX = 1024 };

gsy_aggregator *people_by_id(const gsy *g, const char *id)
{
    for (uint32_t i = g->count; i-- > 0;) /* the last one of an id that came back */
        if (strcmp(g->people[i]->id, id) == 0)
            return g->people[i];
    return NULL;
}

gsy_aggregator *people_by_client(const gsy *g, uint32_t client)
{
    return client < g->client_count ? g->clients[client] : NULL;
}

bool people_has(const gsy *g, const gsy_aggregator *a, const gsy_node *node)
{
    return !a->gone && a->client != NONE &&
           g->host->owner(g->host->ctx, node->is.kind, node->is.index) == a->client;
}

void people_channel(const gsy_aggregator *a, const char *what, char *text, size_t size)
{
    snprintf(text, size, "external-aggregator//%s/%s", a->id, what);
}

/* ---- coming ---- */

static void free_one(gsy_aggregator *a)
{
    while (a->first) {
        gsy_batch *next = a->first->next;
        batch_free(a->first);
        a->first = next;
    }
    while (a->asked) {
        gsy_asked *next = a->asked->next;
        free(a->asked);
        a->asked = next;
    }
    out_free(&a->trades);
    free(a);
}

static gsy_aggregator *add(gsy *g, const char *id, const char *name)
{
    if (g->count == g->capacity) {
        uint32_t capacity = g->capacity ? g->capacity * 2 : 16;
        gsy_aggregator **people = realloc(g->people, capacity * sizeof(gsy_aggregator *));
        if (!people)
            return NULL;
        g->people = people;
        g->capacity = capacity;
    }
    gsy_aggregator *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->client = NONE;
    a->last = &a->first;
    snprintf(a->id, sizeof a->id, "%s", id);
    snprintf(a->name, sizeof a->name, "%s", name);
    g->people[g->count++] = a;
    return a;
}

static void count_nodes(const gsy *g, gsy_aggregator *a)
{
    a->assets = a->markets = 0;
    for (uint32_t i = 0; i < g->asset_count; i++)
        a->assets += people_has(g, a, &g->assets[i]);
    for (uint32_t i = 0; i < g->area_count; i++)
        a->markets += people_has(g, a, &g->areas[i]);
}

/* Of those who have never taken anything the oldest is forgotten: when it selects it is known
 * again. */
static void forget_stranger(gsy *g)
{
    uint32_t strangers = 0, oldest = NONE;
    for (uint32_t i = g->count; i-- > 0;)
        if (g->people[i]->client == NONE) {
            strangers++;
            oldest = i;
        }
    if (strangers <= STRANGERS_MAX)
        return;
    free_one(g->people[oldest]);
    g->count--;
    memmove(&g->people[oldest], &g->people[oldest + 1],
            (g->count - oldest) * sizeof(gsy_aggregator *));
}

gsy_aggregator *people_add(gsy *g, const char *id, const char *name)
{
    gsy_aggregator *a = add(g, id, name);
    if (a)
        forget_stranger(g);
    return a;
}

/* Numbers of clients are given one after the other. */
static bool note(gsy *g, gsy_aggregator *a, uint32_t client)
{
    gsy_aggregator **clients = realloc(g->clients, (client + 1) * sizeof(gsy_aggregator *));
    if (!clients)
        return false;
    for (uint32_t i = g->client_count; i < client; i++)
        clients[i] = NULL;
    g->clients = clients;
    g->client_count = client + 1;
    clients[client] = a;
    a->client = client;
    return true;
}

static bool enter(gsy *g, gsy_aggregator *a)
{
    uint32_t client;
    return g->host->enter(g->host->ctx, a->id, a->name, &client) == LG_OK && note(g, a, client);
}

int32_t people_claim(gsy *g, gsy_aggregator *a, const gsy_node *node)
{
    if (a->client == NONE && !enter(g, a))
        return LG_LIMIT;
    int32_t status = g->host->claim(g->host->ctx, a->client, node->is.kind, node->is.index);
    if (status == LG_OK)
        count_nodes(g, a);
    return status;
}

bool people_open(gsy *g)
{
    const char *id, *name;
    uint32_t gone;
    for (uint32_t i = 0; g->host->client(g->host->ctx, i, &id, &name, &gone); i++) {
        gsy_aggregator *a = add(g, id, name);
        if (!a || !note(g, a, i))
            return false;
        a->gone = gone;
        count_nodes(g, a);
        direct_again(g, a);
    }
    return true;
}

void people_close(gsy *g)
{
    for (uint32_t i = 0; i < g->count; i++)
        free_one(g->people[i]);
    free(g->people);
    free(g->clients);
}

/* ---- going ---- */

void people_leave(gsy *g, gsy_aggregator *a, const char *why)
{
    if (a->client != NONE && g->host->leave(g->host->ctx, a->client) != LG_OK)
        return;
    a->gone = true;
    if (a->assets || a->markets)
        gsy_say(g, LG_LOG_INFO, "%s %s; who had its %u assets and %u markets has them again",
                *a->name ? a->name : a->id, why, a->assets, a->markets);
    a->assets = a->markets = 0;
    if (a->node && a->node->direct == a)
        a->node->direct = NULL;
}

gsy_aggregator *people_owner(const gsy *g, const gsy_node *node)
{
    return people_by_client(g, g->host->owner(g->host->ctx, node->is.kind, node->is.index));
}

bool people_release(gsy *g, const gsy_node *node)
{
    gsy_aggregator *a = people_owner(g, node);
    if (!a || g->host->release(g->host->ctx, a->client, node->is.kind, node->is.index) != LG_OK)
        return false;
    count_nodes(g, a);
    gsy_say(g, LG_LOG_INFO, "%s gives %s back", *a->name ? a->name : a->id, node->is.name);
    return true;
}

/* The number that Redis tells of events: of a slot's first one. */
void people_heard(gsy *g, uint32_t client, uint32_t listeners)
{
    gsy_aggregator *a = people_by_client(g, client);
    if (a)
        handshake_heard(g, a, listeners > 0);
    if (!a || a->gone)
        return;
    if (listeners) {
        a->unheard = 0;
        return;
    }
    g->host->unexpect(g->host->ctx, client);
    if (++a->unheard >= UNHEARD_MAX)
        people_leave(g, a, "has not listened for two slots");
}
