#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/processes/piped_process.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli {

// gncsim at work as the server of a page.
class PageProgram {
 public:
  PageProgram(std::vector<std::string> arguments, const scenarios::TemporaryFolder& folder) {
    arguments.emplace_back("--no-open");
    process_.emplace(GNC_BINARY, arguments, folder.path() / "log");
    address_ = process_->read_line(std::chrono::seconds(60));
    static const std::regex form(R"(http://127\.0\.0\.1:(\d+)/#token=([0-9a-f]{32}))");
    std::smatch parts;
    if (!std::regex_match(address_, parts, form)) {
      ADD_FAILURE() << "it printed " << address_;
      return;
    }
    port_ = static_cast<unsigned short>(std::stoi(parts[1]));
    token_ = parts[2];
  }

  std::string get(const std::string& target) const { return ask("GET " + target, {}, {}); }
  nlohmann::json json(const std::string& target) const {
    return nlohmann::json::parse(body_of(get(target)), nullptr, false);
  }
  nlohmann::json post(const std::string& target, const std::string& body) const {
    return nlohmann::json::parse(body_of(ask("POST " + target, "X-Gnc-Token: " + token_ + "\r\n", body)),
                                 nullptr, false);
  }
  unsigned short port() const { return port_; }
  const std::string& token() const { return token_; }
  int stop() { return process_->end(SIGTERM); }

 private:
  static std::string body_of(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "" : answer.substr(end + 4);
  }
  std::string ask(const std::string& line, const std::string& headers, const std::string& body) const {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port_});
    const std::string request = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
                                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    boost::asio::write(socket, boost::asio::buffer(request));
    std::string answer;
    boost::system::error_code ended;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ended);
    return answer;
  }

  std::optional<processes::PipedProcess> process_;
  std::string address_, token_;
  unsigned short port_ = 0;
};

}  // namespace gnc::cli
