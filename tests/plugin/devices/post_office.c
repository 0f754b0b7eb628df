/* Nothing is kept: no persistence, no log. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "post_office.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool post_office_exists(void)
{
    bool exists = access(LG_MOSQUITTO, X_OK) == 0;
    if (!exists)
        print_message("left out: mosquitto is not installed\n");
    return exists;
}

static uint16_t free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static bool answers(uint16_t port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_there = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return is_there;
}

/* Somebody else may have taken the port: it is gone then, and another one is tried. */
static pid_t running;

static void kill_running(void)
{
    if (running > 0)
        kill(running, SIGKILL);
}

/* It goes with us, also when a test has failed, and holds none of our outputs. */
static pid_t spawn(char *const *words)
{
    posix_spawn_file_actions_t actions;
    static bool is_registered;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    assert_int_equal(posix_spawn(&running, LG_MOSQUITTO, &actions, NULL, words, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    if (!is_registered)
        atexit(kill_running);
    is_registered = true;
    return running;
}

void post_office_open(post_office *o, bool is_again)
{
    char *const words[] = {"mosquitto", "-c", o->config, NULL};
    if (!is_again) {
        strcpy(o->folder, "/tmp/lunagrid-mqtt-XXXXXX");
        assert_non_null(mkdtemp(o->folder));
        snprintf(o->config, sizeof o->config, "%s/mosquitto.conf", o->folder);
    }
    for (int attempt = 0; attempt < 20; attempt++) {
        if (!is_again)
            o->port = free_port();
        FILE *config = fopen(o->config, "w");
        fprintf(config, "listener %u 127.0.0.1\nallow_anonymous true\nlog_dest none\nuser root\n",
                o->port);
        fclose(config);
        o->pid = spawn(words);
        while (waitpid(o->pid, NULL, WNOHANG) == 0) {
            if (answers(o->port)) {
                snprintf(o->address, sizeof o->address, "127.0.0.1:%u", o->port);
                return;
            }
            usleep(20000);
        }
    }
    fail();
}

void post_office_stop(post_office *o)
{
    kill(o->pid, SIGKILL);
    waitpid(o->pid, NULL, 0);
    running = 0;
}

void post_office_close(post_office *o)
{
    post_office_stop(o);
    unlink(o->config);
    rmdir(o->folder);
}
