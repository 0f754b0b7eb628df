/* COP from the difference dT = T - source temperature in K at the start of the slot: of points that
 * the scenario gives (a data sheet, a measurement), on straight lines between them and held beyond
 * the first and the last; else by the quadratic regressions of Staffell et al. (2012), "A review of
 * domestic heat pumps", Energy & Environmental Science 5, 9291-9306, as used by Ruhnau et al.
 * (2019), "Time series of heat demand and heat pump efficiency for energy system modeling",
 * Scientific Data 6:189:
 *
 *   air      6.08  - 0.09 dT + 0.0005 dT^2          ground   10.29 - 0.21 dT + 0.0012 dT^2
 *
 * They were fitted for dT of 15 to 60 K; dT is held between 15 K and 87.5 K, from where on the
 * second parabola would rise again. Either is multiplied by cop_factor. */
#include "device.h"

#include <math.h>

#define DIFFERENCE_MIN_K 15.0
#define DIFFERENCE_MAX_K 87.5
#define COP_MIN          0.1
#define COP_MAX          12.0

double heat_pump_within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double by_regression(bool ground, double difference)
{
    difference = heat_pump_within(difference, DIFFERENCE_MIN_K, DIFFERENCE_MAX_K);
    if (ground)
        return 10.29 - 0.21 * difference + 0.0012 * difference * difference;
    return 6.08 - 0.09 * difference + 0.0005 * difference * difference;
}

static double by_points(const heat_pump_cop_model *model, double difference)
{
    const heat_pump_cop_point *last = &model->points[model->count - 1];
    if (difference <= model->points[0].difference_K)
        return model->points[0].cop;
    for (const heat_pump_cop_point *p = model->points; p < last; p++)
        if (difference < p[1].difference_K)
            return p->cop + (p[1].cop - p->cop) * (difference - p->difference_K) /
                                (p[1].difference_K - p->difference_K);
    return last->cop;
}

double heat_pump_cop(const heat_pump_cop_model *model, double sink_C, double source_C)
{
    double difference = sink_C - source_C;
    if (isnan(difference)) /* a profile says nothing */
        return difference;
    double cop =
        model->count ? by_points(model, difference) : by_regression(model->ground, difference);
    return heat_pump_within(cop * model->factor, COP_MIN, COP_MAX);
}
