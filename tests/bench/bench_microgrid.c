/* The gRPC gateway on a thousand components, in a process of its own, each of which measures once a
 * second, and a thousand streams of telemetry on ten connections of this machine, one for each. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../plugins/gateway_grpc/gateway.h"
#include "../plugin/grpc/loop.h"
#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "grpc_client.h"
#include "lunagrid/component.h"

enum { COMPONENTS = 1000, CONNECTIONS = 10, STEP_MS = 100, VALUES = 15 };

/* What both processes see. Turns of the loop are counted by their length in steps of 0.1 ms. */
typedef struct shared {
    volatile int port;
    volatile bool measures;
    volatile uint64_t turns, turns_of[1000];
    volatile int64_t slowest_us;
} shared;

/* ---- the components ---- */

/* A tenth of them measures at each step. */
typedef struct plant {
    lg_microgrid_door door;
    int64_t now_ms;
    uint64_t steps;
} plant;

static void clock_of(void *ctx, lg_microgrid_clock *out)
{
    const plant *p = ctx;
    out->permille = 1000;
    out->now_ms = out->client_ms = p->now_ms;
}

static int32_t find(void *ctx, uint64_t id, lg_microgrid_component *out)
{
    (void)ctx;
    out->id = id;
    out->category = LG_CATEGORY_INVERTER;
    return id >= 1 && id <= COMPONENTS;
}

static void site(void *ctx, lg_microgrid_site *out)
{
    (void)ctx;
    out->id = 1;
}

static int32_t latest(void *ctx, uint64_t id, lg_microgrid_sample *out)
{
    static const uint32_t metrics[VALUES] = {
        LG_METRIC_AC_FREQUENCY,
        LG_METRIC_AC_POWER_ACTIVE,
        LG_METRIC_AC_POWER_ACTIVE_PHASE_1,
        LG_METRIC_AC_POWER_ACTIVE_PHASE_2,
        LG_METRIC_AC_POWER_ACTIVE_PHASE_3,
        LG_METRIC_AC_POWER_REACTIVE,
        LG_METRIC_AC_POWER_REACTIVE_PHASE_1,
        LG_METRIC_AC_POWER_REACTIVE_PHASE_2,
        LG_METRIC_AC_POWER_REACTIVE_PHASE_3,
        LG_METRIC_AC_CURRENT_PHASE_1,
        LG_METRIC_AC_CURRENT_PHASE_2,
        LG_METRIC_AC_CURRENT_PHASE_3,
        LG_METRIC_AC_VOLTAGE_PHASE_1_N,
        LG_METRIC_AC_VOLTAGE_PHASE_2_N,
        LG_METRIC_AC_VOLTAGE_PHASE_3_N,
    };
    static const lg_microgrid_range range = {-10000, 10000};
    static const uint32_t states[] = {LG_STATE_READY};
    static lg_microgrid_value values[VALUES];
    const plant *p = ctx;
    uint64_t number = (p->steps + id % (1000 / STEP_MS)) / (1000 / STEP_MS);
    if (number == 0)
        return false;
    for (uint32_t i = 0; i < VALUES; i++)
        values[i] = (lg_microgrid_value){.metric = metrics[i], .value = (double)(id + number)};
    values[1].ranges = &range;
    values[1].range_count = 1;
    *out = (lg_microgrid_sample){.size = sizeof *out,
                                 .id = id,
                                 .number = number,
                                 .time_ms = p->now_ms,
                                 .values = values,
                                 .value_count = VALUES,
                                 .states = states,
                                 .state_count = 1};
    return true;
}

/* ---- the server ---- */

static void count(shared *with, loop *l)
{
    int64_t step = l->slowest_us / 100;
    if (!with->measures)
        return;
    with->turns++;
    with->turns_of[step < 999 ? step : 999]++;
    if (l->slowest_us > with->slowest_us)
        with->slowest_us = l->slowest_us;
}

static void serve(shared *with)
{
    loop l;
    void *gateway;
    plant p = {.door = {.size = sizeof p.door,
                        .clock = clock_of,
                        .find = find,
                        .site = site,
                        .latest = latest}};
    const lg_gateway_info info = {.size = sizeof info, .address = "127.0.0.1:0"};
    p.door.ctx = &p;
    loop_open(&l, NULL);
    l.microgrids[0] = &p.door;
    if (grpc_open(&l.host, &info, &gateway) != 0)
        fail(l.refusal);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    with->port = atoi(strstr(l.said, "127.0.0.1:") + strlen("127.0.0.1:"));
    for (int64_t due = now_us(CLOCK_MONOTONIC);;) {
        l.slowest_us = 0;
        loop_turn(&l, 10);
        count(with, &l);
        if (now_us(CLOCK_MONOTONIC) < due)
            continue;
        due += STEP_MS * 1000;
        p.now_ms = now_us(CLOCK_REALTIME) / 1000;
        p.steps++;
        grpc_measured(gateway);
    }
}

/* ---- clients ---- */

static void watch_all(client *clients, int port)
{
    for (int i = 0; i < CONNECTIONS; i++)
        connect_to(&clients[i], port);
    for (int id = 1; id <= COMPONENTS; id++) {
        Mg18__ReceiveElectricalComponentTelemetryStreamRequest request =
            MG18__RECEIVE_ELECTRICAL_COMPONENT_TELEMETRY_STREAM_REQUEST__INIT;
        client *c = &clients[id % CONNECTIONS];
        request.electrical_component_id = (uint64_t)id;
        put_message(c, &request.base);
        call(c, "/frequenz.api.microgrid.v1alpha18.Microgrid/"
                "ReceiveElectricalComponentTelemetryStream");
        turn(clients, CONNECTIONS, 0); /* what is sent stands in the client */
    }
}

static uint64_t messages(const client *clients)
{
    uint64_t sum = 0;
    for (int i = 0; i < CONNECTIONS; i++)
        sum += clients[i].messages;
    return sum;
}

/* Length that so many of a thousand turns keep to, in ms. */
static double within(const shared *with, uint64_t of_thousand)
{
    uint64_t seen = 0;
    for (int i = 0; i < 1000; i++) {
        seen += with->turns_of[i];
        if (seen * 1000 >= with->turns * of_thousand)
            return (i + 1) / 10.0;
    }
    return 100;
}

/* Memory of the server, in KiB. */
static long memory_of(pid_t server)
{
    char path[64], line[200];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)server);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        sscanf(line, "VmRSS: %ld", &kib);
    if (file)
        fclose(file);
    return kib;
}

int main(int count_of_words, char **words)
{
    double seconds = count_of_words > 1 ? atof(words[1]) : 5;
    static client clients[CONNECTIONS];
    shared *with =
        mmap(NULL, sizeof *with, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (with == MAP_FAILED)
        fail("mmap");
    pid_t server = fork();
    if (server < 0)
        fail("fork");
    if (server == 0)
        serve(with);
    while (!with->port && waitpid(server, NULL, WNOHANG) == 0)
        usleep(1000);
    clockid_t clock;
    if (clock_getcpuclockid(server, &clock) != 0)
        fail("clock_getcpuclockid");
    watch_all(clients, with->port);
    for (int64_t until = now_us(CLOCK_MONOTONIC) + 2000000; now_us(CLOCK_MONOTONIC) < until;)
        turn(clients, CONNECTIONS, 10);
    long before = memory_of(server);
    uint64_t heard = messages(clients);
    int64_t began = now_us(CLOCK_MONOTONIC), busy = now_us(clock);
    with->measures = true;
    while (now_us(CLOCK_MONOTONIC) < began + (int64_t)(seconds * 1e6))
        turn(clients, CONNECTIONS, 10);
    with->measures = false;
    double took = (double)(now_us(CLOCK_MONOTONIC) - began);
    busy = now_us(clock) - busy;
    printf("microgrid samples, 1000 components to 1000 streams\t%.0f\t/s\t>= 990\n",
           (double)(messages(clients) - heard) * 1e6 / took);
    printf("microgrid processor meanwhile\t%.2f\t%%\t20\n", 100.0 * (double)busy / took);
    printf("microgrid turns of the loop, 99 of 100\t%.1f\tms\t10\n", within(with, 990));
    printf("microgrid longest turn of the loop\t%.2f\tms\t\n", (double)with->slowest_us / 1e3);
    printf("microgrid memory that came on\t%ld\tKiB\t256\n", memory_of(server) - before);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return 0;
}
