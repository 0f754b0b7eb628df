/* Messages to the Redis gateway, against a host that is made up: whatever comes, it does not break,
 * what it publishes is JSON, and no batch is answered twice.
 *
 * An input is lines. The first letter says where a line goes: a to e are channels that are
 * everybody's, n and a digit a node's (behind it up to a blank the command), and in capitals what
 * the host does: S a slot opens, T a tick, L Redis was lost, H nobody listens, W alarms ring. $0 ..
 * $9 in a message are the UUIDs of nodes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway.h"
#include "gsy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { AREAS = 3, ASSETS = 5, CLIENTS = 40, SENT = 200, LINE = 4096, ALARMS = 8 };

struct redis_link {
    link_input input;
};

typedef struct sent {
    uint32_t client, index, count;
    uint64_t batch;
} sent;

/* The host. */
static struct {
    lg_gateway_host host;
    uint32_t owners[AREAS + ASSETS], client_count;
    uint64_t batches[CLIENTS];
    sent waiting[SENT];
    uint32_t waiting_count;
    uint32_t slot, tick;
    bool deaf, in_tick;
    struct {
        void (*due)(void *self);
        void *self;
        bool set;
    } alarms[ALARMS];
    uint32_t alarm_count;
    struct redis_link link;
    void *gateway;
} it;

static const char *const uuids[] = {
    "00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000001",
    "00000000-0000-4000-8000-000000000002", "10000000-0000-4000-8000-000000000000",
    "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002",
    "10000000-0000-4000-8000-000000000003", "10000000-0000-4000-8000-000000000004",
    "20000000-0000-4000-8000-000000000000", "direct-10000000-0000-4000-8000-000000000000"};
static const char *const names[] = {"Grid",     "House 1", "House \"2\"", "Load 1",
                                    "PV (4kW)", "Battery", "House 1",     "Market Maker"};

static uint32_t number_of(uint32_t kind, uint32_t index)
{
    return kind == LG_GATEWAY_AREA ? index : AREAS + index;
}

/* ---- a link that looks at what is published ---- */

redis_link *link_open(const link_input *input)
{
    it.link.input = *input;
    return &it.link;
}

void link_close(redis_link *l)
{
    (void)l;
}

void link_listen(redis_link *l, const char *channel)
{
    (void)l, (void)channel;
}

void link_flush(redis_link *l)
{
    (void)l;
}

bool link_is_busy(const redis_link *l)
{
    (void)l;
    return false;
}

void link_publish(redis_link *l, const char *channel, const char *bytes, size_t size,
                  uint32_t client)
{
    json_message message;
    bool fine = json_read(bytes, size, &message);
    if (!fine || !*channel)
        abort();
    if (strstr(channel, "/events/all") && !json_text(message.top, "event"))
        abort();
    if (strcmp(channel, "aggregator-response") == 0 &&
        (!json_text(message.top, "status") || !json_text(message.top, "transaction_id")))
        abort(); /* listeners of the SDK would end */
    json_free(&message);
    if (client != NONE && !it.in_tick)
        l->input.heard(l->input.ctx, client, !it.deaf);
}

/* ---- the host ---- */

static void refuse(void *ctx, const char *sentence)
{
    (void)ctx, (void)sentence;
}

static void say(void *ctx, uint32_t level, const char *sentence)
{
    (void)ctx, (void)level, (void)sentence;
}

static void *alarm_new(void *ctx, void (*due)(void *self), void *self)
{
    (void)ctx;
    if (it.alarm_count == ALARMS)
        return NULL;
    it.alarms[it.alarm_count].due = due;
    it.alarms[it.alarm_count].self = self;
    return &it.alarms[it.alarm_count++];
}

static void set_alarm(void *ctx, void *alarm, uint32_t ms)
{
    (void)ctx, (void)ms;
    for (uint32_t i = 0; i < it.alarm_count; i++)
        if (alarm == &it.alarms[i])
            it.alarms[i].set = true;
}

static void drop_alarm(void *ctx, void *alarm)
{
    (void)ctx, (void)alarm;
}

static int64_t wall_ms(void *ctx)
{
    (void)ctx;
    return 1000;
}

static void time_of(void *ctx, lg_gateway_time *to)
{
    (void)ctx;
    *to = (lg_gateway_time){.size = sizeof *to,
                            .slot = it.slot,
                            .tick = it.tick,
                            .ticks_per_slot = 60,
                            .slot_count = 96,
                            .slot_s = 900,
                            .slot_start_ms = INT64_C(1717372800000) + it.slot * INT64_C(900000),
                            .slot_completion = it.tick / 60.0,
                            .market_maker_rate = 30,
                            .feed_in_tariff = 8};
}

static uint32_t count(void *ctx, uint32_t kind)
{
    (void)ctx;
    return kind == LG_GATEWAY_AREA ? AREAS : ASSETS;
}

static int32_t node(void *ctx, uint32_t kind, uint32_t index, lg_gateway_node *to)
{
    static const uint32_t roles[] = {LG_ROLE_CONSUMER, LG_ROLE_PRODUCER, LG_ROLE_STORAGE,
                                     LG_ROLE_PROSUMER, LG_ROLE_MARKET_MAKER};
    uint32_t number = number_of(kind, index);
    (void)ctx;
    *to =
        (lg_gateway_node){.size = sizeof *to, .kind = kind, .index = index, .name = names[number]};
    memcpy(to->uuid, uuids[number], 37);
    if (kind == LG_GATEWAY_AREA) {
        to->parent = index ? 0 : NONE;
        to->area_first = 1;
        to->area_count = index ? 0 : 2;
        to->asset_first = index == 1 ? 0 : index == 2 ? 2 : 4;
        to->asset_count = index ? 2 : 1;
    } else {
        to->parent = index < 2 ? 1 : index < 4 ? 2 : 0;
        to->role = roles[index];
        to->type = "x";
    }
    return true;
}

static int32_t asset_of(void *ctx, uint32_t index, lg_gateway_asset *to)
{
    (void)ctx, (void)index;
    *to = (lg_gateway_asset){
        .size = sizeof *to, .to_buy = 1, .to_sell = 1, .stored = 1, .capacity = 2};
    return true;
}

static int32_t market_of(void *ctx, uint32_t index, lg_gateway_market *to)
{
    (void)ctx;
    *to = (lg_gateway_market){.size = sizeof *to, .closed = it.slot, .fee_is_percent = index == 2};
    return true;
}

static uint32_t orders_of(void *ctx, uint32_t asset, uint32_t offers, lg_gateway_order *to,
                          uint32_t max)
{
    (void)ctx, (void)asset, (void)offers;
    if (max)
        *to = (lg_gateway_order){.id = 7, .energy = 1, .rate = 2};
    return 1;
}

static uint32_t orders_in(void *ctx, uint32_t asset, uint32_t offers, uint32_t slot,
                          lg_gateway_order *to, uint32_t max)
{
    return slot < it.slot ? orders_of(ctx, asset, offers, to, max) : 0;
}

static uint32_t unsettled(void *ctx, uint32_t asset, lg_gateway_value *to, uint32_t max)
{
    (void)ctx;
    for (uint32_t i = 0; i < it.slot && i < max; i++)
        to[i] = (lg_gateway_value){.slot = i, .energy = asset ? 0.25 : (double)NAN};
    return it.slot;
}

static double deviance(void *ctx, uint32_t kind, uint32_t index)
{
    (void)ctx;
    return kind == LG_GATEWAY_AREA || index % 2 ? 1.5 : (double)NAN;
}

static int32_t enter(void *ctx, const char *id, const char *name, uint32_t *client)
{
    (void)ctx, (void)id, (void)name;
    if (it.client_count == CLIENTS)
        return LG_LIMIT;
    *client = it.client_count++;
    return LG_OK;
}

static int32_t leave(void *ctx, uint32_t client)
{
    (void)ctx;
    for (uint32_t i = 0; i < AREAS + ASSETS; i++)
        if (it.owners[i] == client)
            it.owners[i] = NONE;
    return LG_OK;
}

static int32_t claim(void *ctx, uint32_t client, uint32_t kind, uint32_t index)
{
    uint32_t *owner = &it.owners[number_of(kind, index)];
    (void)ctx;
    if (client >= it.client_count)
        abort();
    if (*owner != NONE && *owner != client)
        return LG_LIMIT;
    *owner = client;
    return LG_OK;
}

static int32_t release(void *ctx, uint32_t client, uint32_t kind, uint32_t index)
{
    uint32_t *owner = &it.owners[number_of(kind, index)];
    (void)ctx;
    if (*owner != client)
        return LG_FOREIGN;
    *owner = NONE;
    return LG_OK;
}

static uint32_t owner_of(void *ctx, uint32_t kind, uint32_t index)
{
    (void)ctx;
    return it.owners[number_of(kind, index)];
}

static int32_t client_of(void *ctx, uint32_t client, const char **id, const char **name,
                         uint32_t *gone)
{
    (void)ctx, (void)client, (void)id, (void)name, (void)gone;
    return false;
}

static int32_t send_all(void *ctx, uint32_t client, const lg_array *commands, uint64_t *batch,
                        uint32_t *wrong)
{
    (void)ctx;
    if (client >= it.client_count || !commands->count)
        abort();
    for (uint32_t i = 0; i < commands->count; i++) {
        const lg_gateway_command *c = (const lg_gateway_command *)((const char *)commands->items +
                                                                   (size_t)i * commands->stride);
        uint32_t kind = c->kind == LG_GATEWAY_STATISTICS || c->kind == LG_GATEWAY_FEE
                            ? LG_GATEWAY_AREA
                            : LG_GATEWAY_ASSET;
        if (it.owners[number_of(kind, c->node)] != client)
            abort(); /* what is not its own */
        if (c->energy > 1e6 || c->rate > 1e6) {
            *wrong = i;
            return LG_INVALID;
        }
    }
    *wrong = commands->count;
    if (it.waiting_count == SENT)
        return LG_LIMIT;
    *batch = ++it.batches[client];
    it.waiting[it.waiting_count++] =
        (sent){.client = client, .count = commands->count, .batch = *batch};
    return LG_OK;
}

static void expect(void *ctx, uint32_t client, uint32_t kind)
{
    (void)ctx, (void)kind;
    if (client >= it.client_count)
        abort();
}

static void unexpect(void *ctx, uint32_t client)
{
    (void)ctx;
    if (client >= it.client_count)
        abort();
}

static int32_t control(void *ctx, uint32_t what)
{
    (void)ctx, (void)what;
    return LG_OK;
}

/* ---- lines ---- */

static void do_tick(bool slot)
{
    it.slot += slot;
    it.tick = slot ? 0 : it.tick + 6;
    it.in_tick = true; /* acts have no place there: who has heard is told behind it */
    gsy_moment(it.gateway, slot ? LG_GATEWAY_SLOT : LG_GATEWAY_TICK);
    for (uint32_t i = 0; i < it.waiting_count; i++) {
        const sent *s = &it.waiting[i];
        for (uint32_t k = 0; k < s->count; k++) {
            const lg_gateway_answer answer = {.size = sizeof answer,
                                              .status = k % 3 == 2 ? LG_LIMIT : LG_OK,
                                              .text = "a limit",
                                              .order = {.id = k + 1, .energy = 1, .rate = 3}};
            gsy_before(it.gateway, s->client, s->batch, k);
            gsy_after(it.gateway, s->client, s->batch, k, &answer);
        }
        gsy_done(it.gateway, s->client, s->batch);
    }
    it.waiting_count = 0;
    for (uint32_t i = 0; i < ASSETS - 1; i++) {
        uint32_t owner = it.owners[AREAS + i];
        const lg_gateway_trade trade = {.size = sizeof trade,
                                        .seller = i,
                                        .buyer = i ^ 1,
                                        .id = 9,
                                        .bid = i,
                                        .bid_left = 1,
                                        .settlement = i % 2,
                                        .energy = 0.25,
                                        .bought_price = 7};
        if (owner != NONE)
            gsy_trade(it.gateway, owner, &trade);
    }
    for (uint32_t i = 0; i < it.client_count; i++)
        gsy_ticked(it.gateway, i);
    it.in_tick = false;
    for (uint32_t i = 0; i < it.client_count && slot; i++)
        it.link.input.heard(it.link.input.ctx, i, !it.deaf);
}

static void ring(void)
{
    for (uint32_t i = 0; i < it.alarm_count; i++)
        if (it.alarms[i].set) {
            it.alarms[i].set = false;
            it.alarms[i].due(it.alarms[i].self);
        }
}

/* @p line with UUIDs in it goes to @p channel. */
static void deliver(const char *channel, const char *line, size_t size)
{
    static char text[LINE + 40];
    size_t used = 0;
    for (size_t i = 0; i < size && used < LINE; i++) {
        if (line[i] == '$' && i + 1 < size && line[i + 1] >= '0' && line[i + 1] <= '9') {
            const char *uuid = uuids[line[++i] - '0'];
            memcpy(text + used, uuid, strlen(uuid));
            used += strlen(uuid);
        } else {
            text[used++] = line[i];
        }
    }
    char *bytes = malloc(used + 1); /* so that a byte behind it is found */
    if (!bytes)
        return;
    memcpy(bytes, text, used);
    bytes[used] = 0;
    it.link.input.message(it.link.input.ctx, channel, bytes, used);
    free(bytes);
}

/* Redis hands over what is listened to. */
static bool is_listened_to(const char *command)
{
    static const char *const all[] = {"register_participant",
                                      "unregister_participant",
                                      "device_info",
                                      "bid",
                                      "offer",
                                      "delete_bid",
                                      "delete_offer",
                                      "list_bids",
                                      "list_offers",
                                      "set_energy_forecast",
                                      "set_energy_measurement",
                                      "dso_market_stats",
                                      "grid_fees"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], command) == 0)
            return true;
    return false;
}

static void do_node(const char *line, size_t size)
{
    char channel[200];
    const char *blank = memchr(line, ' ', size);
    if (!blank || blank == line)
        return;
    uint32_t which = (unsigned char)line[0] % (AREAS + ASSETS);
    snprintf(channel, sizeof channel, "%s/%.*s", names[which], (int)(blank - line - 1), line + 1);
    if (is_listened_to(strrchr(channel, '/') + 1))
        deliver(channel, blank + 1, size - (size_t)(blank + 1 - line));
}

static void do_line(const char *line, size_t size)
{
    static const char *const channels[] = {"aggregator-commands", "aggregator",
                                           "external-aggregator//batch_commands", "/area-map",
                                           "/pause"};
    if (!size)
        return;
    switch (*line) {
    case 'S':
    case 'T':
        do_tick(*line == 'S');
        return;
    case 'L':
        it.link.input.channels(it.link.input.ctx, &it.link);
        return;
    case 'H':
        it.deaf = !it.deaf;
        return;
    case 'W':
        ring();
        return;
    case 'n':
        do_node(line + 1, size - 1);
        return;
    default:
        if (*line >= 'a' && *line <= 'e')
            deliver(channels[*line - 'a'], line + 1, size - 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const lg_gateway_info info = {.size = sizeof info, .address = "x"};
    memset(&it, 0, sizeof it);
    memset(it.owners, 0xff, sizeof it.owners);
    it.host = (lg_gateway_host){.size = sizeof it.host,
                                .refuse = refuse,
                                .say = say,
                                .alarm = alarm_new,
                                .set_alarm = set_alarm,
                                .drop_alarm = drop_alarm,
                                .wall_ms = wall_ms,
                                .time = time_of,
                                .count = count,
                                .node = node,
                                .asset = asset_of,
                                .market = market_of,
                                .orders = orders_of,
                                .enter = enter,
                                .leave = leave,
                                .claim = claim,
                                .release = release,
                                .owner = owner_of,
                                .client = client_of,
                                .send = send_all,
                                .expect = expect,
                                .unexpect = unexpect,
                                .control = control,
                                .orders_of = orders_in,
                                .unsettled = unsettled,
                                .deviance = deviance};
    if (gsy_open(&it.host, &info, &it.gateway) != LG_OK)
        abort();
    const char *at = (const char *)data, *end = at + size;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((line_end ? line_end : end) - at);
        do_line(at, length < LINE ? length : LINE);
        at += length + 1;
    }
    it.in_tick = true;
    gsy_moment(it.gateway, LG_GATEWAY_FINISH);
    gsy_close(it.gateway);
    return 0;
}
