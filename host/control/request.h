/* host/control/request.h — one request to a running host, from its line of JSON
 *
 * The protocol itself is described in control/control.def.
 */
#ifndef LG_CONTROL_REQUEST_H
#define LG_CONTROL_REQUEST_H

#include "base/mem.h"
#include "base/status.h"

/** Version of the protocol; changes when an answer loses a field or a command. */
#define LG_CONTROL_VERSION 1

typedef enum lg_control_kind {
#define LG_CONTROL(id, name, usage, right, help) LG_CONTROL_##id,
#include "control/control.def"
    LG_CONTROL_KINDS
} lg_control_kind;

/** All arguments of all commands. */
typedef enum lg_control_arg {
#define LG_CONTROL_ARG(command, id, key, kind, required, help) LG_CONTROL_##command##_##id,
#include "control/control.def"
    LG_CONTROL_ARGS
} lg_control_arg;

typedef enum lg_control_code {
#define LG_CONTROL_ERROR(id, code, help) LG_CONTROL_##id,
#include "control/control.def"
    LG_CONTROL_CODES
} lg_control_code;

/** Who may, where there are owners. */
typedef enum lg_control_right { LG_CONTROL_OWNER, LG_CONTROL_ORGANISER } lg_control_right;

/** What a command takes and how it is called. */
typedef struct lg_control_row {
    const char *name, *usage, *help;
    lg_control_right right;
} lg_control_row;

extern const lg_control_row lg_control_rows[LG_CONTROL_KINDS];
/** "bad_json", ... */
extern const char *const lg_control_codes[LG_CONTROL_CODES];

/** An argument; the members that its kind has. */
typedef struct lg_control_value {
    bool given, on;
    double number;
    const char *text;
    const void *sources; /* lg_control_source() */
} lg_control_value;

#define LG_CONTROL_ID_MAX 400 /* 60 bytes that are all written as \u0001 */

typedef struct lg_request {
    void *tree;                 /* of cJSON; holds the texts */
    char id[LG_CONTROL_ID_MAX]; /* as JSON; "null" when there is none */
    const char *token;          /* NULL: there is none */
    lg_control_kind kind;
    lg_control_value values[LG_CONTROL_ARGS];
} lg_request;

/** Why a request is none. */
typedef struct lg_request_fault {
    lg_control_code code;
    char message[LG_ERR_TEXT_MAX];
} lg_request_fault;

/**
 * Reads @p size bytes with a NUL behind them: plain JSON, one object, keys that its command has,
 * each once and of its kind. Always lg_request_fini() it; id is set as far as it could be read.
 * @return LG_OK; LG_INVALID *fault says why; LG_MEMORY
 */
lg_status lg_request_read(lg_mem *mem, const char *text, size_t size, lg_request *request,
                          lg_request_fault *fault) LG_CHECKED;
void lg_request_fini(lg_request *request);

/** Text @p index of a SOURCES argument, and what it is called; borrowed from the request. @return
 * false: there are no more */
bool lg_control_source(const lg_control_value *value, uint32_t index, const char **name,
                       const char **text);

#endif
