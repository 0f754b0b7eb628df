/* include/lunagrid/unit.h — units of measured points and of options */
#ifndef LUNAGRID_UNIT_H
#define LUNAGRID_UNIT_H

/* Numbers never change; new units are appended.        name      sign   */
#define LG_UNIT_MAP(X)                                                                             \
    X(0, NONE, "")                                                                                 \
    X(1, W, "W")                                                                                   \
    X(2, KW, "kW")                                                                                 \
    X(3, KWH, "kWh")                                                                               \
    X(4, PERCENT, "%")                                                                             \
    X(5, FRACTION, "fraction")                                                                     \
    X(6, CT_PER_KWH, "ct/kWh")                                                                     \
    X(7, MINUTE, "min")                                                                            \
    X(8, HOUR, "h")                                                                                \
    X(9, DEGREE, "degree")                                                                         \
    X(10, CELSIUS, "degC")                                                                         \
    X(11, METRE_PER_SECOND, "m/s")                                                                 \
    X(12, FRACTION_PER_DAY, "fraction/day")                                                        \
    X(13, G_PER_KWH, "g/kWh")

enum {
#define X(number, name, sign) LG_UNIT_##name = number,
    LG_UNIT_MAP(X)
#undef X
};

#endif
