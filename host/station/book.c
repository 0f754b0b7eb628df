/* What a component did within a slot. */
#include <math.h>

#include "station/room.h"

lg_station_slot lg_station_slot_of(const lg_station *s, uint32_t index)
{
    const lg__unit *u = &s->units[index];
    bool any = u->samples > 0;
    return (lg_station_slot){
        .consumed_Wh = u->consumed_Wh - u->slot_consumed_Wh,
        .delivered_Wh = u->delivered_Wh - u->slot_delivered_Wh,
        .mean_W = any ? u->sum_W / (double)u->samples : (double)NAN,
        .min_W = any ? u->min_W : (double)NAN,
        .max_W = any ? u->max_W : (double)NAN,
        .soc_percent = u->soc,
        .samples = u->samples,
        .bad = u->bad,
    };
}

void lg_station_new_slot(lg_station *s)
{
    for (uint32_t i = 0; i < s->spec->component_count; i++) {
        lg__unit *u = &s->units[i];
        u->before_W = u->samples ? u->sum_W / (double)u->samples : u->before_W;
        u->slot_consumed_Wh = u->consumed_Wh;
        u->slot_delivered_Wh = u->delivered_Wh;
        u->sum_W = u->min_W = u->max_W = 0;
        u->samples = u->bad = 0;
    }
}
