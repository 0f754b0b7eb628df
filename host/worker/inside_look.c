/* Looks at the intraday market from within a worker: a question each, its rows read as they are
 * asked for. */
#include <unistd.h>
#include "worker/inside.h"
#include "worker/pack_intraday.h"

static void ask(void *ctx, const lg_look *look)
{
    lg__inside *in = ctx;
    lg_text question;
    lg_text_init(&question, in->mem);
    lg_pack_look(look, &question);
    lg__inside_ask(in, &question);
    in->rows = (lg_wire_walk){.bytes = (const uint8_t *)in->reply.data, .size = in->reply.length};
    in->row_kind = look->kind;
}

static bool next(void *ctx, lg_look_row *row)
{
    lg__inside *in = ctx;
    lg_wire_record record;
    if (!lg_wire_next(&in->rows, &record))
        return false;
    if (record.kind != LG_WIRE_ROW_RECORD || !lg_unpack_row(in->row_kind, &record, row))
        _exit(LG_EXIT_CONFUSED);
    return true;
}

lg_look_elsewhere lg__inside_looks(lg__inside *in)
{
    return (lg_look_elsewhere){.ctx = in, .ask = ask, .next = next};
}
