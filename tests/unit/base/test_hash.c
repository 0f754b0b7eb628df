/* The chained hash: the same events give the same digest however they are cut, any change gives
 * another. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/hash.h"
#include "support/failing_mem.h"

/* Adds @p size bytes in pieces of @p piece and returns the digest. */
static void digest_of(uint64_t seed, const unsigned char *bytes, size_t size, size_t piece,
                      char out[33])
{
    lg_chain *chain = lg_chain_new(lg_mem_system(), seed);
    assert_non_null(chain);
    for (size_t at = 0; at < size; at += piece)
        lg_chain_add(chain, bytes + at, size - at < piece ? size - at : piece);
    lg_digest_format(lg_chain_link(chain), out);
    lg_chain_free(chain);
}

static void published_vector(void **state)
{
    (void)state;
    char out[33];
    digest_of(0, NULL, 0, 1, out); /* XXH3, 128 bits, of nothing */
    assert_string_equal(out, "99aa06d3014798d86001c324468d497f");
}

static void pieces_do_not_matter(void **state)
{
    (void)state;
    static unsigned char bytes[100000];
    char whole[33], pieces[33];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 31 >> 3);
    digest_of(5, bytes, sizeof bytes, sizeof bytes, whole);
    static const size_t cuts[] = {1, 7, 1000, 32768, 32769, 99999};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        digest_of(5, bytes, sizeof bytes, cuts[i], pieces);
        assert_string_equal(pieces, whole);
    }
}

static void content_order_and_seed_matter(void **state)
{
    (void)state;
    char a[33], b[33];
    digest_of(1, (const unsigned char *)"bid ask", 7, 7, a);
    digest_of(1, (const unsigned char *)"ask bid", 7, 7, b);
    assert_string_not_equal(a, b);
    digest_of(2, (const unsigned char *)"bid ask", 7, 7, b);
    assert_string_not_equal(a, b);
    digest_of(1, (const unsigned char *)"bid asl", 7, 7, b);
    assert_string_not_equal(a, b);
}

static void links_remember_what_came_before(void **state)
{
    (void)state;
    lg_chain *one = lg_chain_new(lg_mem_system(), 9), *two = lg_chain_new(lg_mem_system(), 9);
    lg_chain_add(one, "x", 1);
    lg_chain_add(two, "y", 1);
    lg_chain_link(one);
    lg_chain_link(two);
    lg_chain_add(one, "same", 4);
    lg_chain_add(two, "same", 4);
    lg_digest a = lg_chain_link(one), b = lg_chain_link(two);
    assert_true(a.high != b.high && a.low != b.low);
    lg_digest again = lg_chain_link(one);
    assert_true(again.low != a.low); /* an empty slot is a link too */
    lg_chain_free(one);
    lg_chain_free(two);
    lg_chain_free(NULL);
}

static void digest_text(void **state)
{
    (void)state;
    char out[33];
    lg_digest_format((lg_digest){.high = 0x1, .low = UINT64_C(0xabcdef0123456789)}, out);
    assert_string_equal(out, "0000000000000001abcdef0123456789");
}

static void sha256(void **state)
{
    (void)state;
    char out[65];
    lg_sha256("", 0, out);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    lg_sha256("abc", 3, out);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void sha256_of_a_file(void **state)
{
    (void)state;
    static char bytes[50000];
    char whole[65], pieces[65];
    uint64_t size = 0;
    memset(bytes, 'e', sizeof bytes);
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
    rewind(file);
    assert_true(lg_sha256_file(file, pieces, &size));
    assert_true(size == sizeof bytes);
    lg_sha256(bytes, sizeof bytes, whole);
    assert_string_equal(pieces, whole);
    fclose(file);
}

static void a_look_ends_nothing(void **state)
{
    (void)state;
    char looked[33], not_looked[33];
    lg_chain *one = lg_chain_new(lg_mem_system(), 9), *two = lg_chain_new(lg_mem_system(), 9);
    lg_chain_add(one, "x", 1);
    lg_chain_add(two, "x", 1);
    uint64_t before = lg_chain_peek(one);
    assert_true(lg_chain_peek(one) == before);
    lg_chain_add(one, "y", 1);
    lg_chain_add(two, "y", 1);
    assert_true(lg_chain_peek(one) != before);
    lg_digest_format(lg_chain_link(one), looked);
    lg_digest_format(lg_chain_link(two), not_looked);
    assert_string_equal(looked, not_looked);
    lg_chain_free(one);
    lg_chain_free(two);
}

static void published_vector_of_64_bits(void **state)
{
    (void)state;
    assert_true(lg_hash64(0, "", 0) ==
                UINT64_C(0x2d06800538d394c2)); /* XXH3, 64 bits, of nothing */
    assert_true(lg_hash64(1, "a", 1) != lg_hash64(0, "a", 1));
}

static int make_chain(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_chain *chain = lg_chain_new(mem, 1);
    if (!chain)
        return 1;
    lg_chain_add(chain, "event", 5);
    lg_chain_link(chain);
    lg_chain_free(chain);
    return 0;
}

static void sweep(void **state)
{
    (void)state;
    assert_int_equal(lg_sweep_allocations(make_chain, NULL), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vector),
        cmocka_unit_test(pieces_do_not_matter),
        cmocka_unit_test(content_order_and_seed_matter),
        cmocka_unit_test(links_remember_what_came_before),
        cmocka_unit_test(digest_text),
        cmocka_unit_test(sha256),
        cmocka_unit_test(sha256_of_a_file),
        cmocka_unit_test(a_look_ends_nothing),
        cmocka_unit_test(published_vector_of_64_bits),
        cmocka_unit_test(sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
