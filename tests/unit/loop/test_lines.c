/* Lines come in and answers go out; whoever misbehaves loses its own connection and nothing else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "loop/lines.h"
#include "support/failing_mem.h"

/* A server that answers each line with "heard <size> <line>". */
typedef struct stage {
    lg_loop *loop;
    lg_lines *lines;
    char folder[64], path[128];
    uint32_t heard, too_long, gone, last_peer;
    size_t answer_size; /* not 0: answers are so long */
    uint32_t late_ms;   /* not 0: answers come so late */
} stage;

static void heard_line(void *ctx, uint32_t peer, const char *text, size_t size)
{
    stage *s = ctx;
    char answer[256];
    s->heard++;
    s->last_peer = peer;
    if (s->answer_size) {
        char *block = calloc(1, s->answer_size);
        memset(block, 'x', s->answer_size);
        lg_lines_send(s->lines, peer, block, s->answer_size);
        free(block);
        return;
    }
    int length = snprintf(answer, sizeof answer, "heard %zu %.40s", size, text);
    if (s->late_ms) {
        assert_true(lg_lines_send_late(s->lines, peer, answer, (size_t)length, s->late_ms));
        return;
    }
    assert_true(lg_lines_send(s->lines, peer, answer, (size_t)length));
}

static void heard_too_long(void *ctx, uint32_t peer)
{
    stage *s = ctx;
    s->too_long++;
    lg_lines_send(s->lines, peer, "too long", 8);
}

static void heard_gone(void *ctx, uint32_t peer)
{
    (void)peer;
    ((stage *)ctx)->gone++;
}

static lg_status try_open(stage *s, lg_mem *mem, uint32_t idle_ms, lg_err *err)
{
    lg_lines_input input = {
        .loop = s->loop,
        .path = s->path,
        .full = "full",
        .idle_ms = idle_ms,
        .line = heard_line,
        .too_long = heard_too_long,
        .gone = heard_gone,
        .ctx = s,
    };
    return lg_lines_open(mem, &input, err, &s->lines);
}

static void open_stage(stage *s, uint32_t idle_ms)
{
    lg_err err = {.text = ""};
    memset(s, 0, sizeof *s);
    snprintf(s->folder, sizeof s->folder, "/tmp/lg-lines-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/socket", s->folder);
    s->loop = lg_loop_new(lg_mem_system());
    assert_non_null(s->loop);
    lg_status status = try_open(s, lg_mem_system(), idle_ms, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, LG_OK);
}

static void close_stage(stage *s)
{
    lg_lines_close(s->lines, 100);
    lg_loop_free(s->loop);
    assert_int_equal(access(s->path, F_OK), -1);
    assert_int_equal(rmdir(s->folder), 0);
}

static int dial(const stage *s)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, s->path, strlen(s->path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Rounds until @p fd has something, or its end; what it has. */
static const char *hear(stage *s, int fd)
{
    static char text[1024];
    for (int i = 0; i < 3000; i++) {
        lg_loop_wait(s->loop, lg_loop_now_ns() + 1000000);
        ssize_t got = recv(fd, text, sizeof text - 1, 0);
        if (got >= 0) {
            text[got] = 0;
            return got ? text : "END";
        }
    }
    return "SILENCE";
}

static void a_line_is_answered(void **state)
{
    (void)state;
    stage s;
    struct stat socket_file;
    open_stage(&s, 0);
    assert_int_equal(stat(s.path, &socket_file), 0);
    assert_int_equal(socket_file.st_mode & 07777, 0600);
    int fd = dial(&s);
    say(fd, "hel");
    lg_loop_round_now(s.loop);
    assert_int_equal(s.heard, 0);
    say(fd, "lo\n");
    assert_string_equal(hear(&s, fd), "heard 5 hello\n");
    say(fd, "\n");
    assert_string_equal(hear(&s, fd), "heard 0 \n");
    assert_false(lg_lines_send(s.lines, 77, "x", 1));
    close(fd);
    for (int i = 0; i < 1000 && !s.gone; i++)
        lg_loop_wait(s.loop, lg_loop_now_ns() + 1000000);
    assert_int_equal(s.gone, 1);
    assert_false(lg_lines_send(s.lines, s.last_peer, "x", 1));
    close_stage(&s);
}

static void a_round_handles_one_line_of_a_peer(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 0);
    int fd = dial(&s);
    say(fd, "1\n2\n3\n4\n5\n");
    uint32_t before = 0;
    for (int i = 0; i < 1000 && s.heard < 5; i++) {
        lg_loop_round_now(s.loop);
        assert_true(s.heard - before <= 1);
        before = s.heard;
    }
    assert_int_equal(s.heard, 5);
    close(fd);
    close_stage(&s);
}

/* Who is answered late is not heard before. */
static void a_late_answer_holds_its_peer(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 0);
    s.late_ms = 60;
    int fd = dial(&s), other = dial(&s);
    int64_t begin_ns = lg_loop_now_ns();
    say(fd, "a\nb\n");
    assert_string_equal(hear(&s, fd), "heard 1 a\n");
    assert_true(lg_loop_now_ns() - begin_ns >= 55000000);
    assert_string_equal(hear(&s, fd), "heard 1 b\n");
    assert_true(lg_loop_now_ns() - begin_ns >= 110000000);
    s.late_ms = 5000;
    say(fd, "c\n");
    lg_loop_wait(s.loop, lg_loop_now_ns() + 50000000);
    s.late_ms = 0;
    say(other, "d\n"); /* nobody else waits */
    assert_string_equal(hear(&s, other), "heard 1 d\n");
    close(fd);
    close(other);
    close_stage(&s);
}

static void a_line_without_end_err(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 0);
    int fd = dial(&s), other = dial(&s);
    char block[4096];
    memset(block, 'a', sizeof block);
    for (int i = 0; i < 4000 && !s.too_long; i++) {
        (void)!send(fd, block, sizeof block, MSG_NOSIGNAL);
        lg_loop_round_now(s.loop);
    }
    assert_int_equal(s.too_long, 1);
    assert_int_equal(s.heard, 0);
    assert_string_equal(hear(&s, fd), "too long\n");
    say(other, "still here\n");
    assert_string_equal(hear(&s, other), "heard 10 still here\n");
    close(fd);
    close(other);
    close_stage(&s);
}

static void the_longest_line_passes(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 0);
    int fd = dial(&s);
    char *line = malloc(LG_LINES_LINE_MAX + 1);
    memset(line, 'b', LG_LINES_LINE_MAX);
    line[LG_LINES_LINE_MAX] = '\n';
    for (size_t sent = 0; sent < LG_LINES_LINE_MAX + 1;) {
        ssize_t n = send(fd, line + sent, LG_LINES_LINE_MAX + 1 - sent, MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
        lg_loop_round_now(s.loop);
    }
    assert_memory_equal(hear(&s, fd), "heard 65536 bbb", 15);
    free(line);
    close(fd);
    close_stage(&s);
}

static void more_than_fit_are_told_err(void **state)
{
    (void)state;
    stage s;
    int fds[LG_LINES_PEERS_MAX];
    open_stage(&s, 0);
    for (int i = 0; i < LG_LINES_PEERS_MAX; i++) {
        assert_true((fds[i] = dial(&s)) >= 0);
        lg_loop_round_now(s.loop);
    }
    for (int i = 0; i < 1000; i++) {
        int fd = dial(&s);
        assert_true(fd >= 0);
        assert_string_equal(hear(&s, fd), "full\n");
        close(fd);
    }
    say(fds[31], "hello\n");
    assert_string_equal(hear(&s, fds[31]), "heard 5 hello\n");
    close(fds[0]);
    for (int i = 0; i < 1000 && !s.gone; i++)
        lg_loop_round_now(s.loop);
    fds[0] = dial(&s);
    say(fds[0], "again\n");
    assert_string_equal(hear(&s, fds[0]), "heard 5 again\n");
    for (int i = 0; i < LG_LINES_PEERS_MAX; i++)
        close(fds[i]);
    close_stage(&s);
}

static void who_does_not_read_is_let_go_err(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 0);
    s.answer_size = 100000;
    int fd = dial(&s);
    for (int i = 0; i < 100 && !s.gone; i++) {
        (void)!send(fd, "more\n", 5, MSG_NOSIGNAL);
        for (int k = 0; k < 5; k++)
            lg_loop_round_now(s.loop);
    }
    assert_int_equal(s.gone, 1);
    assert_true(s.heard <= 20);
    close(fd);
    close_stage(&s);
}

static void half_a_line_and_silence_err(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 30);
    int half = dial(&s), silent = dial(&s), waiting = dial(&s);
    say(waiting, "follow\n");
    assert_string_equal(hear(&s, waiting), "heard 6 follow\n");
    lg_lines_keep(s.lines, s.last_peer, true);
    say(half, "{\"command\"");
    assert_string_equal(hear(&s, half), "END");
    assert_string_equal(hear(&s, silent), "END");
    for (int i = 0; i < 200; i++)
        lg_loop_wait(s.loop, lg_loop_now_ns() + 1000000);
    assert_true(lg_lines_send(s.lines, s.last_peer, "news", 4));
    assert_string_equal(hear(&s, waiting), "news\n");
    close(half);
    close(silent);
    close(waiting);
    close_stage(&s);
}

static void what_was_sent_is_read_before_the_end(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 0);
    int fd = dial(&s);
    say(fd, "x\n");
    while (!s.heard)
        lg_loop_round_now(s.loop);
    close_stage(&s);
    char text[64] = "";
    assert_int_equal(recv(fd, text, sizeof text, 0), 10);
    assert_string_equal(text, "heard 1 x\n");
    close(fd);
}

static void a_socket_in_use_is_not_taken_err(void **state)
{
    (void)state;
    stage s, second;
    lg_err err;
    open_stage(&s, 0);
    second = s;
    assert_int_equal(try_open(&second, lg_mem_system(), 0, &err), LG_IO);
    assert_non_null(strstr(err.text, "another host is listening there"));
    assert_null(second.lines);
    int fd = dial(&s);
    say(fd, "alive\n");
    assert_string_equal(hear(&s, fd), "heard 5 alive\n");
    close(fd);
    close_stage(&s);
}

static void a_dead_socket_is_removed_another_file_is_not(void **state)
{
    (void)state;
    stage s;
    lg_err err;
    open_stage(&s, 0);
    lg_lines_close(s.lines, 0);
    int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, s.path, strlen(s.path) + 1);
    assert_int_equal(bind(dead, (struct sockaddr *)&address, sizeof address), 0);
    close(dead);
    assert_int_equal(try_open(&s, lg_mem_system(), 0, &err), LG_OK);
    int fd = dial(&s);
    say(fd, "new\n");
    assert_string_equal(hear(&s, fd), "heard 3 new\n");
    close(fd);
    lg_lines_close(s.lines, 0);

    close(open(s.path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(try_open(&s, lg_mem_system(), 0, &err), LG_IO);
    assert_non_null(strstr(err.text, "something else lies there"));
    assert_int_equal(unlink(s.path), 0);

    assert_int_equal(try_open(&s, lg_mem_system(), 0, &err), LG_OK);
    assert_int_equal(unlink(s.path), 0); /* somebody puts his own in its place */
    close(open(s.path, O_CREAT | O_WRONLY, 0600));
    lg_lines_close(s.lines, 0);
    assert_int_equal(unlink(s.path), 0);
    lg_loop_free(s.loop);
    assert_int_equal(rmdir(s.folder), 0);
}

static void paths_that_cannot_be_err(void **state)
{
    (void)state;
    stage s;
    lg_err err;
    memset(&s, 0, sizeof s);
    s.loop = lg_loop_new(lg_mem_system());
    memset(s.path, 'p', 120);
    assert_int_equal(try_open(&s, lg_mem_system(), 0, &err), LG_IO);
    assert_non_null(strstr(err.text, "the path has 120 bytes, a socket's at most 107"));
    snprintf(s.path, sizeof s.path, "/nowhere/at/all");
    assert_int_equal(try_open(&s, lg_mem_system(), 0, &err), LG_IO);
    assert_non_null(strstr(err.text, "/nowhere/at/all: No such file or directory"));
    lg_loop_free(s.loop);
}

static int open_and_close(lg_mem *mem, void *ctx)
{
    stage *s = ctx;
    lg_err err;
    lg_status status = try_open(s, mem, 0, &err);
    lg_lines_close(s->lines, 0);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void test_memory_err(void **state)
{
    (void)state;
    stage s;
    open_stage(&s, 0);
    lg_lines_close(s.lines, 0);
    lg_sweep_allocations(open_and_close, &s);
    lg_loop_free(s.loop);
    assert_int_equal(rmdir(s.folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_answered),
        cmocka_unit_test(a_round_handles_one_line_of_a_peer),
        cmocka_unit_test(a_late_answer_holds_its_peer),
        cmocka_unit_test(a_line_without_end_err),
        cmocka_unit_test(the_longest_line_passes),
        cmocka_unit_test(more_than_fit_are_told_err),
        cmocka_unit_test(who_does_not_read_is_let_go_err),
        cmocka_unit_test(half_a_line_and_silence_err),
        cmocka_unit_test(what_was_sent_is_read_before_the_end),
        cmocka_unit_test(a_socket_in_use_is_not_taken_err),
        cmocka_unit_test(a_dead_socket_is_removed_another_file_is_not),
        cmocka_unit_test(paths_that_cannot_be_err),
        cmocka_unit_test(test_memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
