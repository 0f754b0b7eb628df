/*
 * What workers are told of the market. A script mostly reads the same fields each time, so what it
 * once had to ask for in a callback is sent along with every later call of it: a kind of question
 * about one of its assets means the same for all of them, and other questions are remembered one by
 * one. What is foreseen changes how long a callback takes and nothing else.
 */
#include "worker/pack_intraday.h"
#include "worker/room.h"

#include <string.h>

_Static_assert(LG_SIGHT_COUNT <= 32, "rows are bits of a word");

static void put_answer(lg__worker *w, const lg_sight_key *key, lg_text *out)
{
    static _Thread_local lg_sight_orders room; /* the largest of all */
    lg_wire_seen seen = {.key = *key};
    if (lg_sight_answer(&w->sight, key, &room, &seen.size) != LG_OK)
        seen.size = UINT32_MAX;
    uint32_t size = seen.size == UINT32_MAX ? 0 : seen.size;
    if (key->row == LG_SIGHT_orders && size) /* no more than there are */
        seen.size = size =
            (uint32_t)(offsetof(lg_sight_orders, items) + room.count * sizeof room.items[0]);
    size_t begun = lg_wire_begin(out, LG_WIRE_SEEN_RECORD);
    lg_text_bytes(out, (const char *)&seen, sizeof seen);
    lg_text_bytes(out, (const char *)&room, size);
    lg_wire_end(out, begun);
}

/* Whether a question like it can be asked of every asset. */
static bool is_of_assets(const lg__worker *w, const lg_sight_key *key)
{
    static const uint32_t rows = 1u << LG_SIGHT_position | 1u << LG_SIGHT_plan |
                                 1u << LG_SIGHT_bill | 1u << LG_SIGHT_origins |
                                 1u << LG_SIGHT_asset_enabled | 1u << LG_SIGHT_rates_vary |
                                 1u << LG_SIGHT_settlement_bill;
    return key->row < LG_SIGHT_COUNT && (rows >> key->row & 1) && key->b == 0 && key->c == 0 &&
           key->a < w->sight.site->asset_count && lg_desk_owns_asset(w->desk, key->a);
}

/* Row @p row of own assets, but for @p but, until there is too much. */
static void put_row(lg__worker *w, uint32_t row, uint32_t but, size_t most, lg_text *out)
{
    uint32_t count;
    const uint32_t *assets = lg_desk_assets(w->desk, &count);
    for (uint32_t i = 0; i < count && out->length < most; i++) {
        const lg_sight_key key = {.row = row, .a = assets[i]};
        if (assets[i] != but)
            put_answer(w, &key, out);
    }
}

void lg__serve_foresee(lg__worker *w, uint32_t callback, lg_text *out)
{
    for (uint32_t i = 0; i < w->key_count[callback]; i++)
        put_answer(w, &w->keys[callback][i], out);
    for (uint32_t row = 0; row < LG_SIGHT_COUNT; row++)
        if (w->rows[callback] >> row & 1)
            put_row(w, row, LG_NONE, LG_WORKER_FORESEE_MAX, out);
}

void lg__serve_read(lg__worker *w, const lg_wire_record *record, lg_text *out)
{
    lg_sight_key key;
    uint32_t *count = &w->key_count[w->callback];
    memcpy(&key, record->bytes, sizeof key);
    put_answer(w, &key, out);
    if (is_of_assets(w, &key)) {
        put_row(w, key.row, key.a, LG_WIRE_FRAME_MAX / 2, out);
        w->rows[w->callback] |= 1u << key.row;
    } else if (*count < LG_WORKER_KEYS_MAX) {
        w->keys[w->callback][(*count)++] = key;
    }
}

static void put_book(lg__worker *w, const lg_look *look, lg_text *out)
{
    static _Thread_local lg_trading_public_order rows[LG_LOOK_ROWS_MAX];
    uint32_t count = lg_look_book(w->desk, NULL, look, rows);
    for (uint32_t i = 0; i < count; i++)
        lg_pack_row(LG_LOOK_BOOK, &(lg_look_row){.resting = rows[i]}, out);
}

bool lg__serve_look(lg__worker *w, const lg_wire_record *record, lg_text *out)
{
    lg_look look;
    lg_look_row row;
    if (!lg_unpack_look(record, &look) || !lg_look_is_fit(w->desk, &look))
        return false;
    if (look.kind == LG_LOOK_BOOK)
        put_book(w, &look, out);
    lg_look_walk walk = lg_look_begin(w->desk, NULL, &look);
    while (lg_look_next(&walk, &row))
        lg_pack_row(look.kind, &row, out);
    return true;
}
