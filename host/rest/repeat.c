/* The oldest answers make room for new ones. */
#include "rest/repeat.h"

#include <stdio.h>
#include <string.h>
#include "base/hash.h"

enum { CLIENT_BYTES_MAX = 128, KEY_BYTES_MAX = 128 };

void lg_rest_repeats_init(lg_rest_repeats *repeats, lg_mem *mem)
{
    lg_coord_table_init(&repeats->table, mem);
}

void lg_rest_repeats_fini(lg_rest_repeats *repeats)
{
    lg_coord_table_fini(&repeats->table);
}

static bool is_key(const char *key)
{
    size_t length = strlen(key);
    for (const char *at = key; *at; at++)
        if (*at < ' ' || *at > '~')
            return false;
    return length && length <= KEY_BYTES_MAX;
}

bool lg_rest_repeat_of(lg_mem *mem, const char *client, const char *key, const lg_web_call *call,
                       lg_rest_repeat_id *out)
{
    lg_text text;
    if (!is_key(key) || strlen(client) > CLIENT_BYTES_MAX)
        return false;
    snprintf(out->id, sizeof out->id, "%s/%s", client, key); /* ids of clients have no "/" */
    lg_text_init(&text, mem);
    lg_text_format(&text, "%d %s\n", (int)call->method, call->uri);
    lg_text_bytes(&text, call->body, call->body_size);
    lg_sha256(lg_text_peek(&text), text.length, out->hash);
    bool fine = !text.failed;
    lg_text_fini(&text);
    return fine;
}

static void forget_old(lg_rest_repeats *repeats, int64_t now_us)
{
    lg_coord_table *table = &repeats->table;
    while (table->count && (table->count >= LG_REST_REPEATS_MAX ||
                            now_us - table->items[0]->created_us >= LG_REST_REPEAT_US))
        lg_coord_table_drop(table, table->items[0]);
}

const lg_rest_repeat *lg_rest_repeat_find(lg_rest_repeats *repeats, const lg_rest_repeat_id *id,
                                          int64_t now_us)
{
    forget_old(repeats, now_us);
    return lg_coord_table_find(&repeats->table, id->id);
}

void lg_rest_repeat_keep(lg_rest_repeats *repeats, const lg_rest_repeat_id *id, int64_t now_us,
                         const lg_rest_reply *reply)
{
    bool failed = false;
    if (lg_coord_table_find(&repeats->table, id->id))
        return;
    lg_rest_repeat *made = lg_coord_item_new(repeats->table.mem, sizeof *made, id->id);
    if (!made)
        return;
    memcpy(made->hash, id->hash, sizeof made->hash);
    made->item.created_us = now_us;
    made->code = reply->code;
    made->text = lg_arena_text(&made->item.arena, lg_text_peek(&reply->text), reply->text.length);
    made->size = reply->text.length;
    made->place = lg_coord_item_text(&made->item, reply->place, &failed);
    if (failed || !made->text || !lg_coord_table_add(&repeats->table, &made->item))
        lg_coord_item_free(&made->item);
}
