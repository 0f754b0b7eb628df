/*
 * Microgrids: components and how they are wired, and the devices that speak for them. The graph is
 * checked by the rules of the clients that will read it (microgrid/graph.h), so that a scenario
 * which they would refuse is refused here.
 */
#include "scenario/microgrid_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 24 };

static const char *text_of(const lg__field *field)
{
    return field->item ? field->value.text : NULL;
}

static uint64_t id_of(lg__field *fields, const lg__rows *rows, const char *key)
{
    return (uint64_t)lg__field_of(fields, rows, key)->value.number;
}

uint32_t lg__microgrid_find(const lg_microgrid_spec *spec, uint64_t id)
{
    for (uint32_t i = 0; i < spec->component_count; i++)
        if (spec->components[i].id == id)
            return i;
    return LG_NONE;
}

/* A text made of a word and a number, which lives as long as the scenario. */
static const char *numbered(lg__reader *r, const char *word, uint64_t number)
{
    char text[96];
    int length = snprintf(text, sizeof text, "%.60s %llu", word, (unsigned long long)number);
    const char *kept = lg_arena_text(r->arena, text, (size_t)length);
    if (!kept)
        lg__exhausted(r);
    return kept ? kept : "";
}

/* ---- components ---- */

static void read_type(lg__reader *r, const char *label, const lg__field *type, lg_component *c)
{
    const char *word = text_of(type);
    int number = word ? lg_component_type_of(c->category, word) : 0;
    if (number > 0)
        c->type = (uint32_t)number;
    else if (word && !*lg_component_type_word(c->category, 0))
        lg__problem(r, type->item, label, "type", "%s has no types", lg_category_word(c->category));
    else if (word)
        lg__problem(r, type->item, label, "type", "%s has no type \"%.60s\"; expected %s",
                    lg_category_word(c->category), word,
                    c->category == LG_CATEGORY_BATTERY    ? "li_ion or na_ion"
                    : c->category == LG_CATEGORY_INVERTER ? "battery, pv or hybrid"
                                                          : "ac, dc or hybrid");
}

static void read_designs(lg__reader *r, const char *label, lg__field *fields, const lg__rows *rows,
                         lg_microgrid_component *facts)
{
    const lg__field *import = lg__field_of(fields, rows, "import_kW");
    const lg__field *export = lg__field_of(fields, rows, "export_kW");
    bool grid = facts->category == LG_CATEGORY_GRID_CONNECTION_POINT;
    const lg__field *wrong = import->item ? import : export;
    if (!grid && (wrong->item || facts->fuse_A))
        lg__problem(r, wrong->item, label, wrong->item ? wrong->row->name : "fuse_A",
                    "belongs to a grid_connection_point");
    if (!import->item && !export->item)
        return;
    lg_microgrid_design *design = lg_arena_alloc(r->arena, sizeof *design);
    if (!design) {
        lg__exhausted(r);
        return;
    }
    design->metric = LG_METRIC_AC_POWER_ACTIVE;
    design->range.lower = export->item ? -export->value.number * 1000 : -INFINITY;
    design->range.upper = import->item ? import->value.number * 1000 : INFINITY;
    facts->designs = design;
    facts->design_count = 1;
}

static lg_conf *read_component(lg__reader *r, const char *label, lg_conf *item, uint32_t index,
                               void *ctx)
{
    lg__microgrid *m = ctx;
    const lg__rows *rows = &r->rows[LG__COMPONENT];
    lg__field fields[FIELDS_MAX];
    LG_ASSERT(rows->count <= FIELDS_MAX);
    lg__check(r, label, item, rows, fields);
    const char *word = text_of(lg__field_of(fields, rows, "category"));
    const char *mode = text_of(lg__field_of(fields, rows, "mode"));
    const char *name = text_of(lg__field_of(fields, rows, "name"));
    const char *maker = text_of(lg__field_of(fields, rows, "manufacturer"));
    const char *model = text_of(lg__field_of(fields, rows, "model"));
    int category = word ? lg_category_of(word) : 0;
    lg_component *c = &m->components[index];
    *c = (lg_component){.id = id_of(fields, rows, "id"),
                        .category = (lg_category)(category > 0 ? category : 0),
                        .line = item->line};
    if (category > 0)
        read_type(r, label, lg__field_of(fields, rows, "type"), c);
    c->name = name ? name : numbered(r, lg_category_word(c->category), c->id);
    lg_microgrid_component *facts = &m->facts[index];
    *facts = (lg_microgrid_component){
        .size = sizeof *facts,
        .index = index,
        .id = c->id,
        .category = c->category,
        .type = c->type,
        .mode = !mode || strcmp(mode, "control") == 0 ? 4
                : strcmp(mode, "telemetry") == 0      ? 2
                                                      : 1,
        .fuse_A = (uint32_t)lg__field_of(fields, rows, "fuse_A")->value.number,
        .name = c->name,
        .manufacturer = maker ? maker : "",
        .model = model ? model : "",
        .from_ms = LG_MICROGRID_NO_TIME,
        .until_ms = LG_MICROGRID_NO_TIME,
    };
    read_designs(r, label, fields, rows, facts);
    return lg__resolved(r, rows, fields);
}

static lg_conf *read_wire(lg__reader *r, const char *label, lg_conf *item, uint32_t index,
                          void *ctx)
{
    lg__microgrid *m = ctx;
    const lg__rows *rows = &r->rows[LG__WIRE];
    lg__field fields[FIELDS_MAX];
    lg__check(r, label, item, rows, fields);
    m->links[index] = (lg_component_link){
        .source = id_of(fields, rows, "from"),
        .destination = id_of(fields, rows, "to"),
        .line = item->line,
    };
    return lg__resolved(r, rows, fields);
}

/* ---- devices ---- */

static const lg_device_driver *driver_of(lg__reader *r, const char *label, lg_conf *item)
{
    const lg_conf *word = lg_conf_get(item, "driver");
    const char *names[64];
    char near[96];
    uint32_t count = r->input->device_count;
    if (!word || word->type != LG_CONF_TEXT) {
        lg__problem(r, word ? word : item, label, "driver",
                    "%s; lunagrid plugins lists the drivers of devices",
                    word ? "expected a text" : "is missing");
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(r->input->devices[i]->name, word->text) == 0)
            return r->input->devices[i];
    for (uint32_t i = 0; i < count && i < 64; i++)
        names[i] = r->input->devices[i]->name;
    lg__near_miss(word->text, names, count < 64 ? count : 64, near, sizeof near);
    lg__problem(r, word, label, "driver", "no plugin drives devices called \"%.60s\"%s", word->text,
                near);
    return NULL;
}

/* The first part of the driver that a component fits and that is not taken up. */
static uint32_t part_for(const lg_device_driver *driver, const lg_component *c, uint32_t *taken)
{
    const lg_device_part *parts = driver->parts.items;
    for (uint32_t i = 0; i < driver->parts.count; i++)
        if ((!parts[i].category || parts[i].category == (uint32_t)c->category) &&
            (!parts[i].type || parts[i].type == c->type) && taken[i] < parts[i].max) {
            taken[i]++;
            return i;
        }
    return LG_NONE;
}

/* Gives component number @p id to the device as its @p place -th. */
static void take_component(lg__reader *r, lg__microgrid *m, lg_machine_spec *machine,
                           const lg__field *list, uint32_t place, uint32_t *taken)
{
    double id = list->value.list[place];
    uint32_t index = lg__microgrid_find(m->spec, (uint64_t)id);
    lg_device_component *own = (lg_device_component *)&machine->components[place];
    if (index == LG_NONE) {
        lg__problem(r, list->item, m->label, "components", "there is no component %.15g", id);
        return;
    }
    const lg_component *c = &m->components[index];
    if (m->devices[index] != LG_NONE) {
        lg__problem(r, list->item, m->label, "components",
                    "component %.15g (\"%.60s\") has a device already", id, c->name);
        return;
    }
    uint32_t part = part_for(machine->driver, c, taken);
    if (part == LG_NONE)
        lg__problem(r, list->item, m->label, "components",
                    "%s does not speak for component %.15g (%s%s%s)", machine->driver->name, id,
                    lg_category_word(c->category), c->type ? " of type " : "",
                    c->type ? lg_component_type_word(c->category, c->type) : "");
    m->devices[index] = m->machine;
    m->parts[index] = place;
    *own = (lg_device_component){.size = sizeof *own,
                                 .category = c->category,
                                 .type = c->type,
                                 .part = part,
                                 .id = c->id,
                                 .name = c->name};
    for (uint32_t i = 0; i < m->spec->link_count; i++) {
        own->before += m->links[i].destination == c->id;
        own->after += m->links[i].source == c->id;
    }
}

static void take_components(lg__reader *r, lg__microgrid *m, lg_machine_spec *machine,
                            const lg__field *list)
{
    const lg_device_part *parts = machine->driver->parts.items;
    uint32_t count = (uint32_t)list->value.list_count, part_count = machine->driver->parts.count;
    uint32_t *taken = lg_arena_alloc(&r->scratch, part_count * sizeof *taken);
    machine->components = lg_arena_alloc(r->arena, (count + 1) * sizeof *machine->components);
    if (!taken || !machine->components) {
        lg__exhausted(r);
        return;
    }
    memset(taken, 0, part_count * sizeof *taken);
    memset((void *)(uintptr_t)machine->components, 0, (count + 1) * sizeof *machine->components);
    machine->component_count = count;
    for (uint32_t i = 0; i < count; i++)
        take_component(r, m, machine, list, i, taken);
    for (uint32_t i = 0; i < part_count; i++)
        if (taken[i] < parts[i].min)
            lg__problem(r, list->item, m->label, "components",
                        "%s needs a component that is: %s%s%s", machine->driver->name,
                        lg_category_word((lg_category)parts[i].category),
                        parts[i].type ? " of type " : "",
                        parts[i].type
                            ? lg_component_type_word((lg_category)parts[i].category, parts[i].type)
                            : "");
}

static lg_conf *read_device(lg__reader *r, const char *label, lg_conf *item, uint32_t index,
                            void *ctx)
{
    lg__microgrid *m = ctx;
    lg__rows rows;
    const lg_device_driver *driver = driver_of(r, label, item);
    if (!lg__device_rows(r, driver, &rows))
        return NULL;
    lg__field *fields = lg_arena_alloc(&r->scratch, rows.count * sizeof *fields);
    if (!fields) {
        lg__exhausted(r);
        return NULL;
    }
    lg_machine_spec *machine = &m->machines[index];
    machine->name = "";
    if (!driver) /* without it none of the other keys can be judged */
        return NULL;
    lg__check(r, label, item, &rows, fields);
    if (driver->flags & LG_DEVICE_LIVE)
        lg__warning(r, lg_conf_get(item, "driver"), label, "driver",
                    "\"%s\" reaches real equipment, and no run opens such devices yet: its "
                    "components are silent",
                    driver->name);
    const lg__field *list = lg__field_of(fields, &rows, "components");
    const char *name = text_of(lg__field_of(fields, &rows, "name"));
    m->label = label;
    m->machine = index;
    *machine = (lg_machine_spec){.driver = driver, .line = item->line, .name = name};
    take_components(r, m, machine, list);
    if (!name)
        machine->name = numbered(r, driver->name,
                                 machine->component_count ? machine->components[0].id : index + 1);
    if (rows.count > rows.own)
        machine->params =
            lg__params_share(r, fields + rows.own, rows.count - rows.own, rows.count - rows.own);
    for (uint32_t i = 0; i < index; i++)
        if (machine->name && strcmp(m->machines[i].name, machine->name) == 0)
            lg__problem(r, item, label, "name", "two devices are called \"%.80s\"", machine->name);
    return lg__resolved(r, &rows, fields);
}

/* ---- the whole ---- */

static bool make_room(lg__reader *r, lg__microgrid *m, const lg__field *components,
                      const lg__field *links, const lg__field *devices, const lg__field *faults)
{
    lg_microgrid_spec *spec = m->spec;
    spec->component_count = lg__objects_count(components);
    spec->link_count = lg__objects_count(links);
    spec->machine_count = lg__objects_count(devices);
    spec->fault_count = lg__objects_count(faults);
    size_t count = spec->component_count;
    m->components = lg_arena_alloc(r->arena, (count + 1) * sizeof *m->components);
    m->facts = lg_arena_alloc(r->arena, (count + 1) * sizeof *m->facts);
    m->devices = lg_arena_alloc(r->arena, (count + 1) * sizeof *m->devices);
    m->parts = lg_arena_alloc(r->arena, (count + 1) * sizeof *m->parts);
    m->links = lg_arena_alloc(r->arena, ((size_t)spec->link_count + 1) * sizeof *m->links);
    m->machines = lg_arena_alloc(r->arena, ((size_t)spec->machine_count + 1) * sizeof *m->machines);
    m->faults = lg_arena_alloc(r->arena, ((size_t)spec->fault_count + 1) * sizeof *m->faults);
    if (!m->components || !m->facts || !m->devices || !m->parts || !m->links || !m->machines ||
        !m->faults)
        return lg__exhausted(r);
    memset(m->components, 0, (count + 1) * sizeof *m->components);
    memset(m->links, 0, ((size_t)spec->link_count + 1) * sizeof *m->links);
    memset(m->machines, 0, ((size_t)spec->machine_count + 1) * sizeof *m->machines);
    for (size_t i = 0; i <= count; i++) {
        m->devices[i] = LG_NONE;
        m->components[i].name = "";
    }
    spec->components = m->components;
    spec->facts = m->facts;
    spec->devices = m->devices;
    spec->parts = m->parts;
    spec->links = m->links;
    spec->machines = m->machines;
    spec->faults = m->faults;
    return true;
}

static void read_site(lg__reader *r, lg_microgrid_spec *spec, lg__field *fields,
                      const lg__rows *rows)
{
    const lg__field *latitude = lg__field_of(fields, rows, "latitude");
    const char *name = text_of(lg__field_of(fields, rows, "name"));
    const char *area = text_of(lg__field_of(fields, rows, "delivery_area"));
    const char *country = text_of(lg__field_of(fields, rows, "country"));
    spec->site = (lg_microgrid_site){
        .size = sizeof spec->site,
        .area_code_type = area ? 1 : 0,
        .id = id_of(fields, rows, "id"),
        .enterprise_id = id_of(fields, rows, "enterprise_id"),
        .name = name,
        .area_code = area ? area : "",
        .country_code = country ? country : "",
        .latitude = latitude->item ? latitude->value.number : r->scenario->latitude_deg,
        .longitude = lg__field_of(fields, rows, "longitude")->value.number,
        .created_ms = LG_MICROGRID_NO_TIME,
    };
    if (!name)
        spec->site.name = numbered(r, "microgrid", spec->site.id);
    double step_ms = lg__field_of(fields, rows, "step_seconds")->value.number * 1000;
    spec->step_ms = (int64_t)(step_ms + 0.5);
    spec->islanded = lg__field_of(fields, rows, "islanded")->value.number != 0;
    spec->voltage_V = lg__field_of(fields, rows, "voltage_V")->value.number;
    spec->frequency_Hz = lg__field_of(fields, rows, "frequency_Hz")->value.number;
}

static void check_graph(lg__reader *r, const lg_microgrid_spec *spec)
{
    lg_graph graph;
    const lg_graph_input input = {
        .file = r->input->file,
        .components = spec->components,
        .component_count = spec->component_count,
        .connections = spec->links,
        .connection_count = spec->link_count,
        .islanded = spec->islanded,
    };
    lg_status status = lg_graph_build(r->mem, &input, r->diag, &graph);
    lg_graph_fini(&graph);
    if (status == LG_MEMORY)
        lg__exhausted(r);
}

static lg_conf *read_microgrid(lg__reader *r, const char *label, lg_conf *item, uint32_t index,
                               void *ctx)
{
    const lg__rows *rows = &r->rows[LG__MICROGRID];
    lg__field fields[FIELDS_MAX];
    lg__microgrid m = {.spec = &r->scenario->microgrids[index]};
    (void)ctx;
    LG_ASSERT(rows->count <= FIELDS_MAX);
    lg__check(r, label, item, rows, fields);
    lg__field *components = lg__field_of(fields, rows, "components");
    lg__field *links = lg__field_of(fields, rows, "connections");
    lg__field *devices = lg__field_of(fields, rows, "devices");
    lg__field *faults = lg__field_of(fields, rows, "faults");
    m.spec->line = item->line;
    if (!make_room(r, &m, components, links, devices, faults))
        return NULL;
    read_site(r, m.spec, fields, rows);
    if (m.spec->step_ms <= 0 || r->scenario->rules.tick_ms % m.spec->step_ms)
        lg__problem(r, lg__field_of(fields, rows, "step_seconds")->item, label, "step_seconds",
                    "a tick of %.10g s has to be a multiple of it",
                    (double)r->scenario->rules.tick_ms / 1000);
    for (uint32_t i = 0; i < index; i++)
        if (r->scenario->microgrids[i].site.id == m.spec->site.id)
            lg__problem(r, item, label, "id", "two microgrids have the id %llu",
                        (unsigned long long)m.spec->site.id);
    lg_conf *component_list = lg__objects_read(r, label, components, read_component, &m);
    lg_conf *link_list = lg__objects_read(r, label, links, read_wire, &m);
    if (r->exhausted)
        return NULL;
    check_graph(r, m.spec);
    lg_conf *device_list = lg__objects_read(r, label, devices, read_device, &m);
    lg_conf *fault_list = lg__objects_read(r, label, faults, lg__microgrid_fault, &m);
    if (r->exhausted)
        return NULL;
    components->item = component_list;
    links->item = link_list;
    devices->item = devices->item ? device_list : NULL;
    faults->item = faults->item ? fault_list : NULL;
    return lg__resolved(r, rows, fields);
}

lg_conf *lg__microgrids_read(lg__reader *r, const lg__field *list)
{
    uint32_t count = lg__objects_count(list);
    lg_microgrid_spec *specs = lg_arena_alloc(r->arena, (count + 1) * sizeof *specs);
    if (!specs) {
        lg__exhausted(r);
        return NULL;
    }
    memset(specs, 0, (count + 1) * sizeof *specs);
    r->scenario->microgrids = specs;
    r->scenario->microgrid_count = count;
    lg_conf *out = lg__objects_read(r, NULL, list, read_microgrid, NULL);
    if (!r->exhausted)
        lg__microgrids_backed(r);
    return r->exhausted ? NULL : out;
}
