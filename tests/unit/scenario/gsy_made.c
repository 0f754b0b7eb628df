/* Imports a text and keeps what came of it until the next one. */
#include "gsy_made.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *made, *problems;

void gsy_forget(void)
{
    free(made);
    free(problems);
    made = problems = NULL;
}

/* A copy without line ends and the blanks that begin a line. */
static char *flat(const char *text)
{
    char *copy = malloc(strlen(text) + 1), *to = copy;
    assert_non_null(copy);
    for (const char *from = text; *from;) {
        if (*from != '\n') {
            *to++ = *from++;
            continue;
        }
        while (*from == '\n' || *from == ' ')
            from++;
    }
    *to = 0;
    return copy;
}

/* A copy without the folder of the test. */
static char *short_paths(const char *text)
{
    char folder[512], *copy = strdup(text);
    assert_non_null(copy);
    strcpy(folder, fixture_path(""));
    for (char *p = copy; (p = strstr(p, folder)) != NULL;)
        memmove(p, p + strlen(folder), strlen(p + strlen(folder)) + 1);
    return copy;
}

const char *gsy_make(const char *text, const char *settings)
{
    lg_diag diag;
    lg_text out, said;
    lg_scenario *scenario;
    gsy_forget();
    if (settings)
        fixture_write("settings.json", settings);
    else
        unlink(fixture_path("settings.json"));
    lg_scenario_input input = fixture_input(fixture_write("area.json", text));
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&out, lg_mem_system());
    lg_text_init(&said, lg_mem_system());
    input.gsy_text = &out;
    lg_status status = lg_scenario_read(lg_mem_system(), &input, &diag, &scenario);
    lg_diag_print(&diag, &said);
    assert_int_equal(status, scenario ? LG_OK : LG_SCENARIO);
    problems = short_paths(lg_text_peek(&said));
    made = scenario ? flat(lg_text_peek(&out)) : NULL;
    lg_scenario_free(scenario);
    lg_text_fini(&said);
    lg_text_fini(&out);
    lg_diag_fini(&diag);
    return made;
}

const char *gsy_problems(void)
{
    return problems;
}

void gsy_assert_holds(const char *text, const char *piece)
{
    if (!text || !strstr(text, piece))
        fail_msg("expected %s\nin %s\nproblems: %s", piece, text ? text : "nothing", problems);
}
