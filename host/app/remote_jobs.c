/* The server is asked, now and then, for the ends that were told since. Ends are hints: what counts
 * is the game that lies in the bucket. So nothing is lost when either side is killed. */
#include "app/remote_jobs.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "app/remote_games.h"
#include "arena/game.h"
#include "base/input.h"
#include "loop/loop.h"
#include "nats/objects.h"
#include "nats/queue.h"

enum { AWAY_S = 60, LOOK_S = 5, TOLD_MAX = 64 };

#define SECOND_NS INT64_C(1000000000)

/* A job whose game is not here. */
typedef struct pending {
    char name[LG_GAME_NAME_SIZE];
    bool stored; /* it is there to be fetched */
} pending;

struct lg_remote {
    lg_mem *mem;
    lg_remote_input input;
    lg_link *link;
    lg_arena arena;
    pending *items;
    uint32_t count, capacity;
    const char **sent; /* SHA-256 of files that the server has */
    uint32_t sent_count, sent_capacity;
    const char *told[TOLD_MAX]; /* refusals */
    uint32_t told_count;
    uint64_t next;    /* end to hear */
    int64_t away_ns;  /* since when the server does not answer; 0: it does */
    int64_t heard_ns; /* when something ended last, or somebody was seen to work */
    bool lonely;      /* it was told that nobody plays */
};

lg_status lg_remote_open(lg_mem *mem, const lg_remote_input *input, lg_err *err, lg_remote **out)
{
    lg_remote *remote = lg_mem_zalloc(mem, 1, sizeof *remote);
    *out = NULL;
    if (!remote)
        return lg_fail(err, LG_MEMORY, "out of memory");
    remote->mem = mem;
    remote->input = *input;
    remote->heard_ns = lg_loop_now_ns();
    lg_arena_init(&remote->arena, mem, 4096);
    lg_status status = lg_link_open(mem, input->url, err, &remote->link);
    if (status == LG_OK)
        status = lg_objects_open(remote->link, err);
    if (status == LG_OK)
        status = lg_queue_open(remote->link, err);
    if (status == LG_OK)
        status = lg_queue_mark(remote->link, &remote->next, err);
    if (status == LG_OK)
        *out = remote;
    else
        lg_remote_close(remote);
    return status;
}

void lg_remote_close(lg_remote *remote)
{
    if (!remote)
        return;
    lg_link_close(remote->link);
    lg_mem_free(remote->mem, remote->items, remote->capacity * sizeof *remote->items);
    lg_mem_free(remote->mem, remote->sent, remote->sent_capacity * sizeof *remote->sent);
    lg_arena_drop(&remote->arena);
    lg_mem_free(remote->mem, remote, sizeof *remote);
}

/* ---- giving ---- */

static bool is_sent(const lg_remote *remote, const char *sum)
{
    for (uint32_t i = 0; i < remote->sent_count; i++)
        if (strcmp(remote->sent[i], sum) == 0)
            return true;
    return false;
}

static lg_status send_file(lg_remote *remote, const lg_game_pair *pair, lg_err *err)
{
    char path[PATH_MAX];
    const char *why;
    lg_object object;
    bool first;
    if (strncmp(pair->key, LG_GAME_SHIPPED, strlen(LG_GAME_SHIPPED)) == 0 ||
        is_sent(remote, pair->value))
        return LG_OK; /* workers have what ships */
    snprintf(path, sizeof path, "%.3000s/%.1000s", remote->input.root, pair->key);
    FILE *file = lg_input_open(path, &why);
    if (!file)
        return lg_fail(err, LG_IO, "%.400s: %s", path, why);
    lg_status status =
        lg_objects_put(remote->link, LG_OBJECTS_FILES, pair->value, file, "", &object, &first, err);
    fclose(file);
    if (status == LG_OK && strcmp(object.sha256, pair->value) != 0)
        return lg_fail(err, LG_INVALID, "%.400s %s", path,
                       first ? "has changed since the job was made"
                             : "is another file on the server, under the same SHA-256");
    const char *copy = lg_arena_text(&remote->arena, pair->value, strlen(pair->value));
    if (status == LG_OK && copy &&
        LG_GROW(remote->mem, remote->sent, remote->sent_capacity, remote->sent_count + 1)) {
        remote->sent[remote->sent_count++] = copy;
        return LG_OK;
    }
    return status == LG_OK ? lg_fail(err, LG_MEMORY, "out of memory") : status;
}

static lg_status send_job(lg_remote *remote, const char *name, lg_err *err)
{
    char path[PATH_MAX];
    lg_game game;
    lg_diag diag;
    lg_text text;
    snprintf(path, sizeof path, "%.4000s/%s.json", remote->input.folder, name);
    lg_text_init(&text, remote->mem);
    lg_diag_init(&diag, remote->mem);
    lg_status status = lg_game_read(remote->mem, path, &diag, &game);
    if (status != LG_OK)
        lg_fail(err, status, "%.400s is no job", path);
    for (uint32_t i = 0; i < game.files.count && status == LG_OK; i++)
        status = send_file(remote, &game.files.items[i], err);
    if (status == LG_OK) {
        lg_game_print(&game, &text);
        status = text.failed
                     ? lg_fail(err, LG_MEMORY, "out of memory")
                     : lg_queue_add(remote->link, game.engine, name, text.data, text.length, err);
    }
    lg_game_fini(&game);
    lg_diag_fini(&diag);
    lg_text_fini(&text);
    return status;
}

lg_status lg_remote_add(lg_remote *remote, const char *name, lg_err *err)
{
    lg_object object;
    bool stored = false;
    lg_status status = lg_objects_find(remote->link, LG_OBJECTS_GAMES, name, &stored, &object, err);
    if (status == LG_OK &&
        !LG_GROW(remote->mem, remote->items, remote->capacity, remote->count + 1))
        status = lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK && !stored)
        status = send_job(remote, name, err);
    if (status != LG_OK)
        return status;
    pending *item = &remote->items[remote->count++];
    *item = (pending){.stored = stored};
    snprintf(item->name, sizeof item->name, "%s", name);
    return LG_OK;
}

/* ---- hearing ---- */

static void over(lg_remote *remote, uint32_t index, lg_remote_end end, const char *reason)
{
    pending item = remote->items[index];
    remote->items[index] = remote->items[--remote->count];
    remote->input.ended(remote->input.ctx, item.name, end, reason);
}

/* A server that is away comes back: the next round tries again. */
static lg_status fetch(lg_remote *remote, uint32_t index, lg_err *err)
{
    char folder[PATH_MAX];
    bool found;
    const char *name = remote->items[index].name;
    snprintf(folder, sizeof folder, "%.4000s/%s", remote->input.folder, name);
    lg_status status = lg_remote_fetch(remote->mem, remote->link, folder, name, &found, err);
    if (status == LG_OK && found)
        over(remote, index, LG_REMOTE_FETCHED, "");
    else if (status == LG_OK)
        over(remote, index, LG_REMOTE_FAILED, "its game was said to be stored, but is not");
    else if (status == LG_INVALID || status == LG_LIMIT)
        over(remote, index, LG_REMOTE_FAILED, err->text);
    else
        return status;
    return LG_OK;
}

static lg_status fetch_stored(lg_remote *remote, lg_err *err)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < remote->count && status == LG_OK;) {
        uint32_t before = remote->count;
        if (remote->items[i].stored)
            status = fetch(remote, i, err);
        i += remote->count == before;
    }
    return status;
}

static void tell_refusal(lg_remote *remote, const lg_queue_end *end)
{
    char text[640];
    snprintf(text, sizeof text, "worker %s: %s", end->worker, end->reason);
    for (uint32_t i = 0; i < remote->told_count; i++)
        if (strcmp(remote->told[i], text) == 0)
            return;
    const char *copy = lg_arena_text(&remote->arena, text, strlen(text));
    if (remote->told_count < TOLD_MAX && copy) {
        remote->told[remote->told_count++] = copy;
        fprintf(stderr, "%s\n", text);
    }
}

static void take_end(lg_remote *remote, const lg_queue_end *end)
{
    char reason[640];
    uint32_t index = 0;
    snprintf(reason, sizeof reason, "%s (worker %s)", end->reason, end->worker);
    while (index < remote->count && strcmp(remote->items[index].name, end->name) != 0)
        index++;
    bool ours = index < remote->count;
    if (end->end == LG_END_DIFFERS) /* the first one may be here already */
        remote->input.ended(remote->input.ctx, end->name, LG_REMOTE_DISPUTED, reason);
    if (!ours)
        return;
    remote->heard_ns = lg_loop_now_ns();
    if (end->end == LG_END_FAILED)
        over(remote, index, LG_REMOTE_FAILED, reason);
    else if (end->end == LG_END_REFUSED)
        tell_refusal(remote, end);
    else
        remote->items[index].stored = true;
}

/* Says so when nobody works for us. */
static lg_status look(lg_remote *remote, lg_err *err)
{
    lg_queue_workers workers;
    int64_t now = lg_loop_now_ns();
    if (now - remote->heard_ns < LOOK_S * SECOND_NS)
        return LG_OK;
    remote->heard_ns = now;
    lg_status status = lg_queue_look(remote->link, LG_VERSION, &workers, err);
    if (status != LG_OK)
        return status;
    bool lonely = !workers.waiting && !workers.busy;
    if (lonely && !remote->lonely)
        fprintf(stderr,
                "lunagrid: %u games wait at %s for a worker of lunagrid " LG_VERSION "%s%s%s\n",
                remote->count, lg_link_name(remote->link),
                *workers.others ? "; those there refuse them, they are of " : "", workers.others,
                *workers.others ? "" : " (lunagrid worker --nats URL)");
    remote->lonely = lonely;
    return LG_OK;
}

static lg_status hear(lg_remote *remote, lg_err *err)
{
    lg_queue_end end;
    bool found = true;
    lg_status status = fetch_stored(remote, err);
    while (status == LG_OK && found) {
        status = lg_queue_hear(remote->link, &remote->next, &found, &end, err);
        if (status == LG_OK && found)
            take_end(remote, &end);
    }
    if (status == LG_OK)
        status = fetch_stored(remote, err);
    return status == LG_OK && remote->count ? look(remote, err) : status;
}

lg_status lg_remote_round(lg_remote *remote, lg_err *err)
{
    lg_status status = hear(remote, err);
    int64_t now = lg_loop_now_ns();
    if (status != LG_IO) {
        remote->away_ns = 0;
        return status;
    }
    if (!remote->away_ns) {
        remote->away_ns = now;
        fprintf(stderr, "lunagrid: %s; trying again\n", err->text);
    }
    if (now - remote->away_ns > AWAY_S * SECOND_NS)
        return status;
    *err = (lg_err){.status = LG_OK};
    return LG_OK;
}
