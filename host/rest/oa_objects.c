/* The five operations of every kind of object, and who is told of them. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/sort.h"
#include "rest/oa.h"
#include "rest/oa_signal.h"

enum { LIMIT_MAX = 50 };

static lg_oadr_kind kind_of(const lg_rest_ask *ask)
{
    return LG_OA_KIND_OF(ask->operation->flags);
}

static bool exhausted(lg_rest_reply *reply)
{
    lg_rest_refuse(reply, 503, "out of memory");
    return false;
}

/* Who asks stands in the last word, so that the journal has it. */
bool lg_oa_open_eyes(lg_rest_ask *ask, lg_rest_reply *reply, lg_oa_eyes *eyes)
{
    static const size_t before = sizeof LG_OA_ALL - 1;
    *eyes = (lg_oa_eyes){.who = {.client = ask->words[2] + before,
                                 .all = strncmp(ask->words[2], LG_OA_ALL, before) == 0,
                                 .tenant = lg_coord_tenant_by(ask->coord, ask->words[2] + before)}};
    eyes->grants = lg_oadr_grants(ask->coord, eyes->who.client, ask->arena, &eyes->grant_count);
    return eyes->grants || exhausted(reply);
}

/* ---- showing ---- */

static void show_targets(lg_text *out, const lg_oadr *object, const lg_oa_eyes *eyes)
{
    bool labelled = object->is.kind == LG_OADR_PROGRAM || object->is.kind == LG_OADR_EVENT;
    const char *comma = "";
    if (!object->is.target_count)
        return;
    lg_text_str(out, ",\"targets\":[");
    for (uint32_t i = 0; i < object->is.target_count; i++) {
        if (labelled && !eyes->who.all &&
            !lg_oadr_has_label(&eyes->who, eyes->grants, eyes->grant_count, object->is.targets[i]))
            continue; /* labels of others are nobody else's business */
        lg_text_str(out, comma);
        lg_text_json(out, object->is.targets[i]);
        comma = ",";
    }
    lg_text_char(out, ']');
}

void lg_oa_show(lg_text *out, const lg_oadr *object, const lg_oa_eyes *eyes)
{
    char created[32], modified[32];
    lg_coord_stamp_text(object->item.created_us, created);
    lg_coord_stamp_text(object->item.modified_us, modified);
    lg_text_format(out,
                   "{\"id\":\"%s\",\"createdDateTime\":\"%s\",\"modificationDateTime\":\"%s\","
                   "\"objectType\":\"%s\"",
                   object->item.id, created, modified, lg_oadr_kinds[object->is.kind]);
    if (object->is.client) {
        lg_text_str(out, ",\"clientID\":");
        lg_text_json(out, object->is.client);
    }
    show_targets(out, object, eyes);
    if (*object->is.body)
        lg_text_char(out, ',');
    lg_text_str(out, object->is.body);
    lg_text_char(out, '}');
}

/* ---- telling ---- */

static const char *program_of(const lg_coord *coord, const lg_oadr *object)
{
    const lg_oadr *event =
        object->is.kind == LG_OADR_REPORT
            ? lg_coord_table_find(&coord->openadr[LG_OADR_EVENT], object->is.parent)
            : NULL;
    return event ? event->is.program : object->is.program;
}

/* Whether a subscription is about the object: its program, and its labels, where it names some. */
static bool is_about(const lg_coord *coord, const lg_oadr *subscription, const lg_oadr *object)
{
    const char *program = program_of(coord, object);
    bool narrow = object->is.kind == LG_OADR_EVENT || object->is.kind == LG_OADR_REPORT;
    if (subscription->is.program && narrow &&
        (!program || strcmp(program, subscription->is.program) != 0))
        return false;
    return !subscription->is.target_count ||
           lg_oadr_meet(subscription->is.targets, subscription->is.target_count, object->is.targets,
                        object->is.target_count);
}

static bool tell_one(lg_rest_ask *ask, const lg_oadr *subscription, const lg_oadr *object,
                     lg_oadr_operation operation)
{
    lg_oa_eyes eyes = {.who = {.client = subscription->is.client,
                               .all = subscription->is.all,
                               .tenant = lg_coord_tenant_by(ask->coord, subscription->is.client)}};
    bool fine = true;
    eyes.grants = lg_oadr_grants(ask->coord, eyes.who.client, ask->arena, &eyes.grant_count);
    if (!eyes.grants)
        return false;
    if (!is_about(ask->coord, subscription, object) ||
        !lg_oadr_sees(&eyes.who, eyes.grants, eyes.grant_count, object))
        return true;
    lg_text body;
    lg_text_init(&body, ask->arena->mem);
    lg_text_format(&body, "{\"objectType\":\"%s\",\"operation\":\"%s\",\"object\":",
                   lg_oadr_kinds[object->is.kind], lg_oadr_operations[operation]);
    lg_oa_show(&body, object, &eyes);
    lg_text_char(&body, '}');
    for (uint32_t i = 0; i < subscription->is.wish_count && fine; i++) {
        const lg_oadr_wish *wish = &subscription->is.wishes[i];
        if ((wish->objects >> object->is.kind & 1) && (wish->operations >> operation & 1))
            fine = !body.failed && lg_oadr_note_to(ask->coord, subscription, wish,
                                                   lg_text_peek(&body)) == LG_COORD_DONE;
    }
    lg_text_fini(&body);
    return fine;
}

bool lg_oa_tell(lg_rest_ask *ask, const lg_oadr *object, lg_oadr_operation operation)
{
    const lg_coord_table *table = &ask->coord->openadr[LG_OADR_SUBSCRIPTION];
    for (uint32_t i = 0; i < table->count; i++)
        if (!tell_one(ask, (const lg_oadr *)table->items[i], object, operation))
            return false;
    return true;
}

/* ---- one object ---- */

/* The object of the path when it may be seen; else the reply is 404. */
static lg_oadr *object_of(lg_rest_ask *ask, lg_rest_reply *reply, const lg_oa_eyes *eyes)
{
    lg_oadr *object = lg_coord_table_find(&ask->coord->openadr[kind_of(ask)], ask->words[0]);
    if (object && lg_oadr_sees(&eyes->who, eyes->grants, eyes->grant_count, object))
        return object;
    lg_rest_refuse(reply, 404, "there is no such object");
    return NULL;
}

void lg__oa_get(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_oa_eyes eyes;
    const lg_oadr *object =
        lg_oa_open_eyes(ask, reply, &eyes) ? object_of(ask, reply, &eyes) : NULL;
    if (!object)
        return;
    reply->code = 200;
    lg_oa_show(&reply->text, object, &eyes);
}

/* A notification that cannot be queued for want of memory is lost; the change is not. */
static void answer(lg_rest_ask *ask, lg_rest_reply *reply, const lg_oadr *object,
                   lg_oadr_operation operation)
{
    lg_oa_eyes eyes; /* grants may be others now */
    if (!lg_oa_open_eyes(ask, reply, &eyes))
        return;
    (void)lg_oa_tell(ask, object, operation);
    reply->code = operation == LG_OADR_CREATE ? 201 : 200;
    lg_oa_show(&reply->text, object, &eyes);
}

void lg__oa_create(lg_rest_ask *ask, lg_rest_reply *reply)
{
    static const char *const collections[] = {"programs",      "events", "reports",
                                              "subscriptions", "vens",   "resources"};
    lg_oa_eyes eyes;
    lg_oadr_draft draft;
    lg_oa_signals signals;
    lg_oadr *object;
    lg_coord_why why = {.path = ""};
    if (!lg_oa_open_eyes(ask, reply, &eyes))
        return;
    lg_oa_read(ask, reply, &eyes, &draft);
    bool unknown = draft.kind == LG_OADR_EVENT && draft.program &&
                   !lg_coord_table_find(&ask->coord->openadr[LG_OADR_PROGRAM], draft.program);
    if (unknown && ask->live && ask->live->unknown_is_invalid)
        lg_rest_wrong(reply, "", "programID", "there is no such program");
    if (!lg_rest_fine(reply) || !lg_oa_signals_read(ask, reply, &draft, &signals) ||
        !lg_rest_done(reply, lg_oadr_put(ask->coord, NULL, &draft, &object, &why), &why))
        return;
    if (!lg_rest_done(reply, lg_oa_signals_publish(ask, object, &signals, &why), &why)) {
        lg_oadr_drop(ask->coord, object);
        return;
    }
    answer(ask, reply, object, LG_OADR_CREATE);
    snprintf(reply->place, sizeof reply->place, "/%s/%s", collections[kind_of(ask)],
             object->item.id);
}

/* Whose an object is stays. */
void lg__oa_replace(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_oa_eyes eyes;
    lg_oadr_draft draft;
    lg_oa_signals signals;
    lg_coord_why why = {.path = ""};
    lg_oadr *object = lg_oa_open_eyes(ask, reply, &eyes) ? object_of(ask, reply, &eyes) : NULL;
    if (!object)
        return;
    lg_oa_read(ask, reply, &eyes, &draft);
    if (!lg_rest_fine(reply))
        return;
    if (object->is.client &&
        (!eyes.who.all || draft.kind == LG_OADR_SUBSCRIPTION || draft.kind == LG_OADR_REPORT)) {
        draft.client = object->is.client;
        draft.all = object->is.all;
    }
    bool grants = draft.kind == LG_OADR_VEN || draft.kind == LG_OADR_RESOURCE;
    if (grants && !eyes.who.all) { /* what business logic has granted */
        draft.targets = object->is.targets;
        draft.target_count = object->is.target_count;
    }
    if (lg_oa_signals_read(ask, reply, &draft, &signals) &&
        lg_rest_done(reply, lg_oadr_put(ask->coord, ask->words[0], &draft, &object, &why), &why) &&
        lg_rest_done(reply, lg_oa_signals_publish(ask, object, &signals, &why), &why))
        answer(ask, reply, object, LG_OADR_UPDATE);
}

void lg__oa_delete(lg_rest_ask *ask, lg_rest_reply *reply)
{
    lg_oa_eyes eyes;
    lg_oadr *object = lg_oa_open_eyes(ask, reply, &eyes) ? object_of(ask, reply, &eyes) : NULL;
    if (!object)
        return;
    answer(ask, reply, object, LG_OADR_DELETE);
    if (reply->code == 200)
        lg_oadr_drop(ask->coord, object);
}

/* ---- lists ---- */

typedef struct filter {
    const char *program, *event, *ven, *name;
    const char *const *targets;
    uint32_t target_count;
    bool has_targets, has_active, active;
    uint32_t objects; /* bits; 0: any */
    uint32_t skip, limit;
} filter;

static uint32_t whole(lg_rest_ask *ask, lg_rest_reply *reply, const char *key, uint32_t otherwise,
                      uint32_t max)
{
    const char *text = lg_rest_query(ask, reply, key);
    if (!text)
        return otherwise;
    unsigned long value = strlen(text) <= 9 ? strtoul(text, NULL, 10) : ULONG_MAX;
    if (*text && !text[strspn(text, "0123456789")] && value <= max)
        return (uint32_t)value;
    lg_rest_wrong(reply, "", key, "a whole number from 0 to %u is expected here", max);
    return otherwise;
}

static void read_active(lg_rest_ask *ask, lg_rest_reply *reply, filter *f)
{
    const char *text = lg_rest_query(ask, reply, "active");
    f->has_active = text != NULL;
    f->active = text && strcmp(text, "true") == 0;
    if (text && !f->active && strcmp(text, "false") != 0)
        lg_rest_wrong(reply, "", "active", "true or false is expected here");
}

static void read_objects(lg_rest_ask *ask, lg_rest_reply *reply, filter *f)
{
    uint32_t count;
    const char *const *words = lg_rest_queries(ask, reply, "objects", &count);
    for (uint32_t i = 0; i < count; i++) {
        int kind = lg_coord_word(lg_oadr_kinds, words[i]);
        if (kind < 0)
            lg_rest_wrong(reply, "", "objects", "\"%.64s\" is no kind of object", words[i]);
        else
            f->objects |= 1u << kind;
    }
}

static filter read_filter(lg_rest_ask *ask, lg_rest_reply *reply)
{
    static const char *const names[] = {NULL,         NULL,      "clientName",
                                        "clientName", "venName", "resourceName"};
    lg_oadr_kind kind = kind_of(ask);
    filter f = {
        .skip = whole(ask, reply, "skip", 0, 999999999),
        .limit = whole(ask, reply, "limit", LIMIT_MAX, LIMIT_MAX),
    };
    bool of_program =
        kind == LG_OADR_EVENT || kind == LG_OADR_REPORT || kind == LG_OADR_SUBSCRIPTION;
    f.program = of_program ? lg_rest_query(ask, reply, "programID") : NULL;
    f.event = kind == LG_OADR_REPORT ? lg_rest_query(ask, reply, "eventID") : NULL;
    f.ven = kind == LG_OADR_RESOURCE ? lg_rest_query(ask, reply, "venID") : NULL;
    f.name = names[kind] ? lg_rest_query(ask, reply, names[kind]) : NULL;
    f.targets = lg_rest_queries(ask, reply, "targets", &f.target_count);
    f.has_targets = f.target_count > 0;
    if (kind == LG_OADR_EVENT)
        read_active(ask, reply, &f);
    if (kind == LG_OADR_SUBSCRIPTION)
        read_objects(ask, reply, &f);
    return f;
}

static bool is_or_absent(const char *wanted, const char *value)
{
    return !wanted || (value && strcmp(wanted, value) == 0);
}

static bool wants_any(const lg_oadr *subscription, uint32_t objects)
{
    for (uint32_t i = 0; i < subscription->is.wish_count; i++)
        if (subscription->is.wishes[i].objects & objects)
            return true;
    return !objects;
}

/* Labels that a VEN asks for and was not granted find nothing. */
static bool has_labels(const filter *f, const lg_oa_eyes *eyes, const lg_oadr *object)
{
    bool labelled = object->is.kind == LG_OADR_PROGRAM || object->is.kind == LG_OADR_EVENT;
    if (!f->has_targets)
        return true;
    for (uint32_t i = 0; i < f->target_count; i++) {
        bool granted =
            !labelled || eyes->who.all ||
            lg_oadr_has_label(&eyes->who, eyes->grants, eyes->grant_count, f->targets[i]);
        if (granted && lg_oadr_meet(&f->targets[i], 1, object->is.targets, object->is.target_count))
            return true;
    }
    return false;
}

static bool passes(const lg_rest_ask *ask, const filter *f, const lg_oa_eyes *eyes,
                   const lg_oadr *object)
{
    bool active = object->is.ends_us > ask->now_us;
    return lg_oadr_sees(&eyes->who, eyes->grants, eyes->grant_count, object) &&
           is_or_absent(f->program, program_of(ask->coord, object)) &&
           is_or_absent(f->event, object->is.parent) && is_or_absent(f->ven, object->is.parent) &&
           is_or_absent(f->name, object->is.name) && (!f->has_active || f->active == active) &&
           wants_any(object, f->objects) && has_labels(f, eyes, object);
}

static int newest_first(const void *a, const void *b)
{
    const lg_oadr *one = *(const lg_oadr *const *)a, *other = *(const lg_oadr *const *)b;
    int64_t first = one->is.priority, second = other->is.priority;
    if (one->is.kind == LG_OADR_EVENT && first != second)
        return first < second ? -1 : 1;
    return (one->item.number < other->item.number) - (one->item.number > other->item.number);
}

void lg__oa_list(lg_rest_ask *ask, lg_rest_reply *reply)
{
    const lg_coord_table *table = &ask->coord->openadr[kind_of(ask)];
    filter f = read_filter(ask, reply);
    lg_oa_eyes eyes;
    uint32_t count = 0;
    const lg_oadr **found = lg_arena_alloc(ask->arena, (table->count + 1) * sizeof *found);
    if (!found)
        exhausted(reply);
    if (!lg_rest_fine(reply) || !lg_oa_open_eyes(ask, reply, &eyes))
        return;
    for (uint32_t i = 0; i < table->count; i++) {
        const lg_oadr *object = (const lg_oadr *)table->items[i];
        if (passes(ask, &f, &eyes, object))
            found[count++] = object;
    }
    if (kind_of(ask) != LG_OADR_RESOURCE && kind_of(ask) != LG_OADR_SUBSCRIPTION)
        lg_sort(found, count, sizeof *found, newest_first);
    reply->code = 200;
    lg_text_char(&reply->text, '[');
    for (uint32_t i = f.skip; i < count && i - f.skip < f.limit; i++) {
        lg_text_str(&reply->text, i > f.skip ? "," : "");
        lg_oa_show(&reply->text, found[i], &eyes);
    }
    lg_text_char(&reply->text, ']');
}
