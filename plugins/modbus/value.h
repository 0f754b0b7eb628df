/* plugins/modbus/value.h — values in registers: types, scale factors, what means "there is none" */
#ifndef MODBUS_VALUE_H
#define MODBUS_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/* X(NAME, registers, word of tables). Big end first, in registers and among them. A type without a
 * word is SunSpec's own. */
#define VALUE_TYPES(X)                                                                             \
    X(I16, 1, "int16")                                                                             \
    X(U16, 1, "uint16")                                                                            \
    X(I32, 2, "int32")                                                                             \
    X(U32, 2, "uint32")                                                                            \
    X(I64, 4, "int64")                                                                             \
    X(U64, 4, "uint64")                                                                            \
    X(F32, 2, "float32")                                                                           \
    X(F64, 4, "float64")                                                                           \
    X(ACC32, 2, NULL) /* counts upwards; 0: there is none */                                       \
    X(ACC64, 4, NULL)                                                                              \
    X(ENUM16, 1, NULL)                                                                             \
    X(BITS16, 1, NULL)                                                                             \
    X(BITS32, 2, NULL)                                                                             \
    X(COUNT, 1, NULL)                                                                              \
    X(SCALE, 1, NULL) /* a power of ten, -10 .. 10 */                                              \
    X(PAD, 1, NULL)                                                                                \
    X(TEXT, 0, NULL) /* as long as its point says */

typedef enum value_type {
#define VALUE_NAME_(name, registers, word) VALUE_##name,
    VALUE_TYPES(VALUE_NAME_)
#undef VALUE_NAME_
        VALUE_TYPE_COUNT
} value_type;

/** How many registers a value takes; 0: a text. */
uint32_t value_registers(value_type type);
/** The type that tables call @p word; -1: none. */
int value_type_of(const char *word);
/** All the words, for people: "int16, uint16, ...". */
const char *value_type_words(void);

/** Reads a number. @p sunspec: values that SunSpec keeps for "not implemented" are none.
 * @return NaN: there is none */
double value_read(value_type type, bool sunspec, const uint16_t *registers);
/** A number times a power of ten, -10 .. 10; NaN for others: that is no scale factor. */
double value_scaled(double number, int exponent);

/**
 * Writes the number nearest to @p value.
 * @return false: the type cannot hold it (or, as @p sunspec, it would mean "not implemented")
 */
bool value_write(value_type type, bool sunspec, double value, uint16_t *registers);

/** Turns the order of the registers of one value around, for devices with the low word first. */
void value_turn(value_type type, uint16_t *registers);

#endif
