/* Uniqueness and what hangs on what: the rules that hold over objects. */
#include "coordination/openadr.h"

#include <string.h>
#include "coordination/notify.h"

const char *const lg_oadr_kinds[] = {"PROGRAM", "EVENT",    "REPORT", "SUBSCRIPTION",
                                     "VEN",     "RESOURCE", NULL};
const char *const lg_oadr_operations[] = {"READ", "CREATE", "UPDATE", "DELETE", NULL};

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* ---- objects ---- */

/* Another object than @p id of the draft's kind with the same name, or client, in the same place.
 */
static const char *taken(const lg_coord *coord, const char *id, const lg_oadr_draft *draft)
{
    const lg_coord_table *table = &coord->openadr[draft->kind];
    bool unique = draft->kind == LG_OADR_PROGRAM || draft->kind == LG_OADR_VEN ||
                  draft->kind == LG_OADR_RESOURCE;
    for (uint32_t i = 0; i < table->count && unique; i++) {
        const lg_oadr *other = (const lg_oadr *)table->items[i];
        if (same(other->item.id, id))
            continue;
        bool place = draft->kind != LG_OADR_RESOURCE || same(other->is.parent, draft->parent);
        if (place && same(other->is.name, draft->name))
            return "the name is taken";
        if (draft->kind == LG_OADR_VEN && same(other->is.client, draft->client))
            return "the client has a ven already";
    }
    return NULL;
}

static lg_coord_result check(const lg_coord *coord, const char *id, const lg_oadr_draft *draft,
                             lg_coord_why *why)
{
    const char *clash = taken(coord, id, draft);
    if (draft->program && !lg_coord_table_find(&coord->openadr[LG_OADR_PROGRAM], draft->program))
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "programID", "there is no such program");
    if (draft->kind == LG_OADR_REPORT &&
        !lg_coord_table_find(&coord->openadr[LG_OADR_EVENT], draft->parent))
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "eventID", "there is no such event");
    if (draft->kind == LG_OADR_RESOURCE &&
        !lg_coord_table_find(&coord->openadr[LG_OADR_VEN], draft->parent))
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "venID", "there is no such ven");
    if (clash)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "%s", clash);
    if (!id && coord->openadr[draft->kind].count >= LG_OADR_OBJECTS_MAX)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "there may be %d of these",
                               LG_OADR_OBJECTS_MAX);
    return LG_COORD_DONE;
}

static bool copy_wishes(lg_oadr *object, const lg_oadr_draft *draft)
{
    bool failed = false;
    size_t size = draft->wish_count * sizeof *draft->wishes;
    lg_oadr_wish *wishes = lg_arena_alloc(&object->item.arena, size);
    for (uint32_t i = 0; i < draft->wish_count && wishes; i++) {
        wishes[i] = draft->wishes[i];
        wishes[i].url = lg_coord_item_text(&object->item, draft->wishes[i].url, &failed);
        wishes[i].token = lg_coord_item_text(&object->item, draft->wishes[i].token, &failed);
    }
    object->is.wishes = wishes;
    return wishes && !failed;
}

static lg_oadr *copy_draft(lg_coord *coord, const char *id, const lg_oadr_draft *draft)
{
    bool failed = false;
    lg_oadr *object = lg_coord_item_new(coord->mem, sizeof *object, id);
    if (!object)
        return NULL;
    lg_coord_item *item = &object->item;
    object->is = *draft;
    object->is.name = lg_coord_item_text(item, draft->name, &failed);
    object->is.client = lg_coord_item_text(item, draft->client, &failed);
    object->is.program = lg_coord_item_text(item, draft->program, &failed);
    object->is.parent = lg_coord_item_text(item, draft->parent, &failed);
    object->is.body = lg_coord_item_text(item, draft->body, &failed);
    object->is.targets = lg_coord_copy_texts(item, draft->targets, draft->target_count);
    item->created_us = item->modified_us = coord->now_us;
    if (!failed && copy_wishes(object, draft) && (!draft->target_count || object->is.targets))
        return object;
    lg_coord_item_free(item);
    return NULL;
}

lg_coord_result lg_oadr_put(lg_coord *coord, const char *id, const lg_oadr_draft *draft,
                            lg_oadr **out, lg_coord_why *why)
{
    char fresh[37];
    lg_coord_table *table = &coord->openadr[draft->kind];
    lg_coord_item *old = id ? lg_coord_table_find(table, id) : NULL;
    *out = NULL;
    if (id && !old)
        return lg_coord_refuse(why, LG_COORD_UNKNOWN, "", "there is no such object");
    lg_coord_result result = check(coord, id, draft, why);
    if (result != LG_COORD_DONE)
        return result;
    if (!id)
        lg_coord_new_id(coord, fresh);
    lg_oadr *object = copy_draft(coord, id ? id : fresh, draft);
    if (object && old)
        lg_coord_table_swap(table, old, &object->item);
    else if (object && !lg_coord_table_add(table, &object->item)) {
        lg_coord_item_free(&object->item);
        object = NULL;
    }
    *out = object;
    return object ? LG_COORD_DONE : LG_COORD_MEMORY;
}

/* What of @p kind hangs on @p id goes, with what hangs on that. */
static void drop_below(lg_coord *coord, lg_oadr_kind kind, const char *id)
{
    lg_coord_table *table = &coord->openadr[kind];
    for (uint32_t i = table->count; i-- > 0;) {
        lg_oadr *object = (lg_oadr *)table->items[i];
        const char *above = kind == LG_OADR_EVENT ? object->is.program : object->is.parent;
        if (same(above, id))
            lg_oadr_drop(coord, object);
    }
}

void lg_oadr_drop(lg_coord *coord, lg_oadr *object)
{
    lg_coord_table *table = &coord->openadr[object->is.kind];
    if (object->is.kind == LG_OADR_PROGRAM)
        drop_below(coord, LG_OADR_EVENT, object->item.id);
    if (object->is.kind == LG_OADR_EVENT)
        drop_below(coord, LG_OADR_REPORT, object->item.id);
    if (object->is.kind == LG_OADR_VEN)
        drop_below(coord, LG_OADR_RESOURCE, object->item.id);
    for (uint32_t i = coord->notes.count; i-- > 0 && object->is.kind == LG_OADR_SUBSCRIPTION;)
        if (same(((lg_oadr_note *)coord->notes.items[i])->subscription, object->item.id))
            lg_coord_table_drop(&coord->notes, coord->notes.items[i]);
    lg_coord_table_drop(table, &object->item);
}

/* ---- who sees what ---- */

bool lg_oadr_meet(const char *const *a, uint32_t a_count, const char *const *b, uint32_t b_count)
{
    for (uint32_t i = 0; i < a_count; i++)
        for (uint32_t k = 0; k < b_count; k++)
            if (strcmp(a[i], b[k]) == 0)
                return true;
    return false;
}

/* The labels of all objects of @p kind that are @p client's; counts only when @p out is NULL. */
static uint32_t labels_of(const lg_coord *coord, lg_oadr_kind kind, const char *client,
                          const char **out)
{
    const lg_coord_table *table = &coord->openadr[kind];
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        const lg_oadr *object = (const lg_oadr *)table->items[i];
        if (!same(object->is.client, client))
            continue;
        for (uint32_t k = 0; k < object->is.target_count; k++, count++)
            if (out)
                out[count] = object->is.targets[k];
    }
    return count;
}

const char *const *lg_oadr_grants(const lg_coord *coord, const char *client, lg_arena *arena,
                                  uint32_t *count)
{
    uint32_t vens = labels_of(coord, LG_OADR_VEN, client, NULL);
    uint32_t all = vens + labels_of(coord, LG_OADR_RESOURCE, client, NULL);
    const char **labels = lg_arena_alloc(arena, (all + 1) * sizeof *labels);
    *count = 0;
    if (!labels)
        return NULL;
    labels_of(coord, LG_OADR_VEN, client, labels);
    labels_of(coord, LG_OADR_RESOURCE, client, labels + vens);
    *count = all;
    return labels;
}

static bool takes_part(const lg_coord_user *user)
{
    return user->eligible && user->enrolled;
}

bool lg_oadr_has_label(const lg_oadr_who *who, const char *const *grants, uint32_t count,
                       const char *label)
{
    static const size_t before = sizeof LG_OADR_RESOURCE_LABEL - 1; /* both are as long */
    if (lg_oadr_meet(&label, 1, grants, count))
        return true;
    if (who->tenant && strncmp(label, LG_OADR_RESOURCE_LABEL, before) == 0) {
        const lg_coord_resource *r = lg_coord_table_find(&who->tenant->resources, label + before);
        return r && takes_part(r->user);
    }
    if (who->tenant && strncmp(label, LG_OADR_LOCATION_LABEL, before) == 0) {
        const lg_coord_location *at = lg_coord_table_find(&who->tenant->locations, label + before);
        return at && takes_part(at->user);
    }
    return false;
}

bool lg_oadr_sees(const lg_oadr_who *who, const char *const *grants, uint32_t count,
                  const lg_oadr *object)
{
    bool labelled = object->is.kind == LG_OADR_PROGRAM || object->is.kind == LG_OADR_EVENT;
    if (who->all)
        return true;
    if (!labelled)
        return same(object->is.client, who->client);
    for (uint32_t i = 0; i < object->is.target_count; i++)
        if (lg_oadr_has_label(who, grants, count, object->is.targets[i]))
            return true;
    return !object->is.target_count;
}

/* ---- notes ---- */

const lg_oadr_note *lg_oadr_next_note(const lg_coord *coord, const char *subscription)
{
    for (uint32_t i = 0; i < coord->notes.count; i++) {
        const lg_oadr_note *note = (const lg_oadr_note *)coord->notes.items[i];
        if (strcmp(note->subscription, subscription) == 0)
            return note;
    }
    return NULL;
}

lg_coord_result lg_oadr_note_to(lg_coord *coord, const lg_oadr *subscription,
                                const lg_oadr_wish *wish, const char *body)
{
    char id[37];
    bool failed = false;
    uint32_t waiting = 0;
    lg_coord_new_id(coord, id);
    lg_oadr_note *note = lg_coord_item_new(coord->mem, sizeof *note, id);
    if (!note)
        return LG_COORD_MEMORY;
    note->subscription = lg_coord_item_text(&note->item, subscription->item.id, &failed);
    note->url = lg_coord_item_text(&note->item, wish->url, &failed);
    note->token = lg_coord_item_text(&note->item, wish->token, &failed);
    note->body = lg_coord_item_text(&note->item, body, &failed);
    note->due_us = note->item.created_us = note->item.modified_us = coord->now_us;
    if (failed || !lg_coord_table_add(&coord->notes, &note->item)) {
        lg_coord_item_free(&note->item);
        return LG_COORD_MEMORY;
    }
    for (uint32_t i = 0; i < coord->notes.count; i++)
        waiting +=
            same(((lg_oadr_note *)coord->notes.items[i])->subscription, subscription->item.id);
    if (waiting > LG_OADR_WAITING_MAX)
        lg_coord_table_drop(&coord->notes, (lg_coord_item *)(uintptr_t)lg_oadr_next_note(
                                               coord, subscription->item.id));
    return LG_COORD_DONE;
}

lg_coord_result lg_oadr_noted(lg_coord *coord, const char *id, int code)
{
    lg_oadr_note *note = lg_coord_table_find(&coord->notes, id);
    if (!note)
        return LG_COORD_UNKNOWN;
    note->tries++;
    if ((code >= 200 && code < 300) || note->tries == LG_COORD_TRIES_MAX)
        lg_coord_table_drop(&coord->notes, &note->item);
    else
        note->due_us = coord->now_us + lg_coord_pause_us(id, note->tries);
    return LG_COORD_DONE;
}
