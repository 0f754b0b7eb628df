/* What steers the run and not the market: pause, resume, stop; and the heartbeat. The first part of
 * these channels is the name of a simulation, which is empty here. */
#include "gsy.h"

#include <stdio.h>
#include <string.h>

enum { HEARTBEAT_MS = 5000 };

static const struct {
    const char *name;
    uint32_t what; /* 0: it is answered otherwise */
} channels[] = {
    {"pause", LG_GATEWAY_PAUSE}, {"resume", LG_GATEWAY_RESUME},
    {"stop", LG_GATEWAY_STOP},   {"area-map", 0},
    {"live-event", 0},           {"bulk-live-event", 0},
};

enum { CHANNELS = sizeof channels / sizeof *channels };

void steering_listen(redis_link *l)
{
    char channel[40];
    for (int i = 0; i < CHANNELS; i++) {
        snprintf(channel, sizeof channel, "/%s", channels[i].name);
        link_listen(l, channel);
    }
}

/* ---- heartbeat ---- */

static void beat(void *self)
{
    gsy *g = self;
    out_clear(&g->text);
    put_format(&g->text, "{\"time\": %lld}", (long long)(g->host->wall_ms(g->host->ctx) / 1000));
    gsy_publish(g, "gsy-e-heartbeat/");
    link_flush(g->link);
    g->host->set_alarm(g->host->ctx, g->heartbeat, HEARTBEAT_MS);
}

bool steering_open(gsy *g)
{
    g->heartbeat = g->host->alarm(g->host->ctx, beat, g);
    if (g->heartbeat)
        g->host->set_alarm(g->host->ctx, g->heartbeat, HEARTBEAT_MS);
    return g->heartbeat != NULL;
}

void steering_close(gsy *g)
{
    if (g->heartbeat)
        g->host->drop_alarm(g->host->ctx, g->heartbeat);
}

/* ---- commands ---- */

static void put_map(gsy *g)
{
    out *o = &g->text;
    put(o, ", \"area_mapping\": {");
    for (uint32_t i = 0; i < g->node_count; i++) {
        put(o, i ? ", " : "");
        put_pair(o, g->by_uuid[i]->is.uuid, g->by_uuid[i]->is.name);
    }
    put(o, "}");
}

static void answer(gsy *g, int which, const char *transaction)
{
    char channel[60];
    out *o = &g->text;
    uint32_t what = channels[which].what;
    bool map = strcmp(channels[which].name, "area-map") == 0;
    bool fine = what ? g->host->control(g->host->ctx, what) == LG_OK : map;
    out_clear(o);
    put(o, "{");
    put_pair(o, "command", channels[which].name);
    put(o, ", \"simulation_id\": \"\", ");
    put_pair(o, "transaction_id", transaction);
    put(o, ", ");
    put_pair(o, "status", fine ? "success" : "error");
    if (map)
        put_map(g);
    if (!fine)
        put(o, ", \"error_message\": \"live events are events of the scenario here\"");
    put(o, "}");
    snprintf(channel, sizeof channel, "/response/%s", channels[which].name);
    gsy_publish(g, channel);
}

bool steering_command(gsy *g, const char *channel, const char *bytes, size_t size)
{
    int which = 0;
    while (which < CHANNELS && (*channel != '/' || strcmp(channel + 1, channels[which].name) != 0))
        which++;
    if (which == CHANNELS)
        return false;
    json_message message;
    bool read = json_read(bytes, size, &message);
    const char *transaction = json_text(message.top, "transaction_id");
    uint32_t bit = 8u << which;
    bool told = g->complaints & bit;
    if (read && transaction) {
        answer(g, which, transaction);
    } else if (read && channels[which].what) { /* it is obeyed, and nobody waits for an answer */
        g->host->control(g->host->ctx, channels[which].what);
    } else {
        gsy_complain(g, &told, channel, read ? "it has no transaction_id" : json_why(&message));
        g->complaints |= bit;
    }
    json_free(&message);
    return true;
}
