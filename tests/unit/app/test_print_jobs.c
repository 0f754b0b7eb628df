/* Words of a shell: what the line says is what the command gets. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/print_jobs.h"
#include "base/text.h"

static void assert_word(const char *word, const char *expected)
{
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_shell_word(&text, word);
    assert_string_equal(lg_text_peek(&text), expected);
    lg_text_fini(&text);
}

static void test_words(void **state)
{
    (void)state;
    assert_word("/a/b-c_d.json", "/a/b-c_d.json");
    assert_word("--root", "--root");
    assert_word("", "''");
    assert_word("two words", "'two words'");
    assert_word("it's", "'it'\\''s'");
    assert_word("$(reboot)`x`;&|<>*?~#!", "'$(reboot)`x`;&|<>*?~#!'");
    assert_word("a=b", "'a=b'");
    assert_word("\\", "'\\'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
