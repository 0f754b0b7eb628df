/* plugins/mqtt/topics.h — what topics mean: which values they carry, and what commands publish */
#ifndef MQTT_TOPICS_H
#define MQTT_TOPICS_H

#include "ladder/steer.h"
#include "lunagrid/device.h"

enum { TOPICS_MAX = 128, TOPIC_WORDS_MAX = 8 };

typedef enum topic_kind {
    TOPIC_VALUE, /* of a metric */
    TOPIC_STATE,
    TOPIC_HELD,    /* the set point that the device holds: it confirms commands */
    TOPIC_SET,     /* published with a value */
    TOPIC_RELEASE, /* the device decides by itself again */
    TOPIC_DO,      /* start, stop, ... */
} topic_kind;

/** A word of a payload and the state that it stands for. */
typedef struct topic_word {
    const char *word;
    uint32_t state;
} topic_word;

typedef struct topic_row {
    topic_kind kind;
    uint32_t component;
    uint32_t metric;     /* of a value */
    steer_what what;     /* of what is set or held */
    const char *topic;   /* without wild cards */
    const char *path;    /* into JSON; "-": the payload */
    double factor;       /* from the payload to the metric, or from the set point to the payload */
    const char *payload; /* with VALUE in it; of what is published */
    topic_word words[TOPIC_WORDS_MAX];
    uint32_t word_count;
} topic_row;

typedef struct topics {
    topic_row rows[TOPICS_MAX];
    uint32_t count;
    char *text; /* what the rows point into */
} topics;

/** Reads a table; see README. @return false: @p why names line and word. topics_fini() all the
 * same. */
bool topics_read(topics *t, const char *table, const lg_device_site *site, char *why, size_t size);
void topics_fini(topics *t);
/** The row of a component and command; NULL: none. */
const topic_row *topics_find(const topics *t, topic_kind kind, uint32_t component, steer_what what);
/** What is published for a value. @return false: it does not fit */
bool topics_payload(const topic_row *row, double value, char *out, size_t size);

#endif
