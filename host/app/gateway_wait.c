/* With --await-batches a tick waits until all have answered who were told something. A client with
 * nothing to send is silent, so how long each is waited for is learned of it (awaits.h). */
#include "app/gateway_parts.h"

#include <stdio.h>

#include "base/num.h"

/* So long nobody has come in or taken something over before the first tick is done. */
#define QUIET_NS (INT64_C(1000000000))

static void expect(void *ctx, uint32_t client, uint32_t kind)
{
    lg_gate *g = ctx;
    if (client >= lg_clients_count(g->clients))
        return;
    if (kind == LG_GATEWAY_EXPECT_MORE)
        lg_awaits_more(&g->awaits, client);
    else
        lg_awaits_told(&g->awaits, client, kind);
}

static void unexpect(void *ctx, uint32_t client)
{
    lg_gate *g = ctx;
    lg_awaits_drop(&g->awaits, client);
}

static void put_names(const lg_gate *g, char *out, size_t size)
{
    size_t used = 0;
    uint32_t left = g->awaits.expected;
    out[0] = 0;
    for (uint32_t i = 0; i < lg_clients_count(g->clients) && left; i++) {
        if (!lg_awaits_has(&g->awaits, i))
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

/* The time is up for a client: it goes on without, which is told once of each. */
static void given_up(void *ctx, uint32_t client, int64_t waited_ns)
{
    char line[LG_ERR_TEXT_MAX];
    lg_gate *g = ctx;
    lg_place next = lg_world_next(g->input.world);
    if (client < g->silent_capacity && g->silents[client])
        return;
    uint32_t capacity = g->silent_capacity;
    if (!LG_GROW(g->mem, g->silents, g->silent_capacity, client + 1))
        return;
    for (uint32_t i = capacity; i < g->silent_capacity; i++)
        g->silents[i] = false;
    g->silents[client] = true;
    snprintf(
        line, sizeof line,
        "gateway %s: waited %.3g s for %.60s; slot %u goes on without at tick %u; how long its "
        "silence may last follows from its answers, at most %.10g s",
        g->name, (double)waited_ns / 1e9, lg_clients_view(g->clients, client).name, next.slot,
        next.tick, (double)g->input.await_ms / 1000);
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

/* A tick in which nobody is called, and that is not the last chance of its slot. */
static bool is_quiet(const lg_gate *g, lg_place next)
{
    uint32_t ticks = g->input.setup->scenario->rules.ticks_per_slot;
    return next.tick % (ticks / 10) != 0 && next.tick + 1 < ticks;
}

static void tell_passed(lg_gate *g)
{
    char line[LG_ERR_TEXT_MAX], names[120];
    if (g->said_passed)
        return;
    g->said_passed = true;
    put_names(g, names, sizeof names);
    snprintf(line, sizeof line,
             "gateway %s: a batch has waited %.3g s while %s was silent; a tick in which nobody is "
             "called applies it, and the wait goes on",
             g->name, (double)LG_AWAIT_HELD_NS / 1e9, names);
    lg_notes_say(g->input.notes, line);
}

bool lg_gate_waits(lg_gate *g, int64_t *until_ns)
{
    if (!g->open || !g->input.await_ms || g->input.helm->stop != LG_HELM_GO_ON)
        return false;
    if (waits_for_first(g, until_ns))
        return true;
    bool quiet = is_quiet(g, lg_world_next(g->input.world));
    bool waits = lg_awaits_wait(&g->awaits, quiet, until_ns, given_up, g);
    if (!waits && g->awaits.expected)
        tell_passed(g);
    return waits;
}

bool lg_gate_tell(const lg_gate *g, char *out, size_t size)
{
    char names[120];
    if (!g->open || !g->awaits.expected || !g->awaits.wait_ns)
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
