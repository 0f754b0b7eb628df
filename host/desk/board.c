/* A ring of posts an author. Each post is one block: the struct, then numbers, topic and text. */
#include "desk/board.h"

#include <math.h>
#include <string.h>

struct lg_board {
    lg_mem *mem;
    lg_post **posts; /* kept places an author */
    uint32_t *first, *count;
    uint32_t authors, kept;
    uint64_t newest;
};

lg_board *lg_board_new(lg_mem *mem, uint32_t authors, uint32_t kept)
{
    LG_ASSERT(kept > 0 && kept <= LG_BOARD_POSTS_MAX);
    lg_board *board = lg_mem_zalloc(mem, 1, sizeof *board);
    if (!board)
        return NULL;
    *board = (lg_board){.mem = mem, .authors = authors, .kept = kept};
    board->posts = lg_mem_zalloc(mem, (size_t)authors * kept + 1, sizeof *board->posts);
    board->first = lg_mem_zalloc(mem, authors + 1, sizeof *board->first);
    board->count = lg_mem_zalloc(mem, authors + 1, sizeof *board->count);
    if (board->posts && board->first && board->count)
        return board;
    lg_board_free(board);
    return NULL;
}

void lg_board_free(lg_board *board)
{
    if (!board)
        return;
    size_t places = (size_t)board->authors * board->kept;
    for (size_t i = 0; i < places && board->posts; i++)
        lg_post_free(board->mem, board->posts[i]);
    lg_mem_free(board->mem, board->posts, (places + 1) * sizeof *board->posts);
    lg_mem_free(board->mem, board->first, (board->authors + 1) * sizeof *board->first);
    lg_mem_free(board->mem, board->count, (board->authors + 1) * sizeof *board->count);
    lg_mem_free(board->mem, board, sizeof *board);
}

bool lg_post_is_valid(const lg_post *post, uint32_t authors)
{
    size_t topic = post->topic ? strlen(post->topic) : 0;
    if (topic == 0 || topic > LG_BOARD_TOPIC_MAX || post->author >= authors ||
        (post->to != LG_NONE && post->to >= authors))
        return false;
    if (post->text)
        return post->number_count == 0 && strlen(post->text) <= LG_BOARD_TEXT_MAX;
    if (post->number_count == 0 || post->number_count > LG_BOARD_NUMBERS_MAX)
        return false;
    for (uint32_t i = 0; i < post->number_count; i++)
        if (!isfinite(post->numbers[i]))
            return false;
    return true;
}

static size_t size_of(const lg_post *post)
{
    return sizeof *post + post->number_count * sizeof *post->numbers + strlen(post->topic) + 1 +
           (post->text ? strlen(post->text) + 1 : 0);
}

lg_post *lg_post_copy(lg_mem *mem, const lg_post *post)
{
    lg_post *copy = lg_mem_alloc(mem, size_of(post));
    if (!copy)
        return NULL;
    size_t topic = strlen(post->topic) + 1;
    double *numbers = (void *)(copy + 1);
    char *texts = (void *)(numbers + post->number_count);
    *copy = *post;
    if (post->number_count)
        memcpy(numbers, post->numbers, post->number_count * sizeof *numbers);
    memcpy(texts, post->topic, topic);
    if (post->text)
        memcpy(texts + topic, post->text, strlen(post->text) + 1);
    copy->numbers = numbers;
    copy->topic = texts;
    copy->text = post->text ? texts + topic : NULL;
    return copy;
}

void lg_post_free(lg_mem *mem, lg_post *post)
{
    if (post)
        lg_mem_free(mem, post, size_of(post));
}

lg_status lg_board_pin(lg_board *board, const lg_post *post)
{
    lg_post *copy = lg_post_copy(board->mem, post);
    if (!copy)
        return LG_MEMORY;
    uint32_t *first = &board->first[post->author], *count = &board->count[post->author];
    if (copy->number == 0)
        copy->number = board->newest + 1;
    board->newest = copy->number > board->newest ? copy->number : board->newest;
    lg_post **place = &board->posts[(size_t)post->author * board->kept];
    place += (*first + *count) % board->kept;
    if (*count == board->kept) {
        lg_post_free(board->mem, *place);
        *first = (*first + 1) % board->kept;
    } else {
        ++*count;
    }
    *place = copy;
    return LG_OK;
}

uint64_t lg_board_newest(const lg_board *board)
{
    return board->newest;
}

uint32_t lg_board_authors(const lg_board *board)
{
    return board->authors;
}

uint32_t lg_board_count(const lg_board *board, uint32_t author)
{
    return board->count[author];
}

const lg_post *lg_board_at(const lg_board *board, uint32_t author, uint32_t index)
{
    return board
        ->posts[(size_t)author * board->kept + (board->first[author] + index) % board->kept];
}

bool lg_post_is_for(const lg_post *post, uint32_t reader)
{
    return post->to == LG_NONE || post->to == reader || post->author == reader;
}
