/* What is written in a folder is told by its name, however an editor does it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "loop/folders.h"

static char told[4096]; /* folder/name of each call, blanks between */

static void hear(void *ctx, const char *folder, const char *name)
{
    size_t length = strlen(told);
    (void)ctx;
    snprintf(told + length, sizeof told - length, "%s/%s ", folder ? strrchr(folder, '/') + 1 : "?",
             name ? name : "?");
}

static void write_file(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("x", file);
    fclose(file);
}

static void move(const char *folder, const char *from, const char *to)
{
    char a[256], b[256];
    snprintf(a, sizeof a, "%s/%s", folder, from);
    snprintf(b, sizeof b, "%s/%s", folder, to);
    assert_int_equal(rename(a, b), 0);
}

static void expect(lg_loop *loop, const char *part)
{
    lg_loop_round_now(loop);
    if (!strstr(told, part))
        fail_msg("not told: %s (told: %s)", part, told);
    told[0] = 0;
}

static void names_are_told(void **state)
{
    char top[] = "/tmp/lunagrid-folders-XXXXXX", one[64], two[64];
    lg_mem *mem = lg_mem_system();
    lg_err err;
    lg_folders *folders;
    (void)state;
    assert_non_null(mkdtemp(top));
    snprintf(one, sizeof one, "%s/one", top);
    snprintf(two, sizeof two, "%s/two", top);
    assert_int_equal(mkdir(one, 0700), 0);
    assert_int_equal(mkdir(two, 0700), 0);
    lg_loop *loop = lg_loop_new(mem);
    assert_int_equal(lg_folders_new(mem, loop, hear, NULL, &err, &folders), LG_OK);
    assert_int_equal(lg_folders_add(folders, one, &err), LG_OK);
    assert_int_equal(lg_folders_add(folders, two, &err), LG_OK);
    assert_int_equal(lg_folders_add(folders, one, &err), LG_OK);
    write_file(one, "a.lua");
    expect(loop, "one/a.lua ");
    write_file(two, "b~");
    move(two, "b~", "b.lua");
    expect(loop, "two/b.lua ");
    lg_loop_round_now(loop);
    assert_string_equal(told, "");
    /* a folder that is put in the place of another one is watched again */
    move(top, "one", "old");
    assert_int_equal(mkdir(one, 0700), 0);
    for (int i = 0; i < 40 && !strstr(told, "one/?"); i++)
        lg_loop_wait(loop, lg_loop_now_ns() + 50000000);
    write_file(one, "c.lua");
    expect(loop, "one/c.lua ");
    assert_int_equal(lg_folders_add(folders, "/nowhere/at/all", &err), LG_IO);
    assert_string_equal(err.text, "/nowhere/at/all cannot be watched: No such file or directory");
    lg_folders_free(folders);
    lg_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
