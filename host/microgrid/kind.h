/* host/microgrid/kind.h — the lists of lunagrid/component.h, looked up by number and by word */
#ifndef LG_MICROGRID_KIND_H
#define LG_MICROGRID_KIND_H

#include <stdbool.h>
#include <stdint.h>
#include "lunagrid/component.h"

/** "battery"; "?" for a number that is none. */
const char *lg_category_word(lg_category category);
/** -1: there is none of that word. */
int lg_category_of(const char *word);
/** Whether components of it may be told how much power to draw or give. */
bool lg_category_takes_power(lg_category category);

/** The word of a battery's, charger's or inverter's @p type; "" for other categories. */
const char *lg_component_type_word(lg_category category, uint32_t type);
/** -1: components of @p category have no such type. */
int lg_component_type_of(lg_category category, const char *word);

/** "AC_POWER_ACTIVE"; "?" for a number that is none. */
const char *lg_metric_name(lg_metric metric);
/** -1: there is none of that name. */
int lg_metric_of(const char *name);
/** "W"; the empty text for a number that is none. */
const char *lg_metric_unit(lg_metric metric);
/** The number in the older common API v1, and back; 0 for a number that is none. */
uint32_t lg_metric_to_v1(lg_metric metric);
lg_metric lg_metric_from_v1(uint32_t number);

/** "READY"; "?" for a number that is none. */
const char *lg_state_name(lg_state state);

#endif
