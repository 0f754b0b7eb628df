/* One service whose functions do what the message says. */
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/health/v1/health.pb-c.h"

typedef Grpc__Health__V1__HealthCheckRequest text_type;
#define TEXT_INIT GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT

static void echo(rpc_call *call, const ProtobufCMessage *message)
{
    const text_type *request = (const text_type *)message;
    service *s = rpc_self(call);
    int code = 0;
    char text[256];
    s->handled++;
    if (sscanf(request->service, "fail:%d:%255[^\n]", &code, text) == 2)
        rpc_end(call, (rpc_code)code, text);
    else
        rpc_reply(call, message);
}

static void hold(rpc_call *call, const ProtobufCMessage *message)
{
    service *s = rpc_self(call);
    (void)message;
    s->handled++;
    s->held = call;
}

static void gone(rpc_call *call)
{
    service *s = rpc_self(call);
    s->gone++;
}

static bool many_more(rpc_call *call)
{
    service *s = rpc_self(call);
    text_type text = TEXT_INIT;
    if (s->left == 0) {
        rpc_end(call, RPC_OK, NULL);
        return false;
    }
    if (s->left != UINT32_MAX)
        s->left--;
    text.service = malloc(s->size + 1);
    memset(text.service, 'x', s->size);
    text.service[s->size] = 0;
    bool sent = rpc_send(call, &text.base);
    free(text.service);
    return sent;
}

static void chat(rpc_call *call, const ProtobufCMessage *message)
{
    service *s = rpc_self(call);
    if (message) {
        s->handled++;
        (void)rpc_send(call, message);
    } else {
        rpc_end(call, RPC_OK, NULL);
    }
}

#define TEXT &grpc__health__v1__health_check_request__descriptor

static const rpc_method methods[] = {
    {.path = "/t.T/Echo", .request = TEXT, .handle = echo, .gone = gone},
    {.path = "/t.T/Hold", .request = TEXT, .handle = hold, .gone = gone},
    {.path = "/t.T/Many",
     .flags = RPC_STREAM,
     .request = TEXT,
     .handle = hold,
     .more = many_more,
     .gone = gone},
    {.path = "/t.T/Chat", .flags = RPC_CHAT, .request = TEXT, .handle = chat, .gone = gone},
};

rpc_server *service_new(service *s, const rpc_server_input *input)
{
    rpc_server *server = rpc_server_new(input);
    if (!server || !rpc_server_add(server, methods, sizeof methods / sizeof *methods, s))
        abort();
    return server;
}
