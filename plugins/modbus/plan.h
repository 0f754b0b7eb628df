/* plugins/modbus/plan.h — what is read of a device, what it means, and what is written to it
 *
 * A plan is made of SunSpec models (plan_sunspec.c) or of a table of registers (plan_table.c). It
 * says which registers are read (blocks, which lie in one image), what they mean (readings), and
 * which registers a command sets (writes). Nothing here does I/O.
 */
#ifndef MODBUS_PLAN_H
#define MODBUS_PLAN_H

#include "frame.h"
#include "lunagrid/device.h"
#include "sunspec.h"
#include "value.h"

enum {
    PLAN_BLOCKS_MAX = 64,
    PLAN_READINGS_MAX = 256,
    PLAN_WRITES_MAX = 64,
    PLAN_IMAGE_MAX = 4096, /* registers */
    PLAN_WORDS_MAX = 64,
};

/** Registers that are read together. */
typedef struct plan_block {
    uint8_t function;
    bool is_once;  /* read when the connection is made, and not again */
    bool is_model; /* the first two registers are those of a SunSpec model, and stay */
    uint16_t address, count;
    uint32_t at; /* of the first in the image */
} plan_block;

/** A number and the state that it stands for. */
typedef struct plan_word {
    uint32_t number, state; /* LG_STATE_... */
} plan_word;

/** Where a value is in the image. */
typedef struct plan_value {
    int32_t at, scale_at; /* -1: none */
    value_type type;
    bool is_sunspec; /* some values mean that there is none */
    bool is_turned;  /* low register first */
    double factor;
} plan_value;

typedef struct plan_reading {
    uint32_t component;
    uint32_t metric;     /* 0: a state */
    uint32_t connection; /* LG_CONNECTED_... */
    plan_value value;
    const plan_word *words; /* of a state */
    uint32_t word_count;
} plan_reading;

/** When something is written. */
typedef enum plan_when {
    PLAN_ACTIVE,    /* active power is set */
    PLAN_CHARGE,    /* likewise, and it is at least 0 */
    PLAN_DISCHARGE, /* likewise, and it is below 0 */
    PLAN_RELEASE,   /* the equipment decides about its active power again */
    PLAN_REACTIVE,
    PLAN_REACTIVE_RELEASE,
    PLAN_START,
    PLAN_STANDBY,
    PLAN_STOP,
    PLAN_ACKNOWLEDGE,
    PLAN_WHENS
} plan_when;

/** What is written: a constant, the power, or the seconds after which the equipment is to end it by
 * itself. */
typedef enum plan_what { PLAN_CONSTANT, PLAN_POWER, PLAN_SECONDS } plan_what;

typedef struct plan_write {
    uint32_t component;
    plan_when when;
    plan_what what;
    uint8_t function; /* FRAME_WRITE_ONE, FRAME_WRITE_MANY */
    uint16_t address;
    value_type type;
    bool is_sunspec, is_turned;
    double constant;
    double factor;    /* what is written: power times factor, divided by the scale ... */
    int32_t scale_at; /* in the image; -1: none */
    plan_value base;  /* ... and, when base.at is not -1, as a percentage of that */
} plan_write;

typedef struct plan {
    plan_block blocks[PLAN_BLOCKS_MAX];
    plan_reading readings[PLAN_READINGS_MAX];
    plan_write writes[PLAN_WRITES_MAX];
    plan_word words[PLAN_WORDS_MAX]; /* of tables */
    uint32_t block_count, reading_count, write_count, word_count, image_size;
    bool has_watchdog;           /* the equipment ends a set point by itself */
    plan_value upper_W, lower_W; /* most it draws, most it gives (both positive); at -1 */
    uint16_t image[PLAN_IMAGE_MAX];
} plan;

void plan_clear(plan *p);
/** Adds a block of at most PLAN_IMAGE_MAX registers, in several if need be. @return where it is in
 * the image; -1: there is no room */
int32_t plan_add_block(plan *p, uint8_t function, uint16_t address, uint32_t count, bool is_once);
bool plan_add_reading(plan *p, const plan_reading *reading);
bool plan_add_write(plan *p, const plan_write *write);

/** Puts what was read into the image. A SunSpec model that has become another one is not taken.
 * @return false: it has */
bool plan_take(plan *p, uint32_t block, const uint16_t *registers);

/** The number in the image, scaled; NaN: there is none. */
double plan_number(const plan *p, const plan_value *value);
/** The state of a reading that is one; LG_STATE_UNKNOWN: a number without a word. */
uint32_t plan_state(const plan *p, const plan_reading *reading);
/** The block that place @p at of the image belongs to. */
uint32_t plan_block_of(const plan *p, uint32_t at);

/** Whether @p component has anything to be written then. */
bool plan_can(const plan *p, uint32_t component, plan_when when);

/**
 * Makes the requests for a command.
 * @param power    W or VAr, in the passive convention
 * @param seconds  for the equipment's own watchdog
 * @return how many requests there are, in order; -1: a value that the equipment cannot hold, or
 *         whose base it does not tell
 */
int32_t plan_requests(const plan *p, uint8_t unit, uint32_t component, plan_when when, double power,
                      uint32_t seconds, frame_request *out, uint32_t max);

/** Signs that devices do not agree about: 1 or -1, times what they say is the passive
 * convention. */
typedef struct plan_signs {
    double meter, battery;
} plan_signs;

/** Makes a plan of what the scan has found. What a component needs and the device does not have is
 * said in @p why. @return false: it cannot be */
bool plan_of_sunspec(plan *p, const sunspec_scan *scan, const lg_device_site *site,
                     const plan_signs *signs, char *why, size_t size);

/** Makes a plan of a table; see README. @return false: @p why names line and word */
bool plan_of_table(plan *p, const char *table, const lg_device_site *site, char *why, size_t size);

#endif
