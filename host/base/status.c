/* Names and sentences come from LG_STATUS_MAP, so that no face of the program can disagree with it.
 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name, *text;
    lg_status_class cls;
} map[] = {
#define X(name, text, cls) {#name, text, cls},
    LG_STATUS_MAP(X)
#undef X
};

static bool known(lg_status status)
{
    return (unsigned)status < (unsigned)LG_STATUS_COUNT;
}

const char *lg_status_name(lg_status status)
{
    return known(status) ? map[status].name : "?";
}

const char *lg_status_text(lg_status status)
{
    return known(status) ? map[status].text : "?";
}

lg_status_class lg_status_class_of(lg_status status)
{
    return known(status) ? map[status].cls : LG_FATAL;
}

lg_status lg_fail(lg_err *err, lg_status status, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->status = status;
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return status;
}

void lg_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "lunagrid: internal check failed: %s (%s:%d)\n", condition, file, line);
    abort();
}
