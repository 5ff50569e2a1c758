#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input_file.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/types/error.h"

// What `gncsim validate` can check: one entry for each kind of file.
namespace gnc::cli {

struct Finding {
  Error error;
  std::vector<v1::PointerStep> pointer;  // of documents
  std::string path;
};

struct Validated {
  InputFile file;
  std::string_view kind;         // "declaration"; empty where it could not be told
  bool written_by_hand = false;  // people read its lines: a definition in YAML
  std::vector<Finding> findings;
  // Other files that it stands on, with findings that are told there.
  std::set<std::string> faulty;

  bool is_conformant() const { return findings.empty() && faulty.empty(); }
};

struct FileKind {
  // File name extensions, lower case; in folders only these are looked at.
  std::vector<std::string_view> extensions;
  // Whether a file is of this kind, by its content.
  std::function<bool(const InputFile&)> matches;
  // Adds kind and findings to each. All files of the kind come at once, as some refer to others.
  std::function<void(std::vector<Validated*>&)> validate;
};

// Documents match anything that no other kind does: they are the last.
const std::vector<FileKind>& file_kinds();

}  // namespace gnc::cli
