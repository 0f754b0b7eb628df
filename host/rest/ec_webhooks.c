/* Webhooks and their log of the Energy Coordination API. A secret comes in and never out. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "rest/ec.h"

enum { URL_MAX = 2048, NAME_MAX_BYTES = 256, SECRET_MAX = 1024 };

static bool is_url(const char *url, bool insecure)
{
    static const char https[] = "https://", http[] = "http://";
    size_t skip = strncasecmp(url, https, sizeof https - 1) == 0             ? sizeof https - 1
                  : insecure && strncasecmp(url, http, sizeof http - 1) == 0 ? sizeof http - 1
                                                                             : 0;
    size_t host = skip ? strcspn(url + skip, "/?#") : 0;
    if (!host || memchr(url + skip, '@', host) || strchr(url, '#'))
        return false;
    for (const char *at = url; *at; at++)
        if (*at <= ' ' || *at >= 127)
            return false;
    return true;
}

/* Whether a callback is allowed is asked when it comes in, not again when it is read back. */
static const char *read_url(const lg_rest_ask *ask, const lg_rest_from *from, bool needed)
{
    const char *url = lg_rest_text(from, "webhookUrl", needed, URL_MAX);
    if (url && ask->live && !is_url(url, ask->live->insecure_callbacks))
        lg_rest_wrong(from->reply, "", "webhookUrl",
                      ask->live->insecure_callbacks
                          ? "an address is http:// or https:// with a host and without a user"
                          : "an address is https:// with a host and without a user");
    return url;
}

static void read_types(const lg_rest_from *from, lg_coord_webhook_draft *draft)
{
    const lg_json *list = lg_rest_array(from, "notificationTypes", false, LG_COORD_NOTIFY_COUNT);
    char path[48];
    uint32_t index = 0;
    draft->has_types = lg_rest_says(from, "notificationTypes");
    for (const lg_json *at = list ? list->first : NULL; at; at = at->next, index++) {
        int type =
            at->kind == LG_JSON_STRING ? lg_coord_word(lg_coord_notifications, at->text) : -1;
        snprintf(path, sizeof path, "notificationTypes[%u]", index);
        if (type < 0)
            lg_rest_wrong(from->reply, "", path, "this is no type of notification");
        else
            draft->types |= 1u << type;
    }
}

static lg_coord_webhook_draft read_webhook(lg_rest_ask *ask, const lg_rest_from *from, bool whole)
{
    lg_coord_webhook_draft draft = {
        .url = read_url(ask, from, whole),
        .name = lg_rest_text(from, "name", false, NAME_MAX_BYTES),
        .secret = lg_rest_text(from, "webhookSecret", false, SECRET_MAX),
        .has_name = whole || lg_rest_says(from, "name"),
        .has_secret = lg_rest_says(from, "webhookSecret"),
        .has_enabled = lg_rest_value(from, "enabled") != NULL,
    };
    draft.enabled = lg_rest_bool(from, "enabled", true);
    read_types(from, &draft);
    draft.has_types |= whole;
    if (draft.secret && !*draft.secret)
        draft.secret = NULL;
    return draft;
}

static void show(const lg_rest_ask *ask, lg_rest_reply *reply, const char *id)
{
    const lg_coord_webhook *webhook = lg_coord_table_find(&ask->tenant->webhooks, id);
    if (!webhook) {
        lg_rest_refuse(reply, 404, "there is no webhook \"%.128s\"", id);
        return;
    }
    reply->code = reply->code ? reply->code : 200;
    lg_rest_show_webhook(&reply->text, webhook);
}

void lg__ec_get_webhooks(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_table *all = &ask->tenant->webhooks;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"webhooks\":[");
    for (uint32_t i = 0; i < all->count; i++) {
        lg_text_str(&reply->text, i ? "," : "");
        lg_rest_show_webhook(&reply->text, (const lg_coord_webhook *)all->items[i]);
    }
    lg_text_str(&reply->text, "]}");
}

void lg__ec_post_webhook(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_webhook_draft draft = read_webhook(ask, &body, true);
    lg_coord_webhook *webhook;
    lg_coord_why why = {.path = ""};
    draft.has_enabled = false;
    if (!lg_rest_fine(reply) ||
        !lg_rest_done(reply, lg_coord_add_webhook(ask->coord, ask->tenant, &draft, &webhook, &why),
                      &why))
        return;
    reply->code = 201;
    show(ask, reply, webhook->item.id);
    snprintf(reply->place, sizeof reply->place, "/webhooks/%s", webhook->item.id);
}

void lg__ec_get_webhook(lg_rest_ask *ask, lg_rest_reply *reply)
{
    show(ask, reply, ask->words[0]);
}

static bool change(lg_rest_ask *ask, lg_rest_reply *reply, const lg_coord_webhook_draft *draft)
{
    return lg_rest_fine(reply) &&
           lg_rest_done(
               reply, lg_coord_change_webhook(ask->coord, ask->tenant, ask->words[0], draft), NULL);
}

/* Without a secret the one there is stays: it cannot be read, so it cannot be sent again. */
void lg__ec_put_webhook(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_webhook_draft draft = read_webhook(ask, &body, true);
    draft.has_enabled = true;
    if (change(ask, reply, &draft))
        show(ask, reply, ask->words[0]);
}

void lg__ec_patch_webhook(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_rest_from body = lg_rest_body(ask, reply);
    lg_coord_webhook_draft draft = read_webhook(ask, &body, false);
    if (change(ask, reply, &draft))
        show(ask, reply, ask->words[0]);
}

void lg__ec_delete_webhook(lg_rest_ask *ask, lg_rest_reply *reply)
{
    if (lg_rest_done(reply, lg_coord_drop_webhook(ask->coord, ask->tenant, ask->words[0]), NULL))
        reply->code = 204;
}

/* The second word is "true" or "false"; on the wire it stands in the query. */
void lg__ec_put_webhook_enabled(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const char *enabled = *ask->words[1] ? ask->words[1] : lg_rest_query(ask, reply, "enabled");
    bool on = enabled && strcasecmp(enabled, "true") == 0;
    if (!enabled || (!on && strcasecmp(enabled, "false") != 0)) {
        lg_rest_wrong(reply, "", "enabled", "true or false is expected here");
        return;
    }
    ask->words[1] = on ? "true" : "false";
    const lg_coord_webhook_draft draft = {.has_enabled = true, .enabled = on};
    if (change(ask, reply, &draft))
        reply->code = 204;
}

/* ---- the log ---- */

static void show_try(const lg_rest_ask *ask, lg_text *out, const lg_coord_try *entry)
{
    const lg_coord_delivery *d = lg_coord_table_find(&ask->tenant->deliveries, entry->delivery);
    lg_text_str(out, "{\"webhookId\":");
    lg_text_json(out, entry->webhook);
    lg_text_str(out, ",\"tenantId\":");
    lg_text_json(out, ask->tenant->item.id);
    lg_text_str(out, ",\"partnerEventId\":");
    lg_text_json(out, d->event);
    lg_text_str(out, ",\"notificationId\":");
    lg_text_json(out, entry->delivery);
    lg_text_format(
        out, ",\"notificationType\":\"%s\",\"notificationSent\":", lg_coord_notifications[d->type]);
    lg_rest_show_time(out, entry->item.created_us);
    lg_text_str(out, ",\"sparkSignature\":");
    lg_rest_show_text(out, entry->signature);
    lg_text_str(out, ",\"webhookUrl\":");
    lg_text_json(out, entry->url);
    lg_text_str(out, ",\"requestTimeout\":");
    lg_rest_show_bool(out, entry->timed_out);
    lg_text_str(out, ",\"responseStatusCode\":");
    if (entry->code)
        lg_text_int(out, entry->code);
    else
        lg_text_str(out, "null");
    lg_text_str(out, ",\"requestDurationMs\":");
    lg_text_int(out, entry->duration_ms);
    lg_text_char(out, '}');
}

/* Every try is a line, the newest first. */
void lg__ec_get_webhook_logs(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_table *tries = &ask->tenant->tries;
    lg_rest_page page = lg_rest_page_of(ask, reply);
    const char *webhook = lg_rest_query(ask, reply, "webhookId");
    uint64_t from = (uint64_t)(page.page - 1) * page.size;
    uint32_t total = 0;
    if (!lg_rest_fine(reply))
        return;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"webhookNotificationLogs\":[");
    for (uint32_t i = tries->count; i-- > 0;) {
        const lg_coord_try *entry = (const lg_coord_try *)tries->items[i];
        if (webhook && strcmp(entry->webhook, webhook) != 0)
            continue;
        if (total >= from && total - from < page.size) {
            lg_text_str(&reply->text, total > from ? "," : "");
            show_try(ask, &reply->text, entry);
        }
        total++;
    }
    lg_text_str(&reply->text, "],");
    lg_rest_show_pagination(&reply->text, page, total);
    lg_text_char(&reply->text, '}');
}

/* The latest try of a notification with the body that was sent. The published file knows no 404
 * here. */
void lg__ec_get_webhook_log(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_try *found = NULL;
    lg_text content;
    for (uint32_t i = ask->tenant->tries.count; i-- > 0 && !found;) {
        const lg_coord_try *entry = (const lg_coord_try *)ask->tenant->tries.items[i];
        found = strcmp(entry->delivery, ask->words[0]) == 0 ? entry : NULL;
    }
    if (!found) {
        lg_rest_refuse(reply, 400, "no notification \"%.128s\" is in the log", ask->words[0]);
        return;
    }
    const lg_coord_delivery *d = lg_coord_table_find(&ask->tenant->deliveries, found->delivery);
    lg_text_init(&content, reply->text.mem);
    lg_rest_show_notification(&content, d, lg_coord_table_find(&ask->tenant->events, d->event));
    reply->code = 200;
    lg_text_str(&reply->text, "{\"webhookNotificationLog\":");
    show_try(ask, &reply->text, found);
    lg_text_str(&reply->text, ",\"notificationContent\":");
    lg_text_json(&reply->text, lg_text_peek(&content));
    lg_text_char(&reply->text, '}');
    reply->text.failed |= content.failed;
    lg_text_fini(&content);
}
