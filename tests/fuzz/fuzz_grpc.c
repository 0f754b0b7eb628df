/* Bytes that a client of gRPC sends, in pieces, with time going by: nothing they say ends the host,
 * a call that began is told that it is over, and what a connection holds has an end. The first byte
 * says how the rest is cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "health.h"
#include "reflection.h"
#include "rpc.h"

enum { PIECES_MAX = 4096, HELD_MAX = 16 * 1024 * 1024 };

static rpc_server *server;
static health well;

static void make(void)
{
    const rpc_server_input input = {.message_max = 0};
    server = rpc_server_new(&input);
    if (!server || !health_add(server, &well) || !reflection_add(server))
        abort();
}

static void take(rpc_conn *conn)
{
    uint8_t bytes[4096];
    for (int i = 0; i < PIECES_MAX && rpc_conn_take(conn, bytes, sizeof bytes) > 0; i++)
        ;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0";
    if (size < 1)
        return 0;
    if (!server)
        make();
    size_t piece = data[0] & 0x7f ? (size_t)(data[0] & 0x7f) * 8 : 1;
    rpc_conn *conn = rpc_conn_new(server, 0);
    if (!conn)
        abort();
    if (data[0] & 0x80) /* what follows is frames */
        (void)rpc_conn_feed(conn, (const uint8_t *)preface, sizeof preface, 0);
    int64_t now = 1;
    for (size_t at = 1; at < size; at += piece, now += 3) {
        size_t step = size - at < piece ? size - at : piece;
        (void)rpc_conn_feed(conn, data + at, step, now);
        if (now % 2)
            take(conn);
        rpc_conn_wake(conn);
        if (rpc_conn_bytes(conn) > HELD_MAX)
            abort();
    }
    take(conn);
    rpc_conn_tick(conn, now + RPC_STALL_MS);
    rpc_conn_end_calls(conn);
    rpc_conn_drain(conn);
    take(conn);
    rpc_conn_free(conn);
    return 0;
}
