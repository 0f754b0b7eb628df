/* tests/plugin/grpc/loop.h — a host that has nothing but a loop, for the gateway with its sockets
 */
#ifndef TESTS_PLUGIN_GRPC_LOOP_H
#define TESTS_PLUGIN_GRPC_LOOP_H

#include <stdint.h>

#include "lunagrid/gateway.h"

typedef struct loop_point loop_point;

typedef struct loop {
    lg_gateway_host host; /* for lg_gateway.open() */
    int epoll;
    loop_point *points;
    const lg_microgrid_door *microgrids[4]; /* that the gateway finds; NULL: no more */
    char refusal[600], said[600];           /* the last of each */
    int64_t slowest_us; /* the longest turn, in time of the processor: others may be busy, too */
} loop;

/** @p door may be NULL. */
void loop_open(loop *l, const lg_trading_door *door);
void loop_close(loop *l);
/** Waits at most @p ms for something to do, and does it. */
void loop_turn(loop *l, int ms);

#endif
