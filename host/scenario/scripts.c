/* Where scripts and data files are: beside the scenario first, then among what ships, then here. */
#include "scenario/reader.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/input.h"

/* "folder/name" in the scenario's arena; only the name when it is absolute or there is no folder.
 */
static const char *joined(lg__reader *r, const char *folder, const char *name)
{
    size_t before = strlen(folder), length = strlen(name);
    if (name[0] == '/' || before == 0 || strcmp(folder, ".") == 0)
        before = 0;
    char *path = lg_arena_alloc(r->arena, before + length + 2);
    if (!path) {
        lg__exhausted(r);
        return NULL;
    }
    if (before) {
        memcpy(path, folder, before);
        path[before++] = '/';
    }
    memcpy(path + before, name, length + 1);
    return path;
}

const char *lg__path_near(lg__reader *r, const char *file)
{
    const char *path = joined(r, r->scenario->folder, file);
    if (path && !lg_input_is_file(path) && lg_input_is_file(file))
        path = joined(r, "", file);
    return path;
}

const char *lg__path_tried(lg__reader *r, const char *file)
{
    char *here = realpath(".", NULL);
    const char *near = joined(r, r->scenario->folder, file);
    lg_text text;
    lg_text_init(&text, r->mem);
    if (here && near && !lg_input_is_file(near) && !lg_input_is_file(file)) {
        const char *root = near[0] == '/' ? "" : here, *slash = near[0] == '/' ? "" : "/";
        lg_text_format(&text, "; there is no file %s%s%s", root, slash, near);
        if (file[0] != '/' && strcmp(near, file) != 0)
            lg_text_format(&text, " and none %s/%s", here, file);
    }
    const char *copy = lg_arena_text(r->arena, lg_text_peek(&text), text.length);
    lg_text_fini(&text);
    free(here);
    return copy ? copy : "";
}

bool lg__file_is_beside(lg__reader *r, const char *file)
{
    const char *path = joined(r, r->scenario->folder, file);
    return path && lg_input_is_file(path);
}

const char *lg__script_find(lg__reader *r, const char *script)
{
    const char *folders[] = {r->scenario->folder, r->input->scripts_folder, ""};
    for (int i = 0; i < 3; i++) {
        const char *path = folders[i] ? joined(r, folders[i], script) : NULL;
        if (path && lg_input_is_file(path))
            return path;
    }
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the Lua files of folder/part as "part/x.lua" to names. */
static uint32_t list_scripts(lg__reader *r, const char *folder, const char *part,
                             const char **names, uint32_t count, uint32_t max)
{
    const char *path = folder ? joined(r, folder, part) : NULL;
    DIR *dir = path ? opendir(path) : NULL;
    const struct dirent *entry;
    while (dir && count < max && (entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".lua") != 0)
            continue;
        names[count] = joined(r, strcmp(part, ".") == 0 ? "" : part, entry->d_name);
        count += names[count] != NULL;
    }
    if (dir)
        closedir(dir);
    return count;
}

const char *lg__script_path(lg__reader *r, const lg_conf *at, const char *label, const char *key,
                            const char *script)
{
    enum { SCRIPTS_MAX = 256 };
    const char *path = lg__script_find(r, script), *names[SCRIPTS_MAX];
    if (path || r->exhausted)
        return path;
    const char *shipped = r->input->scripts_folder, *folder = r->scenario->folder;
    uint32_t count = list_scripts(r, shipped, "strategies", names, 0, SCRIPTS_MAX);
    count = list_scripts(r, shipped, "tariffs", names, count, SCRIPTS_MAX);
    count = list_scripts(r, *folder ? folder : ".", ".", names, count, SCRIPTS_MAX);
    qsort(names, count, sizeof *names, by_text);
    char near[96];
    lg__near_miss(script, names, count, near, sizeof near);
    lg__problem(r, at, label, key,
                "there is no script \"%.120s\" beside the scenario or among those that ship%s",
                script, near);
    return NULL;
}
