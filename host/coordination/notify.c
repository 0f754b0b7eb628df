/* How long a failed delivery waits is drawn from its id, so that the same tries follow again after
 * a restart. */
#include "coordination/notify.h"

#include <stdio.h>
#include <string.h>
#include "base/hash.h"

static lg_coord_webhook *copy_webhook(lg_coord *coord, const char *id, const lg_coord_webhook *old,
                                      const lg_coord_webhook_draft *draft)
{
    bool failed = false;
    lg_coord_webhook *w = lg_coord_item_new(coord->mem, sizeof *w, id);
    if (!w)
        return NULL;
    lg_coord_item *item = &w->item;
    w->url = lg_coord_item_text(item, draft->url ? draft->url : old->url, &failed);
    w->name = lg_coord_item_text(item,
                                 draft->has_name ? draft->name
                                 : old           ? old->name
                                                 : NULL,
                                 &failed);
    w->secret = lg_coord_item_text(item,
                                   draft->has_secret ? draft->secret
                                   : old             ? old->secret
                                                     : NULL,
                                   &failed);
    w->types = draft->has_types ? draft->types : old ? old->types : 0;
    w->enabled = draft->has_enabled ? draft->enabled : old ? old->enabled : true;
    w->health = old ? old->health : LG_COORD_HEALTH_New;
    w->tried_us = old ? old->tried_us : INT64_MIN;
    item->created_us = item->modified_us = coord->now_us;
    if (!failed)
        return w;
    lg_coord_item_free(item);
    return NULL;
}

lg_coord_result lg_coord_add_webhook(lg_coord *coord, lg_coord_tenant *tenant,
                                     const lg_coord_webhook_draft *draft, lg_coord_webhook **out,
                                     lg_coord_why *why)
{
    char id[37];
    *out = NULL;
    if (tenant->webhooks.count >= LG_COORD_WEBHOOKS_MAX)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "there may be %d webhooks",
                               LG_COORD_WEBHOOKS_MAX);
    lg_coord_new_id(coord, id);
    lg_coord_webhook *w = copy_webhook(coord, id, NULL, draft);
    if (!w)
        return LG_COORD_MEMORY;
    if (!lg_coord_table_add(&tenant->webhooks, &w->item)) {
        lg_coord_item_free(&w->item);
        return LG_COORD_MEMORY;
    }
    *out = w;
    return LG_COORD_DONE;
}

static void give_up_all(lg_coord_tenant *tenant, const char *webhook)
{
    for (uint32_t i = 0; i < tenant->deliveries.count; i++) {
        lg_coord_delivery *d = (lg_coord_delivery *)tenant->deliveries.items[i];
        if (d->state == LG_COORD_WAITING && strcmp(d->webhook, webhook) == 0)
            d->state = LG_COORD_GIVEN_UP;
    }
}

lg_coord_result lg_coord_change_webhook(lg_coord *coord, lg_coord_tenant *tenant, const char *id,
                                        const lg_coord_webhook_draft *draft)
{
    lg_coord_webhook *old = lg_coord_table_find(&tenant->webhooks, id);
    if (!old)
        return LG_COORD_UNKNOWN;
    lg_coord_webhook *next = copy_webhook(coord, id, old, draft);
    if (!next)
        return LG_COORD_MEMORY;
    lg_coord_table_swap(&tenant->webhooks, &old->item, &next->item);
    if (!next->enabled)
        give_up_all(tenant, id);
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_drop_webhook(lg_coord *coord, lg_coord_tenant *tenant, const char *id)
{
    lg_coord_item *webhook = lg_coord_table_find(&tenant->webhooks, id);
    (void)coord;
    if (!webhook)
        return LG_COORD_UNKNOWN;
    give_up_all(tenant, id);
    lg_coord_table_drop(&tenant->webhooks, webhook);
    return LG_COORD_DONE;
}

const lg_coord_delivery *lg_coord_next_delivery(const lg_coord_tenant *tenant, const char *webhook)
{
    for (uint32_t i = 0; i < tenant->deliveries.count; i++) {
        const lg_coord_delivery *d = (const lg_coord_delivery *)tenant->deliveries.items[i];
        if (d->state == LG_COORD_WAITING && strcmp(d->webhook, webhook) == 0)
            return d;
    }
    return NULL;
}

/* ---- queueing ---- */

static bool wants(const lg_coord_webhook *w, uint32_t type)
{
    return w->enabled && (w->types == 0 || (w->types >> type & 1));
}

static uint32_t waiting_for(const lg_coord_tenant *tenant, const char *webhook)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < tenant->deliveries.count; i++) {
        const lg_coord_delivery *d = (const lg_coord_delivery *)tenant->deliveries.items[i];
        count += d->state == LG_COORD_WAITING && strcmp(d->webhook, webhook) == 0;
    }
    return count;
}

/* Deliveries that are over and of which the log says nothing any more. */
static void forget_deliveries(lg_coord_tenant *tenant)
{
    for (uint32_t i = tenant->deliveries.count; i-- > 0;) {
        const lg_coord_delivery *d = (const lg_coord_delivery *)tenant->deliveries.items[i];
        if (d->state != LG_COORD_WAITING && d->kept == 0)
            lg_coord_table_drop(&tenant->deliveries, tenant->deliveries.items[i]);
    }
}

static bool queue(lg_coord *coord, lg_coord_tenant *tenant, const lg_coord_webhook *w,
                  const lg_coord_event *event)
{
    char id[37];
    bool failed = false;
    lg_coord_new_id(coord, id);
    lg_coord_delivery *d = lg_coord_item_new(coord->mem, sizeof *d, id);
    if (!d)
        return false;
    d->webhook = lg_coord_item_text(&d->item, w->item.id, &failed);
    d->event = lg_coord_item_text(&d->item, event->item.id, &failed);
    d->type = (lg_coord_notification)event->body.kind; /* the lists have the same order */
    d->due_us = d->item.created_us = d->item.modified_us = coord->now_us;
    if (!failed && lg_coord_table_add(&tenant->deliveries, &d->item))
        return true;
    lg_coord_item_free(&d->item);
    return false;
}

lg_coord_result lg_coord_notify(lg_coord *coord, lg_coord_tenant *tenant,
                                const lg_coord_event *event)
{
    uint32_t queued = 0;
    for (uint32_t i = 0; i < tenant->webhooks.count; i++) {
        const lg_coord_webhook *w = (const lg_coord_webhook *)tenant->webhooks.items[i];
        if (!wants(w, (uint32_t)event->body.kind))
            continue;
        if (!queue(coord, tenant, w, event)) {
            for (; queued > 0; queued--)
                lg_coord_table_drop(&tenant->deliveries,
                                    tenant->deliveries.items[tenant->deliveries.count - 1]);
            return LG_COORD_MEMORY;
        }
        queued++;
    }
    for (uint32_t i = 0; i < tenant->webhooks.count; i++) {
        const char *id = tenant->webhooks.items[i]->id;
        if (waiting_for(tenant, id) > LG_COORD_WAITING_MAX)
            ((lg_coord_delivery *)lg_coord_next_delivery(tenant, id))->state = LG_COORD_GIVEN_UP;
    }
    forget_deliveries(tenant);
    return LG_COORD_DONE;
}

/* ---- tries ---- */

int64_t lg_coord_pause_us(const char *id, uint32_t number)
{
    static const int64_t seconds[] = {1, 4, 16};
    int64_t whole = seconds[number - 1] * LG_COORD_SECOND_US;
    uint64_t draw = lg_hash64(number, id, strlen(id)) % 401;
    return whole * (800 + (int64_t)draw) / 1000;
}

static lg_coord_health health_of(const lg_coord_outcome *outcome)
{
    if (outcome->code >= 200 && outcome->code < 300)
        return LG_COORD_HEALTH_Healthy;
    return outcome->timed_out ? LG_COORD_HEALTH_TimeOut : LG_COORD_HEALTH_Unhealthy;
}

/* The oldest lines of the log, of which there are too many or which are too old. */
static void forget_tries(lg_coord *coord, lg_coord_tenant *tenant)
{
    while (tenant->tries.count) {
        lg_coord_try *oldest = (lg_coord_try *)tenant->tries.items[0];
        if (tenant->tries.count <= LG_COORD_LOG_MAX &&
            oldest->item.created_us >= coord->now_us - LG_COORD_LOG_US)
            break;
        lg_coord_delivery *d = lg_coord_table_find(&tenant->deliveries, oldest->delivery);
        if (d)
            d->kept--;
        lg_coord_table_drop(&tenant->tries, &oldest->item);
    }
}

static lg_coord_try *log_try(lg_coord *coord, lg_coord_tenant *tenant, const lg_coord_delivery *d,
                             const lg_coord_outcome *outcome)
{
    char id[64];
    bool failed = false;
    snprintf(id, sizeof id, "%s/%u", d->item.id, d->tries + 1);
    lg_coord_try *entry = lg_coord_item_new(coord->mem, sizeof *entry, id);
    if (!entry)
        return NULL;
    entry->delivery = lg_coord_item_text(&entry->item, d->item.id, &failed);
    entry->webhook = lg_coord_item_text(&entry->item, d->webhook, &failed);
    entry->url = lg_coord_item_text(&entry->item, outcome->url, &failed);
    entry->signature = lg_coord_item_text(&entry->item, outcome->signature, &failed);
    entry->timed_out = outcome->timed_out;
    entry->code = outcome->code;
    entry->duration_ms = outcome->duration_ms;
    entry->item.created_us = outcome->sent_us;
    entry->item.modified_us = coord->now_us;
    if (!failed && lg_coord_table_add(&tenant->tries, &entry->item))
        return entry;
    lg_coord_item_free(&entry->item);
    return NULL;
}

lg_coord_result lg_coord_tried(lg_coord *coord, lg_coord_tenant *tenant, const char *id,
                               const lg_coord_outcome *outcome)
{
    lg_coord_delivery *d = lg_coord_table_find(&tenant->deliveries, id);
    if (!d || d->state != LG_COORD_WAITING)
        return LG_COORD_UNKNOWN;
    if (!log_try(coord, tenant, d, outcome))
        return LG_COORD_MEMORY;
    lg_coord_webhook *w = lg_coord_table_find(&tenant->webhooks, d->webhook);
    lg_coord_health health = health_of(outcome);
    d->tries++;
    d->kept++;
    d->item.modified_us = coord->now_us;
    if (health == LG_COORD_HEALTH_Healthy)
        d->state = LG_COORD_DELIVERED;
    else if (d->tries == LG_COORD_TRIES_MAX)
        d->state = LG_COORD_GIVEN_UP;
    else
        d->due_us = coord->now_us + lg_coord_pause_us(d->item.id, d->tries);
    if (w) {
        w->health = health;
        w->tried_us = outcome->sent_us;
    }
    forget_tries(coord, tenant);
    return LG_COORD_DONE;
}
