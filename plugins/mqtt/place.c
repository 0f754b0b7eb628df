/* HOST[:PORT][?KEY=VALUE[&KEY=VALUE]...] */
#include "place.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

bool place_word(const char *address, const char *name, char *out, size_t size)
{
    size_t length = strlen(name);
    for (const char *at = strchr(address, '?'); at; at = strchr(at, '&')) {
        at++;
        if (strncmp(at, name, length) != 0 || at[length] != '=')
            continue;
        size_t end = strcspn(at + length + 1, "&");
        if (end >= size)
            return false;
        memcpy(out, at + length + 1, end);
        out[end] = 0;
        return true;
    }
    return false;
}

static bool check_words(const char *address, char *why, size_t size)
{
    static const char *const known[] = {"user", "password", "tls_ca",   "keepalive",
                                        "base", "commands", "discovery"};
    for (const char *at = strchr(address, '?'); at; at = strchr(at, '&')) {
        size_t length = strcspn(++at, "=&"), i = 0, count = sizeof known / sizeof *known;
        while (i < count && (strlen(known[i]) != length || memcmp(known[i], at, length) != 0))
            i++;
        if (i == count) {
            snprintf(why, size,
                     "\"%.*s\" is none of user, password, tls_ca, keepalive, base, commands, "
                     "discovery",
                     (int)length, at);
            return false;
        }
    }
    return true;
}

static bool read_password(const char *path, mqtt_place *out, char *why, size_t size)
{
    FILE *file = fopen(path, "re");
    if (file && fgets(out->password, sizeof out->password, file)) {
        out->password[strcspn(out->password, "\r\n")] = 0;
        fclose(file);
        return true;
    }
    snprintf(why, size, "password: %s: %s", path, file ? "it is empty" : strerror(errno));
    if (file)
        fclose(file);
    return false;
}

static bool look_up(mqtt_place *out, const char *name, const char *port, char *why, size_t size)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(name, port, &hints, &found);
    if (error == 0 && found)
        error = getnameinfo(found->ai_addr, found->ai_addrlen, out->dialled, sizeof out->dialled,
                            NULL, 0, NI_NUMERICHOST);
    if (found)
        freeaddrinfo(found);
    if (error != 0)
        snprintf(why, size, "%s, port %s: %s", name, port, gai_strerror(error));
    return error == 0;
}

bool place_read(const char *address, mqtt_place *out, char *why, size_t size)
{
    char host[256], word[256] = "", *port = NULL, *name = host;
    size_t length = strcspn(address, "?");
    memset(out, 0, sizeof *out);
    if (length == 0 || length >= sizeof host) {
        snprintf(why, size, "expected HOST or HOST:PORT, like 127.0.0.1:1883");
        return false;
    }
    memcpy(host, address, length);
    host[length] = 0;
    char *close = *host == '[' ? strchr(host, ']') : NULL; /* IPv6 */
    if (close) {
        *close = 0;
        name = host + 1;
        port = close[1] == ':' ? close + 2 : NULL;
    } else if ((port = strchr(host, ':'))) {
        *port++ = 0;
    }
    if (!check_words(address, why, size))
        return false;
    place_word(address, "user", out->user, sizeof out->user);
    place_word(address, "tls_ca", out->tls_ca, sizeof out->tls_ca);
    if (place_word(address, "password", word, sizeof word) && !read_password(word, out, why, size))
        return false;
    out->keepalive_s =
        place_word(address, "keepalive", word, sizeof word) ? (int)strtol(word, NULL, 10) : 10;
    if (out->keepalive_s < 5 || out->keepalive_s > 3600) {
        snprintf(why, size, "keepalive is 5 .. 3600 seconds");
        return false;
    }
    port = port && *port ? port : out->tls_ca[0] ? "8883" : "1883";
    out->port = (int)strtol(port, NULL, 10);
    if (!look_up(out, name, port, why, size))
        return false;
    if (out->tls_ca[0])
        snprintf(out->dialled, sizeof out->dialled, "%s", name);
    return true;
}
