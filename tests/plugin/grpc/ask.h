/* tests/plugin/grpc/ask.h — calls with messages instead of bytes */
#ifndef TESTS_PLUGIN_GRPC_ASK_H
#define TESTS_PLUGIN_GRPC_ASK_H

#include <protobuf-c/protobuf-c.h>

#include "peer.h"

/** Sends @p request, of at most 4 KiB, and takes what comes at once. */
void ask(peer *p, peer_call *call, const char *path, const ProtobufCMessage *request);
/** The message at *at of an answer, and on to the next one. NULL: it is not whole. */
ProtobufCMessage *message_at(const ProtobufCMessageDescriptor *type, const uint8_t *bytes,
                             size_t length, size_t *at);

#endif
