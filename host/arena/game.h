/* host/arena/game.h — a job: one game as data, named by all that it is made of
 *
 * A game is a run of one scenario with one seat map and one seed. A job says it whole: by their
 * SHA-256 every file that is read, by their versions engine and plugins. Its name is the hash of
 * its one JSON form, so equal games have equal names wherever they are played, and another byte in
 * any file makes it another game.
 */
#ifndef LG_ARENA_GAME_H
#define LG_ARENA_GAME_H

#include "arena/keys.h"
#include "base/mem.h"
#include "base/status.h"

/** Room for a job's name: the first 32 hexadecimal digits of the SHA-256 of its JSON. */
#define LG_GAME_NAME_SIZE 33
/** Which figures a job asks for: raised whenever game.json of the same job would say something else
 * (formulas of score.h, bounds, what is told), so that figures of an older build are never taken
 * for those of this one. */
#define LG_GAME_FIGURES 3
/** What paths of files that ship with the program begin with; behind it comes the path in the
 * folder of scripts. */
#define LG_GAME_SHIPPED "@scripts/"

/** What a seat does. */
typedef enum lg_seat_role {
    LG_SEAT_TRADER,   /* commands assets */
    LG_SEAT_OPERATOR, /* commands the fees of markets */
    LG_SEAT_EXCHANGE, /* is the rule by which markets match; no script */
} lg_seat_role;

/** "trader", "operator", "exchange". */
const char *lg_seat_role_name(lg_seat_role role);

typedef struct lg_game_seat {
    const char *name; /* of an agent, asset or area of the scenario; of an exchange any */
    lg_seat_role role;
    const char *entrant; /* path of its script, or LG_SCRIPT_BASELINE; of an exchange the rule */
    lg_names assets, markets; /* it commands them; both empty: as the scenario says */
    const lg_conf *params;    /* of the script; NULL: as the scenario says */
    const lg_conf *budget;    /* likewise */
    const char *sees;         /* "own": statistics of its own surroundings only; NULL: all */
} lg_game_seat;

/** A word and what it stands for. */
typedef struct lg_game_pair {
    const char *key, *value;
} lg_game_pair;

typedef struct lg_game_pairs {
    lg_game_pair *items;
    uint32_t count, capacity;
} lg_game_pairs;

/**
 * A job. Paths are relative to the folder that the files of a match have in common, or begin with
 * LG_GAME_SHIPPED; they never leave either.
 */
typedef struct lg_game {
    lg_mem *mem;
    lg_arena arena;       /* of texts, where it was read or made */
    const char *engine;   /* version */
    uint32_t figures;     /* LG_GAME_FIGURES of who made it */
    const char *scenario; /* path of its file */
    uint64_t seed;        /* up to 2^53 - 1 */
    uint32_t slots;       /* 0: as the scenario says */
    lg_game_seat *seats;
    uint32_t seat_count;
    lg_game_pairs settings; /* of the scenario: as --set has them */
    lg_game_pairs files;    /* path and SHA-256 of all that is read */
    lg_game_pairs plugins;  /* name and version of those that the scenario uses */
} lg_game;

/** An empty job for this program's figures. */
void lg_game_init(lg_game *game, lg_mem *mem);
void lg_game_fini(lg_game *game);

/** Adds a pair, copied; a key that is there keeps its place and gets the value. @return false:
 * exhausted */
bool lg_game_put(lg_game *game, lg_game_pairs *pairs, const char *key, const char *value);
/** What @p key stands for; NULL. */
const char *lg_game_get(const lg_game_pairs *pairs, const char *key);

/** Appends the job's one JSON form, a line with its end. */
void lg_game_print(const lg_game *game, lg_text *out);
/** Its name. @return false: exhausted */
bool lg_game_name(const lg_game *game, char name[LG_GAME_NAME_SIZE]) LG_CHECKED;

/**
 * Reads a job's file. Every problem goes to @p diag.
 * @return LG_OK; LG_SCENARIO there were errors; LG_MEMORY. lg_game_fini() in every case.
 */
lg_status lg_game_read(lg_mem *mem, const char *file, lg_diag *diag, lg_game *game) LG_CHECKED;

/** Whether this program, of version @p engine, plays it. @return LG_OK; LG_INVALID err says for
 * whom it is */
lg_status lg_game_is_ours(const lg_game *game, const char *engine, lg_err *err) LG_CHECKED;

/**
 * Appends the job's name of a file that a run in the scenario's folder has opened as @p opened.
 * @param root     where paths of the job begin, absolute
 * @param scripts  the folder of what ships, absolute
 * @return whether it has one: it lies below one of the two
 */
bool lg_game_path_of(const lg_game *game, const char *root, const char *scripts, const char *opened,
                     lg_text *out);

/** Appends where the job's file @p path lies, the way back from lg_game_path_of(). */
void lg_game_place_of(const char *root, const char *scripts, const char *path, lg_text *out);
/** Appends the folder that the scenario lies in. */
void lg_game_folder(const lg_game *game, const char *root, lg_text *out);

/** Whether @p path stays where it belongs: relative, without "." or ".." in it. */
bool lg_game_path_is_fine(const char *path);

/** Appends the scenario's agents that the seats make, as `run --seats` reads them: scripts are
 * named from @p folder, that of the scenario's file; "": it is at the root. */
void lg_game_agents(const lg_game *game, lg_text *out);
/** Appends the path of file @p path as seen from the scenario's folder. */
void lg_game_seen_from(const lg_game *game, const char *path, lg_text *out);

#endif
