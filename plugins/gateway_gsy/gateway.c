/* From open to close: who listens to which channel, and which file a message goes to. */
#include "gateway.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gsy.h"

/* Channels that are everybody's, and the bit of gsy.complaints for each. */
static const char *const shared[] = {
    "aggregator-commands",
    "aggregator", /* where the SDK deletes one */
    "external-aggregator//batch_commands",
};
enum { BATCHES = 2 };
#define TOO_LONG (1u << 31) /* another of these bits: of a message that was too long */

void gsy_say(const gsy *g, uint32_t level, const char *format, ...)
{
    char sentence[400];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    g->host->say(g->host->ctx, level, sentence);
}

void gsy_publish_to(gsy *g, const char *channel, uint32_t client)
{
    if (g->text.failed)
        gsy_say(g, LG_LOG_ERROR, "out of memory for a message on %.100s", channel);
    else
        link_publish(g->link, channel, out_peek(&g->text), g->text.length, client);
}

void gsy_publish(gsy *g, const char *channel)
{
    gsy_publish_to(g, channel, NONE);
}

void gsy_complain(gsy *g, bool *told, const char *channel, const char *why)
{
    if (!*told)
        gsy_say(g, LG_LOG_WARN,
                "a message on %.100s was dropped: %s; more of them there are dropped unsaid",
                channel, why);
    *told = true;
}

/* ---- messages ---- */

/* Whether another node's word is the same is seen where a message comes. */
static void listen_to_word(const gsy_word *word, redis_link *l)
{
    static const char *const all[] = {"register_participant", "unregister_participant", NULL};
    const char *const *lists[] = {all, direct_commands(word->node)};
    char channel[512];
    for (int i = 0; i < 2; i++)
        for (const char *const *command = lists[i]; *command; command++) {
            snprintf(channel, sizeof channel, "%s/%s", word->text, *command);
            link_listen(l, channel);
        }
}

static void listen_to_all(void *ctx, redis_link *l)
{
    gsy *g = ctx;
    handshake_forget(g);
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        link_listen(l, shared[i]);
    steering_listen(l);
    for (uint32_t i = 0; i < g->word_count; i++)
        listen_to_word(&g->words[i], l);
}

static void dispatch(gsy *g, const char *channel, const char *bytes, size_t size)
{
    const char *slash = strrchr(channel, '/');
    if (strcmp(channel, shared[BATCHES]) == 0) {
        batch_command(g, bytes, size);
    } else if (strcmp(channel, shared[0]) == 0 || strcmp(channel, shared[1]) == 0) {
        handshake_command(g, channel, bytes, size);
    } else if (!steering_command(g, channel, bytes, size) && slash) {
        size_t length = (size_t)(slash - channel);
        gsy_node *node = names_by_word(g, channel, length);
        char prefix[400];
        snprintf(prefix, sizeof prefix, "%.*s", (int)length, channel);
        if (node)
            registry_command(g, node, prefix, slash + 1, bytes, size);
    }
}

static void message(void *ctx, const char *channel, const char *bytes, size_t size)
{
    gsy *g = ctx;
    if (size <= LINK_MESSAGE_MAX)
        dispatch(g, channel, bytes, size);
    else if (strcmp(channel, shared[BATCHES]) == 0) /* somebody waits for an answer */
        batch_too_long(g, bytes, size);
    if (size > LINK_MESSAGE_MAX && !(g->complaints & TOO_LONG))
        gsy_say(g, LG_LOG_WARN,
                "a message of %zu bytes on %.100s was dropped; up to %d are read; more such are "
                "dropped unsaid",
                size, channel, LINK_MESSAGE_MAX);
    g->complaints |= size > LINK_MESSAGE_MAX ? TOO_LONG : 0;
    link_flush(g->link);
}

static void heard(void *ctx, uint32_t client, uint32_t listeners)
{
    people_heard(ctx, client, listeners);
}

/* ---- life ---- */

int32_t gsy_open(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway)
{
    gsy *g = calloc(1, sizeof *g);
    if (!g)
        return LG_MEMORY;
    g->host = host;
    g->rate_slot = NONE;
    g->last_maker_rate = g->maker_rate = NAN;
    if (!names_open(g) || !people_open(g) || !steering_open(g) || !direct_open(g)) {
        gsy_close(g);
        return LG_MEMORY;
    }
    const link_input input = {
        .host = host,
        .address = g->address = strdup(info->address),
        .channels = listen_to_all,
        .message = message,
        .heard = heard,
        .ctx = g,
    };
    g->link = g->address ? link_open(&input) : NULL;
    if (!g->link) {
        bool memory = !g->address;
        gsy_close(g);
        return memory ? LG_MEMORY : LG_INVALID;
    }
    *gateway = g;
    return LG_OK;
}

void gsy_close(void *gateway)
{
    gsy *g = gateway;
    link_close(g->link);
    steering_close(g);
    direct_close(g);
    people_close(g);
    names_close(g);
    out_free(&g->text);
    out_free(&g->tree);
    out_free(&g->own);
    free(g->address);
    free(g);
}

int32_t gsy_busy(void *gateway)
{
    const gsy *g = gateway;
    return link_is_busy(g->link);
}

/* ---- what happens in a tick ---- */

void gsy_moment(void *gateway, uint32_t what)
{
    gsy *g = gateway;
    tree_moment(g, what);
    link_flush(g->link);
}

void gsy_before(void *gateway, uint32_t client, uint64_t batch, uint32_t index)
{
    batch_before(gateway, client, batch, index);
}

void gsy_after(void *gateway, uint32_t client, uint64_t batch, uint32_t index,
               const lg_gateway_answer *answer)
{
    batch_after(gateway, client, batch, index, answer);
}

void gsy_done(void *gateway, uint32_t client, uint64_t batch)
{
    gsy *g = gateway;
    batch_done(g, client, batch);
    link_flush(g->link);
}

void gsy_trade(void *gateway, uint32_t client, const lg_gateway_trade *trade)
{
    trades_add(gateway, client, trade);
}

void gsy_ticked(void *gateway, uint32_t client)
{
    gsy *g = gateway;
    trades_send(g, client);
    link_flush(g->link);
}
