/* coordination/words.h — the words of the wire, each list once: numbers here, words by name */
#ifndef LG_COORDINATION_WORDS_H
#define LG_COORDINATION_WORDS_H

#include <stdint.h>

/* clang-format off */
#define LG_COORD_LOCATION_TYPES(X) X(Unknown) X(Residential) X(Commercial) X(Other)
#define LG_COORD_RESOURCE_TYPES(X)                                                                 \
    X(Generic) X(Vehicle) X(Charger) X(HotWaterTank) X(HVAC) X(SolarInverter)
#define LG_COORD_CURRENCIES(X) X(NOK) X(EUR) X(SEK) X(DKK)
#define LG_COORD_ENERGY_UNITS(X) X(kWh) X(MWh)
#define LG_COORD_PRICE_AREAS(X)                                                                    \
    X(Unknown) X(NO1) X(NO2) X(NO3) X(NO4) X(NO5) X(FI) X(DK1) X(DK2) X(SE1) X(SE2) X(SE3) X(SE4)
#define LG_COORD_EVENT_KINDS(X)                                                                    \
    X(Unknown) X(UserEligibility) X(PriceCurve) X(LocationLPC) X(ResourceLPC) X(LPCReservation)
#define LG_COORD_NOTIFICATIONS(X)                                                                  \
    X(Unknown) X(UserEligibilityUpdated) X(PriceCurveCreated) X(LocationLPCRequested)              \
    X(ResourceLPCRequested) X(LPCReservationCreated)
#define LG_COORD_HEALTHS(X) X(New) X(Healthy) X(Unhealthy) X(TimeOut)

/* clang-format on */

typedef enum lg_coord_location_type {
#define X(word) LG_COORD_LOCATION_##word,
    LG_COORD_LOCATION_TYPES(X)
#undef X
        LG_COORD_LOCATION_COUNT
} lg_coord_location_type;

typedef enum lg_coord_resource_type {
#define X(word) LG_COORD_RESOURCE_##word,
    LG_COORD_RESOURCE_TYPES(X)
#undef X
        LG_COORD_RESOURCE_COUNT
} lg_coord_resource_type;

typedef enum lg_coord_currency {
#define X(word) LG_COORD_CURRENCY_##word,
    LG_COORD_CURRENCIES(X)
#undef X
        LG_COORD_CURRENCY_COUNT
} lg_coord_currency;

typedef enum lg_coord_energy_unit {
#define X(word) LG_COORD_ENERGY_##word,
    LG_COORD_ENERGY_UNITS(X)
#undef X
        LG_COORD_ENERGY_COUNT
} lg_coord_energy_unit;

typedef enum lg_coord_price_area {
#define X(word) LG_COORD_AREA_##word,
    LG_COORD_PRICE_AREAS(X)
#undef X
        LG_COORD_AREA_COUNT
} lg_coord_price_area;

typedef enum lg_coord_event_kind {
#define X(word) LG_COORD_EVENT_##word,
    LG_COORD_EVENT_KINDS(X)
#undef X
        LG_COORD_EVENT_COUNT
} lg_coord_event_kind;

typedef enum lg_coord_notification {
#define X(word) LG_COORD_NOTIFY_##word,
    LG_COORD_NOTIFICATIONS(X)
#undef X
        LG_COORD_NOTIFY_COUNT
} lg_coord_notification;

typedef enum lg_coord_health {
#define X(word) LG_COORD_HEALTH_##word,
    LG_COORD_HEALTHS(X)
#undef X
        LG_COORD_HEALTH_COUNT
} lg_coord_health;

/** The words of the lists, in the order of the numbers; each ends in NULL. */
extern const char *const lg_coord_location_types[],
    *const lg_coord_resource_types[], *const lg_coord_currencies[],
                                          *const lg_coord_energy_units[],
                                              *const lg_coord_price_areas[],
                                                  *const lg_coord_event_kinds[],
                                                      *const lg_coord_notifications[],
                                                          *const lg_coord_healths[];

/** The number of @p word in such a list; -1 when it is not there. */
int lg_coord_word(const char *const *words, const char *word);

#endif
