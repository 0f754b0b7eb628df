/* A folder comes back from its tarball byte for byte, the same files give the same tarball, and
 * what is no tarball of plain files writes nothing outside of its folder. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nats/tarball.h"
#include "support/failing_mem.h"

enum { BLOCK = 512 };

/* A folder of the test, empty. */
static void fresh(const char *folder)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s' && mkdir '%s'", folder, folder);
    assert_int_equal(system(command), 0);
}

static void put(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    fclose(file);
}

static size_t get(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t got = fread(text, 1, size, file);
    fclose(file);
    return got;
}

static FILE *pack(lg_mem *mem, const char *folder)
{
    lg_err err;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(lg_tarball_pack(mem, folder, file, &err), LG_OK);
    rewind(file);
    return file;
}

static void test_there_and_back(void **state)
{
    char text[2048], block[BLOCK];
    lg_err err;
    (void)state;
    memset(block, 'x', sizeof block);
    fresh("one");
    fresh("two");
    put("one/run.sqlite", block, sizeof block); /* fills its block exactly */
    put("one/game.json", "{}\n", 3);
    put("one/empty", "", 0);
    FILE *file = pack(lg_mem_system(), "one");
    assert_int_equal(lg_tarball_open(file, "two", &err), LG_OK);
    assert_int_equal(get("two/run.sqlite", text, sizeof text), sizeof block);
    assert_memory_equal(text, block, sizeof block);
    assert_int_equal(get("two/game.json", text, sizeof text), 3);
    assert_memory_equal(text, "{}\n", 3);
    assert_int_equal(get("two/empty", text, sizeof text), 0);
    fclose(file);
}

static void test_same_bytes(void **state)
{
    char one[8192], two[8192];
    (void)state;
    fresh("one");
    fresh("two");
    put("one/a", "1", 1);
    put("one/b", "2", 1);
    put("two/b", "2", 1);
    put("two/a", "1", 1);
    assert_int_equal(chmod("two/a", 0600), 0);
    FILE *first = pack(lg_mem_system(), "one"), *second = pack(lg_mem_system(), "two");
    size_t size = fread(one, 1, sizeof one, first);
    assert_int_equal(size, 6 * BLOCK);
    assert_int_equal(fread(two, 1, sizeof two, second), size);
    assert_memory_equal(one, two, size);
    fclose(first);
    fclose(second);
}

static void test_names_err(void **state)
{
    lg_err err;
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    fresh("one");
    put("one/two words", "1", 1);
    assert_int_equal(lg_tarball_pack(lg_mem_system(), "one", file, &err), LG_INVALID);
    fresh("one");
    assert_int_equal(mkdir("one/below", 0777), 0);
    assert_int_equal(lg_tarball_pack(lg_mem_system(), "one", file, &err), LG_INVALID);
    fresh("one");
    assert_int_equal(symlink("/etc/passwd", "one/link"), 0);
    assert_int_equal(lg_tarball_pack(lg_mem_system(), "one", file, &err), LG_IO);
    fclose(file);
}

/* The tarball of one file "a" with byte @p at of its header changed to @p value, its sum made right
 * again, cut after @p size bytes. */
static lg_status open_changed(size_t at, const char *value, size_t size)
{
    char bytes[4 * BLOCK];
    lg_err err;
    fresh("one");
    fresh("two");
    put("one/a", "1", 1);
    FILE *file = pack(lg_mem_system(), "one");
    assert_int_equal(fread(bytes, 1, sizeof bytes, file), sizeof bytes);
    fclose(file);
    memcpy(bytes + at, value, strlen(value) + 1);
    unsigned sum = 0;
    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= 148 && i < 156 ? ' ' : (unsigned char)bytes[i];
    snprintf(bytes + 148, 8, "%06o", sum);
    bytes[155] = ' ';
    file = fmemopen(bytes, size, "r");
    assert_non_null(file);
    lg_status status = lg_tarball_open(file, "two", &err);
    fclose(file);
    return status;
}

static void test_hostile_err(void **state)
{
    (void)state;
    size_t whole = 4 * BLOCK;
    assert_int_equal(open_changed(0, "b", whole), LG_OK);
    assert_int_equal(open_changed(0, "../b", whole), LG_INVALID);
    assert_int_equal(open_changed(0, "/tmp/b", whole), LG_INVALID);
    assert_int_equal(open_changed(0, "x/b", whole), LG_INVALID);
    assert_int_equal(open_changed(0, ".b", whole), LG_INVALID);
    assert_int_equal(open_changed(156, "2", whole), LG_INVALID); /* a symbolic link */
    assert_int_equal(open_changed(156, "5", whole), LG_INVALID); /* a folder */
    assert_int_equal(open_changed(345, "x", whole), LG_INVALID); /* a prefix of the name */
    assert_int_equal(open_changed(124, "77777777777", whole), LG_IO);
    assert_int_equal(open_changed(124, "-0000000001", whole), LG_INVALID);
    assert_int_equal(open_changed(0, "b", BLOCK), LG_IO);
    assert_int_equal(open_changed(0, "b", BLOCK + 1), LG_INVALID);
    assert_int_equal(open_changed(0, "b", 2 * BLOCK), LG_INVALID); /* no end */
    assert_int_not_equal(access("../b", F_OK), 0);
}

static void test_twice_err(void **state)
{
    char bytes[8 * BLOCK];
    lg_err err;
    (void)state;
    fresh("one");
    fresh("two");
    put("one/a", "1", 1);
    FILE *file = pack(lg_mem_system(), "one");
    assert_int_equal(fread(bytes, 1, 4 * BLOCK, file), 4 * BLOCK);
    fclose(file);
    memcpy(bytes + 2 * BLOCK, bytes, 2 * BLOCK); /* the same name once more */
    file = fmemopen(bytes, 4 * BLOCK, "r");
    assert_int_equal(lg_tarball_open(file, "two", &err), LG_IO);
    fclose(file);
}

static int pack_with(lg_mem *mem, void *ctx)
{
    lg_err err;
    FILE *file = ctx;
    rewind(file);
    lg_status status = lg_tarball_pack(mem, "one", file, &err);
    assert_true(status == LG_OK || status == LG_MEMORY);
    return status == LG_MEMORY;
}

static void test_no_memory(void **state)
{
    (void)state;
    fresh("one");
    put("one/a", "1", 1);
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(lg_sweep_allocations(pack_with, file) > 1);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_names_err),      cmocka_unit_test(test_hostile_err),
        cmocka_unit_test(test_twice_err),      cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
