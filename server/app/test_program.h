// Program: the real program as a process of its own, for tests. Not part of the server.
#pragma once

#include "server/app/test_folder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace gs::app {

/// The program with these arguments and variables; its errors end up in the
/// file `name` of the test's folder.
class Program {
  public:
    Program(const TestFolder& folder, std::vector<std::string> arguments,
            std::vector<std::string> variables = {}, std::string_view name = "error")
        : error_(folder.path() / name) {
        int both[2] = {};
        EXPECT_EQ(::pipe2(both, O_CLOEXEC), 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, both[1], STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0600);
        arguments.insert(arguments.begin(), GS_PROGRAM);
        EXPECT_EQ(::posix_spawn(&pid_, GS_PROGRAM, &actions, nullptr, pointers(arguments).data(),
                                pointers(variables).data()),
                  0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(both[1]);
        stdout_ = both[0];
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            wait();
        }
        ::close(stdout_);
    }

    /// Reads the standard output up to the end of a line, or of the program.
    [[nodiscard]] std::string line() const {
        std::string text;
        char c = 0;
        while (::read(stdout_, &c, 1) == 1) {
            text.push_back(c);
            if (c == '\n') break;
        }
        return text;
    }
    void signal(int number) const { ::kill(pid_, number); }

    /// The exit status; −1 when a signal ended the program.
    int wait() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    [[nodiscard]] std::string rest_of_output() const {
        std::string text;
        for (std::string next = line(); !next.empty(); next = line()) {
            text += next;
        }
        return text;
    }
    [[nodiscard]] std::string errors() const {
        std::ifstream file(error_);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

  private:
    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        std::vector<char*> result;
        for (std::string& text : texts) {
            result.push_back(text.data());
        }
        result.push_back(nullptr);
        return result;
    }

    std::filesystem::path error_;
    pid_t pid_ = -1;
    int stdout_ = -1;
};

}  // namespace gs::app
