/* host/loop/room.h — what the files of this room share */
#ifndef LG_LOOP_ROOM_H
#define LG_LOOP_ROOM_H

#include <event2/event.h>
#include "loop/loop.h"

/** The base everything hangs in; as long as the loop. */
struct event_base *lg__loop_base(lg_loop *loop);
lg_mem *lg__loop_mem(lg_loop *loop);

struct lg__child;
/** Where the children of the loop hang (children.c). */
struct lg__child **lg__loop_children(lg_loop *loop);

#endif
