#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gnc::sqlite {

// Elements in order, told apart by whether they can share a row with those next to them.
template <class Element>
struct Neighbours {
  std::vector<std::span<const Element>> together;  // two and more each
  std::vector<Element> alone;
};

// `share`: whether an element and the one after it can.
template <class Element, class Share>
Neighbours<Element> neighbours(std::span<const Element> all, const Share& share) {
  Neighbours<Element> found;
  while (!all.empty()) {
    std::size_t count = 1;
    while (count < all.size() && share(all[count - 1], all[count])) ++count;
    if (count > 1) {
      found.together.push_back(all.first(count));
    } else {
      found.alone.push_back(all.front());
    }
    all = all.subspan(count);
  }
  return found;
}

}  // namespace gnc::sqlite
