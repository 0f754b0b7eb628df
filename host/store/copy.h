/* host/store/copy.h — results of a run that may be going on, as files to hand out
 *
 * Nothing is waited for: the writer of the results may be the very thread that asks.
 */
#ifndef LG_STORE_COPY_H
#define LG_STORE_COPY_H

#include <stdio.h>
#include "base/status.h"

/**
 * A copy of @p database as it stands after its last transaction, as a file without a name; the
 * caller closes it. @return LG_OK; LG_LIMIT it is just being written, or grows too fast; LG_STORE;
 * LG_MEMORY. Unless LG_OK *out is NULL.
 */
lg_status lg_store_copy(const char *database, lg_err *err, FILE **out) LG_CHECKED;

/** The same of a table or view as CSV with a line of headings; @p name is a constant. */
lg_status lg_store_table(const char *database, const char *name, lg_err *err,
                         FILE **out) LG_CHECKED;

#endif
