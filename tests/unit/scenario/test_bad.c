/* Every scenario in bad/ must be refused with exactly the words in the .expected file beside it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fixture.h"

static void read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(text, 1, size - 1, file);
    text[length] = 0;
    fclose(file);
}

/* Run in the folder, so that messages do not depend on where the tree is. */
static void check_one(const char *expected_file)
{
    static char expected[16384];
    char file[300];
    size_t stem = strlen(expected_file) - strlen(".expected");
    read_text(expected_file, expected, sizeof expected);
    snprintf(file, sizeof file, "%.*s.lua", (int)stem, expected_file);
    if (access(file, R_OK) != 0)
        snprintf(file, sizeof file, "%.*s.json", (int)stem, expected_file);
    lg_scenario_input input = fixture_input(file);
    fixture_refuse(&input, expected);
}

static void corpus_is_refused_err(void **state)
{
    (void)state;
    DIR *dir = opendir(".");
    const struct dirent *entry;
    int count = 0;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);
        if (length < 10 || strcmp(entry->d_name + length - 9, ".expected") != 0)
            continue;
        check_one(entry->d_name);
        count++;
    }
    closedir(dir);
    assert_true(count >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus_is_refused_err)};
    fixture_open();
    if (chdir(LG_BAD_FOLDER) != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
