/* A packet keeps its borders, so there is never half a frame to wait for. */
#include "worker/channel.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

lg_status lg_channel_pair(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 ? LG_OK : LG_LIMIT;
}

/* Whether there is room before the patience is over. */
static bool wait_for_room(int fd, int patience_ms)
{
    struct pollfd waiting = {.fd = fd, .events = POLLOUT};
    int ready;
    do
        ready = poll(&waiting, 1, patience_ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

static bool send_frame(int fd, const lg_wire_header *header, const char *bytes, int patience_ms)
{
    uint8_t head[LG_WIRE_HEADER];
    struct iovec parts[] = {{head, sizeof head}, {(char *)(uintptr_t)bytes, header->length}};
    const struct msghdr packet = {.msg_iov = parts, .msg_iovlen = header->length ? 2 : 1};
    int flags = MSG_NOSIGNAL | (patience_ms < 0 ? 0 : MSG_DONTWAIT);
    lg_wire_write_header(header, head);
    for (;;) {
        if (sendmsg(fd, &packet, flags) >= 0)
            return true;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN || patience_ms < 0 || !wait_for_room(fd, patience_ms))
            return false;
    }
}

bool lg_channel_send(int fd, uint32_t number, const lg_text *message, int patience_ms)
{
    size_t at = 0;
    if (message->failed)
        return false;
    do {
        size_t left = message->length - at;
        size_t length = left > LG_WIRE_FRAME_MAX ? LG_WIRE_FRAME_MAX : left;
        const lg_wire_header header = {.flags = left == length ? LG_WIRE_LAST : 0,
                                       .number = number,
                                       .length = (uint32_t)length};
        if (!send_frame(fd, &header, message->data + at, patience_ms))
            return false;
        at += length;
    } while (at < message->length);
    return true;
}

lg_channel_got lg_channel_receive(int fd, uint32_t *number, size_t size_max, bool wait,
                                  lg_text *message, const char **wrong)
{
    static _Thread_local uint8_t frame[LG_WIRE_HEADER + LG_WIRE_FRAME_MAX + 1];
    lg_wire_header header;
    ssize_t got;
    do
        got = recv(fd, frame, sizeof frame, wait ? 0 : MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return LG_CHANNEL_NONE;
    if (got <= 0) /* a packet is never empty */
        return LG_CHANNEL_END;
    *wrong = lg_wire_read_header(frame, (size_t)got, &header);
    if (!*wrong && *number && header.number != *number)
        *wrong = "a frame of another exchange";
    if (!*wrong && header.length > size_max - message->length)
        *wrong = "a message that is too long";
    if (!*wrong && header.length == 0 && !(header.flags & LG_WIRE_LAST))
        *wrong = "a frame of nothing";
    if (*wrong)
        return LG_CHANNEL_WRONG;
    *number = header.number;
    lg_text_bytes(message, (const char *)frame + LG_WIRE_HEADER, header.length);
    return header.flags & LG_WIRE_LAST ? LG_CHANNEL_LAST : LG_CHANNEL_MORE;
}
