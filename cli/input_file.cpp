#include "cli/input_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "gnc/v1/errors.pb.h"

namespace gnc::cli {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

std::string file_reason() { return std::strerror(errno); }

}  // namespace

Result<InputFile> read_input(const std::string& name, std::size_t bound) {
  const bool standard = name == "-";
  InputFile input;
  input.name = standard ? "stdin" : name;
  if (!standard) input.extension = std::filesystem::path(name).extension().string();
  std::error_code ignored;
  if (!standard && std::filesystem::is_directory(name, ignored)) {
    return failure(v1::FILE_UNREADABLE, "it is a folder", name, "Name a file.");
  }
  const std::unique_ptr<std::FILE, CloseFile> file(standard ? stdin : std::fopen(name.c_str(), "rb"));
  if (!file) return failure(v1::FILE_UNREADABLE, file_reason(), name);
  constexpr std::size_t chunk = std::size_t{64} << 10;
  std::size_t size = 0;
  for (std::size_t got = 1; got > 0 && size <= bound;) {
    input.bytes.resize(std::min(size + chunk, bound + 1));
    got = std::fread(input.bytes.data() + size, 1, input.bytes.size() - size, file.get());
    size += got;
  }
  input.bytes.resize(size);
  if (std::ferror(file.get())) return failure(v1::FILE_UNREADABLE, file_reason(), input.name);
  return input;
}

Result<void> write_output(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0) {
    return failure(v1::FILE_UNWRITABLE, file_reason(), "stdout");
  }
  return {};
}

void print_errors(const std::vector<Error>& errors) {
  for (const Error& error : errors) std::fprintf(stderr, "%s\n", describe(error).c_str());
}

}  // namespace gnc::cli
