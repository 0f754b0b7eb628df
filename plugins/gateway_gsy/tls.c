/* OpenSSL between two buffers: wire.c carries what it wants to be sent. */
#include "tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_settings {
    SSL_CTX *ctx;
};

struct tls {
    SSL *ssl;
    BIO *in, *out; /* the wire; belong to ssl */
    out early;     /* plain text that waits for the handshake */
    bool over;     /* the handshake is */
    char why[300];
};

/* ---- settings ---- */

/* The first reason that the library has noted; its others follow from that. */
static const char *reason(void)
{
    unsigned long code = ERR_get_error();
    const char *text = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return text ? text : "it does not say why";
}

static bool trust(const tls_settings *s, const redis_address *a)
{
    if (!a->ca_file && !a->ca_path)
        return SSL_CTX_set_default_verify_paths(s->ctx) == 1;
    return SSL_CTX_load_verify_locations(s->ctx, a->ca_file, a->ca_path) == 1;
}

static bool identify(const tls_settings *s, const redis_address *a)
{
    return !a->certificate || (SSL_CTX_use_certificate_chain_file(s->ctx, a->certificate) == 1 &&
                               SSL_CTX_use_PrivateKey_file(s->ctx, a->key, SSL_FILETYPE_PEM) == 1 &&
                               SSL_CTX_check_private_key(s->ctx) == 1);
}

tls_settings *tls_settings_new(const redis_address *a, char *text, size_t size)
{
    tls_settings *s = calloc(1, sizeof *s);
    snprintf(text, size, "out of memory");
    if (!s)
        return NULL;
    ERR_clear_error();
    s->ctx = SSL_CTX_new(TLS_client_method());
    bool fine = s->ctx != NULL && SSL_CTX_set_min_proto_version(s->ctx, TLS1_2_VERSION) == 1;
    if (fine && a->verify && !trust(s, a)) {
        snprintf(text, size, "certificates to trust cannot be read from %.120s: %s",
                 a->ca_file   ? a->ca_file
                 : a->ca_path ? a->ca_path
                              : "the system's own",
                 reason());
        fine = false;
    }
    if (fine && !identify(s, a)) {
        snprintf(text, size, "the certificate %.120s with the key %.120s cannot be used: %s",
                 a->certificate, a->key, reason());
        fine = false;
    }
    if (!fine) {
        tls_settings_free(s);
        return NULL;
    }
    SSL_CTX_set_verify(s->ctx, a->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    return s;
}

void tls_settings_free(tls_settings *s)
{
    if (!s)
        return;
    SSL_CTX_free(s->ctx);
    free(s);
}

/* ---- a connection ---- */

/* The name, or the number, that its certificate has to be of. */
static bool expect_name(const tls *t, const redis_address *a)
{
    struct in6_addr number;
    bool numeric =
        inet_pton(AF_INET, a->host, &number) == 1 || inet_pton(AF_INET6, a->host, &number) == 1;
    if (!numeric && SSL_set_tlsext_host_name(t->ssl, a->host) != 1)
        return false;
    if (!a->verify || !a->check_name)
        return true;
    if (numeric)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(t->ssl), a->host) == 1;
    return SSL_set1_host(t->ssl, a->host) == 1;
}

tls *tls_new(const tls_settings *settings, const redis_address *a)
{
    tls *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->ssl = SSL_new(settings->ctx);
    t->in = t->ssl ? BIO_new(BIO_s_mem()) : NULL;
    t->out = t->in ? BIO_new(BIO_s_mem()) : NULL;
    if (!t->out) {
        BIO_free(t->in);
        tls_free(t);
        return NULL;
    }
    SSL_set_bio(t->ssl, t->in, t->out);
    SSL_set_connect_state(t->ssl);
    if (expect_name(t, a))
        return t;
    tls_free(t);
    return NULL;
}

void tls_free(tls *t)
{
    if (!t)
        return;
    SSL_free(t->ssl);
    out_free(&t->early);
    free(t);
    ERR_clear_error();
}

/* What the library wants to be sent. */
static void drain(const tls *t, out *wire)
{
    char *bytes;
    long size = BIO_get_mem_data(t->out, &bytes);
    if (size > 0)
        put_bytes(wire, bytes, (size_t)size);
    (void)BIO_reset(t->out);
}

/* Why a call failed; NULL: it only wants more of the wire. */
static const char *failure(tls *t, int result)
{
    int error = SSL_get_error(t->ssl, result);
    long verified = SSL_get_verify_result(t->ssl);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return NULL;
    if (error == SSL_ERROR_ZERO_RETURN)
        return "the connection was closed";
    if (!t->over && verified != X509_V_OK && SSL_get_verify_mode(t->ssl) != SSL_VERIFY_NONE)
        snprintf(t->why, sizeof t->why, "its certificate is not trusted: %s",
                 X509_verify_cert_error_string(verified));
    else
        snprintf(t->why, sizeof t->why, "TLS: %s", reason());
    return t->why;
}

static const char *write_all(tls *t, const char *bytes, size_t size, out *wire)
{
    while (size) {
        int part = size > 1 << 20 ? 1 << 20 : (int)size;
        int written = SSL_write(t->ssl, bytes, part);
        if (written <= 0) {
            const char *why = failure(t, written);
            return why ? why : "TLS: the other side wants a new handshake";
        }
        bytes += written;
        size -= (size_t)written;
        drain(t, wire);
    }
    return NULL;
}

static const char *shake_hands(tls *t, out *wire)
{
    int result = SSL_do_handshake(t->ssl);
    const char *why = result == 1 ? NULL : failure(t, result);
    drain(t, wire); /* also an alert that says why not */
    if (result != 1)
        return why;
    t->over = true;
    why = write_all(t, out_peek(&t->early), t->early.length, wire);
    out_free(&t->early);
    return why;
}

const char *tls_take(tls *t, const char *bytes, size_t size, out *plain, out *wire)
{
    char text[16384];
    int count;
    if (BIO_write(t->in, bytes, (int)size) != (int)size)
        return "out of memory";
    if (!t->over) {
        const char *why = shake_hands(t, wire);
        if (why || !t->over)
            return why;
    }
    while ((count = SSL_read(t->ssl, text, sizeof text)) > 0)
        put_bytes(plain, text, (size_t)count);
    const char *why = failure(t, count);
    drain(t, wire);
    return why;
}

const char *tls_put(tls *t, const char *bytes, size_t size, out *wire)
{
    if (t->over)
        return write_all(t, bytes, size, wire);
    put_bytes(&t->early, bytes, size);
    return shake_hands(t, wire);
}
