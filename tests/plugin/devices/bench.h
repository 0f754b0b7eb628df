/* tests/plugin/devices/bench.h — a host with a loop and nothing else, for drivers of real devices,
 * and processes that play the equipment */
#ifndef TESTS_PLUGIN_DEVICES_BENCH_H
#define TESTS_PLUGIN_DEVICES_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "plugin/grpc/loop.h"
#include "lunagrid/device.h"

enum { BENCH_COMPONENTS = 4, BENCH_VALUES = 64, BENCH_OPTIONS = 32 };

/** What a component said last. */
typedef struct bench_sample {
    uint32_t count; /* of samples so far */
    int64_t time_ms;
    double values[256];       /* by metric; NaN: it was not in the last sample */
    lg_microgrid_range range; /* of active power; upper NaN: none */
    uint32_t states[4], state_count, error_count;
} bench_sample;

typedef struct bench {
    loop loop; /* first: the host's functions get it as their ctx */
    lg_host plain;
    lg_device_host host;
    bench_sample samples[BENCH_COMPONENTS];
    uint32_t posted;
    uint64_t done_number; /* of the last command that was told about */
    int32_t done_status;
    char done_why[200];
    char log[8000]; /* all of it, or its end */
} bench;

void bench_open(bench *b);
void bench_close(bench *b);

/** A device as a scenario would describe it. */
typedef struct bench_device {
    const lg_option *options;
    uint32_t option_count;
    const lg_device_component *components;
    uint32_t component_count;
    const char *const *settings; /* "key=value", NULL at the end */
} bench_device;

/** Opens a device. @return what open() returns; its refusal is in loop.refusal */
int32_t bench_device_open(bench *b, const lg_device_driver *driver, const bench_device *what,
                          void **device);

/** Turns the loop until @p is_true says so; false: a minute has passed. */
bool bench_until(bench *b, bool (*is_true)(void *ctx), void *ctx);

/** A process that plays equipment; see equipment.py. */
typedef struct peer {
    pid_t pid;
    int in, out;
    uint16_t ports[512];
    uint32_t port_count;
} peer;

/** Starts @p words (NULL at the end) and reads the ports from its first line. */
void peer_start(peer *p, char *const *words);
/** Says a line and reads the answer. @return false: it has gone */
bool peer_ask(peer *p, const char *line, char *answer, size_t size);
/** The same where the answer is a number. */
long peer_number(peer *p, const char *line);
void peer_stop(peer *p);

#endif
