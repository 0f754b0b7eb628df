/* The market of the kit is lg_market_position() alone, defined here: it stands in for the real
 * engine, which is then never linked. */
#include "plugin/kit.h"

#include "grid/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROFILES_MAX = 8, VALUES_MAX = 96 };

struct lg_market {
    lg_position *positions;
};

struct lg_kit {
    lg_mem *mem;
    lg_plugins *plugins;
    const lg_driver *driver;
    lg_params *params;
    lg_profile *profiles[PROFILES_MAX];
    double *lists[PROFILES_MAX];
    char *texts[PROFILES_MAX];
    uint32_t profile_count, list_count, text_count;
    lg_area area;
    lg_site site;
    lg_fleet *fleet;
    struct lg_market market;
    lg_caps *caps;
    lg_slot slot;
    lg_text faults, logged;
};

const lg_position *lg_market_position(const lg_market *market, uint32_t asset)
{
    return &market->positions[asset];
}

static void on_fault(void *ctx, uint32_t asset, const char *sentence)
{
    lg_kit *kit = ctx;
    (void)asset;
    lg_text_format(&kit->faults, "%s\n", sentence);
}

static void on_log(void *ctx, uint32_t level, const char *sentence)
{
    lg_kit *kit = ctx;
    lg_text_format(&kit->logged, "%u %s\n", level, sentence);
}

/* "1,2,3" into @p numbers; how many, 0 when it is no such list. */
static uint32_t read_numbers(const char *text, double numbers[VALUES_MAX])
{
    uint32_t count = 0;
    for (;;) {
        char *end;
        if (count == VALUES_MAX)
            return 0;
        numbers[count++] = strtod(text, &end);
        if (end == text)
            return 0;
        if (*end == 0)
            return count;
        if (*end != ',')
            return 0;
        text = end + 1;
    }
}

static bool in_range(const lg_option *option, const double *numbers, uint32_t count)
{
    if (option->type == LG_OPTION_ROWS)
        return count % option->columns.count == 0;
    for (uint32_t i = 0; i < count; i++)
        if (!(numbers[i] >= option->min && numbers[i] <= option->max))
            return false;
    return count > 0;
}

static bool set_text(lg_kit *kit, const lg_option *option, lg_value *value, const char *text)
{
    size_t length = strlen(text);
    bool found = !option->choices;
    for (const char *p = option->choices; p && !found; p = strchr(p, '|')) {
        p += *p == '|';
        found = strncmp(p, text, length) == 0 && (p[length] == '|' || p[length] == 0);
    }
    if (!found || kit->text_count == PROFILES_MAX)
        return false;
    kit->texts[kit->text_count] = lg_mem_strdup(kit->mem, text);
    value->text = kit->texts[kit->text_count++];
    return value->text != NULL;
}

static bool set_profile(lg_kit *kit, const lg_option *option, lg_value *value,
                        const double *numbers, uint32_t count)
{
    if (kit->profile_count == PROFILES_MAX)
        return false;
    int64_t day_ms = 86400000;
    lg_profile *profile =
        count == 1 ? lg_profile_constant(kit->mem, numbers[0], option->unit)
                   : lg_profile_new(kit->mem, count, 0, day_ms / count, day_ms, option->unit);
    if (!profile)
        return false;
    for (uint32_t i = 0; i < count; i++)
        profile->values[i] = numbers[i];
    kit->profiles[kit->profile_count++] = profile;
    value->profile = profile;
    return true;
}

static bool set_list(lg_kit *kit, lg_value *value, const double *numbers, uint32_t count)
{
    if (kit->list_count == PROFILES_MAX)
        return false;
    double *list = lg_mem_zalloc(kit->mem, VALUES_MAX, sizeof *list);
    if (!list)
        return false;
    memcpy(list, numbers, count * sizeof *list);
    kit->lists[kit->list_count++] = list;
    value->list = list;
    value->list_count = count;
    return true;
}

static bool set_value(lg_kit *kit, lg_param *param, const char *text)
{
    const lg_option *option = param->option;
    lg_value *value = &param->value;
    double numbers[VALUES_MAX];
    value->given = 1;
    if (option->type == LG_OPTION_TEXT)
        return set_text(kit, option, value, text);
    bool word = option->type == LG_OPTION_BOOL;
    const char *digits = word && strcmp(text, "true") == 0    ? "1"
                         : word && strcmp(text, "false") == 0 ? "0"
                                                              : text;
    uint32_t count = read_numbers(digits, numbers);
    if (!in_range(option, numbers, count))
        return false;
    if (option->type == LG_OPTION_PROFILE)
        return set_profile(kit, option, value, numbers, count);
    if (option->type == LG_OPTION_LIST || option->type == LG_OPTION_ROWS)
        return set_list(kit, value, numbers, count);
    value->number = numbers[0];
    return count == 1 && (option->type != LG_OPTION_INTEGER || numbers[0] == floor(numbers[0]));
}

static lg_value default_value(lg_kit *kit, const lg_option *option)
{
    lg_value value = {.size = sizeof value, .number = option->def};
    if (option->type == LG_OPTION_TEXT && option->choices && kit->text_count < PROFILES_MAX) {
        char *first = lg_mem_strdup(kit->mem, option->choices);
        if (first && strchr(first, '|')) {
            char *cut = lg_mem_alloc(kit->mem, (size_t)(strchr(first, '|') - first) + 1);
            if (cut) {
                memcpy(cut, first, (size_t)(strchr(first, '|') - first));
                cut[strchr(first, '|') - first] = 0;
            }
            lg_mem_strfree(kit->mem, first);
            first = cut;
        }
        kit->texts[kit->text_count++] = first;
        value.text = first;
    }
    return value;
}

static lg_param *find_param(lg_kit *kit, const char *key, size_t length)
{
    for (uint32_t i = 0; i < kit->params->count; i++) {
        const char *name = kit->params->items[i].option->name;
        if (strlen(name) == length && memcmp(name, key, length) == 0)
            return &kit->params->items[i];
    }
    return NULL;
}

static bool make_params(lg_kit *kit, const char *const *settings, lg_text *problems)
{
    const lg_option *options = kit->driver->options.items;
    uint32_t count = kit->driver->options.count;
    kit->params = lg_mem_zalloc(kit->mem, 1, sizeof(lg_params) + count * sizeof(lg_param));
    if (!kit->params)
        return false;
    kit->params->count = kit->params->driver_count = count;
    for (uint32_t i = 0; i < count; i++)
        kit->params->items[i] = (lg_param){&options[i], default_value(kit, &options[i])};
    for (; settings && *settings; settings++) {
        const char *equals = strchr(*settings, '=');
        size_t length = equals ? (size_t)(equals - *settings) : 0;
        lg_param *param = equals ? find_param(kit, *settings, length) : NULL;
        if (!param || !set_value(kit, param, equals + 1)) {
            lg_text_format(problems, "%s: %s\n", *settings,
                           param ? "not a value of this option" : "no such option");
            return false;
        }
    }
    return true;
}

static bool make_site(lg_kit *kit, const lg_kit_setup *setup)
{
    uint32_t count = setup->devices ? setup->devices : 1;
    kit->area = (lg_area){.name = "Kit", .parent = LG_NONE, .asset_count = count};
    kit->site = (lg_site){.mem = kit->mem,
                          .name = "kit",
                          .seed = setup->seed,
                          .areas = &kit->area,
                          .area_count = 1,
                          .asset_count = count};
    kit->site.assets = lg_mem_zalloc(kit->mem, count, sizeof *kit->site.assets);
    kit->market.positions = lg_mem_zalloc(kit->mem, count, sizeof *kit->market.positions);
    kit->caps = lg_mem_zalloc(kit->mem, count, sizeof *kit->caps);
    if (!kit->site.assets || !kit->market.positions || !kit->caps)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        char path[32];
        snprintf(path, sizeof path, "Kit/Device %u", i + 1);
        kit->site.assets[i] = (lg_asset){
            .name = "Device",
            .uuid = lg_uuid_derive(setup->seed, path),
            .role = kit->driver->role,
            .params = kit->params,
        };
    }
    return true;
}

static const lg_driver *find_driver(const lg_plugins *plugins, const char *name)
{
    uint32_t count;
    const lg_plugin *const *list = lg_plugins_list(plugins, &count);
    if (count == 0)
        return NULL;
    const lg_driver *drivers = list[0]->drivers.items;
    for (uint32_t i = 0; i < list[0]->drivers.count; i++)
        if (!name || strcmp(drivers[i].name, name) == 0)
            return &drivers[i];
    return NULL;
}

static bool open_fleet(lg_kit *kit, const lg_kit_setup *setup, lg_diag *diag)
{
    lg_fleet_input input = {
        .site = &kit->site,
        .drivers = &kit->driver,
        .driver_count = 1,
        .start_ms = setup->start_ms,
        .slot_s = kit->slot.hours > 0 ? (uint32_t)(kit->slot.hours * 3600 + 0.5) : 900,
        .latitude_deg = setup->latitude_deg,
        .fault = on_fault,
        .log = on_log,
        .ctx = kit,
    };
    return lg_fleet_open(kit->mem, &input, diag, &kit->fleet) == LG_OK;
}

lg_kit *lg_kit_open(const lg_kit_setup *setup, lg_text *problems)
{
    lg_mem *mem = setup->mem ? setup->mem : lg_mem_system();
    lg_kit *kit = lg_mem_zalloc(mem, 1, sizeof *kit);
    if (!kit)
        return NULL;
    kit->mem = mem;
    kit->slot = (lg_slot){.size = sizeof(lg_slot),
                          .start_ms = setup->start_ms,
                          .hours = (setup->slot_s ? setup->slot_s : 900) / 3600.0};
    lg_text_init(&kit->faults, mem);
    lg_text_init(&kit->logged, mem);
    lg_diag diag;
    lg_diag_init(&diag, mem);
    kit->plugins = lg_plugins_load(mem, &setup->file, 1, &diag);
    if (kit->plugins)
        kit->driver = find_driver(kit->plugins, setup->driver);
    bool done = kit->driver && make_params(kit, setup->settings, problems) &&
                make_site(kit, setup) && open_fleet(kit, setup, &diag);
    lg_diag_print(&diag, problems);
    lg_diag_fini(&diag);
    if (!done) {
        lg_kit_close(kit);
        return NULL;
    }
    return kit;
}

void lg_kit_close(lg_kit *kit)
{
    if (!kit)
        return;
    lg_mem *mem = kit->mem;
    lg_fleet_close(kit->fleet);
    uint32_t count = kit->site.asset_count;
    lg_mem_free(mem, kit->caps, count * sizeof *kit->caps);
    lg_mem_free(mem, kit->market.positions, count * sizeof *kit->market.positions);
    lg_mem_free(mem, kit->site.assets, count * sizeof *kit->site.assets);
    for (uint32_t i = 0; i < kit->profile_count; i++)
        lg_profile_free(kit->profiles[i]);
    for (uint32_t i = 0; i < kit->list_count; i++)
        lg_mem_free(mem, kit->lists[i], VALUES_MAX * sizeof(double));
    for (uint32_t i = 0; i < kit->text_count; i++)
        lg_mem_strfree(mem, kit->texts[i]);
    if (kit->params)
        lg_mem_free(mem, kit->params,
                    sizeof(lg_params) + kit->driver->options.count * sizeof(lg_param));
    lg_text_fini(&kit->faults);
    lg_text_fini(&kit->logged);
    lg_plugins_free(kit->plugins);
    lg_mem_free(mem, kit, sizeof *kit);
}

void lg_kit_plan(lg_kit *kit, uint32_t index)
{
    int64_t length_ms = (int64_t)(kit->slot.hours * 3600000 + 0.5);
    kit->slot.start_ms += length_ms * ((int64_t)index - (int64_t)kit->slot.index);
    kit->slot.index = index;
    memset(kit->market.positions, 0, kit->site.asset_count * sizeof *kit->market.positions);
    lg_fleet_plan(kit->fleet, &kit->slot, kit->caps);
}

const lg_caps *lg_kit_caps(const lg_kit *kit, uint32_t device)
{
    return &kit->caps[device];
}

void lg_kit_trade(lg_kit *kit, uint32_t device, int64_t bought_uwh, int64_t sold_uwh)
{
    kit->market.positions[device].bought_uwh = bought_uwh;
    kit->market.positions[device].sold_uwh = sold_uwh;
}

void lg_kit_settle(lg_kit *kit)
{
    lg_fleet_settle(kit->fleet, &kit->slot, &kit->market);
}

lg_fleet *lg_kit_fleet(lg_kit *kit)
{
    return kit->fleet;
}

const lg_driver *lg_kit_driver(const lg_kit *kit)
{
    return kit->driver;
}

const lg_asset *lg_kit_asset(const lg_kit *kit, uint32_t device)
{
    return &kit->site.assets[device];
}

const char *lg_kit_faults(const lg_kit *kit)
{
    return lg_text_peek(&kit->faults);
}

const char *lg_kit_logged(const lg_kit *kit)
{
    return lg_text_peek(&kit->logged);
}
