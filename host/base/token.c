/* Every six of the random bits are a digit; the last one is filled up with zeros. */
#include "base/token.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/random.h>

bool lg_token_new(char token[LG_TOKEN_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[33] = {0};
    if (getrandom(bytes, 32, 0) != 32)
        return false;
    memcpy(token, "lg_", 3);
    for (unsigned i = 0; i < 43; i++) {
        unsigned bit = i * 6, at = bit / 8;
        unsigned two = (unsigned)bytes[at] << 8 | bytes[at + 1];
        token[3 + i] = digits[two >> (10 - bit % 8) & 63];
    }
    token[LG_TOKEN_SIZE - 1] = 0;
    return true;
}

bool lg_token_same(const char *a, const char *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}
