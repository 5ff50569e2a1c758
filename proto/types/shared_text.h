#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace gnc {

// A text, or bytes, that several hold and nobody changes: to copy it costs a count and no memory. Wherever a
// text is asked for, it is one.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text)
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  SharedText(std::string_view text) : SharedText(std::string(text)) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}
  SharedText(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}

  operator const std::string&() const { return text(); }
  operator std::string_view() const { return text(); }

  const std::string& text() const {
    static const std::string none;
    return text_ ? *text_ : none;
  }
  bool empty() const { return size() == 0; }
  std::size_t size() const { return text_ ? text_->size() : 0; }
  // Null where nothing was ever given to it, or nothing but an empty text.
  const std::shared_ptr<const std::string>& shared() const { return text_; }

  friend bool operator==(const SharedText& one, const SharedText& other) {
    return one.text_ == other.text_ || one.text() == other.text();
  }
  template <std::convertible_to<std::string_view> Text>
  requires(!std::same_as<Text, SharedText>) friend bool operator==(const SharedText& one, const Text& other) {
    return one.text() == std::string_view(other);
  }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace gnc
