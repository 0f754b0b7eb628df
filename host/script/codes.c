/* An error gets its code where it is told, by what its message says: so also errors of Lua itself
 * have one, and raising stays a plain luaL_error(). The test runs every example, so a message that
 * is written anew cannot lose its code unseen. */
#include "script/codes.h"

#include <string.h>
#include <strings.h>

static const lg_code codes[] = {
#define LG_CODE(name, kind, phrases, title, page, example)                                         \
    {#name, LG_CODE_##kind, phrases, title, page, example},
#include "script/codes.def"
};

enum { COUNT = sizeof codes / sizeof codes[0] };

const lg_code *lg_codes(uint32_t *count)
{
    *count = COUNT;
    return codes;
}

const lg_code *lg_code_find(const char *name)
{
    for (uint32_t i = 0; i < COUNT; i++)
        if (strcasecmp(codes[i].name, name) == 0)
            return &codes[i];
    return NULL;
}

/* Whether one of the phrases stands in the first line of the message. */
static bool says(const char *message, const char *phrases)
{
    size_t length = strcspn(message, "\n");
    while (*phrases) {
        size_t n = strcspn(phrases, "|");
        if (memmem(message, length, phrases, n))
            return true;
        phrases += n + (phrases[n] == '|');
    }
    return false;
}

const lg_code *lg_code_of(const char *message)
{
    const lg_code *own = NULL;
    for (uint32_t i = 0; i < COUNT; i++) {
        if (codes[i].kind == LG_CODE_FAILED && says(message, codes[i].phrases))
            return &codes[i];
        if (codes[i].kind == LG_CODE_FAILED)
            own = &codes[i]; /* the last one is what a script raises itself */
    }
    return own;
}

/* The lines of @p text, each with @p margin before it. */
static void put_lines(lg_text *out, const char *text, const char *margin)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        lg_text_str(out, margin);
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)text[i] >= ' ')
                lg_text_char(out, text[i]);
            else
                lg_text_format(out, "\\%u", (unsigned)text[i]);
        lg_text_char(out, '\n');
        text += n + (text[n] == '\n');
    }
}

void lg_code_page(const lg_code *code, lg_text *out)
{
    static const char *const kinds[] = {
        [LG_CODE_GIVEN_UP] =
            "The script is given up: its state is thrown away, it is not called again in this "
            "run,\n"
            "and the template strategies trade for its assets from the next slot on. While its "
            "agent has\n"
            "restarts left it starts afresh in a later slot instead. A version that is on "
            "probation after\n"
            "a reload goes, and the one before it is back with the state it had then.",
        [LG_CODE_FAILED] =
            "The callback ends there, or the script is not loaded. Nobody else is touched by it.",
        [LG_CODE_REFUSED] = ("The command does nothing and is answered with this code; the script\n"
                             "goes on."),
        [LG_CODE_CUT] = "The script goes on.",
        [LG_CODE_OWNER] = "Until then the script is not called; its state is kept.",
    };
    lg_text_format(out, "%s: %s\n\n", code->name, code->title);
    put_lines(out, code->page, "");
    lg_text_char(out, '\n');
    put_lines(out, kinds[code->kind], "");
    lg_text_str(out, "\nExample:\n\n");
    put_lines(out, code->example, "    ");
}

void lg_code_list(lg_text *out)
{
    static const char *const heads[] = {
        [LG_CODE_GIVEN_UP] = "Limits that end a script",
        [LG_CODE_FAILED] = "Errors that end a callback, or keep a script from being loaded",
        [LG_CODE_REFUSED] = "Refusals of commands",
        [LG_CODE_CUT] = "Limits that a script outlives",
        [LG_CODE_OWNER] = "What an owner has done",
    };
    for (int kind = LG_CODE_GIVEN_UP; kind <= LG_CODE_OWNER; kind++) {
        lg_text_format(out, "%s%s:\n", kind ? "\n" : "", heads[kind]);
        for (uint32_t i = 0; i < COUNT; i++)
            if ((int)codes[i].kind == kind)
                lg_text_format(out, "  %-17s %s\n", codes[i].name, codes[i].title);
    }
}
