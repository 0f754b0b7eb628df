/* Registering says that somebody is there for an asset or market; it trades when an aggregator has
 * selected it, or when none does (direct.c). A message does not say whose it is: so a registration
 * that was never selected is the first to be taken back, and whoever was refused an asset can go
 * without taking it from who has it. */
#include "gsy.h"

#include <stdio.h>
#include <string.h>

static const char unregistered[] = "Client should be registered in order to access this area.";

static void answer(gsy *g, const char *prefix, const char *what)
{
    char channel[512];
    snprintf(channel, sizeof channel, "%s/response/%s", prefix, what);
    put(&g->text, "}");
    gsy_publish(g, channel);
}

/* Who is registered already gets the same answer again: its client may have been started anew. */
static void enter(gsy *g, gsy_node *node, const char *prefix, const char *what,
                  const char *transaction)
{
    node->waiting = true;
    node->channel = strcmp(prefix, node->slug) == 0 ? node->slug : node->is.name;
    direct_soon(g, node);
    out_clear(&g->text);
    put(&g->text, "{\"command\": \"register\", \"status\": \"ready\", \"registered\": true, ");
    put_pair(&g->text, "transaction_id", transaction);
    put(&g->text, ", ");
    put_pair(&g->text, "device_uuid", node->is.uuid);
    answer(g, prefix, what);
}

/* In both shapes: that of the exchange, and the one that the SDK asks for. */
static void leave(gsy *g, gsy_node *node, const char *prefix, const char *what,
                  const char *transaction)
{
    bool there = node->waiting || people_release(g, node);
    node->waiting = false;
    out_clear(&g->text);
    put(&g->text, "{\"command\": \"unregister\", ");
    if (there) {
        put(&g->text, "\"status\": \"ready\", \"response\": \"success\", \"unregistered\": true, ");
    } else {
        put(&g->text, "\"status\": \"error\", ");
        put_pair(&g->text, "error_message", unregistered);
        put(&g->text, ", ");
    }
    put_pair(&g->text, "transaction_id", transaction);
    answer(g, prefix, what);
}

static void refuse(gsy *g, const char *prefix, const char *type, const char *transaction,
                   const char *why)
{
    out_clear(&g->text);
    put(&g->text, "{");
    put_pair(&g->text, "command", type);
    put(&g->text, ", \"status\": \"error\", ");
    put_pair(&g->text, "error_message", why);
    put(&g->text, ", ");
    put_pair(&g->text, "transaction_id", transaction);
    answer(g, prefix, type);
}

void registry_taken(gsy_node *node, bool known)
{
    node->waiting = node->waiting && known;
    node->lone = 0;
}

void registry_left(gsy_node *node)
{
    node->waiting = true;
}

void registry_command(gsy *g, gsy_node *node, const char *prefix, const char *what,
                      const char *bytes, size_t size)
{
    json_message message;
    char channel[512];
    snprintf(channel, sizeof channel, "%s/%s", prefix, what);
    bool read = json_read(bytes, size, &message);
    const char *transaction = json_text(message.top, "transaction_id");
    const gsy_aggregator *owner = people_owner(g, node);
    if (!transaction) {
        gsy_complain(g, &node->complained, channel,
                     read ? "it has no transaction_id" : json_why(&message));
    } else if (!read) {
        gsy_complain(g, &node->complained, channel, json_why(&message));
        refuse(g, prefix, what, transaction, json_why(&message));
    } else if (strcmp(what, "register_participant") == 0) {
        enter(g, node, prefix, what, transaction);
    } else if (strcmp(what, "unregister_participant") == 0) {
        leave(g, node, prefix, what, transaction);
    } else if (owner && !owner->node) {
        refuse(g, prefix, what, transaction, "An aggregator has selected this asset or market.");
    } else if (!owner && !node->waiting) {
        refuse(g, prefix, what, transaction, unregistered);
    } else {
        direct_command(g, node, prefix, what, &message, transaction);
        return;
    }
    json_free(&message);
}
