/* rest/book.h — the model with its journal: acts are done, kept, and done again at the next start
 *
 *     do:     decode, apply, keep on the disk, answer        refused: nothing is kept or changed
 *     again:  decode, apply                                  refused: the journal is not ours
 */
#ifndef LG_REST_BOOK_H
#define LG_REST_BOOK_H

#include "rest/ask.h"
#include "store/acts.h"

typedef struct lg_rest_book {
    lg_mem *mem;
    lg_coord *coord;
    lg_acts *acts;
    const lg_rest_manners *manners;
    bool broken; /* an act could not be kept: nothing more is done */
    lg_err failure;
} lg_rest_book;

/** Opens the journal @p path (NULL: in memory) and does all of it again. @return LG_OK; LG_STORE,
 * LG_MEMORY err says why. In every case lg_rest_book_close() is due. */
lg_status lg_rest_book_open(lg_rest_book *book, lg_mem *mem, const char *path,
                            const lg_rest_manners *manners, lg_err *err) LG_CHECKED;
/** Gives everything back. */
void lg_rest_book_close(lg_rest_book *book);

/**
 * Does @p ask, whose body is read already, and keeps it when it changes something. The answer is in
 * @p reply; after a failure of the disk it is 503 and book->broken.
 */
void lg_rest_book_do(lg_rest_book *book, const lg_rest_operation *operation, lg_rest_ask *ask,
                     lg_rest_reply *reply);

/** Does an operation of the server's own for @p tenant (NULL: for all). @return LG_OK; LG_INVALID
 * err says what is wrong; LG_STORE the disk; LG_MEMORY */
lg_status lg_rest_book_act(lg_rest_book *book, const char *what, lg_coord_tenant *tenant,
                           const char *word, const char *body, int64_t now_us,
                           lg_err *err) LG_CHECKED;

#endif
