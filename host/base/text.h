/* host/base/text.h — a growing text, fixed-point numbers, JSON pieces and the near miss of a word
 */
#ifndef LG_BASE_TEXT_H
#define LG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"

/**
 * Text under construction. After a failed allocation it stays as it was and `failed` is set, so a
 * writer may append many pieces and look once.
 */
typedef struct lg_text {
    lg_mem *mem;
    char *data; /* ends in NUL once anything was appended */
    size_t length, capacity;
    bool failed;
} lg_text;

/** An empty text that takes its room from @p mem; give it back with lg_text_fini(). */
void lg_text_init(lg_text *text, lg_mem *mem);
void lg_text_fini(lg_text *text);
/** Forgets the content, keeps the room. */
void lg_text_clear(lg_text *text);
/** The content as a C string, "" when empty; valid until the next change. */
const char *lg_text_peek(const lg_text *text);

/** Each appends; a NUL among @p bytes is kept but ends what lg_text_peek() shows. */
void lg_text_bytes(lg_text *text, const char *bytes, size_t length);
void lg_text_str(lg_text *text, const char *str);
void lg_text_char(lg_text *text, char c);
void lg_text_int(lg_text *text, int64_t value);
void lg_text_format(lg_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** @p value / 10^@p decimals in its shortest exact decimal form: 1500000, 6 -> "1.5"; -5, 1 ->
 * "-0.5". */
void lg_text_fixed(lg_text *text, int64_t value, int decimals);
/** The shortest decimal that reads back as exactly @p value; "null" for NaN and infinities. */
void lg_text_double(lg_text *text, double value);
/** Bytes of the UTF-8 character at @p s, which ends in NUL somewhere; 0 if it is none. NUL is one
 * of 1 byte. */
size_t lg_text_utf8(const unsigned char *s);
/**
 * Bytes of the character at @p s when it steers what shows the text instead of being shown: control
 * characters of ASCII and of ISO 6429 (U+0080 to U+009F, such as CSI), and those that turn the
 * direction of writing (Unicode Standard Annex 9: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066
 * to U+2069). 0: it does not, or ends the text.
 */
size_t lg_text_control(const unsigned char *s);
/** Whether all of @p str is UTF-8. */
bool lg_text_is_utf8(const char *str);
/** Makes @p str fit to be one line of text: control characters become blanks, and bytes that are no
 * UTF-8 question marks. */
void lg_text_clean(char *str);
/** The same for several lines: line ends and tabs stay. */
void lg_text_clean_lines(char *str);
/** @p str as a JSON string with quotes; invalid UTF-8 bytes become U+FFFD. */
void lg_text_json(lg_text *text, const char *str);
/** @p str as one CSV field, quoted where it must be. */
void lg_text_csv(lg_text *text, const char *str);

/**
 * The next byte of the slug of *name, 0 at its end: letters (ASCII ones in lower case), digits and
 * bytes past ASCII; whatever stands between two of them is one hyphen. @p started: a byte came
 * already.
 */
int lg_text_slug_next(const char **name, bool started);

/**
 * The candidate nearest to @p word by Damerau-Levenshtein distance, for "did you mean".
 * @return its index, the first of several; or -1 when none is near enough to be meant: one letter
 * may differ in words of 2 or 3 letters, two in words of up to 8, a third of the letters in longer
 * ones; and a word is near to itself with a unit or another ending ("capacity" to "capacity_kWh")
 */
int lg_text_nearest(const char *word, const char *const *candidates, size_t count);

#endif
