/*
 * evhttp reads and writes; what it has no limit for is looked after here. It tells nobody when a
 * connection comes or goes, so each gets a bufferevent of ours that is held once more: when evhttp
 * has let go of one, its callbacks are gone, and it is given back on the next look.
 *
 *     accept --has_come--> open --request--> busy --all sent--> open
 *                                           busy --lg_web_stream--> streaming
 *     open for LG_WEB_DEADLINE_MS, too much waiting --> shut down, which evhttp sees as its end
 */
#include "web/server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event_struct.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "loop/base.h"
#include "web/gate.h"

enum { LOOK_MS = 1000, QUIET_LOOKS = 15, IDLE_S = 10, HEADERS_MAX = 8192 };

typedef struct conn {
    struct bufferevent *bev; /* NULL: free */
    int64_t since_ns;        /* it waits for a request */
    uint32_t requests;
    bool busy; /* an answer is on its way */
    bool shut;
    struct evhttp_request *stream; /* NULL: none */
    uint32_t kind;
} conn;

struct lg_web {
    lg_mem *mem;
    lg_web_input input;
    struct evhttp *http;
    struct evconnlistener *listener; /* of http */
    struct event look, breath;
    conn conns[LG_WEB_CONNECTIONS_MAX];
    char token[LG_WEB_TOKEN_SIZE];
    char where[LG_WEB_ADDRESS_TEXT_MAX];
    bool exposed;
    uint32_t looks;
    uint64_t requests, refused, dropped;
    void (*before)(int); /* what SIGPIPE did */
};

/* ---- connections ---- */

static bool is_left(const conn *c)
{
    bufferevent_data_cb read, write;
    bufferevent_event_cb event;
    bufferevent_getcb(c->bev, &read, &write, &event, NULL);
    return !read && !write && !event;
}

static void give_back(conn *c)
{
    struct bufferevent *bev = c->bev;
    *c = (conn){.bev = NULL};
    bufferevent_decref(bev);
}

static void tidy(lg_web *web)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        if (web->conns[i].bev && is_left(&web->conns[i]))
            give_back(&web->conns[i]);
}

static conn *conn_of(lg_web *web, const struct bufferevent *bev)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        if (web->conns[i].bev == bev)
            return &web->conns[i];
    return NULL;
}

static conn *conn_of_request(lg_web *web, struct evhttp_request *request)
{
    struct evhttp_connection *evcon = evhttp_request_get_connection(request);
    return evcon ? conn_of(web, evhttp_connection_get_bufferevent(evcon)) : NULL;
}

static void shut(lg_web *web, conn *c)
{
    if (c->shut)
        return;
    c->shut = true;
    web->dropped++;
    shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
}

static uint32_t conn_count(const lg_web *web)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        count += web->conns[i].bev != NULL;
    return count;
}

/* When all places are taken nobody is accepted until one is free: others wait in the kernel. */
static void mind_the_door(lg_web *web)
{
    if (conn_count(web) < LG_WEB_CONNECTIONS_MAX)
        evconnlistener_enable(web->listener);
    else
        evconnlistener_disable(web->listener);
}

static struct bufferevent *has_come(struct event_base *base, void *ctx)
{
    lg_web *web = ctx;
    tidy(web);
    conn *c = conn_of(web, NULL);
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (c && bev) {
        bufferevent_incref(bev);
        *c = (conn){.bev = bev, .since_ns = lg_loop_now_ns()};
    }
    mind_the_door(web);
    return bev;
}

static void look(evutil_socket_t number, short what, void *ctx)
{
    lg_web *web = ctx;
    int64_t now = lg_loop_now_ns();
    (void)number;
    (void)what;
    tidy(web);
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++) {
        conn *c = &web->conns[i];
        if (c->bev && !c->busy && now - c->since_ns > LG_WEB_DEADLINE_MS * INT64_C(1000000))
            shut(web, c);
    }
    if (++web->looks % QUIET_LOOKS == 0)
        lg_web_send(web, 1, ":\n\n", 3); /* who does not get it has gone */
    mind_the_door(web);
}

/* As when there are no descriptors left: asking again at once would only keep us busy. */
static void cannot_accept(struct evconnlistener *listener, void *ctx)
{
    static const struct timeval a_breath = {.tv_sec = 1};
    lg_web *web = ctx;
    evconnlistener_disable(listener);
    event_add(&web->breath, &a_breath);
}

static void breathed(evutil_socket_t number, short what, void *ctx)
{
    (void)number;
    (void)what;
    mind_the_door(ctx);
}

/* ---- answers ---- */

static const char *reason_of(int code)
{
    switch (code) {
    case 200:
        return "OK";
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
    case 409:
        return "Conflict";
    case 415:
        return "Unsupported Media Type";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
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
    evhttp_add_header(out, "Content-Type", type);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        evhttp_add_header(out, headers[i][0], headers[i][1]);
}

static void all_sent(struct evhttp_request *request, void *ctx)
{
    lg_web *web = ctx;
    conn *c = conn_of_request(web, request);
    if (c) {
        c->busy = false;
        c->since_ns = lg_loop_now_ns();
    }
}

static void send_reply(const lg_web_call *call, int code, const char *type, struct evbuffer *body)
{
    struct evhttp_request *request = call->request;
    conn *c = conn_of_request(call->web, request);
    put_headers(request, type);
    if (code >= 400)
        call->web->refused++;
    if (!c || code == 400 || code == 421 || c->requests >= LG_WEB_REQUESTS_MAX)
        evhttp_add_header(evhttp_request_get_output_headers(request), "Connection", "close");
    if (c)
        c->busy = true;
    evhttp_request_set_on_complete_cb(request, all_sent, call->web);
    evhttp_send_reply(request, code, reason_of(code), body);
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
    conn *c = conn_of(web, evhttp_connection_get_bufferevent(evcon));
    if (c)
        c->stream = NULL;
}

static void send_chunk(lg_web *web, conn *c, const char *bytes, size_t size)
{
    struct evbuffer *output = bufferevent_get_output(c->bev);
    struct evbuffer *chunk = evbuffer_new();
    if (chunk && evbuffer_get_length(output) + size <= LG_WEB_WAITING_MAX &&
        evbuffer_add(chunk, bytes, size) == 0)
        evhttp_send_reply_chunk(c->stream, chunk);
    else
        shut(web, c);
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
    conn *c = conn_of_request(web, call->request);
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
    if (*first)
        send_chunk(web, c, first, strlen(first));
}

void lg_web_send(lg_web *web, uint32_t kinds, const char *bytes, size_t size)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++) {
        conn *c = &web->conns[i];
        if (c->stream && !c->shut && (kinds >> c->kind & 1))
            send_chunk(web, c, bytes, size);
    }
}

/* ---- requests ---- */

static void read_headers(struct evhttp_request *request, lg_web_headers *headers)
{
    const struct evkeyval *header;
    const struct evkeyvalq *list = evhttp_request_get_input_headers(request);
    *headers = (lg_web_headers){.problem = NULL};
    for (header = list->tqh_first; header; header = header->next.tqe_next)
        lg_web_check_header(headers, header->key, header->value);
}

/* Whether the request may go on to the handler; else it is answered. */
static bool passes(const lg_web_call *call, const lg_web_target *target)
{
    struct evhttp_request *request = call->request;
    lg_web *web = call->web;
    struct sockaddr_storage local = {0};
    socklen_t length = sizeof local;
    lg_web_headers headers;
    read_headers(request, &headers);
    conn *c = conn_of_request(web, request);
    if (!c || getsockname(bufferevent_getfd(c->bev), (struct sockaddr *)&local, &length) != 0) {
        lg_web_refuse(call, 503, "full", "too many connections");
        return false;
    }
    const lg_web_ask ask = {
        .headers = &headers,
        .local = (const struct sockaddr *)&local,
        .token = web->token,
        .changes = call->post,
        .is_public = !call->post && web->input.is_public(web->input.ctx, target->path),
    };
    lg_web_verdict verdict = lg_web_gate(&ask);
    if (verdict.code != 200)
        lg_web_refuse(call, verdict.code, verdict.word, verdict.message);
    return verdict.code == 200;
}

static void has_asked(struct evhttp_request *request, void *ctx)
{
    lg_web *web = ctx;
    lg_web_target target = {.path = ""};
    enum evhttp_cmd_type command = evhttp_request_get_command(request);
    struct evbuffer *input = evhttp_request_get_input_buffer(request);
    lg_web_call call = {
        .web = web,
        .post = command == EVHTTP_REQ_POST,
        .path = target.path,
        .query = target.query,
        .body = "",
        .request = request,
    };
    conn *c = conn_of_request(web, request);
    web->requests++;
    if (c) {
        c->requests++;
        c->busy = true;
    }
    if (!lg_web_check_target(evhttp_request_get_uri(request), &target)) {
        lg_web_refuse(&call, 400, "bad_request", "the path of the request is none of ours");
        return;
    }
    if (!passes(&call, &target))
        return;
    call.body_size = evbuffer_get_length(input);
    if (call.body_size && evbuffer_add(input, "", 1) == 0)
        call.body = (const char *)evbuffer_pullup(input, -1);
    if (call.body)
        web->input.asked(web->input.ctx, &call);
    else
        lg_web_refuse(&call, 503, "failed", "out of memory");
}

/* ---- the socket ---- */

static lg_status cannot(lg_err *err, const struct sockaddr *address, const char *why)
{
    char text[LG_WEB_ADDRESS_TEXT_MAX];
    lg_web_address_text(address, text);
    return lg_fail(err, LG_IO, "cannot listen at %s: %s", text, why);
}

static int bind_to(const struct sockaddr *address, socklen_t length)
{
    static const int on = 1;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* a host that comes back */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* of what is accepted, too */
    if (bind(fd, address, length) == 0 && listen(fd, LG_WEB_CONNECTIONS_MAX) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* A port that nobody has asked for may be another one. */
static int bind_somewhere(const lg_web_address *wanted)
{
    lg_web_address other = *wanted;
    int fd = bind_to((const struct sockaddr *)&wanted->socket, wanted->length);
    if (fd >= 0 || wanted->given)
        return fd;
    ((struct sockaddr_in *)&other.socket)->sin_port = 0;
    return bind_to((const struct sockaddr *)&other.socket, other.length);
}

static lg_status listen_at(lg_web *web, lg_err *err)
{
    const struct sockaddr *wanted = (const struct sockaddr *)&web->input.address->socket;
    struct sockaddr_storage local = {0};
    socklen_t length = sizeof local;
    int fd = bind_somewhere(web->input.address);
    if (fd < 0 || getsockname(fd, (struct sockaddr *)&local, &length) != 0)
        return cannot(err, wanted, strerror(errno));
    lg_web_address_text((const struct sockaddr *)&local, web->where);
    web->exposed = !lg_web_address_is_loopback((const struct sockaddr *)&local);
    web->listener = evconnlistener_new(lg_loop_base(web->input.loop), NULL, NULL,
                                       LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (!web->listener) {
        close(fd);
        return lg_fail(err, LG_MEMORY, "out of memory");
    }
    if (!evhttp_bind_listener(web->http, web->listener)) {
        evconnlistener_free(web->listener);
        web->listener = NULL;
        return lg_fail(err, LG_MEMORY, "out of memory");
    }
    evconnlistener_set_error_cb(web->listener, cannot_accept);
    return LG_OK;
}

static lg_status set_up(lg_web *web, lg_err *err)
{
    static const struct timeval often = {.tv_sec = LOOK_MS / 1000};
    struct event_base *base = lg_loop_base(web->input.loop);
    event_assign(&web->breath, base, -1, 0, breathed, web);
    event_assign(&web->look, base, -1, EV_PERSIST, look, web);
    web->http = evhttp_new(base);
    if (!web->http || event_add(&web->look, &often) != 0)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (!lg_web_token_new(web->token))
        return lg_fail(err, LG_IO, "the system has no random numbers to make a token of");
    evhttp_set_max_headers_size(web->http, HEADERS_MAX);
    evhttp_set_max_body_size(web->http, LG_WEB_BODY_MAX);
    evhttp_set_timeout(web->http, IDLE_S);
    evhttp_set_allowed_methods(web->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST);
    evhttp_set_bevcb(web->http, has_come, web);
    evhttp_set_gencb(web->http, has_asked, web);
    return listen_at(web, err);
}

lg_status lg_web_open(lg_mem *mem, const lg_web_input *input, lg_err *err, lg_web **out)
{
    *out = NULL;
    lg_web *web = lg_mem_zalloc(mem, 1, sizeof *web);
    if (!web)
        return lg_fail(err, LG_MEMORY, "out of memory");
    web->mem = mem;
    web->input = *input;
    web->before = signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to end */
    lg_status status = set_up(web, err);
    if (status == LG_OK)
        *out = web;
    else
        lg_web_close(web, 0);
    return status;
}

static bool anything_waits(const lg_web *web)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++) {
        const conn *c = &web->conns[i];
        if (c->bev && !is_left(c) && evbuffer_get_length(bufferevent_get_output(c->bev)) > 0)
            return true;
    }
    return false;
}

static void end_streams(lg_web *web)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++) {
        struct evhttp_request *request = web->conns[i].stream;
        web->conns[i].stream = NULL;
        if (request)
            evhttp_send_reply_end(request);
    }
}

void lg_web_close(lg_web *web, uint32_t flush_ms)
{
    if (!web)
        return;
    int64_t end_ns = lg_loop_now_ns() + flush_ms * INT64_C(1000000);
    if (web->listener)
        evconnlistener_disable(web->listener);
    end_streams(web);
    while (flush_ms && anything_waits(web) && lg_loop_now_ns() < end_ns)
        lg_loop_wait(web->input.loop, end_ns);
    event_del(&web->look);
    event_del(&web->breath);
    if (web->http)
        evhttp_free(web->http); /* with its listener and connections */
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        if (web->conns[i].bev)
            give_back(&web->conns[i]);
    lg_loop_round_now(web->input.loop); /* bufferevents are freed by the loop */
    signal(SIGPIPE, web->before);
    lg_mem_free(web->mem, web, sizeof *web);
}

const char *lg_web_where(const lg_web *web)
{
    return web->where;
}

bool lg_web_is_exposed(const lg_web *web)
{
    return web->exposed;
}

const char *lg_web_token(const lg_web *web)
{
    return web->token;
}

lg_web_figures lg_web_figures_of(const lg_web *web)
{
    return (lg_web_figures){
        .connections = conn_count(web),
        .streams = lg_web_listeners(web, UINT32_MAX),
        .requests = web->requests,
        .refused = web->refused,
        .dropped = web->dropped,
    };
}
