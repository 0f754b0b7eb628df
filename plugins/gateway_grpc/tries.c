/* A small table, looked through from end to end: a wrong key costs a hash anyway. */
#include "tries.h"

#include <string.h>

static const try_row *row_of(const tries *t, const uint8_t address[16], int64_t now_ms)
{
    for (int i = 0; i < TRIES_ADDRESSES; i++) {
        const try_row *row = &t->rows[i];
        if (row->count && now_ms - row->from_ms < TRIES_WINDOW_MS &&
            memcmp(row->address, address, sizeof row->address) == 0)
            return row;
    }
    return NULL;
}

bool tries_spent(const tries *t, const uint8_t address[16], int64_t now_ms)
{
    const try_row *row = row_of(t, address, now_ms);
    return row && row->count >= TRIES_MAX;
}

void tries_note(tries *t, const uint8_t address[16], int64_t now_ms)
{
    try_row *row = (try_row *)row_of(t, address, now_ms);
    if (row) {
        row->count++;
        return;
    }
    row = &t->rows[0];
    for (int i = 1; i < TRIES_ADDRESSES && row->count; i++)
        if (!t->rows[i].count || t->rows[i].from_ms < row->from_ms)
            row = &t->rows[i];
    *row = (try_row){.from_ms = now_ms, .count = 1};
    memcpy(row->address, address, sizeof row->address);
}
