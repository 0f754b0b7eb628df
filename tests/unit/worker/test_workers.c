/* What becomes of a worker that is killed, sleeps, or does not end, and of those beside it; and
 * that an end which was kept comes again in its place. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include "stage.h"
#include "worker/workers.h"

static lg_workers *workers;
static lg_stopped end;
static int ends;
static char unit[100];

static void heard_end(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    (void)ctx;
    (void)agent;
    end = *how;
    snprintf(unit, sizeof unit, "%s", how->unit);
    end.unit = unit;
    ends++;
}

static void begin(stage *s, const char *source)
{
    ends = 0;
    memset(&end, 0, sizeof end);
    stage_init(s);
    s->input.remote = lg_workers_remote(workers);
    s->input.stopped = heard_end;
    assert_int_equal(stage_load(s, source), LG_OK);
}

static void signal_worker(int what)
{
    pid_t worker = (pid_t)lg_workers_pid(workers, 0);
    assert_true(worker > 0); /* 0 would be this process and all beside it */
    assert_int_equal(kill(worker, what), 0);
}

static const char trader[] = "function on_market_cycle(m)\n"
                             "  grid.batch:bid_energy_rate('Load 1', 0.25, 40)\n"
                             "end\n";
static const char neighbour[] = "function on_market_cycle(m)\n"
                                "  grid.batch:offer_energy_rate('Utility', 1, 30)\n"
                                "end\n";

static void test_killed_between_two_slots(void **state)
{
    stage s;
    (void)state;
    begin(&s, trader);
    stage_load_other(&s, neighbour);
    stage_start(&s);
    stage_run(&s, 1);
    assert_int_equal(s.trades, 1);
    uint64_t before = lg_workers_counts_of(workers).lost;
    signal_worker(SIGKILL);
    stage_run(&s, 2);
    assert_int_equal(s.trades, 1); /* nothing of it after that */
    assert_int_equal(ends, 1);
    assert_int_equal(end.why, LG_STOP_WORKER);
    assert_string_equal(end.code, "WORKER_LOST");
    assert_string_equal(end.callback, "on_market_cycle");
    assert_int_equal(end.call, 12); /* start, cycle and nine ticks, though it has but the cycle */
    assert_int_equal(lg_workers_counts_of(workers).lost - before, 1);
    assert_int_equal(lg_workers_pid(workers, 0), 0); /* reaped */
    stage_expect(s.faults, "lost its worker process: signal 9 ended it");
    assert_int_equal(lg_agent_faults(s.agent), 1);
    stage_finish(&s);
    stage_fini(&s);
}

static void heard_now(void *ctx, const lg_agent *agent, const char *line)
{
    siginfo_t how;
    pid_t worker = (pid_t)lg_workers_pid(workers, 0);
    (void)ctx, (void)agent;
    assert_string_equal(line, "now");
    signal_worker(SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)worker, &how, WEXITED | WNOWAIT), 0); /* its host reaps */
}

/* One that is killed while another is waited for is noticed there; where that counts is a place of
 * its own run, the same for whoever does it again: what it would have been called for next. */
static void test_killed_beside_another(void **state)
{
    static const struct {
        const char *source, *killer_event, *callback;
        uint64_t call;
    } cases[] = {
        /* start and cycle, nine ticks, ... */
        {"function on_market_cycle(m) grid.batch:bid_energy_rate('Load 1', 0.25, 40) end\n", "3",
         "on_market_cycle", 22},
        {"function on_market_cycle(m) grid.batch:bid_energy_rate('Load 1', 0.25, 40) end\n"
         "function on_trade(t) grid.batch:offer_energy_rate('PV 1', 0.1, 8) end\n",
         "3", "on_trade", 19},
        {"function on_tick(m) grid.batch:bid_energy_rate('Load 1', 1000, 40) end\n", "3",
         "on_event_or_response", 16},
        {"function on_market_cycle(m) grid.batch:bid_energy_rate('Load 1', 0.25, 40) end\n"
         "function on_tick(m) end\n"
         "function on_event_or_response(m) end\n"
         "function on_finish(m) end\n",
         "9", "on_market_cycle", 22},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char killer[512];
        lg_stopped kept = {.why = LG_STOP_NONE};
        lg_digest digests[2];
        uint64_t faults[2];
        for (int again = 0; again < 2; again++) {
            stage s;
            begin(&s, cases[i].source);
            snprintf(killer, sizeof killer,
                     "return { on_tick = function(m)\n"
                     "  if m.tick == 5 then grid.batch:offer_energy_rate('Utility', 1, 29) end\n"
                     "  if m.slot ~= 1 or m.tick ~= %s then return end\n"
                     "  print('now') grid.batch:list_bids('Load 2') grid.batch:execute()\n"
                     "  for i = 1, 1e7 do end\n"
                     "end }\n",
                     cases[i].killer_event);
            s.input.stopped = NULL;
            s.input.print = again ? NULL : heard_now;
            s.input.budget.seconds_per_call = 2;
            stage_load_other(&s, killer);
            if (again)
                lg_agent_stop_at(s.agent, &kept);
            stage_start(&s);
            stage_run(&s, 4);
            stage_finish(&s);
            assert_int_equal(ends, 1);
            assert_string_equal(end.callback, cases[i].callback);
            assert_int_equal(end.call, cases[i].call);
            digests[again] = lg_turn_digest(s.turn);
            faults[again] = lg_agent_faults(s.agent);
            kept = end;
            static char words[100];
            snprintf(words, sizeof words, "%s", unit);
            kept.unit = words;
            stage_fini(&s);
        }
        assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
        assert_int_equal(faults[0], faults[1]);
    }
}

/* Stopped, so that no clock of its own runs. */
static void test_silent(void **state)
{
    stage s;
    (void)state;
    ends = 0;
    stage_init(&s);
    s.input.remote = lg_workers_remote(workers);
    s.input.stopped = heard_end;
    s.input.budget.seconds_per_call = 0.01;
    assert_int_equal(stage_load(&s, trader), LG_OK);
    stage_load_other(&s, neighbour);
    stage_start(&s);
    signal_worker(SIGSTOP);
    stage_run(&s, 1);
    assert_int_equal(ends, 1);
    assert_int_equal(s.trades, 0);
    stage_expect(s.faults, "s without an answer");
    stage_fini(&s);
}

/* Its clocks do not count while a record is followed, until so long that something must be wrong.
 */
static void test_followed(void **state)
{
    stage s;
    lg_follow follow = {.on = true, .seconds = 1};
    (void)state;
    ends = 0;
    stage_init(&s);
    s.input.remote = lg_workers_remote(workers);
    s.input.stopped = heard_end;
    s.input.follow = &follow;
    s.input.budget.seconds_per_call = 0.01;
    assert_int_equal(stage_load(&s, "for i = 1, 2e7 do end\n"
                                    "function on_market_cycle(m)\n"
                                    "  for i = 1, 2e7 do end\n"
                                    "  while m.slot == 1 do end\n"
                                    "end"),
                     LG_OK);
    stage_start(&s);
    stage_run(&s, 1);
    assert_int_equal(ends, 0);
    stage_run(&s, 1);
    assert_int_equal(ends, 1);
    assert_true(end.allowed == 1 || end.why == LG_STOP_WORKER); /* whichever clock is first */
    stage_fini(&s);
}

/* In a run that is paced silence has a price, and lack of a processor has none: one that works for
 * as long is not lost. */
static void test_patience(void **state)
{
    (void)state;
    lg_workers_set_patience(workers, 0.1);
    for (int stopped = 0; stopped < 2; stopped++) {
        stage s;
        ends = 0;
        stage_init(&s);
        s.input.remote = lg_workers_remote(workers);
        s.input.stopped = heard_end;
        s.input.budget.seconds_per_call = 2; /* so 21 s without patience */
        assert_int_equal(stage_load(&s, "function on_market_cycle(m)\n"
                                        "  for i = 1, 6e7 do end\n"
                                        "  grid.batch:bid_energy_rate('Load 1', 0.25, 40)\n"
                                        "end\n"),
                         LG_OK);
        stage_load_other(&s, neighbour);
        stage_start(&s);
        if (stopped)
            signal_worker(SIGSTOP);
        time_t begun = time(NULL);
        stage_run(&s, 1);
        assert_true(time(NULL) - begun < 10);
        assert_int_equal(ends, stopped);
        assert_int_equal(s.trades, !stopped);
        if (stopped)
            stage_expect(s.faults, "s, at this pace a slot waits 0.10 s");
        stage_fini(&s);
    }
    lg_workers_set_patience(workers, 0);
}

/* Its own watch strikes first, and says where it was. */
static void test_endless(void **state)
{
    stage s;
    (void)state;
    ends = 0;
    stage_init(&s);
    s.input.remote = lg_workers_remote(workers);
    s.input.stopped = heard_end;
    s.input.budget.seconds_per_call = 0.05;
    assert_int_equal(stage_load(&s, "function on_market_cycle(m) while true do end end"), LG_OK);
    stage_start(&s);
    stage_run(&s, 1);
    assert_int_equal(ends, 1);
    assert_int_equal(end.why, LG_STOP_TIME);
    stage_expect(s.faults, ".lua:1: on_market_cycle ran longer than 0.05 s");
    stage_fini(&s);
}

/* Memory of the process: more than the state may hold cannot be had. */
static void test_units_are_those_of_the_host(void **state)
{
    uint64_t units[2], most;
    static const char source[] =
        "function on_market_cycle(m) local s = '' for i = 1, 500 do s = s .. i end\n"
        "table.sort({3, 1, 2}) print(math.random(1000000)) end\n";
    char printed[2][64];
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage s;
        stage_init(&s);
        s.input.remote = i ? lg_workers_remote(workers) : NULL;
        s.input.budget.units_per_call = 1000000;
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_start(&s);
        stage_run(&s, 1);
        units[i] = lg_agent_units(s.agent, &most);
        snprintf(printed[i], sizeof printed[i], "%.63s", s.printed);
        stage_fini(&s);
    }
    assert_true(units[0] > 0);
    assert_int_equal(units[0], units[1]);
    assert_string_equal(printed[0], printed[1]);
}

/* The same again without its cause, in a worker and here. */
static void test_an_end_that_was_kept_comes_again(void **state)
{
    (void)state;
    for (int apart = 0; apart < 2; apart++) {
        stage s;
        const lg_stopped kept = {.why = LG_STOP_WORKER,
                                 .code = "WORKER_LOST",
                                 .callback = "on_tick",
                                 .unit = "signal 9 ended it (Killed)",
                                 .call = 13}; /* start, cycle and nine ticks, cycle, tick */
        begin(&s, "function on_tick(m)\n"
                  "  if m.tick == 1 then grid.batch:bid_energy_rate('Load 1', 0.1, 40) end\n"
                  "end\n");
        if (!apart) {
            lg_agent_free(s.agent);
            s.agent = NULL;
            stage_fini(&s);
            stage_init(&s);
            s.input.stopped = heard_end;
            s.input.remote = NULL;
            assert_int_equal(
                stage_load(&s, "function on_tick(m)\n"
                               "  if m.tick == 1 then grid.batch:bid_energy_rate('Load 1', "
                               "0.1, 40) end\nend\n"),
                LG_OK);
        }
        stage_load_other(&s, neighbour);
        lg_agent_stop_at(s.agent, &kept);
        stage_start(&s);
        stage_run(&s, 3);
        assert_int_equal(s.trades, 1); /* in the first slot; in the second it was not called */
        assert_int_equal(ends, 1);
        assert_int_equal(end.call, 13);
        assert_string_equal(end.unit, kept.unit);
        stage_expect(s.faults, "lost its worker process: signal 9 ended it (Killed)");
        stage_fini(&s);
    }
}

/* All that another's asset has left: no look at it is needed to refuse that, and none is given. */
static void test_all_of_another(void **state)
{
    lg_digest digests[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage s;
        stage_init(&s);
        s.input.remote = i ? lg_workers_remote(workers) : NULL;
        assert_int_equal(stage_load(&s, "function on_market_cycle(m)\n"
                                        "  grid.batch:bid_energy_rate('Load 2', 'all', 9000)\n"
                                        "  grid.batch:offer_energy('Utility', 'all', 1)\n"
                                        "  grid.batch:update_bid_energy('Load 2', 'all', 1)\n"
                                        "  print(#grid.batch:execute())\nend\n"),
                         LG_OK);
        stage_start(&s);
        stage_run(&s, 1);
        stage_expect(s.printed, "3");
        assert_string_equal(s.faults, "");
        assert_int_equal(lg_desk_counts_of(s.desk).refused, 3);
        digests[i] = lg_turn_digest(s.turn);
        stage_fini(&s);
    }
    assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
}

/* What a script may make large is sorted without a call that the jail does not know. */
static void test_large_tables(void **state)
{
    static const char source[] =
        "for i = 1, 40 do _ENV['global_' .. i] = i end\n"
        "function on_market_cycle(m)\n"
        "  local keys, last, values = {}, '', {}\n"
        "  for i = 1, 3000 do keys['k' .. i * 7919 % 3001] = i end\n"
        "  for k in pairs(keys) do assert(last < k) last = k end\n"
        "  for i = 1, 96 do\n"
        "    values[string.format('2024-06-05T%02d:%02d', (i - 1) // 4, (i - 1) % 4 * 15)] = i\n"
        "  end\n"
        "  grid.batch:set_energy_forecast('Load 1', values)\n"
        "  print(last, #grid.batch:execute(), select(2, pcall(function() return globul_7 end)))\n"
        "end\n";
    char printed[2][256];
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage s;
        stage_init(&s);
        s.input.remote = i ? lg_workers_remote(workers) : NULL;
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_start(&s);
        stage_run(&s, 1);
        assert_string_equal(s.faults, "");
        snprintf(printed[i], sizeof printed[i], "%.255s", s.printed);
        stage_fini(&s);
    }
    assert_string_equal(printed[0], printed[1]);
    stage_expect(printed[0], "k999\t1\t");
    stage_expect(printed[0], "did you mean \"global_7\"?");
}

/* A batch that a script here may send is one that a script there may send. */
static void test_large_batches(void **state)
{
    static const char source[] =
        "function on_market_cycle(m)\n"
        "  if m.slot > 0 then return end\n"
        "  local names, types, all, values = {}, {}, {}, {}\n"
        "  for i = 1, 64 do names[i] = 'Utility' end\n"
        "  for i = 1, 16 do types[i] = ('t'):rep(30) .. i end\n"
        "  for i = 1, 16 do all[i] = { trading_partners = names, energy_type = types } end\n"
        "  for i = 1, 200 do\n"
        "    grid.batch:bid_energy_rate { asset = 'Load 1', energy = 0.001, rate = 20,\n"
        "      requirements = all }\n"
        "  end\n"
        "  print(#grid.batch:execute())\n"
        "  for i = 0, 671 do\n"
        "    values[('2024-06-%02dT%02d:%02d'):format(4 + i // 96, i % 96 // 4, i % 4 * 15)] = "
        "0.1\n"
        "  end\n"
        "  for i = 1, 200 do assert(grid.batch:set_energy_forecast('Load 1', values)) end\n"
        "  print(#grid.batch:execute())\n"
        "  for i = 1, 250 do\n"
        "    local sent, why, code = grid.batch:set_energy_forecast('Load 1', values)\n"
        "    if not sent then print(i, why, code) break end\n"
        "  end\n"
        "  types[16] = nil\n"
        "  for i = 1, 300 do\n"
        "    local sent, why, code = grid.batch:bid_energy_rate { asset = 'PV 1', energy = 1,\n"
        "      rate = 20, requirements = all }\n"
        "    if code == 'LIMIT' then print(i, why) break end\n"
        "  end\n"
        "end\n";
    lg_digest digests[2];
    char printed[2][512];
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage s;
        stage_init(&s);
        s.input.remote = i ? lg_workers_remote(workers) : NULL;
        s.input.budget.seconds_per_call = 20;
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_start(&s);
        stage_run(&s, 2);
        assert_string_equal(s.faults, "");
        digests[i] = lg_turn_digest(s.turn);
        snprintf(printed[i], sizeof printed[i], "%.511s", s.printed);
        stage_fini(&s);
    }
    assert_string_equal(printed[0], printed[1]);
    assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
    stage_expect(printed[0],
                 "200\n200\n220\tset_energy_forecast refused: a batch takes values of at "
                 "most 147456 slots; execute() sends it\tLIMIT\n");
    stage_expect(printed[0], "bid_energy_rate refused: ");
}

static void test_cannot_be_loaded_err(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.remote = lg_workers_remote(workers);
    assert_int_equal(stage_load(&s, "return {\n on_tik = function() end }"), LG_SCRIPT);
    stage_expect(s.err.text, "unknown callback \"on_tik\"; did you mean \"on_tick\"?");
    assert_int_equal(stage_load(&s, "while true do end"), LG_SCRIPT);
    stage_fini(&s);
}

static void test_no_program_err(void **state)
{
    stage s;
    lg_workers *none = lg_workers_new(lg_mem_system(), "/nowhere/lunagrid");
    (void)state;
    stage_init(&s);
    s.input.remote = lg_workers_remote(none);
    assert_int_equal(stage_load(&s, trader), LG_LIMIT);
    stage_expect(s.err.text, "a worker cannot be started: No such file");
    stage_fini(&s);
    lg_workers_free(none);
}

/* After the first slots nothing is asked for any more: what is read is sent along. */
static void test_what_is_read_comes_along(void **state)
{
    stage s;
    (void)state;
    begin(&s, "function on_tick(m)\n"
              "  for _, a in ipairs(m.assets) do\n"
              "    local x = a.energy_requirement_kWh or a.available_energy_kWh or a.soc\n"
              "  end\n"
              "  local fee = grid.market('Community').current_market_fee\n"
              "end\n");
    stage_start(&s);
    stage_run(&s, 1);
    lg_workers_counts before = lg_workers_counts_of(workers);
    stage_run(&s, 3);
    lg_workers_counts after = lg_workers_counts_of(workers);
    assert_int_equal(after.questions, before.questions);
    assert_int_equal(after.exchanges - before.exchanges, 27);
    assert_string_equal(s.faults, "");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_between_two_slots),
        cmocka_unit_test(test_killed_beside_another),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_followed),
        cmocka_unit_test(test_endless),
        cmocka_unit_test(test_units_are_those_of_the_host),
        cmocka_unit_test(test_an_end_that_was_kept_comes_again),
        cmocka_unit_test(test_all_of_another),
        cmocka_unit_test(test_large_tables),
        cmocka_unit_test(test_large_batches),
        cmocka_unit_test(test_cannot_be_loaded_err),
        cmocka_unit_test(test_no_program_err),
        cmocka_unit_test(test_what_is_read_comes_along),
    };
    workers = lg_workers_new(lg_mem_system(), LUNAGRID);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    lg_workers_free(workers);
    return failed;
}
