/* Fields that an older or newer host does not send are left out, never guessed. */
#include "app/ctl_tell.h"

#include <stdio.h>
#include <string.h>
#include "app/ctl_tell_owner.h"
#include "app/plain.h"

static const cJSON *field(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = field(object, key);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *item = field(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static void put(const char *text)
{
    lg_plain_put(text, stdout);
}

/* "paused before slot 13, tick 4 (2024-06-03T03:03:00+00:00)" */
static void tell_place(const cJSON *answer)
{
    put(text_of(answer, "state"));
    printf(", slot %.0f", number_of(answer, "slot"));
    if (field(answer, "slots"))
        printf(" of %.0f", number_of(answer, "slots"));
    printf(", tick %.0f", number_of(answer, "tick"));
    if (field(answer, "ticks_per_slot"))
        printf(" of %.0f", number_of(answer, "ticks_per_slot"));
    fputs(" is next: ", stdout);
    put(text_of(answer, "time"));
    putchar('\n');
}

static void tell_pace(const cJSON *answer)
{
    fputs("pace     ", stdout);
    put(text_of(answer, "pace"));
    if (field(answer, "next_slot_in_ms"))
        printf(", next slot in %.1f s", number_of(answer, "next_slot_in_ms") / 1000);
    if (number_of(answer, "late_ms") > 0)
        printf(", %.1f s behind", number_of(answer, "late_ms") / 1000);
    putchar('\n');
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void tell_agents(const cJSON *answer)
{
    const cJSON *agent;
    printf("agents   %.0f, %.0f faults\n", number_of(answer, "agent_count"),
           number_of(answer, "faults"));
    cJSON_ArrayForEach(agent, field(answer, "agents"))
    {
        fputs("  ", stdout);
        put(text_of(agent, "name"));
        fputs(": ", stdout);
        put(base_name(text_of(agent, "script")));
        printf(" v%.0f %.8s", number_of(agent, "version"), text_of(agent, "hash"));
        if (field(agent, "instead")) {
            fputs(", in its place ", stdout);
            put(text_of(agent, "instead"));
        }
        if (number_of(agent, "faults") > 0)
            printf(", %.0f faults", number_of(agent, "faults"));
        putchar('\n');
    }
}

static void tell_status(const cJSON *answer)
{
    put(text_of(answer, "scenario"));
    if (field(answer, "folder"))
        fputs(" in ", stdout);
    put(text_of(answer, "folder"));
    fputs("\nrun      ", stdout);
    tell_place(answer);
    tell_pace(answer);
    printf("digest   %s\n", text_of(answer, "digest"));
    tell_agents(answer);
    lg_ctl_tell_community(answer);
}

static void tell_fee(const cJSON *answer)
{
    put(text_of(answer, "market"));
    printf(": %g %s from slot %.0f on (", number_of(answer, "fee"), text_of(answer, "unit"),
           number_of(answer, "from_slot"));
    put(text_of(answer, "from_time"));
    printf("); it was %g\n", number_of(answer, "before"));
}

void lg_ctl_tell_line(const cJSON *line)
{
    printf("slot %.0f tick %.0f  ", number_of(line, "slot"), number_of(line, "tick"));
    put(text_of(line, "who"));
    fputs(": ", stdout);
    put(text_of(line, "message"));
    putchar('\n');
    fflush(stdout); /* whoever follows a log wants it now */
}

static void tell_value(const cJSON *value)
{
    char *json = cJSON_IsString(value) ? NULL : cJSON_PrintUnformatted(value);
    put(cJSON_IsNull(value)     ? "nil"
        : json                  ? json
        : cJSON_IsString(value) ? value->valuestring
                                : "");
    putchar('\n');
    cJSON_free(json);
}

void lg_ctl_tell(lg_control_kind kind, const cJSON *answer)
{
    const cJSON *line;
    switch (kind) {
    case LG_CONTROL_STATUS:
        tell_status(answer);
        return;
    case LG_CONTROL_STEP:
        printf("%.0f ticks done; ", number_of(answer, "done"));
        tell_place(answer);
        return;
    case LG_CONTROL_PACE:
        tell_pace(answer);
        return;
    case LG_CONTROL_SET_FEE:
        tell_fee(answer);
        return;
    case LG_CONTROL_RELOAD:
        cJSON_ArrayForEach(line, field(answer, "seats"))
        {
            put(text_of(line, "message"));
            putchar('\n');
        }
        return;
    case LG_CONTROL_LOG:
        cJSON_ArrayForEach(line, field(answer, "lines")) lg_ctl_tell_line(line);
        return;
    case LG_CONTROL_EVAL:
        tell_value(field(answer, "value"));
        return;
    case LG_CONTROL_UPLOAD:
    case LG_CONTROL_COME_BACK:
        put(text_of(answer, "message"));
        putchar('\n');
        return;
    case LG_CONTROL_VIEW:
        lg_ctl_tell_view(answer);
        return;
    case LG_CONTROL_STATS:
        lg_ctl_tell_stats(answer);
        return;
    case LG_CONTROL_LEAVE:
        lg_ctl_tell_leave(answer);
        return;
    default:
        tell_place(answer);
    }
}
