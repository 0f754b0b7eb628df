/* Answers, whole or going on. evhttp is told what to send and for how long to wait for who reads
 * it. */
#include <event2/buffer.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "web/room.h"

static const char *reason_of(int code)
{
    switch (code) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

static void put_headers(struct evhttp_request *request, const char *type)
{
    static const char *const headers[][2] = {
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    };
    struct evkeyvalq *out = evhttp_request_get_output_headers(request);
    if (type)
        evhttp_add_header(out, "Content-Type", type);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        evhttp_add_header(out, headers[i][0], headers[i][1]);
}

static void all_sent(struct evhttp_request *request, void *ctx)
{
    lg_web *web = ctx;
    lg__conn *c = lg__web_conn_of_request(web, request);
    if (c) {
        c->busy = false;
        c->since_ns = lg_loop_now_ns();
    }
}

static void send_reply(const lg_web_call *call, int code, const char *type, struct evbuffer *body)
{
    struct evhttp_request *request = call->request;
    lg__conn *c = lg__web_conn_of_request(call->web, request);
    put_headers(request, type);
    if (code >= 400)
        call->web->refused++;
    if (code == 429)
        evhttp_add_header(evhttp_request_get_output_headers(request), "Retry-After", "60");
    if (code == 405)
        evhttp_add_header(evhttp_request_get_output_headers(request), "Allow", "GET, POST");
    if (!c || code == 400 || code == 405 || code == 421 || code == 429 ||
        c->requests >= LG_WEB_REQUESTS_MAX)
        evhttp_add_header(evhttp_request_get_output_headers(request), "Connection", "close");
    if (c)
        c->busy = true;
    evhttp_request_set_on_complete_cb(request, all_sent, call->web);
    evhttp_send_reply(request, code, reason_of(code), body);
}

void lg_web_header(const lg_web_call *call, const char *name, const char *value)
{
    evhttp_add_header(evhttp_request_get_output_headers(call->request), name, value);
}

void lg_web_answer(const lg_web_call *call, int code, const char *type, const void *bytes,
                   size_t size)
{
    struct evbuffer *body = evbuffer_new();
    if (body && evbuffer_add(body, bytes, size) == 0)
        send_reply(call, code, type, body);
    else
        send_reply(call, 503, "text/plain", NULL);
    if (body)
        evbuffer_free(body);
}

void lg_web_answer_text(const lg_web_call *call, int code, const char *type, const lg_text *text)
{
    if (text->failed)
        lg_web_refuse(call, 503, "failed", "out of memory");
    else
        lg_web_answer(call, code, type, lg_text_peek(text), text->length);
}

void lg_web_refuse(const lg_web_call *call, int code, const char *word, const char *message)
{
    lg_text out;
    lg_text_init(&out, call->web->mem);
    lg_text_str(&out, "{\"error\":{\"code\":");
    lg_text_json(&out, word);
    lg_text_str(&out, ",\"message\":");
    lg_text_json(&out, message);
    lg_text_str(&out, "}}\n");
    if (out.failed)
        lg_web_answer(call, 503, "text/plain", "out of memory\n", 14);
    else
        lg_web_answer(call, code, "application/json", out.data, out.length);
    lg_text_fini(&out);
}

void lg_web_answer_file(const lg_web_call *call, FILE *file, const char *type, const char *name)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(call->request);
    struct evbuffer *body = evbuffer_new();
    char value[160];
    int fd = dup(fileno(file));
    off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    fclose(file);
    snprintf(value, sizeof value, "attachment; filename=\"%.100s\"", name);
    if (body && size >= 0 && evbuffer_add_file(body, fd, 0, size) == 0) {
        evhttp_add_header(headers, "Content-Disposition", value);
        send_reply(call, 200, type, body);
    } else {
        if (fd >= 0)
            close(fd);
        lg_web_refuse(call, 503, "failed", "the file cannot be read");
    }
    if (body)
        evbuffer_free(body);
}

/* ---- streams ---- */

static void stream_gone(struct evhttp_connection *evcon, void *ctx)
{
    lg_web *web = ctx;
    lg__conn *c = lg__web_conn_of(web, evhttp_connection_get_bufferevent(evcon));
    if (c)
        c->stream = NULL;
}

static void send_chunk(lg_web *web, lg__conn *c, const char *bytes, size_t size)
{
    struct evbuffer *output = bufferevent_get_output(c->bev);
    struct evbuffer *chunk = evbuffer_new();
    if (chunk && evbuffer_get_length(output) + size <= LG_WEB_WAITING_MAX &&
        evbuffer_add(chunk, bytes, size) == 0)
        evhttp_send_reply_chunk(c->stream, chunk);
    else
        lg__web_shut(web, c);
    if (chunk)
        evbuffer_free(chunk);
}

uint32_t lg_web_listeners(const lg_web *web, uint32_t kinds)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        count += web->conns[i].stream && (kinds >> web->conns[i].kind & 1);
    return count;
}

void lg_web_stream(const lg_web_call *call, const char *type, uint32_t kind, const char *first)
{
    static const struct timeval patience = {.tv_sec = 20};
    lg_web *web = call->web;
    lg__conn *c = lg__web_conn_of_request(web, call->request);
    if (!c || lg_web_listeners(web, UINT32_MAX) >= LG_WEB_STREAMS_MAX) {
        lg_web_refuse(call, 503, "full", "too many streams are open");
        return;
    }
    put_headers(call->request, type);
    evhttp_connection_set_closecb(evhttp_request_get_connection(call->request), stream_gone, web);
    evhttp_send_reply_start(call->request, 200, "OK");
    bufferevent_set_timeouts(c->bev, NULL, &patience); /* it listens, and may be silent */
    c->busy = true;
    c->stream = call->request;
    c->kind = kind;
    c->who = call->who;
    if (*first)
        send_chunk(web, c, first, strlen(first));
}

void lg_web_send(lg_web *web, uint32_t kinds, const char *bytes, size_t size)
{
    lg_web_send_to(web, kinds, bytes, size, NULL, NULL);
}

void lg_web_send_to(lg_web *web, uint32_t kinds, const char *bytes, size_t size,
                    bool (*hears)(void *ctx, const void *who), void *ctx)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++) {
        lg__conn *c = &web->conns[i];
        if (c->stream && !c->shut && (kinds >> c->kind & 1) && (!hears || hears(ctx, c->who)))
            send_chunk(web, c, bytes, size);
    }
}

void lg__web_end_streams(lg_web *web)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++) {
        struct evhttp_request *request = web->conns[i].stream;
        web->conns[i].stream = NULL;
        if (request)
            evhttp_send_reply_end(request);
    }
}
