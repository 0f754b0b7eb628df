/* plugins/modbus/safety.h — limits of set points, and the guard */
#ifndef MODBUS_SAFETY_H
#define MODBUS_SAFETY_H

#include "device.h"

/** What a command of that kind writes; PLAN_WHENS: it is none of ours. */
plan_when safety_when(uint32_t kind);
/** What the options and the device itself allow. */
ladder_limits safety_limits(const modbus_device *d, uint32_t component, plan_when when);
/** The device is known: starts the guard and tells it the safe values. Live becomes shadow where
 * nothing would end a set point if we were gone. */
void safety_begin(modbus_device *d);
/** Lets the guard know that we are alive. @return false: it had to act, or could not be kept */
bool safety_beat(modbus_device *d, int64_t now_ms);

#endif
