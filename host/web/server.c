/* A request is read and judged before the handler sees it; connections are looked after in conns.c.
 */
#include "web/room.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "loop/base.h"
#include "web/gate.h"

/* Known, and refused unless a face judges for itself; evhttp answers those that are not in words
 * of its own. */
#define OTHER_METHODS                                                                              \
    (EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |                   \
     EVHTTP_REQ_TRACE | EVHTTP_REQ_PATCH)

enum { IDLE_S = 10, HEADERS_MAX = 8192 };

/* ---- requests ---- */

static void read_headers(struct evhttp_request *request, lg_web_headers *headers)
{
    const struct evkeyval *header;
    const struct evkeyvalq *list = evhttp_request_get_input_headers(request);
    *headers = (lg_web_headers){.problem = NULL};
    for (header = list->tqh_first; header; header = header->next.tqe_next)
        lg_web_check_header(headers, header->key, header->value);
}

/* Finds whose token it is. @return whether too many wrong ones came from there */
static bool guesses(lg_web_call *call, const lg_web_headers *headers, const struct sockaddr *peer)
{
    lg_web *web = call->web;
    const char *token = lg_web_gate_token(headers->authorization);
    if (!token)
        return false;
    if (web->input.bearer)
        call->who = web->input.bearer(web->input.ctx, token);
    else if (strlen(token) == LG_TOKEN_SIZE - 1 && lg_token_same(token, web->token, strlen(token)))
        call->who = web->token;
    lg_web_guess guess = lg_web_guard_judge(&web->guard, peer, token, call->who, lg_loop_now_ns());
    if (guess != LG_WEB_RIGHT)
        call->who = NULL;
    return guess == LG_WEB_TOO_MANY;
}

/* Whether the request may go on to the handler; else it is answered. */
static bool passes(lg_web_call *call, const lg_web_target *target)
{
    struct evhttp_request *request = call->request;
    lg_web *web = call->web;
    struct sockaddr_storage local = {0}, peer = {0};
    socklen_t length = sizeof local, peer_length = sizeof peer;
    lg_web_headers headers;
    read_headers(request, &headers);
    lg__conn *c = lg__web_conn_of_request(web, request);
    if (!c || getsockname(bufferevent_getfd(c->bev), (struct sockaddr *)&local, &length) != 0 ||
        getpeername(bufferevent_getfd(c->bev), (struct sockaddr *)&peer, &peer_length) != 0) {
        lg_web_refuse(call, 503, "full", "too many connections");
        return false;
    }
    bool too_many = guesses(call, &headers, (const struct sockaddr *)&peer);
    const lg_web_ask ask = {
        .headers = &headers,
        .local = (const struct sockaddr *)&local,
        .guesses = too_many,
        .known = call->who != NULL,
        .closed = web->input.bearer != NULL,
        .changes = call->post,
        .is_public = !call->post && web->input.is_public(web->input.ctx, target->path),
    };
    lg_web_verdict verdict = lg_web_gate(&ask);
    if (verdict.code != 200)
        lg_web_refuse(call, verdict.code, verdict.word, verdict.message);
    return verdict.code == 200;
}

static lg_web_method method_of(struct evhttp_request *request)
{
    switch ((int)evhttp_request_get_command(request)) {
    case EVHTTP_REQ_GET:
        return LG_WEB_GET;
    case EVHTTP_REQ_HEAD:
        return LG_WEB_HEAD;
    case EVHTTP_REQ_POST:
        return LG_WEB_POST;
    case EVHTTP_REQ_PUT:
        return LG_WEB_PUT;
    case EVHTTP_REQ_PATCH:
        return LG_WEB_PATCH;
    case EVHTTP_REQ_DELETE:
        return LG_WEB_DELETE;
    case EVHTTP_REQ_OPTIONS:
        return LG_WEB_OPTIONS;
    default:
        return LG_WEB_OTHER;
    }
}

static bool read_body(lg_web_call *call)
{
    struct evbuffer *input = evhttp_request_get_input_buffer(call->request);
    call->body_size = evbuffer_get_length(input);
    if (call->body_size && evbuffer_add(input, "", 1) == 0)
        call->body = (const char *)evbuffer_pullup(input, -1);
    if (!call->body)
        lg_web_refuse(call, 503, "failed", "out of memory");
    return call->body != NULL;
}

/* For a face that judges for itself: only what could be read in two ways is refused here. */
static void has_come(lg_web_call *call)
{
    lg_web *web = call->web;
    lg_web_headers headers;
    struct sockaddr_storage peer = {0};
    socklen_t length = sizeof peer;
    lg__conn *c = lg__web_conn_of_request(web, call->request);
    read_headers(call->request, &headers);
    call->headers = &headers;
    call->peer = (const struct sockaddr *)&peer;
    if (!c || getpeername(bufferevent_getfd(c->bev), (struct sockaddr *)&peer, &length) != 0)
        lg_web_refuse(call, 503, "full", "too many connections");
    else if (headers.problem || !headers.host)
        lg_web_refuse(call, 400, "bad_request",
                      headers.problem ? headers.problem : "a request says its Host");
    else if (read_body(call))
        web->input.came(web->input.ctx, call);
}

static void has_asked(struct evhttp_request *request, void *ctx)
{
    lg_web *web = ctx;
    lg_web_target target = {.path = ""};
    enum evhttp_cmd_type command = evhttp_request_get_command(request);
    lg_web_call call = {
        .web = web,
        .method = method_of(request),
        .uri = evhttp_request_get_uri(request),
        .post = command == EVHTTP_REQ_POST,
        .path = target.path,
        .query = target.query,
        .body = "",
        .request = request,
    };
    lg__conn *c = lg__web_conn_of_request(web, request);
    web->requests++;
    if (c) {
        c->requests++;
        c->busy = true;
    }
    if (web->closing) {
        lg_web_refuse(&call, 503, "over", "the host is ending");
        return;
    }
    if (web->input.came) {
        has_come(&call);
        return;
    }
    if (command & OTHER_METHODS) {
        lg_web_refuse(&call, 405, "method", "this is asked with GET or POST");
        return;
    }
    if (!lg_web_check_target(call.uri, &target)) {
        lg_web_refuse(&call, 400, "bad_request", "the path of the request is none of ours");
        return;
    }
    if (!passes(&call, &target))
        return;
    if (read_body(&call))
        web->input.asked(web->input.ctx, &call);
}

/* ---- the socket ---- */

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
    lg__web_mind_the_door(ctx);
}

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
    static const struct timeval often = {.tv_sec = LG__WEB_LOOK_MS / 1000};
    struct event_base *base = lg_loop_base(web->input.loop);
    event_assign(&web->breath, base, -1, 0, breathed, web);
    event_assign(&web->look, base, -1, EV_PERSIST, lg__web_look, web);
    web->http = evhttp_new(base);
    if (!web->http || event_add(&web->look, &often) != 0)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (!lg_token_new(web->token))
        return lg_fail(err, LG_IO, "the system has no random numbers to make a token of");
    evhttp_set_max_headers_size(web->http, HEADERS_MAX);
    evhttp_set_max_body_size(web->http, LG_WEB_BODY_MAX);
    evhttp_set_timeout(web->http, IDLE_S);
    evhttp_set_allowed_methods(web->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | OTHER_METHODS);
    evhttp_set_bevcb(web->http, lg__web_has_come, web);
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
        const lg__conn *c = &web->conns[i];
        if (c->bev && !lg__web_is_left(c) &&
            evbuffer_get_length(bufferevent_get_output(c->bev)) > 0)
            return true;
    }
    return false;
}

void lg_web_close(lg_web *web, uint32_t flush_ms)
{
    if (!web)
        return;
    int64_t end_ns = lg_loop_now_ns() + flush_ms * INT64_C(1000000);
    web->closing = true;
    if (web->listener)
        evconnlistener_disable(web->listener);
    lg__web_end_streams(web);
    while (flush_ms && anything_waits(web) && lg_loop_now_ns() < end_ns)
        lg_loop_wait(web->input.loop, end_ns);
    event_del(&web->look);
    event_del(&web->breath);
    if (web->http)
        evhttp_free(web->http); /* with its listener and connections */
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        if (web->conns[i].bev)
            lg__web_give_back(&web->conns[i]);
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
        .connections = lg__web_conn_count(web),
        .streams = lg_web_listeners(web, UINT32_MAX),
        .requests = web->requests,
        .refused = web->refused,
        .dropped = web->dropped,
        .wrong_tokens = web->guard.wrong,
    };
}
