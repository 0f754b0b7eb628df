/* what a request line and headers may look like */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include "web/check.h"

static void test_targets(void **state)
{
    static const char *const fine[][3] = {
        {"/", "/", ""},
        {"/api/v1/status", "/api/v1/status", ""},
        {"/a/?from=1&to=2", "/a/", "from=1&to=2"},
        {"/a?kinds=log,slot", "/a", "kinds=log,slot"},
        {"/x..y/z.js", "/x..y/z.js", ""},
    };
    static const char *const wrong[] = {"",      "a",      "//a",   "/a//b",    "/./a",
                                        "/a/..", "/../a",  "/%61",  "/a%00",    "/a b",
                                        "/a\\b", "/a;b",   "*",     "/a?%41",   "http://h/",
                                        "/a#b",  "/a?b c", "/\x7f", "/\xc3\xa4"};
    lg_web_target target;
    (void)state;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        assert_true(lg_web_check_target(fine[i][0], &target));
        assert_string_equal(target.path, fine[i][1]);
        assert_string_equal(target.query, fine[i][2]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lg_web_check_target(wrong[i], &target));
    char path[LG_WEB_PATH_MAX + 2];
    memset(path, 'a', sizeof path);
    path[0] = '/';
    path[LG_WEB_PATH_MAX - 1] = 0;
    assert_true(lg_web_check_target(path, &target));
    path[LG_WEB_PATH_MAX - 1] = 'a';
    path[LG_WEB_PATH_MAX] = 0;
    assert_false(lg_web_check_target(path, &target));
}

static void test_queries(void **state)
{
    char value[5];
    (void)state;
    assert_true(lg_web_query("a=1&bb=22", "bb", value, sizeof value));
    assert_string_equal(value, "22");
    assert_true(lg_web_query("a=123456", "a", value, sizeof value));
    assert_string_equal(value, "1234");
    assert_true(lg_web_query("b=&a=1", "b", value, sizeof value));
    assert_string_equal(value, "");
    assert_false(lg_web_query("ab=1", "a", value, sizeof value));
    assert_false(lg_web_query("a", "a", value, sizeof value));
    assert_false(lg_web_query("", "a", value, sizeof value));
}

/* The problem after two headers. */
static bool is_problem(const char *name, const char *value, const char *name2, const char *value2)
{
    lg_web_headers headers = {.problem = NULL};
    lg_web_check_header(&headers, name, value);
    lg_web_check_header(&headers, name2, value2);
    return headers.problem;
}

static void test_headers(void **state)
{
    (void)state;
    assert_false(is_problem("Host", "a", "Accept", "*"));
    assert_false(is_problem("Accept", "a", "Accept", "b"));
    assert_true(is_problem("Host", "a", "host", "a"));
    assert_true(is_problem("Authorization", "a", "AUTHORIZATION", "b"));
    assert_true(is_problem("Origin", "a", "origin", "a"));
    assert_true(is_problem("Authorization ", "a", "Accept", "b"));
    assert_true(is_problem("", "a", "Accept", "b"));
    assert_true(is_problem("Content-Length", "+5", "Accept", "b"));
    assert_true(is_problem("Content-Length", "", "Accept", "b"));
    assert_true(is_problem("Content-Length", "5", "Content-Length", "5"));
    assert_true(is_problem("Content-Length", "5", "Transfer-Encoding", "chunked"));
    assert_true(is_problem("Content-Length", "9999999999", "Accept", "b"));
    assert_false(is_problem("Content-Length", "5", "X-Y", "b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
