#include "proto/payload/payload_folder.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gnc/v1/errors.pb.h"
#include "proto/types/error.h"

namespace gnc::payload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece = 256u << 10;
constexpr std::string_view partial = ".part";

tl::unexpected<Error> failed(std::string_view what, const fs::path& file) {
  return failure(v1::STORE_FAILED, fmt::format("{}: {}", what, std::strerror(errno)), file.string());
}

Result<void> sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return failed("a folder cannot be made durable", folder);
  return {};
}

}  // namespace

Result<FileDigest> digest_of_file(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failure(v1::FILE_UNREADABLE, std::strerror(errno), file.string());
  FileDigest found;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  std::string bytes(piece, '\0');
  ssize_t n = 0;
  while ((n = ::read(descriptor, bytes.data(), bytes.size())) > 0) {
    EVP_DigestUpdate(hash.get(), bytes.data(), static_cast<std::size_t>(n));
    found.size += static_cast<std::uint64_t>(n);
  }
  const int error = errno;
  ::close(descriptor);
  if (n < 0) return failure(v1::FILE_UNREADABLE, std::strerror(error), file.string());
  EVP_DigestFinal_ex(hash.get(), found.digest.bytes.data(), nullptr);
  return found;
}

Result<FileDigest> digest_of_attachment(const fs::path& file) {
  auto found = digest_of_file(file);
  if (found && found->size == 0)
    return failure(v1::FILE_UNREADABLE, "an attachment has at least one byte", file.string());
  return found;
}

PartialPayload::PartialPayload(PayloadFolder& folder, fs::path whole, Digest digest, std::uint64_t size)
    : folder_(&folder), whole_(std::move(whole)), digest_(digest), size_(size) {}

PartialPayload::PartialPayload(PartialPayload&& other) noexcept
    : folder_(std::exchange(other.folder_, nullptr)),
      whole_(std::move(other.whole_)),
      digest_(other.digest_),
      size_(other.size_),
      here_(other.here_),
      durable_(other.durable_),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

PartialPayload::~PartialPayload() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (folder_ == nullptr) return;
  const std::lock_guard guard(folder_->mutex_);
  folder_->under_way_.erase(whole_);
}

fs::path PartialPayload::part() const { return whole_.string() + std::string(partial); }

Result<void> PartialPayload::open() {
  descriptor_ = ::open(part().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) return failed("a payload cannot be kept", part());
  struct stat found {};
  if (::fstat(descriptor_, &found) != 0) return failed("a payload cannot be kept", part());
  here_ = static_cast<std::uint64_t>(found.st_size);
  // Longer than it may be: not what this one has begun with.
  if (here_ > size_) {
    if (::ftruncate(descriptor_, 0) != 0) return failed("a payload cannot be begun anew", part());
    here_ = 0;
  }
  return make_durable();
}

Result<void> PartialPayload::append(std::uint64_t offset, std::string_view content) {
  if (offset != here_ || content.size() > size_ - here_) {
    return failure(v1::PAYLOAD_MALFORMED, fmt::format("{} bytes from {} on, where {} of {} are here",
                                                      content.size(), offset, here_, size_));
  }
  while (!content.empty()) {
    const ssize_t n = ::pwrite(descriptor_, content.data(), content.size(), static_cast<off_t>(here_));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return failed("a payload cannot be written", part());
    here_ += static_cast<std::uint64_t>(n);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> PartialPayload::make_durable() {
  if (::fdatasync(descriptor_) != 0) return failed("a payload cannot be made durable", part());
  // Read again only to be verified: it need not stay in memory.
  ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
  durable_ = here_;
  return {};
}

Result<void> PartialPayload::finish() {
  if (auto synced = make_durable(); !synced) return synced;
  // What an earlier attempt had left is hashed too: a crash may have spoilt its end.
  const auto found = digest_of_file(part());
  if (!found) return tl::unexpected(found.error());
  if (found->digest != digest_ || found->size != size_) {
    fs::remove(part());
    here_ = durable_ = 0;
    return failure(v1::PAYLOAD_DIFFERS,
                   fmt::format("{} bytes with the digest {}, where {} with {} were announced", found->size,
                               found->digest.hex(), size_, digest_.hex()));
  }
  std::error_code error;
  fs::rename(part(), whole_, error);
  if (error) return failure(v1::STORE_FAILED, error.message(), whole_.string());
  return sync_folder(whole_.parent_path());
}

Result<std::unique_ptr<PayloadFolder>> PayloadFolder::open(fs::path folder, PayloadLimits limits) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return failure(v1::FILE_UNWRITABLE, error.message(), folder.string());
  return std::unique_ptr<PayloadFolder>(new PayloadFolder(std::move(folder), limits));
}

fs::path PayloadFolder::whole(const PartyName& owner, const Digest& digest) const {
  std::string name = owner.text();
  for (char& c : name) {
    if (c == '/') c = '_';  // which no party's name has
  }
  return folder_ / name / digest.hex();
}

std::optional<fs::path> PayloadFolder::find(const PartyName& owner, const Digest& digest) const {
  fs::path file = whole(owner, digest);
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  return file;
}

std::uint64_t PayloadFolder::bytes() const {
  std::uint64_t sum = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    if (at->is_regular_file(gone)) sum += at->file_size(gone);
  }
  return sum;
}

Result<PartialPayload> PayloadFolder::begin(const PartyName& owner, const Digest& digest,
                                            std::uint64_t size) {
  if (size > limits_.largest) {
    return failure(v1::DOCUMENT_TOO_LARGE,
                   fmt::format("the payload has {} bytes, the largest may have {}", size, limits_.largest));
  }
  const fs::path file = whole(owner, digest);
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  const auto space = fs::space(folder_, error);
  if (error) return failure(v1::FILE_UNWRITABLE, error.message(), file.parent_path().string());
  {
    const std::lock_guard guard(mutex_);
    if (!under_way_.insert(file).second) {
      return failure(v1::TOO_MANY_STREAMS, fmt::format("the payload {} is on its way already", digest.hex()));
    }
  }
  // From here on it gives the name back when it ends.
  PartialPayload begun(*this, file, digest, size);
  if (auto opened = begun.open(); !opened) return tl::unexpected(opened.error());
  const std::uint64_t more = size - begun.here();
  if (bytes() + more > limits_.room || space.available < more + limits_.spare) {
    return failure(v1::PAYLOAD_NO_ROOM, fmt::format("{} bytes more have no room", more));
  }
  return begun;
}

void PayloadFolder::expire(fs::file_time_type before) {
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    if (at->is_regular_file(gone) && at->last_write_time(gone) < before && !gone) old.push_back(at->path());
  }
  const std::lock_guard guard(mutex_);
  for (const fs::path& file : old) {
    const std::string name = file.string();
    const bool part = name.ends_with(partial);
    if (part && under_way_.contains(name.substr(0, name.size() - partial.size()))) continue;
    fs::remove(file, error);
  }
}

}  // namespace gnc::payload
