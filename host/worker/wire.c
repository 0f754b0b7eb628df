/* Bytes to messages and back. Nothing here waits, and nothing trusts what it reads. */
#include "worker/wire.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are little-endian");

enum { RECORD_HEAD = 8 };

void lg_wire_write_header(const lg_wire_header *header, uint8_t out[LG_WIRE_HEADER])
{
    const uint32_t words[] = {LG_WIRE_MAGIC, LG_WIRE_VERSION | header->flags << 16, header->number,
                              header->length};
    memcpy(out, words, sizeof words);
}

const char *lg_wire_read_header(const uint8_t *bytes, size_t size, lg_wire_header *header)
{
    uint32_t words[4];
    if (size < LG_WIRE_HEADER)
        return "a frame that is too short";
    memcpy(words, bytes, sizeof words);
    *header = (lg_wire_header){.flags = words[1] >> 16, .number = words[2], .length = words[3]};
    if (words[0] != LG_WIRE_MAGIC)
        return "a frame without its mark";
    if ((words[1] & 0xffff) != LG_WIRE_VERSION)
        return "a frame of another version";
    if (header->flags & ~LG_WIRE_LAST)
        return "a frame with unknown flags";
    if (header->length > LG_WIRE_FRAME_MAX || header->length != size - LG_WIRE_HEADER)
        return "a frame of another length than it says";
    return NULL;
}

static const struct {
    bool by_host, by_worker;
    uint32_t least;
} kinds[] = {
#define HOST                      true, false
#define WORKER                    false, true
#define EITHER                    true, true
#define WIRE(name, sender, least) {sender, least},
#include "worker/wire.def"
#undef WIRE
#undef HOST
#undef WORKER
#undef EITHER
};

size_t lg_wire_begin(lg_text *message, lg_wire_kind kind)
{
    const uint32_t head[] = {(uint32_t)kind, 0};
    size_t at = message->length;
    lg_text_bytes(message, (const char *)head, sizeof head);
    return at;
}

void lg_wire_end(lg_text *message, size_t begun)
{
    static const char zeros[8];
    if (message->failed)
        return;
    uint32_t size = (uint32_t)(message->length - begun - RECORD_HEAD);
    memcpy(message->data + begun + 4, &size, sizeof size);
    lg_text_bytes(message, zeros, -size & 7);
}

void lg_wire_put(lg_text *message, lg_wire_kind kind, const void *bytes, size_t size)
{
    size_t begun = lg_wire_begin(message, kind);
    if (size) /* a list that is empty may have no place */
        lg_text_bytes(message, bytes, size);
    lg_wire_end(message, begun);
}

bool lg_wire_next(lg_wire_walk *walk, lg_wire_record *record)
{
    uint32_t head[2];
    if (walk->wrong || walk->at == walk->size)
        return false;
    if (walk->size - walk->at < RECORD_HEAD) {
        walk->wrong = "a record that is cut off";
        return false;
    }
    memcpy(head, walk->bytes + walk->at, sizeof head);
    size_t padded = ((size_t)head[1] + 7) & ~(size_t)7;
    if (head[0] >= LG_WIRE_KINDS ||
        !(walk->from_worker ? kinds[head[0]].by_worker : kinds[head[0]].by_host))
        walk->wrong = "a record of an unknown kind";
    else if (padded > walk->size - walk->at - RECORD_HEAD)
        walk->wrong = "a record that is longer than its message";
    else if (head[1] < kinds[head[0]].least)
        walk->wrong = "a record that is too short";
    if (walk->wrong)
        return false;
    *record = (lg_wire_record){
        .kind = (lg_wire_kind)head[0],
        .size = head[1],
        .bytes = walk->bytes + walk->at + RECORD_HEAD,
    };
    walk->at += RECORD_HEAD + padded;
    return true;
}

void lg_wire_put_u32(lg_text *out, uint32_t value)
{
    lg_text_bytes(out, (const char *)&value, sizeof value);
}

void lg_wire_put_u64(lg_text *out, uint64_t value)
{
    lg_text_bytes(out, (const char *)&value, sizeof value);
}

void lg_wire_put_double(lg_text *out, double value)
{
    lg_text_bytes(out, (const char *)&value, sizeof value);
}

void lg_wire_put_text(lg_text *out, const char *text)
{
    lg_wire_put_u32(out, text ? (uint32_t)strlen(text) + 1 : 0);
    if (text)
        lg_text_bytes(out, text, strlen(text) + 1);
}

const void *lg_wire_bytes(lg_wire_reader *reader, size_t size)
{
    if (reader->failed || size > reader->size - reader->at) {
        reader->failed = true;
        return NULL;
    }
    const void *found = reader->bytes + reader->at;
    reader->at += size;
    return found;
}

#define READ(type)                                                                                 \
    type value = 0;                                                                                \
    const void *found = lg_wire_bytes(reader, sizeof value);                                       \
    if (found)                                                                                     \
        memcpy(&value, found, sizeof value);                                                       \
    return value

uint32_t lg_wire_u32(lg_wire_reader *reader)
{
    READ(uint32_t);
}

uint64_t lg_wire_u64(lg_wire_reader *reader)
{
    READ(uint64_t);
}

double lg_wire_double(lg_wire_reader *reader)
{
    READ(double);
}

const char *lg_wire_text(lg_wire_reader *reader)
{
    uint32_t size = lg_wire_u32(reader);
    const char *text = size ? lg_wire_bytes(reader, size) : NULL;
    if (text && memchr(text, 0, size) != text + size - 1) {
        reader->failed = true;
        return NULL;
    }
    return text;
}
