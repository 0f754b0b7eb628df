/* host/base/token.h — a secret that lets its bearer in */
#ifndef LG_BASE_TOKEN_H
#define LG_BASE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes of a token with its end: "lg_" and 32 random bytes in base64url (RFC 4648, section 5). */
#define LG_TOKEN_SIZE 47

/** A new one into @p token. @return false: the system has no randomness to give */
bool lg_token_new(char token[LG_TOKEN_SIZE]);
/** Whether @p size bytes are the same; takes as long wherever they differ. */
bool lg_token_same(const char *a, const char *b, size_t size);

#endif
