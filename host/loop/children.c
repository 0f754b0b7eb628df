/* A child is watched through a descriptor that becomes readable when it ends (pidfd): signals of
 * children would have to be told apart from those of anybody else's in the process. */
#include "loop/children.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/output.h"
#include "loop/room.h"

struct lg__child {
    struct lg__child *next;
    lg_mem *mem;
    lg_loop *loop;
    struct event event;
    pid_t pid;
    int fd;
    void (*ended)(void *ctx, pid_t pid, lg_child_end how);
    void *ctx;
};

static lg_child_end wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status))
        return (lg_child_end){.code = WEXITSTATUS(status)};
    return (lg_child_end){.code = -1, .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

static void forget(struct lg__child *child)
{
    struct lg__child **link = lg__loop_children(child->loop);
    while (*link != child)
        link = &(*link)->next;
    *link = child->next;
    event_del(&child->event);
    close(child->fd);
    lg_mem_free(child->mem, child, sizeof *child);
}

static void over(evutil_socket_t fd, short what, void *ctx)
{
    struct lg__child ended = *(struct lg__child *)ctx;
    (void)fd;
    (void)what;
    lg_child_end how = wait_for(ended.pid);
    forget(ctx);
    ended.ended(ended.ctx, ended.pid, how);
}

/* Between fork and exec: nothing that takes a lock. */
__attribute__((noreturn)) static void become(const lg_child_input *input, pid_t parent, int log)
{
    sigset_t none;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) /* it has ended already */
        _exit(127);
    dup2(nothing, STDIN_FILENO);
    dup2(log >= 0 ? log : nothing, STDOUT_FILENO);
    dup2(log >= 0 ? log : nothing, STDERR_FILENO);
    execv(input->argv[0], (char *const *)input->argv);
    _exit(127);
}

static lg_status start(struct lg__child *child, const lg_child_input *input, lg_err *err)
{
    pid_t parent = getpid();
    int log = input->log ? lg_output_create_fresh(input->log) : -1;
    if (input->log && log < 0)
        return lg_fail(err, LG_IO, "%s: %s", input->log, strerror(errno));
    child->pid = fork();
    if (child->pid == 0)
        become(input, parent, log);
    int cause = errno;
    if (log >= 0)
        close(log);
    if (child->pid < 0)
        return lg_fail(err, LG_IO, "a process cannot be started: %s", strerror(cause));
    child->fd = pidfd_open(child->pid, 0);
    if (child->fd >= 0)
        return LG_OK;
    cause = errno;
    kill(child->pid, SIGKILL);
    wait_for(child->pid);
    return lg_fail(err, LG_IO, "a process cannot be watched: %s", strerror(cause));
}

lg_status lg_child_start(lg_mem *mem, lg_loop *loop, const lg_child_input *input, pid_t *pid,
                         lg_err *err)
{
    struct lg__child *child = lg_mem_zalloc(mem, 1, sizeof *child);
    if (!child)
        return lg_fail(err, LG_MEMORY, "out of memory");
    child->mem = mem;
    child->loop = loop;
    child->ended = input->ended;
    child->ctx = input->ctx;
    lg_status status = start(child, input, err);
    if (status != LG_OK) {
        lg_mem_free(mem, child, sizeof *child);
        return status;
    }
    struct lg__child **first = lg__loop_children(loop);
    child->next = *first;
    *first = child;
    *pid = child->pid;
    if (event_assign(&child->event, lg__loop_base(loop), child->fd, EV_READ, over, child) == 0 &&
        event_add(&child->event, NULL) == 0)
        return LG_OK;
    kill(child->pid, SIGKILL);
    wait_for(child->pid);
    forget(child);
    return lg_fail(err, LG_MEMORY, "out of memory");
}

void lg_children_end(lg_loop *loop)
{
    struct lg__child **first = lg__loop_children(loop);
    for (struct lg__child *child = *first; child; child = child->next)
        kill(child->pid, SIGKILL);
    while (*first) {
        wait_for((*first)->pid);
        forget(*first);
    }
}
