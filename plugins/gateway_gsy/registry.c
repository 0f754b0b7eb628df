/* Registering says that somebody is there for an asset or market; it trades when an aggregator has
 * selected it. */
#include "gsy.h"

#include <stdio.h>
#include <string.h>

static void answer(gsy *g, const gsy_node *node, const char *what)
{
    char channel[512];
    snprintf(channel, sizeof channel, "%s/response/%s", node->channel, what);
    put(&g->text, "}");
    gsy_publish(g, channel);
}

/* Who is registered already gets the same answer again: its client may have been started anew. */
static void enter(gsy *g, gsy_node *node, const char *what, const char *transaction)
{
    node->registered = true;
    put(&g->text, "{\"command\": \"register\", \"status\": \"ready\", \"registered\": true, ");
    put_pair(&g->text, "transaction_id", transaction);
    put(&g->text, ", ");
    put_pair(&g->text, "device_uuid", node->is.uuid);
    answer(g, node, what);
}

/* In both shapes: that of the exchange, and the one that the SDK asks for. */
static void leave(gsy *g, gsy_node *node, const char *what, const char *transaction)
{
    put(&g->text, "{\"command\": \"unregister\", ");
    if (node->registered) {
        people_release(g, node);
        out_clear(&g->text);
        put(&g->text, "{\"command\": \"unregister\", \"status\": \"ready\", \"response\": "
                      "\"success\", \"unregistered\": true, ");
    } else {
        put(&g->text, "\"status\": \"error\", \"error_message\": \"Client should be registered in "
                      "order to access this area.\", ");
    }
    node->registered = false;
    put_pair(&g->text, "transaction_id", transaction);
    answer(g, node, what);
}

void registry_command(gsy *g, gsy_node *node, const char *what, const char *bytes, size_t size)
{
    json_message message;
    char channel[512];
    snprintf(channel, sizeof channel, "%s/%s", node->channel, what);
    bool read = json_read(bytes, size, &message);
    const char *transaction = json_text(message.top, "transaction_id");
    out_clear(&g->text);
    if (!transaction)
        gsy_complain(g, &node->complained, channel,
                     read ? "it has no transaction_id" : "it is no JSON object");
    else if (strcmp(what, "register_participant") == 0)
        enter(g, node, what, transaction);
    else
        leave(g, node, what, transaction);
    json_free(&message);
}
