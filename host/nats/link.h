/* host/nats/link.h — a connection to a NATS server with JetStream
 *
 * The client library, nats.c, is loaded when the first connection is opened: runs do without it.
 * It has threads of its own; everything here is called from one thread and waits for answers.
 */
#ifndef LG_NATS_LINK_H
#define LG_NATS_LINK_H

#include "base/mem.h"
#include "base/status.h"

typedef struct lg_link lg_link;

/**
 * Connects to @p url: nats://[USER[:PASSWORD]@]HOST[:PORT], or tls:// for an encrypted connection;
 * several servers of a cluster with commas between them. What is not in the URL comes from the
 * variables the tools of NATS know: NATS_USER and NATS_PASSWORD, NATS_TOKEN, NATS_CREDS (a file),
 * and for TLS NATS_CA, NATS_CERT, NATS_KEY (files). A connection that is lost later is made again.
 * @return LG_OK; LG_IO no server, no right to enter, no JetStream, or no library (err says which;
 * never what is secret in the URL); LG_MEMORY. Unless LG_OK, *out is NULL.
 */
lg_status lg_link_open(lg_mem *mem, const char *url, lg_err *err, lg_link **out) LG_CHECKED;
/** Ends the connection. NULL is fine. */
void lg_link_close(lg_link *link);

/** The server for sentences: the URL without what is secret. Lives as long as the link. */
const char *lg_link_name(const lg_link *link);

#endif
