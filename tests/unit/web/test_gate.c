/* who may ask for what */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include "web/gate.h"
#include "base/token.h"

static char token[LG_TOKEN_SIZE], bearer[LG_TOKEN_SIZE + 8];

static bool closed, guesses;

static int code_at(const char *local, bool changes, bool is_public, lg_web_headers headers)
{
    lg_web_address address;
    lg_err err;
    assert_int_equal(lg_web_address_read(local, &address, &err), LG_OK);
    if (!headers.host)
        headers.host = local;
    const char *said = lg_web_gate_token(headers.authorization);
    const lg_web_ask ask = {
        .headers = &headers,
        .local = (const struct sockaddr *)&address.socket,
        .known = said && strlen(said) == strlen(token) && lg_token_same(said, token, strlen(token)),
        .guesses = guesses,
        .closed = closed,
        .changes = changes,
        .is_public = is_public,
    };
    return lg_web_gate(&ask).code;
}

#define HERE "127.0.0.1:8420"
#define LAN  "10.0.0.7:8420"

static void test_reading(void **state)
{
    (void)state;
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.origin = NULL}), 200);
    assert_int_equal(code_at(LAN, false, false, (lg_web_headers){.origin = NULL}), 401);
    assert_int_equal(code_at(LAN, false, true, (lg_web_headers){.origin = NULL}), 200);
    assert_int_equal(code_at(LAN, false, false, (lg_web_headers){.authorization = bearer}), 200);
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.origin = "http://evil"}), 403);
    assert_int_equal(code_at(HERE, false, true, (lg_web_headers){.origin = "http://evil"}), 403);
    assert_int_equal(code_at(HERE, false, true, (lg_web_headers){.fetch_site = "cross-site"}), 200);
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.fetch_site = "cross-site"}),
                     403);
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.host = "evil:8420"}), 421);
    assert_int_equal(code_at(HERE, false, true, (lg_web_headers){.host = "evil:8420"}), 421);
}

/* Where many own a run, who has no token reads nothing of it on the same machine either. */
static void test_closed(void **state)
{
    (void)state;
    closed = true;
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.origin = NULL}), 401);
    assert_int_equal(code_at(HERE, false, true, (lg_web_headers){.origin = NULL}), 200);
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.authorization = bearer}), 200);
    closed = false;
}

/* Who has guessed too often hears nothing of any token; the page without data is anybody's. */
static void test_guesses(void **state)
{
    (void)state;
    guesses = true;
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.authorization = bearer}), 429);
    assert_int_equal(
        code_at(HERE, true, false,
                (lg_web_headers){.authorization = bearer, .content_type = "application/json"}),
        429);
    assert_int_equal(code_at(HERE, false, true, (lg_web_headers){.authorization = bearer}), 200);
    assert_int_equal(code_at(HERE, false, false, (lg_web_headers){.origin = "http://evil"}), 403);
    guesses = false;
}

static void test_changing(void **state)
{
    const char *json = "application/json", *ours = "http://" HERE;
    (void)state;
    assert_int_equal(code_at(HERE, true, false, (lg_web_headers){.content_type = json}), 401);
    assert_int_equal(code_at(HERE, true, false, (lg_web_headers){.authorization = bearer}), 415);
    assert_int_equal(
        code_at(HERE, true, false,
                (lg_web_headers){.authorization = bearer, .content_type = "text/plain"}),
        415);
    assert_int_equal(
        code_at(HERE, true, false, (lg_web_headers){.authorization = bearer, .content_type = json}),
        200);
    assert_int_equal(
        code_at(HERE, true, false,
                (lg_web_headers){.authorization = bearer, .content_type = json, .origin = ours}),
        200);
    static const char *const foreign[] = {"null",
                                          "http://evil",
                                          "https://" HERE,
                                          "http://" HERE "0",
                                          "http://" HERE "/",
                                          "http://localhost:8420",
                                          ""};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        assert_int_equal(code_at(HERE, true, false,
                                 (lg_web_headers){.authorization = bearer,
                                                  .content_type = json,
                                                  .origin = foreign[i]}),
                         403);
    assert_int_equal(code_at(HERE, true, false,
                             (lg_web_headers){.authorization = bearer,
                                              .content_type = json,
                                              .fetch_site = "same-site"}),
                     403);
    assert_int_equal(
        code_at(HERE, true, false,
                (lg_web_headers){.authorization = bearer, .content_type = json, .problem = "no"}),
        400);
}

static void test_tokens(void **state)
{
    char other[LG_TOKEN_SIZE + 16] = "Bearer ", more[LG_TOKEN_SIZE + 16];
    (void)state;
    assert_true(lg_token_new(other + strlen(other)));
    snprintf(more, sizeof more, "%sx", bearer);
    const char *const wrong[] = {other, more, "", "Bearer ", token};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(code_at(LAN, false, false, (lg_web_headers){.authorization = wrong[i]}),
                         401);
    more[strlen(bearer) - 1] = 0;
    assert_int_equal(code_at(LAN, false, false, (lg_web_headers){.authorization = more}), 401);
    snprintf(more, sizeof more, "bearer %s", token);
    assert_int_equal(code_at(LAN, false, false, (lg_web_headers){.authorization = more}), 200);
    assert_string_equal(lg_web_gate_token(bearer), token);
    assert_null(lg_web_gate_token(NULL));
    assert_null(lg_web_gate_token(token));
    assert_null(lg_web_gate_token("Basic x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading), cmocka_unit_test(test_closed),
        cmocka_unit_test(test_guesses), cmocka_unit_test(test_changing),
        cmocka_unit_test(test_tokens),
    };
    if (!lg_token_new(token))
        return 1;
    strcat(strcpy(bearer, "Bearer "), token);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
