/* tests/plugin/devices/post_office.h — Debian's mosquitto as a process of its own, on a free port
 */
#ifndef TESTS_PLUGIN_DEVICES_POST_OFFICE_H
#define TESTS_PLUGIN_DEVICES_POST_OFFICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct post_office {
    uint16_t port;
    char address[40]; /* "127.0.0.1:PORT" */
    char folder[32], config[64];
    pid_t pid;
} post_office;

/** False: mosquitto is not installed, which is said. */
bool post_office_exists(void);
/** Starts it; returns when it answers. @p is_again: on the port that it had. */
void post_office_open(post_office *o, bool is_again);
/** Kills it. */
void post_office_stop(post_office *o);
/** And takes its files away. */
void post_office_close(post_office *o);

#endif
