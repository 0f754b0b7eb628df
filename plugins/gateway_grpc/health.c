/* Every service that has a method here is well until the server ends. */
#include "health.h"

#include <stdio.h>
#include <string.h>

#include "grpc/health/v1/health.pb-c.h"
#include "parts.h"

typedef Grpc__Health__V1__HealthCheckRequest request_type;
typedef Grpc__Health__V1__HealthCheckResponse response_type;
typedef Grpc__Health__V1__HealthCheckResponse__ServingStatus serving;
#define SERVING         GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
#define NOT_SERVING     GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING
#define SERVICE_UNKNOWN GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVICE_UNKNOWN

/* The service of the method in this row: how long its name is, without the first slash. */
static size_t service_of(const rpc_server *server, size_t row)
{
    const char *path = server->rows[row].method->path;
    return strcspn(path + 1, "/");
}

static serving status_of(const health *h, const char *service)
{
    serving now = h->is_ending ? NOT_SERVING : SERVING;
    size_t length = strlen(service);
    if (length == 0)
        return now;
    for (size_t i = 0; i < h->server->count; i++)
        if (service_of(h->server, i) == length &&
            memcmp(h->server->rows[i].method->path + 1, service, length) == 0)
            return now;
    return SERVICE_UNKNOWN;
}

static void check(rpc_call *call, const ProtobufCMessage *message)
{
    const request_type *request = (const request_type *)message;
    response_type response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    response.status = status_of(rpc_self(call), request->service);
    if (response.status == SERVICE_UNKNOWN)
        rpc_end(call, RPC_NOT_FOUND, "there is no such service here");
    else
        rpc_reply(call, &response.base);
}

static void list(rpc_call *call, const ProtobufCMessage *message)
{
    enum { SERVICES_MAX = 32 };
    const health *h = rpc_self(call);
    Grpc__Health__V1__HealthListResponse response = GRPC__HEALTH__V1__HEALTH_LIST_RESPONSE__INIT;
    Grpc__Health__V1__HealthListResponse__StatusesEntry entries[SERVICES_MAX];
    Grpc__Health__V1__HealthListResponse__StatusesEntry *pointers[SERVICES_MAX];
    char names[SERVICES_MAX][128];
    response_type status = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    size_t count = 0;
    (void)message;
    status.status = h->is_ending ? NOT_SERVING : SERVING;
    for (size_t i = 0; i < h->server->count && count < SERVICES_MAX; i++) {
        snprintf(names[count], sizeof names[count], "%.*s", (int)service_of(h->server, i),
                 h->server->rows[i].method->path + 1);
        if (count > 0 && strcmp(names[count], names[count - 1]) == 0)
            continue; /* rows are sorted */
        grpc__health__v1__health_list_response__statuses_entry__init(&entries[count]);
        entries[count].key = names[count];
        entries[count].value = &status;
        pointers[count] = &entries[count];
        count++;
    }
    response.n_statuses = count;
    response.statuses = pointers;
    rpc_reply(call, &response.base);
}

/* What was told last is kept, as a pointer that is one of these. */
static char told[4];

static bool watch_more(rpc_call *call)
{
    const health *h = rpc_self(call);
    char *last = rpc_kept(call);
    response_type response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    if (last == &told[SERVICE_UNKNOWN])
        return false;
    response.status = h->is_ending ? NOT_SERVING : SERVING;
    if (last != &told[response.status] && rpc_send(call, &response.base))
        rpc_keep(call, &told[response.status]);
    return false;
}

static void watch(rpc_call *call, const ProtobufCMessage *message)
{
    const request_type *request = (const request_type *)message;
    response_type response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    response.status = status_of(rpc_self(call), request->service);
    if (rpc_send(call, &response.base))
        rpc_keep(call, &told[response.status]);
}

static const rpc_method methods[] = {
    {
        .path = "/grpc.health.v1.Health/Check",
        .request = &grpc__health__v1__health_check_request__descriptor,
        .handle = check,
    },
    {
        .path = "/grpc.health.v1.Health/List",
        .request = &grpc__health__v1__health_list_request__descriptor,
        .handle = list,
    },
    {
        .path = "/grpc.health.v1.Health/Watch",
        .flags = RPC_STREAM,
        .request = &grpc__health__v1__health_check_request__descriptor,
        .handle = watch,
        .more = watch_more,
    },
};

bool health_add(rpc_server *server, health *h)
{
    h->server = server;
    return rpc_server_add(server, methods, sizeof methods / sizeof *methods, h);
}
