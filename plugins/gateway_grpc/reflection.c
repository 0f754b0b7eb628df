/* Answers from the FileDescriptorSet that the build has made; nothing is indexed, there is little.
 * v1 and v1alpha have the same bytes. */
#include "reflection.h"

#include <stdio.h>
#include <string.h>

#include "descriptors.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "parts.h"
#include "wire.h"

typedef Grpc__Reflection__V1__ServerReflectionRequest request_type;
typedef Grpc__Reflection__V1__ServerReflectionResponse response_type;
#define CASE(name) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##name

enum { FILES_MAX = 64, NAME_MAX_LETTERS = 256 };

/* Numbers of the fields of a FileDescriptorProto, and so on, that are looked at. */
enum { SET_FILE = 1 };
enum { FILE_NAME = 1, FILE_PACKAGE = 2, FILE_DEPENDENCY = 3, FILE_MESSAGE = 4, FILE_ENUM = 5 };
enum { FILE_SERVICE = 6, ITEM_NAME = 1, MEMBER = 2 }; /* a field, a value of an enum, a method */
enum { MESSAGE_NESTED = 3, MESSAGE_ENUM = 4 };

typedef struct blob {
    const uint8_t *bytes;
    size_t size;
} blob;

static wire_reader reader_of(blob b)
{
    return (wire_reader){b.bytes, b.size ? b.bytes + b.size : b.bytes};
}

static bool is(blob b, const char *text, size_t length)
{
    return b.size == length && memcmp(b.bytes, text, length) == 0;
}

/* The first field of that number, or nothing. */
static blob first(blob message, uint32_t number)
{
    wire_reader r = reader_of(message);
    wire_field f;
    while (wire_read(&r, &f))
        if (f.number == number && f.wire == WIRE_BYTES)
            return (blob){f.bytes, f.size};
    return (blob){NULL, 0};
}

static uint32_t files(blob *out)
{
    uint32_t count = 0;
    wire_reader r =
        reader_of((blob){(const uint8_t *)descriptor_files[0].bytes, descriptor_files[0].size});
    wire_field f;
    while (count < FILES_MAX && wire_read(&r, &f))
        if (f.number == SET_FILE && f.wire == WIRE_BYTES)
            out[count++] = (blob){f.bytes, f.size};
    return count;
}

/* ---- symbols ---- */

/* Whether @p item, a message, enum or service, is or holds the symbol @p name. */
static bool holds(uint32_t kind, blob item, const char *name)
{
    blob own = first(item, ITEM_NAME);
    size_t length = own.size;
    if (strncmp(name, (const char *)own.bytes, length) != 0)
        return false;
    if (name[length] == 0)
        return true;
    if (name[length] != '.')
        return false;
    name += length + 1;
    wire_reader r = reader_of(item);
    wire_field f;
    while (wire_read(&r, &f)) {
        blob b = {f.bytes, f.size};
        if (f.wire != WIRE_BYTES)
            continue;
        if (kind == FILE_MESSAGE && (f.number == MESSAGE_NESTED || f.number == MESSAGE_ENUM)) {
            if (holds(f.number == MESSAGE_NESTED ? FILE_MESSAGE : FILE_ENUM, b, name))
                return true;
        } else if (f.number == MEMBER) {
            blob leaf = first(b, ITEM_NAME);
            if (is(leaf, name, strlen(name)))
                return true;
        }
    }
    return false;
}

static bool file_holds(blob file, const char *name)
{
    blob package = first(file, FILE_PACKAGE);
    if (strncmp(name, (const char *)package.bytes, package.size) != 0 || name[package.size] != '.')
        return false;
    name += package.size + 1;
    wire_reader r = reader_of(file);
    wire_field f;
    while (wire_read(&r, &f))
        if (f.wire == WIRE_BYTES && f.number >= FILE_MESSAGE && f.number <= FILE_SERVICE &&
            holds(f.number, (blob){f.bytes, f.size}, name))
            return true;
    return false;
}

/* ---- answers ---- */

static void add(const blob *all, uint32_t count, uint32_t which, ProtobufCBinaryData *out,
                size_t *used, bool *seen)
{
    if (seen[which])
        return;
    seen[which] = true;
    out[*used] = (ProtobufCBinaryData){all[which].size, (uint8_t *)(uintptr_t)all[which].bytes};
    (*used)++;
    wire_reader r = reader_of(all[which]);
    wire_field f;
    while (wire_read(&r, &f)) /* what it imports; imports make no circle */
        for (uint32_t i = 0; f.number == FILE_DEPENDENCY && f.wire == WIRE_BYTES && i < count; i++)
            if (is(first(all[i], FILE_NAME), (const char *)f.bytes, f.size))
                add(all, count, i, out, used, seen);
}

static void put_error(response_type *out, Grpc__Reflection__V1__ErrorResponse *error, rpc_code code,
                      const char *text)
{
    grpc__reflection__v1__error_response__init(error);
    error->error_code = (int32_t)code;
    error->error_message = (char *)(uintptr_t)text;
    out->message_response_case = CASE(ERROR_RESPONSE);
    out->error_response = error;
}

static bool answer_file(rpc_call *call, response_type *response, const char *name, bool is_symbol)
{
    blob all[FILES_MAX];
    bool seen[FILES_MAX] = {false};
    ProtobufCBinaryData found[FILES_MAX];
    Grpc__Reflection__V1__FileDescriptorResponse file =
        GRPC__REFLECTION__V1__FILE_DESCRIPTOR_RESPONSE__INIT;
    Grpc__Reflection__V1__ErrorResponse error;
    uint32_t count = files(all);
    for (uint32_t i = 0; i < count && file.n_file_descriptor_proto == 0; i++)
        if (is_symbol ? file_holds(all[i], name) : is(first(all[i], FILE_NAME), name, strlen(name)))
            add(all, count, i, found, &file.n_file_descriptor_proto, seen);
    file.file_descriptor_proto = found;
    response->message_response_case = CASE(FILE_DESCRIPTOR_RESPONSE);
    response->file_descriptor_response = &file;
    if (file.n_file_descriptor_proto == 0)
        put_error(response, &error, RPC_NOT_FOUND, "there is nothing of that name here");
    return rpc_send(call, &response->base);
}

static bool answer_services(rpc_call *call, response_type *response)
{
    const rpc_server *server = rpc_self(call);
    char names[FILES_MAX][NAME_MAX_LETTERS];
    Grpc__Reflection__V1__ServiceResponse rows[FILES_MAX], *pointers[FILES_MAX];
    Grpc__Reflection__V1__ListServiceResponse list =
        GRPC__REFLECTION__V1__LIST_SERVICE_RESPONSE__INIT;
    size_t count = 0;
    for (size_t i = 0; i < server->count && count < FILES_MAX; i++) { /* rows are sorted */
        const char *path = server->rows[i].method->path + 1;
        snprintf(names[count], NAME_MAX_LETTERS, "%.*s", (int)strcspn(path, "/"), path);
        if (count > 0 && strcmp(names[count], names[count - 1]) == 0)
            continue;
        grpc__reflection__v1__service_response__init(&rows[count]);
        rows[count].name = names[count];
        pointers[count] = &rows[count];
        count++;
    }
    list.n_service = count;
    list.service = pointers;
    response->message_response_case = CASE(LIST_SERVICES_RESPONSE);
    response->list_services_response = &list;
    return rpc_send(call, &response->base);
}

static void handle(rpc_call *call, const ProtobufCMessage *message)
{
    const request_type *request = (const request_type *)message;
    response_type response = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    Grpc__Reflection__V1__ErrorResponse error;
    if (!request) {
        rpc_end(call, RPC_OK, NULL);
        return;
    }
    response.valid_host = request->host;
    response.original_request = (request_type *)(uintptr_t)request;
    switch (request->message_request_case) {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
        (void)answer_file(call, &response, request->file_by_filename, false);
        return;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
        (void)answer_file(call, &response, request->file_containing_symbol, true);
        return;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
        (void)answer_services(call, &response);
        return;
    default:
        put_error(&response, &error, RPC_NOT_FOUND, "there are no extensions here");
        (void)rpc_send(call, &response.base);
    }
}

static const rpc_method methods[] = {
    {
        .path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        .flags = RPC_CHAT,
        .right = RPC_KNOWN,
        .request = &grpc__reflection__v1__server_reflection_request__descriptor,
        .handle = handle,
    },
    {
        .path = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        .flags = RPC_CHAT,
        .right = RPC_KNOWN,
        .request = &grpc__reflection__v1__server_reflection_request__descriptor,
        .handle = handle,
    },
};

bool reflection_add(rpc_server *server)
{
    return rpc_server_add(server, methods, sizeof methods / sizeof *methods, server);
}
