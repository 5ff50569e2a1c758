#include "proto/net/listen_address.h"

#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::net::listen_address_test {
namespace {

using testing::HasSubstr;

TEST(ListenAddress, HasAHostAndAPort) {
  EXPECT_EQ(text_of(*endpoint_of("127.0.0.1:7443")), "127.0.0.1:7443");
  EXPECT_EQ(text_of(*endpoint_of("[::1]:65535")), "[::1]:65535");
  EXPECT_EQ(endpoint_of("127.0.0.1:0")->port(), 0);
}

TEST(ListenAddress, HasNoPortBeyondTheLastNorByName) {
  for (const char* wrong :
       {"127.0.0.1:65536", "127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:http", "127.0.0.1:80x"}) {
    const auto endpoint = endpoint_of(wrong);
    ASSERT_FALSE(endpoint) << wrong;
    EXPECT_EQ(endpoint.error().code, v1::USAGE);
    EXPECT_THAT(endpoint.error().detail, HasSubstr("is no port"));
  }
  for (const char* wrong : {"nonsense", ":80", "host:"}) {
    const auto endpoint = endpoint_of(wrong);
    ASSERT_FALSE(endpoint) << wrong;
    EXPECT_THAT(endpoint.error().detail, HasSubstr("is not HOST:PORT"));
  }
}

}  // namespace
}  // namespace gnc::net::listen_address_test
