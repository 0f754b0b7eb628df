/* The image is one array; each block fills its part of it. */
#include "plan.h"

#include <math.h>
#include <string.h>

void plan_clear(plan *p)
{
    memset(p, 0, sizeof *p);
    p->upper_W.at = p->lower_W.at = -1;
}

int32_t plan_add_block(plan *p, uint8_t function, uint16_t address, uint32_t count, bool is_once)
{
    uint32_t first = p->image_size;
    if (count == 0 || first + count > PLAN_IMAGE_MAX || address + count > 65536)
        return -1;
    while (count > 0) {
        /* A value of four registers must not be cut; in SunSpec's models 120 never does. */
        uint32_t part = count > FRAME_READ_MAX ? 120 : count;
        if (p->block_count == PLAN_BLOCKS_MAX)
            return -1;
        p->blocks[p->block_count++] = (plan_block){.function = function,
                                                   .is_once = is_once,
                                                   .address = address,
                                                   .count = (uint16_t)part,
                                                   .at = p->image_size};
        p->image_size += part;
        address = (uint16_t)(address + part);
        count -= part;
    }
    return (int32_t)first;
}

bool plan_add_reading(plan *p, const plan_reading *reading)
{
    if (p->reading_count == PLAN_READINGS_MAX)
        return false;
    p->readings[p->reading_count++] = *reading;
    return true;
}

bool plan_add_write(plan *p, const plan_write *write)
{
    if (p->write_count == PLAN_WRITES_MAX)
        return false;
    p->writes[p->write_count++] = *write;
    p->has_watchdog = p->has_watchdog || write->what == PLAN_SECONDS;
    return true;
}

bool plan_take(plan *p, uint32_t block, const uint16_t *registers)
{
    const plan_block *b = &p->blocks[block];
    uint16_t *image = p->image + b->at;
    if (b->is_model && (registers[0] != image[0] || registers[1] != image[1]))
        return false;
    memcpy(image, registers, b->count * sizeof *registers);
    return true;
}

double plan_number(const plan *p, const plan_value *value)
{
    uint16_t registers[4] = {0};
    if (value->at < 0)
        return NAN;
    memcpy(registers, p->image + value->at, value_registers(value->type) * sizeof *registers);
    if (value->is_turned)
        value_turn(value->type, registers);
    double number = value_read(value->type, value->is_sunspec, registers) * value->factor;
    return value->scale_at < 0 ? number : value_scaled(number, (int16_t)p->image[value->scale_at]);
}

uint32_t plan_state(const plan *p, const plan_reading *reading)
{
    double number = plan_number(p, &reading->value);
    for (uint32_t i = 0; i < reading->word_count; i++)
        if (number == (double)reading->words[i].number)
            return reading->words[i].state;
    return LG_STATE_UNKNOWN;
}

uint32_t plan_block_of(const plan *p, uint32_t at)
{
    uint32_t block = 0;
    while (block + 1 < p->block_count && p->blocks[block + 1].at <= at)
        block++;
    return block;
}

/* Charging and discharging are ways to set active power. */
static bool is_meant(const plan_write *write, uint32_t component, plan_when when, double power)
{
    if (write->component != component)
        return false;
    if (when != PLAN_ACTIVE)
        return write->when == when;
    return write->when == PLAN_ACTIVE || write->when == (power < 0 ? PLAN_DISCHARGE : PLAN_CHARGE);
}

bool plan_can(const plan *p, uint32_t component, plan_when when)
{
    for (uint32_t i = 0; i < p->write_count; i++)
        if (is_meant(&p->writes[i], component, when, 1) ||
            is_meant(&p->writes[i], component, when, -1))
            return true;
    return false;
}

static double amount(const plan *p, const plan_write *write, double power, uint32_t seconds)
{
    if (write->what == PLAN_CONSTANT)
        return write->constant;
    if (write->what == PLAN_SECONDS)
        return (double)seconds * write->factor;
    double value = power * write->factor;
    if (write->base.at >= 0) {
        double base = plan_number(p, &write->base);
        value = base > 0 ? value / base * 100 : NAN;
    }
    return write->scale_at < 0 ? value : value_scaled(value, -(int16_t)p->image[write->scale_at]);
}

int32_t plan_requests(const plan *p, uint8_t unit, uint32_t component, plan_when when, double power,
                      uint32_t seconds, frame_request *out, uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->write_count; i++) {
        const plan_write *write = &p->writes[i];
        if (!is_meant(write, component, when, power))
            continue;
        if (count == max)
            return -1;
        frame_request *r = &out[count++];
        r->unit = unit;
        r->function = write->function;
        r->address = write->address;
        r->count = (uint16_t)value_registers(write->type);
        if (!value_write(write->type, write->is_sunspec, amount(p, write, power, seconds),
                         r->values))
            return -1;
        if (write->is_turned)
            value_turn(write->type, r->values);
    }
    return (int32_t)count;
}
