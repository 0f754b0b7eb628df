/* tests/plugin/grpc/service.h — a service to be called by the tests of the machine */
#ifndef TESTS_PLUGIN_GRPC_SERVICE_H
#define TESTS_PLUGIN_GRPC_SERVICE_H

#include "../../../plugins/gateway_grpc/rpc.h"

/** What its functions have seen. */
typedef struct service {
    uint32_t handled, gone;
    uint32_t left; /* messages that /t.T/Many still has to say; UINT32_MAX: no end */
    size_t size;   /* of each */
    rpc_call *held;
} service;

/** Methods: /t.T/Echo answers what it was sent, `fail:CODE:TEXT` fails so; /t.T/Hold never answers;
 * /t.T/Many streams; /t.T/Chat answers each message. Messages are health check requests. */
rpc_server *service_new(service *s, const rpc_server_input *input);

#endif
