/* The thread owns libmodbus and its end of the socket; nothing else is shared. The serial line is
 * opened by it, and again after it has failed: a device that was unplugged comes back. */
#include "serial.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <modbus.h>

#include "frame.h"

enum { GATEWAY_PATH = 10, GATEWAY_SILENT = 11, EXCEPTION_MAX = 11 };

struct serial {
    pthread_t thread;
    int fd; /* the thread's end */
    modbus_t *line;
    bool is_open;
};

static bool read_all(int fd, uint8_t *out, size_t size)
{
    while (size > 0) {
        ssize_t part = recv(fd, out, size, 0);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return false;
        out += part;
        size -= (size_t)part;
    }
    return true;
}

static uint16_t get16(const uint8_t *in)
{
    return (uint16_t)(in[0] << 8 | in[1]);
}

static void put16(uint8_t *out, unsigned value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

/* @return as libmodbus: below 0 for a failure, which errno tells */
static int carry_out(serial *r, const uint8_t *body, uint16_t *registers)
{
    int address = get16(body + 1), count = get16(body + 3);
    switch (body[0]) {
    case FRAME_READ_HOLDING:
        return modbus_read_registers(r->line, address, count, registers);
    case FRAME_READ_INPUT:
        return modbus_read_input_registers(r->line, address, count, registers);
    case FRAME_WRITE_ONE:
        return modbus_write_register(r->line, address, get16(body + 3));
    case FRAME_WRITE_MANY:
        for (int i = 0; i < count; i++)
            registers[i] = get16(body + 6 + 2 * i);
        return modbus_write_registers(r->line, address, count, registers);
    default:
        errno = EMBXILFUN;
        return -1;
    }
}

/* What a gateway would say of it. */
static uint8_t exception_of(int error)
{
    int code = error - MODBUS_ENOBASE;
    if (code > 0 && code <= EXCEPTION_MAX)
        return (uint8_t)code;
    return error == ETIMEDOUT || error == EMBBADCRC || error == EMBBADDATA ? GATEWAY_SILENT
                                                                           : GATEWAY_PATH;
}

static bool is_lost(int error)
{
    return error == EBADF || error == EIO || error == ENXIO || error == ENODEV ||
           error == ECONNRESET;
}

/* Fills the answer's body. @return its size */
static size_t answer(serial *r, uint8_t unit, const uint8_t *body, uint8_t *out)
{
    uint16_t registers[FRAME_READ_MAX];
    int done = -1;
    if (!r->is_open)
        r->is_open = modbus_connect(r->line) == 0;
    if (r->is_open && modbus_set_slave(r->line, unit) == 0)
        done = carry_out(r, body, registers);
    if (done < 0) {
        int error = errno;
        out[0] = body[0] | FRAME_EXCEPTION;
        out[1] = r->is_open ? exception_of(error) : GATEWAY_PATH;
        if (r->is_open && is_lost(error)) {
            modbus_close(r->line);
            r->is_open = false;
        } else if (r->is_open) {
            modbus_flush(r->line); /* of an answer that comes late */
        }
        return 2;
    }
    out[0] = body[0];
    if (body[0] == FRAME_WRITE_ONE || body[0] == FRAME_WRITE_MANY) {
        memcpy(out + 1, body + 1, 4);
        return 5;
    }
    out[1] = (uint8_t)(done * 2);
    for (int i = 0; i < done; i++)
        put16(out + 2 + 2 * i, registers[i]);
    return 2 + 2 * (size_t)done;
}

/* What comes in was made by frame_write(), so it is well formed. */
static void *work(void *self)
{
    serial *r = self;
    uint8_t frame[FRAME_BYTES_MAX], back[FRAME_BYTES_MAX];
    while (read_all(r->fd, frame, 7)) {
        size_t size = get16(frame + 4) - 1U;
        if (size > sizeof frame - 7 || !read_all(r->fd, frame + 7, size))
            break;
        memcpy(back, frame, 7);
        size_t back_size = answer(r, frame[6], frame + 7, back + 7);
        put16(back + 4, (unsigned)back_size + 1);
        if (send(r->fd, back, back_size + 7, MSG_NOSIGNAL) < 0)
            break;
    }
    if (r->is_open)
        modbus_close(r->line);
    return NULL;
}

static void free_serial(serial *r)
{
    if (r->line)
        modbus_free(r->line);
    close(r->fd);
    free(r);
}

serial *serial_open(const bus_address *a, uint32_t timeout_ms, int *fd, char *why, size_t size)
{
    int ends[2];
    serial *r = calloc(1, sizeof *r);
    if (!r || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        snprintf(why, size, "%s: %s", a->path, strerror(errno));
        free(r);
        return NULL;
    }
    r->fd = ends[1];
    r->line = modbus_new_rtu(a->path, (int)a->baud, a->parity, 8, (int)a->stop);
    timeout_ms -= timeout_ms / 4; /* so that its word comes before the line gives up */
    if (r->line)
        modbus_set_response_timeout(r->line, timeout_ms / 1000, timeout_ms % 1000 * 1000);
    int error = r->line ? pthread_create(&r->thread, NULL, work, r) : errno;
    if (r->line && error == 0) {
        *fd = ends[0];
        return r;
    }
    snprintf(why, size, "%s: %s", a->path, strerror(error));
    close(ends[0]);
    free_serial(r);
    return NULL;
}

void serial_close(serial *r)
{
    if (!r)
        return;
    pthread_join(r->thread, NULL);
    free_serial(r);
}
