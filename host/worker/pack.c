/* Structs without pointers go as they are; the others piece by piece, in the order of their
 * declaration. */
#include "worker/pack.h"
#include "worker/pack_intraday.h"

#include <math.h>
#include <string.h>

enum { PARAM_DEPTH_MAX = 100 };

/* ---- the site ---- */

static void put_site(const lg_site *site, lg_text *out)
{
    lg_wire_put_u32(out, site->area_count);
    lg_wire_put_u32(out, site->asset_count);
    for (uint32_t i = 0; i < site->area_count; i++) {
        const lg_area *a = &site->areas[i];
        const uint32_t numbers[] = {a->parent,      a->depth,       a->child_first,
                                    a->child_count, a->asset_first, a->asset_count};
        lg_text_bytes(out, (const char *)numbers, sizeof numbers);
        lg_text_bytes(out, (const char *)&a->uuid, sizeof a->uuid);
        lg_wire_put_text(out, a->name);
    }
    for (uint32_t i = 0; i < site->asset_count; i++) {
        const lg_asset *a = &site->assets[i];
        const uint32_t numbers[] = {a->area, a->role, a->agent};
        lg_text_bytes(out, (const char *)numbers, sizeof numbers);
        lg_text_bytes(out, (const char *)&a->uuid, sizeof a->uuid);
        lg_wire_put_text(out, a->name);
    }
    lg_wire_put_u32(out, site->agent_count);
    for (uint32_t i = 0; i < site->agent_count; i++) {
        lg_wire_put_text(out, site->agents[i]);
        lg_wire_put_text(out, site->owners[i]);
    }
}

static bool get_agents(lg_home *home, lg_wire_reader *r)
{
    lg_site *site = &home->site;
    site->agent_count = lg_wire_u32(r);
    site->agents = lg_arena_alloc(&home->arena, (site->agent_count + 1) * sizeof *site->agents);
    site->owners = lg_arena_alloc(&home->arena, (site->agent_count + 1) * sizeof *site->owners);
    if (!site->agents || !site->owners)
        return false;
    for (uint32_t i = 0; i < site->agent_count; i++) {
        site->agents[i] = lg_wire_text(r);
        site->owners[i] = lg_wire_text(r);
    }
    return true;
}

static bool get_site(lg_home *home, lg_wire_reader *r)
{
    lg_site *site = &home->site;
    site->area_count = lg_wire_u32(r);
    site->asset_count = lg_wire_u32(r);
    site->areas = lg_arena_alloc(&home->arena, (size_t)site->area_count * sizeof *site->areas + 1);
    site->assets =
        lg_arena_alloc(&home->arena, (size_t)site->asset_count * sizeof *site->assets + 1);
    if (!site->areas || !site->assets)
        return false;
    for (uint32_t i = 0; i < site->area_count && !r->failed; i++) {
        lg_area *a = &site->areas[i];
        a->parent = lg_wire_u32(r);
        a->depth = lg_wire_u32(r);
        a->child_first = lg_wire_u32(r);
        a->child_count = lg_wire_u32(r);
        a->asset_first = lg_wire_u32(r);
        a->asset_count = lg_wire_u32(r);
        const lg_uuid *uuid = lg_wire_bytes(r, sizeof *uuid);
        if (uuid)
            a->uuid = *uuid;
        a->name = lg_wire_text(r);
    }
    for (uint32_t i = 0; i < site->asset_count && !r->failed; i++) {
        lg_asset *a = &site->assets[i];
        a->area = lg_wire_u32(r);
        a->role = lg_wire_u32(r);
        a->agent = lg_wire_u32(r);
        const lg_uuid *uuid = lg_wire_bytes(r, sizeof *uuid);
        if (uuid)
            a->uuid = *uuid;
        a->name = lg_wire_text(r);
    }
    return get_agents(home, r);
}

/* ---- lists of numbers ---- */

static void put_list(const uint32_t *list, uint32_t count, lg_text *out)
{
    lg_wire_put_u32(out, count);
    if (count)
        lg_text_bytes(out, (const char *)list, count * sizeof *list);
}

static uint32_t *get_list(lg_home *home, lg_wire_reader *r, uint32_t *count)
{
    *count = lg_wire_u32(r);
    const void *bytes = lg_wire_bytes(r, *count * sizeof(uint32_t));
    uint32_t *list = lg_arena_alloc(&home->arena, *count * sizeof *list + 1);
    if (list && bytes && *count)
        memcpy(list, bytes, *count * sizeof *list);
    return list;
}

/* ---- params of the agent ---- */

static void put_param(const lg_script_param *param, lg_text *out)
{
    lg_wire_put_u32(out, (uint32_t)param->type);
    lg_wire_put_text(out, param->key);
    lg_wire_put_text(out, param->type == LG_PARAM_TEXT ? param->text : NULL);
    lg_wire_put_double(out, param->number);
    bool many = param->type == LG_PARAM_TABLE || param->type == LG_PARAM_LIST;
    lg_wire_put_u32(out, many ? param->count : 0);
    for (uint32_t i = 0; i < param->count && many; i++)
        put_param(&param->items[i], out);
}

static bool get_param(lg_home *home, lg_wire_reader *r, lg_script_param *param, int depth)
{
    param->type = lg_wire_u32(r);
    param->key = lg_wire_text(r);
    param->text = lg_wire_text(r);
    param->number = lg_wire_double(r);
    param->count = lg_wire_u32(r);
    if (r->failed || depth > PARAM_DEPTH_MAX)
        return false;
    lg_script_param *items = lg_arena_alloc(&home->arena, param->count * sizeof *items + 1);
    param->items = items;
    for (uint32_t i = 0; i < param->count && items; i++)
        if (!get_param(home, r, &items[i], depth + 1))
            return false;
    return items;
}

/* ---- parameters of assets ---- */

static void put_option(const lg_option *option, lg_text *out)
{
    lg_wire_put_u32(out, option->type);
    lg_wire_put_text(out, option->name);
    lg_wire_put_u32(out, option->type == LG_OPTION_ROWS ? option->columns.count : 0);
    for (uint32_t i = 0; option->type == LG_OPTION_ROWS && i < option->columns.count; i++) {
        const lg_option *column = (const lg_option *)((const char *)option->columns.items +
                                                      (size_t)i * option->columns.stride);
        lg_wire_put_u32(out, column->type);
        lg_wire_put_text(out, column->name);
    }
}

static lg_option *get_option(lg_home *home, lg_wire_reader *r)
{
    lg_option *option = lg_arena_alloc(&home->arena, sizeof *option);
    if (!option)
        return NULL;
    option->type = lg_wire_u32(r);
    option->name = lg_wire_text(r);
    uint32_t count = lg_wire_u32(r);
    lg_option *columns = lg_arena_alloc(&home->arena, count * sizeof *columns + 1);
    option->columns =
        (lg_array){.items = columns, .count = count, .stride = (uint32_t)sizeof *columns};
    for (uint32_t i = 0; i < count && columns && !r->failed; i++) {
        columns[i].type = lg_wire_u32(r);
        columns[i].name = lg_wire_text(r);
    }
    return columns ? option : NULL;
}

static void put_block(const lg_params *params, lg_text *out)
{
    lg_wire_put_u32(out, params->count);
    lg_wire_put_u32(out, params->driver_count);
    for (uint32_t i = 0; i < params->count; i++) {
        const lg_value *value = &params->items[i].value;
        bool list = params->items[i].option->type == LG_OPTION_LIST ||
                    params->items[i].option->type == LG_OPTION_ROWS;
        put_option(params->items[i].option, out);
        lg_wire_put_double(out, value->number);
        lg_wire_put_text(out, value->text);
        lg_wire_put_u32(out, value->profile != NULL);
        lg_wire_put_u32(out, list ? (uint32_t)value->list_count : 0);
        for (uint64_t k = 0; list && k < value->list_count; k++)
            lg_wire_put_double(out, value->list[k]);
    }
}

/* A profile stays with the host, which is asked for its value; here it is only known to be there.
 */
static bool get_value(lg_home *home, lg_wire_reader *r, lg_value *value)
{
    static const struct {
        char nothing;
    } there;
    value->number = lg_wire_double(r);
    value->text = lg_wire_text(r);
    if (lg_wire_u32(r))
        value->profile = (const lg_profile *)(const void *)&there;
    value->list_count = lg_wire_u32(r);
    double *list = lg_arena_alloc(&home->arena, (size_t)value->list_count * sizeof *list + 1);
    for (uint64_t i = 0; i < value->list_count && list; i++)
        list[i] = lg_wire_double(r);
    value->list = list;
    return list && !r->failed;
}

static lg_params *get_block(lg_home *home, lg_wire_reader *r)
{
    uint32_t count = lg_wire_u32(r);
    lg_params *params =
        lg_arena_alloc(&home->arena, sizeof *params + count * sizeof params->items[0]);
    if (!params)
        return NULL;
    params->count = count;
    params->driver_count = lg_wire_u32(r);
    for (uint32_t i = 0; i < count; i++) {
        params->items[i].option = get_option(home, r);
        if (!params->items[i].option || !get_value(home, r, &params->items[i].value))
            return NULL;
    }
    return params;
}

/* Assets side by side mostly share their block: it is written when it differs from the one before.
 * A block that comes back later is found again among the first ones. */
void lg_pack_params(const lg_site *site, const lg_desk *desk, lg_text *out)
{
    enum { REMEMBERED = 64 };
    const lg_params *blocks[REMEMBERED];
    uint32_t count, made = 0;
    const uint32_t *assets = lg_desk_assets(desk, &count);
    size_t begun = lg_wire_begin(out, LG_WIRE_PARAMS_RECORD);
    lg_wire_put_u32(out, count);
    for (uint32_t i = 0; i < count; i++) {
        const lg_params *params = site->assets[assets[i]].params;
        uint32_t place = 0;
        while (place < made && place < REMEMBERED && blocks[place] != params)
            place++;
        if (place >= REMEMBERED)
            place = made;
        lg_wire_put_u32(out, params ? place : LG_NONE);
        if (!params || place < made)
            continue;
        if (made < REMEMBERED)
            blocks[made] = params;
        made++;
        put_block(params, out);
    }
    lg_wire_end(out, begun);
}

lg_status lg_unpack_params(lg_home *home, const lg_wire_record *record)
{
    void *copy = lg_arena_alloc(&home->arena, record->size); /* texts are read where they lie */
    if (!copy)
        return LG_MEMORY;
    memcpy(copy, record->bytes, record->size);
    lg_wire_reader r = {.bytes = copy, .size = record->size};
    uint32_t count = lg_wire_u32(&r), made = 0;
    if (count != home->asset_count)
        return LG_INVALID;
    const lg_params **blocks = lg_mem_zalloc(home->mem, count + 1, sizeof *blocks);
    lg_status status = blocks ? LG_OK : LG_MEMORY;
    for (uint32_t i = 0; i < count && status == LG_OK; i++) {
        uint32_t place = lg_wire_u32(&r);
        if (place == made && made < count) {
            blocks[made++] = get_block(home, &r);
            status = r.failed ? LG_INVALID : blocks[place] ? LG_OK : LG_MEMORY;
        } else if (place != LG_NONE && place >= made)
            status = LG_INVALID;
        home->site.assets[home->assets[i]].params =
            status == LG_OK && place != LG_NONE ? blocks[place] : NULL;
    }
    lg_mem_free(home->mem, blocks, (count + 1) * sizeof *blocks);
    return status;
}

/* ---- what is held ---- */

static void put_held_of(const uint32_t *all, uint32_t count, const lg_desk *desk,
                        bool (*commands)(const lg_desk *desk, uint32_t node), lg_text *out)
{
    uint32_t held = 0;
    for (uint32_t i = 0; i < count; i++)
        held += !commands(desk, all[i]);
    lg_wire_put_u32(out, held);
    for (uint32_t i = 0; i < count; i++)
        if (!commands(desk, all[i]))
            lg_wire_put_u32(out, all[i]);
}

void lg_pack_held(const lg_desk *desk, lg_text *out)
{
    uint32_t count;
    size_t begun = lg_wire_begin(out, LG_WIRE_HELD_RECORD);
    const uint32_t *all = lg_desk_assets(desk, &count);
    put_held_of(all, count, desk, lg_desk_commands_asset, out);
    all = lg_desk_markets(desk, &count);
    put_held_of(all, count, desk, lg_desk_commands_market, out);
    lg_wire_end(out, begun);
}

static lg_status hold_these(const uint32_t *all, uint32_t count, lg_desk *desk,
                            lg_status (*hold)(lg_desk *desk, uint32_t node, bool held),
                            lg_wire_reader *r)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = hold(desk, all[i], false);
    uint32_t held = lg_wire_u32(r);
    for (uint32_t i = 0; i < held && !r->failed && status == LG_OK; i++)
        status = hold(desk, lg_wire_u32(r), true);
    return status;
}

lg_status lg_unpack_held(lg_desk *desk, const lg_wire_record *record)
{
    lg_wire_reader r = {.bytes = record->bytes, .size = record->size};
    uint32_t count;
    const uint32_t *all = lg_desk_assets(desk, &count);
    lg_status status = hold_these(all, count, desk, lg_desk_hold_asset, &r);
    all = lg_desk_markets(desk, &count);
    if (status == LG_OK)
        status = hold_these(all, count, desk, lg_desk_hold_market, &r);
    return status == LG_OK && r.failed ? LG_INVALID : status;
}

/* ---- all of it ---- */

static void put_types(const lg_agent_input *input, const lg_site *site, lg_text *out)
{
    const lg_device_view *view = &input->devices;
    for (uint32_t i = 0; i < site->asset_count; i++)
        lg_wire_put_text(out, view->type ? view->type(view->ctx, i) : NULL);
}

void lg_pack_home(const lg_agent_input *input, const lg_bundle *bundle, lg_text *out)
{
    const lg_market *market = lg_desk_market(input->desk);
    const lg_site *site = lg_market_site(market);
    lg_rules rules = *lg_market_rules(market);
    uint32_t count;
    rules.matcher = NULL;
    size_t begun = lg_wire_begin(out, LG_WIRE_INIT_RECORD);
    lg_text_bytes(out, (const char *)&rules, sizeof rules);
    lg_text_bytes(out, (const char *)&input->budget, sizeof input->budget);
    const lg_follow follow = input->follow ? *input->follow : (lg_follow){.on = false};
    lg_text_bytes(out, (const char *)&follow, sizeof follow);
    lg_wire_put_u64(out, input->seed);
    lg_wire_put_u32(out, input->trial);
    lg_wire_put_u32(out, input->restarts);
    lg_wire_put_u32(out, lg_desk_index(input->desk));
    lg_wire_put_text(out, lg_desk_name(input->desk));
    lg_wire_put_text(out, input->script);
    put_site(site, out);
    const uint32_t *list = lg_desk_assets(input->desk, &count);
    put_list(list, count, out);
    list = lg_desk_markets(input->desk, &count);
    put_list(list, count, out);
    lg_wire_put_u32(out, input->assets != NULL);
    put_list(input->assets, input->assets ? input->asset_count : 0, out);
    put_types(input, site, out);
    lg_pack_intraday(input->desk, out);
    lg_wire_put_u32(out, input->params != NULL);
    if (input->params)
        put_param(input->params, out);
    size_t before = out->length;
    lg_wire_put_u32(out, 0);
    lg_bundle_write(bundle, out);
    uint32_t size = (uint32_t)(out->length - before - sizeof size);
    if (!out->failed)
        memcpy(out->data + before, &size, sizeof size);
    lg_wire_end(out, begun);
}

static bool get_types(lg_home *home, lg_wire_reader *r)
{
    home->types = lg_arena_alloc(&home->arena, home->site.asset_count * sizeof *home->types + 1);
    for (uint32_t i = 0; i < home->site.asset_count && home->types; i++)
        home->types[i] = lg_wire_text(r);
    return home->types;
}

static bool get_params(lg_home *home, lg_wire_reader *r)
{
    if (!lg_wire_u32(r))
        return true;
    lg_script_param *params = lg_arena_alloc(&home->arena, sizeof *params);
    home->params = params;
    return params && get_param(home, r, params, 0);
}

lg_status lg_unpack_home(lg_mem *mem, const lg_wire_record *record, lg_home *home, lg_err *err)
{
    *home = (lg_home){.mem = mem};
    lg_arena_init(&home->arena, mem, 64 << 10);
    void *copy = lg_arena_alloc(&home->arena, record->size); /* texts are read where they lie */
    if (!copy)
        return lg_fail(err, LG_MEMORY, "out of memory for a site");
    memcpy(copy, record->bytes, record->size);
    lg_wire_reader r = {.bytes = copy, .size = record->size};
    const void *rules = lg_wire_bytes(&r, sizeof home->rules);
    const void *budget = lg_wire_bytes(&r, sizeof home->budget);
    const void *follow = lg_wire_bytes(&r, sizeof home->follow);
    if (!rules || !budget || !follow)
        return lg_fail(err, LG_INVALID, "a worker is told nothing");
    memcpy(&home->rules, rules, sizeof home->rules);
    memcpy(&home->budget, budget, sizeof home->budget);
    memcpy(&home->follow, follow, sizeof home->follow);
    home->seed = lg_wire_u64(&r);
    home->trial = lg_wire_u32(&r);
    home->restarts = lg_wire_u32(&r);
    home->index = lg_wire_u32(&r);
    home->name = lg_wire_text(&r);
    home->script = lg_wire_text(&r);
    bool room = get_site(home, &r);
    home->assets = get_list(home, &r, &home->asset_count);
    home->markets = get_list(home, &r, &home->market_count);
    bool part = lg_wire_u32(&r);
    uint32_t *list = get_list(home, &r, &home->part_count);
    home->part = part ? list : NULL;
    room = room && home->assets && home->markets && list && get_types(home, &r) &&
           lg_unpack_intraday(home, &r) && get_params(home, &r);
    uint32_t size = lg_wire_u32(&r);
    const void *texts = lg_wire_bytes(&r, size);
    if (!room || r.failed || !texts)
        return lg_fail(err, room ? LG_INVALID : LG_MEMORY, "a worker cannot read its site");
    return lg_bundle_read(mem, texts, size, err, &home->bundle);
}

void lg_home_fini(lg_home *home)
{
    lg_bundle_unref(home->bundle);
    lg_arena_drop(&home->arena);
}

/* ---- events ---- */

void lg_pack_event(const lg_event *event, lg_text *out)
{
    size_t begun = lg_wire_begin(out, LG_WIRE_EVENT_RECORD);
    lg_wire_put_u32(out, (uint32_t)event->kind);
    lg_wire_put_u32(out, (uint32_t)event->target);
    lg_wire_put_u32(out, event->node);
    lg_wire_put_text(out, event->name);
    lg_wire_put_text(out, event->detail);
    lg_wire_end(out, begun);
}

bool lg_unpack_event(const lg_wire_record *record, lg_event *event)
{
    lg_wire_reader r = {.bytes = record->bytes, .size = record->size};
    event->kind = (lg_event_kind)lg_wire_u32(&r);
    event->target = (lg_event_target)lg_wire_u32(&r);
    event->node = lg_wire_u32(&r);
    event->name = lg_wire_text(&r);
    event->detail = lg_wire_text(&r);
    return !r.failed && event->name && event->detail;
}

/* ---- terms ---- */

static const void *item(const lg_array *array, uint32_t index)
{
    return (const char *)array->items + (size_t)index * array->stride;
}

/* Numbers lie before texts, where they are aligned. */
void lg_pack_post(const lg_post *post, lg_wire_kind kind, lg_text *out)
{
    const uint32_t numbers[] = {post->author, post->to,           post->slot,
                                post->tick,   post->number_count, 0};
    size_t begun = lg_wire_begin(out, kind);
    lg_text_bytes(out, (const char *)numbers, sizeof numbers);
    lg_wire_put_u64(out, post->number);
    lg_text_bytes(out, (const char *)post->numbers, post->number_count * sizeof *post->numbers);
    lg_wire_put_text(out, post->topic);
    lg_wire_put_text(out, post->text);
    lg_wire_end(out, begun);
}

bool lg_unpack_post(const lg_wire_record *record, lg_post *post)
{
    lg_wire_reader r = {.bytes = record->bytes, .size = record->size};
    *post = (lg_post){.author = lg_wire_u32(&r)};
    post->to = lg_wire_u32(&r);
    post->slot = lg_wire_u32(&r);
    post->tick = lg_wire_u32(&r);
    post->number_count = lg_wire_u32(&r);
    lg_wire_u32(&r);
    post->number = lg_wire_u64(&r);
    post->numbers = lg_wire_bytes(&r, (size_t)post->number_count * sizeof *post->numbers);
    post->topic = lg_wire_text(&r);
    post->text = lg_wire_text(&r);
    return !r.failed && post->topic;
}

void lg_pack_terms(const lg_terms *terms, lg_text *out)
{
    size_t begun = lg_wire_begin(out, LG_WIRE_TERMS_RECORD);
    lg_wire_put_text(out, terms->energy_type);
    lg_wire_put_u32(out, terms->requirement_count);
    for (uint32_t i = 0; i < terms->requirement_count; i++) {
        const lg_requirement *r = &terms->requirements[i];
        lg_wire_put_u64(out, (uint64_t)r->energy_uwh);
        lg_wire_put_u64(out, (uint64_t)r->rate_uct);
        lg_wire_put_u32(out, r->partners.count);
        for (uint32_t k = 0; k < r->partners.count; k++)
            lg_wire_put_u32(out, *(const uint32_t *)item(&r->partners, k));
        lg_wire_put_u32(out, r->energy_types.count);
        for (uint32_t k = 0; k < r->energy_types.count; k++)
            lg_wire_put_text(out, *(const char *const *)item(&r->energy_types, k));
    }
    lg_wire_end(out, begun);
}

static lg_status get_requirement(lg_arena *arena, lg_wire_reader *r, lg_requirement *out)
{
    *out = (lg_requirement){.size = sizeof *out};
    out->energy_uwh = (int64_t)lg_wire_u64(r);
    out->rate_uct = (int64_t)lg_wire_u64(r);
    uint32_t count = lg_wire_u32(r);
    if (r->failed || count > LG_PARTNERS_MAX || out->energy_uwh < 0 || out->rate_uct < 0)
        return LG_INVALID;
    uint32_t *partners = lg_arena_alloc(arena, count * sizeof *partners + 1);
    for (uint32_t i = 0; i < count && partners; i++)
        partners[i] = lg_wire_u32(r);
    out->partners = (lg_array){.items = partners, .count = count, .stride = sizeof *partners};
    count = lg_wire_u32(r);
    if (r->failed || count > LG_ENERGY_TYPES_MAX)
        return LG_INVALID;
    const char **types = lg_arena_alloc(arena, count * sizeof *types + 1);
    for (uint32_t i = 0; i < count && types; i++) {
        types[i] = lg_wire_text(r);
        if (!types[i] || strlen(types[i]) > LG_ENERGY_TYPE_MAX)
            return LG_INVALID;
    }
    out->energy_types = (lg_array){.items = types, .count = count, .stride = sizeof *types};
    return partners && types ? LG_OK : LG_MEMORY;
}

lg_status lg_unpack_terms(lg_arena *arena, const lg_wire_record *record, lg_terms *terms)
{
    lg_wire_reader r = {.bytes = record->bytes, .size = record->size};
    *terms = (lg_terms){.energy_type = lg_wire_text(&r)};
    uint32_t count = lg_wire_u32(&r);
    if (r.failed || count > LG_REQUIREMENTS_MAX ||
        (terms->energy_type && strlen(terms->energy_type) > LG_ENERGY_TYPE_MAX))
        return LG_INVALID;
    lg_requirement *list = lg_arena_alloc(arena, count * sizeof *list + 1);
    lg_status status = list ? LG_OK : LG_MEMORY;
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = get_requirement(arena, &r, &list[i]);
    terms->requirements = list;
    terms->requirement_count = count;
    if (status == LG_OK && r.at != r.size)
        status = LG_INVALID;
    return status;
}

size_t lg_pack_batch_max(const lg_desk *desk)
{
    const lg_desk_limits max = lg_desk_limits_of(desk);
    return max.commands * sizeof(lg_command) + max.values * sizeof(lg_slot_value) + max.terms +
           lg_pack_asks_max(desk);
}
