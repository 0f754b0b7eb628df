/* host/grid/unit.h — where measured doubles become traded integers, and back; nowhere else */
#ifndef LG_GRID_UNIT_H
#define LG_GRID_UNIT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/num.h"

#define LG_KWH_UWH INT64_C(1000000000) /* micro-watt-hours in a kWh */
#define LG_CT_UCT  INT64_C(1000000)    /* micro-cents in a cent */
#define LG_EUR_UCT INT64_C(100000000)  /* micro-cents in a euro */
#define LG_ONE_PPB INT64_C(1000000000) /* a fraction of 1 in parts per billion */

/** What "without limit" is as an order's energy: 10,000,000 kWh. */
#define LG_UNLIMITED_UWH (INT64_C(10000000) * LG_KWH_UWH)
/** Rates are between 0 and this: 10,000 ct/kWh. */
#define LG_RATE_MAX_UCT (INT64_C(10000) * LG_CT_UCT)
/** Percentage fees are between 0 and this: 1000 %. */
#define LG_FEE_MAX_PPB (10 * LG_ONE_PPB)

/** @p value * @p scale to the nearest integer, half away from zero. @return false for NaN or past
 * @p max */
static inline bool lg_unit_scale(double value, double scale, int64_t max, int64_t *out)
{
    double scaled = value * scale;
    if (!(scaled >= -(double)max && scaled <= (double)max))
        return false;
    *out = (int64_t)(scaled + (scaled >= 0 ? 0.5 : -0.5));
    return true;
}

/** kWh to micro-watt-hours; false unless finite and within plus or minus LG_UNLIMITED_UWH. */
static inline bool lg_uwh_from_kwh(double kwh, int64_t *uwh)
{
    return lg_unit_scale(kwh, 1e9, LG_UNLIMITED_UWH, uwh);
}

/** ct/kWh to micro-cents per kWh, or cents to micro-cents; false unless finite and within 10^12 ct.
 */
static inline bool lg_uct_from_ct(double ct, int64_t *uct)
{
    return lg_unit_scale(ct, 1e6, INT64_C(1000000000000000000), uct);
}

/** The double nearest to the exact value; converting it back gives the same integer below 2^50. */
static inline double lg_kwh_from_uwh(int64_t uwh)
{
    return (double)uwh / 1e9;
}

static inline double lg_ct_from_uct(int64_t uct)
{
    return (double)uct / 1e6;
}

static inline double lg_eur_from_uct(int64_t uct)
{
    return (double)uct / 1e8;
}

/** Money of @p energy_uwh at @p rate_uct, to the nearest micro-cent, half away from zero. */
static inline int64_t lg_money_uct(int64_t energy_uwh, int64_t rate_uct)
{
    int64_t product; /* of a household's slot it fits 64 bits, and dividing by a constant is cheap
                        there */
    if (__builtin_mul_overflow(energy_uwh, rate_uct, &product) ||
        product > INT64_MAX - LG_KWH_UWH || product < INT64_MIN + LG_KWH_UWH)
        return lg_muldiv(rate_uct, energy_uwh, LG_KWH_UWH);
    return (product + (product >= 0 ? LG_KWH_UWH / 2 : -LG_KWH_UWH / 2)) / LG_KWH_UWH;
}

/** The same into *@p uct; false when it is past int64. */
static inline bool lg_money_fits(int64_t energy_uwh, int64_t rate_uct, int64_t *uct)
{
    __int128 money = (__int128)energy_uwh * rate_uct / LG_KWH_UWH;
    if (money >= INT64_MAX || money <= INT64_MIN)
        return false;
    *uct = lg_money_uct(energy_uwh, rate_uct);
    return true;
}

/** @p value times a fraction in parts per billion, to the nearest integer. */
static inline int64_t lg_fraction_of(int64_t value, int64_t ppb)
{
    return lg_muldiv(value, ppb, LG_ONE_PPB);
}

#endif
