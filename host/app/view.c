/* Files are only read; one that is still being written is read as far as it goes. */
#include "app/view.h"

#include <stdio.h>
#include <string.h>
#include "app/view_parts.h"
#include "base/clock.h"
#include "store/copy.h"

static void answer_file(lg_serve_call *call, const char *table, const char *type, const char *name)
{
    const char *database = lg_past_file(lg_view_run_of(call)->past);
    lg_err err = {.status = LG_OK};
    FILE *file = NULL;
    lg_status status =
        table ? lg_store_table(database, table, &err, &file) : lg_store_copy(database, &err, &file);
    if (status == LG_OK)
        lg_web_answer_file(call->web, file, type, name);
    else
        lg_serve_refuse(call, 503, "failed", "%s", err.text);
}

static void do_sqlite(lg_serve_call *call)
{
    answer_file(call, NULL, "application/vnd.sqlite3", "run.sqlite");
}

static void do_trades_csv(lg_serve_call *call)
{
    answer_file(call, "trades_view", "text/csv; charset=utf-8", "trades.csv");
}

static void do_markets_csv(lg_serve_call *call)
{
    answer_file(call, "market_slots_view", "text/csv; charset=utf-8", "market_slots.csv");
}

static void do_members_csv(lg_serve_call *call)
{
    answer_file(call, "members_view", "text/csv; charset=utf-8", "members.csv");
}

static const lg_serve_route routes[] = {
    {LG_SERVE_API "/status", false, false, lg_view_do_status},
    {LG_SERVE_API "/site", false, false, lg_view_do_site},
    {LG_SERVE_API "/members", false, false, lg_view_do_members},
    {LG_SERVE_API "/markets/#", false, false, lg_view_do_market},
    {LG_SERVE_API "/markets/#/history", false, false, lg_view_do_market_history},
    {LG_SERVE_API "/assets", false, false, lg_view_do_assets},
    {LG_SERVE_API "/assets/#/history", false, false, lg_view_do_asset_history},
    {LG_SERVE_API "/agents", false, false, lg_view_do_agents},
    {LG_SERVE_API "/agents/#", false, false, lg_view_do_agent},
    {LG_SERVE_API "/intraday", false, false, lg_view_do_intraday},
    {LG_SERVE_API "/log", false, false, lg_view_do_log},
    {LG_SERVE_API "/results/run.sqlite", false, false, do_sqlite},
    {LG_SERVE_API "/results/trades.csv", false, false, do_trades_csv},
    {LG_SERVE_API "/results/market_slots.csv", false, false, do_markets_csv},
    {LG_SERVE_API "/results/members.csv", false, false, do_members_csv},
};

static void asked(void *ctx, const lg_web_call *web)
{
    lg_view *view = ctx;
    lg_serve_find(routes, sizeof routes / sizeof *routes, web, view->mem,
                  (lg_serve_call){.view = view});
}

/* ---- what a question is about ---- */

lg_view_run *lg_view_run_of(const lg_serve_call *call)
{
    uint32_t index = lg_serve_query(call, "run", 0);
    return &call->view->runs[index < call->view->count ? index : 0];
}

int64_t lg_view_slot(const lg_serve_call *call)
{
    const lg_view_run *run = lg_view_run_of(call);
    int64_t slot = lg_serve_query(call, "slot", LG_NONE);
    return slot < run->slots ? slot : run->slots;
}

void lg_view_answer(lg_serve_call *call)
{
    lg_err err;
    if (lg_past_status(lg_view_run_of(call)->past, &err) != LG_OK)
        lg_serve_refuse(call, 503, "failed", "%s", err.text);
    else
        lg_serve_answer(call);
}

int64_t lg_view_int(lg_view_run *run, const char *sql, int64_t a, int64_t b)
{
    lg_past_rows rows;
    lg_past_ask(run->past, &rows, sql, (int64_t[]){a, b}, 2);
    int64_t value = lg_past_next(&rows) ? lg_past_int(&rows, 0) : 0;
    lg_past_drop(&rows);
    return value;
}

void lg_view_time(const lg_view_run *run, int64_t slot, char out[32])
{
    lg_clock_format(run->start_ms + slot * run->slot_s * 1000, out);
}

/* ---- life ---- */

static lg_status open_run(lg_view *view, const char *path, lg_err *err)
{
    lg_view_run *run = &view->runs[view->count];
    lg_status status = lg_past_open(view->mem, path, err, &run->past);
    if (status != LG_OK)
        return status;
    view->count++;
    run->path = path;
    lg_past_rows rows;
    lg_past_ask(run->past, &rows,
                "SELECT start_ms, slot_s, slot_count, ticks_per_slot, community, "
                "fee_kind = 'constant', (SELECT count(*) FROM slots) FROM runs",
                NULL, 0);
    if (lg_past_next(&rows)) {
        run->start_ms = lg_past_int(&rows, 0);
        run->slot_s = lg_past_int(&rows, 1);
        run->slot_count = lg_past_int(&rows, 2);
        run->ticks = lg_past_int(&rows, 3);
        run->community = lg_past_int(&rows, 4);
        run->constant = lg_past_int(&rows, 5);
        run->slots = lg_past_int(&rows, 6);
    }
    lg_past_drop(&rows);
    return lg_past_status(run->past, err);
}

lg_status lg_view_open(lg_mem *mem, lg_loop *loop, const char *const *paths, uint32_t count,
                       const char *address, lg_err *err, lg_view **out)
{
    *out = NULL;
    lg_web_address where;
    lg_view *view = lg_mem_zalloc(mem, 1, sizeof *view);
    if (!view)
        return lg_fail(err, LG_MEMORY, "out of memory");
    view->mem = mem;
    lg_status status = lg_web_address_read(address, &where, err);
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = open_run(view, paths[i], err);
    const lg_web_input web = {
        .loop = loop,
        .address = &where,
        .is_public = lg_serve_is_public,
        .asked = asked,
        .ctx = view,
    };
    if (status == LG_OK)
        status = lg_web_open(mem, &web, err, &view->web);
    if (status == LG_OK)
        *out = view;
    else
        lg_view_close(view);
    return status;
}

void lg_view_url(const lg_view *view, lg_text *out)
{
    lg_text_format(out, "http://%s/#token=%s", lg_web_where(view->web), lg_web_token(view->web));
}

void lg_view_close(lg_view *view)
{
    if (!view)
        return;
    lg_web_close(view->web, 0);
    for (uint32_t i = 0; i < view->count; i++)
        lg_past_close(view->runs[i].past);
    lg_mem_free(view->mem, view, sizeof *view);
}
