/* host/app/market_named.h — which market somebody means by what he types */
#ifndef LG_APP_MARKET_NAMED_H
#define LG_APP_MARKET_NAMED_H

#include "base/status.h"
#include "grid/site.h"

/**
 * The market of that name, UUID or path ("Grid/Street", from any area down).
 * @return LG_OK; LG_UNKNOWN there is none, or several of the name: err says which ones or the near
 * miss
 */
lg_status lg_market_named(const lg_site *site, const char *text, uint32_t *area,
                          lg_err *err) LG_CHECKED;

#endif
