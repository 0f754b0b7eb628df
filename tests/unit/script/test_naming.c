/* How many fields an expression reads one behind the other, and what errors are charged for them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "script/naming.h"
#include "stage.h"

static void test_links(void **state)
{
    static const struct {
        const char *text;
        uint32_t links;
        int line;
    } rows[] = {
        {"", 0, 0},
        {"local a = b", 0, 0},
        {"a.b = 1", 1, 1},
        {"local x = a.b\n  .c\n  .d", 3, 3},
        {"local x = a.b + c.d", 1, 1},
        {"local x = a[1][2]['c']", 3, 1},
        {"local x = a[i.j.k].b", 4, 1},
        {"local x = a[i + 1][i + 2].c", 3, 1},
        {"local x = ((a.b).c).d", 3, 1},
        {"local x = (a.b or c.d).e", 2, 1},
        {"local x = a.b(c.d.e).f", 2, 1},
        {"local x = a.b:c().d.e.f", 3, 1},
        {"local x = a.b'text'.c", 1, 1},
        {"local x = a.b{c.d}.e", 1, 1},
        {"local x = {[a.b] = c.d, e.f; g = h.i}", 1, 1},
        {"f(a.b).c = d", 1, 1},
        {"goto x ::x:: a.b.c.d() -- .e.f.g", 3, 1},
        {"local x = '.a.b.c' .. y.z", 1, 1},
        {"local function f(a, b) return a.b.c end local x = f().d", 2, 1},
        {"local x = [[a.b]] local y = z[ [=[k]=] ].w", 2, 1},
        {"local x = 1.5 local y = a.b", 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int line = 0;
        uint32_t links =
            lg__naming_links(lg_mem_system(), rows[i].text, strlen(rows[i].text), &line);
        if (links != rows[i].links || line != rows[i].line)
            fail_msg("%s: %u in line %d", rows[i].text, links, line);
    }
}

enum { LONG = 3000 };

/* on_market_cycle with a function that fails behind @p filler bytes, in a chain of @p links. */
static void write_script(stage *s, uint32_t filler, uint32_t links)
{
    static char source[40000];
    size_t n = (size_t)snprintf(source, sizeof source,
                                "local x = {} x.a = x\n"
                                "local function fails()\n"
                                "  if x.b then local y = x");
    for (uint32_t i = 0; i < filler; i++)
        n += (size_t)snprintf(source + n, sizeof source - n, " y = x.a");
    n += (size_t)snprintf(source + n, sizeof source - n, " end local z = x");
    for (uint32_t i = 0; i < links; i++)
        n += (size_t)snprintf(source + n, sizeof source - n, ".a");
    snprintf(source + n, sizeof source - n,
             ".b.c\n"
             "end\n"
             "function on_market_cycle()\n"
             "  for _, catch in ipairs { pcall, function(f) return xpcall(f, tostring) end,\n"
             "    function(f) return coroutine.resume(coroutine.create(f)) end } do\n"
             "    local before = grid.budget.units_left\n"
             "    local fine, why = catch(fails)\n"
             "    assert(not fine and why:find(\"field 'b'\"), why)\n"
             "    print(before - grid.budget.units_left)\n"
             "  end\n"
             "end\n");
    stage_init(s);
    s->input.budget.units_per_call = 1000000;
    s->input.budget.seconds_per_call = 60;
    if (stage_load(s, source) != LG_OK)
        fail_msg("%s", s->err.text);
    stage_run(s, 1);
    assert_string_equal(s->faults, "");
}

static void expect_units(const stage *s, long least, long most)
{
    const char *line = s->printed;
    for (int i = 0; i < 3; i++) {
        assert_in_range(strtol(line, NULL, 10), least, most);
        line = strchr(line, '\n') + 1;
    }
}

/* 3,000 statements of 8 bytes, gone through for each link: 16 bytes are a unit. */
static void test_charged(void **state)
{
    stage s;
    (void)state;
    write_script(&s, 0, 2);
    expect_units(&s, 100, 500);
    stage_fini(&s);
    write_script(&s, LONG, 2);
    expect_units(&s, LONG * 8 * 4 / 16, LONG * 8 * 6 / 16);
    stage_fini(&s);
    write_script(&s, LONG, 97);
    expect_units(&s, LONG * 8 * 98 / 16, LONG * 8 * 102 / 16 + 1000);
    stage_fini(&s);
}

static void test_too_many_err(void **state)
{
    static char source[4096];
    stage s;
    (void)state;
    for (int links = 100; links <= 101; links++) {
        size_t n = (size_t)snprintf(source, sizeof source, "function on_tick()\n  local x = state");
        for (int i = 0; i < links; i++)
            n += (size_t)snprintf(source + n, sizeof source - n, "%s.a", i == 50 ? "\n" : "");
        snprintf(source + n, sizeof source - n, "\nend\n");
        stage_init(&s);
        stage_write(&s, "links.lua", source, strlen(source));
        assert_int_equal(stage_load_file(&s, "links.lua"), links == 100 ? LG_OK : LG_SCRIPT);
        if (links > 100)
            stage_expect(s.err.text, "links.lua:3: 101 fields are read one behind the other; at "
                                     "most 100 may be: keep one in a local");
        stage_fini(&s);
    }
    remove("links.lua");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_charged),
        cmocka_unit_test(test_too_many_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
