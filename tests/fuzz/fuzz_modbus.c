/* What a Modbus device may answer, whatever it is: bytes on a line, registers of a SunSpec device,
 * and what an owner may write into a table. */
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const lg_device_component parts[] = {
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_INVERTER, .name = "I"},
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_BATTERY, .name = "B"},
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_METER, .name = "M"},
};
static const lg_device_site site = {.size = sizeof site, .components = {parts, 3, sizeof *parts}};
static int heard;

static void done(line_ask *ask, const frame_answer *answer, int64_t now_ms)
{
    (void)now_ms;
    heard++;
    if (answer->outcome == FRAME_DONE && answer->count > ask->request.count)
        abort();
}

/* Three units are asked; whatever comes, each is answered once. */
static void on_a_line(const uint8_t *data, size_t size)
{
    static line l;
    static line_ask asks[3];
    memset(asks, 0, sizeof asks);
    heard = 0;
    line_init(&l, 1000, 0, 0);
    line_dialled(&l, 0);
    for (uint8_t i = 0; i < 3; i++) {
        asks[i].done = done;
        asks[i].request = (frame_request){.unit = i,
                                          .function = i == 2 ? FRAME_WRITE_MANY : FRAME_READ_INPUT,
                                          .address = 10,
                                          .count = 2};
        line_ask_for(&l, &asks[i], 0);
    }
    for (size_t at = 0; at < size; at += 7)
        line_take(&l, data + at, size - at < 7 ? size - at : 7, 1);
    line_tick(&l, 5000);
    line_fell(&l, "the end", 5000);
    if (heard != 3)
        abort();
}

/* The bytes are the device's registers, over and over. */
static void fill(const uint8_t *data, size_t size, uint32_t from, uint16_t *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        size_t at = 2 * (size_t)(from + i) % size;
        out[i] = (uint16_t)(data[at] << 8 | data[(at + 1) % size]);
    }
}

static void as_registers(const uint8_t *data, size_t size)
{
    static plan p;
    sunspec_scan scan;
    uint16_t address, two[2];
    char why[200];
    frame_request out[16];
    const plan_signs signs = {1, -1};
    sunspec_begin(&scan);
    sunspec_take(&scan, (const uint16_t[]){0x5375, 0x6e53});
    for (int i = 0; sunspec_next(&scan, &address); i++) {
        if (i > 1000)
            abort();
        fill(data, size, address - 40002U, two, 2);
        sunspec_take(&scan, two);
    }
    if (!plan_of_sunspec(&p, &scan, &site, &signs, why, sizeof why))
        return;
    for (uint32_t b = 0; b < p.block_count; b++) {
        uint16_t registers[FRAME_READ_MAX];
        fill(data, size, p.blocks[b].address - 40002U, registers, p.blocks[b].count);
        plan_take(&p, b, registers);
    }
    for (uint32_t i = 0; i < p.reading_count; i++) {
        plan_number(&p, &p.readings[i].value);
        plan_state(&p, &p.readings[i]);
    }
    for (plan_when when = 0; when < PLAN_WHENS; when++)
        plan_requests(&p, 1, 0, when, -1234, 30, out, 16);
    for (uint32_t i = 0; i < scan.count; i++) {
        sunspec_place place;
        uint16_t all[2 + 65535];
        fill(data, size, scan.models[i].address - 40002U, all, 2 + (uint32_t)scan.models[i].length);
        if (sunspec_find(&scan.models[i], all, "Crv[2].Pt[1].V", &place) &&
            place.at >= 2U + scan.models[i].length)
            abort();
        sunspec_find(&scan.models[i], all, "Crv[1].MayTrip.Pt[3].Tms", &place);
        sunspec_find(&scan.models[i], NULL, "module[3].DCW", &place);
    }
}

static void as_table(const uint8_t *data, size_t size)
{
    static plan p;
    char why[300], *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    if (!plan_of_table(&p, text, &site, why, sizeof why) &&
        strncmp(why, "registers, line ", 16) != 0)
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    if (data[0] % 3 == 0)
        on_a_line(data + 1, size - 1);
    else if (data[0] % 3 == 1)
        as_registers(data + 1, size - 1);
    else
        as_table(data + 1, size - 1);
    return 0;
}
