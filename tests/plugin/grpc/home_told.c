/* What the home is told: commands, bounds, starts and stops, and why not. */
#include <math.h>
#include <stdio.h>

#include "home_parts.h"

static uint32_t answered(uint32_t why, int64_t until_ms, uint64_t command,
                         lg_microgrid_answer *answer)
{
    static const struct {
        const char *word, *words;
        uint32_t kind;
    } known[] = {
#define X(name, word, sentence, kind) {word, sentence, LG_MICROGRID_KIND_##kind},
        LG_MICROGRID_WHY_MAP(X)
#undef X
    };
    *answer = (lg_microgrid_answer){.size = sizeof *answer,
                                    .why = why,
                                    .kind = known[why].kind,
                                    .word = known[why].word,
                                    .words = known[why].words,
                                    .until_ms = until_ms,
                                    .command = command};
    return why;
}

static uint32_t refused(uint32_t why, lg_microgrid_answer *answer)
{
    return answered(why, LG_MICROGRID_NO_TIME, 0, answer);
}

static void is_told_by(home *h, const char *who)
{
    snprintf(h->commander, sizeof h->commander, "%s", who);
}

static uint32_t why_not(const home *h, uint32_t index, lg_plant_refusal refusal)
{
    if (refusal == LG_PLANT_UNSUPPORTED)
        return LG_MICROGRID_ACTION_WHY;
    return lg_plant_stage_of(h->plant, index) == LG_STAGE_ERROR ? LG_MICROGRID_ERROR_WHY
                                                                : LG_MICROGRID_STAGE_WHY;
}

static uint64_t number_of(home *h, uint32_t index, lg_power_type type)
{
    uint64_t *newest = &h->newest[index][type];
    if (h->outcomes[*newest % COMMANDS_MAX] == LG_MICROGRID_ACCEPTED)
        h->outcomes[*newest % COMMANDS_MAX] = LG_MICROGRID_OVERRIDDEN;
    *newest = ++h->commands;
    h->outcomes[*newest % COMMANDS_MAX] = h->holds ? LG_MICROGRID_ACCEPTED : LG_MICROGRID_SUCCESS;
    return *newest;
}

static uint32_t set_power(void *ctx, const char *who, const lg_microgrid_power *power,
                          lg_microgrid_answer *answer)
{
    home *h = ctx;
    uint32_t index = home_place(h, power->id);
    int64_t until_ms;
    is_told_by(h, who);
    if (index >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    if (power->type != LG_MICROGRID_ACTIVE && power->type != LG_MICROGRID_REACTIVE)
        return refused(LG_MICROGRID_TYPE_WHY, answer);
    if (h->rejects)
        return refused(LG_MICROGRID_REJECTED_WHY, answer);
    lg_power_type type = power->type == LG_MICROGRID_ACTIVE ? LG_POWER_ACTIVE : LG_POWER_REACTIVE;
    lg_plant_refusal refusal = lg_plant_set_power(h->plant, power->id, type, power->power,
                                                  power->lifetime_s, h->now_ms, &until_ms);
    switch (refusal) {
    case LG_PLANT_OK:
        return answered(LG_MICROGRID_OK_WHY, until_ms, number_of(h, index, type), answer);
    case LG_PLANT_ARGUMENT:
        return refused(isfinite(power->power) ? LG_MICROGRID_LIFETIME_WHY : LG_MICROGRID_POWER_WHY,
                       answer);
    case LG_PLANT_RANGE:
        return refused(LG_MICROGRID_BOUNDS_WHY, answer);
    default:
        return refused(lg_category_takes_power(h->parts[index].category)
                           ? why_not(h, index, refusal)
                           : LG_MICROGRID_CATEGORY_WHY,
                       answer);
    }
}

static uint32_t outcome(void *ctx, uint64_t command)
{
    const home *h = ctx;
    return command + COMMANDS_MAX > h->commands ? h->outcomes[command % COMMANDS_MAX]
                                                : (uint32_t)LG_MICROGRID_FORGOTTEN;
}

static uint32_t augment(void *ctx, const char *who, const lg_microgrid_bounding *bounding,
                        lg_microgrid_answer *answer)
{
    home *h = ctx;
    int64_t until_ms;
    lg_range ranges[LG_MICROGRID_RANGES_MAX];
    is_told_by(h, who);
    if (home_place(h, bounding->id) >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    for (uint32_t i = 0; i < bounding->range_count; i++)
        ranges[i] = (lg_range){bounding->ranges[i].lower, bounding->ranges[i].upper};
    const lg_plant_bounding request = {.id = bounding->id,
                                       .metric = (lg_metric)bounding->metric,
                                       .ranges = ranges,
                                       .range_count = bounding->range_count,
                                       .lifetime_s = bounding->lifetime_s,
                                       .token = bounding->token};
    switch (lg_plant_augment(h->plant, &request, h->now_ms, &until_ms)) {
    case LG_PLANT_OK:
        return answered(LG_MICROGRID_OK_WHY, until_ms, 0, answer);
    case LG_PLANT_FULL:
        return refused(LG_MICROGRID_FULL_WHY, answer);
    default:
        return refused(LG_MICROGRID_RANGES_WHY, answer);
    }
}

static uint32_t clear(void *ctx, const char *who, uint64_t id, uint32_t metric, const char *token,
                      lg_microgrid_answer *answer)
{
    home *h = ctx;
    is_told_by(h, who);
    if (home_place(h, id) >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    switch (lg_plant_clear(h->plant, id, (lg_metric)metric, token)) {
    case LG_PLANT_OK:
        return answered(LG_MICROGRID_OK_WHY, LG_MICROGRID_NO_TIME, 0, answer);
    case LG_PLANT_UNKNOWN:
        return refused(LG_MICROGRID_NO_TOKEN_WHY, answer);
    default:
        return refused(LG_MICROGRID_TOKEN_WHY, answer);
    }
}

static uint32_t act(void *ctx, const char *who, uint64_t id, uint32_t action,
                    lg_microgrid_answer *answer)
{
    static lg_plant_refusal (*const steps[])(lg_plant *, uint64_t) = {
        NULL, lg_plant_start, lg_plant_standby, lg_plant_stop, lg_plant_acknowledge};
    home *h = ctx;
    uint32_t index = home_place(h, id);
    is_told_by(h, who);
    if (index >= h->part_count)
        return refused(LG_MICROGRID_COMPONENT_WHY, answer);
    lg_plant_refusal refusal = steps[action](h->plant, id);
    if (refusal != LG_PLANT_OK)
        return refused(why_not(h, index, refusal), answer);
    if (action == LG_MICROGRID_ACKNOWLEDGE)
        h->said[index].failed = false;
    return answered(LG_MICROGRID_OK_WHY, LG_MICROGRID_NO_TIME, 0, answer);
}

void home_obey(lg_microgrid_door *door)
{
    door->set_power = set_power;
    door->outcome = outcome;
    door->augment = augment;
    door->clear = clear;
    door->act = act;
}
