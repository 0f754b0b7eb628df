/* A path is matched from its end, so that what stands above may be left out. */
#include "app/market_named.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"

/* Whether the first @p length bytes of @p text are the path of @p area or its end. */
static bool ends_with(const lg_site *site, uint32_t area, const char *text, size_t length)
{
    for (;;) {
        const char *name = site->areas[area].name;
        size_t size = strlen(name);
        if (size > length || memcmp(text + length - size, name, size) != 0)
            return false;
        if (size == length)
            return true;
        length -= size;
        area = site->areas[area].parent;
        if (text[--length] != '/' || area == LG_NONE)
            return false;
    }
}

static void write_path(const lg_site *site, uint32_t area, char *out, size_t size)
{
    uint32_t up[LG_DEPTH_MAX + 1];
    size_t count = 0, used = 0;
    for (; area != LG_NONE && count <= LG_DEPTH_MAX; area = site->areas[area].parent)
        up[count++] = area;
    while (count-- && used < size)
        used += (size_t)snprintf(out + used, size - used, "%s%s", site->areas[up[count]].name,
                                 count ? "/" : "");
}

static lg_status none(const lg_site *site, const char *text, lg_err *err)
{
    uint32_t near = LG_NONE;
    for (uint32_t i = 0; i < site->area_count && near == LG_NONE; i++)
        if (lg_text_nearest(text, (const char *const[]){site->areas[i].name}, 1) == 0)
            near = i;
    if (near == LG_NONE)
        return lg_fail(err, LG_UNKNOWN, "there is no market \"%.100s\"", text);
    return lg_fail(err, LG_UNKNOWN, "there is no market \"%.100s\"; did you mean \"%.100s\"?", text,
                   site->areas[near].name);
}

lg_status lg_market_named(const lg_site *site, const char *text, uint32_t *area, lg_err *err)
{
    lg_uuid uuid;
    uint32_t found = LG_NONE, other = LG_NONE;
    bool is_uuid = lg_uuid_parse(text, &uuid);
    for (uint32_t i = 0; i < site->area_count && other == LG_NONE; i++) {
        bool same = is_uuid && memcmp(&site->areas[i].uuid, &uuid, sizeof uuid) == 0;
        if (!same && !ends_with(site, i, text, strlen(text)))
            continue;
        if (found == LG_NONE)
            found = i;
        else
            other = i;
    }
    if (found == LG_NONE)
        return none(site, text, err);
    if (other != LG_NONE) {
        char paths[2][160];
        write_path(site, found, paths[0], sizeof paths[0]);
        write_path(site, other, paths[1], sizeof paths[1]);
        return lg_fail(err, LG_UNKNOWN,
                       "several markets are called \"%.80s\": %s, %s; give the path", text,
                       paths[0], paths[1]);
    }
    *area = found;
    return LG_OK;
}
