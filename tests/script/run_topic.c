/* Runs one topic of this folder in the real sandbox, on the street of tests/unit/script/stage.h,
 * for three slots; the topic "settlement" with settlement markets. A topic fails the test with an
 * error, and says print("done") when it has come to its end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "stage.h"

static const char *topic;

/* The neighbour: Load 2 pays 25 ct/kWh in the second slot. */
static const char neighbour[] = "function on_market_cycle(info)\n"
                                "  if info.slot == 1 then\n"
                                "    grid.batch:bid_energy_rate('Load 2', 0.5, 25)\n"
                                "  end\n"
                                "end\n";

static void test_topic(void **state)
{
    stage s;
    (void)state;
    /* Nothing is drawn: Load 1 measures, and what the others plan comes true. */
    static const lg_rules settling = {.match = LG_PAY_AS_BID,
                                      .keep_age = true,
                                      .slot_ms = 900000,
                                      .tick_ms = 90000,
                                      .ticks_per_slot = 10,
                                      .settlement_slots = 2};
    if (strstr(topic, "settlement"))
        stage_init_rules(&s, &settling);
    else
        stage_init(&s);
    lg_status status = stage_load_file(&s, topic);
    if (status != LG_OK)
        fail_msg("%s", s.err.text);
    stage_load_other(&s, neighbour);
    stage_start(&s);
    stage_run(&s, 3);
    stage_finish(&s);
    if (s.faults[0])
        fail_msg("%s", s.faults);
    stage_expect(s.printed, "done");
    stage_fini(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_topic)};
    if (argc != 2)
        return EXIT_FAILURE;
    topic = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
