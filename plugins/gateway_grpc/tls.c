/* OpenSSL between two buffers. At least TLS 1.2, and ALPN says h2. */
#include "tls.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_server {
    SSL_CTX *ctx;
};

struct tls_link {
    SSL *ssl;
    BIO *in, *out; /* the SSL's */
    bool ready;
};

static int choose(SSL *ssl, const unsigned char **out, unsigned char *length,
                  const unsigned char *in, unsigned int in_length, void *ctx)
{
    (void)ssl;
    (void)ctx;
    for (unsigned int i = 0; i < in_length && i + 1 + in[i] <= in_length; i += 1u + in[i])
        if (in[i] == 2 && memcmp(in + i + 1, "h2", 2) == 0) {
            *out = in + i + 1;
            *length = 2;
            return SSL_TLSEXT_ERR_OK;
        }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool set_up(SSL_CTX *ctx, const char *cert, const char *key)
{
    SSL_CTX_set_alpn_select_cb(ctx, choose, NULL);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
           SSL_CTX_use_certificate_chain_file(ctx, cert) == 1 &&
           SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_check_private_key(ctx) == 1;
}

tls_server *tls_server_new(const char *cert, const char *key, char *why, uint32_t size)
{
    tls_server *server = calloc(1, sizeof *server);
    ERR_clear_error();
    if (server)
        server->ctx = SSL_CTX_new(TLS_server_method());
    if (server && server->ctx && set_up(server->ctx, cert, key))
        return server;
    const char *reason = ERR_reason_error_string(ERR_get_error());
    snprintf(why, size, "TLS with the certificate %.200s and the key %.200s: %.100s", cert, key,
             reason ? reason : "out of memory");
    ERR_clear_error();
    tls_server_free(server);
    return NULL;
}

void tls_server_free(tls_server *server)
{
    if (!server)
        return;
    SSL_CTX_free(server->ctx);
    free(server);
}

tls_link *tls_new(tls_server *server)
{
    tls_link *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->ssl = SSL_new(server->ctx);
    t->in = BIO_new(BIO_s_mem());
    t->out = BIO_new(BIO_s_mem());
    if (!t->ssl || !t->in || !t->out) {
        BIO_free(t->in);
        BIO_free(t->out);
        SSL_free(t->ssl);
        free(t);
        return NULL;
    }
    SSL_set_bio(t->ssl, t->in, t->out); /* owns both from here on */
    SSL_set_accept_state(t->ssl);
    return t;
}

void tls_free(tls_link *t)
{
    if (!t)
        return;
    SSL_free(t->ssl);
    free(t);
}

bool tls_feed(tls_link *t, const uint8_t *bytes, size_t size)
{
    return size <= INT_MAX && BIO_write(t->in, bytes, (int)size) == (int)size;
}

int tls_read(tls_link *t, uint8_t *out, size_t size)
{
    ERR_clear_error();
    int got = SSL_read(t->ssl, out, size > INT_MAX ? INT_MAX : (int)size);
    t->ready = SSL_is_init_finished(t->ssl) == 1;
    if (got > 0)
        return got;
    int error = SSL_get_error(t->ssl, got);
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

bool tls_write(tls_link *t, const uint8_t *bytes, size_t size)
{
    ERR_clear_error();
    bool done = size == 0 || (size <= INT_MAX && SSL_write(t->ssl, bytes, (int)size) == (int)size);
    ERR_clear_error();
    return done;
}

size_t tls_take(tls_link *t, uint8_t *out, size_t size)
{
    int got = BIO_read(t->out, out, size > INT_MAX ? INT_MAX : (int)size);
    return got > 0 ? (size_t)got : 0;
}

bool tls_is_ready(const tls_link *t)
{
    return t->ready;
}
