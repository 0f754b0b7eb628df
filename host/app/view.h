/* host/app/view.h — runs that are over, shown on the page of running hosts: same paths, same
 * answers
 *
 * Questions name the run (run=0, run=1) and the slot that it stands before (slot=K); what happened
 * later is left out, but for bills and indicators, which results have of the whole run alone.
 */
#ifndef LG_APP_VIEW_H
#define LG_APP_VIEW_H

#include "loop/loop.h"
#include "web/server.h"

/** Most runs side by side. */
#define LG_VIEW_RUNS 2

typedef struct lg_view lg_view;

/**
 * Opens the results in @p paths, folders or their run.sqlite, and listens at @p address.
 * @return LG_OK; LG_STORE no results, or not of lunagrid; LG_INVALID, LG_IO the address; LG_MEMORY;
 * err has a sentence. Unless LG_OK *out is NULL.
 */
lg_status lg_view_open(lg_mem *mem, lg_loop *loop, const char *const *paths, uint32_t count,
                       const char *address, lg_err *err, lg_view **out) LG_CHECKED;
/** Appends what a browser opens. */
void lg_view_url(const lg_view *view, lg_text *out);
/** NULL is fine. */
void lg_view_close(lg_view *view);

#endif
