/* Every code has a page, and every example of the table meets its code. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "script/codes.h"
#include "stage.h"

/* What cannot be written down in a table of texts. */
static size_t prepare(stage *s, const lg_code *code, char *out, size_t size)
{
    bool whole = strstr(code->example, "function on_") == code->example ||
                 strncmp(code->example, "return {", 8) == 0;
    bool load = strcmp(code->name, "BYTECODE") == 0 || strcmp(code->name, "NO_MODULE") == 0;
    if (strcmp(code->name, "MODULE_LOOP") == 0) {
        stage_write(s, "loop.lua", "return require 'loop'\n", 22);
        return (size_t)snprintf(out, size, "require 'loop'\n");
    }
    if (strcmp(code->name, "SCRIPT_SIZE") == 0) {
        memset(out, ' ', 66000);
        return 66000;
    }
    int length =
        snprintf(out, size, whole || load ? "%s\n" : "function on_market_cycle(info)\n%s\nend\n",
                 code->example);
    char *one = strcmp(code->name, "NOT_TEXT") == 0 ? strchr(out, 1) : NULL;
    if (one)
        *one = '\0';
    return (size_t)length;
}

static void meet(const lg_code *code)
{
    static char source[70000];
    char expected[80];
    stage s;
    stage_init(&s);
    if (strcmp(code->name, "BUDGET_UNITS") == 0)
        s.input.budget.units_per_call = 100000;
    s.input.budget.seconds_per_call = strcmp(code->name, "BUDGET_TIME") == 0 ? 0.1 : 60;
    s.input.budget.faults_in_a_row = strcmp(code->name, "BUDGET_FAULTS") == 0 ? 3 : 0;
    stage_write(&s, "meet.lua", source, prepare(&s, code, source, sizeof source));
    lg_status status = stage_load_file(&s, "meet.lua");
    if (status == LG_OK)
        stage_run(&s, 1);
    const char *said = status == LG_OK ? s.faults : s.err.text;
    snprintf(expected, sizeof expected, "\n  lunagrid explain %s", code->name);
    if (code->kind == LG_CODE_REFUSED || code->kind == LG_CODE_CUT) {
        if (!strstr(s.printed, code->name) || *said)
            fail_msg("%s: printed %s, faults %s", code->name, s.printed, said);
    } else if (!strstr(said, expected)) {
        fail_msg("%s: %s", code->name, said);
    }
    bool given_up = status == LG_OK && lg_agent_stopped(s.agent);
    assert_true(given_up == (code->kind == LG_CODE_GIVEN_UP));
    if (given_up)
        assert_string_equal(lg_agent_stopped(s.agent)->code, code->name);
    stage_fini(&s);
}

static void test_every_example_meets_its_code(void **state)
{
    uint32_t count;
    const lg_code *codes = lg_codes(&count);
    (void)state;
    assert_in_range(count, 40, 120);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(codes[i].name, "WORKER_LOST") != 0 && /* takes a process: tests/unit/worker */
            codes[i].kind != LG_CODE_OWNER)              /* takes an owner: tests/flow/89_collab */
            meet(&codes[i]);
    remove("meet.lua");
    remove("loop.lua");
}

static void check_lines(const char *name, const char *text)
{
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        if (strcspn(text, "\n") > 96)
            fail_msg("%s: a line is too long: %.40s", name, text);
}

static void test_every_code_has_a_page(void **state)
{
    uint32_t count;
    const lg_code *codes = lg_codes(&count);
    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        lg_text page;
        lg_text_init(&page, lg_mem_system());
        lg_code_page(&codes[i], &page);
        assert_ptr_equal(lg_code_find(codes[i].name), &codes[i]); /* names are unique */
        assert_true(strlen(codes[i].title) > 10 && strlen(codes[i].page) > 20);
        assert_null(strchr(codes[i].title, '\n'));
        assert_true(strlen(codes[i].title) < 76);
        check_lines(codes[i].name, codes[i].page);
        for (const char *c = codes[i].name; *c; c++)
            assert_true(isupper((unsigned char)*c) || *c == '_');
        stage_expect(lg_text_peek(&page), codes[i].title);
        stage_expect(lg_text_peek(&page), "Example:");
        lg_text_fini(&page);
    }
    assert_ptr_equal(lg_code_find("no_field"), lg_code_find("NO_FIELD"));
    assert_null(lg_code_find("NO"));
}

/* Each refusal that a command can be answered with has a page of its name. */
static void test_every_refusal_has_a_page(void **state)
{
    static const lg_status refusals[] = {LG_INVALID, LG_FOREIGN, LG_UNSUPPORTED, LG_CLOSED,
                                         LG_ENERGY,  LG_RATE,    LG_LIMIT,       LG_GONE};
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const lg_code *code = lg_code_find(lg_status_name(refusals[i]));
        assert_non_null(code);
        assert_int_equal(code->kind, LG_CODE_REFUSED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_example_meets_its_code),
        cmocka_unit_test(test_every_code_has_a_page),
        cmocka_unit_test(test_every_refusal_has_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
