/* Shows that a device is left safe however we go: closed, stuck or killed. Its own watchdog would
 * take ten minutes, so it is the guard that does it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scene.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

static const char *const live[] = {"mode=live", "allow=active", "watchdog_s=600", NULL};

static void the_end_leaves_it_safe(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, live);
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 9, -2000, 60000), LG_DEVICE_LATER);
    scene_told(&s, 9);
    modbus_driver.close(s.device);
    s.device = NULL;
    scene_wait(&s, "get 704 WSetEna", 0);
    assert_int_equal(peer_number(&s.peer, "get 704 WSet"), 200); /* it was set before */
    scene_stop(&s);
}

/* A host that does not turn its loop sends no beat: the guard goes for the safe value, long before
 * the watchdog of the device (ten minutes here) would. */
static void a_stuck_host_leaves_it_safe(void **state)
{
    scene s;
    (void)state;
    scene_start(&s, NULL);
    scene_open(&s, live);
    scene_samples(&s);
    assert_int_equal(scene_command(&s, 9, -2000, 600000), LG_DEVICE_LATER);
    scene_told(&s, 9);
    for (int i = 0; i < 600 && peer_number(&s.peer, "get 704 WSetEna") != 0; i++)
        usleep(100000); /* the loop does not turn */
    assert_int_equal(peer_number(&s.peer, "get 704 WSetEna"), 0);
    scene_samples(&s);
    assert_non_null(strstr(s.bench.log, "we were stuck; the guard went for the safe values"));
    scene_stop(&s);
}

static void a_killed_host_leaves_it_safe(void **state)
{
    scene s;
    int ready[2];
    char done;
    (void)state;
    scene_start(&s, NULL);
    assert_int_equal(pipe(ready), 0);
    pid_t host = fork();
    if (host == 0) {
        bench_close(&s.bench); /* epoll is shared with the parent otherwise */
        bench_open(&s.bench);
        scene_open(&s, live);
        scene_samples(&s);
        scene_command(&s, 9, -2000, 600000);
        scene_told(&s, 9);
        if (write(ready[1], "", 1) != 1)
            _exit(1);
        for (;;)
            loop_turn(&s.bench.loop, 50);
    }
    assert_int_equal(read(ready[0], &done, 1), 1);
    kill(host, SIGKILL);
    waitpid(host, NULL, 0);
    scene_wait(&s, "get 704 WSetEna", 0);
    assert_int_equal(peer_number(&s.peer, "get 704 WSet"), 200); /* it was set before */
    close(ready[0]);
    close(ready[1]);
    scene_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_leaves_it_safe),
        cmocka_unit_test(a_stuck_host_leaves_it_safe),
        cmocka_unit_test(a_killed_host_leaves_it_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
