/* A script's name is that of its file. Names come out in the order of a home's assets, so homes
 * that are alike read alike. */
#include "app/crew.h"

#include <string.h>

#define RAMP "_ramp" /* how the host's own strategies end */

static void gather(const lg_scenario *scenario, uint32_t area, lg_crew *found)
{
    const lg_area *a = &scenario->site.areas[area];
    for (uint32_t i = 0; i < a->asset_count; i++) {
        uint32_t index = scenario->site.assets[a->asset_first + i].agent;
        if (index >= scenario->agent_count)
            continue;
        const lg_agent_spec *agent = &scenario->agents[index];
        uint32_t k = 0;
        while (k < found->count && strcmp(found->agents[k]->script_name, agent->script_name) != 0)
            k++;
        if (k == found->count && k < LG_CREW_MAX)
            found->agents[found->count++] = agent;
    }
    for (uint32_t i = 0; i < a->child_count; i++)
        gather(scenario, a->child_first + i, found);
}

lg_crew lg_crew_of(const lg_scenario *scenario, uint32_t area)
{
    lg_crew crew = {.count = 0};
    gather(scenario, area, &crew);
    return crew;
}

/* "strategies/patient.lua" -> "patient" */
static const char *name_of(const lg_agent_spec *agent, size_t *length)
{
    const char *slash = strrchr(agent->script_name, '/');
    const char *name = slash ? slash + 1 : agent->script_name;
    *length = strlen(name);
    if (*length > 4 && strcmp(name + *length - 4, ".lua") == 0)
        *length -= 4;
    return name;
}

static void append(lg_text *out, size_t start, char separator, const char *name, size_t length)
{
    if (out->length > start)
        lg_text_char(out, separator);
    lg_text_bytes(out, name, length);
}

void lg_crew_list(const lg_crew *crew, lg_text *out)
{
    size_t start = out->length, length;
    for (uint32_t i = 0; i < crew->count; i++) {
        const char *name = name_of(crew->agents[i], &length);
        append(out, start, ',', name, length);
    }
}

static bool is_ramp(const lg_agent_spec *agent)
{
    const size_t end = sizeof RAMP - 1;
    size_t length;
    const char *name = name_of(agent, &length);
    return agent->template_agent && length > end && memcmp(name + length - end, RAMP, end) == 0;
}

void lg_crew_label(const lg_crew *crew, lg_text *out)
{
    size_t start = out->length, length;
    for (int own = 1; own >= 0; own--)
        for (uint32_t i = 0; i < crew->count; i++) {
            if (crew->agents[i]->template_agent == own || is_ramp(crew->agents[i]))
                continue;
            const char *name = name_of(crew->agents[i], &length);
            append(out, start, ',', name, length);
        }
    uint32_t ramps = 0;
    for (uint32_t i = 0; i < crew->count; i++) {
        if (!is_ramp(crew->agents[i]))
            continue;
        const char *name = name_of(crew->agents[i], &length);
        append(out, start, ramps++ ? '+' : ',', name, length - (sizeof RAMP - 1));
    }
    if (ramps)
        lg_text_str(out, RAMP);
}
