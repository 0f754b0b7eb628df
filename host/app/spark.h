/* host/app/spark.h — a row of numbers as a row of block characters */
#ifndef LG_APP_SPARK_H
#define LG_APP_SPARK_H

#include "base/text.h"

/**
 * Appends one character a value: the lowest as ▁, the highest as █, NaN as a blank. When all values
 * lie closer together than @p step, what is printed of them is the same, and they lie in the
 * middle.
 * @param min, max  receive the least and greatest value, NaN when there is none; may be NULL
 */
void lg_spark_draw(const double *values, uint32_t count, double step, lg_text *out, double *min,
                   double *max);

#endif
