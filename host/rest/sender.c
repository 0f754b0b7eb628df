/* A delivery is made from the model when it is sent, the same bytes each time. */
#include "rest/sender.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include "coordination/openadr.h"
#include "rest/own.h"
#include "rest/show.h"

/* A delivery under way. Things of the model are known by id: they may go meanwhile. */
typedef struct sending {
    lg_rest_sender *sender;
    bool used;
    char tenant[160], webhook[40], delivery[40], signature[48];
    char *url;
    int64_t sent_us;
} sending;

struct lg_rest_sender {
    lg_mem *mem;
    lg_rest_sender_input input;
    lg_web_poster *poster;
    sending places[LG_REST_SENDS_MAX];
    uint32_t used; /* places */
    uint32_t next; /* tenant that is looked at first: the one behind whom places ran out */
};

void lg_rest_sign(const char *secret, const void *bytes, size_t size, char out[48])
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    out[0] = 0;
    if (HMAC(EVP_sha256(), secret, (int)strlen(secret), bytes, size, mac, &length))
        EVP_EncodeBlock((unsigned char *)out, mac, (int)length);
}

lg_status lg_rest_sender_open(lg_mem *mem, const lg_rest_sender_input *input, lg_err *err,
                              lg_rest_sender **out)
{
    *out = NULL;
    lg_rest_sender *sender = lg_mem_zalloc(mem, 1, sizeof *sender);
    if (!sender)
        return lg_fail(err, LG_MEMORY, "out of memory");
    sender->mem = mem;
    sender->input = *input;
    lg_status status = lg_web_poster_open(mem, input->loop, err, &sender->poster);
    if (status == LG_OK)
        *out = sender;
    else
        lg_rest_sender_close(sender);
    return status;
}

static void give_back(sending *s)
{
    lg_mem_strfree(s->sender->mem, s->url);
    s->used = false;
    s->sender->used--;
    s->url = NULL;
}

void lg_rest_sender_close(lg_rest_sender *sender)
{
    if (!sender)
        return;
    lg_web_poster_close(sender->poster);
    for (int i = 0; i < LG_REST_SENDS_MAX; i++)
        if (sender->places[i].used)
            give_back(&sender->places[i]);
    lg_mem_free(sender->mem, sender, sizeof *sender);
}

static void note_it(const sending *s, int code)
{
    lg_rest_book *book = s->sender->input.book;
    char body[32];
    snprintf(body, sizeof body, "{\"code\":%d}", code);
    if (lg_coord_table_find(&book->coord->notes, s->delivery))
        (void)!lg_rest_book_act(book, "noted", NULL, s->delivery, body, s->sender->input.clock_us(),
                                NULL);
}

static void was_posted(void *ctx, const lg_web_posted *posted)
{
    sending *s = ctx;
    lg_rest_sender *sender = s->sender;
    lg_rest_book *book = sender->input.book;
    lg_coord_tenant *tenant = lg_coord_tenant_of(book->coord, s->tenant);
    const lg_coord_outcome outcome = {
        .url = s->url,
        .signature = *s->signature ? s->signature : NULL,
        .sent_us = s->sent_us,
        .timed_out = posted->timed_out,
        .code = posted->code,
        .duration_ms = posted->duration_ms,
    };
    const lg_coord_delivery *d =
        tenant ? lg_coord_table_find(&tenant->deliveries, s->delivery) : NULL;
    if (!*s->tenant) {
        note_it(s, posted->code);
    } else if (d && d->state == LG_COORD_WAITING) {
        lg_text body;
        lg_text_init(&body, sender->mem);
        lg_own_tried_body(&body, &outcome);
        if (!body.failed) /* a failure of the disk is in the book */
            (void)!lg_rest_book_act(book, "tried", tenant, s->delivery, lg_text_peek(&body),
                                    sender->input.clock_us(), NULL);
        lg_text_fini(&body);
    }
    give_back(s);
    lg_rest_sender_look(sender);
}

static sending *place_for(lg_rest_sender *sender, const char *tenant, const char *webhook)
{
    sending *free_place = NULL;
    for (int i = 0; i < LG_REST_SENDS_MAX; i++) {
        sending *s = &sender->places[i];
        if (!s->used)
            free_place = free_place ? free_place : s;
        else if (strcmp(s->webhook, webhook) == 0 && strcmp(s->tenant, tenant) == 0)
            return NULL; /* one at a time */
    }
    return free_place;
}

static void send_one(lg_rest_sender *sender, sending *s, const lg_coord_tenant *tenant,
                     const lg_coord_webhook *webhook, const lg_coord_delivery *d)
{
    lg_text body;
    lg_text_init(&body, sender->mem);
    lg_rest_show_notification(&body, d, lg_coord_table_find(&tenant->events, d->event));
    *s = (sending){.sender = sender, .used = true, .sent_us = sender->input.clock_us()};
    sender->used++;
    snprintf(s->tenant, sizeof s->tenant, "%s", tenant->item.id);
    snprintf(s->webhook, sizeof s->webhook, "%s", webhook->item.id);
    snprintf(s->delivery, sizeof s->delivery, "%s", d->item.id);
    s->url = lg_mem_strdup(sender->mem, webhook->url);
    if (webhook->secret)
        lg_rest_sign(webhook->secret, lg_text_peek(&body), body.length, s->signature);
    lg_web_post_input post = {
        .url = s->url,
        .headers = {{"Content-Type", "application/json"}},
        .body = lg_text_peek(&body),
        .size = body.length,
        .timeout_ms = LG_REST_SEND_MS,
        .anywhere = sender->input.book->manners->insecure_callbacks,
        .done = was_posted,
        .ctx = s,
    };
    if (webhook->secret) {
        post.headers[1][0] = "X-Payload-Signature";
        post.headers[1][1] = s->signature;
    }
    if (body.failed || !s->url || lg_web_post(sender->poster, &post) != LG_OK)
        give_back(s); /* memory is short: the next look tries again */
    lg_text_fini(&body);
}

static void look_at(lg_rest_sender *sender, const lg_coord_tenant *tenant, int64_t now_us)
{
    for (uint32_t i = 0; i < tenant->webhooks.count && sender->used < LG_REST_SENDS_MAX; i++) {
        const lg_coord_webhook *w = (const lg_coord_webhook *)tenant->webhooks.items[i];
        const lg_coord_delivery *d = lg_coord_next_delivery(tenant, w->item.id);
        sending *s =
            d && d->due_us <= now_us ? place_for(sender, tenant->item.id, w->item.id) : NULL;
        if (s)
            send_one(sender, s, tenant, w, d);
    }
}

/* Subscriptions stand with the name of no tenant. */
static void send_note(lg_rest_sender *sender, sending *s, const lg_oadr_note *note)
{
    char bearer[1100];
    *s = (sending){.sender = sender, .used = true, .sent_us = sender->input.clock_us()};
    sender->used++;
    snprintf(s->webhook, sizeof s->webhook, "%s", note->subscription);
    snprintf(s->delivery, sizeof s->delivery, "%s", note->item.id);
    lg_web_post_input post = {
        .url = note->url,
        .headers = {{"Content-Type", "application/json"}},
        .body = note->body,
        .size = strlen(note->body),
        .timeout_ms = LG_REST_SEND_MS,
        .anywhere = sender->input.book->manners->insecure_callbacks,
        .done = was_posted,
        .ctx = s,
    };
    if (note->token) {
        snprintf(bearer, sizeof bearer, "Bearer %s", note->token);
        post.headers[1][0] = "Authorization";
        post.headers[1][1] = bearer;
    }
    if (lg_web_post(sender->poster, &post) != LG_OK)
        give_back(s);
}

static void look_at_notes(lg_rest_sender *sender, const lg_coord *coord, int64_t now_us)
{
    const lg_coord_table *all = &coord->openadr[LG_OADR_SUBSCRIPTION];
    for (uint32_t i = 0; i < all->count && coord->notes.count && sender->used < LG_REST_SENDS_MAX;
         i++) {
        const lg_oadr_note *note = lg_oadr_next_note(coord, all->items[i]->id);
        sending *s =
            note && note->due_us <= now_us ? place_for(sender, "", note->subscription) : NULL;
        if (s)
            send_note(sender, s, note);
    }
}

void lg_rest_sender_look(lg_rest_sender *sender)
{
    const lg_coord *coord = sender->input.book->coord;
    int64_t now_us = sender->input.clock_us();
    if (sender->input.book->broken)
        return;
    if (now_us < coord->now_us)
        now_us = coord->now_us; /* the wall clock was set back */
    /* every delivery that ends leads here: who was looked at before is not looked at again for each
     */
    uint32_t count = coord->tenants.count, first = count ? sender->next % count : 0;
    for (uint32_t k = 0; k < count && sender->used < LG_REST_SENDS_MAX; k++) {
        sender->next = (first + k) % count;
        look_at(sender, (const lg_coord_tenant *)coord->tenants.items[sender->next], now_us);
    }
    look_at_notes(sender, coord, now_us);
}
