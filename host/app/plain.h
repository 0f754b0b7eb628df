/* host/app/plain.h — text of other people on a terminal, without what could steer it */
#ifndef LG_APP_PLAIN_H
#define LG_APP_PLAIN_H

#include <stdio.h>

/** Writes @p text; control characters other than line ends and tabs come out as ?. */
void lg_plain_put(const char *text, FILE *stream);
/** Says "lunagrid: <sentence>" on stderr; nothing when the sentence is empty. */
void lg_plain_complain(const char *sentence);

#endif
