/* An address comes from a command line: whoever has mistyped it is told which part. */
#include "address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char wrong_form[] =
    "an address is redis://[USER:PASSWORD@]HOST[:PORT][/DB], the same with rediss:// over TLS, or "
    "unix:///PATH";
static const char wrong_setting[] =
    "behind ? an address takes ssl_ca_certs, ssl_ca_path, ssl_certfile, ssl_keyfile, ssl_cert_reqs "
    "and ssl_check_hostname of rediss://, and db";

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* With %XX taken apart; NULL: it has a wrong one, or memory is exhausted. */
static char *decoded(const char *from, size_t length)
{
    char *text = malloc(length + 1), *at = text;
    for (size_t i = 0; text && i < length; i++) {
        if (from[i] != '%') {
            *at++ = from[i];
            continue;
        }
        int high = i + 2 < length ? digit_of(from[i + 1]) : -1;
        int low = high >= 0 ? digit_of(from[i + 2]) : -1;
        if (low < 0 || (high == 0 && low == 0)) {
            free(text);
            return NULL;
        }
        *at++ = (char)(high * 16 + low);
        i += 2;
    }
    if (text)
        *at = 0;
    return text;
}

/* "user:password@" before the host: what is behind the last sign is no password. */
static const char *read_login(redis_address *a, const char **at, const char *end)
{
    const char *sign = end;
    while (sign > *at && sign[-1] != '@')
        sign--;
    if (sign == *at)
        return NULL;
    const char *login = *at, *login_end = sign - 1;
    *at = sign;
    if (login == login_end)
        return NULL;
    const char *colon = memchr(login, ':', (size_t)(login_end - login));
    const char *password = colon ? colon + 1 : login;
    a->password = decoded(password, (size_t)(login_end - password));
    if (colon && colon > login)
        a->user = decoded(login, (size_t)(colon - login));
    return a->password && (a->user || !colon || colon == login)
               ? NULL
               : "what stands before @ in an address is USER:PASSWORD, with %XX for odd signs";
}

static bool is_number(const char *at, const char *end)
{
    return at < end && end - at < 9 && strspn(at, "0123456789") >= (size_t)(end - at);
}

static const char *read_host(redis_address *a, const char *at, const char *end)
{
    const char *host = at, *host_end = at;
    if (at < end && *at == '[') { /* an IPv6 address */
        host = at + 1;
        host_end = memchr(host, ']', (size_t)(end - host));
        if (!host_end)
            return wrong_form;
        at = host_end + 1;
    } else {
        while (host_end < end && *host_end != ':' && *host_end != '/')
            host_end++;
        at = host_end;
    }
    a->port = 6379;
    if (at < end && *at == ':') {
        char *port_end;
        long port = strtol(at + 1, &port_end, 10);
        if (at[1] < '0' || at[1] > '9' || port < 1 || port > 65535)
            return "the port in an address is 1 to 65535";
        a->port = (int)port;
        at = port_end;
    }
    if (at < end && *at == '/' && at + 1 < end && !is_number(at + 1, end))
        return "what stands behind the host in an address is the number of a database";
    if (at < end && *at != '/')
        return wrong_form;
    bool named = host_end > host;
    a->host = named ? decoded(host, (size_t)(host_end - host)) : strdup("127.0.0.1");
    return a->host ? NULL : wrong_form;
}

/* ---- behind the question mark ---- */

static bool is(const char *text, const char *word)
{
    return strcasecmp(text, word) == 0;
}

static const char *read_switch(const char *value, const char *yes, const char *no, bool *out)
{
    if (!is(value, yes) && !is(value, no))
        return "in an address ssl_cert_reqs is required or none, ssl_check_hostname true or false";
    *out = is(value, yes);
    return NULL;
}

static const char *take_file(char **where, char **value)
{
    free(*where);
    *where = *value;
    *value = NULL;
    return **where ? NULL : "a setting of an address that names a file is empty";
}

static const char *read_setting(redis_address *a, const char *name, char **value)
{
    if (is(name, "db"))
        return is_number(*value, *value + strlen(*value)) ? NULL : "db in an address is a number";
    if (!a->tls)
        return wrong_setting;
    if (is(name, "ssl_cert_reqs"))
        return read_switch(*value, "required", "none", &a->verify);
    if (is(name, "ssl_check_hostname"))
        return read_switch(*value, "true", "false", &a->check_name);
    char **where = is(name, "ssl_ca_certs")   ? &a->ca_file
                   : is(name, "ssl_ca_path")  ? &a->ca_path
                   : is(name, "ssl_certfile") ? &a->certificate
                   : is(name, "ssl_keyfile")  ? &a->key
                                              : NULL;
    return where ? take_file(where, value) : wrong_setting;
}

static const char *read_settings(redis_address *a, const char *at)
{
    while (*at) {
        size_t length = strcspn(at, "&");
        const char *equals = memchr(at, '=', length);
        char *name = equals ? decoded(at, (size_t)(equals - at)) : NULL;
        char *value = equals ? decoded(equals + 1, (size_t)(at + length - equals - 1)) : NULL;
        const char *why = name && value ? read_setting(a, name, &value) : wrong_setting;
        free(name);
        free(value);
        if (why)
            return why;
        at += length + (at[length] == '&');
    }
    return !a->certificate != !a->key ? "ssl_certfile and ssl_keyfile go together" : NULL;
}

/* ---- all of it ---- */

const char *address_read(const char *text, redis_address *a)
{
    static const char *const schemes[] = {"redis://", "rediss://", "unix://"};
    int scheme = 0;
    *a = (redis_address){.verify = true, .check_name = true};
    while (scheme < 3 && strncasecmp(text, schemes[scheme], strlen(schemes[scheme])) != 0)
        scheme++;
    if (scheme == 3)
        return wrong_form;
    const char *at = text + strlen(schemes[scheme]);
    const char *sign = strrchr(at, '@'), *mark = strchr(sign ? sign : at, '?');
    const char *end = mark ? mark : at + strlen(at);
    a->tls = scheme == 1;
    const char *why = read_login(a, &at, end);
    if (why)
        return why;
    if (scheme < 2)
        why = read_host(a, at, end);
    else if (*at != '/' || !(a->host = decoded(at, (size_t)(end - at))))
        why = wrong_form;
    return why ? why : read_settings(a, mark ? mark + 1 : "");
}

void address_free(redis_address *a)
{
    char *texts[] = {a->host, a->user, a->password, a->ca_file, a->ca_path, a->certificate, a->key};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    *a = (redis_address){0};
}

void address_tell(const redis_address *a, char *out, size_t size)
{
    if (a->port)
        snprintf(out, size, strchr(a->host, ':') ? "[%s]:%d" : "%s:%d", a->host, a->port);
    else
        snprintf(out, size, "%s", a->host);
}
