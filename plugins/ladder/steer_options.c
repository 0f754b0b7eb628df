/* The options that all drivers of real devices have, checked together. */
#include "ladder/steer_options.h"

#include <stdio.h>
#include <string.h>

steer_what steer_what_of(uint32_t kind)
{
    switch (kind) {
    case LG_DEVICE_POWER_ACTIVE:
        return STEER_ACTIVE;
    case LG_DEVICE_POWER_REACTIVE:
        return STEER_REACTIVE;
    case LG_DEVICE_START:
        return STEER_START;
    case LG_DEVICE_STANDBY:
        return STEER_STANDBY;
    case LG_DEVICE_STOP:
        return STEER_STOP;
    case LG_DEVICE_ACKNOWLEDGE:
        return STEER_ACKNOWLEDGE;
    default:
        return STEER_WHATS;
    }
}

static bool read_allowed(const char *text, uint32_t *out, char *why, size_t size)
{
    static const char *const words[STEER_WHATS] = {"active",  "reactive", "start",
                                                   "standby", "stop",     "acknowledge"};
    while (text && *text) {
        size_t length = strcspn(text, " ,"), i = 0;
        while (i < STEER_WHATS &&
               (strlen(words[i]) != length || memcmp(words[i], text, length) != 0))
            i++;
        if (length > 0 && i == STEER_WHATS) {
            snprintf(why, size,
                     "allow: \"%.*s\" is none of active, reactive, start, standby, stop, "
                     "acknowledge",
                     (int)length, text);
            return false;
        }
        *out |= length > 0 ? 1U << i : 0;
        text += length + (text[length] != 0);
    }
    return true;
}

bool steer_read_options(const lg_device_info *info, steer_settings *out, char *why, size_t size)
{
    const char *mode = lg_value_at(info, STEER_OPTION_MODE)->text;
    *out = (steer_settings){
        .rung = strcmp(mode, "live") == 0       ? LADDER_LIVE
                : strcmp(mode, "simulate") == 0 ? LADDER_SIMULATE
                                                : LADDER_SHADOW,
        .lower_W = lg_value_at(info, STEER_OPTION_LOWER)->number,
        .upper_W = lg_value_at(info, STEER_OPTION_UPPER)->number,
        .ramp_W_per_s = lg_value_at(info, STEER_OPTION_RAMP)->number,
        .safe_W = lg_value_at(info, STEER_OPTION_SAFE)->number,
        .interval_ms = (uint32_t)lg_value_at(info, STEER_OPTION_INTERVAL)->number,
    };
    if (!read_allowed(lg_value_at(info, STEER_OPTION_ALLOW)->text, &out->allowed, why, size))
        return false;
    if (out->lower_W > out->upper_W) {
        snprintf(why, size, "lower_W is above upper_W");
        return false;
    }
    if (out->safe_W < out->lower_W || out->safe_W > out->upper_W) {
        snprintf(why, size, "safe_W is outside of lower_W and upper_W");
        return false;
    }
    if (out->rung == LADDER_LIVE && !out->allowed) {
        snprintf(why, size, "mode live needs allow: what may be written, like \"active\"");
        return false;
    }
    return true;
}
