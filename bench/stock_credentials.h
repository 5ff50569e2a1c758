#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <filesystem>
#include <memory>

// Mutual TLS as gRPC itself offers it, for the baselines: they must not depend on what they are measured
// against.
namespace gnc::bench {

// Makes a root and the identities "NZ", "CN" and "gateway/hub" in `folder`.
void make_pki(const std::filesystem::path& folder);

std::shared_ptr<grpc::ServerCredentials> stock_server_credentials(const std::filesystem::path& pki);
std::shared_ptr<grpc::ChannelCredentials> stock_client_credentials(const std::filesystem::path& pki);

}  // namespace gnc::bench
