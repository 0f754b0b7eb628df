/* Records of orders and the bytes they share. A record is forgotten when it is over and so many
 * others have come to their end since that it is none of the rules' orders_kept any more. */
#include "trading/room.h"

#include <string.h>

static bool more_buckets(lg_trading *t)
{
    uint32_t count = t->bucket_count ? t->bucket_count * 2 : 256;
    uint32_t *buckets = lg_mem_alloc(t->mem, count * sizeof *buckets);
    if (!buckets)
        return false;
    memset(buckets, 0xff, count * sizeof *buckets);
    for (uint32_t i = 0; i < t->bucket_count; i++)
        for (uint32_t rec = t->buckets[i], next; rec != LG__NIL; rec = next) {
            lg__rec *r = &t->recs[rec];
            next = r->bucket_next;
            r->bucket_next = buckets[r->id & (count - 1)];
            buckets[r->id & (count - 1)] = rec;
        }
    lg_mem_free(t->mem, t->buckets, t->bucket_count * sizeof *t->buckets);
    t->buckets = buckets;
    t->bucket_count = count;
    return true;
}

uint32_t lg__rec_new(lg_trading *t)
{
    uint32_t rec = t->rec_free;
    if (t->kept >= t->bucket_count && !more_buckets(t))
        return LG__NIL;
    if (rec == LG__NIL) {
        if (!LG_GROW(t->mem, t->recs, t->rec_capacity, t->rec_count + 1))
            return LG__NIL;
        rec = t->rec_count++;
    } else {
        t->rec_free = t->recs[rec].over_next;
    }
    lg__rec *r = &t->recs[rec];
    memset(r, 0, sizeof *r);
    r->id = t->next_id++;
    r->prev = r->next = r->level = r->over_next = LG__NIL;
    r->due_prev = r->due_next = LG__NIL;
    uint32_t *bucket = &t->buckets[r->id & (t->bucket_count - 1)];
    r->bucket_next = *bucket;
    *bucket = rec;
    t->kept++;
    return rec;
}

uint32_t lg__rec_find(const lg_trading *t, uint64_t id)
{
    if (!t->bucket_count)
        return LG__NIL;
    uint32_t rec = t->buckets[id & (t->bucket_count - 1)];
    while (rec != LG__NIL && t->recs[rec].id != id)
        rec = t->recs[rec].bucket_next;
    return rec;
}

void lg__rec_due(lg_trading *t, uint32_t rec, bool due)
{
    lg__rec *r = &t->recs[rec];
    bool is = r->due_prev != LG__NIL || r->due_next != LG__NIL || t->due_first == rec;
    if (is == due)
        return;
    if (due) {
        r->due_prev = LG__NIL;
        r->due_next = t->due_first;
        if (t->due_first != LG__NIL)
            t->recs[t->due_first].due_prev = rec;
        t->due_first = rec;
        return;
    }
    if (r->due_prev != LG__NIL)
        t->recs[r->due_prev].due_next = r->due_next;
    else
        t->due_first = r->due_next;
    if (r->due_next != LG__NIL)
        t->recs[r->due_next].due_prev = r->due_prev;
    r->due_prev = r->due_next = LG__NIL;
}

void lg__rec_live(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    lg__contract *c = t->contracts[r->contract];
    lg__pool *pool = &t->pools[r->gridpool];
    r->live_prev = c->live_last;
    r->live_next = LG__NIL;
    if (c->live_last != LG__NIL)
        t->recs[c->live_last].live_next = rec;
    else
        c->live_first = rec;
    c->live_last = rec;
    r->pool_prev = LG__NIL;
    r->pool_next = pool->newest;
    if (pool->newest != LG__NIL)
        t->recs[pool->newest].pool_prev = rec;
    pool->newest = rec;
    pool->open++;
    t->counts.open++;
    if (r->valid_until_ms)
        lg__rec_due(t, rec, true);
}

static void forget(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    uint32_t *at = &t->buckets[r->id & (t->bucket_count - 1)];
    while (*at != rec)
        at = &t->recs[*at].bucket_next;
    *at = r->bucket_next;
    if (r->pool_prev != LG__NIL)
        t->recs[r->pool_prev].pool_next = r->pool_next;
    else
        t->pools[r->gridpool].newest = r->pool_next;
    if (r->pool_next != LG__NIL)
        t->recs[r->pool_next].pool_prev = r->pool_prev;
    lg__blob_unref(t, r->tag);
    lg__blob_unref(t, r->payload);
    r->tag = r->payload = NULL;
    r->id = 0;
    r->over_next = t->rec_free;
    t->rec_free = rec;
    t->kept--;
}

void lg__rec_over(lg_trading *t, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    lg__contract *c = t->contracts[r->contract];
    if (r->live_prev != LG__NIL)
        t->recs[r->live_prev].live_next = r->live_next;
    else
        c->live_first = r->live_next;
    if (r->live_next != LG__NIL)
        t->recs[r->live_next].live_prev = r->live_prev;
    else
        c->live_last = r->live_prev;
    lg__rec_due(t, rec, false);
    t->pools[r->gridpool].open--;
    t->counts.open--;
    r->over_next = LG__NIL;
    if (t->over_last != LG__NIL)
        t->recs[t->over_last].over_next = rec;
    else
        t->over_first = rec;
    t->over_last = rec;
    t->over_count++;
}

void lg__rec_forget(lg_trading *t)
{
    while (t->over_count > t->rules->orders_kept) {
        uint32_t rec = t->over_first;
        t->over_first = t->recs[rec].over_next;
        if (t->over_first == LG__NIL)
            t->over_last = LG__NIL;
        t->over_count--;
        forget(t, rec);
    }
}

/* ---- bytes ---- */

static size_t class_room(uint32_t class)
{
    return (size_t)32 << class;
}

static size_t room_of(const lg__blob *blob)
{
    return sizeof *blob +
           (blob->class < LG__BLOB_CLASSES ? class_room(blob->class) : (size_t)blob->size + 1);
}

lg__blob *lg__blob_new(lg_trading *t, const void *bytes, size_t size)
{
    uint32_t class = 0;
    while (class < LG__BLOB_CLASSES && class_room(class) < size + 1)
        class ++;
    lg__blob *blob = class < LG__BLOB_CLASSES ? t->blobs[class] : NULL;
    if (blob) {
        t->blobs[class] = blob->next;
    } else {
        size_t room = class < LG__BLOB_CLASSES ? class_room(class) : size + 1;
        blob = lg_mem_alloc(t->mem, sizeof *blob + room);
        if (!blob)
            return NULL;
        blob->class = class;
    }
    blob->next = NULL;
    blob->refs = 1;
    blob->size = (uint32_t)size;
    memcpy(blob->bytes, bytes, size);
    blob->bytes[size] = 0;
    return blob;
}

lg__blob *lg__blob_ref(lg__blob *blob)
{
    if (blob)
        blob->refs++;
    return blob;
}

void lg__blob_unref(lg_trading *t, lg__blob *blob)
{
    if (!blob || --blob->refs)
        return;
    if (blob->class < LG__BLOB_CLASSES) {
        blob->next = t->blobs[blob->class];
        t->blobs[blob->class] = blob;
    } else {
        lg_mem_free(t->mem, blob, room_of(blob));
    }
}

void lg__blob_fini(lg_trading *t)
{
    for (uint32_t i = 0; i < t->rec_count; i++) {
        lg__blob_unref(t, t->recs[i].tag);
        lg__blob_unref(t, t->recs[i].payload);
    }
    for (uint32_t class = 0; class < LG__BLOB_CLASSES; class ++)
        for (lg__blob *blob = t->blobs[class], *next; blob; blob = next) {
            next = blob->next;
            lg_mem_free(t->mem, blob, room_of(blob));
        }
}
