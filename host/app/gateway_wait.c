/* With --await-batches a tick waits until all have answered who were told something, or for a
 * time-out. A client that lets two of a kind pass in a row without an answer does not answer that
 * kind, and is not waited for there until it does. */
#include "app/gateway_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

enum { SILENT_MAX = 2 };

/* So long nobody has come in or taken something over before the first tick is done. */
#define QUIET_NS (INT64_C(1000000000))

/* So long a client takes to send the next batch when it has the answer to the one before. */
#define MORE_NS (INT64_C(30000000))

static lg__await *await_of(lg_gate *g, uint32_t client)
{
    uint32_t capacity = g->await_capacity;
    if (!LG_GROW(g->mem, g->awaits, g->await_capacity, client + 1))
        return NULL;
    memset(g->awaits + capacity, 0, (g->await_capacity - capacity) * sizeof *g->awaits);
    return &g->awaits[client];
}

static void forget(lg_gate *g, uint32_t client)
{
    lg__await *a = client < g->await_capacity ? &g->awaits[client] : NULL;
    if (!a || !a->expected)
        return;
    g->mores -= a->more;
    g->expected--;
    a->expected = a->more = false;
}

static void expect_more(lg_gate *g, lg__await *a)
{
    if (a->expected)
        return;
    a->expected = a->more = true;
    g->expected++;
    g->mores++;
    g->more_ns = lg_loop_now_ns() + MORE_NS;
}

static void expect(void *ctx, uint32_t client, uint32_t kind)
{
    lg_gate *g = ctx;
    if (!g->input.await_ms || client >= lg_clients_count(g->clients) ||
        kind > LG_GATEWAY_EXPECT_MORE)
        return;
    lg__await *a = await_of(g, client);
    if (!a)
        return;
    if (kind == LG_GATEWAY_EXPECT_MORE) {
        expect_more(g, a);
        return;
    }
    forget(g, client);
    a->kind = (uint8_t)kind;
    if (a->silent[kind] >= SILENT_MAX)
        return;
    a->expected = true;
    g->expected++;
}

static void unexpect(void *ctx, uint32_t client)
{
    forget(ctx, client);
}

void lg__gate_heard(lg_gate *g, uint32_t client)
{
    forget(g, client);
    if (client >= g->await_capacity)
        return;
    lg__await *a = &g->awaits[client];
    a->silent[a->kind] = 0;
    a->told = false;
}

/* Whoever could have sent more has not. */
static void forget_more(lg_gate *g)
{
    for (uint32_t i = 0; i < g->await_capacity && g->mores; i++)
        if (g->awaits[i].more)
            forget(g, i);
}

static void put_names(const lg_gate *g, char *out, size_t size)
{
    size_t used = 0;
    uint32_t left = g->expected;
    out[0] = 0;
    for (uint32_t i = 0; i < g->await_capacity && left; i++) {
        if (!g->awaits[i].expected)
            continue;
        if (used + 80 > size) {
            snprintf(out + used, size - used, " and %u more", left);
            return;
        }
        left--;
        used += (size_t)snprintf(out + used, size - used, "%s%.60s", used ? ", " : "",
                                 lg_clients_view(g->clients, i).name);
    }
}

/* The time is up: it goes on without those who have not answered. */
static void give_up(lg_gate *g)
{
    char names[200], line[LG_ERR_TEXT_MAX];
    bool news = false;
    put_names(g, names, sizeof names);
    for (uint32_t i = 0; i < g->await_capacity; i++) {
        lg__await *a = &g->awaits[i];
        if (!a->expected)
            continue;
        news = news || !a->told;
        a->silent[a->kind]++;
        a->told = a->told || a->silent[a->kind] >= SILENT_MAX;
        forget(g, i);
    }
    lg_place next = lg_world_next(g->input.world);
    snprintf(line, sizeof line,
             "gateway %s: waited %.10g s for %s; slot %u goes on without at tick %u", g->name,
             (double)g->input.await_ms / 1000, names, next.slot, next.tick);
    if (news)
        lg_notes_say(g->input.notes, line);
}

/* Before the first tick somebody has to be there, and to have all that it wants. */
static bool waits_for_first(lg_gate *g, int64_t *until_ns)
{
    lg_place next = lg_world_next(g->input.world);
    if (next.slot || next.tick)
        return false;
    if (!g->last_act_ns) {
        if (!g->said_first)
            lg_notes_say(g->input.notes,
                         "gateway: the run begins when a first client has come and controls an "
                         "asset or a market");
        g->said_first = true;
        *until_ns = LG_LOOP_NEVER;
        return true;
    }
    *until_ns = g->last_act_ns + QUIET_NS;
    return lg_loop_now_ns() < *until_ns;
}

bool lg_gate_waits(lg_gate *g, int64_t *until_ns)
{
    if (!g->open || !g->input.await_ms || g->input.helm->stop != LG_HELM_GO_ON)
        return false;
    if (waits_for_first(g, until_ns))
        return true;
    int64_t now_ns = lg_loop_now_ns();
    if (g->mores && now_ns >= g->more_ns)
        forget_more(g);
    if (g->expected == 0) {
        g->deadline_ns = 0;
        return false;
    }
    if (g->mores == g->expected) {
        *until_ns = g->more_ns;
        return true;
    }
    if (g->deadline_ns == 0)
        g->deadline_ns = now_ns + g->input.await_ms * 1000000;
    *until_ns = g->mores ? lg_min64(g->deadline_ns, g->more_ns) : g->deadline_ns;
    if (now_ns < g->deadline_ns)
        return true;
    give_up(g);
    g->deadline_ns = 0;
    return false;
}

bool lg_gate_tell(const lg_gate *g, char *out, size_t size)
{
    char names[120];
    if (!g->open || !g->expected || !g->deadline_ns)
        return false;
    put_names(g, names, sizeof names);
    snprintf(out, size, "waiting for %s", names);
    return true;
}

void lg__gate_waits(lg_gateway_host *host)
{
    host->expect = expect;
    host->unexpect = unexpect;
}
