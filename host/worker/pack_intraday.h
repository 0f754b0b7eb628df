/* host/worker/pack_intraday.h — what of the intraday market travels between a host and a worker
 *
 * As pack.h does it: the worker trusts what it reads, the host does not. Structs go as they are but
 * for their addresses; texts stand behind them.
 */
#ifndef LG_WORKER_PACK_INTRADAY_H
#define LG_WORKER_PACK_INTRADAY_H

#include "worker/pack.h"

/** What never changes: areas, and of the gridpools those of the desk. Part of an INIT record. */
void lg_pack_intraday(const lg_desk *desk, lg_text *out);
/** Reads it into home->intraday. @return false: out of memory, or it is cut off */
bool lg_unpack_intraday(lg_home *home, lg_wire_reader *r);

/** Writes an ASK record. */
void lg_pack_ask(const lg_trading_ask *ask, lg_text *out);
/** Reads any bytes; what it refers to lies in the record. @return false: they are no request */
bool lg_unpack_ask(const lg_wire_record *record, lg_trading_ask *ask) LG_CHECKED;

/** Writes a LOOK record. */
void lg_pack_look(const lg_look *look, lg_text *out);
/** Reads any bytes; what it refers to lies in the record. @return false: they are no question */
bool lg_unpack_look(const lg_wire_record *record, lg_look *look) LG_CHECKED;

/** Writes a ROW record; and reads it. */
void lg_pack_row(uint32_t kind, const lg_look_row *row, lg_text *out);
bool lg_unpack_row(uint32_t kind, const lg_wire_record *record, lg_look_row *row);

/** Writes an ORDER record; and reads it. */
void lg_pack_order(const lg_trading_order *order, lg_text *out);
bool lg_unpack_order(const lg_wire_record *record, lg_trading_order *order);

/** The most bytes that the requests of a batch of @p desk take. */
size_t lg_pack_asks_max(const lg_desk *desk);

#endif
