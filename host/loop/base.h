/* host/loop/base.h — the libevent base of a loop, for the room that speaks HTTP on it (web) */
#ifndef LG_LOOP_BASE_H
#define LG_LOOP_BASE_H

#include "loop/loop.h"

struct event_base;

/** The base everything hangs in; as long as the loop. What is hung into it is taken out before. */
struct event_base *lg_loop_base(lg_loop *loop);

#endif
