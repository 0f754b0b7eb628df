/* libFuzzer target: any bytes as what a worker sends, from the header of a frame to the commands
 * that reach the market. Whatever it says, the host stands, and the commands it takes can be
 * applied. */
#include <string.h>
#include <unistd.h>
#include "worker/room.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static lg_area areas[] = {
    {.name = "Grid", .parent = LG_NONE, .child_first = 1, .child_count = 1},
    {.name = "Home", .parent = 0, .depth = 1, .asset_count = 2},
};
static lg_asset assets[] = {{.name = "Load", .area = 1, .role = LG_ROLE_CONSUMER},
                            {.name = "PV", .area = 1, .role = LG_ROLE_PRODUCER}};
static lg_site site = {.name = "fuzz",
                       .seed = 1,
                       .areas = areas,
                       .area_count = 2,
                       .assets = assets,
                       .asset_count = 2,
                       .level_first = {0, 1, 2},
                       .level_count = 2};
static const lg_rules rules = {.match = LG_PAY_AS_BID,
                               .keep_age = true,
                               .slot_ms = 900000,
                               .tick_ms = 90000,
                               .ticks_per_slot = 10,
                               .settlement_slots = 2};
static const lg_caps caps[2] = {{.buy_uwh = 1000000000}, {.sell_uwh = 1000000000}};

static lg_agent *an_agent(lg_desk *desk)
{
    static const char path[] = "fuzz_worker.lua";
    lg_err err;
    lg_agent *agent;
    static const char idle[] = "return { on_start = function() end }";
    const lg_bundle_text text = {"", path, idle, sizeof idle - 1};
    lg_bundle *bundle = lg_bundle_new(lg_mem_system());
    LG_ASSERT(bundle && lg_bundle_add(bundle, &text, NULL, &err) == LG_OK);
    const lg_agent_input input = {.desk = desk, .script = path, .bundle = bundle};
    LG_ASSERT(lg_agent_new(lg_mem_system(), &input, &err, &agent) == LG_OK);
    lg_bundle_unref(bundle);
    return agent;
}

static bool no_call(void *self, lg_call call, const lg_moment *moment)
{
    (void)self, (void)call, (void)moment;
    return false;
}

/* The bytes are a message. */
static void hear(lg__worker *w, const uint8_t *bytes, size_t size)
{
    lg_wire_record record;
    lg_text_bytes(&w->in, (const char *)bytes, size);
    lg_wire_walk walk = {
        .bytes = (const uint8_t *)w->in.data, .size = w->in.length, .from_worker = true};
    if (!lg_wire_next(&walk, &record))
        return;
    if (record.kind == LG_WIRE_READ_RECORD) {
        lg__serve_read(w, &record, &w->out);
        lg__serve_foresee(w, w->callback, &w->out);
    } else {
        lg__worker_read(w);
        LG_ASSERT(w->state == LG_WORKER_IDLE || w->state == LG_WORKER_LOST);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_mem *mem = lg_mem_system();
    lg_wire_header header;
    if (!lg_wire_read_header(bytes, size, &header)) {
        bytes += LG_WIRE_HEADER;
        size -= LG_WIRE_HEADER;
    }
    lg_turn *turn = lg_turn_new(mem, &site, &rules);
    lg_desk *desk = turn ? lg_desk_new(mem, lg_turn_market(turn), 0, "Home") : NULL;
    LG_ASSERT(desk && lg_desk_grant_asset(desk, 0) == LG_OK &&
              lg_desk_grant_asset(desk, 1) == LG_OK && lg_desk_grant_market(desk, 1) == LG_OK);
    const lg_participant participant = {.desk = desk, .call = no_call};
    LG_ASSERT(lg_turn_join(turn, &participant) == LG_OK);
    lg_workers pool = {.mem = mem};
    lg__worker w = {
        .pool = &pool,
        .asked = 2,
        .may_wait = true,
        .counts = true,
        .agent = an_agent(desk),
        .desk = desk,
        .fd = -1,
        .pidfd = -1,
        .sight = {.site = &site, .rules = &rules, .desk = desk, .market = lg_turn_market(turn)}};
    lg_text_init(&w.in, mem);
    lg_text_init(&w.out, mem);
    lg_moment moment = {.slot = 0};
    LG_ASSERT(lg_turn_start(turn, &moment) == LG_OK &&
              lg_turn_open_slot(turn, &moment, caps) == LG_OK);
    hear(&w, bytes, size);
    lg_status status = LG_OK;
    for (moment.tick = 0; moment.tick < 2 && status == LG_OK; moment.tick++)
        status = lg_turn_tick(turn, &moment);
    LG_ASSERT(status == LG_OK && lg_turn_close_slot(turn) == LG_OK);
    lg_agent_free(w.agent);
    lg_text_fini(&w.in);
    lg_text_fini(&w.out);
    lg_desk_free(desk);
    lg_turn_free(turn);
    return 0;
}
