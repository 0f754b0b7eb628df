/*
 * A batch is read at once: what is wrong with a command is answered without asking anybody, all
 * others are sent together and applied in the next tick. Its answer goes out when the last of them
 * is applied, one for a batch, one row for a command, in the order of the message.
 */
#include "gsy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char channel_name[] = "external-aggregator//batch_commands";

void batch_free(gsy_batch *batch)
{
    for (uint32_t i = 0; i < batch->row_count; i++)
        out_free(&batch->rows[i].answer);
    json_free(&batch->message);
    free(batch->channel);
    free(batch->parts);
    free(batch->rows);
    free(batch->sent);
    free(batch);
}

/* ---- answering ---- */

static void put_answer(gsy *g, const gsy_batch *batch, const char *id)
{
    out *o = &g->text;
    out_clear(o);
    put(o, "{\"command\": \"batch_commands\", ");
    put_pair(o, "transaction_id", batch->transaction);
    put(o, ", ");
    put_pair(o, "aggregator_uuid", id);
    if (batch->wrong) {
        put_member(o, "status", "error");
        put_member(o, "error_message", batch->wrong);
    }
    put(o, ", \"responses\": {");
    for (uint32_t i = 0; i < batch->part_count; i++) {
        const gsy_part *part = &batch->parts[i];
        put(o, i ? ", " : "");
        put_key(o, part->uuid);
        put(o, "[");
        for (uint32_t k = 0; k < part->count; k++) {
            const out *row = &batch->rows[part->first + k].answer;
            put(o, k ? ", " : "");
            put_bytes(o, out_peek(row), row->length);
            o->failed = o->failed || row->failed;
        }
        put(o, "]");
    }
    put(o, "}}");
}

/* Without an aggregator the row is all of it. */
static void publish_row(gsy *g, const gsy_batch *batch)
{
    const out *row = &batch->rows[0].answer;
    out_clear(&g->text);
    put_bytes(&g->text, out_peek(row), row->length);
    g->text.failed = g->text.failed || row->failed;
    gsy_publish(g, batch->channel);
}

static void publish_answer(gsy *g, const gsy_batch *batch, const char *id)
{
    char channel[ID_MAX + 80];
    if (batch->channel) {
        publish_row(g, batch);
        return;
    }
    snprintf(channel, sizeof channel, "external-aggregator//%s/response/batch_commands", id);
    put_answer(g, batch, id);
    gsy_publish(g, channel);
}

/* ---- reading ---- */

/* Counts the commands and makes room for them. @return what is wrong; NULL: nothing */
static const char *make_room(gsy_batch *batch, const json *commands)
{
    if (!commands || commands->type != JSON_OBJECT)
        return "it has no batch_commands";
    uint32_t rows = 0;
    for (const json *list = commands->first; list; list = list->next) {
        rows += list->type == JSON_LIST ? list->count : 1;
        if (rows > ROWS_MAX)
            return "it has more than 16384 commands";
    }
    batch->parts = calloc(commands->count + 1, sizeof *batch->parts);
    batch->rows = calloc(rows + 1, sizeof *batch->rows);
    batch->sent = calloc(rows + 1, sizeof *batch->sent);
    if (!batch->parts || !batch->rows || !batch->sent)
        return "memory is exhausted";
    batch->row_count = rows;
    return NULL;
}

/* An address that comes twice is answered once. */
static void fill(const gsy *g, gsy_batch *batch, const json *commands)
{
    uint32_t at = 0;
    for (const json *list = commands->first; list; list = list->next) {
        const gsy_node *node = names_by_uuid(g, list->key);
        if (list->again)
            continue;
        if (list->type != JSON_LIST) {
            batch->parts[batch->part_count++] =
                (gsy_part){.uuid = list->key, .first = at, .count = 1};
            batch->rows[at++] = (gsy_row){.wrong = "The commands of an address are no list."};
            continue;
        }
        batch->parts[batch->part_count++] =
            (gsy_part){.uuid = list->key, .first = at, .count = list->count};
        for (const json *command = list->first; command; command = command->next)
            batch->rows[at++] = (gsy_row){.json = command,
                                          .type = json_text(command, "type"),
                                          .node = node,
                                          .wrong = batch->wrong};
    }
    batch->row_count = at;
}

/* What the host is asked for a batch. */
typedef struct request {
    lg_gateway_command *commands;
    lg_gateway_value **values; /* of each, to be freed */
    uint32_t count;
} request;

static void read_row(gsy *g, const gsy_aggregator *a, gsy_batch *batch, const gsy_part *part,
                     uint32_t row, request *r)
{
    gsy_row *at = &batch->rows[row];
    if (at->wrong) {
        answer_foreign(batch, at, part->uuid, at->wrong);
        return;
    }
    if (!a || a->gone || !at->node || !people_has(g, a, at->node)) {
        answer_foreign(batch, at, part->uuid,
                       !a || a->gone ? "There is no such aggregator."
                       : !at->node   ? "There is no asset or market with this uuid."
                                     : "This aggregator does not control this asset or market.");
        return;
    }
    if (!orders_read(g, batch, at, &r->commands[r->count], &r->values[r->count]))
        return;
    at->kind = r->commands[r->count].kind;
    at->index = r->count;
    batch->sent[batch->sent_count++] = row;
    r->count++;
}

/* The host's limits; a test holds the sentence to them. */
static const char too_many[] =
    "there are too many commands at once: a tick takes 16 for each asset and market that the "
    "aggregator has, and at least 256";

/* Nothing of it is applied: all that was to be is refused. */
static void refuse_all(gsy_batch *batch, const char *reason)
{
    for (uint32_t i = 0; i < batch->sent_count; i++)
        answer_refused(batch, &batch->rows[batch->sent[i]], reason);
    batch->sent_count = 0;
}

/* Sends what is there. A command with amounts that cannot be is refused and the others sent. */
static void send_all(gsy *g, const gsy_aggregator *a, gsy_batch *batch, request *r)
{
    while (r->count) {
        const lg_array array = {r->commands, r->count, sizeof *r->commands};
        uint32_t wrong = r->count;
        int32_t status = g->host->send(g->host->ctx, a->client, &array, &batch->number, &wrong);
        if (status == LG_OK)
            return;
        if (status != LG_INVALID || wrong >= r->count) {
            refuse_all(batch, status == LG_LIMIT ? too_many : "the exchange takes none now");
            return;
        }
        answer_refused(batch, &batch->rows[batch->sent[wrong]],
                       "an amount is no energy or rate that can be");
        free(r->values[wrong]);
        r->count--;
        batch->sent_count--;
        for (uint32_t i = wrong; i < r->count; i++) {
            r->commands[i] = r->commands[i + 1];
            r->values[i] = r->values[i + 1];
            batch->sent[i] = batch->sent[i + 1];
            batch->rows[batch->sent[i]].index = i;
        }
        r->values[r->count] = NULL;
    }
    batch->sent_count = 0;
}

static void process(gsy *g, gsy_aggregator *a, const char *id, gsy_batch *batch)
{
    request r = {
        .commands = calloc(batch->row_count + 1, sizeof *r.commands),
        .values = calloc(batch->row_count + 1, sizeof *r.values),
    };
    if (r.commands && r.values) {
        for (uint32_t i = 0; i < batch->part_count; i++)
            for (uint32_t k = 0; k < batch->parts[i].count; k++)
                read_row(g, a, batch, &batch->parts[i], batch->parts[i].first + k, &r);
        if (a)
            send_all(g, a, batch, &r);
    }
    for (uint32_t i = 0; r.values && i < batch->row_count; i++)
        free(r.values[i]);
    free(r.values);
    free(r.commands);
    if (batch->sent_count) {
        *a->last = batch;
        a->last = &batch->next;
        return;
    }
    if (a && !a->gone && a->client != NONE) /* it has answered, with nothing to be done */
        g->host->unexpect(g->host->ctx, a->client);
    publish_answer(g, batch, id);
    batch_free(batch);
}

static bool is_id(const char *id)
{
    size_t length = strlen(id);
    return length > 0 && length <= ID_MAX &&
           strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == length;
}

/* A second answer to one transaction would end the thread that listens in the client. */
static bool is_waiting(const gsy_aggregator *a, const char *transaction)
{
    for (const gsy_batch *b = a ? a->first : NULL; b; b = b->next)
        if (strcmp(b->transaction, transaction) == 0)
            return true;
    return false;
}

void batch_command(gsy *g, const char *bytes, size_t size)
{
    gsy_batch *batch = calloc(1, sizeof *batch);
    const char *why = batch ? NULL : "memory is exhausted", *id = NULL;
    bool told = g->complaints & 4;
    if (batch && !json_read(bytes, size, &batch->message)) {
        why = json_why(&batch->message);
        batch->wrong = batch->message.flaw;
    }
    if (batch && batch->message.top) {
        id = json_text(batch->message.top, "aggregator_uuid");
        batch->transaction = json_text(batch->message.top, "transaction_id");
        if (!id || !batch->transaction || !is_id(id))
            why = "it has no aggregator_uuid and transaction_id";
        else if (is_waiting(people_by_id(g, id), batch->transaction))
            why = "its transaction_id is being worked on";
    }
    if (why) {
        gsy_complain(g, &told, channel_name, why);
        g->complaints |= 4;
    }
    if (why && (!batch || why != batch->wrong)) { /* nobody knows whom to answer */
        if (batch)
            batch_free(batch);
        return;
    }
    const json *commands = json_get(batch->message.top, "batch_commands");
    why = make_room(batch, commands);
    if (why) { /* whoever waits for an answer gets one */
        gsy_complain(g, &told, channel_name, why);
        g->complaints |= 4;
        batch->wrong = why;
        publish_answer(g, batch, id);
        batch_free(batch);
        return;
    }
    fill(g, batch, commands);
    gsy_aggregator *a = people_by_id(g, id);
    process(g, a && a->node ? NULL : a, id, batch);
}

void batch_too_long(gsy *g, const char *bytes, size_t size)
{
    char id[ID_MAX + 1], transaction[256];
    if (!json_peek(bytes, size, "aggregator_uuid", id, sizeof id) ||
        !json_peek(bytes, size, "transaction_id", transaction, sizeof transaction) || !is_id(id) ||
        is_waiting(people_by_id(g, id), transaction))
        return;
    const gsy_batch batch = {
        .transaction = transaction,
        .wrong = "it has more than 1048576 bytes",
    };
    publish_answer(g, &batch, id);
}

void batch_single(gsy *g, gsy_aggregator *a, json_message *message, const char *transaction,
                  char *channel)
{
    gsy_batch *batch = calloc(1, sizeof *batch);
    if (batch) {
        batch->message = *message;
        batch->channel = channel;
        batch->transaction = transaction;
        batch->parts = calloc(1, sizeof *batch->parts);
        batch->rows = calloc(1, sizeof *batch->rows);
        batch->sent = calloc(1, sizeof *batch->sent);
    }
    if (!batch || !batch->parts || !batch->rows || !batch->sent) {
        gsy_say(g, LG_LOG_ERROR, "out of memory for a command on %.100s", channel);
        if (batch) {
            batch_free(batch);
        } else {
            json_free(message);
            free(channel);
        }
        return;
    }
    batch->parts[0] = (gsy_part){.uuid = a->node->is.uuid, .count = 1};
    const char *type = strrchr(channel, '/') + 1; /* lives as long as the batch */
    batch->rows[0] = (gsy_row){.json = message->top, .type = type, .node = a->node};
    batch->part_count = batch->row_count = 1;
    process(g, a, a->id, batch);
}

void batch_end(gsy *g, gsy_aggregator *a)
{
    while (a->first) {
        gsy_batch *batch = a->first;
        a->first = batch->next;
        refuse_all(batch, "the run has ended");
        publish_answer(g, batch, a->id);
        batch_free(batch);
    }
    a->last = &a->first;
}

/* ---- applied ---- */

/* The row of a command, and the batch it belongs to. */
static gsy_row *row_of(const gsy *g, uint32_t client, uint64_t number, uint32_t index,
                       gsy_batch **found)
{
    const gsy_aggregator *a = people_by_client(g, client);
    for (gsy_batch *b = a ? a->first : NULL; b; b = b->next)
        if (b->number == number && index < b->sent_count) {
            *found = b;
            return &b->rows[b->sent[index]];
        }
    return NULL;
}

void batch_before(gsy *g, uint32_t client, uint64_t number, uint32_t index)
{
    gsy_batch *batch;
    gsy_row *row = row_of(g, client, number, index, &batch);
    if (row)
        answer_before(g, row, NULL);
}

void batch_after(gsy *g, uint32_t client, uint64_t number, uint32_t index,
                 const lg_gateway_answer *answer)
{
    gsy_batch *batch;
    gsy_row *row = row_of(g, client, number, index, &batch);
    if (row)
        answer_after(g, batch, row, answer);
}

void batch_done(gsy *g, uint32_t client, uint64_t number)
{
    gsy_aggregator *a = people_by_client(g, client);
    if (!a || !a->first || a->first->number != number)
        return; /* of a run that went on: whoever sent it is answered no more */
    gsy_batch *batch = a->first;
    a->first = batch->next;
    if (!a->first)
        a->last = &a->first;
    publish_answer(g, batch, a->id);
    batch_free(batch);
    if (!a->first)
        g->host->expect(g->host->ctx, client, LG_GATEWAY_EXPECT_MORE);
}
