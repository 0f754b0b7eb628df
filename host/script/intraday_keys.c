/* Keys of calls, read from the types in api.def: "{side: string, price?: number}". */
#include "script/intraday_keys.h"

#include <ctype.h>
#include <string.h>
#include "base/status.h"

static const struct {
    const char *name, *params;
} functions[] = {
#define LG_TRADING(name, params, returns, help) {#name, params},
#include "script/api.def"
};

/* A key stands behind a bracket or a comma, and before a colon. */
static void read_keys(const char *params, lg__intraday_list *out)
{
    uint32_t count = 0;
    size_t used = 0;
    while ((params = strpbrk(params, "{,"))) {
        params += 1 + strspn(params + 1, " ");
        size_t length = 0;
        while (isalnum((unsigned char)params[length]) || params[length] == '_')
            length++;
        LG_ASSERT(count < sizeof out->items / sizeof *out->items &&
                  used + length < sizeof out->text);
        if (!length)
            continue;
        out->items[count++] = memcpy(out->text + used, params, length);
        used += length;
        out->text[used++] = '\0';
    }
    out->names = (lg__names){out->items, NULL, count};
}

bool lg__intraday_keys_of(const char *function, size_t length, lg__intraday_list *out)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strlen(functions[i].name) == length &&
            memcmp(functions[i].name, function, length) == 0) {
            read_keys(functions[i].params, out);
            return true;
        }
    return false;
}
