#include "nodes/core/handed_in_files.h"

#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::nodes::handed_in_files_test {
namespace {

v1::Lodge::Item::File file(const std::string& path, const std::string& media_type = {}) {
  v1::Lodge::Item::File made;
  made.set_path(path);
  made.set_media_type(media_type);
  return made;
}

TEST(HandedInFiles, GiveTheSameFileOfALaterDocumentWhatWasFound) {
  HandedInFiles files;
  v1::Lodge::Item::File first = file("/images/a.tiff", "image/tiff");
  EXPECT_FALSE(files.recall(first));
  first.set_size(12);
  first.set_digest("digest");
  files.note(first);
  v1::Lodge::Item::File again = file("/images/a.tiff", "image/x-other");
  ASSERT_TRUE(files.recall(again));
  EXPECT_EQ(again.size(), 12u);
  EXPECT_EQ(again.digest(), "digest");
  EXPECT_EQ(again.media_type(), "image/x-other");
  EXPECT_EQ(again.fault(), v1::ERROR_CODE_UNSPECIFIED);
}

TEST(HandedInFiles, KnowAFileByItsWholePath) {
  HandedInFiles files;
  files.note(file("/images/a.tiff"));
  v1::Lodge::Item::File other = file("/other/a.tiff");
  EXPECT_FALSE(files.recall(other));
}

TEST(HandedInFiles, KeepWhyOneCannotGoAlong) {
  HandedInFiles files;
  v1::Lodge::Item::File first = file("/images/a.tiff");
  first.set_fault(v1::FILE_UNREADABLE);
  first.set_detail("no such file");
  files.note(first);
  v1::Lodge::Item::File again = file("/images/a.tiff");
  ASSERT_TRUE(files.recall(again));
  EXPECT_EQ(again.fault(), v1::FILE_UNREADABLE);
  EXPECT_EQ(again.detail(), "no such file");
}

}  // namespace
}  // namespace gnc::nodes::handed_in_files_test
