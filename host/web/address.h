/* host/web/address.h — where a server listens, as text and back, and whether a Host header means it
 */
#ifndef LG_WEB_ADDRESS_H
#define LG_WEB_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include "base/status.h"

/** What is listened at when nothing is said; another port when that one is taken. */
#define LG_WEB_PORT 8420

/** Room for "[ffff:...:255.255.255.255]:65535". */
#define LG_WEB_ADDRESS_TEXT_MAX 64

typedef struct lg_web_address {
    struct sockaddr_storage socket;
    socklen_t length;
    bool given; /* its port was said: no other will do */
} lg_web_address;

/** What lg_web_address_read() takes, for help and errors. */
#define LG_WEB_ADDRESS_FORMS                                                                       \
    "127.0.0.1:8420, [::1]:8420, localhost:8420, 0.0.0.0:8420, :8420 or 8420"

/**
 * Reads an address with a port, a port alone (of the loopback), or "": 127.0.0.1 at LG_WEB_PORT.
 * Names are not looked up, "localhost" is 127.0.0.1. Port 0: any that is free.
 * @return LG_OK; LG_INVALID err says what was expected
 */
lg_status lg_web_address_read(const char *text, lg_web_address *address, lg_err *err) LG_CHECKED;

/** "127.0.0.1:8420", "[::1]:8420" into @p out. */
void lg_web_address_text(const struct sockaddr *socket, char out[LG_WEB_ADDRESS_TEXT_MAX]);

/** Whether only this machine can reach it. */
bool lg_web_address_is_loopback(const struct sockaddr *socket);

/**
 * Whether the Host header @p host means a connection that came in at @p local: its address with
 * its port (which may be left out when it is 80), on the loopback any of 127.0.0.1, [::1] and
 * localhost. A name is none of these: names may be made to point here by anybody.
 */
bool lg_web_address_is_host(const struct sockaddr *local, const char *host);

#endif
