/* A small table of addresses; when it is full the one that was heard longest ago gives way. */
#include "web/guard.h"

#include <netinet/in.h>
#include <string.h>
#include "base/hash.h"

static void key_of(const struct sockaddr *peer, unsigned char key[LG_WEB_GUESS_KEY_SIZE])
{
    memset(key, 0, LG_WEB_GUESS_KEY_SIZE);
    key[0] = peer->sa_family == AF_INET ? 4 : 6;
    if (peer->sa_family == AF_INET) {
        memcpy(key + 1, &((const struct sockaddr_in *)peer)->sin_addr, 4);
    } else if (peer->sa_family == AF_INET6) {
        const struct in6_addr *six = &((const struct sockaddr_in6 *)peer)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(six)) {
            key[0] = 4;
            memcpy(key + 1, six->s6_addr + 12, 4);
        } else {
            memcpy(key + 1, six->s6_addr, 8);
        }
    }
}

static lg_web_guesser *place_of(lg_web_guard *guard, const struct sockaddr *peer)
{
    unsigned char key[LG_WEB_GUESS_KEY_SIZE];
    lg_web_guesser *oldest = guard->places;
    key_of(peer, key);
    for (uint32_t i = 0; i < LG_WEB_GUESSERS_MAX; i++) {
        lg_web_guesser *place = &guard->places[i];
        if (place->used && memcmp(place->key, key, sizeof key) == 0)
            return place;
        if (oldest->used && (!place->used || place->last_ns < oldest->last_ns))
            oldest = place;
    }
    *oldest = (lg_web_guesser){.used = true};
    memcpy(oldest->key, key, sizeof key);
    return oldest;
}

lg_web_guess lg_web_guard_judge(lg_web_guard *guard, const struct sockaddr *peer, const char *token,
                                bool right, int64_t now_ns)
{
    lg_web_guesser *place = place_of(guard, peer);
    uint64_t hash = lg_hash64(0, token, strlen(token));
    if (now_ns - place->since_ns >= LG_WEB_GUESSES_S * INT64_C(1000000000))
        place->wrong = 0;
    place->last_ns = now_ns;
    if (right && (place->trusted || place->wrong <= LG_WEB_GUESSES)) {
        place->trusted = true;
        return LG_WEB_RIGHT;
    }
    if (!right) {
        guard->wrong++;
        if (!place->wrong)
            place->since_ns = now_ns;
        if (!place->wrong || hash != place->last)
            place->wrong += place->wrong <= LG_WEB_GUESSES;
        place->last = hash;
    }
    return place->wrong > LG_WEB_GUESSES ? LG_WEB_TOO_MANY : LG_WEB_WRONG;
}
