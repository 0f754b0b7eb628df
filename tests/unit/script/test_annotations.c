/* scripts/meta/lunagrid.lua is what lg_script_annotations() writes. With --write it is written
 * anew. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "script/agent.h"

static const char path[] = STAGE_SCRIPTS "/meta/lunagrid.lua";

static void test_up_to_date(void **state)
{
    static char kept[256 * 1024];
    lg_text text;
    (void)state;
    lg_text_init(&text, lg_mem_system());
    lg_script_annotations(&text);
    assert_false(text.failed);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    kept[fread(kept, 1, sizeof kept - 1, f)] = '\0';
    fclose(f);
    if (strcmp(kept, lg_text_peek(&text)) != 0)
        fail_msg("%s is out of date: run test_annotations --write", path);
    lg_text_fini(&text);
}

static int write_anew(void)
{
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_script_annotations(&text);
    FILE *f = fopen(path, "w");
    int failed = !f || text.failed || fputs(lg_text_peek(&text), f) < 0;
    failed = (f && fclose(f) != 0) || failed;
    lg_text_fini(&text);
    return failed;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_up_to_date)};
    if (argc > 1 && strcmp(argv[1], "--write") == 0)
        return write_anew();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
