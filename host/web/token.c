/* The token is compared by its bytes without a way out at the first that differs. */
#include "web/token.h"

#include <openssl/crypto.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

bool lg_web_token_new(char token[LG_WEB_TOKEN_SIZE])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[33] = {0}; /* 32 and what the last digit lacks */
    if (getrandom(bytes, 32, 0) != 32)
        return false;
    memcpy(token, "lg_", 3);
    for (unsigned i = 0; i < 43; i++) {
        unsigned bit = i * 6, at = bit / 8;
        unsigned two = (unsigned)bytes[at] << 8 | bytes[at + 1];
        token[3 + i] = digits[two >> (10 - bit % 8) & 63];
    }
    token[LG_WEB_TOKEN_SIZE - 1] = 0;
    return true;
}

bool lg_web_token_is(const char *authorization, const char *token)
{
    static const char scheme[] = "Bearer ";
    size_t before = sizeof scheme - 1, length = strlen(token);
    return authorization && strncasecmp(authorization, scheme, before) == 0 &&
           strlen(authorization + before) == length &&
           CRYPTO_memcmp(authorization + before, token, length) == 0;
}
