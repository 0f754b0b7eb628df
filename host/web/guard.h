/* host/web/guard.h — who guesses tokens is not heard for a while
 *
 * An address may come with LG_WEB_GUESSES wrong tokens a minute. From then on, until the minute is
 * over, no token from it is looked at, so a right one among more guesses tells nothing: unless a
 * right one has come from there before, whose owner nobody shall lock out. The same wrong token
 * again is no new guess: a page whose host was started anew goes on asking with the old one.
 */
#ifndef LG_WEB_GUARD_H
#define LG_WEB_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define LG_WEB_GUESSES        10
#define LG_WEB_GUESSES_S      60
#define LG_WEB_GUESSERS_MAX   64
#define LG_WEB_GUESS_KEY_SIZE 9

/** What is known of an address; of IPv6 its first half, which is what one customer has. */
typedef struct lg_web_guesser {
    unsigned char key[LG_WEB_GUESS_KEY_SIZE];
    bool used, trusted; /* trusted: a right token has come from there */
    uint32_t wrong;     /* since then */
    int64_t since_ns, last_ns;
    uint64_t last; /* hash of the last wrong one */
} lg_web_guesser;

typedef struct lg_web_guard {
    lg_web_guesser places[LG_WEB_GUESSERS_MAX]; /* all zero at first */
    uint64_t wrong;                             /* so far, from everywhere */
} lg_web_guard;

typedef enum lg_web_guess {
    LG_WEB_RIGHT,
    LG_WEB_WRONG,
    LG_WEB_TOO_MANY, /* it is not said which */
} lg_web_guess;

/** A request with @p token came from @p peer at @p now_ns; @p right: it is one of ours. */
lg_web_guess lg_web_guard_judge(lg_web_guard *guard, const struct sockaddr *peer, const char *token,
                                bool right, int64_t now_ns);

#endif
