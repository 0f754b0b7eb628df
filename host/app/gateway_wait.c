/* With --await-batches a tick waits until all have answered who were told something. A client with
 * nothing to send is silent, so each is waited for as long as its own answers give reason to, and
 * at most for the time-out. How long is no matter of the run: what came of it is in the journal. */
#include "app/gateway_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

/* A silence is waited out for so many times the longest of the last answers, and at least so long.
 */
enum { PATIENCE = 4 };
#define SILENCE_NS (INT64_C(200000000))

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
    a->late = a->told_ns != 0;
    a->late_kind = a->kind;
    a->late_ns = a->told_ns;
    a->kind = (uint8_t)kind;
    a->told_ns = lg_loop_now_ns();
    a->expected = true;
    g->expected++;
}

static void unexpect(void *ctx, uint32_t client)
{
    lg_gate *g = ctx;
    forget(g, client);
    if (client < g->await_capacity)
        g->awaits[client].told_ns = 0;
}

/* ---- what is learned of a client ---- */

static void learn(lg__habit *h, int64_t took_ns)
{
    h->took_us[h->next] = (uint32_t)lg_min64(took_ns / 1000, UINT32_MAX);
    h->next = (uint8_t)((h->next + 1) % LG__GATE_ANSWERS);
    if (h->count < LG__GATE_ANSWERS)
        h->count++;
}

/* How long its silence is waited out. */
static int64_t patience_ns(const lg_gate *g, const lg__await *a)
{
    const lg__habit *h = &a->habits[a->kind];
    const int64_t most_ns = g->input.await_ms * 1000000;
    int64_t longest_us = 0;
    for (uint32_t i = 0; i < h->count; i++)
        longest_us = lg_max64(longest_us, h->took_us[i]);
    int64_t ns = h->count ? PATIENCE * longest_us * 1000 : most_ns >> h->silent;
    return lg_min64(most_ns, lg_max64(SILENCE_NS, ns));
}

/* Sooner than half its quickest answer, and than a millisecond, nobody has read what he was told.
 */
static bool is_too_soon(const lg__await *a, int64_t took_ns)
{
    int64_t quickest_us = INT64_MAX;
    for (uint32_t k = 0; k < LG__GATE_KINDS; k++)
        for (uint32_t i = 0; i < a->habits[k].count; i++)
            quickest_us = lg_min64(quickest_us, a->habits[k].took_us[i]);
    return quickest_us != INT64_MAX && took_ns / 1000 < lg_min64(quickest_us / 2, 1000);
}

/* An answer is to the last event, unless it can only be to the one before: then the last one's is
 * still to come. */
void lg__gate_heard(lg_gate *g, uint32_t client)
{
    if (client >= g->await_capacity)
        return;
    lg__await *a = &g->awaits[client];
    int64_t now_ns = lg_loop_now_ns();
    if (a->late && a->told_ns && is_too_soon(a, now_ns - a->told_ns)) {
        /* no more patience than would have done: if this is a mistake it must not grow with each */
        learn(&a->habits[a->late_kind], (now_ns - a->late_ns) / PATIENCE);
        a->late = false;
        return;
    }
    if (a->told_ns)
        learn(&a->habits[a->kind], now_ns - a->told_ns);
    a->told_ns = 0;
    a->late = false;
    forget(g, client);
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

/* The time is up for a client: it goes on without. */
static void give_up(lg_gate *g, uint32_t client)
{
    char line[LG_ERR_TEXT_MAX];
    lg__await *a = &g->awaits[client];
    lg__habit *h = &a->habits[a->kind];
    lg_place next = lg_world_next(g->input.world);
    double waited_s = (double)patience_ns(g, a) / 1e9;
    forget(g, client);
    if (h->silent < 16)
        h->silent++;
    if (a->told)
        return;
    a->told = true;
    snprintf(
        line, sizeof line,
        "gateway %s: waited %.3g s for %.60s; slot %u goes on without at tick %u; how long its "
        "silence may last follows from its answers, at most %.10g s",
        g->name, waited_s, lg_clients_view(g->clients, client).name, next.slot, next.tick,
        (double)g->input.await_ms / 1000);
    lg_notes_say(g->input.notes, line);
}

/* Gives up whose time is over. @return when it is for the next one */
static int64_t lapse(lg_gate *g, int64_t now_ns)
{
    int64_t next_ns = LG_LOOP_NEVER;
    uint32_t left = g->expected - g->mores;
    for (uint32_t i = 0; i < g->await_capacity && left; i++) {
        const lg__await *a = &g->awaits[i];
        if (!a->expected || a->more)
            continue;
        left--;
        int64_t until_ns = g->wait_ns + patience_ns(g, a);
        if (now_ns >= until_ns)
            give_up(g, i);
        else
            next_ns = lg_min64(next_ns, until_ns);
    }
    return next_ns;
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
    if (g->wait_ns == 0)
        g->wait_ns = now_ns;
    *until_ns = lapse(g, now_ns);
    if (g->mores)
        *until_ns = lg_min64(*until_ns, g->more_ns);
    if (g->expected == 0)
        g->wait_ns = 0;
    return g->expected > 0;
}

bool lg_gate_tell(const lg_gate *g, char *out, size_t size)
{
    char names[120];
    if (!g->open || !g->expected || !g->wait_ns)
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
