/* plugins/mqtt/device.h — one device behind a broker
 *
 * Values are kept as messages bring them; a sample is posted a moment after a message came, with
 * all that is not older than stale_s. What the broker had kept (retained) says nothing about now:
 * it is never a reason to post.
 */
#ifndef MQTT_DEVICE_H
#define MQTT_DEVICE_H

#include "broker.h"
#include "ladder/site.h"
#include "ladder/steer.h"
#include "lunagrid/device.h"
#include "topics.h"

enum { GATHER_MS = 100, ANSWER_MS = 5000 };

/** What a row was told last. */
typedef struct row_state {
    double value; /* NaN: nothing */
    uint32_t state;
    int64_t heard_ms; /* steady clock */
} row_state;

/** A set point on its way: published, taken by the broker, held by the device. */
typedef struct publication {
    bool is_open;
    int number; /* of the message; 0: the broker has it */
    uint32_t component;
    steer_what what;
    double value;
    int64_t due_ms; /* it has failed then */
} publication;

typedef struct mqtt_device {
    const lg_device_host *host;
    site_copy copy;
    steer steer;
    topics topics;
    row_state states[TOPICS_MAX];
    bool *is_new;   /* of each component: a message came since the last sample */
    broker *broker; /* NULL: simulated */
    char client_id[64];
    uint32_t stale_ms;
    bool is_simulated, is_told;
    void *alarm;
    int64_t gather_at_ms; /* when samples are posted; -1: nothing came */
    publication publication;
} mqtt_device;

extern const lg_device_driver mqtt_driver;

int32_t mqtt_open(const lg_device_host *host, const lg_device_site *site, void **device);
void mqtt_close(void *device);
int32_t mqtt_command(void *device, const lg_device_command *command);

#endif
