/* Shows that we speak as others do: with libmodbus' own server, over TCP and over a serial line (a
 * pair of terminals), by a table of registers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "bench.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "device.h"

static const lg_device_component meter[] = {
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_INVERTER, .id = 1, .name = "Box"},
};

static const char table[] = "registers=Box AC_POWER_ACTIVE input 5 int16 -1\n"
                            "Box AC_FREQUENCY holding 10 uint32 0.5\n"
                            "Box AC_VOLTAGE holding 98 uint16\n"
                            "Box set_active holding 20 int16\n"
                            "Box release holding 20 int16 =0\n"
                            "Box set_active holding 21 uint16 seconds";

typedef struct place {
    bench bench;
    peer peer;
    void *device;
    uint64_t number;
} place;

static bool has_sample(void *ctx)
{
    const place *p = ctx;
    return p->bench.samples[0].count > 1;
}

static bool was_told(void *ctx)
{
    const place *p = ctx;
    return p->bench.done_number == p->number;
}

/* Reads, writes, and closes. */
static void speak(place *p, const char *address)
{
    const char *const settings[] = {
        address,         table,          "unit=7",      "mode=live",       "allow=active",
        "lower_W=-1000", "upper_W=1000", "poll_ms=200", "timeout_ms=1000", NULL};
    const bench_device what = {.options = modbus_driver.options.items,
                               .option_count = modbus_driver.options.count,
                               .components = meter,
                               .component_count = 1,
                               .settings = settings};
    int32_t status = bench_device_open(&p->bench, &modbus_driver, &what, &p->device);
    if (status != LG_OK)
        print_message("%s\n", p->bench.loop.refusal);
    assert_int_equal(status, LG_OK);
    assert_true(bench_until(&p->bench, has_sample, p));
    assert_true(p->bench.samples[0].values[LG_METRIC_AC_POWER_ACTIVE] == -50);
    assert_true(p->bench.samples[0].values[LG_METRIC_AC_FREQUENCY] == (100 * 65536 + 110) / 2);
    assert_true(p->bench.samples[0].values[LG_METRIC_AC_VOLTAGE] == 980);
    const lg_device_command c = {.size = sizeof c,
                                 .kind = LG_DEVICE_POWER_ACTIVE,
                                 .number = p->number = 3,
                                 .power = -321,
                                 .until_ms = p->bench.host.now_ms(&p->bench) + 60000};
    assert_int_equal(modbus_driver.command(p->device, &c), LG_DEVICE_LATER);
    assert_true(bench_until(&p->bench, was_told, p));
    assert_int_equal(p->bench.done_status, LG_OK); /* it was read back */
    modbus_driver.close(p->device);
}

static void libmodbus_over_tcp(void **state)
{
    char *const words[] = {LG_LIBMODBUS_PEER, NULL};
    char address[60];
    place p;
    (void)state;
    memset(&p, 0, sizeof p);
    bench_open(&p.bench);
    peer_start(&p.peer, words);
    snprintf(address, sizeof address, "address=127.0.0.1:%u", p.peer.ports[0]);
    speak(&p, address);
    peer_stop(&p.peer);
    bench_close(&p.bench);
}

/* ---- a serial line: two terminals, and a thread that carries bytes between them ---- */

typedef struct cable {
    int ends[2], stop[2];
    char paths[2][64];
    pthread_t thread;
} cable;

static void *carry(void *self)
{
    cable *c = self;
    char bytes[512];
    for (;;) {
        struct pollfd ends[] = {{.fd = c->ends[0], .events = POLLIN},
                                {.fd = c->ends[1], .events = POLLIN},
                                {.fd = c->stop[0], .events = POLLIN}};
        if (poll(ends, 3, -1) < 0 || ends[2].revents)
            return NULL;
        for (int i = 0; i < 2; i++)
            if (ends[i].revents & POLLIN) {
                ssize_t size = read(c->ends[i], bytes, sizeof bytes);
                if (size > 0 && write(c->ends[1 - i], bytes, (size_t)size) != size)
                    return NULL;
            }
        if ((ends[0].revents | ends[1].revents) & POLLHUP)
            usleep(1000); /* nobody has it open at the moment */
    }
}

static void lay(cable *c)
{
    for (int i = 0; i < 2; i++) {
        struct termios raw;
        c->ends[i] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        assert_true(c->ends[i] >= 0 && grantpt(c->ends[i]) == 0 && unlockpt(c->ends[i]) == 0);
        assert_int_equal(ptsname_r(c->ends[i], c->paths[i], sizeof c->paths[i]), 0);
        tcgetattr(c->ends[i], &raw);
        cfmakeraw(&raw);
        tcsetattr(c->ends[i], TCSANOW, &raw);
    }
    assert_int_equal(pipe2(c->stop, O_CLOEXEC), 0);
    assert_int_equal(pthread_create(&c->thread, NULL, carry, c), 0);
}

static void take_up(cable *c)
{
    assert_int_equal(write(c->stop[1], "", 1), 1);
    pthread_join(c->thread, NULL);
    for (int i = 0; i < 2; i++) {
        close(c->ends[i]);
        close(c->stop[i]);
    }
}

static void libmodbus_over_a_serial_line(void **state)
{
    cable c;
    char address[120];
    place p;
    (void)state;
    memset(&p, 0, sizeof p);
    bench_open(&p.bench);
    lay(&c);
    char *const words[] = {LG_LIBMODBUS_PEER, c.paths[0], NULL};
    peer_start(&p.peer, words);
    snprintf(address, sizeof address, "address=serial:%s?baud=9600&parity=N", c.paths[1]);
    speak(&p, address);
    peer_stop(&p.peer);
    take_up(&c);
    bench_close(&p.bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libmodbus_over_tcp),
        cmocka_unit_test(libmodbus_over_a_serial_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
