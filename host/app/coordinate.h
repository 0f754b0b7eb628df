/* host/app/coordinate.h — what an energy coordination server is told by its file */
#ifndef LG_APP_COORDINATE_H
#define LG_APP_COORDINATE_H

#include "rest/server.h"

/** Filled settings; texts live in the arena. */
typedef struct lg_coordinate {
    lg_arena arena;
    lg_rest_input input; /* without loop, address, store and clock */
    bool plain_http;     /* others than this machine may be reached without TLS */
    bool demo;           /* nobody has said who the clients are */
} lg_coordinate;

/**
 * Reads the settings of @p path, a JSON object; NULL: a sandbox with the client demo.
 * @return LG_OK; LG_INVALID err names file, key and what was expected; LG_IO; LG_MEMORY. In every
 * case lg_coordinate_fini() is due.
 */
lg_status lg_coordinate_read(lg_mem *mem, const char *path, lg_coordinate *out,
                             lg_err *err) LG_CHECKED;
void lg_coordinate_fini(lg_coordinate *settings);

/** The keys of the file, for its help. */
#define LG_COORDINATE_HELP                                                                         \
    "  clients         [{\"id\": ..., \"secret\": ..., \"tenant\": ...}, ...]: who may come; "     \
    "what\n"                                                                                       \
    "                  a tenant has, only its own clients see. In OpenADR a client is a VEN;\n"    \
    "                  with \"role\": \"operator\" it is business logic and needs no tenant,\n"    \
    "                  with \"both\" it is both; with \"token\": ... it may come with that, too\n" \
    "  neighbourhoods  [{\"name\": ..., \"polygon\": [[latitude, longitude], ...],\n"              \
    "                  \"meterPointIds\": [...]}, ...]: whose customers are eligible\n"            \
    "  zone            of the months that are paid; Europe/Oslo\n"                                 \
    "  sandbox         true: signals and people can be simulated\n"                                \
    "  must_be_eligible     true: only who is eligible may enrol\n"                                \
    "  eligibility_minutes  between two tellings of who is eligible; 10\n"                         \
    "  acknowledge_minutes  until a limit without an answer counts as declined; 15\n"              \
    "  insecure_callbacks   true: webhooks may be http, and at private addresses\n"                \
    "  plain_http      true: listens for others than this machine, without TLS\n"                  \
    "  unlimited       true: clients may ask as often as they like\n"                              \
    "  unknown_program_status  of an OpenADR event of a program that is not there: 409, or 400\n"

#endif
