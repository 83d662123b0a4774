#include "server/app/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace gs::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class DataFolderTest : public testing::Test {
  protected:
    void SetUp() override {
        root_ = std::filesystem::temp_directory_path() /
                ("grandstand-data-" + std::to_string(getpid()) + "-" +
                 testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(root_);
        path_ = root_ / "data";
    }
    void TearDown() override { std::filesystem::remove_all(root_); }

    static unsigned mode_of(const std::filesystem::path& path) {
        struct stat info = {};
        EXPECT_EQ(::stat(path.c_str(), &info), 0);
        return info.st_mode & 0777u;
    }

    std::filesystem::path root_;
    std::filesystem::path path_;
};

TEST_F(DataFolderTest, is_made_for_its_owner_only) {
    path_ = root_ / "deep" / "data";
    const auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder.has_value());
    EXPECT_EQ(mode_of(path_), 0700u);
}

TEST_F(DataFolderTest, a_second_server_is_refused_and_told_who_has_it) {
    const auto first = DataFolder::open(path_);
    ASSERT_TRUE(first.has_value());
    const auto second = DataFolder::open(path_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::in_use);
    EXPECT_THAT(second.error().message,
                AllOf(HasSubstr(path_.string()), HasSubstr("process " + std::to_string(getpid()))));
}

TEST_F(DataFolderTest, is_free_again_when_the_server_has_ended) {
    {
        ASSERT_TRUE(DataFolder::open(path_).has_value());
    }
    EXPECT_TRUE(DataFolder::open(path_).has_value());
}

TEST_F(DataFolderTest, one_that_cannot_be_written_is_refused_in_words) {
    std::ofstream(root_ / "file") << "not a folder";
    const auto in_file = DataFolder::open(root_ / "file" / "data");
    ASSERT_FALSE(in_file.has_value());
    EXPECT_THAT(in_file.error().message, HasSubstr("cannot make the data folder"));
    const auto is_file = DataFolder::open(root_ / "file");
    ASSERT_FALSE(is_file.has_value());
    EXPECT_THAT(is_file.error().message, HasSubstr("cannot write into the data folder"));

    // Root may write everywhere, so the rest runs as somebody else.
    ASSERT_EQ(::mkdir(path_.c_str(), 0555), 0);
    const bool root = ::geteuid() == 0;
    if (root) ASSERT_EQ(::seteuid(65534), 0);
    const auto read_only = DataFolder::open(path_);
    if (root) ASSERT_EQ(::seteuid(0), 0);
    ASSERT_FALSE(read_only.has_value());
    EXPECT_THAT(read_only.error().message,
                AllOf(HasSubstr(path_.string()), HasSubstr("Permission denied"), HasSubstr("--data")));
}

TEST_F(DataFolderTest, a_key_is_made_once_and_stays) {
    SecretKey first;
    {
        const auto folder = DataFolder::open(path_);
        ASSERT_TRUE(folder.has_value());
        const auto key = folder->read_or_create_key("reset.key");
        const auto other = folder->read_or_create_key("token.key");
        ASSERT_TRUE(key.has_value() && other.has_value());
        EXPECT_NE(*key, *other);
        EXPECT_NE(*key, SecretKey{});
        first = *key;
    }
    EXPECT_EQ(mode_of(path_ / "reset.key"), 0600u);
    EXPECT_EQ(std::filesystem::file_size(path_ / "reset.key"), 32u);
    const auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder.has_value());
    EXPECT_EQ(*folder->read_or_create_key("reset.key"), first);
}

TEST_F(DataFolderTest, a_key_of_the_wrong_size_is_refused_and_kept) {
    const auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder.has_value());
    for (const std::string& content : {std::string(), std::string(31, 'k'), std::string(33, 'k')}) {
        std::ofstream(path_ / "reset.key", std::ios::trunc) << content;
        const auto key = folder->read_or_create_key("reset.key");
        ASSERT_FALSE(key.has_value());
        EXPECT_THAT(key.error().message,
                    AllOf(HasSubstr("reset.key"), HasSubstr(std::to_string(content.size()) + " bytes")));
        EXPECT_EQ(std::filesystem::file_size(path_ / "reset.key"), content.size());
    }
    std::ofstream(path_ / "reset.key", std::ios::trunc) << std::string(5000, 'k');
    EXPECT_FALSE(folder->read_or_create_key("reset.key").has_value());
}

TEST_F(DataFolderTest, writing_replaces_whole_files_and_survives_a_leftover) {
    const auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder.has_value());
    EXPECT_EQ(folder->read("note", 100)->has_value(), false);
    std::ofstream(path_ / "note.new") << "half a fi";
    ASSERT_TRUE(folder->write("note", "first").has_value());
    ASSERT_TRUE(folder->write("note", "second, longer").has_value());
    EXPECT_EQ(folder->read("note", 100)->value_or(""), "second, longer");
    EXPECT_EQ(mode_of(path_ / "note"), 0600u);
    EXPECT_FALSE(std::filesystem::exists(path_ / "note.new"));
}

TEST_F(DataFolderTest, does_not_write_through_a_link) {
    const auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder.has_value());
    std::ofstream(root_ / "elsewhere") << "keep";
    std::filesystem::create_symlink(root_ / "elsewhere", path_ / "note");
    ASSERT_TRUE(folder->write("note", "mine").has_value());
    std::string kept;
    std::ifstream(root_ / "elsewhere") >> kept;
    EXPECT_EQ(kept, "keep");
    EXPECT_FALSE(std::filesystem::is_symlink(path_ / "note"));
}

TEST_F(DataFolderTest, reading_is_bounded_and_says_what_is_missing) {
    std::ofstream(root_ / "large") << std::string(10'000, 'x');
    EXPECT_FALSE(read_whole_file(root_ / "large", 9'999).has_value());
    EXPECT_TRUE(read_whole_file(root_ / "large", 10'000).has_value());
    const auto missing = read_whole_file(root_ / "missing.pem", 100);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
    EXPECT_THAT(missing.error().message, AllOf(HasSubstr("missing.pem"), HasSubstr("No such file")));
    EXPECT_FALSE(read_whole_file(root_, 100).has_value());
}

}  // namespace
}  // namespace gs::app
