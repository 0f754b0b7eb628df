/* host/loop/children.h — processes that this one starts, and hears of when they end */
#ifndef LG_LOOP_CHILDREN_H
#define LG_LOOP_CHILDREN_H

#include <sys/types.h>
#include "loop/loop.h"

/** How a child ended. */
typedef struct lg_child_end {
    int code;   /* that it exited with; -1: a signal ended it */
    int signal; /* which one; 0: none */
} lg_child_end;

typedef struct lg_child_input {
    const char *const *argv; /* argv[0] is the path of the program; NULL at its end */
    const char *log;         /* file that takes what it prints, made anew; NULL: nothing does */
    /** It has ended, from a round of the loop. Another may be started in here. */
    void (*ended)(void *ctx, pid_t pid, lg_child_end how);
    void *ctx;
} lg_child_input;

/**
 * Starts a process. It reads nothing, has none of our files, and is killed when this process ends
 * before it, however that happens.
 * @param pid  its number, until `ended` was called
 * @return LG_OK; LG_IO it cannot be started (err says why); LG_MEMORY
 */
lg_status lg_child_start(lg_mem *mem, lg_loop *loop, const lg_child_input *input, pid_t *pid,
                         lg_err *err) LG_CHECKED;

/** Kills every child of @p loop that is left and waits for its end; `ended` is not called. Before
 * the loop is freed. */
void lg_children_end(lg_loop *loop);

#endif
