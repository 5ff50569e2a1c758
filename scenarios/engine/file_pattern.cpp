#include "scenarios/engine/file_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

bool matches(std::string_view name, std::string_view pattern, bool ignore_case) {
  // The usual two-pointer match: on a mismatch, let the last star take one character more.
  std::size_t n = 0, p = 0, star = std::string_view::npos, taken = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n] ||
                                      (ignore_case && lower(pattern[p]) == lower(name[n])))) {
      ++n;
      ++p;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::pair<std::string_view, std::string_view> split_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {name, {}};
  return {name.substr(0, dot), name.substr(dot)};
}

void collect(const fs::path& folder, fs::path::const_iterator part, fs::path::const_iterator end,
             std::vector<fs::path>& found) {
  if (part == end) return;
  const std::string step = part->string();
  const auto next = std::next(part);
  std::error_code ignored;
  if (step == "**") {
    collect(folder, next, end, found);
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) collect(entry.path(), part, end, found);
    }
  } else if (has_wildcard(step) || next == end) {
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (!name_matches(entry.path().filename().string(), step)) continue;
      if (next == end) {
        if (entry.is_regular_file(ignored)) found.push_back(entry.path());
      } else if (entry.is_directory(ignored)) {
        collect(entry.path(), next, end, found);
      }
    }
  } else {
    collect(folder / step, next, end, found);
  }
}

// The longest leading part of the path that is there.
fs::path existing_part(const fs::path& path) {
  fs::path part = path;
  std::error_code ignored;
  while (!part.empty() && part != part.parent_path() && !fs::exists(part, ignored)) part = part.parent_path();
  return part;
}

}  // namespace

bool name_matches(std::string_view name, std::string_view pattern) {
  const auto [stem_pattern, extension_pattern] = split_extension(pattern);
  if (extension_pattern.empty()) return matches(name, pattern, false);
  const auto [stem, extension] = split_extension(name);
  return matches(stem, stem_pattern, false) && matches(extension, extension_pattern, true);
}

Result<std::vector<fs::path>> find_files(std::string_view pattern, const fs::path& base) {
  const fs::path whole = (base / fs::path(pattern)).lexically_normal();
  fs::path start = whole.root_path();
  auto part = whole.begin();
  for (auto root = start.begin(); root != start.end(); ++root) ++part;
  std::vector<fs::path> found;
  std::error_code ignored;
  if (!has_wildcard(pattern) && fs::is_regular_file(whole, ignored)) {
    found.push_back(whole);
  } else {
    collect(start.empty() ? fs::path(".") : start, part, whole.end(), found);
  }
  if (found.empty()) {
    const fs::path there = existing_part(whole);
    return failure(v1::REFERENCE_UNKNOWN, fmt::format("no file matches {}", pattern), {},
                   there.empty() ? "Correct the pattern; it is relative to the current folder."
                                 : fmt::format("Correct the pattern: {} is there, what follows is not.",
                                               there.string()));
  }
  for (fs::path& path : found) path = path.lexically_normal();
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace gnc::scenarios
