/* Deadlines are computed from one anchor, not from the tick before, so that they do not drift. */
#include "app/helm.h"

#define SECOND_NS INT64_C(1000000000)

/* Late by less than this, or than two ticks, is not worth a word. */
#define LATE_NS (SECOND_NS / 2)

void lg_helm_init(lg_helm *helm, uint32_t slot_count, uint32_t ticks_per_slot, int64_t slot_ms,
                  int64_t (*now_ns)(void))
{
    *helm = (lg_helm){.slot_count = slot_count,
                      .ticks_per_slot = ticks_per_slot,
                      .slot_ms = slot_ms,
                      .now_ns = now_ns};
}

/* Simulated milliseconds from the start of the run to a tick. */
static int64_t ms_of(const lg_helm *helm, lg_place place)
{
    return place.slot * helm->slot_ms + helm->slot_ms * place.tick / helm->ticks_per_slot;
}

/* Real nanoseconds that @p ms simulated milliseconds take; durations are bounded so that years at
 * the slowest pace still fit, and past that it is never. */
static int64_t real_ns(const lg_helm *helm, int64_t ms)
{
    __int128 ns = (__int128)ms * helm->pace.real_ms * 1000000 / helm->pace.simulated_ms;
    return ns > INT64_MAX / 4 ? INT64_MAX / 4 : (int64_t)ns;
}

static int64_t due_ns(const lg_helm *helm, lg_place place)
{
    return helm->anchor_ns + real_ns(helm, ms_of(helm, place) - helm->anchor_ms);
}

static lg_helm_order by_pace(lg_helm *helm, int64_t *until_ns)
{
    int64_t now = helm->now_ns();
    if (!helm->anchored) {
        helm->anchored = true;
        helm->anchor_ns = now;
        helm->anchor_ms = ms_of(helm, helm->next);
    }
    *until_ns = due_ns(helm, helm->next);
    helm->late_ns = now - *until_ns;
    int64_t two_ticks = real_ns(helm, 2 * helm->slot_ms / helm->ticks_per_slot);
    if (helm->late_ns < 0) {
        helm->caught_up = helm->behind;
        helm->behind = false;
        return LG_HELM_WAIT;
    }
    if (helm->late_ns > LATE_NS && helm->late_ns > two_ticks)
        helm->behind = true;
    return LG_HELM_TICK;
}

lg_helm_order lg_helm_next(lg_helm *helm, int64_t *until_ns)
{
    *until_ns = INT64_MAX;
    if (helm->stop == LG_HELM_STOP_TICK || helm->next.slot >= helm->slot_count)
        return LG_HELM_END;
    if (helm->stop == LG_HELM_STOP_SLOT) /* results need a slot at least */
        return helm->next.tick == 0 && helm->next.slot ? LG_HELM_END : LG_HELM_TICK;
    if (helm->steps)
        return LG_HELM_TICK;
    if (helm->paused)
        return LG_HELM_WAIT;
    return helm->pace.simulated_ms ? by_pace(helm, until_ns) : LG_HELM_TICK;
}

void lg_helm_done(lg_helm *helm, lg_place next)
{
    helm->next = next;
    if (helm->steps)
        helm->steps--;
}

static void let_anchor_go(lg_helm *helm)
{
    helm->anchored = helm->behind = helm->told = helm->caught_up = false;
    helm->late_ns = 0;
}

void lg_helm_set_pace(lg_helm *helm, lg_pace pace)
{
    helm->pace = pace;
    let_anchor_go(helm);
}

void lg_helm_pause(lg_helm *helm)
{
    helm->paused = true;
    helm->steps = 0;
    let_anchor_go(helm);
}

void lg_helm_resume(lg_helm *helm)
{
    helm->paused = false;
    helm->steps = 0;
    let_anchor_go(helm);
}

void lg_helm_step_ticks(lg_helm *helm, uint64_t ticks)
{
    lg_helm_pause(helm);
    helm->steps = ticks;
}

void lg_helm_step_slots(lg_helm *helm, uint64_t slots)
{
    lg_helm_step_ticks(helm, slots * helm->ticks_per_slot - helm->next.tick);
}

void lg_helm_set_stop(lg_helm *helm, lg_helm_stop stop)
{
    if (stop == LG_HELM_STOP_TICK || helm->stop != LG_HELM_GO_ON)
        stop = LG_HELM_STOP_TICK;
    helm->stop = stop;
}

int64_t lg_helm_due_ns(const lg_helm *helm, int64_t ms)
{
    if (helm->paused || !helm->anchored || helm->pace.simulated_ms == 0 || ms == INT64_MAX)
        return INT64_MAX;
    return helm->anchor_ns + real_ns(helm, ms - helm->anchor_ms);
}

int64_t lg_helm_slot_in_ns(const lg_helm *helm)
{
    lg_place slot = {.slot = helm->next.slot + (helm->next.tick > 0)};
    if (helm->paused || !helm->anchored || helm->pace.simulated_ms == 0)
        return -1;
    int64_t left = due_ns(helm, slot) - helm->now_ns();
    return left > 0 ? left : 0;
}

double lg_helm_patience(const lg_helm *helm, double slots)
{
    if (helm->paused || helm->pace.simulated_ms == 0)
        return 0;
    double most = slots * (double)real_ns(helm, helm->slot_ms) / (double)SECOND_NS;
    return most > LG_HELM_PATIENCE_MIN_S ? most : LG_HELM_PATIENCE_MIN_S;
}

bool lg_helm_news(lg_helm *helm, lg_text *out)
{
    if (helm->behind && !helm->told) {
        helm->told = true;
        lg_text_format(out,
                       "behind its pace: tick %u of slot %u is %.1f s late; it goes on as fast as "
                       "it can until it has caught up",
                       helm->next.tick, helm->next.slot, (double)helm->late_ns / SECOND_NS);
        return true;
    }
    if (!helm->caught_up)
        return false;
    helm->caught_up = false;
    bool told = helm->told;
    helm->told = false;
    if (told)
        lg_text_format(out, "caught up with its pace in slot %u", helm->next.slot);
    return told;
}
