/* plugins/gateway_grpc/gateway.h — what the descriptor names */
#ifndef GATEWAY_GRPC_GATEWAY_H
#define GATEWAY_GRPC_GATEWAY_H

#include "lunagrid/gateway.h"

int32_t grpc_open(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway);
void grpc_close(void *gateway);
int32_t grpc_busy(void *gateway);
void grpc_moment(void *gateway, uint32_t what);
void grpc_traded(void *gateway);
void grpc_measured(void *gateway);

#endif
