/* plugins/gateway_gsy/address.h — where Redis is, as Redis clients write it
 *
 *   redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]
 *   rediss://...[?ssl_ca_certs=FILE&...]       over TLS
 *   unix://[[USER]:PASSWORD@]/PATH[?db=DB]
 *
 * What stands between the marks may be written with %XX. The number of a database is read and means
 * nothing: channels are those of the whole server. Settings of TLS have the names that Redis
 * clients in Python know: ssl_ca_certs and ssl_ca_path (whom to trust besides the system's own; a
 * file, a folder), ssl_certfile and ssl_keyfile (who we are), ssl_cert_reqs (required; none:
 * whoever it is is believed), ssl_check_hostname (true; false: any name that a trusted authority
 * vouches for).
 */
#ifndef GATEWAY_GSY_ADDRESS_H
#define GATEWAY_GSY_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct redis_address {
    char *host; /* a path of a socket when port is 0 */
    int port;
    char *user, *password; /* NULL: none */
    bool tls, verify, check_name;
    char *ca_file, *ca_path, *certificate, *key; /* files; NULL: none */
} redis_address;

/** Reads it. address_free() in every case. @return NULL; else what is wrong with it, as a sentence
 * that does not hold a password */
const char *address_read(const char *text, redis_address *address);
void address_free(redis_address *address);
/** Where it is, without who we are: for a line on the screen. */
void address_tell(const redis_address *address, char *out, size_t size);

#endif
