#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "proto/payload/payload_folder.h"
#include "proto/types/result.h"

namespace gnc::scenarios {

// What the virtual world knows of the files that go along with documents. Each is looked at once in a run,
// however often it travels.
class AttachmentBook {
 public:
  using Look = std::function<Result<payload::FileDigest>(const std::filesystem::path&)>;
  explicit AttachmentBook(Look look) : look_(std::move(look)) {}

  const Result<payload::FileDigest>& find(const std::string& path) {
    const auto known = known_.find(path);
    return known != known_.end() ? known->second : known_.emplace(path, look_(path)).first->second;
  }

 private:
  Look look_;
  std::map<std::string, Result<payload::FileDigest>> known_;
};

}  // namespace gnc::scenarios
