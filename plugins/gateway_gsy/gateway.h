/* plugins/gateway_gsy/gateway.h — the functions that the descriptor names; see
 * lunagrid/gateway.h */
#ifndef GATEWAY_GSY_GATEWAY_H
#define GATEWAY_GSY_GATEWAY_H

#include "lunagrid/gateway.h"

int32_t gsy_open(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway);
void gsy_close(void *gateway);
int32_t gsy_busy(void *gateway);
void gsy_moment(void *gateway, uint32_t what);
void gsy_before(void *gateway, uint32_t client, uint64_t batch, uint32_t index);
void gsy_after(void *gateway, uint32_t client, uint64_t batch, uint32_t index,
               const lg_gateway_answer *answer);
void gsy_done(void *gateway, uint32_t client, uint64_t batch);
void gsy_trade(void *gateway, uint32_t client, const lg_gateway_trade *trade);
void gsy_ticked(void *gateway, uint32_t client);

#endif
