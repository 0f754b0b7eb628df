/* plugins/gateway_gsy/tls.h — TLS without I/O: what is to be sent goes in plain and comes out as
 * records, what was received the other way round */
#ifndef GATEWAY_GSY_TLS_H
#define GATEWAY_GSY_TLS_H

#include "address.h"
#include "out.h"

/** Whom to trust and who we are; NULL: *why is a sentence, in @p text. */
typedef struct tls_settings tls_settings;
tls_settings *tls_settings_new(const redis_address *address, char *text, size_t size);
/** NULL is fine. */
void tls_settings_free(tls_settings *settings);

/** One connection; begins with a handshake. NULL: memory is exhausted. @p settings is borrowed. */
typedef struct tls tls;
tls *tls_new(const tls_settings *settings, const redis_address *address);
/** NULL is fine. */
void tls_free(tls *t);

/** Takes @p size bytes that were received; plain text is appended to @p plain, what is to be sent
 * to
 * @p wire. @return NULL; else why the connection cannot go on, valid until tls_free() */
const char *tls_take(tls *t, const char *bytes, size_t size, out *plain, out *wire);
/** Appends plain text as records to @p wire, once the handshake is over: until then it is kept.
 * @return as tls_take() */
const char *tls_put(tls *t, const char *bytes, size_t size, out *wire);

#endif
