/* The scan trusts no length: every address stays below 65536 and every step goes on by two at
 * least. */
#include "sunspec.h"

#include <string.h>

enum { MARK_FIRST = 0x5375, MARK_SECOND = 0x6e53, END = 0xFFFF, ADDRESSES = 65536 };

static const uint16_t places[] = {40000, 50000, 0};
#define PLACES (sizeof places / sizeof *places)

void sunspec_begin(sunspec_scan *scan)
{
    memset(scan, 0, sizeof *scan);
    scan->address = places[0];
}

bool sunspec_next(const sunspec_scan *scan, uint16_t *address)
{
    *address = (uint16_t)scan->address;
    return scan->step == SUNSPEC_SEEKING || scan->step == SUNSPEC_WALKING;
}

static void seek_on(sunspec_scan *scan)
{
    if (++scan->place < PLACES)
        scan->address = places[scan->place];
    else
        scan->step = SUNSPEC_NONE;
}

static void walk_to(sunspec_scan *scan, uint32_t address)
{
    scan->address = address;
    scan->step = address + 2 <= ADDRESSES ? SUNSPEC_WALKING : SUNSPEC_FOUND;
}

static void add_model(sunspec_scan *scan, uint16_t number, uint16_t length)
{
    uint32_t next = scan->address + 2 + length;
    if (number == END || next > ADDRESSES || scan->count == SUNSPEC_MODELS_MAX) {
        scan->step = SUNSPEC_FOUND;
        return;
    }
    scan->models[scan->count++] =
        (sunspec_model){.number = number, .length = length, .address = (uint16_t)scan->address};
    walk_to(scan, next);
}

void sunspec_take(sunspec_scan *scan, const uint16_t *registers)
{
    if (scan->step == SUNSPEC_WALKING) {
        if (registers)
            add_model(scan, registers[0], registers[1]);
        else
            scan->step = SUNSPEC_FOUND;
    } else if (scan->step == SUNSPEC_SEEKING) {
        if (registers && registers[0] == MARK_FIRST && registers[1] == MARK_SECOND)
            walk_to(scan, scan->address + 2);
        else
            seek_on(scan);
    }
}

const sunspec_model *sunspec_model_of(const sunspec_scan *scan, uint16_t number, uint32_t nth)
{
    for (uint32_t i = 0; i < scan->count; i++)
        if (scan->models[i].number == number && nth-- == 0)
            return &scan->models[i];
    return NULL;
}

const sunspec_model_kind *sunspec_kind(uint16_t number)
{
    const struct {
        const sunspec_model_kind *kinds;
        uint32_t count;
    } tables[] = {{sunspec_inverter_kinds, sunspec_inverter_kinds_count},
                  {sunspec_meter_kinds, sunspec_meter_kinds_count},
                  {sunspec_der_kinds, sunspec_der_kinds_count}};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (uint32_t i = 0; i < tables[t].count; i++)
            if (tables[t].kinds[i].number == number)
                return &tables[t].kinds[i];
    return NULL;
}

/* ---- points ---- */

typedef struct finder {
    const sunspec_group *top;
    const uint16_t *registers; /* NULL: not known */
    uint32_t size;             /* of the model */
} finder;

static uint32_t point_size(const sunspec_point *point)
{
    return point->registers ? point->registers : value_registers(point->type);
}

/* Where a point of the group itself is, which begins at @p at. */
static const sunspec_point *find_in(const sunspec_group *group, const char *name, size_t length,
                                    uint32_t *at)
{
    for (uint32_t i = 0; i < group->point_count; i++) {
        const sunspec_point *point = &group->points[i];
        if (strlen(point->name) == length && memcmp(point->name, name, length) == 0)
            return point;
        *at += point_size(point);
    }
    return NULL;
}

static uint32_t points_size(const sunspec_group *group)
{
    uint32_t size = 0;
    for (uint32_t i = 0; i < group->point_count; i++)
        size += point_size(&group->points[i]);
    return size;
}

static uint32_t group_size(const finder *f, const sunspec_group *group);

/* How often a group is there that begins at @p at. 0: that is not known. */
static uint32_t times_of(const finder *f, const sunspec_group *group, uint32_t at)
{
    uint32_t size = group_size(f, group), place = 0;
    if (!group->times)
        return 1;
    if (size == 0 || at > f->size)
        return 0;
    uint32_t fit = (f->size - at) / size;
    if (strcmp(group->times, SUNSPEC_REST) == 0)
        return fit;
    if (!f->registers || !find_in(f->top, group->times, strlen(group->times), &place) ||
        place >= f->size)
        return 0;
    return f->registers[place] < fit ? f->registers[place] : fit;
}

/* Of one of the group, with what hangs from it. Counts stand in the model's own points. */
static uint32_t group_size(const finder *f, const sunspec_group *group)
{
    uint32_t size = points_size(group);
    for (uint32_t i = 0; i < group->group_count; i++)
        size += times_of(f, &group->groups[i], size) * group_size(f, &group->groups[i]);
    return size;
}

/* The number in "name[3]": 1 without one, 0 when it is none. */
static uint32_t read_index(const char *text, size_t *length)
{
    const char *open = memchr(text, '[', *length);
    uint32_t index = 0;
    if (!open)
        return 1;
    for (const char *c = open + 1; c < text + *length && *c != ']'; c++) {
        if (*c < '0' || *c > '9' || index > ADDRESSES)
            return 0;
        index = index * 10 + (uint32_t)(*c - '0');
    }
    *length = (size_t)(open - text);
    return index;
}

/* From @p group, which begins at *at, into the one that the path names. */
static const sunspec_group *enter(const finder *f, const sunspec_group *group, const char *path,
                                  size_t length, uint32_t *at)
{
    uint32_t index = read_index(path, &length);
    *at += points_size(group);
    for (uint32_t i = 0; i < group->group_count; i++) {
        const sunspec_group *inner = &group->groups[i];
        uint32_t times = times_of(f, inner, *at), size = group_size(f, inner);
        if (strlen(inner->name) == length && memcmp(inner->name, path, length) == 0) {
            *at += (index - 1) * size;
            return index >= 1 && index <= times ? inner : NULL;
        }
        *at += times * size;
    }
    return NULL;
}

/* Scale factors stand in the group itself or, mostly, among the model's own points. */
static int32_t find_scale(const finder *f, const sunspec_group *group, uint32_t from,
                          const char *name)
{
    uint32_t at = from;
    if (!find_in(group, name, strlen(name), &at)) {
        at = 0;
        if (!find_in(f->top, name, strlen(name), &at))
            return -1;
    }
    return at < f->size ? (int32_t)at : -1;
}

bool sunspec_find(const sunspec_model *model, const uint16_t *registers, const char *path,
                  sunspec_place *out)
{
    const sunspec_model_kind *kind = sunspec_kind(model->number);
    if (!kind)
        return false;
    const finder f = {&kind->top, registers, 2 + (uint32_t)model->length};
    const sunspec_group *group = &kind->top;
    uint32_t from = 0;
    const char *dot;
    while (group && (dot = strchr(path, '.'))) {
        group = enter(&f, group, path, (size_t)(dot - path), &from);
        path = dot + 1;
    }
    if (!group)
        return false;
    out->at = from;
    out->scale_at = -1;
    out->point = find_in(group, path, strlen(path), &out->at);
    if (!out->point || out->at + point_size(out->point) > f.size)
        return false;
    if (!out->point->scale)
        return true;
    out->scale_at = find_scale(&f, group, from, out->point->scale);
    return out->scale_at >= 0;
}
