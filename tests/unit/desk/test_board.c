/* Shows the board: of each author the newest posts stay, in order; what is handed in at a desk is
 * looked at and bounded; running out of memory changes nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>
#include "pair.h"
#include "support/failing_mem.h"

static const double one[] = {1.5};

static lg_post text_post(uint32_t author, const char *topic, const char *text)
{
    return (lg_post){.author = author, .to = LG_NONE, .topic = topic, .text = text};
}

static void test_the_newest_stay(void **state)
{
    (void)state;
    lg_board *board = lg_board_new(lg_mem_system(), 3, 2);
    const char *texts[] = {"a", "b", "c", "d", "e"};
    for (size_t i = 0; i < 5; i++) {
        lg_post post = text_post(1, "t", texts[i]);
        assert_int_equal(lg_board_pin(board, &post), LG_OK);
    }
    assert_int_equal(lg_board_count(board, 0), 0);
    assert_int_equal(lg_board_count(board, 1), 2);
    assert_string_equal(lg_board_at(board, 1, 0)->text, "d");
    assert_string_equal(lg_board_at(board, 1, 1)->text, "e");
    assert_int_equal(lg_board_at(board, 1, 0)->number, 4);
    assert_int_equal(lg_board_newest(board), 5);
    lg_board_free(board);
}

static void test_whom_it_is_for(void **state)
{
    (void)state;
    lg_post post = text_post(1, "t", "x");
    assert_true(lg_post_is_for(&post, 0));
    post.to = 2;
    assert_false(lg_post_is_for(&post, 0));
    assert_true(lg_post_is_for(&post, 1));
    assert_true(lg_post_is_for(&post, 2));
}

static void test_what_a_post_must_be_err(void **state)
{
    (void)state;
    char longest[LG_BOARD_TEXT_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    double numbers[LG_BOARD_NUMBERS_MAX + 1] = {0};
    lg_post post = text_post(0, "t", longest + 1);
    assert_true(lg_post_is_valid(&post, 1));
    post.text = longest;
    assert_false(lg_post_is_valid(&post, 1));
    post = text_post(0, "", "x");
    assert_false(lg_post_is_valid(&post, 1));
    post.topic = longest + sizeof longest - 1 - LG_BOARD_TOPIC_MAX;
    assert_true(lg_post_is_valid(&post, 1));
    post.topic--;
    assert_false(lg_post_is_valid(&post, 1));
    post = text_post(1, "t", "x");
    assert_false(lg_post_is_valid(&post, 1));
    post = (lg_post){.to = 1, .topic = "t", .text = "x"};
    assert_false(lg_post_is_valid(&post, 1));
    post = (lg_post){.to = LG_NONE, .topic = "t"};
    assert_false(lg_post_is_valid(&post, 1));
    post.numbers = numbers;
    post.number_count = LG_BOARD_NUMBERS_MAX;
    assert_true(lg_post_is_valid(&post, 1));
    post.number_count++;
    assert_false(lg_post_is_valid(&post, 1));
    post.number_count = 1;
    numbers[0] = NAN;
    assert_false(lg_post_is_valid(&post, 1));
    numbers[0] = -INFINITY;
    assert_false(lg_post_is_valid(&post, 1));
}

static void test_a_desk_hands_in_so_many(void **state)
{
    (void)state;
    uint32_t count;
    lg_board *board = lg_board_new(lg_mem_system(), 2, 4);
    lg_desk *desk = lg_desk_new(lg_mem_system(), NULL, 1, "B");
    const lg_post post = {.author = 0, .to = 0, .topic = "t", .numbers = one, .number_count = 1};
    assert_int_equal(lg_desk_post(desk, &post), LG_UNSUPPORTED);
    lg_desk_set_board(desk, board);
    for (int i = 0; i < LG_BOARD_POSTS_PER_TICK; i++)
        assert_int_equal(lg_desk_post(desk, &post), LG_OK);
    assert_int_equal(lg_desk_post(desk, &post), LG_LIMIT);
    const lg_post *const *posts = lg_desk_posts(desk, &count);
    assert_int_equal(count, LG_BOARD_POSTS_PER_TICK);
    assert_int_equal(posts[0]->author, 1); /* whatever was said */
    assert_true(posts[0]->numbers != one && posts[0]->numbers[0] == 1.5);
    lg_desk_truncate(desk, (lg_desk_mark){.posts = 2});
    assert_int_equal(lg_desk_mark_of(desk).posts, 2);
    lg_desk_set_posts(desk, LG_BOARD_POSTS_PER_TICK); /* others stand elsewhere */
    assert_int_equal(lg_desk_post(desk, &post), LG_LIMIT);
    lg_desk_set_posts(desk, 0);
    assert_int_equal(lg_desk_mark_of(desk).posts, 0);
    assert_int_equal(lg_desk_post(desk, &post), LG_OK);
    lg_desk_free(desk);
    lg_board_free(board);
}

/* Pins up what is posted; 1 when memory was exhausted on the way. */
static int pin_and_post(lg_mem *mem, void *ctx)
{
    const lg_post post = {.to = LG_NONE, .topic = "t", .numbers = one, .number_count = 1};
    lg_board *board = lg_board_new(mem, 1, 1);
    lg_desk *desk = board ? lg_desk_new(mem, NULL, 0, "A") : NULL;
    lg_status status = desk ? LG_OK : LG_MEMORY;
    (void)ctx;
    if (desk)
        lg_desk_set_board(desk, board);
    for (int i = 0; i < 2 && status == LG_OK; i++) {
        status = lg_board_pin(board, &post);
        if (status == LG_OK)
            status = lg_desk_post(desk, &post);
    }
    lg_desk_free(desk);
    lg_board_free(board);
    return status != LG_OK;
}

static void test_without_memory(void **state)
{
    (void)state;
    lg_sweep_allocations(pin_and_post, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_newest_stay),
        cmocka_unit_test(test_whom_it_is_for),
        cmocka_unit_test(test_what_a_post_must_be_err),
        cmocka_unit_test(test_a_desk_hands_in_so_many),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
