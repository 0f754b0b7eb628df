/* The text is handed over line by line, so that the line is known where Lua does not say it. */
#include "lua/load.h"

#include <string.h>

typedef struct reading {
    const char *next, *end;
    int line;
} reading;

static const char *read_line(lua_State *L, void *data, size_t *size)
{
    reading *r = data;
    const char *line = r->next;
    (void)L;
    if (line == r->end)
        return NULL;
    const char *feed = memchr(line, '\n', (size_t)(r->end - line));
    r->next = feed ? feed + 1 : r->end;
    r->line++;
    *size = (size_t)(r->next - line);
    return line;
}

int lg_lua_load(lua_State *L, const char *text, size_t size, const char *name, int *line)
{
    reading r = {.next = text, .end = text + size};
    int status = lua_load(L, read_line, &r, name, "t");
    *line = r.line;
    return status;
}
