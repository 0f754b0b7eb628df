/* HOST[:PORT] or serial:PATH[?KEY=VALUE[&KEY=VALUE]...]. */
#include "address.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_setting(bus_address *a, const char *text, size_t length)
{
    char word[32];
    if (length >= sizeof word)
        return false;
    memcpy(word, text, length);
    word[length] = 0;
    if (strncmp(word, "baud=", 5) == 0) {
        a->baud = (uint32_t)strtoul(word + 5, NULL, 10);
        return a->baud >= 300 && a->baud <= 1000000;
    }
    if (strncmp(word, "parity=", 7) == 0) {
        a->parity = word[7];
        return a->parity && strchr("NEO", a->parity) && !word[8];
    }
    if (strncmp(word, "stop=", 5) == 0) {
        a->stop = (uint32_t)(word[5] - '0');
        return (a->stop == 1 || a->stop == 2) && !word[6];
    }
    return false;
}

static bool read_serial(const char *text, bus_address *a, char *why, size_t size)
{
    size_t length = strcspn(text, "?");
    a->is_serial = true;
    a->baud = 9600;
    a->parity = 'E';
    a->stop = 1;
    if (length == 0 || length >= sizeof a->path) {
        snprintf(why, size, "expected serial:PATH, like serial:/dev/ttyUSB0");
        return false;
    }
    memcpy(a->path, text, length);
    for (text += length; *text; text += length) {
        length = strcspn(++text, "&");
        if (!read_setting(a, text, length)) {
            snprintf(why, size,
                     "\"%.*s\" is none of baud=300 .. 1000000, parity=N, E or O, stop=1 or 2",
                     (int)length, text);
            return false;
        }
    }
    return true;
}

static bool look_up(const char *host, const char *port, bus_address *a, char *why, size_t size)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(host, port, &hints, &found);
    if (error != 0 || !found) {
        snprintf(why, size, "%s, port %s: %s", host, port, gai_strerror(error));
        return false;
    }
    memcpy(&a->to, found->ai_addr, found->ai_addrlen);
    a->to_size = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

bool address_of_bus(const char *text, bus_address *out, char *why, size_t size)
{
    char host[256], *port = NULL, *name = host;
    memset(out, 0, sizeof *out);
    if (strncmp(text, "serial:", 7) == 0)
        return read_serial(text + 7, out, why, size);
    if (!*text || strlen(text) >= sizeof host) {
        snprintf(why, size, "expected HOST or HOST:PORT, like 192.168.0.20:502");
        return false;
    }
    strcpy(host, text);
    if (*host == '[') { /* IPv6 */
        char *close = strchr(host, ']');
        if (close) {
            *close = 0;
            name = host + 1;
            port = close[1] == ':' ? close + 2 : NULL;
        }
    } else if ((port = strchr(host, ':')) && !strchr(port + 1, ':')) {
        *port++ = 0;
    } else {
        port = NULL;
    }
    return look_up(name, port && *port ? port : "502", out, why, size);
}
