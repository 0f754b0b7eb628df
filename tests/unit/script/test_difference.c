/* Shows what is said of two versions of a script: which functions differ, by their words alone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include "script/reload.h"

static lg_bundle *bundle_of(const char *script, const char *module)
{
    lg_bundle *bundle = lg_bundle_new(lg_mem_system());
    const lg_bundle_text texts[] = {{"", "a.lua", script, strlen(script)},
                                    {"lib", "lib.lua", module, module ? strlen(module) : 0}};
    for (int i = 0; i < (module ? 2 : 1); i++)
        assert_int_equal(lg_bundle_add(bundle, &texts[i], NULL, NULL), LG_OK);
    return bundle;
}

static void expect_with(const char *before, const char *lib_before, const char *after,
                        const char *lib_after, const char *said)
{
    lg_bundle *from = bundle_of(before, lib_before), *to = bundle_of(after, lib_after);
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_bundle_changes(lg_mem_system(), from, to, &text);
    assert_string_equal(lg_text_peek(&text), said);
    lg_text_fini(&text);
    lg_bundle_unref(from);
    lg_bundle_unref(to);
}

static void expect(const char *before, const char *after, const char *said)
{
    expect_with(before, NULL, after, NULL, said);
}

static void functions_are_known_by_name(void **state)
{
    (void)state;
    expect("local function quote(x) return x end\nfunction on_tick() if x then quote(1) end end\n",
           "local function quote(x) return x + 1 end\nfunction on_tick() if x then quote(1) end "
           "end\n",
           "changed quote()");
    expect("local a = {}\nfunction a.b:c() repeat x() until y end\nlocal n = 1\n",
           "local a = {}\nfunction a.b:c() repeat x() until z end\nlocal n = 1\n",
           "changed a.b:c()");
    expect(
        "local f = function() return 1 end return { on_tick = function() while 1 do f() end end }",
        "local f = function() return 2 end return { on_tick = function() while 2 do f() end end }",
        "changed f(), on_tick()");
    expect("function a() end function b() end", "function c() end function a() end",
           "added c(), removed b()");
    /* in a nested function the outer one differs */
    expect("function a() local function b() return 1 end end",
           "function a() local function b() return 2 end end", "changed a()");
    /* two of a name are taken in their order */
    expect("function a() return 1 end function a() return 2 end",
           "function a() return 1 end function a() return 3 end", "changed a()");
}

static void the_rest_is_the_top_level(void **state)
{
    (void)state;
    expect("local rate = 20\nfunction a() end\n", "local rate = 21\nfunction a() end\n",
           "changed top level");
    expect("local rate = 20\nfunction a() end\nlocal x\n", "local rate = 20\nfunction a() end\n",
           "changed top level");
    expect("f(function() return 1 end)", "f(function() return 2 end)", "changed top level");
    expect("-- one\nfunction a() end", "-- two\n\nfunction a()   end", "changed no code");
    expect("", "function a() end", "added a()");
    expect("local function", "local", "changed top level"); /* not even Lua */
    expect("function a(", "function a", "changed a()");
}

static void modules_are_named(void **state)
{
    (void)state;
    expect_with("x()", "function f() return 1 end local a = 1", "x()",
                "function f() return 2 end local a = 2", "changed lib: f(), lib: top level");
    expect_with("x()", NULL, "x()", "return 1", "added module lib");
    expect_with("x()", "return 1", "y()", NULL, "changed top level, removed module lib");
}

static void long_lists_end(void **state)
{
    (void)state;
    expect("",
           "function a() end function b() end function c() end function d() end function e() "
           "end function f() end function g() end function h() end",
           "added a(), b(), c(), d(), e(), f() and 2 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_known_by_name),
        cmocka_unit_test(the_rest_is_the_top_level),
        cmocka_unit_test(modules_are_named),
        cmocka_unit_test(long_lists_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
