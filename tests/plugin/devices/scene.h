/* tests/plugin/devices/scene.h — one Modbus device, the equipment that it speaks for, and the bench
 */
#ifndef TESTS_PLUGIN_DEVICES_SCENE_H
#define TESTS_PLUGIN_DEVICES_SCENE_H

#include "bench.h"

enum { INVERTER, BATTERY, METER };

typedef struct scene {
    bench bench;
    peer peer;
    void *device;
    uint32_t seen;
    long wanted;
    const char *question;
} scene;

/** Starts the equipment; @p models NULL: all that it has. */
void scene_start(scene *s, char *models);
/** Opens the device for it, polled ten times a second. @p more are settings, NULL at the end. */
void scene_open(scene *s, const char *const *more);
void scene_stop(scene *s);
/** Waits until all components have said something that was read after now. */
void scene_samples(scene *s);
/** Waits until the equipment answers @p question with @p wanted. */
void scene_wait(scene *s, const char *question, long wanted);
/** Tells the equipment how to behave. */
void scene_tell(scene *s, const char *mode);
/** Commands active power of the inverter. @return what the driver returns */
int32_t scene_command(scene *s, uint64_t number, double watts, int64_t for_ms);
/** Waits until the driver has told what came of command @p number. */
void scene_told(scene *s, uint64_t number);
double scene_value(const scene *s, uint32_t component, uint32_t metric);

#endif
