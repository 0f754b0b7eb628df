/* Shows that a file is read from the disk once, whatever happens to it, and again from the journal
 * when it is gone; and that a large one which has changed is refused. */
#include <sys/stat.h>
#include <unistd.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "journal/inputs.h"
#include "journal/past.h"
#include "made.h"
#include "support/failing_mem.h"

static char folder[64];

/* What reading @p name through @p inputs gives, up to 15 bytes; "" when it cannot be opened. */
static const char *read_through(lg_inputs *inputs, const char *name, const char **why)
{
    static char text[16];
    const lg_input_source *before = lg_input_use(lg_inputs_source(inputs));
    FILE *file = lg_input_open(made_path(folder, name), why);
    lg_input_use(before);
    memset(text, 0, sizeof text);
    if (!file)
        return "";
    text[fread(text, 1, 15, file)] = 0;
    fclose(file);
    return text;
}

static bool is_file(lg_inputs *inputs, const char *name)
{
    const lg_input_source *before = lg_input_use(lg_inputs_source(inputs));
    bool found = lg_input_is_file(made_path(folder, name));
    lg_input_use(before);
    return found;
}

static lg_inputs *live(void)
{
    lg_inputs *inputs = lg_inputs_new(lg_mem_system());
    assert_non_null(inputs);
    lg_inputs_set_live(inputs, true);
    return inputs;
}

static int begin(void **state)
{
    (void)state;
    strcpy(folder, made_folder());
    made_write(made_path(folder, "a.lua"), "one\0two", 7);
    return 0;
}

static int end(void **state)
{
    (void)state;
    made_remove(folder);
    return 0;
}

static void a_file_is_read_once(void **state)
{
    (void)state;
    const char *why = "";
    lg_inputs *inputs = live();
    assert_memory_equal(read_through(inputs, "a.lua", &why), "one\0two", 8);
    made_write(made_path(folder, "a.lua"), "other", 5);
    assert_memory_equal(read_through(inputs, "a.lua", &why), "one\0two", 8);
    assert_int_equal(unlink(made_path(folder, "a.lua")), 0);
    assert_memory_equal(read_through(inputs, "a.lua", &why), "one\0two", 8);
    assert_true(is_file(inputs, "a.lua"));
    assert_string_equal(read_through(inputs, "b.lua", &why), "");
    assert_string_equal(why, "No such file or directory");
    lg_inputs_free(inputs);
}

/* Writes what @p inputs have noted, and notes what @p late adds; gives back the journal read. */
static void through_a_journal(lg_inputs *inputs, const char *late, lg_journal_past *past)
{
    lg_journal *journal;
    lg_text header;
    const char *why;
    lg_text_init(&header, lg_mem_system());
    lg_journal_pack_word(&header, "engine", "0");
    assert_int_equal(lg_journal_create(lg_mem_system(), folder, NULL, &journal), LG_OK);
    assert_int_equal(lg_journal_add(journal, LG_JOURNAL_HEADER, header.data, header.length, NULL),
                     LG_OK);
    lg_text_fini(&header);
    assert_int_equal(lg_inputs_write(inputs, journal, NULL), LG_OK);
    assert_int_equal(lg_journal_place(journal, NULL), LG_OK);
    if (late)
        read_through(inputs, late, &why);
    assert_int_equal(lg_inputs_check(inputs, NULL), LG_OK);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, past, NULL), LG_OK);
    lg_journal_close(journal);
}

static lg_inputs *of_journal(const lg_journal_past *past)
{
    lg_inputs *inputs = lg_inputs_new(lg_mem_system());
    for (uint32_t i = 0; i < past->input_count; i++)
        assert_int_equal(lg_inputs_put(inputs, &past->inputs[i], true), LG_OK);
    return inputs;
}

static void the_journal_answers_when_the_file_is_gone(void **state)
{
    (void)state;
    const char *why = "";
    lg_journal_past past;
    lg_inputs *inputs = live();
    made_write(made_path(folder, "late.lua"), "late", 4);
    made_write(made_path(folder, "seen"), "", 0);
    assert_true(is_file(inputs, "seen"));
    read_through(inputs, "a.lua", &why);
    through_a_journal(inputs, "late.lua", &past); /* noted at once, before anybody acts upon it */
    lg_inputs_free(inputs);
    assert_int_equal(unlink(made_path(folder, "a.lua")), 0);
    assert_int_equal(unlink(made_path(folder, "late.lua")), 0);
    assert_int_equal(unlink(made_path(folder, "seen")), 0);
    made_write(made_path(folder, "new"), "new", 3);
    inputs = of_journal(&past);
    assert_memory_equal(read_through(inputs, "a.lua", &why), "one\0two", 8);
    assert_string_equal(read_through(inputs, "late.lua", &why), "late");
    assert_true(is_file(inputs, "seen"));
    assert_false(is_file(inputs, "new"));
    assert_string_equal(read_through(inputs, "new", &why), "");
    assert_string_equal(why, "the recorded run did not read it");
    lg_inputs_set_live(inputs, true); /* now the run goes on by itself */
    assert_true(is_file(inputs, "new"));
    assert_string_equal(read_through(inputs, "new", &why), "new");
    lg_inputs_free(inputs);
    lg_journal_past_fini(&past);
}

static void make_large(char last)
{
    char *bytes = calloc(1, LG_INPUT_KEPT_MAX + 1);
    memcpy(bytes, "large", 5);
    bytes[LG_INPUT_KEPT_MAX] = last;
    made_write(made_path(folder, "large.csv"), bytes, LG_INPUT_KEPT_MAX + 1);
    free(bytes);
}

static void a_large_file_is_known_by_its_hash_err(void **state)
{
    (void)state;
    const char *why = "";
    lg_journal_past past;
    lg_inputs *inputs = live();
    make_large('x');
    assert_string_equal(read_through(inputs, "large.csv", &why), "large");
    through_a_journal(inputs, NULL, &past);
    assert_null(past.inputs[0].content);
    lg_inputs_free(inputs);
    inputs = of_journal(&past);
    assert_string_equal(read_through(inputs, "large.csv", &why), "large");
    make_large('y');
    assert_string_equal(read_through(inputs, "large.csv", &why), "");
    assert_non_null(strstr(why, "it has changed since it was first read"));
    assert_int_equal(unlink(made_path(folder, "large.csv")), 0);
    assert_string_equal(read_through(inputs, "large.csv", &why), "");
    assert_string_equal(why, "No such file or directory");
    lg_inputs_free(inputs);
    lg_journal_past_fini(&past);
}

/* What is between the two sizes is let go once it is written, and then compared. */
static void a_file_of_middle_size_is_let_go(void **state)
{
    (void)state;
    const char *why = "";
    char *bytes = calloc(1, 100000);
    lg_journal_past past;
    lg_inputs *inputs = live();
    memcpy(bytes, "middle", 6);
    made_write(made_path(folder, "m"), bytes, 100000);
    read_through(inputs, "m", &why);
    through_a_journal(inputs, NULL, &past);
    assert_memory_equal(past.inputs[0].content, bytes, 100000);
    assert_string_equal(read_through(inputs, "m", &why), "middle");
    bytes[99999] = 1;
    made_write(made_path(folder, "m"), bytes, 100000);
    assert_string_equal(read_through(inputs, "m", &why), "");
    free(bytes);
    lg_inputs_free(inputs);
    lg_journal_past_fini(&past);
}

static int note_and_write(lg_mem *mem, void *ctx)
{
    (void)ctx;
    const char *why = "";
    lg_journal *journal = NULL;
    lg_inputs *inputs = lg_inputs_new(mem);
    bool fine = inputs != NULL;
    if (fine) {
        lg_inputs_set_live(inputs, true);
        for (int i = 0; i < 40 && fine; i++) {
            char name[16];
            snprintf(name, sizeof name, "f%d", i);
            fine = is_file(inputs, name) && *read_through(inputs, name, &why);
        }
        fine = fine && lg_inputs_set_base(inputs, "/tmp") == LG_OK;
    }
    fine = fine && lg_journal_create(mem, folder, NULL, &journal) == LG_OK &&
           lg_inputs_write(inputs, journal, NULL) == LG_OK;
    lg_journal_close(journal);
    lg_inputs_free(inputs);
    return !fine;
}

static void exhausted_memory_is_said(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        made_write(made_path(folder, name), name, strlen(name));
    }
    assert_true(lg_sweep_allocations(note_and_write, NULL) > 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_read_once, begin, end),
        cmocka_unit_test_setup_teardown(the_journal_answers_when_the_file_is_gone, begin, end),
        cmocka_unit_test_setup_teardown(a_large_file_is_known_by_its_hash_err, begin, end),
        cmocka_unit_test_setup_teardown(a_file_of_middle_size_is_let_go, begin, end),
        cmocka_unit_test_setup_teardown(exhausted_memory_is_said, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
