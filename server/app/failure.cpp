#include "server/app/failure.h"

#include <system_error>

namespace gs::app {

std::string system_words(int number) { return std::system_category().message(number); }

}  // namespace gs::app
