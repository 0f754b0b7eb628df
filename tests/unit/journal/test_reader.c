/* Shows what a damaged journal is worth: cut at any byte it ends at its last whole record, with any
 * byte changed it is refused where that byte lies, and nothing is made up. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/hash.h"
#include "base/input.h"
#include "journal/pack.h"
#include "journal/reader.h"
#include "made.h"
#include "support/failing_mem.h"

typedef struct seen {
    lg_status status;
    uint32_t records;
    uint64_t offset, torn;
    lg_err err;
} seen;

static seen read_bytes(lg_mem *mem, const unsigned char *bytes, size_t size)
{
    seen s = {.status = LG_OK};
    lg_journal_reader reader;
    lg_journal_record record;
    FILE *file = lg_input_of_bytes(bytes, size);
    assert_non_null(file);
    s.status = lg_journal_reader_init(&reader, mem, file, "j", &s.err);
    while (s.status == LG_OK) {
        s.status = lg_journal_reader_next(&reader, &record, &s.err);
        if (s.status != LG_OK || record.kind == LG_JOURNAL_END_OF_FILE)
            break;
        s.records++;
    }
    s.offset = reader.offset;
    s.torn = reader.torn;
    lg_journal_reader_fini(&reader);
    fclose(file);
    return s;
}

/* A journal's bytes, and where its records begin; free() the bytes. */
static unsigned char *a_journal(size_t *size, uint64_t starts[16], uint32_t *count)
{
    const char *folder = made_folder();
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    unsigned char *bytes = made_read(made_path(folder, "run.journal"), size);
    made_remove(folder);
    *count = 0;
    for (uint64_t at = LG_JOURNAL_TOP; at < *size; (*count)++) {
        starts[*count] = at;
        at += LG_JOURNAL_HEAD + lg_pack_get32(bytes + at) + LG_JOURNAL_SEAL;
    }
    starts[*count] = *size;
    return bytes;
}

static void cut_anywhere_it_ends_at_its_last_whole_record(void **state)
{
    (void)state;
    uint64_t starts[16];
    uint32_t count, whole = 0;
    size_t size;
    unsigned char *bytes = a_journal(&size, starts, &count);
    assert_int_equal(count, 8);
    for (size_t cut = LG_JOURNAL_TOP; cut <= size; cut++) {
        whole += whole < count && cut >= starts[whole + 1];
        seen s = read_bytes(lg_mem_system(), bytes, cut);
        assert_int_equal(s.status, LG_OK);
        assert_int_equal(s.records, whole);
        assert_true(s.offset == starts[whole] && s.torn == cut - starts[whole]);
    }
    free(bytes);
}

static void cut_before_its_first_record_it_is_none_err(void **state)
{
    (void)state;
    uint64_t starts[16];
    uint32_t count;
    size_t size;
    unsigned char *bytes = a_journal(&size, starts, &count);
    for (size_t cut = 0; cut < LG_JOURNAL_TOP; cut++)
        assert_int_equal(read_bytes(lg_mem_system(), bytes, cut).status, LG_STORE);
    free(bytes);
}

static void any_changed_bit_is_found_err(void **state)
{
    (void)state;
    uint64_t starts[16];
    uint32_t count;
    size_t size;
    char place[64];
    unsigned char *bytes = a_journal(&size, starts, &count);
    for (size_t at = 0; at < size; at++)
        for (int bit = 0; bit < 8; bit++) {
            uint32_t hit = 0;
            bytes[at] ^= (unsigned char)(1 << bit);
            seen s = read_bytes(lg_mem_system(), bytes, size);
            bytes[at] ^= (unsigned char)(1 << bit);
            while (hit + 1 < count && at >= starts[hit + 1])
                hit++;
            assert_int_equal(s.status, LG_STORE);
            assert_int_equal(s.records, at < LG_JOURNAL_TOP ? 0 : hit);
            if (at < LG_JOURNAL_TOP)
                continue;
            snprintf(place, sizeof place, "begins at byte %llu;", (unsigned long long)starts[hit]);
            assert_non_null(strstr(s.err.text, place));
        }
    free(bytes);
}

static void formats_and_other_files_are_told_err(void **state)
{
    (void)state;
    uint64_t starts[16];
    uint32_t count;
    size_t size;
    unsigned char *bytes = a_journal(&size, starts, &count);
    lg_pack_put32(bytes + 8, 2);
    seen s = read_bytes(lg_mem_system(), bytes, size);
    assert_int_equal(s.status, LG_STORE);
    assert_non_null(strstr(s.err.text, "has format 2, of a newer lunagrid"));
    bytes[0] = 'L';
    s = read_bytes(lg_mem_system(), bytes, size);
    assert_string_equal(s.err.text, "j is not a journal of lunagrid");
    free(bytes);
}

/* A machine that lost its power may have given the file its length and not its bytes. */
static void zeros_at_the_end_were_not_written(void **state)
{
    (void)state;
    uint64_t starts[16];
    uint32_t count;
    size_t size;
    unsigned char *bytes = a_journal(&size, starts, &count);
    size_t from = (size_t)starts[6];
    for (size_t at = from; at < size; at++) {
        unsigned char *copy = malloc(size);
        memcpy(copy, bytes, size);
        memset(copy + at, 0, size - at);
        seen s = read_bytes(lg_mem_system(), copy, size);
        /* a head that is half there has a check that does not fit: damage, and so it is said */
        if (s.status == LG_OK)
            assert_true(s.torn == size - s.offset && s.records >= 6);
        else
            assert_true(s.status == LG_STORE);
        if (at == from || at == from + LG_JOURNAL_HEAD)
            assert_int_equal(s.status, LG_OK);
        free(copy);
    }
    free(bytes);
}

static int read_some(lg_mem *mem, void *ctx)
{
    const char *folder = ctx;
    size_t size;
    unsigned char *bytes = made_read(made_path(folder, "run.journal"), &size);
    seen s = read_bytes(mem, bytes, size);
    free(bytes);
    return s.status == LG_OK ? 0 : s.status == LG_MEMORY ? 1 : 2;
}

static void exhausted_memory_is_said(void **state)
{
    (void)state;
    char folder[64];
    strcpy(folder, made_folder());
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    assert_true(lg_sweep_allocations(read_some, folder) > 1);
    made_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_anywhere_it_ends_at_its_last_whole_record),
        cmocka_unit_test(cut_before_its_first_record_it_is_none_err),
        cmocka_unit_test(any_changed_bit_is_found_err),
        cmocka_unit_test(formats_and_other_files_are_told_err),
        cmocka_unit_test(zeros_at_the_end_were_not_written),
        cmocka_unit_test(exhausted_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
