/* Requests of the Microgrid API, of all its versions, as bytes, on a home: whatever they are, they
 * are answered or refused. Each message is: the number of a method, two bytes of length, the
 * request. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/gateway_grpc/microgrid.h"
#include "../plugin/grpc/home.h"
#include "../plugin/grpc/peer.h"

#define NOW      (INT64_C(1700000000000))
#define V(name)  "/frequenz.api.microgrid.v1alpha18.Microgrid/" name
#define V0(name) "/frequenz.api.microgrid.Microgrid/" name

static const char *const paths[] = {
    V("GetMicrogrid"),
    V("ListElectricalComponents"),
    V("ListElectricalComponentConnections"),
    V("ListSensors"),
    V("ReceiveElectricalComponentTelemetryStream"),
    V("ReceiveSensorTelemetryStream"),
    V("SetElectricalComponentPower"),
    V("AugmentElectricalComponentBounds"),
    V("ClearElectricalComponentBounds"),
    V("StartElectricalComponent"),
    V("PutElectricalComponentInStandby"),
    V("StopElectricalComponent"),
    V("AckElectricalComponentError"),
    V0("ListComponents"),
    V0("ListConnections"),
    V0("StreamComponentData"),
    V0("AddExclusionBounds"),
    V0("AddInclusionBounds"),
    V0("SetPowerActive"),
    V0("SetPowerReactive"),
    V0("HotStandby"),
};

enum { METHODS = sizeof paths / sizeof *paths, CALLS_MAX = 32 };

static void changed(void *ctx)
{
    (void)ctx;
}

static void run(const uint8_t *data, size_t size, rpc_server *server, home *h)
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
        home_advance(h, now += 1000 * (1 + data[0] / METHODS));
        rpc_conn_wake(p.conn);
        peer_talk(&p, 0);
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
    home *h = home_open(NOW, true);
    const microgrid_input input = {.door = home_door(h), .changed = changed};
    rpc_server *server = rpc_server_new(&plain);
    microgrid *m = microgrid_new(&input);
    if (!server || !m || !microgrid_add(server, m))
        abort();
    run(data, size, server, h);
    rpc_server_free(server);
    microgrid_free(m);
    home_close(h);
    return 0;
}
