/* rest/sender.h — sends what waits in the model, when it is due
 *
 * Of a webhook one delivery is under way at a time. What came of it is an act: after a restart the
 * tries that remain happen, and none after somebody took the notification.
 */
#ifndef LG_REST_SENDER_H
#define LG_REST_SENDER_H

#include "rest/book.h"
#include "web/post.h"

/** How long an answer is waited for. */
#define LG_REST_SEND_MS 10000
/** Deliveries under way, of all webhooks. */
#define LG_REST_SENDS_MAX 256

typedef struct lg_rest_sender lg_rest_sender;

typedef struct lg_rest_sender_input {
    lg_loop *loop;
    lg_rest_book *book;
    int64_t (*clock_us)(void);
} lg_rest_sender_input;

/** @return LG_OK; LG_IO, LG_MEMORY. Unless LG_OK *out is NULL. */
lg_status lg_rest_sender_open(lg_mem *mem, const lg_rest_sender_input *input, lg_err *err,
                              lg_rest_sender **out) LG_CHECKED;
/** What is under way is ended; it is tried again after the next start. NULL is fine. */
void lg_rest_sender_close(lg_rest_sender *sender);
/** Looks whether something is due and sends it; to be called when something may be, and now and
 * then. */
void lg_rest_sender_look(lg_rest_sender *sender);

/** The signature of @p size bytes under @p secret, in base64, into @p out (at least 45 bytes). */
void lg_rest_sign(const char *secret, const void *bytes, size_t size, char out[48]);

#endif
