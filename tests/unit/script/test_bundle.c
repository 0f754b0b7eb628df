/* Shows that a script and all that it requires are one thing: with one hash, as bytes and back, and
 * enough to make an agent without a file. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/hash.h"
#include "script/reload.h"
#include "stage.h"
#include "support/failing_mem.h"

static void add(lg_bundle *bundle, const char *name, const char *path, const char *text)
{
    const lg_bundle_text added = {name, path, text, strlen(text)};
    assert_int_equal(lg_bundle_add(bundle, &added, NULL, NULL), LG_OK);
}

static void a_single_text_has_the_hash_that_sha256sum_says(void **state)
{
    (void)state;
    lg_bundle *bundle = lg_bundle_new(lg_mem_system());
    add(bundle, "", "a.lua", "return {}\n");
    assert_string_equal(lg_bundle_hash(bundle),
                        "1232d8379de77e154ca533689af2e42629dd7574bda5a0a390799849f07607c3");
    lg_bundle_unref(bundle);
}

static void modules_count_in_the_hash_their_order_and_place_do_not(void **state)
{
    (void)state;
    lg_mem *mem = lg_mem_system();
    lg_bundle *one = lg_bundle_new(mem), *two = lg_bundle_new(mem), *other = lg_bundle_new(mem);
    char hash[65], lines[512];
    add(one, "", "a.lua", "A");
    add(one, "zoo", "zoo.lua", "Z");
    add(one, "bee", "bee.lua", "B");
    add(two, "", "/elsewhere/a.lua", "A");
    add(two, "bee", "/lib/bee.lua", "B");
    add(two, "zoo", "/lib/zoo.lua", "Z");
    add(other, "", "a.lua", "A");
    add(other, "zoo", "zoo.lua", "Z.");
    add(other, "bee", "bee.lua", "B");
    assert_string_equal(lg_bundle_hash(one), lg_bundle_hash(two));
    assert_string_not_equal(lg_bundle_hash(one), lg_bundle_hash(other));
    lines[0] = 0;
    static const char *const parts[][2] = {{"A", ""}, {"B", "bee"}, {"Z", "zoo"}};
    for (size_t i = 0; i < 3; i++) {
        lg_sha256(parts[i][0], 1, hash);
        strcat(strcat(strcat(strcat(lines, hash), "  "), parts[i][1]), "\n");
    }
    lg_sha256(lines, strlen(lines), hash);
    assert_string_equal(lg_bundle_hash(one), hash);
    lg_bundle_unref(one);
    lg_bundle_unref(two);
    lg_bundle_unref(other);
}

static void bytes_read_back_are_the_same_bundle(void **state)
{
    (void)state;
    lg_mem *mem = lg_mem_system();
    lg_bundle *bundle = lg_bundle_new(mem), *back = NULL;
    lg_text bytes;
    lg_text_init(&bytes, mem);
    add(bundle, "", "a.lua", "local b = require 'b'\n");
    add(bundle, "b", "b.lua", "");
    lg_bundle_write(bundle, &bytes);
    assert_int_equal(lg_bundle_read(mem, bytes.data, bytes.length, NULL, &back), LG_OK);
    assert_int_equal(lg_bundle_count(back), 2);
    assert_string_equal(lg_bundle_hash(back), lg_bundle_hash(bundle));
    assert_string_equal(lg_bundle_find(back, "b")->path, "b.lua");
    lg_bundle_unref(back);
    /* cut anywhere, or with a byte more, it is none; whatever one byte is changed to is harmless */
    for (size_t n = 0; n < bytes.length; n++) {
        assert_int_equal(lg_bundle_read(mem, bytes.data, n, NULL, &back), LG_INVALID);
        char kept = bytes.data[n];
        bytes.data[n] = (char)(kept ^ 0x55);
        if (lg_bundle_read(mem, bytes.data, bytes.length, NULL, &back) == LG_OK)
            lg_bundle_unref(back);
        bytes.data[n] = kept;
    }
    lg_text_char(&bytes, 0);
    assert_int_equal(lg_bundle_read(mem, bytes.data, bytes.length, NULL, &back), LG_INVALID);
    lg_text_fini(&bytes);
    lg_bundle_unref(bundle);
}

static void equal_texts_are_held_once(void **state)
{
    (void)state;
    lg_mem *mem = lg_mem_system();
    lg_bundle *one = lg_bundle_new(mem), *two = lg_bundle_new(mem);
    const lg_bundle_text text = {"", "a.lua", "same", 4};
    add(one, "", "a.lua", "same");
    assert_int_equal(lg_bundle_add(two, &text, one, NULL), LG_OK);
    assert_ptr_equal(lg_bundle_at(one, 0), lg_bundle_at(two, 0));
    lg_bundle_unref(one);
    assert_string_equal(lg_bundle_at(two, 0)->text, "same");
    lg_bundle_unref(two);
}

static const char with_modules[] = "local early = require 'early'\n"
                                   "return {\n"
                                   "  on_start = function() print(early, require('later')) end,\n"
                                   "  on_tick = function() require('no' .. 'where') end,\n"
                                   "}\n";

static void an_agent_knows_also_what_it_requires_later(void **state)
{
    (void)state;
    stage s;
    stage_init(&s);
    stage_write(&s, "early.lua", "return 'E1'", 11);
    stage_write(&s, "later.lua", "return 'L1'", 11);
    assert_int_equal(stage_load(&s, with_modules), LG_OK);
    lg_bundle *bundle = lg_bundle_ref(lg_agent_bundle(s.agent));
    assert_int_equal(lg_bundle_count(bundle), 3);
    /* what the files say by now does not matter: neither to this agent nor to one of the bundle */
    stage_write(&s, "early.lua", "return 'E2'", 11);
    stage_write(&s, "later.lua", "return 'L2'", 11);
    stage_start(&s);
    assert_string_equal(s.printed, "E1\tL1\n");
    s.input.bundle = bundle;
    s.input.script = s.path;
    lg_agent *again = NULL;
    assert_int_equal(unlink(s.path), 0);
    assert_int_equal(lg_agent_new(s.mem, &s.input, &s.err, &again), LG_OK);
    assert_string_equal(lg_agent_hash(again), lg_agent_hash(s.agent));
    lg_agent_free(again);
    lg_bundle_unref(bundle);
    stage_run(&s, 1);
    stage_expect(s.faults, "module \"nowhere\" is neither beside the script nor in scripts/lib, or "
                           "was not when this version was loaded; what is required later must be "
                           "named as a text");
    unlink("early.lua");
    unlink("later.lua");
    stage_fini(&s);
}

static int read_once(lg_mem *mem, void *ctx)
{
    const lg_text *bytes = ctx;
    lg_bundle *bundle = NULL;
    lg_text back;
    lg_err err = {.status = LG_OK};
    lg_diag diag;
    lg_text_init(&back, mem);
    lg_diag_init(&diag, mem);
    lg_status status = lg_bundle_read(mem, bytes->data, bytes->length, &err, &bundle);
    bool whole = status == LG_OK && lg_bundle_hash(bundle)[0];
    assert_int_equal(status, err.status);
    if (whole)
        status = lg_bundle_lint(mem, bundle, NULL, &diag);
    if (whole)
        lg_bundle_write(bundle, &back);
    bool said = !whole || back.failed ||
                (back.length == bytes->length && !memcmp(back.data, bytes->data, back.length));
    whole = whole && !back.failed;
    lg_text_fini(&back);
    lg_diag_fini(&diag);
    lg_bundle_unref(bundle);
    return status == LG_OK && whole && said ? 0 : !said || status == LG_SCRIPT ? 2 : 1;
}

static void texts_are_read_whole_or_not_at_all_err(void **state)
{
    (void)state;
    lg_text bytes;
    lg_bundle *bundle = lg_bundle_new(lg_mem_system());
    const lg_bundle_text texts[] = {{"", "a.lua", "return {on_tick = require 'm'}", 30},
                                    {"m", "m.lua", "return function() end", 21},
                                    {"n", "n.lua", "", 0}};
    for (int i = 0; i < 3; i++)
        assert_int_equal(lg_bundle_add(bundle, &texts[i], NULL, NULL), LG_OK);
    lg_text_init(&bytes, lg_mem_system());
    lg_bundle_write(bundle, &bytes);
    lg_bundle_unref(bundle);
    assert_in_range(lg_sweep_allocations(read_once, &bytes), 10, 5000);
    lg_text_fini(&bytes);
}

/* What a script requires by name: of what ships for an upload, of its own folder for a file. */
static void what_is_required_is_found(void **state)
{
    (void)state;
    lg_err err = {.text = ""};
    lg_bundle *bundle = lg_bundle_new(lg_mem_system());
    add(bundle, "", LG_BUNDLE_UPLOAD "x.lua",
        "local a, b = require 'mine', require('outside')\nrequire 'nowhere'\n");
    add(bundle, "mine", LG_BUNDLE_UPLOAD "mine.lua", "return require 'slots'");
    assert_int_equal(lg_bundle_complete(lg_mem_system(), bundle, STAGE_SCRIPTS, &err), LG_OK);
    assert_int_equal(lg_bundle_count(bundle), 4);
    assert_non_null(lg_bundle_find(bundle, "outside"));
    assert_non_null(lg_bundle_find(bundle, "slots"));
    assert_null(lg_bundle_find(bundle, "nowhere"));
    assert_string_equal(lg_bundle_shown(lg_bundle_at(bundle, 0)->path), "x.lua");
    assert_string_equal(lg_bundle_shown("a/x.lua"), "a/x.lua");
    lg_bundle_unref(bundle);
    assert_int_equal(
        lg_bundle_of_file(lg_mem_system(), STAGE_SCRIPTS "/lib/own_use.lua", &err, &bundle), LG_OK);
    assert_non_null(lg_bundle_find(bundle, ""));
    assert_true(lg_bundle_count(bundle) > 1);
    lg_bundle_unref(bundle);
    assert_int_equal(lg_bundle_of_file(lg_mem_system(), "/nowhere/x.lua", &err, &bundle), LG_IO);
    assert_null(bundle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_required_is_found),
        cmocka_unit_test(a_single_text_has_the_hash_that_sha256sum_says),
        cmocka_unit_test(modules_count_in_the_hash_their_order_and_place_do_not),
        cmocka_unit_test(bytes_read_back_are_the_same_bundle),
        cmocka_unit_test(equal_texts_are_held_once),
        cmocka_unit_test(an_agent_knows_also_what_it_requires_later),
        cmocka_unit_test(texts_are_read_whole_or_not_at_all_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
