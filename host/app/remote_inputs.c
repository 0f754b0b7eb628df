/* Whoever may write to the server may have written anything: a job is read as any file of a
 * stranger, its name has to be its hash, and its files are what their SHA-256 says. Paths were
 * checked when the job was read: none leaves its folder. */
#include "app/remote_inputs.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena/game.h"
#include "base/hash.h"
#include "base/output.h"
#include "nats/objects.h"

enum { FILES_MAX = 10000 };
#define BYTES_MAX (UINT64_C(1) << 30) /* of all files of a job */

typedef struct inputs {
    lg_mem *mem;
    lg_link *link;
    const lg_remote_places *places;
    const char *root;
    uint64_t bytes;
    lg_err *err;
} inputs;

static int drop_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    remove(path);
    return 0;
}

void lg_remote_drop_tree(const char *folder)
{
    nftw(folder, drop_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* ---- the job ---- */

static lg_status read_job(inputs *in, const lg_task *task, lg_game *game)
{
    char path[PATH_MAX], name[LG_GAME_NAME_SIZE] = "";
    lg_diag diag;
    snprintf(path, sizeof path, "%.4000s/job.json", in->root);
    int cause = lg_output_replace(in->mem, path, task->text, task->size);
    if (cause)
        return lg_fail(in->err, LG_IO, "%.400s: %s", path, strerror(cause));
    lg_diag_init(&diag, in->mem);
    lg_status status = lg_game_read(in->mem, path, &diag, game);
    if (status == LG_SCENARIO)
        status = lg_fail(in->err, LG_INVALID, "it is no job: %.60s: %.300s",
                         diag.count ? diag.problems[0].key : "",
                         diag.count ? diag.problems[0].text : "");
    else if (status != LG_OK)
        lg_fail(in->err, status, "a job cannot be read");
    else
        status = lg_game_is_ours(game, LG_VERSION, in->err);
    if (status == LG_OK && !lg_game_name(game, name))
        status = lg_fail(in->err, LG_MEMORY, "out of memory");
    else if (status == LG_OK && strcmp(name, task->name) != 0)
        status = lg_fail(in->err, LG_INVALID, "its name is not its hash, %s", name);
    lg_diag_fini(&diag);
    unlink(path);
    return status;
}

/* ---- its files ---- */

static bool is_sum(const char *text)
{
    return strlen(text) == 64 && !text[strspn(text, "0123456789abcdef")];
}

static lg_status check_shipped(const inputs *in, const lg_game_pair *pair)
{
    char path[PATH_MAX], sum[65] = "";
    uint64_t size;
    snprintf(path, sizeof path, "%.3000s/%.1000s", in->places->scripts,
             pair->key + strlen(LG_GAME_SHIPPED));
    FILE *file = fopen(path, "re");
    bool fine = file && lg_sha256_file(file, sum, &size) && strcmp(sum, pair->value) == 0;
    if (file)
        fclose(file);
    return fine ? LG_OK
                : lg_fail(in->err, LG_UNSUPPORTED,
                          "%.200s, which ships with this lunagrid " LG_VERSION
                          ", is not the one that the job names",
                          pair->key);
}

/* Into the folder of files, under its name when it is whole. */
static lg_status fetch(inputs *in, const lg_object *object, const char *kept)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%.4000s.part", kept);
    unlink(part);
    FILE *file = fopen(part, "w+xe");
    if (!file)
        return lg_fail(in->err, LG_IO, "%.400s: %s", part, strerror(errno));
    lg_status status = lg_objects_get(in->link, LG_OBJECTS_FILES, object, file, in->err);
    fclose(file);
    if (status == LG_OK && rename(part, kept) != 0)
        status = lg_fail(in->err, LG_IO, "%.400s: %s", kept, strerror(errno));
    if (status != LG_OK)
        unlink(part);
    return status;
}

static lg_status have_file(inputs *in, const lg_game_pair *pair, char kept[PATH_MAX])
{
    lg_object object;
    struct stat info;
    bool found;
    snprintf(kept, PATH_MAX, "%.4000s/%.64s", in->places->files, pair->value);
    if (stat(kept, &info) == 0) {
        in->bytes += (uint64_t)info.st_size;
        return LG_OK;
    }
    lg_status status =
        lg_objects_find(in->link, LG_OBJECTS_FILES, pair->value, &found, &object, in->err);
    if (status != LG_OK)
        return status;
    if (!found)
        return lg_fail(in->err, LG_INVALID, "its file %.200s is not on the server", pair->key);
    if (strcmp(object.sha256, pair->value) != 0)
        return lg_fail(in->err, LG_INVALID, "its file %.200s is another one on the server",
                       pair->key);
    in->bytes += object.size;
    return in->bytes <= BYTES_MAX ? fetch(in, &object, kept) : LG_OK;
}

/* A path of the job in its root, with the folders above it. */
static lg_status place_file(inputs *in, const lg_game_pair *pair)
{
    char kept[PATH_MAX], path[PATH_MAX];
    if (!is_sum(pair->value))
        return lg_fail(in->err, LG_INVALID, "%.200s has no SHA-256", pair->key);
    if (strlen(pair->key) > 1000)
        return lg_fail(in->err, LG_INVALID, "the path %.100s... is too long", pair->key);
    lg_status status = have_file(in, pair, kept);
    if (status != LG_OK)
        return status;
    if (in->bytes > BYTES_MAX)
        return lg_fail(in->err, LG_INVALID, "its files have more than %llu bytes",
                       (unsigned long long)BYTES_MAX);
    size_t root = (size_t)snprintf(path, sizeof path, "%.3000s/", in->root);
    snprintf(path + root, sizeof path - root, "%s", pair->key);
    for (char *slash = strchr(path + root, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            break; /* link() says why */
    }
    if (link(kept, path) == 0)
        return LG_OK;
    bool clash = errno == EEXIST || errno == ENOTDIR; /* one path lies below another */
    return lg_fail(in->err, clash ? LG_INVALID : LG_IO, "%.200s: %s", pair->key, strerror(errno));
}

lg_status lg_remote_inputs(lg_mem *mem, lg_link *link, const lg_remote_places *places,
                           const lg_task *task, lg_text *text, char *root, size_t root_size,
                           lg_err *err)
{
    inputs in = {.mem = mem, .link = link, .places = places, .root = root, .err = err};
    lg_game game;
    if (strlen(task->name) != LG_GAME_NAME_SIZE - 1 ||
        task->name[strspn(task->name, "0123456789abcdef")])
        return lg_fail(err, LG_INVALID, "it has no name of a job");
    snprintf(root, root_size, "%.3000s/%s", places->roots, task->name);
    lg_remote_drop_tree(root);
    if (mkdir(root, 0777) != 0)
        return lg_fail(err, LG_IO, "%.400s: %s", root, strerror(errno));
    lg_game_init(&game, mem); /* it may not come to reading */
    lg_status status = read_job(&in, task, &game);
    if (status == LG_OK && game.files.count > FILES_MAX)
        status = lg_fail(err, LG_INVALID, "it has more than %d files", FILES_MAX);
    for (uint32_t i = 0; i < game.files.count && status == LG_OK; i++) {
        const lg_game_pair *pair = &game.files.items[i];
        bool shipped = strncmp(pair->key, LG_GAME_SHIPPED, strlen(LG_GAME_SHIPPED)) == 0;
        status = shipped ? check_shipped(&in, pair) : place_file(&in, pair);
    }
    if (status == LG_OK) {
        lg_game_print(&game, text);
        status = text->failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
    }
    lg_game_fini(&game);
    if (status != LG_OK)
        lg_remote_drop_tree(root);
    return status;
}
