/* Four models behind one driver. The bell curve is that of the reference exchange, rounding
 * included, so that its runs can be compared; it knows neither season nor weather. Clear sky knows
 * both. A predefined day is the same every day. */
#include "device.h"

#include "lunagrid/calendar.h"
#include "lunagrid/sample.h"
#include "sky.h"

#include <math.h>
#include <string.h>

static int32_t refuse(const lg_host *host, const char *sentence)
{
    host->refuse(host->ctx, sentence);
    return LG_INVALID;
}

static int text_is(const lg_value *value, const char *text)
{
    return value->text && strcmp(value->text, text) == 0;
}

static int given(const lg_device_info *info, uint32_t option)
{
    return lg_value_at(info, option)->given != 0;
}

static int32_t read_model(pv_device *pv, const lg_device_info *info)
{
    const lg_value *model = lg_value_at(info, OPTION_MODEL);
    pv->profile = lg_value_at(info, OPTION_PROFILE)->profile;
    pv->kind = PV_GAUSSIAN;
    if (text_is(model, "clear_sky"))
        pv->kind = PV_CLEAR_SKY;
    else if (text_is(model, "profile") || (pv->profile && !model->given))
        pv->kind = PV_PROFILE;
    else if (text_is(model, "predefined") || (given(info, OPTION_CLOUDS) && !model->given))
        pv->kind = PV_PREDEFINED;
    if (pv->kind == PV_PROFILE && !pv->profile)
        return refuse(pv->host, "model \"profile\" needs power_profile");
    if (pv->kind != PV_PROFILE && pv->profile)
        return refuse(pv->host, "power_profile goes with model \"profile\" only");
    if (pv->kind != PV_PROFILE && given(info, OPTION_SAMPLING))
        return refuse(pv->host, "sampling goes with power_profile only");
    if (pv->kind == PV_PROFILE && given(info, OPTION_CAPACITY))
        return refuse(pv->host, "capacity_kW has no effect on a power_profile, which is in W");
    if (pv->kind != PV_CLEAR_SKY &&
        (given(info, OPTION_TILT) || given(info, OPTION_AZIMUTH) || given(info, OPTION_RATIO)))
        return refuse(pv->host,
                      "tilt, azimuth and performance_ratio go with model \"clear_sky\" only");
    const lg_value *clouds = lg_value_at(info, OPTION_CLOUDS);
    if (pv->kind != PV_PREDEFINED && clouds->given)
        return refuse(pv->host, "cloud_coverage goes with model \"predefined\" only");
    pv->clouds = text_is(clouds, "cloudy")    ? PV_CLOUDY
                 : text_is(clouds, "partial") ? PV_PARTIAL
                                              : PV_SUNNY;
    pv->mean_of_slot = (uint8_t)text_is(lg_value_at(info, OPTION_SAMPLING), "mean");
    return LG_OK;
}

static void point_panel(pv_device *pv, const lg_device_info *info)
{
    const lg_value *azimuth = lg_value_at(info, OPTION_AZIMUTH);
    double tilt = lg_value_at(info, OPTION_TILT)->number * LG_PI / 180;
    double towards = azimuth->given ? azimuth->number : pv->latitude_deg < 0 ? 0 : 180;
    towards *= LG_PI / 180;
    pv->normal = (pv_vector){
        .east = lg_det_sin(tilt) * lg_det_sin(towards),
        .north = lg_det_sin(tilt) * lg_det_cos(towards),
        .up = lg_det_cos(tilt),
    };
    pv->ratio = lg_value_at(info, OPTION_RATIO)->number;
}

int32_t pv_change(void *device, const lg_device_info *info)
{
    pv_device *pv = device;
    pv->capacity_kW = lg_value_at(info, OPTION_CAPACITY)->number;
    pv->panel_count = lg_value_at(info, OPTION_PANELS)->number;
    point_panel(pv, info);
    return read_model(pv, info);
}

int32_t pv_open(const lg_host *host, const lg_device_info *info, void **device)
{
    pv_device *pv = host->alloc(host->ctx, sizeof *pv);
    if (!pv)
        return LG_MEMORY;
    pv->host = host;
    pv->site_seed = info->site_seed;
    pv->latitude_deg = info->latitude_deg;
    *device = pv;
    return pv_change(pv, info);
}

void pv_close(void *device)
{
    pv_device *pv = device;
    pv->host->free(pv->host->ctx, pv);
}

static double bell(double five_minutes)
{
    double distance = (five_minutes - 147.2) / 38.6;
    return lg_det_exp(-distance * distance);
}

/* Energy of one panel by the bell curve, rounded to four decimals of a kWh as the reference does.
 */
static double gaussian_kWh(const pv_device *pv, const lg_slot *slot)
{
    double minutes = (double)lg_cal_in_day(slot->start_ms) / 60000;
    if (minutes < 480 || minutes > 990)
        return 0;
    double kWh = pv->capacity_kW * bell(lg_det_floor(minutes / 5 + 0.5)) * slot->hours;
    return lg_det_floor(kWh * 10000 + 0.5) / 10000;
}

/* The same day again and again, a part of the capacity by the time at the start of a slot. A sunny
 * day is the square of a half wave from 05:00 to 19:00, worth seven hours of full power. On a
 * partly cloudy one a cloud passes every 90 minutes and leaves three tenths of it when it stands
 * before the sun; a cloudy day has a fifth all along. */
static double predefined_kWh(const pv_device *pv, const lg_slot *slot)
{
    double from_noon = lg_cal_hour(slot->start_ms) - 12;
    if (from_noon <= -7 || from_noon >= 7)
        return 0;
    double wave = lg_det_cos(LG_PI * from_noon / 14), share = wave * wave;
    if (pv->clouds == PV_PARTIAL)
        share *= 0.65 + 0.35 * lg_det_cos(2 * LG_PI * from_noon / 1.5);
    else if (pv->clouds == PV_CLOUDY)
        share *= 0.2;
    return pv->capacity_kW * share * slot->hours;
}

static double clear_sky_kWh(const pv_device *pv, const lg_slot *slot)
{
    const pv_light *lights = pv_sky(pv->site_seed, pv->latitude_deg, slot);
    double sum = 0;
    for (int i = 0; i < PV_SKY_SAMPLES; i++) {
        double share = pv_light_on(&lights[i], &pv->normal) / 1000 * pv->ratio;
        sum += share > 1 ? 1 : share;
    }
    return pv->capacity_kW * (sum / PV_SKY_SAMPLES) * slot->hours;
}

static double profile_kWh(const pv_device *pv, const lg_slot *slot)
{
    return lg_sample(pv->host, pv->profile, slot, pv->mean_of_slot) / 1000 * slot->hours;
}

int32_t pv_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    pv_device *pv = device;
    double kWh = 0;
    switch ((pv_kind)pv->kind) {
    case PV_GAUSSIAN:
        kWh = gaussian_kWh(pv, slot);
        break;
    case PV_CLEAR_SKY:
        kWh = clear_sky_kWh(pv, slot);
        break;
    case PV_PREDEFINED:
        kWh = predefined_kWh(pv, slot);
        break;
    case PV_PROFILE:
        kWh = profile_kWh(pv, slot);
        if (isnan(kWh))
            return refuse(pv->host,
                          "power_profile has no value for this slot; it must cover the whole run");
        break;
    }
    plan->supply_kWh = kWh * pv->panel_count;
    pv->power_W = plan->supply_kWh / slot->hours * 1000;
    return LG_OK;
}

int32_t pv_poll(void *device, int64_t now_ms)
{
    const pv_device *pv = device;
    pv->host->post(pv->host->ctx, POINT_POWER, pv->power_W, now_ms);
    return LG_OK;
}
