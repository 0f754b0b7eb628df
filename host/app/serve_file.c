/* Results so far as files. What is written of them is whole slots; a file that is just being
 * written is not waited for. */
#include <stdio.h>
#include <string.h>
#include "app/serve_parts.h"
#include "store/copy.h"

static void cannot(lg_serve_call *call, lg_status status, const lg_err *err)
{
    if (status == LG_LIMIT)
        lg_serve_refuse(call, 503, "busy", "the results are just being written; ask again");
    else
        lg_serve_refuse(call, 503, "failed", "%s", err->text);
}

static void answer_with(lg_serve_call *call, const char *view, const char *type, const char *name)
{
    lg_err err = {.status = LG_OK};
    lg_text path;
    FILE *file = NULL;
    lg_text_init(&path, call->serve->mem);
    lg_text_format(&path, "%s/run.sqlite", call->serve->input.folder);
    lg_status status = path.failed ? LG_MEMORY
                       : view      ? lg_store_table(lg_text_peek(&path), view, &err, &file)
                                   : lg_store_copy(lg_text_peek(&path), &err, &file);
    lg_text_fini(&path);
    if (status == LG_OK)
        lg_web_answer_file(call->web, file, type, name);
    else
        cannot(call, status, &err);
}

void lg_serve_do_sqlite(lg_serve_call *call)
{
    answer_with(call, NULL, "application/vnd.sqlite3", "run.sqlite");
}

void lg_serve_do_trades_csv(lg_serve_call *call)
{
    answer_with(call, "trades_view", "text/csv; charset=utf-8", "trades.csv");
}

void lg_serve_do_markets_csv(lg_serve_call *call)
{
    answer_with(call, "market_slots_view", "text/csv; charset=utf-8", "market_slots.csv");
}
