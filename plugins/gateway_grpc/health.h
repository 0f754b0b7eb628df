/* plugins/gateway_grpc/health.h — grpc.health.v1.Health: whether the server is well */
#ifndef GATEWAY_GRPC_HEALTH_H
#define GATEWAY_GRPC_HEALTH_H

#include "rpc.h"

typedef struct health {
    const rpc_server *server;
    bool is_ending; /* set it, and wake connections: who watches is told */
} health;

/** @p h stays the caller's. @return false: memory */
bool health_add(rpc_server *server, health *h);

#endif
