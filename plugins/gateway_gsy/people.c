/* Aggregators come with CREATE, or with their first SELECT, and go with DELETE, or when nobody has
 * listened to them for two slots: whoever is gone for good cannot say so. */
#include "gsy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNHEARD_MAX = 2 };

gsy_aggregator *people_by_id(const gsy *g, const char *id)
{
    for (uint32_t i = g->count; i-- > 0;) /* the last one of an id that came back */
        if (strcmp(g->people[i]->id, id) == 0)
            return g->people[i];
    return NULL;
}

gsy_aggregator *people_by_client(const gsy *g, uint32_t client)
{
    for (uint32_t i = 0; i < g->count; i++)
        if (g->people[i]->client == client)
            return g->people[i];
    return NULL;
}

bool people_has(const gsy *g, const gsy_aggregator *a, const gsy_node *node)
{
    return !a->gone && g->host->owner(g->host->ctx, node->is.kind, node->is.index) == a->client;
}

void people_channel(const gsy_aggregator *a, const char *what, char *text, size_t size)
{
    snprintf(text, size, "external-aggregator//%s/%s", a->id, what);
}

/* ---- coming ---- */

static gsy_aggregator *add(gsy *g, uint32_t client, const char *id, const char *name)
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
    a->client = client;
    a->last = &a->first;
    snprintf(a->id, sizeof a->id, "%s", id);
    snprintf(a->name, sizeof a->name, "%s", name);
    g->people[g->count++] = a;
    return a;
}

/* A client enters the run. NULL: the host does not let it in. */
static gsy_aggregator *enter(gsy *g, const char *id, const char *name)
{
    uint32_t client;
    if (g->host->enter(g->host->ctx, id, name, &client) != LG_OK)
        return NULL;
    return add(g, client, id, name);
}

static void count_nodes(const gsy *g, gsy_aggregator *a)
{
    a->assets = a->markets = 0;
    for (uint32_t i = 0; i < g->asset_count; i++)
        a->assets += people_has(g, a, &g->assets[i]);
    for (uint32_t i = 0; i < g->area_count; i++)
        a->markets += people_has(g, a, &g->areas[i]);
}

bool people_open(gsy *g)
{
    const char *id, *name;
    uint32_t gone;
    for (uint32_t i = 0; g->host->client(g->host->ctx, i, &id, &name, &gone); i++) {
        gsy_aggregator *a = add(g, i, id, name);
        if (!a)
            return false;
        a->gone = gone;
        count_nodes(g, a);
    }
    return true;
}

void people_close(gsy *g)
{
    for (uint32_t i = 0; i < g->count; i++) {
        gsy_aggregator *a = g->people[i];
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
    free(g->people);
}

/* ---- answers ---- */

static void begin(gsy *g, const char *status)
{
    out_clear(&g->text);
    put(&g->text, "{");
    put_pair(&g->text, "status", status);
}

static void put_member(gsy *g, const char *key, const char *text)
{
    put(&g->text, ", ");
    put_pair(&g->text, key, text);
}

/* Every listener needs transaction_id and status in what comes here. */
static void end(gsy *g, const char *transaction)
{
    put_member(g, "transaction_id", transaction);
    put(&g->text, "}");
    gsy_publish(g, "aggregator-response");
}

/* What may become part of a channel and of the journal. */
static bool is_id(const char *id)
{
    size_t length = strlen(id);
    return length > 0 && length <= ID_MAX &&
           strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == length;
}

static void create(gsy *g, const json *message, const char *transaction)
{
    const char *name = json_text(message, "name");
    const gsy_aggregator *there = people_by_id(g, transaction);
    bool fine = is_id(transaction) && (!there || there->gone);
    if (fine && enter(g, transaction, name && strlen(name) <= NAME_MAX_LETTERS ? name : "")) {
        begin(g, "ready");
        put_member(g, "name", name ? name : "");
    } else {
        begin(g, "error");
        put_member(g, "aggregator_uuid", transaction);
    }
    end(g, transaction);
}

static void answer_selection(gsy *g, const char *status, const char *id, const char *uuid,
                             const char *transaction, const char *why)
{
    begin(g, status);
    put_member(g, "aggregator_uuid", id);
    put_member(g, "device_uuid", uuid);
    if (why)
        put_member(g, "msg", why);
    end(g, transaction);
}

static void take(gsy *g, gsy_aggregator *a, gsy_node *node)
{
    node->registered = true;
    count_nodes(g, a);
    gsy_say(g, LG_LOG_INFO, "%s controls %s", *a->name ? a->name : a->id, node->is.name);
}

/* Whether anybody listens to the owner is what Redis says of a message to it: one that clients of
 * the original leave alone. PUBSUB NUMSUB does not count who listens by a pattern, as they do. */
static bool ask_whether_there(gsy *g, gsy_aggregator *owner, const char *id, gsy_node *node,
                              const char *transaction)
{
    size_t length = strlen(transaction);
    gsy_asked *asked = malloc(sizeof *asked + length + 1);
    if (!asked)
        return false;
    *asked = (gsy_asked){.next = owner->asked, .node = node};
    snprintf(asked->id, sizeof asked->id, "%s", id);
    memcpy(asked->transaction, transaction, length + 1);
    owner->asked = asked;
    tree_probe(g, owner);
    return true;
}

/* @p sure: whoever has it was seen to listen, or cannot be asked. */
static void choose(gsy *g, const char *id, gsy_node *node, const char *transaction, bool sure)
{
    char why[200];
    gsy_aggregator *a = people_by_id(g, id);
    if (!a || a->gone)
        a = enter(g, id, a ? a->name : "");
    int32_t status =
        a ? g->host->claim(g->host->ctx, a->client, node->is.kind, node->is.index) : LG_LIMIT;
    if (status == LG_OK) {
        take(g, a, node);
        answer_selection(g, "SELECTED", id, node->is.uuid, transaction, NULL);
        return;
    }
    gsy_aggregator *owner =
        people_by_client(g, g->host->owner(g->host->ctx, node->is.kind, node->is.index));
    if (a && owner && !sure && ask_whether_there(g, owner, id, node, transaction))
        return;
    if (owner)
        snprintf(why, sizeof why, "Device already have selected %s", owner->id);
    answer_selection(g, "error", id, node->is.uuid, transaction,
                     owner ? why : "the exchange takes no more aggregators");
}

static void select_node(gsy *g, const json *message, const char *transaction)
{
    const char *id = json_text(message, "aggregator_uuid");
    const char *uuid = json_text(message, "device_uuid");
    if (!id || !uuid || !is_id(id)) {
        answer_selection(g, "error", id ? id : "", uuid ? uuid : "", transaction,
                         "aggregator_uuid and device_uuid are needed");
        return;
    }
    gsy_node *node = names_by_uuid(g, uuid);
    if (!node || !node->open) {
        answer_selection(g, "error", id, uuid, transaction,
                         "no asset or market with this uuid can be selected");
        return;
    }
    choose(g, id, node, transaction, false);
}

static void unselect(gsy *g, const json *message, const char *transaction)
{
    const char *id = json_text(message, "aggregator_uuid");
    const char *uuid = json_text(message, "device_uuid");
    const gsy_node *node = uuid ? names_by_uuid(g, uuid) : NULL;
    gsy_aggregator *a = id ? people_by_id(g, id) : NULL;
    if (a && node && people_has(g, a, node)) {
        people_release(g, node);
        answer_selection(g, "UNSELECTED", id, uuid, transaction, NULL);
    } else {
        answer_selection(g, "error", id ? id : "", uuid ? uuid : "", transaction,
                         "the aggregator has not selected this device");
    }
}

static void leave(gsy *g, gsy_aggregator *a, const char *why)
{
    if (g->host->leave(g->host->ctx, a->client) != LG_OK)
        return;
    a->gone = true;
    gsy_say(g, LG_LOG_INFO, "%s %s; who had its %u assets and %u markets has them again",
            *a->name ? a->name : a->id, why, a->assets, a->markets);
    a->assets = a->markets = 0;
}

static void delete (gsy *g, const json *message, const char *transaction)
{
    const char *id = json_text(message, "aggregator_uuid");
    gsy_aggregator *a = id ? people_by_id(g, id) : NULL;
    bool there = a && !a->gone;
    if (there)
        leave(g, a, "is deleted");
    begin(g, there ? "deleted" : "error");
    put_member(g, "aggregator_uuid", id ? id : "");
    if (!there)
        put_member(g, "msg", "there is no such aggregator");
    end(g, transaction);
}

void people_command(gsy *g, const char *channel, const char *bytes, size_t size)
{
    json_message message;
    bool own = strcmp(channel, "aggregator-commands") == 0;
    bool told = g->complaints & (own ? 1u : 2u);
    if (!json_read(bytes, size, &message)) {
        gsy_complain(g, &told, channel, "it is no JSON object");
        g->complaints |= own ? 1 : 2;
        json_free(&message);
        return;
    }
    const char *transaction = json_text(message.top, "transaction_id");
    const char *type = json_text(message.top, "type");
    if (!transaction) {
        gsy_complain(g, &told, channel, "it has no transaction_id");
        g->complaints |= own ? 1 : 2;
    } else if (type && strcmp(type, "CREATE") == 0) {
        create(g, message.top, transaction);
    } else if (type && strcmp(type, "SELECT") == 0) {
        select_node(g, message.top, transaction);
    } else if (type && strcmp(type, "UNSELECT") == 0) {
        unselect(g, message.top, transaction);
    } else if (type && strcmp(type, "DELETE") == 0) {
        delete (g, message.top, transaction);
    } else {
        begin(g, "error");
        put_member(g, "msg", "type has to be CREATE, SELECT, UNSELECT or DELETE");
        end(g, transaction);
    }
    json_free(&message);
}

/* ---- going ---- */

void people_release(gsy *g, const gsy_node *node)
{
    uint32_t client = g->host->owner(g->host->ctx, node->is.kind, node->is.index);
    gsy_aggregator *a = client == NONE ? NULL : people_by_client(g, client);
    if (!a || g->host->release(g->host->ctx, client, node->is.kind, node->is.index) != LG_OK)
        return;
    count_nodes(g, a);
    gsy_say(g, LG_LOG_INFO, "%s gives %s back", *a->name ? a->name : a->id, node->is.name);
}

/* Who has asked for what @p a has gets it, if nobody listens to @p a any more. */
static void answer_asked(gsy *g, gsy_aggregator *a, bool heard)
{
    gsy_asked *asked = a->asked;
    a->asked = NULL;
    if (asked && !heard && !a->gone)
        leave(g, a, "does not listen any more and another one asks for what it has");
    while (asked) {
        gsy_asked *next = asked->next;
        choose(g, asked->id, asked->node, asked->transaction, true);
        free(asked);
        asked = next;
    }
}

/* The number that Redis tells of events: of a slot's first one. */
void people_heard(gsy *g, uint32_t client, uint32_t listeners)
{
    gsy_aggregator *a = people_by_client(g, client);
    if (a)
        answer_asked(g, a, listeners > 0);
    if (!a || a->gone)
        return;
    if (listeners) {
        a->unheard = 0;
        return;
    }
    g->host->unexpect(g->host->ctx, client);
    if (++a->unheard >= UNHEARD_MAX)
        leave(g, a, "has not listened for two slots");
}
