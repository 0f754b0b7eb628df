/* plugins/gateway_grpc/trading.h — the Electricity Trading API on the door of an intraday market */
#ifndef GATEWAY_GRPC_TRADING_H
#define GATEWAY_GRPC_TRADING_H

#include "lunagrid/trading.h"
#include "rpc.h"

/** What a method needs of a key. */
enum { TRADING_MAY_READ = 1, TRADING_MAY_TRADE = 2 };

typedef struct trading trading;

typedef struct trading_input {
    const lg_trading_door *door;
    void *ctx;
    /** A request has changed something: streams have something to say. */
    void (*changed)(void *ctx);
    /** Whether who calls may do that for the gridpool; NULL: everybody may. */
    bool (*may)(void *ctx, const void *who, uint64_t gridpool, uint32_t right);
} trading_input;

/** NULL: out of memory. */
trading *trading_new(const trading_input *input);
void trading_free(trading *t);
/** @return false: memory */
bool trading_add(rpc_server *server, trading *t);

#endif
