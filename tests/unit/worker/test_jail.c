/* What a worker may not do ends it; what it needs goes on. Every attempt is made by a process of
 * its own that has gone into the jail before. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "worker/channel.h"
#include "worker/jail.h"

enum { FINE = 42 };

/* How the process ends that goes into the jail and then does @p deed: an exit code, or minus a
 * signal. */
static int in_jail(void (*deed)(void))
{
    int ends[2], status;
    lg_err err;
    assert_int_equal(lg_channel_pair(ends), LG_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const lg_jail jail = {.parent = getppid(), .memory_bytes = 64 << 20};
        if (ends[1] != LG_JAIL_FD)
            dup2(ends[1], LG_JAIL_FD);
        if (lg_jail_enter(&jail, &err) != LG_OK)
            _exit(1);
        deed();
        syscall(SYS_exit_group, FINE);
    }
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void nothing(void)
{
}

static void use_memory(void)
{
    for (size_t size = 1000; size < 16 << 20; size *= 3) {
        char *block = malloc(size);
        if (!block)
            _exit(2);
        memset(block, 1, size);
        free(block);
    }
}

static void use_channel(void)
{
    char byte;
    struct iovec part = {(void *)(uintptr_t) "x", 1};
    const struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    (void)sendmsg(LG_JAIL_FD, &packet, MSG_NOSIGNAL);
    (void)recv(LG_JAIL_FD, &byte, 1, MSG_DONTWAIT);
}

static void test_what_a_worker_needs(void **state)
{
    (void)state;
    assert_int_equal(in_jail(nothing), FINE);
    assert_int_equal(in_jail(use_channel), FINE);
    assert_int_equal(in_jail(use_memory), FINE);
}

#define DEED(name, call)                                                                           \
    static void name(void)                                                                         \
    {                                                                                              \
        (void)!(call);                                                                             \
    }
DEED(open_file, syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY))
DEED(make_socket, syscall(SYS_socket, AF_INET, SOCK_STREAM, 0))
DEED(make_pair, syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, NULL))
DEED(do_fork, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
DEED(do_exec, syscall(SYS_execve, "/bin/true", NULL, NULL))
DEED(do_kill, syscall(SYS_kill, getppid(), SIGKILL))
DEED(do_ptrace, syscall(SYS_ptrace, 0, 0, 0, 0))
DEED(do_prctl, syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0))
DEED(raise_limit, syscall(SYS_prlimit64, 0, RLIMIT_NPROC, NULL, NULL))
DEED(write_elsewhere, syscall(SYS_write, 4, "x", 1))
DEED(send_elsewhere, syscall(SYS_sendmsg, 4, NULL, 0))
DEED(receive_elsewhere, syscall(SYS_recvfrom, 1, NULL, 0, 0, NULL, NULL))
DEED(map_code,
     syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
DEED(make_code, syscall(SYS_mprotect, 0, 4096, PROT_EXEC))
DEED(new_filter, syscall(SYS_seccomp, 0, 0, NULL))
DEED(get_secret, syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0))
DEED(new_number, syscall(1000))

static void test_what_ends_it_err(void **state)
{
    static void (*const deeds[])(void) = {
        open_file, make_socket, make_pair,   do_fork,         do_exec,        do_kill,
        do_ptrace, do_prctl,    raise_limit, write_elsewhere, send_elsewhere, receive_elsewhere,
        map_code,  make_code,   new_filter,  get_secret,      new_number,
    };
    (void)state;
    if (!lg_jail_is_whole()) {
        print_message("this build has no filter of system calls: left out\n");
        skip();
    }
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        if (in_jail(deeds[i]) != -SIGSYS)
            fail_msg("deed %zu was not ended", i);
}

#if defined(__x86_64__)
/* The same kernel by its old door, where numbers mean other calls: 20 is getpid there. */
static void old_door(void)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
}

static void test_other_architecture_err(void **state)
{
    (void)state;
    if (!lg_jail_is_whole())
        skip();
    int end = in_jail(old_door);
    assert_true(end == -SIGSYS ||
                end == -SIGSEGV); /* the latter where the kernel has no such door */
}
#endif

static void use_much_memory(void)
{
    void *block = malloc(256 << 20);
    syscall(SYS_exit_group, block ? 1 : FINE);
}

static void test_memory_has_an_end(void **state)
{
    (void)state;
    if (!lg_jail_is_whole())
        skip();
    assert_int_equal(in_jail(use_much_memory), FINE);
}

static void test_a_foreign_parent_err(void **state)
{
    const lg_jail jail = {.parent = 1, .memory_bytes = 64 << 20};
    int status;
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        lg_err err;
        _exit(lg_jail_enter(&jail, &err) == LG_GONE ? FINE : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_worker_needs),
        cmocka_unit_test(test_what_ends_it_err),
#if defined(__x86_64__)
        cmocka_unit_test(test_other_architecture_err),
#endif
        cmocka_unit_test(test_memory_has_an_end),
        cmocka_unit_test(test_a_foreign_parent_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
