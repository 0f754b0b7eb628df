/*
 * The filter is some thirty instructions of the kernel's own little machine, which a library would
 * write in no fewer lines here. The architecture is looked at first, because a number of a system
 * call means something else on another one.
 */
#include "worker/jail.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WHOLE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WHOLE 0
#endif
#endif
#ifndef WHOLE
#define WHOLE 1
#endif

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "workers need the number of this architecture for their filter"
#endif

enum {
    STACK_BYTES = 8 << 20,
    FILES_MAX = 8,
    PROGRAM_MAX = 64,
};

bool lg_jail_is_whole(void)
{
    return WHOLE;
}

typedef struct program {
    struct sock_filter steps[PROGRAM_MAX];
    unsigned short count;
} program;

static void step(program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    if (p->count < PROGRAM_MAX)
        p->steps[p->count++] = (struct sock_filter){code, yes, no, k};
}

static void load(program *p, size_t offset)
{
    step(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void end(program *p, uint32_t what)
{
    step(p, BPF_RET | BPF_K, what, 0, 0);
}

/* Goes on past the next @p skip steps unless what was loaded is @p value. */
static void unless(program *p, uint32_t value, uint8_t skip)
{
    step(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip);
}

#define LOW_WORD(argument) (offsetof(struct seccomp_data, args) + 8 * (argument))

static void allow(program *p, long number)
{
    unless(p, (uint32_t)number, 1);
    end(p, SECCOMP_RET_ALLOW);
}

/* Only with the channel as its first argument, which the kernel reads as an int. */
static void allow_on_channel(program *p, long number)
{
    unless(p, (uint32_t)number, 4);
    load(p, LOW_WORD(0));
    unless(p, LG_JAIL_FD, 1);
    end(p, SECCOMP_RET_ALLOW);
    end(p, SECCOMP_RET_KILL_PROCESS);
}

/* Only for memory that holds no code. */
static void allow_data(program *p, long number)
{
    unless(p, (uint32_t)number, 4);
    load(p, LOW_WORD(2));
    step(p, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0);
    end(p, SECCOMP_RET_ALLOW);
    end(p, SECCOMP_RET_KILL_PROCESS);
}

static void write_program(program *p)
{
    static const long plain[] = {
        SYS_brk,        SYS_munmap,        SYS_mremap,       SYS_madvise,
        SYS_futex,      SYS_exit,          SYS_rt_sigreturn, SYS_restart_syscall,
        SYS_exit_group, SYS_clock_gettime, /* where the kernel has no quicker way; it tells no more
                                              than a clock */
    };
    load(p, offsetof(struct seccomp_data, arch));
    step(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
    end(p, SECCOMP_RET_KILL_PROCESS);
    load(p, offsetof(struct seccomp_data, nr));
    allow_on_channel(p, SYS_recvfrom);
    load(p, offsetof(struct seccomp_data, nr));
    allow_on_channel(p, SYS_sendmsg);
    load(p, offsetof(struct seccomp_data, nr));
    allow_data(p, SYS_mmap);
    load(p, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        allow(p, plain[i]);
    end(p, SECCOMP_RET_KILL_PROCESS);
}

static bool filter(void)
{
    program p = {.count = 0};
    write_program(&p);
    const struct sock_fprog loaded = {.len = p.count, .filter = p.steps};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &loaded) == 0;
}

static bool limit(int what, uint64_t value)
{
    const struct rlimit both = {value, value};
    return setrlimit((__rlimit_resource_t)what, &both) == 0;
}

/* No more than it may have anyway: who starts the host may have set a lower limit. */
static bool limit_at_most(int what, uint64_t value)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)what, &now) != 0)
        return false;
    return limit(what, now.rlim_max < value ? now.rlim_max : value);
}

/* What the process has mapped so far, and what it may map on top. */
static bool limit_memory(uint64_t more)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%lu", &pages) != 1)
        pages = (256ul << 20) / 4096; /* no /proc: more than the program needs */
    if (f)
        fclose(f);
    return limit_at_most(RLIMIT_AS, (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) + more);
}

static lg_status refused(lg_err *err, const char *what)
{
    return lg_fail(err, LG_UNSUPPORTED, "the kernel refuses %s to a worker: %s", what,
                   strerror(errno));
}

lg_status lg_jail_enter(const lg_jail *jail, lg_err *err)
{
    if (WHOLE)
        for (int fd = 0; fd < LG_JAIL_FD; fd++)
            close(fd);
    if (close_range(LG_JAIL_FD + 1, ~0u, 0) != 0)
        return refused(err, "to close files");
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return refused(err, "to end with its parent");
    if (jail->parent && getppid() != jail->parent)
        return lg_fail(err, LG_GONE, "the host is no more");
    if ((WHOLE && !limit_memory(jail->memory_bytes)) || !limit(RLIMIT_FSIZE, 0) ||
        !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NPROC, 0) || !limit(RLIMIT_NOFILE, FILES_MAX) ||
        !limit_at_most(RLIMIT_STACK, STACK_BYTES))
        return refused(err, "limits");
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return refused(err, "to give up privileges");
    if (WHOLE && !filter())
        return refused(err, "a filter of system calls");
    return LG_OK;
}
