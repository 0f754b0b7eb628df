/* Variables that this program heeds are written before it, as assignments: a line means the same in
 * a shell that does not have them. */
#include "app/print_jobs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void lg_shell_word(lg_text *text, const char *word)
{
    if (*word &&
        !word[strspn(word,
                     "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/._-+:@")]) {
        lg_text_str(text, word);
        return;
    }
    lg_text_char(text, '\'');
    for (; *word; word++)
        if (*word == '\'')
            lg_text_str(text, "'\\''");
        else
            lg_text_char(text, *word);
    lg_text_char(text, '\'');
}

/* A path, or several with colons between them, made absolute; what is not there stays. */
static void put_paths(lg_text *text, const char *paths)
{
    lg_text whole;
    lg_text_init(&whole, text->mem);
    while (*paths) {
        size_t length = strcspn(paths, ":");
        char *path = strndup(paths, length);
        char *absolute = path ? realpath(path, NULL) : NULL;
        lg_text_str(&whole, absolute ? absolute : path ? path : "");
        text->failed = text->failed || !path;
        free(absolute);
        free(path);
        paths += length;
        if (*paths)
            lg_text_char(&whole, *paths++);
    }
    lg_shell_word(text, lg_text_peek(&whole));
    text->failed = text->failed || whole.failed;
    lg_text_fini(&whole);
}

static void put_environment(lg_text *text)
{
    static const char *const names[] = {"LUNAGRID_PLUGINS", "LUNAGRID_SCRIPTS"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value)
            continue;
        lg_text_format(text, "%s=", names[i]);
        put_paths(text, value);
        lg_text_char(text, ' ');
    }
}

lg_status lg_print_jobs(lg_mem *mem, const lg_jobs *jobs, lg_err *err)
{
    lg_text text;
    lg_status status = LG_OK;
    lg_text_init(&text, mem);
    for (uint32_t i = 0; i < lg_jobs_count(jobs) && status == LG_OK; i++) {
        char file[LG_JOB_PATH_MAX];
        const char *words[LG_JOB_WORDS];
        if (lg_jobs_at(jobs, i)->state != LG_JOB_WAITING)
            continue;
        lg_jobs_words(jobs, i, file, words);
        lg_text_clear(&text);
        put_environment(&text);
        for (uint32_t k = 0; words[k]; k++) {
            lg_text_str(&text, k ? " " : "");
            lg_shell_word(&text, words[k]);
        }
        if (text.failed)
            status = lg_fail(err, LG_MEMORY, "out of memory");
        else if (strchr(text.data, '\n'))
            status = lg_fail(err, LG_INVALID,
                             "a path has the end of a line in it and cannot be one line: %.200s",
                             words[0]);
        else if (puts(text.data) < 0)
            status = lg_fail(err, LG_IO, "the jobs cannot be printed: %s", strerror(errno));
    }
    if (status == LG_OK && fflush(stdout) != 0)
        status = lg_fail(err, LG_IO, "the jobs cannot be printed: %s", strerror(errno));
    lg_text_fini(&text);
    return status;
}
