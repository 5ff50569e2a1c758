#pragma once

namespace gnc {

// What std::visit calls: of several functions the one for the alternative that is there.
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
// Deduced from C++20 on, but not by every compiler that is used here.
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace gnc
