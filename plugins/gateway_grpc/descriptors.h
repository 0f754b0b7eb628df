/* plugins/gateway_grpc/descriptors.h — our .proto files, described, as they are built in */
#ifndef GATEWAY_GRPC_DESCRIPTORS_H
#define GATEWAY_GRPC_DESCRIPTORS_H

#include <stddef.h>

/** A file of the build (cmake/EmbedFiles.cmake). */
typedef struct descriptor_file {
    const char *kind, *path;
    const char *bytes;
    size_t size;
} descriptor_file;

/** One FileDescriptorSet, and an end. */
extern const descriptor_file descriptor_files[];

#endif
