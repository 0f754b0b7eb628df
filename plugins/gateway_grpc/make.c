/* What does not fit is made in one place that nobody reads, so that whoever makes a message looks
 * once, at its end, whether there was room for all of it. */
#include "make.h"

#include <string.h>

#include "google/protobuf/timestamp.pb-c.h"

static union {
    max_align_t align;
    unsigned char bytes[512];
} nowhere;

void *make_room(maker *m, const ProtobufCMessageDescriptor *type)
{
    void *made = make_bytes(m, type->sizeof_message);
    if (!made)
        made = &nowhere;
    type->message_init(made);
    return made;
}

void *make_bytes(maker *m, size_t size)
{
    void *made = arena_alloc(m->arena, size);
    if (!made)
        m->full = true;
    return made;
}

Google__Protobuf__Timestamp *make_moment(maker *m, int64_t ms)
{
    Google__Protobuf__Timestamp *made =
        MAKE(m, Google__Protobuf__Timestamp, google__protobuf__timestamp);
    int64_t rest = ms % 1000 < 0 ? ms % 1000 + 1000 : ms % 1000;
    made->seconds = (ms - rest) / 1000;
    made->nanos = (int32_t)rest * 1000000;
    return made;
}

char *make_text(maker *m, const char *text)
{
    size_t size = strlen(text) + 1;
    char *made = make_bytes(m, size);
    return made ? memcpy(made, text, size) : (char *)(uintptr_t) "";
}

void make_row(maker *m, make_rows *rows, void *row)
{
    if (rows->count == rows->room) {
        size_t room = rows->room ? rows->room * 2 : 64;
        void **grown = make_bytes(m, room * sizeof *grown);
        if (!grown)
            return;
        if (rows->count > 0)
            memcpy(grown, rows->at, rows->count * sizeof *grown);
        rows->at = grown;
        rows->room = room;
    }
    rows->at[rows->count++] = row;
}
