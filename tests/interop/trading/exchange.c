/* The gateway with its sockets on a real intraday market whose clock is the machine's: what clients
 * are tried against without a run. Usage: exchange ADDRESS; prints what the gateway says, ends with
 * its standard input. */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../../plugins/gateway_grpc/gateway.h"
#include "../../plugin/grpc/floor.h"
#include "../../plugin/grpc/loop.h"

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_over(void)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    char byte;
    return poll(&in, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

int main(int count, char **words)
{
    loop l;
    void *gateway = NULL;
    if (count != 2) {
        fprintf(stderr, "usage: exchange ADDRESS\n");
        return 2;
    }
    const lg_gateway_info info = {.size = sizeof info, .address = words[1]};
    floor_market *f = floor_open(now_ms());
    loop_open(&l, floor_door(f));
    if (grpc_open(&l.host, &info, &gateway) != 0) {
        fprintf(stderr, "exchange: %s\n", l.refusal);
        return 1;
    }
    printf("%s\n", l.said);
    fflush(stdout);
    for (int64_t ticked = 0; !is_over();) {
        loop_turn(&l, 20);
        if (now_ms() - ticked >= 50) {
            ticked = now_ms();
            floor_advance(f, ticked);
            grpc_traded(gateway);
        }
    }
    grpc_moment(gateway, LG_GATEWAY_FINISH);
    for (int i = 0; i < 50 && grpc_busy(gateway); i++)
        loop_turn(&l, 10);
    grpc_close(gateway);
    loop_close(&l);
    const char *wrong = floor_check(f);
    floor_close(f);
    if (wrong)
        fprintf(stderr, "exchange: %s\n", wrong);
    return wrong != NULL;
}
