/* The table-driven reader of command lines: values, pairs, and what it says about mistakes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "app/args.h"
#include "support/failing_mem.h"

static const lg_flag flags[] = {
    {.name = "out",
     .once = true,
     .letter = 'o',
     .kind = LG_FLAG_TEXT,
     .offset = offsetof(lg_args, out),
     .value = "DIR"},
    {.name = "slots",
     .letter = 's',
     .kind = LG_FLAG_COUNT,
     .offset = offsetof(lg_args, slots),
     .value = "N"},
    {.name = "seed", .kind = LG_FLAG_SEED, .offset = offsetof(lg_args, seed), .value = "N"},
    {.name = "set",
     .kind = LG_FLAG_PAIR,
     .offset = offsetof(lg_args, settings),
     .value = "KEY=VALUE"},
    {.name = "csv", .letter = 'c', .kind = LG_FLAG_SWITCH, .offset = offsetof(lg_args, csv)},
    {.name = "days", .kind = LG_FLAG_DAYS, .offset = offsetof(lg_args, days), .value = "N"},
};

#define WORDS_MAX 16

/* Reads a line of words separated by blanks; _ inside a word stands for a blank. */
static lg_status read_line(lg_mem *mem, char *line, lg_args *args, lg_err *err)
{
    char *words[WORDS_MAX];
    int count = 0;
    for (char *word = strtok(line, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        words[count++] = word;
    return lg_args_read(mem, flags, 6, count, words, args, err);
}

static void assert_refused(const char *text, const char *sentence)
{
    char line[256];
    lg_args args;
    lg_err err;
    strcpy(line, text);
    assert_int_equal(read_line(lg_mem_system(), line, &args, &err), LG_INVALID);
    assert_string_equal(err.text, sentence);
    lg_args_fini(&args);
}

static void test_values_and_operands(void **state)
{
    (void)state;
    char line[] = "street --out here --slots=4 --set homes=20 more --csv --set a.b= --seed "
                  "9007199254740991";
    lg_args args;
    lg_err err;
    assert_int_equal(read_line(lg_mem_system(), line, &args, &err), LG_OK);
    assert_int_equal(args.operand_count, 2);
    assert_string_equal(args.operands[0], "street");
    assert_string_equal(args.operands[1], "more");
    assert_string_equal(args.out, "here");
    assert_int_equal(args.slots, 4);
    assert_int_equal(args.days, -1);
    assert_true(args.csv);
    assert_false(args.json);
    assert_true(args.has_seed);
    assert_true(args.seed == UINT64_C(9007199254740991));
    assert_int_equal(args.settings.count, 2);
    assert_string_equal(args.settings.items[0].key, "homes");
    assert_string_equal(args.settings.items[0].value, "20");
    assert_string_equal(args.settings.items[1].key, "a.b");
    assert_string_equal(args.settings.items[1].value, "");
    lg_args_fini(&args);
}

/* A short option's value may stand right behind its letter. */
static void test_short_options(void **state)
{
    (void)state;
    char line[] = "-ohere -s12 street";
    lg_args args;
    lg_err err;
    assert_int_equal(read_line(lg_mem_system(), line, &args, &err), LG_OK);
    assert_string_equal(args.out, "here");
    assert_int_equal(args.slots, 12);
    assert_int_equal(args.operand_count, 1);
    lg_args_fini(&args);
    assert_refused("-o", "--out expects DIR, got nothing");
    assert_refused("-s1x", "--slots expects a whole number from 1 to 10000000, got \"1x\"");
    assert_refused(
        "-cc", "unknown option \"-cc\"; there are --out, --slots, --seed, --set, --csv, --days");
}

static void test_ends_of_options(void **state)
{
    (void)state;
    char line[] = "-o here -- --csv -";
    lg_args args;
    lg_err err;
    assert_int_equal(read_line(lg_mem_system(), line, &args, &err), LG_OK);
    assert_string_equal(args.out, "here");
    assert_false(args.csv);
    assert_int_equal(args.operand_count, 2);
    assert_string_equal(args.operands[0], "--csv");
    assert_string_equal(args.operands[1], "-");
    lg_args_fini(&args);
}

static void test_mistakes_err(void **state)
{
    (void)state;
    assert_refused("--sloots 3", "unknown option \"--sloots\"; did you mean \"--slots\"?");
    assert_refused("--sed=3", "unknown option \"--sed=3\"; did you mean \"--seed\"?");
    assert_refused(
        "--zebra",
        "unknown option \"--zebra\"; there are --out, --slots, --seed, --set, --csv, --days");
    assert_refused("-x",
                   "unknown option \"-x\"; there are --out, --slots, --seed, --set, --csv, --days");
    assert_refused("--slots 0", "--slots expects a whole number from 1 to 10000000, got \"0\"");
    assert_refused("--slots 1e3", "--slots expects a whole number from 1 to 10000000, got \"1e3\"");
    assert_refused("--slots -3", "--slots expects a whole number from 1 to 10000000, got \"-3\"");
    assert_refused("--seed 9007199254740993",
                   "--seed expects a whole number from 0 to 2^53 - 1 = 9007199254740991, got "
                   "\"9007199254740993\"");
    assert_refused("--days 0",
                   "--days expects a number above 0 and up to 36600, like 1.5, got \"0\"");
    assert_refused("--days 1e2",
                   "--days expects a number above 0 and up to 36600, like 1.5, got \"1e2\"");
    assert_refused("--out", "--out expects DIR, got nothing");
    assert_refused("--out --csv", "--out expects DIR, got nothing");
    assert_refused("--out=", "--out expects DIR, got nothing");
    assert_refused("--csv=yes", "--csv takes no value, got \"yes\"");
    assert_refused("--set homes", "--set expects KEY=VALUE, got \"homes\"");
    assert_refused("--set =3", "--set expects KEY=VALUE, got \"=3\"");
    assert_refused("a b c d e", "one word too many: \"e\"");
}

static int read_pairs(lg_mem *mem, void *ctx)
{
    (void)ctx;
    char line[] = "--set a=1 --set b=2 --set c=3 --set d=4 --set e=5 --set f=6 --set g=7";
    lg_args args;
    lg_err err;
    lg_status status = read_line(mem, line, &args, &err);
    lg_args_fini(&args);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void put_word(void *ctx, const char *word)
{
    strcat(strcat(ctx, word), " ");
}

/* What is told reads back as the same, but for what is said once. */
static void test_told_again(void **state)
{
    (void)state;
    char line[] = "street --out here --slots=4 --set homes=20 --csv --days 1.5 --set a.b= --seed 0";
    char told[512] = "", again[512] = "";
    lg_args args, same;
    lg_err err;
    assert_int_equal(read_line(lg_mem_system(), line, &args, &err), LG_OK);
    assert_true(lg_args_tell(&args, flags, 6, put_word, told));
    assert_string_equal(told, "--slots=4 --seed=0 --set=homes=20 --set=a.b= --csv "
                              "--days=1.50000000000000000 ");
    strcpy(again, told);
    assert_int_equal(read_line(lg_mem_system(), again, &same, &err), LG_OK);
    char twice[512] = "";
    assert_true(lg_args_tell(&same, flags, 6, put_word, twice));
    assert_string_equal(twice, told);
    assert_true(same.days == args.days && same.has_seed && !same.out);
    lg_args_fini(&same);
    lg_args_fini(&args);
}

static void test_nothing_is_told_of_nothing(void **state)
{
    (void)state;
    char line[] = "street", told[64] = "";
    lg_args args;
    lg_err err;
    assert_int_equal(read_line(lg_mem_system(), line, &args, &err), LG_OK);
    assert_true(lg_args_tell(&args, flags, 6, put_word, told));
    assert_string_equal(told, "");
    lg_args_fini(&args);
}

static void test_memory_err(void **state)
{
    (void)state;
    lg_sweep_allocations(read_pairs, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_and_operands),
        cmocka_unit_test(test_short_options),
        cmocka_unit_test(test_ends_of_options),
        cmocka_unit_test(test_mistakes_err),
        cmocka_unit_test(test_told_again),
        cmocka_unit_test(test_nothing_is_told_of_nothing),
        cmocka_unit_test(test_memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
