/* How long is no matter of a run: what came of it is in its journal. */
#include "app/awaits.h"

#include <string.h>

#include "base/num.h"
#include "loop/loop.h"

void lg_awaits_init(lg_awaits *a, lg_mem *mem, int64_t most_ns, int64_t (*now_ns)(void))
{
    *a = (lg_awaits){.mem = mem, .most_ns = most_ns, .now_ns = now_ns};
}

void lg_awaits_fini(lg_awaits *a)
{
    lg_mem_free(a->mem, a->items, a->capacity * sizeof *a->items);
    *a = (lg_awaits){.mem = a->mem};
}

static lg_await *item_of(lg_awaits *a, uint32_t client)
{
    uint32_t capacity = a->capacity;
    if (!LG_GROW(a->mem, a->items, a->capacity, client + 1))
        return NULL;
    memset(a->items + capacity, 0, (a->capacity - capacity) * sizeof *a->items);
    return &a->items[client];
}

static void forget(lg_awaits *a, lg_await *item)
{
    if (!item->expected)
        return;
    a->mores -= item->more;
    item->expected = item->more = false;
    if (--a->expected == 0)
        a->wait_ns = 0;
}

/* ---- what is learned of a client ---- */

static uint32_t in_us(int64_t ns)
{
    return (uint32_t)lg_min64(ns / 1000, UINT32_MAX);
}

static void learn(lg_await_habit *h, uint32_t took_us)
{
    h->took_us[h->next] = took_us;
    h->next = (uint8_t)((h->next + 1) % LG_AWAIT_ANSWERS);
    if (h->count < LG_AWAIT_ANSWERS)
        h->count++;
}

int64_t lg_awaits_patience_ns(const lg_awaits *a, uint32_t client)
{
    const lg_await *item = &a->items[client];
    const lg_await_habit *h = &item->habits[item->kind];
    int64_t longest_us = 0;
    for (uint32_t i = 0; i < h->count; i++)
        longest_us = lg_max64(longest_us, h->took_us[i]);
    int64_t ns = h->count ? LG_AWAIT_PATIENCE * longest_us * 1000 : a->most_ns >> h->silent;
    if (h->count >= LG_AWAIT_STEADY && !h->passed)
        ns = lg_max64(ns, a->most_ns / LG_AWAIT_STEADY_PART);
    return lg_min64(a->most_ns, lg_max64(LG_AWAIT_SILENCE_NS, ns));
}

/* Sooner than half its quickest answer nobody has read what he was told. */
static bool is_too_soon(const lg_await *item, uint32_t took_us)
{
    uint32_t quickest_us = UINT32_MAX;
    for (uint32_t k = 0; k < LG_AWAIT_KINDS; k++)
        for (uint32_t i = 0; i < item->habits[k].count; i++)
            if (item->habits[k].took_us[i] < quickest_us)
                quickest_us = item->habits[k].took_us[i];
    return quickest_us != UINT32_MAX && took_us < quickest_us / 2;
}

/* The answer to the last event came after what was taken for the one before: that it was is true.
 * A quarter is learned of what it took, so that next time the silence would just have lasted. */
static void confirm(lg_await *item)
{
    int64_t took_ns = item->told_ns - item->late_ns + item->took_us * INT64_C(1000);
    if (item->credited) {
        learn(&item->habits[item->late_kind], in_us(took_ns / LG_AWAIT_PATIENCE));
        item->habits[item->late_kind].passed &= ~1u;
    }
    item->credited = item->late = false;
}

/* Nothing else came: what was taken for a late answer was the answer to the last event. */
static void take_back(lg_await *item)
{
    if (!item->credited)
        return;
    learn(&item->habits[item->kind], item->took_us);
    item->habits[item->kind].passed <<= 1;
    item->credited = item->late = false;
    item->told_ns = 0;
}

/* ---- told and heard ---- */

void lg_awaits_told(lg_awaits *a, uint32_t client, uint32_t kind)
{
    lg_await *item = a->most_ns && kind < LG_AWAIT_KINDS ? item_of(a, client) : NULL;
    if (!item)
        return;
    forget(a, item);
    take_back(item);
    item->late = item->told_ns != 0;
    item->late_kind = item->kind;
    item->late_ns = item->told_ns;
    item->kind = (uint8_t)kind;
    item->told_ns = a->now_ns();
    item->done_ns = 0;
    item->expected = true;
    a->expected++;
}

void lg_awaits_more(lg_awaits *a, uint32_t client)
{
    lg_await *item = a->most_ns ? item_of(a, client) : NULL;
    if (!item || item->expected)
        return;
    int64_t wait_ns = lg_max64(LG_AWAIT_MORE_NS, item->gap_us * INT64_C(2000));
    item->done_ns = a->now_ns();
    int64_t until_ns = item->done_ns + lg_min64(wait_ns, LG_AWAIT_MORE_MOST_NS);
    a->more_ns = a->mores ? lg_max64(a->more_ns, until_ns) : until_ns;
    item->expected = item->more = true;
    a->expected++;
    a->mores++;
}

void lg_awaits_heard(lg_awaits *a, uint32_t client, bool held)
{
    int64_t now_ns = a->now_ns();
    if (held && a->most_ns && !a->held_ns)
        a->held_ns = now_ns;
    if (client >= a->capacity)
        return;
    lg_await *item = &a->items[client];
    uint32_t took_us = item->told_ns ? in_us(now_ns - item->told_ns) : 0;
    if (held &&
        item->done_ns) /* one batch after the other, also when nobody waited for it any more */
        item->gap_us = (uint32_t)lg_max64(in_us(now_ns - item->done_ns), item->gap_us * 7LL / 8);
    item->done_ns = 0;
    if (item->late && item->told_ns && !item->credited && is_too_soon(item, took_us)) {
        item->credited = true;
        item->took_us = took_us;
        return;
    }
    if (item->told_ns) {
        lg_await_habit *h = &item->habits[item->kind];
        confirm(item);
        learn(h, took_us);
        h->passed = item->expected && !item->more ? h->passed << 1 : h->passed & ~1u;
    }
    item->told_ns = 0;
    item->late = false;
    forget(a, item);
}

void lg_awaits_drop(lg_awaits *a, uint32_t client)
{
    if (client >= a->capacity)
        return;
    forget(a, &a->items[client]);
    a->items[client].told_ns = 0;
    a->items[client].credited = a->items[client].late = false;
}

void lg_awaits_ticked(lg_awaits *a)
{
    a->held_ns = 0;
}

bool lg_awaits_has(const lg_awaits *a, uint32_t client)
{
    return client < a->capacity && a->items[client].expected;
}

/* ---- waiting ---- */

/* Whoever could have sent more has not. */
static void forget_more(lg_awaits *a)
{
    for (uint32_t i = 0; i < a->capacity && a->mores; i++)
        if (a->items[i].more)
            forget(a, &a->items[i]);
}

/* Gives up whose time is over. @return when it is for the next one */
static int64_t lapse(lg_awaits *a, int64_t now_ns,
                     void (*given_up)(void *ctx, uint32_t client, int64_t waited_ns), void *ctx)
{
    int64_t next_ns = LG_LOOP_NEVER;
    uint32_t left = a->expected - a->mores;
    for (uint32_t i = 0; i < a->capacity && left; i++) {
        lg_await *item = &a->items[i];
        if (!item->expected || item->more)
            continue;
        left--;
        int64_t patience_ns = lg_awaits_patience_ns(a, i);
        if (now_ns < a->wait_ns + patience_ns) {
            next_ns = lg_min64(next_ns, a->wait_ns + patience_ns);
            continue;
        }
        forget(a, item);
        if (item->credited) {
            take_back(item);
            continue;
        }
        lg_await_habit *h = &item->habits[item->kind];
        h->passed = h->passed << 1 | 1;
        if (h->silent < 16)
            h->silent++;
        given_up(ctx, i, patience_ns);
    }
    return next_ns;
}

bool lg_awaits_wait(lg_awaits *a, bool quiet, int64_t *until_ns,
                    void (*given_up)(void *ctx, uint32_t client, int64_t waited_ns), void *ctx)
{
    int64_t now_ns = a->now_ns();
    if (a->mores && now_ns >= a->more_ns)
        forget_more(a);
    if (a->wait_ns == 0 && a->expected)
        a->wait_ns = now_ns;
    *until_ns = lapse(a, now_ns, given_up, ctx);
    if (a->mores)
        *until_ns = lg_min64(*until_ns, a->more_ns);
    if (!quiet || !a->held_ns || a->expected == 0)
        return a->expected > 0;
    *until_ns = lg_min64(*until_ns, a->held_ns + LG_AWAIT_HELD_NS);
    return now_ns < a->held_ns + LG_AWAIT_HELD_NS;
}
