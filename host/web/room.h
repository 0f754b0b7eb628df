/* host/web/room.h — what the files of this room share: a server and its connections */
#ifndef LG_WEB_ROOM_H
#define LG_WEB_ROOM_H

#include <event2/bufferevent.h>
#include <event2/event_struct.h>
#include <event2/http.h>
#include <event2/listener.h>
#include "web/guard.h"
#include "web/server.h"

/** How often connections are looked at. */
#define LG__WEB_LOOK_MS 1000

/** A connection. */
typedef struct lg__conn {
    struct bufferevent *bev; /* NULL: free */
    int64_t since_ns;        /* it waits for a request */
    uint32_t requests;
    bool busy; /* an answer is on its way */
    bool shut;
    struct evhttp_request *stream; /* NULL: none */
    const void *who;               /* has asked for it */
    uint32_t kind;
} lg__conn;

struct lg_web {
    lg_mem *mem;
    lg_web_input input;
    struct evhttp *http;
    struct evconnlistener *listener; /* of http */
    struct event look, breath;
    lg__conn conns[LG_WEB_CONNECTIONS_MAX];
    char token[LG_TOKEN_SIZE];
    lg_web_guard guard;
    char where[LG_WEB_ADDRESS_TEXT_MAX];
    bool exposed;
    bool closing; /* what was answered goes out, and nothing is asked any more */
    uint32_t looks;
    uint64_t requests, refused, dropped;
    void (*before)(int); /* what SIGPIPE did */
};

/* conns.c */
/** What evhttp is given for a connection that has come. */
struct bufferevent *lg__web_has_come(struct event_base *base, void *ctx);
/** Once in LG__WEB_LOOK_MS: deadlines, and places that have become free. */
void lg__web_look(evutil_socket_t number, short what, void *ctx);
/** When all places are taken nobody is accepted until one is free: others wait in the kernel. */
void lg__web_mind_the_door(lg_web *web);
/** The one of a request; NULL: there was no place for it, or it has gone. */
lg__conn *lg__web_conn_of_request(lg_web *web, struct evhttp_request *request);
lg__conn *lg__web_conn_of(lg_web *web, const struct bufferevent *bev);
uint32_t lg__web_conn_count(const lg_web *web);
/** Whether evhttp has let go of it. */
bool lg__web_is_left(const lg__conn *c);
void lg__web_give_back(lg__conn *c);
/** Lets it go, for a limit. */
void lg__web_shut(lg_web *web, lg__conn *c);

/* answer.c */
/** The last chunk of every stream. */
void lg__web_end_streams(lg_web *web);

#endif
