/* plugins/gateway_grpc/reflection.h — grpc.reflection: what a server offers, for tools */
#ifndef GATEWAY_GRPC_REFLECTION_H
#define GATEWAY_GRPC_REFLECTION_H

#include "rpc.h"

/** Both versions. @p server is asked for its services. @return false: memory */
bool reflection_add(rpc_server *server);

#endif
