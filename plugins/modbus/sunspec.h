/* plugins/modbus/sunspec.h — which SunSpec models a device has, and where their points are
 *
 * A SunSpec device says "SunS" in one of three places of its holding registers, then come its
 * models one after the other: number, length, registers; number 0xFFFF ends the list. sunspec_scan
 * walks along it: it says what is to be read and is told what was. Nothing here does I/O.
 */
#ifndef MODBUS_SUNSPEC_H
#define MODBUS_SUNSPEC_H

#include "models.h"

enum { SUNSPEC_MODELS_MAX = 64 };

/** A model of a device. */
typedef struct sunspec_model {
    uint16_t number, length; /* registers after the first two */
    uint16_t address;        /* of the first, which holds the number */
} sunspec_model;

typedef enum sunspec_step {
    SUNSPEC_SEEKING, /* for the place where it begins */
    SUNSPEC_WALKING,
    SUNSPEC_FOUND,
    SUNSPEC_NONE, /* no place begins with "SunS" */
} sunspec_step;

typedef struct sunspec_scan {
    sunspec_step step;
    uint32_t place; /* of those where it may begin */
    uint32_t address;
    uint32_t count;
    sunspec_model models[SUNSPEC_MODELS_MAX];
} sunspec_scan;

void sunspec_begin(sunspec_scan *scan);
/** Two holding registers are to be read from here. @return false: the scan is over */
bool sunspec_next(const sunspec_scan *scan, uint16_t *address);
/** They were; NULL: the device refused. A list that breaks off ends there. */
void sunspec_take(sunspec_scan *scan, const uint16_t *registers);

/** The model of that number, the @p nth of them (from 0 on); NULL: there is none. */
const sunspec_model *sunspec_model_of(const sunspec_scan *scan, uint16_t number, uint32_t nth);
/** What is known of models of that number; NULL: nothing. */
const sunspec_model_kind *sunspec_kind(uint16_t number);

/** Where a point is, counted in registers from its model's first. */
typedef struct sunspec_place {
    const sunspec_point *point;
    uint32_t at;
    int32_t scale_at; /* -1: none */
} sunspec_place;

/**
 * Looks for a point: "W", or in a group "module[2].DCW", counted from 1 on.
 * @p registers  all of the model, 2 + length, for groups whose number stands in a register; NULL:
 *               those are not looked into
 * @return false: the model has no such point
 */
bool sunspec_find(const sunspec_model *model, const uint16_t *registers, const char *path,
                  sunspec_place *out);

#endif
