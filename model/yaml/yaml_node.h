#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/types/result.h"

// YAML as gncsim's definitions and scenarios use it: a bounded tree in which every node knows where it was
// written. Every plain value is text until a reader gives it a type, so `NO` is Norway. Anchors, aliases and
// tags are refused.
namespace gnc::model {

// Counted from 1; columns in bytes.
struct YamlPlace {
  int line = 1;
  int column = 1;
  // 0: the file itself; else what YamlMistakes::add_source gave for text from elsewhere.
  int source = 0;
};

struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  YamlPlace place;
  std::string text;  // scalar
  // The items of a sequence; the values of a mapping, whose keys stand at the same index in `keys`.
  std::vector<YamlNode> items;
  std::vector<std::pair<std::string, YamlPlace>> keys;

  // The value at `key` of a mapping, or nullptr.
  const YamlNode* find(std::string_view key) const;
};

// Collects everything that is wrong with one file.
class YamlMistakes {
 public:
  explicit YamlMistakes(std::string file) : file_(std::move(file)) {}

  // The error's `where` is file:line:column.
  void add(v1::ErrorCode code, YamlPlace place, std::string detail, std::string remedy = {});
  // KEY_VALUE: `what` is what stands there instead, `wanted` what should.
  void add_value(const YamlNode& node, std::string_view wanted);
  // KEY_UNKNOWN with the nearest right spelling. `where_at` as in "the block".
  void add_unknown_key(std::string_view key, YamlPlace place, std::string_view where_at,
                       const std::vector<std::string_view>& known);
  // REFERENCE_UNKNOWN with the nearest right spelling. `kind` as in "role".
  void add_unknown_reference(std::string_view name, YamlPlace place, std::string_view kind,
                             const std::vector<std::string_view>& known);

  // Names something beside the file that values come from ("--set seed=7"), for the `source` of their places.
  int add_source(std::string name);
  std::string where(YamlPlace place) const;

  bool empty() const { return errors_.empty(); }
  const std::string& file() const { return file_; }
  const std::vector<Error>& errors() const { return errors_; }
  std::vector<Error> take() { return std::move(errors_); }

 private:
  std::string file_;
  std::vector<std::string> sources_;
  std::vector<Error> errors_;
};

struct YamlLimits {
  std::size_t max_bytes = 4u << 20;
  std::size_t max_nodes = 200'000;
  std::size_t max_depth = 32;
};

// The one document of `text`. Empty, with the mistakes added, where it is not YAML, is beyond a bound, or has
// a key twice.
std::optional<YamlNode> parse_yaml(std::string_view text, YamlMistakes& mistakes,
                                   const YamlLimits& limits = {});
std::optional<YamlNode> read_yaml_file(const std::filesystem::path& path, YamlMistakes& mistakes,
                                       const YamlLimits& limits = {});

}  // namespace gnc::model
