/* What aggregators say of themselves: CREATE, SELECT, UNSELECT, DELETE, and what they are answered.
 */
#include "gsy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin(gsy *g, const char *status)
{
    out_clear(&g->text);
    put(&g->text, "{");
    put_pair(&g->text, "status", status);
}

/* Every listener needs transaction_id and status in what comes here. */
static void end(gsy *g, const char *transaction)
{
    put_member(&g->text, "transaction_id", transaction);
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
    if (fine && people_add(g, transaction, name && strlen(name) <= NAME_MAX_LETTERS ? name : "")) {
        begin(g, "ready");
        put_member(&g->text, "name", name ? name : "");
    } else {
        begin(g, "error");
        put_member(&g->text, "aggregator_uuid", transaction);
    }
    end(g, transaction);
}

static void answer_selection(gsy *g, const char *status, const char *id, const char *uuid,
                             const char *transaction, const char *why)
{
    begin(g, status);
    put_member(&g->text, "aggregator_uuid", id);
    put_member(&g->text, "device_uuid", uuid);
    if (why)
        put_member(&g->text, "msg", why);
    end(g, transaction);
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
    bool waits = owner->asked != NULL; /* for the answer to a probe before */
    owner->asked = asked;
    if (!waits)
        tree_probe(g, owner);
    return true;
}

static void refuse_choice(gsy *g, const char *id, const gsy_node *node, const char *transaction,
                          const gsy_aggregator *owner)
{
    char why[200];
    if (owner)
        snprintf(why, sizeof why, "Device already have selected %s", owner->id);
    answer_selection(g, "error", id, node->is.uuid, transaction,
                     owner ? why : "the exchange takes no more aggregators");
}

/* @p sure: whoever has it was seen to listen, or cannot be asked. Who trades for it alone gives
 * way: it is the same client that selects now. */
static void choose(gsy *g, const char *id, gsy_node *node, const char *transaction, bool sure)
{
    gsy_aggregator *owner = people_owner(g, node);
    if (owner && owner->node && people_release(g, node))
        owner = NULL;
    gsy_aggregator *a = people_by_id(g, id);
    if (!a || a->gone)
        a = people_add(g, id, a ? a->name : "");
    bool known = owner && owner == a, free_for_it = !owner || known;
    if (a && free_for_it && people_claim(g, a, node) == LG_OK) {
        registry_taken(node, known);
        if (!known)
            gsy_say(g, LG_LOG_INFO, "%s controls %s", *a->name ? a->name : a->id, node->is.name);
        answer_selection(g, "SELECTED", id, node->is.uuid, transaction, NULL);
    } else if (!a || !owner || sure || !ask_whether_there(g, owner, id, node, transaction)) {
        refuse_choice(g, id, node, transaction, owner);
    }
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
    const gsy_aggregator *there = people_by_id(g, id);
    if (there && there->node) {
        answer_selection(g, "error", id, uuid, transaction, "this is no aggregator's id");
        return;
    }
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
    gsy_node *node = uuid ? names_by_uuid(g, uuid) : NULL;
    const gsy_aggregator *a = id ? people_by_id(g, id) : NULL;
    if (a && !a->node && node && people_has(g, a, node) && people_release(g, node)) {
        registry_left(node);
        answer_selection(g, "UNSELECTED", id, uuid, transaction, NULL);
    } else {
        answer_selection(g, "error", id ? id : "", uuid ? uuid : "", transaction,
                         "the aggregator has not selected this device");
    }
}

static void delete (gsy *g, const json *message, const char *transaction)
{
    const char *id = json_text(message, "aggregator_uuid");
    gsy_aggregator *a = id ? people_by_id(g, id) : NULL;
    bool there = a && !a->gone && !a->node;
    if (there) {
        for (uint32_t i = 0; i < g->node_count; i++)
            if (people_has(g, a, g->by_uuid[i]))
                registry_left(g->by_uuid[i]);
        people_leave(g, a, "is deleted");
    }
    begin(g, there ? "deleted" : "error");
    put_member(&g->text, "aggregator_uuid", id ? id : "");
    if (!there)
        put_member(&g->text, "msg", "there is no such aggregator");
    end(g, transaction);
}

void handshake_command(gsy *g, const char *channel, const char *bytes, size_t size)
{
    json_message message;
    bool own = strcmp(channel, "aggregator-commands") == 0;
    bool told = g->complaints & (own ? 1u : 2u);
    if (!json_read(bytes, size, &message)) {
        gsy_complain(g, &told, channel, json_why(&message));
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
        put_member(&g->text, "msg", "type has to be CREATE, SELECT, UNSELECT or DELETE");
        end(g, transaction);
    }
    json_free(&message);
}

void handshake_heard(gsy *g, gsy_aggregator *a, bool heard)
{
    gsy_asked *asked = a->asked;
    a->asked = NULL;
    if (asked && !heard && !a->gone)
        people_leave(g, a, "does not listen any more and another one asks for what it has");
    while (asked) {
        gsy_asked *next = asked->next;
        choose(g, asked->id, asked->node, asked->transaction, true);
        free(asked);
        asked = next;
    }
}

void handshake_forget(gsy *g)
{
    for (uint32_t i = 0; i < g->count; i++)
        while (g->people[i]->asked) {
            gsy_asked *next = g->people[i]->asked->next;
            free(g->people[i]->asked);
            g->people[i]->asked = next;
        }
}
