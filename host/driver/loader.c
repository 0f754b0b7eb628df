/* A plugin that was accepted stays mapped until the process ends: threads, exit handlers or
 * callbacks it may have left behind must never run into unmapped code. One that is refused is given
 * back at once, because none of its functions but constructors has run. All or nothing: a plugin of
 * which one driver is wrong offers none. */
#include "driver/descriptor.h"
#include "driver/fleet.h"
#include "driver/elf.h"
#include "driver/fpmode.h"
#include "driver/guard.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct lg_plugins {
    lg_mem *mem;
    lg_arena arena; /* copies of descriptors, file names */
    const lg_plugin **list;
    const lg_plugin **raws; /* of the same index: where the plugin itself holds its descriptor */
    const char **files;
    const lg_driver **drivers;        /* sorted by name */
    const lg_matching **rules;        /* likewise */
    const lg_device_driver **devices; /* likewise */
    uint32_t count, list_capacity, raw_capacity, file_capacity;
    uint32_t driver_count, driver_capacity, rule_count, rule_capacity;
    uint32_t device_count, device_capacity;
    bool no_gateways;
};

typedef struct names {
    char **items;
    uint32_t count, capacity;
} names;

static void names_free(lg_mem *mem, names *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        lg_mem_strfree(mem, list->items[i]);
    lg_mem_free(mem, list->items, list->capacity * sizeof *list->items);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_driver_name(const void *a, const void *b)
{
    return strcmp((*(const lg_driver *const *)a)->name, (*(const lg_driver *const *)b)->name);
}

static int by_rule_name(const void *a, const void *b)
{
    return strcmp((*(const lg_matching *const *)a)->name, (*(const lg_matching *const *)b)->name);
}

static int by_device_name(const void *a, const void *b)
{
    return strcmp((*(const lg_device_driver *const *)a)->name,
                  (*(const lg_device_driver *const *)b)->name);
}

static bool is_library(const char *path)
{
    size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".so") == 0;
}

bool lg_plugins_is_gateway(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strncmp(slash ? slash + 1 : path, "gateway_", 8) == 0;
}

/* The names in @p folder that end in .so and are wanted, sorted; a folder that cannot be read is a
 * warning. */
static lg_status scan(const lg_plugins *plugins, const char *folder, names *list, lg_diag *diag)
{
    lg_mem *mem = plugins->mem;
    DIR *dir = opendir(folder);
    if (!dir) {
        lg_diag_warn(diag, folder, 0, "", "no plugins from this folder: %s", strerror(errno));
        return LG_OK;
    }
    lg_status status = LG_OK;
    struct dirent *entry;
    while (status == LG_OK && (entry = readdir(dir))) {
        if (!is_library(entry->d_name) || entry->d_name[0] == '.' ||
            (plugins->no_gateways && lg_plugins_is_gateway(entry->d_name)))
            continue;
        char *copy = lg_mem_strdup(mem, entry->d_name);
        if (!copy || !LG_GROW(mem, list->items, list->capacity, list->count + 1)) {
            lg_mem_strfree(mem, copy);
            status = LG_MEMORY;
        } else {
            list->items[list->count++] = copy;
        }
    }
    closedir(dir);
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_text);
    return status;
}

/* Opens @p file and finds its descriptor. */
static lg_status open_file(const char *file, void **handle, const lg_plugin **raw, lg_err *err)
{
    struct stat info;
    if (stat(file, &info) == 0 && !S_ISREG(info.st_mode)) /* opening a pipe would wait for ever */
        return lg_fail(err, LG_PLUGIN, "it is no regular file");
    lg_status whole = lg__elf_check(file, err);
    if (whole != LG_OK)
        return whole;
    lg__fpmode before = lg__fpmode_get();
    lg__guard_enter(file, "load", NULL);
    *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    lg__guard_leave();
    bool kept = lg__fpmode_keep(before);
    if (!*handle) {
        const char *reason = dlerror();
        return lg_fail(err, LG_PLUGIN, "it cannot be loaded: %s",
                       reason ? reason : "no reason given");
    }
    if (!kept)
        return lg_fail(err, LG_PLUGIN,
                       "loading it changes the floating-point mode, and then no run could be "
                       "repeated: build it without -ffast-math and -Ofast");
    const lg_plugin *const *symbol = dlsym(*handle, LG_PLUGIN_SYMBOL);
    if (!symbol || !*symbol)
        return lg_fail(
            err, LG_PLUGIN,
            "it does not export " LG_PLUGIN_SYMBOL
            ": it ends without LG_PLUGIN_EXPORT, or was built for another major version");
    *raw = *symbol;
    return LG_OK;
}

static void close_file(void *handle, const char *file)
{
    lg__guard_enter(file, "load", NULL);
    dlclose(handle);
    lg__guard_leave();
}

/* Whose driver has @p name already: its file, or NULL. */
static const char *offered_by(const lg_plugins *plugins, const char *name)
{
    for (uint32_t i = 0; i < plugins->count; i++) {
        const lg_driver *drivers = plugins->list[i]->drivers.items;
        for (uint32_t j = 0; j < plugins->list[i]->drivers.count; j++)
            if (strcmp(drivers[j].name, name) == 0)
                return plugins->files[i];
    }
    return NULL;
}

static const char *rule_offered_by(const lg_plugins *plugins, const char *name)
{
    for (uint32_t i = 0; i < plugins->count; i++) {
        const lg_matching *rules = plugins->list[i]->rules.items;
        for (uint32_t j = 0; j < plugins->list[i]->rules.count; j++)
            if (strcmp(rules[j].name, name) == 0)
                return plugins->files[i];
    }
    return NULL;
}

static lg_status check_duplicates(const lg_plugins *plugins, const lg_plugin *plugin, lg_err *err)
{
    const lg_driver *drivers = plugin->drivers.items;
    for (uint32_t i = 0; i < plugin->drivers.count; i++) {
        const char *file = offered_by(plugins, drivers[i].name);
        if (file)
            return lg_fail(err, LG_PLUGIN, "its driver \"%s\" is offered by %s already",
                           drivers[i].name, file);
    }
    const lg_matching *rules = plugin->rules.items;
    for (uint32_t i = 0; i < plugin->rules.count; i++) {
        const char *file = rule_offered_by(plugins, rules[i].name);
        if (file)
            return lg_fail(err, LG_PLUGIN, "its matching rule \"%s\" is offered by %s already",
                           rules[i].name, file);
    }
    const lg_gateway *gateways = plugin->gateways.items;
    for (uint32_t i = 0; i < plugin->gateways.count; i++)
        if (lg_plugins_gateway(plugins, gateways[i].name))
            return lg_fail(err, LG_PLUGIN,
                           "its gateway \"%s\" is offered by another plugin already",
                           gateways[i].name);
    const lg_device_driver *devices = plugin->devices.items;
    for (uint32_t i = 0; i < plugin->devices.count; i++)
        for (uint32_t j = 0; j < plugins->device_count; j++)
            if (strcmp(plugins->devices[j]->name, devices[i].name) == 0)
                return lg_fail(err, LG_PLUGIN,
                               "its device driver \"%s\" is offered by another plugin already",
                               devices[i].name);
    return LG_OK;
}

/* Whether this very file has been loaded before, by whatever path: the system then maps it once. */
static bool is_known(const lg_plugins *plugins, const lg_plugin *raw)
{
    for (uint32_t i = 0; i < plugins->count; i++)
        if (plugins->raws[i] == raw)
            return true;
    return false;
}

static lg_status add(lg_plugins *plugins, const lg_plugin *plugin, const lg_plugin *raw,
                     const char *file)
{
    uint32_t need = plugins->driver_count + plugin->drivers.count;
    char *copy = lg_arena_text(&plugins->arena, file, strlen(file));
    if (!copy ||
        !LG_GROW(plugins->mem, plugins->list, plugins->list_capacity, plugins->count + 1) ||
        !LG_GROW(plugins->mem, plugins->raws, plugins->raw_capacity, plugins->count + 1) ||
        !LG_GROW(plugins->mem, plugins->files, plugins->file_capacity, plugins->count + 1) ||
        !LG_GROW(plugins->mem, plugins->drivers, plugins->driver_capacity, need) ||
        !LG_GROW(plugins->mem, plugins->rules, plugins->rule_capacity,
                 plugins->rule_count + plugin->rules.count) ||
        !LG_GROW(plugins->mem, plugins->devices, plugins->device_capacity,
                 plugins->device_count + plugin->devices.count))
        return LG_MEMORY;
    const lg_device_driver *devices = plugin->devices.items;
    for (uint32_t i = 0; i < plugin->devices.count; i++)
        plugins->devices[plugins->device_count++] = &devices[i];
    const lg_matching *rules = plugin->rules.items;
    for (uint32_t i = 0; i < plugin->rules.count; i++)
        plugins->rules[plugins->rule_count++] = &rules[i];
    const lg_driver *drivers = plugin->drivers.items;
    for (uint32_t i = 0; i < plugin->drivers.count; i++)
        plugins->drivers[plugins->driver_count++] = &drivers[i];
    plugins->list[plugins->count] = plugin;
    plugins->raws[plugins->count] = raw;
    plugins->files[plugins->count++] = copy;
    return LG_OK;
}

/* Loads one file; a refusal is a warning. @return LG_OK, or LG_MEMORY */
static lg_status load_file(lg_plugins *plugins, const char *folder, const char *name, lg_diag *diag)
{
    lg_err err = {0};
    void *handle = NULL;
    const lg_plugin *raw = NULL, *plugin = NULL;
    lg_text file, stem;
    lg_text_init(&file, plugins->mem);
    lg_text_init(&stem, plugins->mem);
    lg_text_format(&file, "%s/%s", folder, name);
    lg_text_bytes(&stem, name, strlen(name) - 3);
    lg_status status = file.failed || stem.failed ? LG_MEMORY : LG_OK;
    if (status == LG_OK)
        status = open_file(lg_text_peek(&file), &handle, &raw, &err);
    bool known = status == LG_OK && is_known(plugins, raw);
    if (known)
        goto out;
    if (status == LG_OK)
        status = lg__descriptor_copy(&plugins->arena, raw, lg_text_peek(&stem), &plugin, &err);
    if (status == LG_OK)
        status = check_duplicates(plugins, plugin, &err);
    if (status == LG_OK)
        status = add(plugins, plugin, raw, lg_text_peek(&file));
    if (status == LG_PLUGIN)
        lg_diag_warn(diag, lg_text_peek(&file), 0, "", "plugin refused: %s", err.text);
out:
    if ((status != LG_OK || known) && handle)
        close_file(handle, lg_text_peek(&file));
    lg_text_fini(&stem);
    lg_text_fini(&file);
    return status == LG_PLUGIN ? LG_OK : status;
}

/* Loads one entry of the list: a file by its own name, or everything in a folder. */
static lg_status load_entry(lg_plugins *plugins, const char *entry, lg_diag *diag)
{
    lg_mem *mem = plugins->mem;
    if (is_library(entry)) {
        const char *slash = strrchr(entry, '/');
        lg_text folder;
        lg_text_init(&folder, mem);
        lg_text_bytes(&folder, slash ? entry : ".", slash ? (size_t)(slash - entry) : 1);
        lg_status status = folder.failed ? LG_MEMORY
                                         : load_file(plugins, lg_text_peek(&folder),
                                                     slash ? slash + 1 : entry, diag);
        lg_text_fini(&folder);
        return status;
    }
    names list = {0};
    lg_status status = scan(plugins, *entry ? entry : ".", &list, diag);
    for (uint32_t i = 0; status == LG_OK && i < list.count; i++)
        status = load_file(plugins, *entry ? entry : ".", list.items[i], diag);
    names_free(mem, &list);
    return status;
}

static lg_plugins *load(lg_mem *mem, const char *const *folders, uint32_t folder_count,
                        bool no_gateways, lg_diag *diag)
{
    lg_plugins *plugins = lg_mem_zalloc(mem, 1, sizeof *plugins);
    if (!plugins)
        return NULL;
    plugins->mem = mem;
    plugins->no_gateways = no_gateways;
    lg__guard_arm();
    lg_arena_init(&plugins->arena, mem, 8192);
    lg_status status = LG_OK;
    for (uint32_t i = 0; status == LG_OK && i < folder_count; i++)
        status = load_entry(plugins, folders[i], diag);
    if (status != LG_OK) {
        lg_plugins_free(plugins);
        return NULL;
    }
    if (plugins->driver_count)
        qsort(plugins->drivers, plugins->driver_count, sizeof *plugins->drivers, by_driver_name);
    if (plugins->rule_count)
        qsort(plugins->rules, plugins->rule_count, sizeof *plugins->rules, by_rule_name);
    if (plugins->device_count)
        qsort(plugins->devices, plugins->device_count, sizeof *plugins->devices, by_device_name);
    return plugins;
}

lg_plugins *lg_plugins_load(lg_mem *mem, const char *const *folders, uint32_t folder_count,
                            lg_diag *diag)
{
    return load(mem, folders, folder_count, false, diag);
}

lg_plugins *lg_plugins_load_inner(lg_mem *mem, const char *const *folders, uint32_t folder_count,
                                  lg_diag *diag)
{
    return load(mem, folders, folder_count, true, diag);
}

void lg_plugins_free(lg_plugins *plugins)
{
    if (!plugins)
        return;
    lg_mem *mem = plugins->mem;
    lg_mem_free(mem, plugins->drivers, plugins->driver_capacity * sizeof *plugins->drivers);
    lg_mem_free(mem, plugins->rules, plugins->rule_capacity * sizeof *plugins->rules);
    lg_mem_free(mem, plugins->devices, plugins->device_capacity * sizeof *plugins->devices);
    lg_mem_free(mem, plugins->files, plugins->file_capacity * sizeof *plugins->files);
    lg_mem_free(mem, plugins->raws, plugins->raw_capacity * sizeof *plugins->raws);
    lg_mem_free(mem, plugins->list, plugins->list_capacity * sizeof *plugins->list);
    lg_arena_drop(&plugins->arena);
    lg_mem_free(mem, plugins, sizeof *plugins);
}

const lg_driver *const *lg_plugins_drivers(const lg_plugins *plugins, uint32_t *count)
{
    *count = plugins->driver_count;
    return plugins->drivers;
}

const lg_matching *const *lg_plugins_rules(const lg_plugins *plugins, uint32_t *count)
{
    *count = plugins->rule_count;
    return plugins->rules;
}

const lg_device_driver *const *lg_plugins_devices(const lg_plugins *plugins, uint32_t *count)
{
    *count = plugins->device_count;
    return plugins->devices;
}

const lg_gateway *lg_plugins_gateway(const lg_plugins *plugins, const char *name)
{
    for (uint32_t i = 0; i < plugins->count; i++) {
        const lg_gateway *gateways = plugins->list[i]->gateways.items;
        for (uint32_t j = 0; j < plugins->list[i]->gateways.count; j++)
            if (strcmp(gateways[j].name, name) == 0)
                return &gateways[j];
    }
    return NULL;
}

const lg_plugin *const *lg_plugins_list(const lg_plugins *plugins, uint32_t *count)
{
    *count = plugins->count;
    return plugins->list;
}

const char *lg_plugins_file(const lg_plugins *plugins, uint32_t index)
{
    LG_ASSERT(index < plugins->count);
    return plugins->files[index];
}
