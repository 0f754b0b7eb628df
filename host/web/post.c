/*
 *     lg_web_post --> looking up --address is fine--> connected and sent --answer--> over
 *                          '--no, none, not allowed--------'---- deadline ----------'
 *
 * Being over is told from a timer of no time, so that neither a lookup that answers at once nor
 * evhttp, which calls back in the midst of its own work, is torn down under its own feet.
 */
#include "web/post.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/http.h>
#include <event2/util.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "loop/base.h"

enum { ANSWER_MAX = 65536, HEADERS_BYTES_MAX = 16384, HOST_MAX = 256 };

typedef struct lg__post {
    lg_web_poster *poster;
    struct lg__post *next, **place;
    struct evdns_getaddrinfo_request *lookup;
    struct evhttp_uri *uri;
    struct evhttp_connection *evcon;
    struct evbuffer *body;
    struct event deadline, over;
    char headers[LG_WEB_POST_HEADERS_MAX][2][128];
    uint32_t header_count;
    bool tls, anywhere, ended;
    int64_t begun_ns;
    lg_web_posted result;
    void (*done)(void *ctx, const lg_web_posted *posted);
    void *ctx;
} lg__post;

struct lg_web_poster {
    lg_mem *mem;
    struct event_base *base;
    struct evdns_base *dns;
    SSL_CTX *tls;
    lg__post *posts;
};

/* ---- ends ---- */

static void drop(lg__post *post)
{
    event_del(&post->deadline);
    event_del(&post->over);
    if (post->lookup)
        evdns_getaddrinfo_cancel(post->lookup);
    if (post->evcon)
        evhttp_connection_free(post->evcon);
    if (post->uri)
        evhttp_uri_free(post->uri);
    if (post->body)
        evbuffer_free(post->body);
    if (post->place)
        *post->place = post->next;
    if (post->next)
        post->next->place = post->place;
    lg_mem_free(post->poster->mem, post, sizeof *post);
}

static void end(lg__post *post, int code, const char *why)
{
    static const struct timeval at_once = {0, 0};
    if (post->ended)
        return;
    post->ended = true;
    post->result.code = code;
    post->result.why = why;
    post->result.duration_ms = (lg_loop_now_ns() - post->begun_ns) / 1000000;
    event_add(&post->over, &at_once);
}

static void is_over(evutil_socket_t number, short what, void *ctx)
{
    lg__post *post = ctx;
    lg_web_posted result = post->result;
    void (*done)(void *ctx, const lg_web_posted *posted) = post->done;
    void *whose = post->ctx;
    (void)number;
    (void)what;
    /* evdns still calls a lookup back that was cancelled, with what is no more */
    if (post->lookup) {
        post->done = NULL;
        evdns_getaddrinfo_cancel(post->lookup);
    } else {
        drop(post);
    }
    if (done)
        done(whose, &result);
}

static void too_late(evutil_socket_t number, short what, void *ctx)
{
    lg__post *post = ctx;
    (void)number;
    (void)what;
    post->result.timed_out = true;
    end(post, 0, "no answer came in time");
}

static void answered(struct evhttp_request *request, void *ctx)
{
    lg__post *post = ctx;
    int code = request ? evhttp_request_get_response_code(request) : 0;
    end(post, code, code ? "" : "the connection failed or was closed without an answer");
}

/* ---- sending ---- */

static struct bufferevent *make_tls(lg__post *post)
{
    const char *host = evhttp_uri_get_host(post->uri);
    SSL *ssl = SSL_new(post->poster->tls);
    if (!ssl)
        return NULL;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl, host) != 1 || SSL_set_tlsext_host_name(ssl, host) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    struct bufferevent *bev = bufferevent_openssl_socket_new(
        post->poster->base, -1, ssl, BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
    if (bev)
        bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    return bev;
}

static int port_of(const lg__post *post)
{
    int port = evhttp_uri_get_port(post->uri);
    return port > 0 ? port : post->tls ? 443 : 80;
}

static bool add_headers(lg__post *post, struct evhttp_request *request)
{
    struct evkeyvalq *out = evhttp_request_get_output_headers(request);
    char host[HOST_MAX + 16];
    const char *name = evhttp_uri_get_host(post->uri);
    bool six = strchr(name, ':') != NULL;
    int port = evhttp_uri_get_port(post->uri);
    snprintf(host, sizeof host, "%s%.200s%s", six && *name != '[' ? "[" : "", name,
             six && *name != '[' ? "]" : "");
    if (port > 0)
        snprintf(host + strlen(host), 8, ":%u", (unsigned)port & 0xffff);
    bool fine = evhttp_add_header(out, "Host", host) == 0 &&
                evhttp_add_header(out, "Connection", "close") == 0;
    for (uint32_t i = 0; i < post->header_count; i++)
        fine = fine && evhttp_add_header(out, post->headers[i][0], post->headers[i][1]) == 0;
    return fine;
}

static void path_of(const lg__post *post, lg_mem *mem, char **out)
{
    const char *path = evhttp_uri_get_path(post->uri), *query = evhttp_uri_get_query(post->uri);
    char text[4096];
    snprintf(text, sizeof text, "%s%s%s", path && *path ? path : "/", query ? "?" : "",
             query ? query : "");
    *out = lg_mem_strdup(mem, text);
}

static void send_to(lg__post *post, const char *address)
{
    lg_mem *mem = post->poster->mem;
    struct bufferevent *bev =
        post->tls ? make_tls(post)
                  : bufferevent_socket_new(post->poster->base, -1, BEV_OPT_CLOSE_ON_FREE);
    post->evcon = bev ? evhttp_connection_base_bufferevent_new(post->poster->base, NULL, bev,
                                                               address, (ev_uint16_t)port_of(post))
                      : NULL;
    struct evhttp_request *request = post->evcon ? evhttp_request_new(answered, post) : NULL;
    if (!request) {
        if (bev && !post->evcon)
            bufferevent_free(bev);
        end(post, 0, "out of memory");
        return;
    }
    char *path;
    evhttp_connection_set_max_body_size(post->evcon, ANSWER_MAX);
    evhttp_connection_set_max_headers_size(post->evcon, HEADERS_BYTES_MAX);
    path_of(post, mem, &path);
    if (!path || !add_headers(post, request) ||
        evbuffer_add_buffer(evhttp_request_get_output_buffer(request), post->body) != 0) {
        evhttp_request_free(request);
        end(post, 0, "out of memory");
    } else if (evhttp_make_request(post->evcon, request, EVHTTP_REQ_POST, path) != 0) {
        end(post, 0, "the connection could not be made");
    }
    lg_mem_strfree(mem, path);
}

/* ---- looking up ---- */

static const struct sockaddr *choose(const lg__post *post, const struct evutil_addrinfo *list)
{
    for (; list; list = list->ai_next)
        if (post->anywhere || lg_web_is_public_address(list->ai_addr))
            return list->ai_addr;
    return NULL;
}

static void looked_up(int problem, struct evutil_addrinfo *list, void *ctx)
{
    lg__post *post = ctx;
    char address[INET6_ADDRSTRLEN] = "";
    post->lookup = NULL;
    if (post->ended && !post->done) { /* it was over before */
        if (list)
            evutil_freeaddrinfo(list);
        drop(post);
        return;
    }
    const struct sockaddr *chosen = problem ? NULL : choose(post, list);
    if (chosen && chosen->sa_family == AF_INET)
        evutil_inet_ntop(AF_INET, &((const struct sockaddr_in *)chosen)->sin_addr, address,
                         sizeof address);
    else if (chosen)
        evutil_inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)chosen)->sin6_addr, address,
                         sizeof address);
    if (list)
        evutil_freeaddrinfo(list);
    if (post->ended)
        return;
    if (*address)
        send_to(post, address);
    else
        end(post, 0,
            problem ? "the name of the host is not known"
                    : "the address of the host is not one that everybody can reach");
}

static void look_up(lg__post *post)
{
    char host[HOST_MAX], service[8];
    const char *name = evhttp_uri_get_host(post->uri);
    size_t length = strlen(name);
    struct evutil_addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
    bool bracket = length > 2 && name[0] == '[' && name[length - 1] == ']';
    if (length >= sizeof host) {
        end(post, 0, "the name of the host is not known");
        return;
    }
    snprintf(host, sizeof host, "%.*s", (int)(bracket ? length - 2 : length),
             bracket ? name + 1 : name);
    snprintf(service, sizeof service, "%u", (unsigned)port_of(post) & 0xffff);
    struct evdns_getaddrinfo_request *lookup =
        evdns_getaddrinfo(post->poster->dns, host, service, &hints, looked_up, post);
    if (lookup)
        post->lookup = lookup; /* NULL: it was answered at once */
}

/* ---- begins ---- */

static bool take_headers(lg__post *post, const lg_web_post_input *input)
{
    for (uint32_t i = 0; i < LG_WEB_POST_HEADERS_MAX && input->headers[i][0]; i++) {
        for (int k = 0; k < 2; k++) {
            int length = snprintf(post->headers[i][k], sizeof post->headers[i][k], "%s",
                                  input->headers[i][k]);
            if (length < 0 || (size_t)length >= sizeof post->headers[i][k])
                return false;
        }
        post->header_count++;
    }
    return true;
}

static const char *problem_of(const lg__post *post)
{
    const char *scheme = post->uri ? evhttp_uri_get_scheme(post->uri) : NULL;
    if (!scheme || !evhttp_uri_get_host(post->uri) || !*evhttp_uri_get_host(post->uri) ||
        evhttp_uri_get_userinfo(post->uri))
        return "the address is none";
    if (!post->tls && strcasecmp(scheme, "http") != 0)
        return "the address is neither http nor https";
    if (!post->tls && !post->anywhere)
        return "only https is allowed";
    return NULL;
}

lg_status lg_web_post(lg_web_poster *poster, const lg_web_post_input *input)
{
    struct timeval limit = {.tv_sec = input->timeout_ms / 1000,
                            .tv_usec = input->timeout_ms % 1000 * 1000};
    lg__post *post = lg_mem_zalloc(poster->mem, 1, sizeof *post);
    if (!post)
        return LG_MEMORY;
    *post = (lg__post){.poster = poster,
                       .anywhere = input->anywhere,
                       .done = input->done,
                       .ctx = input->ctx,
                       .begun_ns = lg_loop_now_ns(),
                       .result.why = ""};
    event_assign(&post->deadline, poster->base, -1, 0, too_late, post);
    event_assign(&post->over, poster->base, -1, 0, is_over, post);
    post->uri = evhttp_uri_parse(input->url);
    const char *scheme = post->uri ? evhttp_uri_get_scheme(post->uri) : NULL;
    post->tls = scheme && strcasecmp(scheme, "https") == 0;
    post->body = evbuffer_new();
    if (!post->body || evbuffer_add(post->body, input->body, input->size) != 0 ||
        !take_headers(post, input) || event_add(&post->deadline, &limit) != 0) {
        drop(post);
        return LG_MEMORY;
    }
    post->place = &poster->posts;
    post->next = poster->posts;
    if (post->next)
        post->next->place = &post->next;
    poster->posts = post;
    const char *problem = problem_of(post);
    if (problem)
        end(post, 0, problem);
    else
        look_up(post);
    return LG_OK;
}

lg_status lg_web_poster_open(lg_mem *mem, lg_loop *loop, lg_err *err, lg_web_poster **out)
{
    *out = NULL;
    lg_web_poster *poster = lg_mem_zalloc(mem, 1, sizeof *poster);
    if (!poster)
        return lg_fail(err, LG_MEMORY, "out of memory");
    poster->mem = mem;
    poster->base = lg_loop_base(loop);
    poster->dns = evdns_base_new(poster->base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    poster->tls = SSL_CTX_new(TLS_client_method());
    if (!poster->dns || !poster->tls ||
        SSL_CTX_set_min_proto_version(poster->tls, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_default_verify_paths(poster->tls) != 1) {
        lg_web_poster_close(poster);
        return lg_fail(err, LG_IO, "TLS for what is sent out cannot be set up");
    }
    SSL_CTX_set_verify(poster->tls, SSL_VERIFY_PEER, NULL);
    /* without the file, or with nobody in it, names are not known and addresses still are */
    (void)evdns_base_resolv_conf_parse(poster->dns, DNS_OPTIONS_ALL, "/etc/resolv.conf");
    *out = poster;
    return LG_OK;
}

void lg_web_poster_close(lg_web_poster *poster)
{
    if (!poster)
        return;
    for (lg__post *post = poster->posts; post; post = post->next) {
        post->done = NULL; /* whoever asked may have gone */
        post->ended = true;
    }
    for (lg__post *post = poster->posts, *next; post; post = next) {
        next = post->next;
        if (!post->lookup)
            drop(post);
    }
    if (poster->dns)
        evdns_base_free(poster->dns, 1); /* ends lookups, each of which drops its post */
    while (poster->posts) {
        poster->posts->lookup = NULL;
        drop(poster->posts);
    }
    if (poster->tls)
        SSL_CTX_free(poster->tls);
    lg_mem_free(poster->mem, poster, sizeof *poster);
}
