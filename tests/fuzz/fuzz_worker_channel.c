/* libFuzzer target: any bytes as what a worker sends, from the header of a frame to the commands
 * that reach the market. Whatever it says, the host stands, and the commands it takes can be
 * applied. */
#include <string.h>
#include <unistd.h>
#include "fuzz/script_street.h"
#include "worker/room.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char idle[] = "return { on_start = function() end }";

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
    } else if (record.kind == LG_WIRE_LOOK_RECORD) {
        (void)lg__serve_look(w, &record, &w->out);
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
    street s;
    street_open(&s, mem);
    const lg_participant participant = {.desk = s.desk, .call = no_call};
    const lg_agent_input nothing = {.seed = 1};
    LG_ASSERT(lg_turn_join(s.turn, &participant) == LG_OK);
    lg_workers pool = {.mem = mem};
    lg__worker w = {
        .pool = &pool,
        .asked = 2,
        .may_wait = true,
        .counts = true,
        .agent = street_agent(&s, idle, sizeof idle - 1, &nothing),
        .desk = s.desk,
        .fd = -1,
        .pidfd = -1,
        .sight = {
            .site = s.site, .rules = s.rules, .desk = s.desk, .market = lg_turn_market(s.turn)}};
    LG_ASSERT(w.agent);
    lg_text_init(&w.in, mem);
    lg_text_init(&w.out, mem);
    street_open_slot(&s, 0);
    hear(&w, bytes, size);
    street_run_slot(&s, 0, 2);
    lg_agent_free(w.agent);
    lg_text_fini(&w.in);
    lg_text_fini(&w.out);
    street_close(&s);
    return 0;
}
