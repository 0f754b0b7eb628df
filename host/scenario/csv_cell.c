/*
 * Columns by name, and cells as the numbers they hold. Most numbers have few digits, and those come
 * out exact by one division; the rest is left to strtod. Words like inf or 0x10 are no numbers
 * here, and 0,5 is one only where commas do not separate the cells.
 */
#include "scenario/csv.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool lg__number_parse(const char *text, double *value)
{
    const char *p = text;
    uint64_t mantissa = 0;
    int digits = 0, decimals = 0;
    while (*p == ' ')
        p++;
    bool minus = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    for (; *p >= '0' && *p <= '9'; p++, digits++)
        mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++, digits++, decimals++)
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    const char *rest = p;
    while (*rest == ' ')
        rest++;
    /* Up to 15 digits and 22 decimals both are exact, so one division rounds right. */
    if (digits > 0 && digits <= 15 && decimals <= 22 && !*rest) {
        double number = (double)mantissa / powers[decimals];
        *value = minus ? -number : number;
        return true;
    }
    if (digits == 0 || (*rest && *p != 'e' && *p != 'E'))
        return false;
    char *end;
    *value = strtod(text, &end);
    while (*end == ' ')
        end++;
    return *end == 0;
}

uint32_t lg__csv_find(const lg__csv *csv, const char *name)
{
    char header[200];
    for (uint32_t i = 0; i < csv->column_count; i++) {
        if (strcmp(csv->columns[i].name, name) == 0)
            return i;
        for (int form = 0; form < 2 && *csv->columns[i].unit; form++) {
            snprintf(header, sizeof header, form ? "%s (%s)" : "%s [%s]", csv->columns[i].name,
                     csv->columns[i].unit);
            if (strcmp(header, name) == 0)
                return i;
        }
    }
    return UINT32_MAX;
}

bool lg__csv_value(const lg__csv *csv, uint32_t row, uint32_t column, double *value,
                   const char **why)
{
    const char *text = csv->data + csv->cells[(size_t)row * csv->column_count + column];
    if (lg__number_parse(text, value) && isfinite(*value))
        return true;
    double point;
    const char *comma = strchr(text, ',');
    char swapped[40];
    snprintf(swapped, sizeof swapped, "%s", text);
    if (comma && (size_t)(comma - text) < sizeof swapped)
        swapped[comma - text] = '.';
    if (csv->decimal_comma && comma && strlen(text) < sizeof swapped && !strchr(text, '.') &&
        lg__number_parse(swapped, value) && isfinite(*value))
        return true;
    if (!text[strspn(text, " ")])
        *why = "the cell is empty";
    else if (strcasecmp(text, "nan") == 0 || strcasecmp(text, "na") == 0)
        *why = "is not a number (NaN); fill the gap before, nothing is guessed here";
    else if (comma && lg__number_parse(swapped, &point))
        *why = "has a decimal comma; write a decimal point";
    else
        *why = "is not a number";
    return false;
}
