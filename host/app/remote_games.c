/* game.json says all that counts, in the same bytes wherever it was made; so its SHA-256 stands
 * beside the object, and two games are compared without fetching one. */
#include "app/remote_games.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/play.h"
#include "arena/game.h"
#include "base/hash.h"
#include "base/text.h"
#include "nats/tarball.h"
#include "nats/objects.h"

void lg_remote_drop(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (const struct dirent *entry; (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0); /* "." and ".." are no files */
    closedir(dir);
    rmdir(folder);
}

/* SHA-256 of the game's figures. */
static lg_status identify(const char *folder, char sum[65], lg_err *err)
{
    char path[PATH_MAX];
    uint64_t size;
    snprintf(path, sizeof path, "%.4000s/" LG_PLAY_FIGURES, folder);
    FILE *file = fopen(path, "re");
    bool fine = file && lg_sha256_file(file, sum, &size);
    int cause = errno;
    if (file)
        fclose(file);
    return fine ? LG_OK : lg_fail(err, LG_INVALID, "%.400s: %s", path, strerror(cause));
}

/* A file without a name, gone when it is closed. */
static FILE *open_scratch(const char *beside, lg_err *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s.tar", beside);
    FILE *file = fopen(path, "w+xe");
    if (!file && errno == EEXIST && unlink(path) == 0) /* of one who was killed */
        file = fopen(path, "w+xe");
    if (!file)
        lg_fail(err, LG_IO, "%.400s: %s", path, strerror(errno));
    else
        unlink(path);
    return file;
}

lg_status lg_remote_store(lg_mem *mem, lg_link *link, const char *folder, const char *name,
                          lg_stored *stored, lg_err *err)
{
    char sum[65];
    lg_object object;
    bool first = false;
    lg_status status = identify(folder, sum, err);
    if (status != LG_OK)
        return status;
    FILE *file = open_scratch(folder, err);
    if (!file)
        return LG_IO;
    status = lg_tarball_pack(mem, folder, file, err);
    if (status == LG_OK && fseek(file, 0, SEEK_SET) != 0)
        status = lg_fail(err, LG_IO, "%.400s: %s", folder, strerror(errno));
    if (status == LG_OK)
        status = lg_objects_put(link, LG_OBJECTS_GAMES, name, file, sum, &object, &first, err);
    fclose(file);
    if (status == LG_OK)
        *stored = first                           ? LG_STORED_FIRST
                  : strcmp(object.note, sum) == 0 ? LG_STORED_SAME
                                                  : LG_STORED_DIFFERS;
    return status;
}

/* Whether the folder is whole and of that job. */
static lg_status check(lg_mem *mem, const char *folder, const char *name, lg_err *err)
{
    char path[PATH_MAX], sum[65], found[LG_GAME_NAME_SIZE] = "";
    lg_game game;
    lg_diag diag;
    lg_status status = identify(folder, sum, err);
    if (status != LG_OK)
        return status;
    snprintf(path, sizeof path, "%.4000s/" LG_PLAY_JOB, folder);
    lg_diag_init(&diag, mem);
    bool fine = lg_game_read(mem, path, &diag, &game) == LG_OK && lg_game_name(&game, found) &&
                strcmp(found, name) == 0;
    lg_game_fini(&game);
    lg_diag_fini(&diag);
    return fine ? LG_OK : lg_fail(err, LG_INVALID, "what is stored as game %s is not it", name);
}

static lg_status open_game(lg_mem *mem, FILE *file, const char *folder, const char *name,
                           lg_err *err)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%.4000s" LG_PLAY_PART, folder);
    lg_remote_drop(part);
    if (mkdir(part, 0777) != 0)
        return lg_fail(err, LG_IO, "%.400s: %s", part, strerror(errno));
    lg_status status = lg_tarball_open(file, part, err);
    if (status == LG_OK)
        status = check(mem, part, name, err);
    if (status == LG_OK && rename(part, folder) != 0)
        status = lg_fail(err, LG_IO, "%.400s: %s", folder, strerror(errno));
    if (status != LG_OK)
        lg_remote_drop(part);
    return status;
}

lg_status lg_remote_fetch(lg_mem *mem, lg_link *link, const char *folder, const char *name,
                          bool *found, lg_err *err)
{
    lg_object object;
    lg_status status = lg_objects_find(link, LG_OBJECTS_GAMES, name, found, &object, err);
    if (status != LG_OK || !*found)
        return status;
    FILE *file = open_scratch(folder, err);
    if (!file)
        return LG_IO;
    status = lg_objects_get(link, LG_OBJECTS_GAMES, &object, file, err);
    if (status == LG_OK && fseek(file, 0, SEEK_SET) != 0)
        status = lg_fail(err, LG_IO, "%.400s: %s", folder, strerror(errno));
    if (status == LG_OK)
        status = open_game(mem, file, folder, name, err);
    fclose(file);
    return status;
}
