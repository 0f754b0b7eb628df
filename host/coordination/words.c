/* The tables behind the lists. */
#include "coordination/words.h"

#include <stddef.h>
#include <string.h>

#define X(word) #word,
const char *const lg_coord_location_types[] = {LG_COORD_LOCATION_TYPES(X) NULL};
const char *const lg_coord_resource_types[] = {LG_COORD_RESOURCE_TYPES(X) NULL};
const char *const lg_coord_currencies[] = {LG_COORD_CURRENCIES(X) NULL};
const char *const lg_coord_energy_units[] = {LG_COORD_ENERGY_UNITS(X) NULL};
const char *const lg_coord_price_areas[] = {LG_COORD_PRICE_AREAS(X) NULL};
const char *const lg_coord_event_kinds[] = {LG_COORD_EVENT_KINDS(X) NULL};
const char *const lg_coord_notifications[] = {LG_COORD_NOTIFICATIONS(X) NULL};
const char *const lg_coord_healths[] = {LG_COORD_HEALTHS(X) NULL};
#undef X

int lg_coord_word(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}
