#include "core/game/test_kit.h"
#include "games/plaza/module.h"
#include "games/plaza/test_square.h"

namespace gs::plaza {
namespace {

// Steps of 200 people cost more than those of two.
GS_TEST_GAME(Plaza, plaza::module(), .ticks = 3000);

TEST(PlazaSerialize, inputs_come_back_in_one_or_two_bytes) {
    for (std::uint8_t direction = 0; direction < directions; ++direction) {
        for (std::uint8_t pace = 0; pace <= Input::pace_max; ++pace) {
            for (std::uint8_t pressed = 0; pressed <= Input::every_press; ++pressed) {
                const Input input = Plaza::sanitise({direction, pace, pressed});
                std::byte room[4];
                wire::BitWriter writer(room);
                ASSERT_TRUE(Plaza::serialize_input(writer, input, Input{}));
                ASSERT_EQ(writer.size(), pressed == 0 ? 1U : 2U);
                wire::BitReader reader(writer.written());
                Input back = {1, 1, 1};
                ASSERT_TRUE(Plaza::serialize_input(reader, back, Input{}));
                ASSERT_EQ(back, input);
            }
        }
    }
}

TEST(PlazaSerialize, inputs_of_any_bytes_are_refused_or_sane) {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const std::byte bytes[] = {static_cast<std::byte>(bits), static_cast<std::byte>(bits >> 8)};
        wire::BitReader reader(bytes);
        Input input;
        if (Plaza::serialize_input(reader, input, Input{})) {
            ASSERT_EQ(Plaza::sanitise(input), input);
        }
    }
}

TEST(PlazaSerialize, an_empty_square_is_small_and_a_full_one_fits) {
    base::Rng rng(1);
    TestSquare square;
    EXPECT_LT(square.bytes().size(), 420U);
    square.people(200);
    for (int tick = 0; tick < 300; ++tick) {
        square.press_anything(rng);
        square.step();
    }
    EXPECT_LT(square.bytes().size(), 5000U);
}

}  // namespace
}  // namespace gs::plaza
