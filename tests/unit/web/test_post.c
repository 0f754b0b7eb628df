/* A body goes out as it is and is answered, or it is said why not: who is silent, who redirects,
 * what may not be reached. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "web/post.h"
#include "web/server.h"

typedef struct place {
    lg_loop *loop;
    lg_web *web;
    lg_web_poster *poster;
    char url[128], body[256], signature[64];
    uint32_t asked, told;
    lg_web_posted posted;
} place;

static void has_come(void *ctx, const lg_web_call *call)
{
    place *p = ctx;
    p->asked++;
    if (strcmp(call->uri, "/silent") == 0)
        lg_web_stream(call, "text/plain", 1, ""); /* begins, and never ends */
    else if (strcmp(call->uri, "/moved") == 0) {
        lg_web_header(call, "Location", "/notify");
        lg_web_answer(call, 302, "text/plain", "", 0);
    } else {
        snprintf(p->body, sizeof p->body, "%s", call->body);
        lg_web_answer(call, call->method == LG_WEB_POST ? 204 : 405, NULL, "", 0);
    }
}

static void over(void *ctx, const lg_web_posted *posted)
{
    place *p = ctx;
    p->told++;
    p->posted = *posted;
}

static int open_place(void **state)
{
    static place p;
    lg_web_address address;
    lg_err err;
    p = (place){.loop = lg_loop_new(lg_mem_system())};
    assert_int_equal(lg_web_address_read("127.0.0.1:0", &address, &err), LG_OK);
    const lg_web_input input = {.loop = p.loop, .address = &address, .came = has_come, .ctx = &p};
    assert_int_equal(lg_web_open(lg_mem_system(), &input, &err, &p.web), LG_OK);
    assert_int_equal(lg_web_poster_open(lg_mem_system(), p.loop, &err, &p.poster), LG_OK);
    *state = &p;
    return 0;
}

static int close_place(void **state)
{
    place *p = *state;
    lg_web_poster_close(p->poster);
    lg_web_close(p->web, 0);
    lg_loop_free(p->loop);
    return 0;
}

static void post_for(place *p, const char *host, const char *path, bool anywhere,
                     uint32_t timeout_ms)
{
    snprintf(p->url, sizeof p->url, "%s%s%s", host ? host : "http://",
             host ? "" : lg_web_where(p->web), path);
    const lg_web_post_input input = {
        .url = p->url,
        .headers = {{"Content-Type", "application/json"}},
        .body = "{\"hello\":\"grid\"}",
        .size = 16,
        .timeout_ms = timeout_ms,
        .anywhere = anywhere,
        .done = over,
        .ctx = p,
    };
    uint32_t told = p->told;
    int64_t end_ns = lg_loop_now_ns() + 60 * INT64_C(1000000000);
    assert_int_equal(lg_web_post(p->poster, &input), LG_OK);
    while (p->told == told && lg_loop_now_ns() < end_ns)
        lg_loop_wait(p->loop, end_ns);
    assert_int_equal(p->told, told + 1);
}

/* With more patience than any machine needs: whoever answers is not to lose against a clock. */
static void post(place *p, const char *host, const char *path, bool anywhere)
{
    post_for(p, host, path, anywhere, 30000);
}

static void a_body_goes_out_as_it_is(void **state)
{
    place *p = *state;
    post(p, NULL, "/notify", true);
    assert_int_equal(p->posted.code, 204);
    assert_false(p->posted.timed_out);
    assert_string_equal(p->body, "{\"hello\":\"grid\"}");
}

static void redirects_are_not_followed(void **state)
{
    place *p = *state;
    post(p, NULL, "/moved", true);
    assert_int_equal(p->posted.code, 302);
    assert_int_equal(p->asked, 1);
}

static void who_is_silent_is_not_waited_for_err(void **state)
{
    place *p = *state;
    post_for(p, NULL, "/silent", true, 300);
    assert_int_equal(p->posted.code, 0);
    assert_true(p->posted.timed_out);
    assert_in_range(p->posted.duration_ms, 250, 30000);
}

static void what_may_not_be_reached_err(void **state)
{
    static const struct {
        const char *host;
        bool anywhere;
        const char *why;
    } cases[] = {
        {NULL, false, "only https"},
        {"https://127.0.0.1:1", false, "not one that everybody can reach"},
        {"https://[::1]:1", false, "not one that everybody can reach"},
        {"https://localhost:1", false, "not one that everybody can reach"},
        {"https://169.254.169.254", false, "not one that everybody can reach"},
        {"ftp://example.org", true, "neither http nor https"},
        {"http://user@127.0.0.1:1", true, "the address is none"},
        {"nothing", true, "the address is none"},
        {"http://127.0.0.1:1", true, "failed or was closed"},
    };
    place *p = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        post(p, cases[i].host, "/notify", cases[i].anywhere);
        assert_int_equal(p->posted.code, 0);
        assert_non_null(strstr(p->posted.why, cases[i].why));
        assert_false(p->posted.timed_out);
    }
    assert_int_equal(p->asked, 0);
}

/* A server without TLS is no server of https. */
static void tls_is_meant_err(void **state)
{
    place *p = *state;
    char host[96];
    snprintf(host, sizeof host, "https://%s", lg_web_where(p->web));
    post(p, host, "/notify", true);
    assert_int_equal(p->posted.code, 0);
    assert_int_equal(p->asked, 0);
}

static void closing_ends_what_is_under_way(void **state)
{
    place *p = *state;
    snprintf(p->url, sizeof p->url, "http://%s/silent", lg_web_where(p->web));
    const lg_web_post_input input = {
        .url = p->url, .body = "", .timeout_ms = 60000, .anywhere = true, .done = over, .ctx = p};
    for (int i = 0; i < 3; i++)
        assert_int_equal(lg_web_post(p->poster, &input), LG_OK);
    lg_loop_wait(p->loop, lg_loop_now_ns() + 50000000);
    lg_web_poster_close(p->poster);
    p->poster = NULL;
    lg_loop_wait(p->loop, lg_loop_now_ns() + 50000000);
    assert_int_equal(p->told, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_body_goes_out_as_it_is, open_place, close_place),
        cmocka_unit_test_setup_teardown(redirects_are_not_followed, open_place, close_place),
        cmocka_unit_test_setup_teardown(who_is_silent_is_not_waited_for_err, open_place,
                                        close_place),
        cmocka_unit_test_setup_teardown(what_may_not_be_reached_err, open_place, close_place),
        cmocka_unit_test_setup_teardown(tls_is_meant_err, open_place, close_place),
        cmocka_unit_test_setup_teardown(closing_ends_what_is_under_way, open_place, close_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
