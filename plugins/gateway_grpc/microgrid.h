/* plugins/gateway_grpc/microgrid.h — the Microgrid API, v1alpha18, v1alpha19 and 0.15, on the door
 * of a microgrid */
#ifndef GATEWAY_GRPC_MICROGRID_H
#define GATEWAY_GRPC_MICROGRID_H

#include "lunagrid/microgrid.h"
#include "rpc.h"

/** What a method needs of a key: MAY_READ is that of the market's services. */
enum { MICROGRID_MAY_READ = 1, MICROGRID_MAY_CONTROL = 4 };

typedef struct microgrid microgrid;

typedef struct microgrid_input {
    const lg_microgrid_door *door;
    void *ctx;
    /** A request has changed something: streams have something to say. */
    void (*changed)(void *ctx);
    /** How the run's journal names who calls; NULL: "". */
    const char *(*name)(void *ctx, const void *who);
} microgrid_input;

/** NULL: out of memory. */
microgrid *microgrid_new(const microgrid_input *input);
void microgrid_free(microgrid *m);
/** @return false: memory */
bool microgrid_add(rpc_server *server, microgrid *m);

#endif
