/* host/nats/room.h — what the files of this room share: the functions of nats.c and the connection
 */
#ifndef LG_NATS_ROOM_H
#define LG_NATS_ROOM_H

#include <cjson/cJSON.h>
#include <nats/nats.h>
#include "nats/link.h"

/** All that is called of nats.c, by its own names. */
#define LG_NATS_FUNCTIONS(X)                                                                       \
    X(natsOptions_Create)                                                                          \
    X(natsOptions_Destroy)                                                                         \
    X(natsOptions_SetServers)                                                                      \
    X(natsOptions_SetName)                                                                         \
    X(natsOptions_SetTimeout)                                                                      \
    X(natsOptions_SetMaxReconnect)                                                                 \
    X(natsOptions_SetReconnectWait)                                                                \
    X(natsOptions_SetFailRequestsOnDisconnect)                                                     \
    X(natsOptions_SetErrorHandler)                                                                 \
    X(natsOptions_SetUserInfo)                                                                     \
    X(natsOptions_SetToken)                                                                        \
    X(natsOptions_SetUserCredentialsFromFiles)                                                     \
    X(natsOptions_SetSecure)                                                                       \
    X(natsOptions_LoadCATrustedCertificates)                                                       \
    X(natsOptions_LoadCertificatesChain)                                                           \
    X(natsConnection_Connect)                                                                      \
    X(natsConnection_Destroy)                                                                      \
    X(natsConnection_JetStream)                                                                    \
    X(natsStatus_GetText)                                                                          \
    X(nats_GetLastError)                                                                           \
    X(nats_Close)                                                                                  \
    X(jsCtx_Destroy)                                                                               \
    X(jsOptions_Init)                                                                              \
    X(jsPubOptions_Init)                                                                           \
    X(jsPubAck_Destroy)                                                                            \
    X(jsStreamConfig_Init)                                                                         \
    X(jsStreamInfo_Destroy)                                                                        \
    X(jsConsumerConfig_Init)                                                                       \
    X(jsConsumerInfo_Destroy)                                                                      \
    X(jsConsumerInfoList_Destroy)                                                                  \
    X(jsSubOptions_Init)                                                                           \
    X(jsDirectGetMsgOptions_Init)                                                                  \
    X(jsMsgMetaData_Destroy)                                                                       \
    X(js_AddStream)                                                                                \
    X(js_GetStreamInfo)                                                                            \
    X(js_PurgeStream)                                                                              \
    X(js_AddConsumer)                                                                              \
    X(js_Consumers)                                                                                \
    X(js_PullSubscribe)                                                                            \
    X(js_Publish)                                                                                  \
    X(js_DirectGetMsg)                                                                             \
    X(natsSubscription_Fetch)                                                                      \
    X(natsSubscription_Destroy)                                                                    \
    X(natsMsgList_Destroy)                                                                         \
    X(natsMsg_Destroy)                                                                             \
    X(natsMsg_GetData)                                                                             \
    X(natsMsg_GetDataLength)                                                                       \
    X(natsMsg_GetSubject)                                                                          \
    X(natsMsg_GetSequence)                                                                         \
    X(natsMsg_GetMetaData)                                                                         \
    X(natsMsg_AckSync)                                                                             \
    X(natsMsg_NakWithDelay)                                                                        \
    X(natsMsg_InProgress)                                                                          \
    X(natsMsg_Term)

typedef struct lg__nats {
#define X(name) __typeof__(&name) name;
    LG_NATS_FUNCTIONS(X)
#undef X
} lg__nats;

struct lg_link {
    lg_mem *mem;
    lg__nats nats;
    natsConnection *connection;
    jsCtx *js;
    char *name;
};

/** A sentence about @p what that came to @p status. @return LG_IO, LG_MEMORY */
lg_status lg__link_failed(const lg_link *link, lg_err *err, natsStatus status, const char *what);

/** A stream, made when there is none. */
typedef struct lg__stream {
    const char *name, *description;
    const char *subjects[2];
    int subject_count;
    jsRetentionPolicy retention;
    int64_t per_subject; /* messages that are kept of a subject; 0: all */
} lg__stream;
lg_status lg__link_stream(lg_link *link, const lg__stream *stream, lg_err *err) LG_CHECKED;

/** Publishes @p size bytes and waits until they are stored. @p only: when the stream has nothing of
 * that subject; *there says whether it had. */
lg_status lg__link_publish(lg_link *link, const char *subject, const void *data, size_t size,
                           bool only, bool *there, lg_err *err) LG_CHECKED;

/** The last message of @p subject, or with @p from the first from that number on; NULL: there is
 * none. To be given to natsMsg_Destroy(). */
lg_status lg__link_get(lg_link *link, const char *stream, const char *subject, uint64_t from,
                       natsMsg **out, lg_err *err) LG_CHECKED;

/** What came as JSON, if it is and not longer than @p max; to be given to cJSON_Delete(). NULL. */
cJSON *lg__parse(lg_mem *mem, const char *data, size_t size, size_t max);

#endif
