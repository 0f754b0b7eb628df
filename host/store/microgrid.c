/* What microgrids leave: what components did in each slot, what stood behind assets, requests. */
#include "store/parts.h"

#include "base/num.h"

void lg_store_component(lg_store *store, const lg_component_slot *row)
{
    if (store->failure.status != LG_OK)
        return;
    store->rows_open++;
    store->failure.status =
        LG__ROW(&store->db, store->db.statements[LG__SQL_MICRO_COMPONENT], &store->failure,
                LG__INT(row->slot), LG__INT(row->microgrid), LG__INT(row->component),
                LG__REAL(row->consumed_Wh), LG__REAL(row->delivered_Wh), LG__REAL(row->mean_W),
                LG__REAL(row->min_W), LG__REAL(row->max_W), LG__REAL(row->soc_percent),
                LG__INT(row->samples), LG__INT(row->bad));
}

void lg_store_backed(lg_store *store, const lg_backed_slot *row)
{
    lg_store_micro *sum = &store->micro;
    int64_t *deviation = row->deviation_uwh > 0 ? &sum->short_uwh : &sum->long_uwh;
    *deviation =
        lg_add(*deviation, row->deviation_uwh > 0 ? row->deviation_uwh : -row->deviation_uwh);
    sum->cost_uct = lg_add(sum->cost_uct, row->cost_uct);
    sum->any = true;
    if (store->failure.status != LG_OK)
        return;
    store->rows_open++;
    store->failure.status =
        LG__ROW(&store->db, store->db.statements[LG__SQL_MICRO_ASSET], &store->failure,
                LG__INT(row->slot), LG__INT(row->asset), LG__INT(row->planned_uwh),
                LG__INT(row->traded_uwh), LG__INT(row->measured_uwh), LG__INT(row->deviation_uwh),
                LG__INT(row->rate_uct), LG__INT(row->cost_uct));
}

void lg_store_command(lg_store *store, const lg_micro_command *row)
{
    if (store->failure.status != LG_OK)
        return;
    store->micro.commands++;
    store->micro.any = true;
    store->rows_open++;
    lg__cell until = LG__INT(row->until_ms);
    if (row->until_ms == INT64_MIN)
        until = (lg__cell)LG__TEXT(NULL);
    const lg__cell cells[] = {LG__INT(row->time_ms),
                              LG__INT(row->microgrid),
                              LG__INT(row->component),
                              LG__TEXT(row->who),
                              LG__TEXT(row->what),
                              LG__TEXT(row->answer),
                              until};
    store->failure.status =
        lg__database_row(&store->db, store->db.statements[LG__SQL_MICRO_COMMAND], &store->failure,
                         cells, sizeof cells / sizeof *cells);
}
