/*
 * evhttp reads and writes; what it has no limit for is looked after here. It tells nobody when a
 * connection comes or goes, so each gets a bufferevent of ours that is held once more: when evhttp
 * has let go of one, its callbacks are gone, and it is given back on the next look.
 *
 *     accept --has_come--> open --request--> busy --all sent--> open
 *                                           busy --lg_web_stream--> streaming
 *     open for LG_WEB_DEADLINE_MS, too much waiting --> shut down, which evhttp sees as its end
 */
#include "web/room.h"

#include <string.h>
#include <sys/socket.h>
#include "base/status.h"

enum { QUIET_LOOKS = 15 };

bool lg__web_is_left(const lg__conn *c)
{
    bufferevent_data_cb read, write;
    bufferevent_event_cb event;
    bufferevent_getcb(c->bev, &read, &write, &event, NULL);
    return !read && !write && !event;
}

void lg__web_give_back(lg__conn *c)
{
    struct bufferevent *bev = c->bev;
    *c = (lg__conn){.bev = NULL};
    bufferevent_decref(bev);
}

static void tidy(lg_web *web)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        if (web->conns[i].bev && lg__web_is_left(&web->conns[i]))
            lg__web_give_back(&web->conns[i]);
}

lg__conn *lg__web_conn_of(lg_web *web, const struct bufferevent *bev)
{
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        if (web->conns[i].bev == bev)
            return &web->conns[i];
    return NULL;
}

lg__conn *lg__web_conn_of_request(lg_web *web, struct evhttp_request *request)
{
    struct evhttp_connection *evcon = evhttp_request_get_connection(request);
    return evcon ? lg__web_conn_of(web, evhttp_connection_get_bufferevent(evcon)) : NULL;
}

void lg__web_shut(lg_web *web, lg__conn *c)
{
    if (c->shut)
        return;
    c->shut = true;
    web->dropped++;
    shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
}

uint32_t lg__web_conn_count(const lg_web *web)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++)
        count += web->conns[i].bev != NULL;
    return count;
}

/* When all places are taken nobody is accepted until one is free: others wait in the kernel. */
void lg__web_mind_the_door(lg_web *web)
{
    if (lg__web_conn_count(web) < LG_WEB_CONNECTIONS_MAX)
        evconnlistener_enable(web->listener);
    else
        evconnlistener_disable(web->listener);
}

struct bufferevent *lg__web_has_come(struct event_base *base, void *ctx)
{
    lg_web *web = ctx;
    tidy(web);
    lg__conn *c = lg__web_conn_of(web, NULL);
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (c && bev) {
        bufferevent_incref(bev);
        *c = (lg__conn){.bev = bev, .since_ns = lg_loop_now_ns()};
    }
    lg__web_mind_the_door(web);
    return bev;
}

void lg__web_look(evutil_socket_t number, short what, void *ctx)
{
    lg_web *web = ctx;
    int64_t now = lg_loop_now_ns();
    (void)number;
    (void)what;
    tidy(web);
    for (uint32_t i = 0; i < LG_WEB_CONNECTIONS_MAX; i++) {
        lg__conn *c = &web->conns[i];
        if (c->bev && !c->busy && now - c->since_ns > LG_WEB_DEADLINE_MS * INT64_C(1000000))
            lg__web_shut(web, c);
    }
    if (++web->looks % QUIET_LOOKS == 0)
        lg_web_send(web, 1, ":\n\n", 3); /* who does not get it has gone */
    lg__web_mind_the_door(web);
}
