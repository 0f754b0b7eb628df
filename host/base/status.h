/* host/base/status.h — names and sentences of the status list, and the detail of one failure */
#ifndef LG_BASE_STATUS_H
#define LG_BASE_STATUS_H

#include <stdbool.h>
#include "lunagrid/status.h"

/** Room for one sentence about a failure; longer ones are cut. */
#define LG_ERR_TEXT_MAX 480

/** Detail of a failure: what failed and one sentence that names the item and what was expected. */
typedef struct lg_err {
    lg_status status;
    char text[LG_ERR_TEXT_MAX];
} lg_err;

/** "ENERGY" for LG_ENERGY; "?" for a number that is none. */
const char *lg_status_name(lg_status status);
/** The sentence for people of the list. */
const char *lg_status_text(lg_status status);
/** Whether the asker, one part, or the whole run is concerned. */
lg_status_class lg_status_class_of(lg_status status);

/** Fills @p err (which may be NULL) and returns @p status, so that `return lg_fail(...)` reads
 * well. */
lg_status lg_fail(lg_err *err, lg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Prints the broken condition and aborts. Never returns; see LG_ASSERT. */
void lg_assert_failed(const char *condition, const char *file, int line) __attribute__((noreturn));

/** A programmer's promise, checked in release builds as well. */
#define LG_ASSERT(condition)                                                                       \
    (__builtin_expect(!!(condition), 1) ? (void)0                                                  \
                                        : lg_assert_failed(#condition, __FILE__, __LINE__))

#endif
