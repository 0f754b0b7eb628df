/* Messages are short here: two bytes say how long they are. */
#include "ask.h"

#include <string.h>

void ask(peer *p, peer_call *call, const char *path, const ProtobufCMessage *request)
{
    static uint8_t bytes[4096];
    size_t size = protobuf_c_message_pack(request, bytes + 5);
    memset(bytes, 0, 5);
    bytes[3] = (uint8_t)(size >> 8);
    bytes[4] = (uint8_t)size;
    peer_ask(p, call, path, bytes, size + 5);
}

ProtobufCMessage *message_at(const ProtobufCMessageDescriptor *type, const uint8_t *bytes,
                             size_t length, size_t *at)
{
    if (length - *at < 5)
        return NULL;
    const uint8_t *p = bytes + *at;
    size_t size = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
    if (length - *at < 5 + size)
        return NULL;
    *at += 5 + size;
    return protobuf_c_message_unpack(type, NULL, size, p + 5);
}
