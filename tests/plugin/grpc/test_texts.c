/* Small parts: decimals, headers, texts, Structs, addresses, keys. Expected values are written out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../plugins/gateway_grpc/address.h"
#include "../../../plugins/gateway_grpc/check.h"
#include "../../../plugins/gateway_grpc/decimal.h"
#include "../../../plugins/gateway_grpc/head.h"
#include "../../../plugins/gateway_grpc/keys.h"
#include "../../../plugins/gateway_grpc/microgrid.h"
#include "../../../plugins/gateway_grpc/trading.h"

static void expect_number(const char *text, int64_t wanted)
{
    int64_t value = 99;
    assert_int_equal(decimal_read(text, 3, &value), DECIMAL_OK);
    assert_int_equal(value, wanted);
}

static void test_decimals(void **state)
{
    (void)state;
    expect_number("50", 50000);
    expect_number("50.00", 50000);
    expect_number("+50.", 50000);
    expect_number("-0.001", -1);
    expect_number(".5", 500);
    expect_number("000000000000000000000000000000000000000000000000000000000000000000012", 12000);
    expect_number("1.230000000000000000000000000", 1230);
    expect_number("5e1", 50000);
    expect_number("5.25E-1", 525);
    expect_number("1200e-5", 12);
    expect_number("0e999999999", 0);
    expect_number("-0", 0);
    expect_number("999999999999999", 999999999999999000);
}

static void expect_refusal(const char *text, decimal_result wanted)
{
    int64_t value;
    assert_int_equal(decimal_read(text, 3, &value), wanted);
}

static void test_decimals_err(void **state)
{
    static const char *const malformed[] = {"",    "-",   ".",  "1,5", "0x10", "1e",  "e5", "1.2.3",
                                            "NaN", "inf", " 1", "1 ",  "--1",  "1e+", "+-1"};
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        expect_refusal(malformed[i], DECIMAL_MALFORMED);
    expect_refusal("0.0001", DECIMAL_FINE);
    expect_refusal("1e-4", DECIMAL_FINE);
    expect_refusal("1e-99999999999999999999", DECIMAL_FINE);
    expect_refusal("1000000000000000", DECIMAL_LARGE);
    expect_refusal("1e400", DECIMAL_LARGE);
}

static void expect_text(int64_t value, const char *wanted)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_put(text, value, 3);
    assert_string_equal(text, wanted);
}

static void test_decimal_texts(void **state)
{
    (void)state;
    expect_text(0, "0");
    expect_text(50000, "50");
    expect_text(100, "0.1");
    expect_text(-1, "-0.001");
    expect_text(-12340, "-12.34");
    expect_text(INT64_MIN, "-9223372036854775.808");
}

static void test_timeouts(void **state)
{
    static const char *const malformed[] = {"", "5", "S", "-5S", "5s", "123456789S", "5SS", "5 S"};
    (void)state;
    assert_int_equal(head_timeout_ms("99999999H"), INT64_C(359999996400000));
    assert_int_equal(head_timeout_ms("2M"), 120000);
    assert_int_equal(head_timeout_ms("60S"), 60000);
    assert_int_equal(head_timeout_ms("250m"), 250);
    assert_int_equal(head_timeout_ms("1001u"), 2);
    assert_int_equal(head_timeout_ms("1n"), 1);
    assert_int_equal(head_timeout_ms("0n"), 0);
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_int_equal(head_timeout_ms(malformed[i]), -1);
}

static void test_percent(void **state)
{
    char out[16];
    (void)state;
    assert_int_equal(head_percent("a%b~", out, sizeof out), 6);
    assert_string_equal(out, "a%25b~");
    assert_int_equal(head_percent("12345678901234567890", out, sizeof out), 15);
    head_percent("1234567890\xc3\xa4", out, sizeof out); /* both bytes of the letter, or none */
    assert_string_equal(out, "1234567890");
}

static bool is_text(const char *bytes)
{
    return check_text((const uint8_t *)bytes, strlen(bytes));
}

static void test_utf8(void **state)
{
    static const char *const wrong[] = {"\xff",
                                        "\xc0\x80",
                                        "\xc3",
                                        "\xe0\x80\x80",
                                        "\x80",
                                        "\xed\xa0\x80",
                                        "\xe2\x82",
                                        "\xf5\x80\x80\x80",
                                        "\xf0\x80\x80\x80",
                                        "\xf4\x90\x80\x80"};
    (void)state;
    assert_true(is_text("plain, \xc3\xa4, \xe2\x82\xac, \xf0\x9f\x94\x8c, \xf4\x8f\xbf\xbf"));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(is_text(wrong[i]));
    assert_false(check_text((const uint8_t *)"a\0b", 3));
}

/* Struct { x: [[[...]]] }, so many lists deep. */
static size_t nested(uint8_t *out, int depth)
{
    uint8_t value[512];
    size_t size = 2;
    memcpy(value, "\x08\x00", 2);     /* null */
    for (int i = 0; i < depth; i++) { /* Value { list_value { values: value } } */
        uint8_t more[512];
        size_t length = 0;
        more[length++] = 0x32;
        more[length++] = (uint8_t)(size + 2);
        if (size > 125)
            return 0;
        more[length++] = 0x0a;
        more[length++] = (uint8_t)size;
        memcpy(more + length, value, size);
        size += length;
        memcpy(value, more, size);
    }
    uint8_t *at = out;
    *at++ = 0x0a;
    *at++ = (uint8_t)(size + 5);
    memcpy(at, "\x0a\x01x\x12", 4);
    at[4] = (uint8_t)size;
    memcpy(at + 5, value, size);
    return size + 7;
}

static void test_structs(void **state)
{
    static const uint8_t number[] = {0x0a, 14, 0x0a, 1, 'n', 0x12, 9,    0x11,
                                     0,    0,  0,    0, 0,   0,    0xf8, 0x3f};
    static const uint8_t cut[] = {0x0a, 14, 0x0a, 1, 'n'};
    static const uint8_t other[] = {0x0a, 5, 0x0a, 1, 'n', 0x10, 1};
    static const uint8_t name[] = {0x0a, 3, 0x0a, 1, 0xff};
    uint8_t bytes[1024];
    (void)state;
    assert_true(check_struct(number, sizeof number));
    assert_true(check_struct(bytes, 0));
    assert_false(check_struct(cut, sizeof cut));
    assert_false(check_struct(other, sizeof other));
    assert_false(check_struct(name, sizeof name));
    assert_true(check_struct(bytes, nested(bytes, 20)));
}

/* Thirty thousand levels in a hundred kilobytes must not end the host. */
static void test_struct_that_is_deep_err(void **state)
{
    enum { LEVELS = 30000, ROOM = LEVELS * 8 };
    uint8_t *bytes = malloc(ROOM);
    size_t at = ROOM, size = 0;
    (void)state;
    for (int i = 0; i < LEVELS; i++) { /* from the inside: tag, length, what is there */
        size_t length = size;
        uint8_t digits[5];
        int count = 0;
        do {
            digits[count++] = (uint8_t)((length & 0x7f) | (length > 127 ? 0x80 : 0));
            length >>= 7;
        } while (length);
        at -= (size_t)count;
        memcpy(bytes + at, digits, (size_t)count);
        bytes[--at] = i % 2 ? 0x32 : 0x0a; /* Value.list_value, ListValue.values */
        size = ROOM - at;
        if (at < 16)
            break;
    }
    assert_true(size > 90000);
    /* as the value of one entry */
    uint8_t *whole = malloc(size + 32);
    size_t used = 0;
    const size_t lengths[] = {size + 4 + 3, size};
    whole[used++] = 0x0a;
    for (size_t length = lengths[0], more = 1; more; length >>= 7) {
        more = length > 127;
        whole[used++] = (uint8_t)((length & 0x7f) | (more ? 0x80 : 0));
    }
    memcpy(whole + used, "\x0a\x01x\x12", 4);
    used += 4;
    for (size_t length = lengths[1], more = 1; more; length >>= 7) {
        more = length > 127;
        whole[used++] = (uint8_t)((length & 0x7f) | (more ? 0x80 : 0));
    }
    memcpy(whole + used, bytes + at, size);
    assert_false(check_struct(whole, used + size));
    free(whole);
    free(bytes);
}

static void test_addresses(void **state)
{
    address a;
    char why[200];
    (void)state;
    assert_true(address_read("127.0.0.1:50051", &a, why, sizeof why));
    assert_string_equal(a.host, "127.0.0.1");
    assert_int_equal(a.port, 50051);
    assert_true(address_is_local(&a));
    assert_true(address_read("[::1]:0?keys=/etc/k&tls_cert=a&tls_key=b", &a, why, sizeof why));
    assert_string_equal(a.host, "::1");
    assert_string_equal(a.keys, "/etc/k");
    assert_string_equal(a.tls_cert, "a");
    assert_true(address_read("0.0.0.0:1?open=yes", &a, why, sizeof why));
    assert_true(a.is_open);
    assert_false(address_is_local(&a));
    assert_int_equal(a.microgrid, 0);
    assert_true(address_read("localhost:1?microgrid=42", &a, why, sizeof why));
    assert_int_equal(a.microgrid, 42);
    assert_false(address_read("localhost:1?microgrid=0", &a, why, sizeof why));
    assert_false(address_read("localhost:1?microgrid=4x", &a, why, sizeof why));
    assert_false(address_read("127.0.0.1", &a, why, sizeof why));
    assert_false(address_read("127.0.0.1:70000", &a, why, sizeof why));
    assert_false(address_read(":5", &a, why, sizeof why));
    assert_false(address_read("127.0.0.1:5?open=no", &a, why, sizeof why));
    assert_false(address_read("127.0.0.1:5?tls_cert=a", &a, why, sizeof why));
    assert_string_equal(why, "tls_cert and tls_key belong together");
}

/* ---- keys ---- */

#define NOW_S (INT64_C(1700000000))

static keys *keys_of(const char *text, char *why, uint32_t size)
{
    char path[] = "/tmp/lunagrid-keys-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    keys *k = keys_open(path, why, size);
    unlink(path);
    return k;
}

/* A signature as clients make it. */
static void sign(char *out, const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t digest[33] = {0};
    unsigned int length;
    HMAC(EVP_sha256(), "secret", 6, (const uint8_t *)text, strlen(text), digest, &length);
    for (int i = 0; i < 43; i++) {
        int bit = i * 6;
        unsigned int two = (unsigned int)digest[bit / 8] << 8 | digest[bit / 8 + 1];
        out[i] = letters[two >> (10 - bit % 8) & 63];
    }
    out[43] = 0;
}

static rpc_code admitted(keys *k, const char *key, const char *ts, const char *nonce,
                         const char *sig, int64_t now_s)
{
    const void *who;
    const char *why = "";
    const keys_claim claim = {.key = key, .ts = ts, .nonce = nonce, .sig = sig, .method = "Get"};
    return keys_admit(k, &claim, now_s * 1000, &who, &why);
}

static void test_keys(void **state)
{
    char why[400], sig[50];
    const void *who;
    const char *said;
    keys *k = keys_of(
        "# a comment\n\nann secret 1,2 trade\n"
        "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae - * read\n",
        why, sizeof why); /* of "foo" */
    const keys_claim foo = {.key = "foo", .method = "Get"};
    (void)state;
    assert_non_null(k);
    assert_int_equal(keys_admit(k, &foo, 0, &who, &said), RPC_OK);
    assert_true(keys_may(who, 77, TRADING_MAY_READ));
    assert_false(keys_may(who, 77, TRADING_MAY_TRADE));
    assert_int_equal(admitted(k, "bar", NULL, NULL, NULL, NOW_S), RPC_UNAUTHENTICATED);
    assert_int_equal(admitted(k, NULL, NULL, NULL, NULL, NOW_S), RPC_UNAUTHENTICATED);
    assert_int_equal(admitted(k, "ann", NULL, NULL, NULL, NOW_S), RPC_UNAUTHENTICATED);
    sign(sig, "ann1700000000n1Get");
    assert_int_equal(admitted(k, "ann", "1700000000", "n1", sig, NOW_S), RPC_OK);
    assert_int_equal(admitted(k, "ann", "1700000000", "n1", sig, NOW_S + 60), RPC_UNAUTHENTICATED);
    sign(sig, "ann1700000000n2Get");
    assert_int_equal(admitted(k, "ann", "1700000000", "n2", sig, NOW_S + 61), RPC_UNAUTHENTICATED);
    assert_int_equal(admitted(k, "ann", "1700000000", "n2", sig, NOW_S - 61), RPC_UNAUTHENTICATED);
    assert_int_equal(admitted(k, "ann", "1700000000", "n3", sig, NOW_S), RPC_UNAUTHENTICATED);
    strcat(sig, "=");
    assert_int_equal(admitted(k, "ann", "1700000000", "n2", sig, NOW_S), RPC_OK);
    sig[0] = sig[0] == 'A' ? 'B' : 'A';
    assert_int_equal(admitted(k, "ann", "1700000000", "n4", sig, NOW_S), RPC_UNAUTHENTICATED);
    keys_free(k);
}

static void test_rights(void **state)
{
    char why[400];
    const void *who;
    const char *said;
    keys *k = keys_of("ann - - control\nbob - 1 trade,control\neve - * trade\n", why, sizeof why);
    const struct {
        keys_claim claim;
        bool controls, trades;
    } rows[] = {{{.key = "ann", .method = "Get"}, true, false},
                {{.key = "bob", .method = "Get"}, true, true},
                {{.key = "eve", .method = "Get"}, false, true}};
    (void)state;
    assert_non_null(k);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(keys_admit(k, &rows[i].claim, 0, &who, &said), RPC_OK);
        assert_int_equal(keys_number(k, who), i + 1);
        assert_true(keys_has(who, MICROGRID_MAY_READ));
        assert_int_equal(keys_has(who, MICROGRID_MAY_CONTROL), rows[i].controls);
        assert_int_equal(keys_may(who, 1, TRADING_MAY_TRADE), rows[i].trades);
    }
    keys_free(k);
}

/* Many calls are told apart, and those whose time is over are forgotten. */
static void test_many_nonces(void **state)
{
    char why[400], sig[50], text[64], nonce[16], ts[16];
    keys *k = keys_of("ann secret * trade\n", why, sizeof why);
    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t now = NOW_S + i / 20;
        snprintf(ts, sizeof ts, "%lld", (long long)now);
        snprintf(nonce, sizeof nonce, "n%d", i);
        snprintf(text, sizeof text, "ann%s%sGet", ts, nonce);
        sign(sig, text);
        assert_int_equal(admitted(k, "ann", ts, nonce, sig, now), RPC_OK);
        assert_int_equal(admitted(k, "ann", ts, nonce, sig, now), RPC_UNAUTHENTICATED);
    }
    keys_free(k);
}

static void test_keys_err(void **state)
{
    static const struct {
        const char *text, *wrong;
    } cases[] = {
        {"", "there is no key in it"},
        {"a b\n", "GRIDPOOLS are numbers"},
        {"a b 1 own\n", "RIGHTS are read, trade, control"},
        {"a b 1 read,own\n", "RIGHTS are read, trade, control"},
        {"a b 1 ,\n", "RIGHTS are read, trade, control"},
        {"a b 1,x read\n", "GRIDPOOLS are numbers"},
        {"a b 1 read more\n", "a word too many"},
        {"sha256:12 - * read\n", "64 hexadecimal digits"},
        {"a b 1 read\na c 2 read\n", ":2: this key is there already"},
    };
    char why[400];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(keys_of(cases[i].text, why, sizeof why));
        assert_non_null(strstr(why, cases[i].wrong));
    }
    assert_null(keys_open("/nowhere/keys", why, sizeof why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals),      cmocka_unit_test(test_decimals_err),
        cmocka_unit_test(test_decimal_texts), cmocka_unit_test(test_timeouts),
        cmocka_unit_test(test_percent),       cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_structs),       cmocka_unit_test(test_struct_that_is_deep_err),
        cmocka_unit_test(test_addresses),     cmocka_unit_test(test_keys),
        cmocka_unit_test(test_rights),        cmocka_unit_test(test_many_nonces),
        cmocka_unit_test(test_keys_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
