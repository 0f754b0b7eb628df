/* Derived identities are the same for ever, and the text form reads back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/uuid.h"

static void derived(void **state)
{
    (void)state;
    char out[37];
    /* XXH3-128 of nothing is 99aa06d3014798d86001c324468d497f; version and variant are set over it.
     */
    lg_uuid uuid = lg_uuid_derive(0, "");
    lg_uuid_format(&uuid, out);
    assert_string_equal(out, "99aa06d3-0147-88d8-a001-c324468d497f");
}

static void seed_and_path_matter(void **state)
{
    (void)state;
    lg_uuid a = lg_uuid_derive(42, "Grid/Home 1"), b = lg_uuid_derive(42, "Grid/Home 1");
    assert_memory_equal(&a, &b, sizeof a);
    b = lg_uuid_derive(43, "Grid/Home 1");
    assert_memory_not_equal(&a, &b, sizeof a);
    b = lg_uuid_derive(42, "Grid/Home 2");
    assert_memory_not_equal(&a, &b, sizeof a);
}

static void text_form(void **state)
{
    (void)state;
    lg_uuid uuid;
    char out[37];
    assert_true(lg_uuid_parse("01234567-89AB-cdef-FEDC-ba9876543210", &uuid));
    assert_int_equal(uuid.bytes[0], 0x01);
    assert_int_equal(uuid.bytes[4], 0x89);
    assert_int_equal(uuid.bytes[15], 0x10);
    lg_uuid_format(&uuid, out);
    assert_string_equal(out, "01234567-89ab-cdef-fedc-ba9876543210");
}

static void text_form_err(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "Home 1",
        "01234567-89ab-cdef-fedc-ba987654321",
        "01234567-89ab-cdef-fedc-ba98765432100",
        "01234567089ab-cdef-fedc-ba9876543210",
        "01234567-89ab-cdef-fedc-ba987654321g",
        "01234567-89ab-cdef-fedc--a9876543210",
        "0123456-789ab-cdef-fedc-ba9876543210",
        "0x234567-89ab-cdef-fedc-ba9876543210",
        " 1234567-89ab-cdef-fedc-ba9876543210",
        "{1234567-89ab-cdef-fedc-ba987654321}",
    };
    lg_uuid before, uuid;
    memset(&before, 0x5a, sizeof before);
    uuid = before;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (lg_uuid_parse(texts[i], &uuid))
            fail_msg("\"%s\" was taken for a UUID", texts[i]);
        assert_memory_equal(&uuid, &before, sizeof uuid); /* a refusal changes nothing */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derived),
        cmocka_unit_test(seed_and_path_matter),
        cmocka_unit_test(text_form),
        cmocka_unit_test(text_form_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
