/* The address is read as a URL without its beginning. */
#include "address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool copy(char *out, size_t size, const char *from, size_t length)
{
    if (length >= size)
        return false;
    memcpy(out, from, length);
    out[length] = 0;
    return true;
}

static bool read_place(address *a, const char *text, size_t length)
{
    const char *end = text + length;
    const char *colon = memrchr(text, ':', length);
    if (!colon || colon + 1 == end || (size_t)(end - colon) > 6)
        return false;
    char digits[8] = "";
    if (!copy(digits, sizeof digits, colon + 1, (size_t)(end - colon) - 1) ||
        digits[strspn(digits, "0123456789")])
        return false;
    unsigned long port = strtoul(digits, NULL, 10);
    const char *from = text;
    const char *until = colon;
    if (*from == '[' && until > from && until[-1] == ']') { /* an IPv6 address */
        from++;
        until--;
    }
    a->port = (uint16_t)port;
    return port <= UINT16_MAX && until > from &&
           copy(a->host, sizeof a->host, from, (size_t)(until - from));
}

/* A number from 1 on. */
static bool read_id(const char *text, size_t length, uint64_t *out)
{
    char digits[20] = "";
    if (!copy(digits, sizeof digits, text, length) || digits[strspn(digits, "0123456789")])
        return false;
    *out = strtoull(digits, NULL, 10);
    return *out > 0;
}

static bool read_option(address *a, const char *text, size_t length)
{
    const struct {
        const char *name;
        char *out;
    } known[] = {{"tls_cert=", a->tls_cert}, {"tls_key=", a->tls_key}, {"keys=", a->keys}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t name = strlen(known[i].name);
        if (length > name && memcmp(text, known[i].name, name) == 0)
            return copy(known[i].out, sizeof a->keys, text + name, length - name);
    }
    const size_t id = sizeof "microgrid=" - 1;
    if (length > id && memcmp(text, "microgrid=", id) == 0)
        return read_id(text + id, length - id, &a->microgrid);
    a->is_open = length == 8 && memcmp(text, "open=yes", 8) == 0;
    return a->is_open;
}

bool address_read(const char *text, address *out, char *why, uint32_t size)
{
    *out = (address){0};
    size_t place = strcspn(text, "?");
    if (!read_place(out, text, place)) {
        snprintf(why, size, "expected HOST:PORT, like 127.0.0.1:50051, not \"%.*s\"", (int)place,
                 text);
        return false;
    }
    for (const char *at = text + place; *at;) {
        size_t length = strcspn(++at, "&");
        if (!read_option(out, at, length)) {
            snprintf(why, size,
                     "\"%.*s\" is none of tls_cert=FILE, tls_key=FILE, keys=FILE, microgrid=ID, "
                     "open=yes",
                     (int)length, at);
            return false;
        }
        at += length;
    }
    if (!out->tls_cert[0] != !out->tls_key[0]) {
        snprintf(why, size, "tls_cert and tls_key belong together");
        return false;
    }
    return true;
}

bool address_is_local(const address *a)
{
    return strncmp(a->host, "127.", 4) == 0 || strcmp(a->host, "::1") == 0 ||
           strcmp(a->host, "localhost") == 0;
}
