/* Widths are counted in characters, not bytes, since names are UTF-8. Nothing from a scenario
 * reaches a terminal unfiltered: a name with escape sequences in it comes out as question marks.
 */
#include "app/table.h"

#include <math.h>
#include <string.h>

static const char *const style_codes[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[31m"};

void lg_table_init(lg_table *table, lg_mem *mem, const lg_column *columns, uint32_t column_count)
{
    *table = (lg_table){.mem = mem, .columns = columns, .column_count = column_count};
    lg_text_init(&table->cells, mem);
}

void lg_table_fini(lg_table *table)
{
    lg_text_fini(&table->cells);
    lg_mem_free(table->mem, table->styles, table->capacity * sizeof *table->styles);
    *table = (lg_table){.mem = table->mem};
}

uint32_t lg_table_width(const char *text)
{
    uint32_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

void lg_table_style(lg_text *out, bool colours, uint32_t style, const char *text)
{
    bool styled = colours && style != LG_PLAIN && *text;
    if (styled)
        lg_text_str(out, style_codes[style]);
    lg_text_str(out, text);
    if (styled)
        lg_text_str(out, "\033[0m");
}

void lg_table_cut(lg_text *out, const char *text, uint32_t max)
{
    bool cut = max && lg_table_width(text) > max;
    uint32_t left = cut ? max - 1 : UINT32_MAX;
    while (*text) {
        size_t control = lg_text_control((const unsigned char *)text);
        if ((*text & 0xc0) != 0x80 && left-- == 0)
            break;
        lg_text_char(out, control ? '?' : *text);
        text += control ? control : 1;
    }
    if (cut)
        lg_text_str(out, "…");
}

void lg_table_cell(lg_table *table, uint32_t style, const char *text)
{
    uint32_t column = table->cell_count % table->column_count;
    if (!LG_GROW(table->mem, table->styles, table->capacity, table->cell_count + 1)) {
        table->failed = true;
        return;
    }
    table->styles[table->cell_count++] = style;
    lg_table_cut(&table->cells, text, table->columns[column].width_max);
    lg_text_bytes(&table->cells, "", 1);
    table->failed = table->failed || table->cells.failed;
}

void lg_table_number(lg_table *table, uint32_t style, double value, int decimals)
{
    char number[64] = "-";
    lg_text text;
    lg_text_init(&text, table->mem);
    if (!isnan(value)) {
        lg_text_format(&text, "%.*f", decimals, value);
        strncpy(number, lg_text_peek(&text), sizeof number - 1);
        /* "-0.00" says nothing that "0.00" does not */
        if (number[0] == '-' && strspn(number + 1, "0.") == strlen(number + 1))
            memmove(number, number + 1, strlen(number));
    }
    lg_text_fini(&text);
    lg_table_cell(table, style, number);
}

void lg_table_signed(lg_table *table, double value, int decimals)
{
    uint32_t style = isnan(value) ? LG_DIM : value < 0 ? LG_RED : value > 0 ? LG_GREEN : LG_PLAIN;
    lg_table_number(table, style, value, decimals);
}

static void measure(const lg_table *table, uint32_t *widths)
{
    for (uint32_t i = 0; i < table->column_count; i++) {
        const lg_column *column = &table->columns[i];
        uint32_t unit = column->unit ? lg_table_width(column->unit) : 0;
        widths[i] = lg_table_width(column->title);
        if (unit > widths[i])
            widths[i] = unit;
    }
    const char *cell = lg_text_peek(&table->cells);
    for (uint32_t i = 0; i < table->cell_count; i++, cell += strlen(cell) + 1) {
        uint32_t width = lg_table_width(cell);
        if (width > widths[i % table->column_count])
            widths[i % table->column_count] = width;
    }
}

static void print_cell(const lg_table *table, uint32_t column, uint32_t width, bool colours,
                       uint32_t style, const char *text, lg_text *out)
{
    uint32_t blanks = width - lg_table_width(text);
    bool left = table->columns[column].left, last = column + 1 == table->column_count;
    if (column)
        lg_text_str(out, "  ");
    for (uint32_t i = 0; i < blanks && !left; i++)
        lg_text_char(out, ' ');
    lg_table_style(out, colours, style, text);
    for (uint32_t i = 0; i < blanks && left && !last; i++)
        lg_text_char(out, ' ');
    if (last)
        lg_text_char(out, '\n');
}

void lg_table_print(const lg_table *table, bool colours, const char *indent, lg_text *out)
{
    uint32_t widths[LG_TABLE_COLUMNS_MAX];
    bool units = false;
    if (table->failed) {
        lg_text_str(out, "(out of memory for this table)\n");
        return;
    }
    measure(table, widths);
    lg_text_str(out, indent);
    for (uint32_t i = 0; i < table->column_count; i++) {
        print_cell(table, i, widths[i], colours, LG_BOLD, table->columns[i].title, out);
        units = units || table->columns[i].unit;
    }
    if (units) {
        lg_text_str(out, indent);
        for (uint32_t i = 0; i < table->column_count; i++) {
            const char *unit = table->columns[i].unit;
            print_cell(table, i, widths[i], colours, LG_DIM, unit ? unit : "", out);
        }
    }
    const char *cell = lg_text_peek(&table->cells);
    for (uint32_t i = 0; i < table->cell_count; i++, cell += strlen(cell) + 1) {
        if (i % table->column_count == 0)
            lg_text_str(out, indent);
        print_cell(table, i % table->column_count, widths[i % table->column_count], colours,
                   table->styles[i], cell, out);
    }
}
