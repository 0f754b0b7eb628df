/* A problem that cannot be kept (no memory, too many) is still counted, so a file never passes by
 * luck. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

void lg_diag_init(lg_diag *diag, lg_mem *mem)
{
    *diag = (lg_diag){.mem = mem};
}

void lg_diag_fini(lg_diag *diag)
{
    for (uint32_t i = 0; i < diag->count; i++) {
        lg_mem_strfree(diag->mem, diag->problems[i].file);
        lg_mem_strfree(diag->mem, diag->problems[i].key);
        lg_mem_strfree(diag->mem, diag->problems[i].text);
    }
    lg_mem_free(diag->mem, diag->problems, diag->capacity * sizeof *diag->problems);
    *diag = (lg_diag){.mem = diag->mem};
}

static void report(lg_diag *diag, bool warning, const char *file, int line, const char *key,
                   const char *format, va_list args)
{
    char sentence[512];
    vsnprintf(sentence, sizeof sentence, format, args);
    if (warning)
        diag->warnings++;
    else
        diag->errors++;
    if (diag->count >= LG_DIAG_MAX ||
        !LG_GROW(diag->mem, diag->problems, diag->capacity, diag->count + 1))
        return;
    diag->problems[diag->count++] = (lg_problem){
        .file = lg_mem_strdup(diag->mem, file ? file : ""),
        .key = lg_mem_strdup(diag->mem, key ? key : ""),
        .text = lg_mem_strdup(diag->mem, sentence),
        .line = line,
        .warning = warning,
    };
}

void lg_diag_error(lg_diag *diag, const char *file, int line, const char *key, const char *format,
                   ...)
{
    va_list args;
    va_start(args, format);
    report(diag, false, file, line, key, format, args);
    va_end(args);
}

void lg_diag_warn(lg_diag *diag, const char *file, int line, const char *key, const char *format,
                  ...)
{
    va_list args;
    va_start(args, format);
    report(diag, true, file, line, key, format, args);
    va_end(args);
}

void lg_diag_print(const lg_diag *diag, lg_text *out)
{
    for (uint32_t i = 0; i < diag->count; i++) {
        const lg_problem *p = &diag->problems[i];
        lg_text_str(out, p->file ? p->file : "?");
        if (p->line > 0)
            lg_text_format(out, ":%d", p->line);
        lg_text_str(out, p->warning ? ": warning: " : ": ");
        if (p->key && *p->key)
            lg_text_format(out, "%s: ", p->key);
        lg_text_format(out, "%s\n", p->text ? p->text : "(out of memory)");
    }
    uint32_t all = diag->errors + diag->warnings;
    if (all > diag->count)
        lg_text_format(out, "... and %u more\n", all - diag->count);
}
