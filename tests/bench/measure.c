/* tests/bench/measure.c — runs one command and writes down what it cost
 *
 * Usage: measure REPORT COMMAND [ARGUMENT...]
 * REPORT gets one line: exit code (128 + n after signal n), wall s, user s, system s, peak RSS in
 * KiB. The kernel counts the memory of whoever started a process into that process's peak; this
 * program is small, so a peak measured through it is the command's own, which it would not be from
 * Python.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: measure REPORT COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    double begin = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) != child) {
        perror("measure");
        return 1;
    }
    double wall = now() - begin;
    FILE *report = fopen(argv[1], "w");
    if (!report) {
        perror(argv[1]);
        return 1;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fprintf(report, "%d %.6f %.6f %.6f %ld\n", code, wall, seconds(used.ru_utime),
            seconds(used.ru_stime), used.ru_maxrss);
    return fclose(report) == 0 ? 0 : 1;
}
