/* Addresses are numeric throughout: who asks for a name is asked for an address. */
#include "web/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HOST_MAX = 48 };

static bool read_port(const char *text, uint16_t *port)
{
    size_t length = strlen(text);
    if (length == 0 || length > 5 || text[strspn(text, "0123456789")])
        return false;
    long value = strtol(text, NULL, 10);
    *port = (uint16_t)value;
    return value <= 65535;
}

/* "1.2.3.4:5", "[::1]:5", ":5", "5" in two; a host that is not said is "". */
static bool split(const char *text, char host[HOST_MAX], uint16_t *port)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool bracket = text[0] == '[';
    host[0] = 0;
    if (!colon)
        return read_port(text, port);
    if (bracket && (length < 3 || text[length - 1] != ']'))
        return false;
    if (bracket) {
        text++;
        length -= 2;
    }
    if (length >= HOST_MAX || (!bracket && memchr(text, ':', length)))
        return false;
    memcpy(host, text, length);
    host[length] = 0;
    return read_port(colon + 1, port);
}

static bool make(const char *host, uint16_t port, struct sockaddr_storage *out, socklen_t *length)
{
    struct sockaddr_in *four = (struct sockaddr_in *)out;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
    memset(out, 0, sizeof *out);
    if (!*host || strcasecmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        *length = sizeof *four;
        return true;
    }
    if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1)
        return false;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    *length = sizeof *six;
    return true;
}

lg_status lg_web_address_read(const char *text, lg_web_address *address, lg_err *err)
{
    char host[HOST_MAX] = "";
    uint16_t port = LG_WEB_PORT;
    address->given = *text;
    if ((*text && !split(text, host, &port)) ||
        !make(host, port, &address->socket, &address->length))
        return lg_fail(err, LG_INVALID, "an address is " LG_WEB_ADDRESS_FORMS ", not \"%.80s\"",
                       text);
    return LG_OK;
}

void lg_web_address_text(const struct sockaddr *socket, char out[LG_WEB_ADDRESS_TEXT_MAX])
{
    char host[INET6_ADDRSTRLEN] = "?";
    const struct sockaddr_in *four = (const struct sockaddr_in *)socket;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)socket;
    if (socket->sa_family == AF_INET) {
        inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
        snprintf(out, LG_WEB_ADDRESS_TEXT_MAX, "%s:%u", host, ntohs(four->sin_port));
    } else {
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        snprintf(out, LG_WEB_ADDRESS_TEXT_MAX, "[%s]:%u", host, ntohs(six->sin6_port));
    }
}

bool lg_web_address_is_loopback(const struct sockaddr *socket)
{
    const struct sockaddr_in *four = (const struct sockaddr_in *)socket;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)socket;
    if (socket->sa_family == AF_INET)
        return ntohl(four->sin_addr.s_addr) >> 24 == 127;
    return socket->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

static uint16_t port_of(const struct sockaddr *socket)
{
    return ntohs(socket->sa_family == AF_INET ? ((const struct sockaddr_in *)socket)->sin_port
                                              : ((const struct sockaddr_in6 *)socket)->sin6_port);
}

static bool is_same(const struct sockaddr *a, const struct sockaddr *b)
{
    if (a->sa_family != b->sa_family)
        return false;
    if (a->sa_family == AF_INET)
        return ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
               ((const struct sockaddr_in *)b)->sin_addr.s_addr;
    return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
                  &((const struct sockaddr_in6 *)b)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

/* "host" without a port, or with ours; @return the bare host in @p out */
static bool bare_host(const char *host, uint16_t port, char out[HOST_MAX])
{
    char text[HOST_MAX + 16];
    uint16_t said = 80;
    size_t length = strlen(host);
    const char *colon = strrchr(host, ':');
    bool without = host[0] == '[' ? length && host[length - 1] == ']' : !colon;
    if (length >= HOST_MAX)
        return false;
    snprintf(text, sizeof text, without ? "%s:80" : "%s", host);
    return split(text, out, &said) && *out && said == port;
}

bool lg_web_address_is_host(const struct sockaddr *local, const char *host)
{
    char bare[HOST_MAX];
    struct sockaddr_storage named;
    socklen_t length;
    if (!bare_host(host, port_of(local), bare) || !make(bare, 0, &named, &length))
        return false;
    const struct sockaddr *them = (const struct sockaddr *)&named;
    if (lg_web_address_is_loopback(local))
        return strcasecmp(bare, "localhost") == 0 || strcmp(bare, "127.0.0.1") == 0 ||
               strcmp(bare, "::1") == 0 || is_same(local, them);
    return strcasecmp(bare, "localhost") != 0 && is_same(local, them);
}
