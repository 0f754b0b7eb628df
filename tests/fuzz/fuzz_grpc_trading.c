/* Requests of the Electricity Trading API as bytes, on a real market: whatever they are, they are
 * answered or refused, and the sums of the market stay right. Each message is: the number of a
 * method, two bytes of length, the request. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/gateway_grpc/trading.h"
#include "../plugin/grpc/floor.h"
#include "../plugin/grpc/peer.h"

enum { METHODS = 11, CALLS_MAX = 32 };

#define NOW  (INT64_C(1700000000000))
#define PATH "/frequenz.api.electricity_trading.electricity_trading.v1.ElectricityTradingService/"

static const char *const paths[METHODS] = {
    PATH "CreateGridpoolOrder",
    PATH "UpdateGridpoolOrder",
    PATH "CancelGridpoolOrder",
    PATH "CancelAllGridpoolOrders",
    PATH "GetGridpoolOrder",
    PATH "ListGridpoolOrders",
    PATH "ListGridpoolTrades",
    PATH "ReceiveGridpoolOrdersStream",
    PATH "ReceiveGridpoolTradesStream",
    PATH "ReceivePublicTradesStream",
    PATH "ReceivePublicOrderBookStream",
};

static void changed(void *ctx)
{
    (void)ctx;
}

static void run(const uint8_t *data, size_t size, rpc_server *server, floor_market *floor)
{
    static uint8_t request[5 + 65536];
    static peer_call calls[CALLS_MAX];
    peer p;
    int64_t now = NOW;
    memset(calls, 0, sizeof calls);
    peer_open(&p, server, 0);
    for (int i = 0; i < CALLS_MAX && size >= 3; i++) {
        size_t wanted = (size_t)data[1] << 8 | data[2];
        size_t length = wanted < size - 3 ? wanted : size - 3;
        const uint8_t prefix[5] = {0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length};
        memcpy(request, prefix, 5);
        memcpy(request + 5, data + 3, length);
        peer_ask(&p, &calls[i], paths[data[0] % METHODS], request, length + 5);
        rpc_conn_wake(p.conn);
        peer_talk(&p, 0);
        floor_advance(floor, now += 60000 * (data[0] / METHODS));
        data += 3 + length;
        size -= 3 + length;
    }
    if (p.goaways > 0)
        abort(); /* the connection has done nothing wrong */
    peer_close(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const rpc_server_input plain = {.ctx = NULL};
    floor_market *floor = floor_open(NOW);
    const trading_input input = {.door = floor_door(floor), .changed = changed};
    rpc_server *server = rpc_server_new(&plain);
    trading *t = trading_new(&input);
    if (!server || !t || !trading_add(server, t))
        abort();
    run(data, size, server, floor);
    rpc_server_free(server);
    trading_free(t);
    if (floor_check(floor))
        abort();
    floor_close(floor);
    return 0;
}
