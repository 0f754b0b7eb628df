/* inotify in the loop. A watch belongs to the folder that a path led to when it was set; when that
 * folder goes, the path is tried again from time to time. */
#include "loop/folders.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdalign.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "loop/room.h"

#define EVENTS                                                                                     \
    (IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM |            \
     IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

typedef struct folder {
    char *path;
    int watch; /* -1: it is gone */
} folder;

struct lg_folders {
    lg_mem *mem;
    int fd;
    struct event readable, again; /* again: a timer, for folders that are gone */
    void (*changed)(void *ctx, const char *folder, const char *name);
    void *ctx;
    folder *items;
    uint32_t count, capacity;
};

/* Several paths may lead to one folder, and so have the same watch. */
static void tell(lg_folders *f, const struct inotify_event *event)
{
    if (event->mask & IN_Q_OVERFLOW) {
        f->changed(f->ctx, NULL, NULL);
        return;
    }
    bool gone = event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF);
    for (uint32_t i = 0; i < f->count; i++) {
        folder *item = &f->items[i];
        if (item->watch != event->wd)
            continue;
        if (gone)
            item->watch = -1;
        else
            f->changed(f->ctx, item->path, event->len ? event->name : NULL);
    }
    if (gone && event->mask & IN_MOVE_SELF)
        inotify_rm_watch(f->fd, event->wd);
}

static void heard(evutil_socket_t fd, short what, void *ctx)
{
    lg_folders *f = ctx;
    alignas(struct inotify_event) char bytes[16384];
    (void)what;
    for (ssize_t size; (size = read((int)fd, bytes, sizeof bytes)) > 0;)
        for (char *at = bytes; at < bytes + size;) {
            const struct inotify_event *event = (const struct inotify_event *)(void *)at;
            at += sizeof *event + event->len;
            tell(f, event);
        }
}

static void try_again(evutil_socket_t fd, short what, void *ctx)
{
    lg_folders *f = ctx;
    (void)fd;
    (void)what;
    for (uint32_t i = 0; i < f->count; i++) {
        if (f->items[i].watch >= 0)
            continue;
        f->items[i].watch = inotify_add_watch(f->fd, f->items[i].path, EVENTS);
        if (f->items[i].watch >= 0)
            f->changed(f->ctx, f->items[i].path, NULL);
    }
}

lg_status lg_folders_new(lg_mem *mem, lg_loop *loop,
                         void (*changed)(void *ctx, const char *folder, const char *name),
                         void *ctx, lg_err *err, lg_folders **out)
{
    static const struct timeval second = {.tv_sec = 1};
    *out = NULL;
    lg_folders *f = lg_mem_zalloc(mem, 1, sizeof *f);
    if (!f)
        return lg_fail(err, LG_MEMORY, "out of memory for watching folders");
    f->mem = mem;
    f->changed = changed;
    f->ctx = ctx;
    f->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (f->fd < 0) {
        int why = errno;
        lg_mem_free(mem, f, sizeof *f);
        return lg_fail(err, LG_LIMIT, "folders cannot be watched: %s", strerror(why));
    }
    struct event_base *base = lg__loop_base(loop);
    event_assign(&f->readable, base, f->fd, EV_READ | EV_PERSIST, heard, f);
    event_assign(&f->again, base, -1, EV_PERSIST, try_again, f);
    if (event_add(&f->readable, NULL) != 0 || event_add(&f->again, &second) != 0) {
        lg_folders_free(f);
        return lg_fail(err, LG_MEMORY, "out of memory for watching folders");
    }
    *out = f;
    return LG_OK;
}

void lg_folders_free(lg_folders *f)
{
    if (!f)
        return;
    event_del(&f->readable);
    event_del(&f->again);
    close(f->fd);
    for (uint32_t i = 0; i < f->count; i++)
        lg_mem_strfree(f->mem, f->items[i].path);
    lg_mem_free(f->mem, f->items, f->capacity * sizeof *f->items);
    lg_mem_free(f->mem, f, sizeof *f);
}

lg_status lg_folders_add(lg_folders *f, const char *path, lg_err *err)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (strcmp(f->items[i].path, path) == 0)
            return LG_OK;
    if (!LG_GROW(f->mem, f->items, f->capacity, f->count + 1))
        return lg_fail(err, LG_MEMORY, "out of memory for watching %s", path);
    folder item = {.path = lg_mem_strdup(f->mem, path)};
    if (!item.path)
        return lg_fail(err, LG_MEMORY, "out of memory for watching %s", path);
    item.watch = inotify_add_watch(f->fd, path, EVENTS);
    if (item.watch < 0) {
        int why = errno;
        lg_mem_strfree(f->mem, item.path);
        return lg_fail(err, why == ENOSPC ? LG_LIMIT : LG_IO, "%s cannot be watched: %s", path,
                       strerror(why));
    }
    f->items[f->count++] = item;
    return LG_OK;
}
