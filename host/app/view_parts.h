/* host/app/view_parts.h — what the files view*.c share */
#ifndef LG_APP_VIEW_PARTS_H
#define LG_APP_VIEW_PARTS_H

#include "app/serve_parts.h"
#include "app/view.h"
#include "store/past.h"

/** One run. */
typedef struct lg_view_run {
    lg_past *past;
    const char *path; /* as it was named */
    int64_t start_ms, slot_s, slot_count, ticks;
    int64_t slots;     /* that are there */
    int64_t community; /* area */
    bool constant;     /* fees are in ct/kWh */
} lg_view_run;

struct lg_view {
    lg_mem *mem;
    lg_web *web;
    lg_view_run runs[LG_VIEW_RUNS];
    uint32_t count;
};

/** The run that is asked about. */
lg_view_run *lg_view_run_of(const lg_serve_call *call);
/** The slot that it stands before: at least 0, at most run->slots. */
int64_t lg_view_slot(const lg_serve_call *call);
/** Answers with what is in call->out, or that the file cannot be read. */
void lg_view_answer(lg_serve_call *call);
/** The first column of the first row of @p sql about two numbers; 0 without one. */
int64_t lg_view_int(lg_view_run *run, const char *sql, int64_t a, int64_t b);
/** "2024-06-03T00:00:00+00:00" of the start of a slot. */
void lg_view_time(const lg_view_run *run, int64_t slot, char out[32]);

/* One function a route. */
void lg_view_do_status(lg_serve_call *call);
void lg_view_do_site(lg_serve_call *call);
void lg_view_do_members(lg_serve_call *call);
void lg_view_do_market(lg_serve_call *call);
void lg_view_do_market_history(lg_serve_call *call);
void lg_view_do_assets(lg_serve_call *call);
void lg_view_do_asset_history(lg_serve_call *call);
void lg_view_do_agents(lg_serve_call *call);
void lg_view_do_agent(lg_serve_call *call);
void lg_view_do_log(lg_serve_call *call);
void lg_view_do_intraday(lg_serve_call *call);
/** Whether the run had such a market. */
bool lg_view_has_intraday(lg_view_run *run);

#endif
