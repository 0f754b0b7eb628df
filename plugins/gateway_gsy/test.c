/* What the plugin reads and writes, without a Redis: JSON taken strictly, numbers as the wire has
 * them, ids that can be read back. tests/interop shows the rest. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "address.c"
#include "json.c"
#include "names.c"
#include "out.c"

#include "plugin/kit.h"

static const char *plugin_file; /* handed over by the build */

static void json_is_taken_apart(void **state)
{
    (void)state;
    static const char text[] =
        " {\"a\": [1, -2.50e1, true, false, null], \"b\\u00e9\\n\": \"\\ud83d\\ude00\\\"\", "
        "\"c\": {}, \"d\": 7, \"f\": NaN, \"g\": [Infinity,-Infinity]}";
    json_message m;
    assert_true(json_read(text, sizeof text - 1, &m));
    const json *list = json_get(m.top, "a");
    assert_int_equal(list->count, 5);
    assert_string_equal(list->first->text, "1");
    assert_string_equal(list->first->next->text, "-2.50e1");
    assert_true(list->first->next->number == -25);
    assert_int_equal(list->first->next->next->type, JSON_TRUE);
    assert_string_equal(json_text(m.top, "b\xc3\xa9\n"), "\xf0\x9f\x98\x80\"");
    assert_int_equal(json_get(m.top, "c")->count, 0);
    assert_string_equal(json_get(m.top, "d")->text, "7");
    assert_string_equal(json_text(m.top, "f"), "NaN");
    assert_string_equal(json_get(m.top, "g")->first->text, "Infinity");
    assert_string_equal(json_get(m.top, "g")->first->next->text, "-Infinity");
    assert_null(json_get(m.top, "e"));
    assert_null(json_text(m.top, "d"));
    assert_null(json_get(NULL, "a"));
    json_free(&m);
}

static void what_is_too_long_is_looked_into(void **state)
{
    (void)state;
    static const char text[] =
        "{\"x\": {\"id\": \"inner\"}, \"y\\\"id\": \"id\", \"id\" : \"mine\", \"n\": "
        "3, \"q\": \"a\\\"b\", \"open\": \"";
    char word[5];
    size_t size = sizeof text - 1;
    assert_true(json_peek(text, size, "id", word, sizeof word));
    assert_string_equal(word, "mine");
    assert_false(json_peek(text, size, "id", word, 4));
    assert_false(json_peek(text, size, "n", word, sizeof word));
    assert_false(json_peek(text, size, "q", word, sizeof word));
    assert_false(json_peek(text, size, "open", word, sizeof word));
    assert_false(json_peek(text, size, "none", word, sizeof word));
    assert_false(json_peek("{\"id\"", 5, "id", word, sizeof word));
    assert_false(json_peek("", 0, "id", word, sizeof word));
}

static void a_flaw_leaves_the_rest_readable_err(void **state)
{
    (void)state;
    static const char *const flawed[] = {"{\"a\":1,\"a\":2,\"t\":\"x\"}",
                                         "{\"t\":\"x\",\"n\":[1e999]}"};
    json_message m;
    for (int i = 0; i < 2; i++) {
        assert_false(json_read(flawed[i], strlen(flawed[i]), &m));
        assert_string_equal(json_text(m.top, "t"), "x");
        assert_non_null(strstr(json_why(&m), i ? "too large" : "twice"));
        json_free(&m);
    }
    assert_false(json_read("{\"a\":1,\"a\":2", 12, &m));
    assert_string_equal(json_why(&m), "it is no JSON object");
    json_free(&m);
}

static void what_is_no_json_object_is_refused_err(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "[]",
        "1",
        "{",
        "{}x",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":-}",
        "{\"a\":1e}",
        "{\"a\":nan}",
        "{\"a\":-NaN}",
        "{\"a\":Infinit}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":tru}",
        "{\"a\":\"b}",
        "\xef\xbb\xbf{}",
    };
    json_message m;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (json_read(wrong[i], strlen(wrong[i]), &m))
            fail_msg("taken: %s", wrong[i]);
        assert_null(m.top);
        json_free(&m);
    }
    assert_false(json_read("{\"a\":\"\0\"}", 9, &m));
    json_free(&m);
    char deep[2 * JSON_DEPTH_MAX + 20] = "{\"a\":";
    memset(deep + 5, '[', JSON_DEPTH_MAX);
    memset(deep + 5 + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    deep[5 + 2 * JSON_DEPTH_MAX] = '}';
    assert_false(json_read(deep, 6 + 2 * JSON_DEPTH_MAX, &m));
    json_free(&m);
}

static void assert_put(out *o, const char *expected)
{
    assert_string_equal(out_peek(o), expected);
    out_clear(o);
}

static void numbers_are_those_of_the_wire(void **state)
{
    (void)state;
    out o = {0};
    put_float(&o, 26);
    assert_put(&o, "26.0");
    put_float(&o, 0.022760750000000003);
    assert_put(&o, "0.022760750000000003");
    put_float(&o, 1e-9);
    assert_put(&o, "1e-09");
    put_float(&o, NAN);
    assert_put(&o, "null");
    put_number(&o, 4);
    assert_put(&o, "4");
    put_number(&o, 3.5);
    assert_put(&o, "3.5");
    put_round7(&o, 0.02276076);
    assert_put(&o, "0.0227608");
    put_round7(&o, -1e-12);
    assert_put(&o, "0.0");
    put_time(&o, INT64_C(1717373700000), false, "");
    assert_put(&o, "\"2024-06-03T00:15\"");
    put_time(&o, INT64_C(1717373745000), true, "+00:00");
    assert_put(&o, "\"2024-06-03T00:15:45+00:00\"");
    put_text(&o, "a\"b\\c\n\xc3\xa9");
    assert_put(&o, "\"a\\\"b\\\\c\\u000a\xc3\xa9\"");
    out_free(&o);
}

static void what_was_sent_is_echoed(void **state)
{
    (void)state;
    static const char text[] =
        "{\"type\": \"bid\", \"energy\": 2970, \"price\": 0.10, \"r\": true, \"t\": null, "
        "\"l\": [1, \"it's\"], \"o\": {}}";
    json_message m;
    out o = {0};
    assert_true(json_read(text, sizeof text - 1, &m));
    put_python(&o, m.top);
    assert_put(&o, "{'type': 'bid', 'energy': 2970, 'price': 0.10, 'r': True, 't': None, "
                   "'l': [1, \"it's\"], 'o': {}}");
    put_json(&o, m.top);
    assert_put(&o, text);
    json_free(&m);
    out_free(&o);
}

static void ids_are_read_back(void **state)
{
    (void)state;
    gsy g = {.salt = 42}, other = {.salt = 43};
    out o = {0};
    const uint64_t numbers[] = {1, 2, 77, UINT64_C(1) << 40, (UINT64_C(1) << 62) - 1};
    for (int i = 0; i < 5; i++) {
        names_put_id(&g, &o, ID_ORDER, numbers[i]);
        assert_int_equal(o.length, 36);
        assert_int_equal(out_peek(&o)[14], '4'); /* a random one, as far as anybody can see */
        assert_non_null(strchr("89ab", out_peek(&o)[19]));
        assert_true(names_read_id(&g, ID_ORDER, out_peek(&o)) == numbers[i]);
        assert_true(names_read_id(&g, ID_TRADE, out_peek(&o)) == 0);
        assert_true(names_read_id(&other, ID_ORDER, out_peek(&o)) == 0);
        out_clear(&o);
    }
    assert_true(names_read_id(&g, ID_ORDER, "nonexistent") == 0);
    assert_true(names_read_id(&g, ID_ORDER, "12345678-1234-4234-8234-1234567890ab") == 0);
    out_free(&o);
}

static void slugs_are_those_of_markets(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"Grid", "grid"},
        {"House 1", "house-1"},
        {"Family 2 children+PV", "family-2-children-pv"},
        {" 6  apartments! ", "6-apartments"},
    };
    for (size_t i = 0; i < 4; i++) {
        char *slug = slug_of(names[i][0]);
        assert_string_equal(slug, names[i][1]);
        free(slug);
    }
}

static void addresses_are_those_of_redis_clients(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host, *user, *password, *ca_file;
        int port;
        bool tls, verify, check_name;
    } rows[] = {
        {"redis://localhost", "localhost", NULL, NULL, NULL, 6379, false, true, true},
        {"REDIS://", "127.0.0.1", NULL, NULL, NULL, 6379, false, true, true},
        {"redis://10.0.0.1:7000/15", "10.0.0.1", NULL, NULL, NULL, 7000, false, true, true},
        {"redis://@h:1/", "h", NULL, NULL, NULL, 1, false, true, true},
        {"redis://secret@h", "h", NULL, "secret", NULL, 6379, false, true, true},
        {"redis://:se:cr?et@h?db=2", "h", NULL, "se:cr?et", NULL, 6379, false, true, true},
        {"redis://u:p%40%2fq@[::1]:6380", "::1", "u", "p@/q", NULL, 6380, false, true, true},
        {"unix:///run/re%20dis.sock?db=1", "/run/re dis.sock", NULL, NULL, NULL, 0, false, true,
         true},
        {"unix://u:p@/r.sock", "/r.sock", "u", "p", NULL, 0, false, true, true},
        {"rediss://h?ssl_cert_reqs=none", "h", NULL, NULL, NULL, 6379, true, false, true},
        {"rediss://h:1/0?ssl_ca_certs=/a%26b.pem&ssl_check_hostname=False", "h", NULL, NULL,
         "/a&b.pem", 1, true, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        redis_address a;
        const char *why = address_read(rows[i].text, &a);
        if (why)
            fail_msg("%s: %s", rows[i].text, why);
        assert_string_equal(a.host, rows[i].host);
        assert_int_equal(a.port, rows[i].port);
        assert_string_equal(a.user ? a.user : "-", rows[i].user ? rows[i].user : "-");
        assert_string_equal(a.password ? a.password : "-",
                            rows[i].password ? rows[i].password : "-");
        assert_string_equal(a.ca_file ? a.ca_file : "-", rows[i].ca_file ? rows[i].ca_file : "-");
        assert_true(a.tls == rows[i].tls && a.verify == rows[i].verify &&
                    a.check_name == rows[i].check_name);
        address_free(&a);
    }
}

static void what_is_no_address_is_said_err(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"http://h", "an address is"},
        {"redis:/h", "an address is"},
        {"redis://[::1", "an address is"},
        {"redis://[::1]x", "an address is"},
        {"redis://h:", "the port"},
        {"redis://h:0", "the port"},
        {"redis://h:65536", "the port"},
        {"redis://h:+1", "the port"},
        {"redis://h:12x", "an address is"},
        {"redis://h/x", "number of a database"},
        {"redis://h/1x", "number of a database"},
        {"redis://u:%zz@h", "%XX"},
        {"redis://u:%4@h", "%XX"},
        {"redis://u:%00@h", "%XX"},
        {"redis://h?db=x", "db in an address"},
        {"redis://h?ssl_cert_reqs=none", "of rediss://"},
        {"redis://h?x", "behind ?"},
        {"rediss://h?dance=1", "behind ?"},
        {"rediss://h?ssl_cert_reqs=maybe", "required or none"},
        {"rediss://h?ssl_certfile=/a", "go together"},
        {"rediss://h?ssl_ca_certs=", "is empty"},
        {"unix://relative", "an address is"},
        {"unix://", "an address is"},
        {"", "an address is"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        redis_address a;
        const char *why = address_read(rows[i][0], &a);
        if (!why || !strstr(why, rows[i][1]))
            fail_msg("%s: %s", rows[i][0], why ? why : "taken");
        address_free(&a);
    }
}

static void the_plugin_offers_a_gateway(void **state)
{
    (void)state;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), &plugin_file, 1, &diag);
    assert_non_null(plugins);
    assert_int_equal(diag.count, 0);
    const lg_gateway *gateway = lg_plugins_gateway(plugins, "gsy");
    assert_non_null(gateway);
    assert_non_null(gateway->help);
    assert_null(lg_plugins_gateway(plugins, "other"));
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_taken_apart),
        cmocka_unit_test(what_is_too_long_is_looked_into),
        cmocka_unit_test(a_flaw_leaves_the_rest_readable_err),
        cmocka_unit_test(what_is_no_json_object_is_refused_err),
        cmocka_unit_test(numbers_are_those_of_the_wire),
        cmocka_unit_test(what_was_sent_is_echoed),
        cmocka_unit_test(ids_are_read_back),
        cmocka_unit_test(slugs_are_those_of_markets),
        cmocka_unit_test(addresses_are_those_of_redis_clients),
        cmocka_unit_test(what_is_no_address_is_said_err),
        cmocka_unit_test(the_plugin_offers_a_gateway),
    };
    plugin_file = argc > 1 ? argv[1] : "gateway_gsy.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
