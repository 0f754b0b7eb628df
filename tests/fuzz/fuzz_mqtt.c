/* What comes over a broker, with a path into it, and what an owner may write into a table of
 * topics. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "topics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const lg_device_component parts[] = {
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_INVERTER, .name = "I"}};
static const lg_device_site site = {.size = sizeof site, .components = {parts, 1, sizeof *parts}};

/* The first line is the path. */
static void as_message(const char *text, size_t size)
{
    static const char *const paths[] = {"-", "a", "a.b[1].c", "[0][0]", "a.b["};
    char path[64];
    size_t length = 0;
    while (length < size && text[length] != '\n')
        length++;
    size_t kept = length < sizeof path ? length : sizeof path - 1;
    memcpy(path, text, kept);
    path[kept] = 0;
    length += length < size;
    message *m = message_open(text + length, size - length);
    message_at(m, path);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (isinf(message_number(m, paths[i])))
            abort();
    message_close(m);
}

static void as_table(const char *text, size_t size)
{
    topics t;
    char why[400], payload[200], *copy = malloc(size + 1);
    memcpy(copy, text, size);
    copy[size] = 0;
    if (topics_read(&t, copy, &site, why, sizeof why)) {
        for (uint32_t i = 0; i < t.count; i++)
            if (t.rows[i].kind >= TOPIC_SET)
                topics_payload(&t.rows[i], -1.5, payload, sizeof payload);
    } else if (strncmp(why, "topics, line ", 13) != 0) {
        abort();
    }
    topics_fini(&t);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    if (data[0] % 2 == 0)
        as_message((const char *)data + 1, size - 1);
    else
        as_table((const char *)data + 1, size - 1);
    return 0;
}
