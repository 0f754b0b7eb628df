/* The gateway with its sockets on a home whose clock is the machine's: what clients are tried
 * against without a run. Usage: house ADDRESS; prints what the gateway says, does what its standard
 * input says, and ends with it: silence ID, speak ID, fail ID; car 1 or 0, it comes or goes; pace
 * N, so many times as fast from then on. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../../plugins/gateway_grpc/gateway.h"
#include "../../plugin/grpc/home.h"
#include "../../plugin/grpc/loop.h"

enum { TICK_MS = 200 };

typedef struct house {
    home *home;
    int64_t told_ms;      /* of the machine's clock, when the home was told last */
    int64_t run_ms, pace; /* its clock then, and how many times as fast it goes */
    char line[200];
    size_t used;
} house;

static int64_t wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void advance(house *h)
{
    int64_t now = wall_ms();
    h->run_ms += (now - h->told_ms) * h->pace;
    h->told_ms = now;
    home_clock(h->home, now - h->run_ms, (uint32_t)(h->pace * 1000));
    home_advance(h->home, h->run_ms);
}

static void obey(house *h, const char *line)
{
    char word[20];
    uint64_t number;
    if (sscanf(line, "%19s %" SCNu64, word, &number) != 2)
        return;
    if (strcmp(word, "silence") == 0)
        home_silence(h->home, number, true);
    else if (strcmp(word, "speak") == 0)
        home_silence(h->home, number, false);
    else if (strcmp(word, "fail") == 0)
        home_fail(h->home, number);
    else if (strcmp(word, "pace") == 0)
        h->pace = (int64_t)number;
    printf("done\n");
    fflush(stdout);
}

/* What has come on the standard input. @return false: it is over */
static bool listen_to(house *h)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&in, 1, 0) <= 0)
        return true;
    ssize_t got = read(STDIN_FILENO, h->line + h->used, sizeof h->line - h->used - 1);
    if (got <= 0)
        return got < 0 && errno == EINTR;
    h->used += (size_t)got;
    h->line[h->used] = 0;
    for (char *end; (end = strchr(h->line, '\n')) != NULL;) {
        *end = 0;
        obey(h, h->line);
        h->used -= (size_t)(end + 1 - h->line);
        memmove(h->line, end + 1, h->used + 1);
    }
    return h->used + 1 < sizeof h->line;
}

int main(int count, char **words)
{
    loop l;
    void *gateway = NULL;
    if (count != 2) {
        fprintf(stderr, "usage: house ADDRESS\n");
        return 2;
    }
    const lg_gateway_info info = {.size = sizeof info, .address = words[1]};
    house h = {.told_ms = wall_ms(), .pace = 1};
    h.run_ms = h.told_ms;
    h.home = home_open(h.run_ms, false);
    loop_open(&l, NULL);
    l.microgrids[0] = home_door(h.home);
    if (grpc_open(&l.host, &info, &gateway) != 0) {
        fprintf(stderr, "house: %s\n", l.refusal);
        return 1;
    }
    printf("%s\n", l.said);
    fflush(stdout);
    for (int64_t due = 0; listen_to(&h);) {
        loop_turn(&l, 20);
        if (wall_ms() < due)
            continue;
        due = wall_ms() + TICK_MS;
        advance(&h);
        grpc_measured(gateway);
    }
    grpc_moment(gateway, LG_GATEWAY_FINISH);
    for (int i = 0; i < 50 && grpc_busy(gateway); i++)
        loop_turn(&l, 10);
    grpc_close(gateway);
    loop_close(&l);
    home_close(h.home);
    return 0;
}
