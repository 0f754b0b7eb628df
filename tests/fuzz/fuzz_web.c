/* libFuzzer target: any bytes as what a client sends to the page of a running host, through evhttp,
 * the gate and what reads bodies. "@H" in them stands for where it listens, "@T" for its token, so
 * that an input may come through. Whatever comes: who is let in has said all that must be said, and
 * no answer tells the token. */
#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "app/serve_parts.h"
#include "base/token.h"
#include "control/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { SENT_MAX = 1 << 16, ANSWER_MAX = 1 << 16, ROUNDS_MAX = 400 };

static lg_loop *loop;
static lg_web *web;

static bool is_public(void *ctx, const char *path)
{
    (void)ctx;
    return strcmp(path, "/") == 0;
}

static void check_target(const lg_web_call *call)
{
    LG_ASSERT(call->path[0] == '/' && !strstr(call->path, "//") && !strstr(call->path, "/../"));
    LG_ASSERT(!strpbrk(call->path, "%\\ <>\"?#") && !strpbrk(call->query, "%\\ <>\""));
    for (const char *at = call->path; *at; at++)
        LG_ASSERT((unsigned char)*at > 0x20 && (unsigned char)*at < 0x7f);
}

/* What the handlers of a running host read of a request. */
static void asked(void *ctx, const lg_web_call *call)
{
    lg_serve_proposal p;
    lg_request request;
    lg_request_fault fault;
    char value[LG_WEB_QUERY_MAX];
    (void)ctx;
    check_target(call);
    LG_ASSERT(!call->post || call->who);
    LG_ASSERT(call->body_size <= LG_WEB_BODY_MAX && call->body[call->body_size] == 0);
    lg_web_query(call->query, "from", value, sizeof value);
    lg_web_query(call->query, "kinds", value, 3);
    if (lg_serve_proposal_read(lg_mem_system(), call->body, call->body_size, false, &p))
        LG_ASSERT(!(p.text && p.to));
    cJSON_Delete(p.tree);
    lg_status status =
        lg_request_read(lg_mem_system(), call->body, call->body_size, &request, &fault);
    lg_request_fini(&request);
    if (status == LG_OK)
        lg_web_answer(call, 200, "application/json", "{\"ok\":true}\n", 12);
    else
        lg_web_refuse(call, 400, "bad_request", "no command");
}

static int reach(void)
{
    lg_web_address address;
    lg_err err;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct linger at_once = {.l_onoff = 1}; /* no port waits for stragglers */
    LG_ASSERT(fd >= 0 && lg_web_address_read(lg_web_where(web), &address, &err) == LG_OK);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    LG_ASSERT(connect(fd, (const struct sockaddr *)&address.socket, address.length) == 0);
    return fd;
}

/* Sends, and reads until the server closes or has nothing more to say. */
static void talk(const char *text, size_t size)
{
    static char answer[ANSWER_MAX + 1];
    size_t have = 0;
    int fd = reach();
    ssize_t sent = send(fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    for (int round = 0; sent >= 0 && round < ROUNDS_MAX; round++) {
        lg_loop_round_now(loop);
        ssize_t got = recv(fd, answer + have, ANSWER_MAX - have, MSG_DONTWAIT);
        if (got == 0 || have + (size_t)(got > 0 ? got : 0) == ANSWER_MAX)
            break;
        have += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    lg_loop_round_now(loop);
    LG_ASSERT(!memmem(answer, have, lg_web_token(web), LG_TOKEN_SIZE - 1));
}

static size_t fill(char *out, const uint8_t *bytes, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < size && length + LG_WEB_ADDRESS_TEXT_MAX < SENT_MAX; i++) {
        const char *word = bytes[i] != '@' || i + 1 == size ? NULL
                           : bytes[i + 1] == 'H'            ? lg_web_where(web)
                           : bytes[i + 1] == 'T'            ? lg_web_token(web)
                                                            : NULL;
        if (word) {
            memcpy(out + length, word, strlen(word));
            length += strlen(word);
            i++;
        } else {
            out[length++] = (char)bytes[i];
        }
    }
    return length;
}

static void open_once(void)
{
    static const uint8_t right[] = "GET / HTTP/1.1\r\nHost: @H\r\nAuthorization: Bearer @T\r\n\r\n";
    static char text[SENT_MAX];
    lg_web_address address;
    lg_err err;
    LG_ASSERT(lg_web_address_read("127.0.0.1:0", &address, &err) == LG_OK);
    loop = lg_loop_new(lg_mem_system());
    const lg_web_input input = {
        .loop = loop, .address = &address, .is_public = is_public, .asked = asked};
    LG_ASSERT(loop && lg_web_open(lg_mem_system(), &input, &err, &web) == LG_OK);
    talk(text, fill(text, right, sizeof right - 1)); /* so that guesses lock nobody out */
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char text[SENT_MAX];
    if (!web)
        open_once();
    talk(text, fill(text, bytes, size));
    return 0;
}
