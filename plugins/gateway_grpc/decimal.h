/* plugins/gateway_grpc/decimal.h — decimal texts and integers, exactly */
#ifndef GATEWAY_GRPC_DECIMAL_H
#define GATEWAY_GRPC_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

typedef enum decimal_result {
    DECIMAL_OK,
    DECIMAL_MALFORMED, /* no number */
    DECIMAL_FINE,      /* a number between the steps */
    DECIMAL_LARGE,     /* more than an integer holds */
} decimal_result;

enum { DECIMAL_TEXT_MAX = 32 };

/** @p text times ten to the power of @p places, 0 to 9: "12.340" with 3 places is 12340. A sign,
 * digits, a point and an exponent are understood. */
decimal_result decimal_read(const char *text, int places, int64_t *out);
/** The shortest text of @p value over ten to the power of @p places; @p out has DECIMAL_TEXT_MAX
 * letters. */
void decimal_put(char *out, int64_t value, int places);

#endif
