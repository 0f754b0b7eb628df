/* What seen.h promises. */
#include "seen.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>
#include "grid/unit.h"

sent seen[SEEN_MAX];
uint32_t seen_count;

static lg_status on_command(void *ctx, const lg_desk *desk, const lg_command *command,
                            const lg_answer *answer, uint32_t slot, uint32_t tick)
{
    (void)ctx;
    (void)desk;
    assert_true(seen_count < SEEN_MAX);
    seen[seen_count++] = (sent){.node = command->node,
                                .slot = slot,
                                .tick = tick,
                                .of = command->time_slot,
                                .kind = command->kind,
                                .status = answer->status,
                                .energy_kWh = lg_kwh_from_uwh(command->energy_uwh),
                                .rate_ct = lg_ct_from_uct(command->amount)};
    return LG_OK;
}

static void watch(stage *s)
{
    const lg_listener listener = {.command = on_command};
    seen_count = 0;
    assert_int_equal(lg_turn_listen(s->turn, &listener, true), LG_OK);
}

void seen_begin(stage *s)
{
    stage_init(s);
    watch(s);
}

void seen_begin_rules(stage *s, const lg_rules *rules)
{
    stage_init_rules(s, rules);
    watch(s);
}

void seen_load(stage *s, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", STAGE_SCRIPTS, name);
    if (stage_load_file(s, path) != LG_OK)
        fail_msg("%s", s->err.text);
}

void seen_expect(uint8_t kind, uint32_t node, uint32_t slot, const double *rates, uint32_t count,
                 double energy_kWh)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < seen_count; i++) {
        if (seen[i].kind != kind || seen[i].node != node || seen[i].slot != slot)
            continue;
        assert_true(n < count);
        assert_int_equal(seen[i].tick, n);
        assert_int_equal(seen[i].status, LG_OK);
        assert_true(fabs(seen[i].rate_ct - rates[n]) < 1e-6);
        assert_true(fabs(seen[i].energy_kWh - energy_kWh) < 1e-9);
        n++;
    }
    assert_int_equal(n, count);
}

void seen_finish(stage *s)
{
    assert_string_equal(s->faults, "");
    for (uint32_t i = 0; i < seen_count; i++)
        assert_int_equal(seen[i].status, LG_OK);
    stage_fini(s);
}

const lg_params *seen_options(const char *const *names, const double *values, uint32_t count)
{
    static union {
        lg_params params;
        char room[sizeof(lg_params) + 8 * sizeof(lg_param)];
    } block;
    static lg_option rows[8];
    assert_true(count <= 8);
    block.params.count = count;
    for (uint32_t i = 0; i < count; i++) {
        bool flag = values[i] == 0 || values[i] == 1;
        rows[i] = (lg_option){.name = names[i], .type = flag ? LG_OPTION_BOOL : LG_OPTION_NUMBER};
        block.params.items[i] =
            (lg_param){.option = &rows[i], .value = {.number = values[i], .given = 1}};
    }
    return &block.params;
}
