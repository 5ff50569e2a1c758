#include "nodes/serve/stream_status.h"

#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::nodes::stream_status_test {
namespace {

TEST(EndOfStream, ReadsTheCatalogueCodeAtTheStartOfTheMessage) {
  const grpc::Status status(grpc::StatusCode::UNAUTHENTICATED,
                            "GNC-204 CERTIFICATE_REVOKED: serial 7: revoked - Issue a new one.");
  const Error end = end_of_stream(status, {}, "127.0.0.1:1");
  EXPECT_EQ(end.code, v1::CERTIFICATE_REVOKED);
  EXPECT_EQ(end.detail, "serial 7: revoked - Issue a new one.");
  EXPECT_EQ(end.where, "127.0.0.1:1");
}

TEST(EndOfStream, DoesNotTakeANumberThatTheCatalogueLacksForACode) {
  const grpc::Status status(grpc::StatusCode::INTERNAL, "GNC-99999 WHATEVER: x");
  EXPECT_EQ(end_of_stream(status, {}, "").code, v1::GATEWAY_UNREACHABLE);
  EXPECT_EQ(end_of_stream({grpc::StatusCode::INTERNAL, "GNC-"}, {}, "").code, v1::GATEWAY_UNREACHABLE);
}

TEST(EndOfStream, NamesTheRefusalOfTheGatewaysCertificateWhichGrpcDoesNot) {
  const grpc::Status status(grpc::StatusCode::UNAVAILABLE, "Socket closed");
  const Error end =
      end_of_stream(status, {v1::CERTIFICATE_EXPIRED, "ended yesterday", {}, {}}, "127.0.0.1:1");
  EXPECT_EQ(end.code, v1::CERTIFICATE_EXPIRED);
  EXPECT_EQ(end.detail, "ended yesterday");
}

TEST(EndOfStream, SaysWhatGrpcSaysWhereNothingElseIsKnown) {
  const Error end = end_of_stream({grpc::StatusCode::UNAVAILABLE, "connection refused"}, {}, "127.0.0.1:1");
  EXPECT_EQ(end.code, v1::GATEWAY_UNREACHABLE);
  EXPECT_EQ(end.detail, "connection refused");
  EXPECT_EQ(end_of_stream(grpc::Status::OK, {}, "").code, v1::GATEWAY_STOPPING);
}

}  // namespace
}  // namespace gnc::nodes::stream_status_test
