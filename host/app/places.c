/* Everything is looked for relative to the executable first, so that a build tree, an unpacked
 * tarball and an installed package work without being told where they are.
 */
#include "app/places.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/text.h"

#ifndef LG_INSTALL_PREFIX
#define LG_INSTALL_PREFIX "/usr/local"
#endif

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool own_folder(char folder[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    if (length <= 0 || length >= PATH_MAX - 1)
        return false;
    folder[length] = 0;
    char *slash = strrchr(folder, '/');
    if (!slash)
        return false;
    *slash = 0;
    return true;
}

/* The first of @p tails that is a folder below @p base, or @p otherwise; as an absolute path. */
static char *first_folder(lg_mem *mem, const char *base, const char *const *tails,
                          const char *otherwise)
{
    for (; *tails; tails++) {
        lg_text path;
        char whole[PATH_MAX];
        lg_text_init(&path, mem);
        lg_text_format(&path, "%s/%s", base, *tails);
        bool found = !path.failed && is_folder(lg_text_peek(&path)) &&
                     realpath(lg_text_peek(&path), whole) != NULL;
        lg_text_fini(&path);
        if (found)
            return lg_mem_strdup(mem, whole);
    }
    return lg_mem_strdup(mem, otherwise);
}

static lg_status add_plugins(lg_places *places, char *folder, lg_err *err)
{
    if (!folder)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (places->plugin_count == LG_PLACES_FOLDERS_MAX) {
        lg_mem_strfree(places->mem, folder);
        return lg_fail(err, LG_LIMIT, "LUNAGRID_PLUGINS names more than %d folders",
                       LG_PLACES_FOLDERS_MAX - 1);
    }
    places->plugins[places->plugin_count++] = folder;
    return LG_OK;
}

static lg_status add_plugins_of(lg_places *places, const char *list, lg_err *err)
{
    while (list && *list) {
        size_t length = strcspn(list, ":");
        if (length) {
            lg_text folder;
            lg_text_init(&folder, places->mem);
            lg_text_bytes(&folder, list, length);
            char *copy = folder.failed ? NULL : lg_mem_strdup(places->mem, lg_text_peek(&folder));
            lg_text_fini(&folder);
            lg_status status = add_plugins(places, copy, err);
            if (status != LG_OK)
                return status;
        }
        list += length + (list[length] == ':');
    }
    return LG_OK;
}

lg_status lg_places_find(lg_mem *mem, lg_places *places, lg_err *err)
{
    static const char *const plugins[] = {"plugins", "../lib/lunagrid/plugins", NULL};
    static const char *const scripts[] = {"scripts", "../scripts", "../share/lunagrid/scripts",
                                          NULL};
    char here[PATH_MAX];
    *places = (lg_places){.mem = mem};
    if (!own_folder(here))
        return lg_fail(err, LG_IO,
                       "cannot tell where this program is: /proc/self/exe is unreadable");
    lg_status status = add_plugins(
        places, first_folder(mem, here, plugins, LG_INSTALL_PREFIX "/lib/lunagrid/plugins"), err);
    if (status == LG_OK)
        status = add_plugins_of(places, getenv("LUNAGRID_PLUGINS"), err);
    if (status == LG_OK) {
        const char *own = getenv("LUNAGRID_SCRIPTS");
        places->scripts = own && *own ? lg_mem_strdup(mem, own)
                                      : first_folder(mem, here, scripts,
                                                     LG_INSTALL_PREFIX "/share/lunagrid/scripts");
        if (!places->scripts)
            status = lg_fail(err, LG_MEMORY, "out of memory");
    }
    if (status != LG_OK)
        lg_places_fini(places);
    return status;
}

void lg_places_fini(lg_places *places)
{
    for (uint32_t i = 0; i < places->plugin_count; i++)
        lg_mem_strfree(places->mem, places->plugins[i]);
    lg_mem_strfree(places->mem, places->scripts);
    *places = (lg_places){.mem = places->mem};
}
