/* Eight levels between the least and the greatest value; display only, so doubles will do. */
#include "app/spark.h"

#include <math.h>

#define LEVELS 8

static void find_range(const double *values, uint32_t count, double *min, double *max)
{
    *min = *max = NAN;
    for (uint32_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        if (!(values[i] >= *min))
            *min = values[i];
        if (!(values[i] <= *max))
            *max = values[i];
    }
}

void lg_spark_draw(const double *values, uint32_t count, double step, lg_text *out, double *min,
                   double *max)
{
    static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double low, high;
    find_range(values, count, &low, &high);
    for (uint32_t i = 0; i < count; i++) {
        if (isnan(values[i])) {
            lg_text_char(out, ' ');
            continue;
        }
        double share = high - low >= step ? (values[i] - low) / (high - low) : 0.5;
        int level = (int)(share * LEVELS);
        lg_text_str(out, blocks[level < LEVELS ? level : LEVELS - 1]);
    }
    if (min)
        *min = low;
    if (max)
        *max = high;
}
