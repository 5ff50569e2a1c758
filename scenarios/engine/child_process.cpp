#include "scenarios/engine/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

// A file descriptor that is closed once.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failure(v1::PROCESS_FAILED, fmt::format("no pipe: {}", ::strerror(errno)));
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// Between fork and exec: only what is safe there.
[[noreturn]] void become(const char* program, char* const* arguments, int in, int out, int err,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  ::setpgid(0, 0);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  // Not every library marks its descriptors; a proxy's socket held here would stay open for its peer.
  ::close_range(3, UINT_MAX, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(program, arguments);
  ::_exit(127);
}

ProcessCost cost_of(const rusage& usage) {
  const auto microseconds = [](const timeval& t) {
    return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(t.tv_usec);
  };
  return {microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
          static_cast<std::uint64_t>(usage.ru_maxrss) * 1024,
          {}};
}

std::uint64_t peak_memory(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return 0;
}

// By the kernel's account: the first figure of a thread's schedstat is its nanoseconds on a processor.
std::map<std::string, std::uint64_t> threads_of(pid_t pid) {
  std::map<std::string, std::uint64_t> microseconds;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
    std::string name;
    std::uint64_t nanoseconds = 0;
    std::getline(std::ifstream(task.path() / "comm"), name);
    std::ifstream(task.path() / "schedstat") >> nanoseconds;
    if (name.starts_with("gnc-")) microseconds[name] += nanoseconds / 1000;
  }
  return microseconds;
}

}  // namespace

std::string ProcessExit::words() const {
  if (status < 128) return fmt::format("ended with status {}", status);
  const int number = status - 128;
  const char* name = ::strsignal(number);
  return fmt::format("was ended by signal {} ({})", number, name == nullptr ? "?" : name);
}

struct ChildProcess::State {
  Descriptor input;
  Descriptor output;
  OnOutput on_output;
  OnExit on_exit;
  mutable std::mutex mutex;
  std::condition_variable more;
  std::deque<std::string> queue;
  std::size_t queued_bytes = 0;
  bool closing = false;
  bool broken = false;  // the child takes no more
  bool ended = false;
  std::thread reader;
  std::thread writer;

  void read(pid_t pid) {
    std::vector<char> buffer(256 * 1024);
    for (;;) {
      const ssize_t n = ::read(output.number(), buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      on_output(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
    }
    // First learn of the end, then release the pid: no signal may reach another process that gets it.
    siginfo_t end{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    int status = 0;
    rusage usage{};
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    on_exit({WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), cost_of(usage)});
  }

  void write_all() {
    std::unique_lock lock(mutex);
    for (;;) {
      more.wait(lock, [this] { return closing || broken || !queue.empty(); });
      if (broken || queue.empty()) break;
      const std::string bytes = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      const bool taken = write_whole(bytes);
      lock.lock();
      queued_bytes -= bytes.size();
      if (!taken) broken = true;
    }
    broken = true;
    input = Descriptor();
  }

  bool write_whole(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t n = ::write(input.number(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
};

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const Start& start, OnOutput on_output,
                                                          OnExit on_exit) {
  // A child that ends while it is written to must not end this process.
  ::signal(SIGPIPE, SIG_IGN);
  auto in = make_pipe();
  if (!in) return tl::unexpected(in.error());
  auto out = make_pipe();
  if (!out) return tl::unexpected(out.error());
  const Descriptor log(::open(start.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (log.number() < 0) {
    return failure(v1::FILE_UNWRITABLE, fmt::format("{}: {}", start.log.string(), ::strerror(errno)));
  }
  std::vector<std::string> words{start.program.string()};
  words.insert(words.end(), start.arguments.begin(), start.arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    become(words[0].c_str(), pointers.data(), in->read.number(), out->write.number(), log.number(), parent);
  }
  if (pid < 0) {
    return failure(v1::PROCESS_FAILED, fmt::format("{} cannot start: {}", start.name, ::strerror(errno)));
  }
  auto state = std::make_unique<State>();
  state->input = std::move(in->write);
  state->output = std::move(out->read);
  state->on_output = std::move(on_output);
  state->on_exit = std::move(on_exit);
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, std::move(state)));
}

ChildProcess::ChildProcess(pid_t pid, std::unique_ptr<State> state) : pid_(pid), state_(std::move(state)) {
  state_->reader = std::thread([state = state_.get(), pid] { state->read(pid); });
  state_->writer = std::thread([state = state_.get()] { state->write_all(); });
}

ChildProcess::~ChildProcess() {
  signal(SIGKILL);
  state_->reader.join();
  {
    const std::lock_guard lock(state_->mutex);
    state_->broken = true;
  }
  state_->more.notify_all();
  state_->writer.join();
}

void ChildProcess::write(std::string bytes) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->broken || state_->closing) return;
    state_->queued_bytes += bytes.size();
    state_->queue.push_back(std::move(bytes));
  }
  state_->more.notify_one();
}

std::size_t ChildProcess::bytes_to_write() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queued_bytes;
}

void ChildProcess::close_input() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->closing = true;
  }
  state_->more.notify_one();
}

void ChildProcess::signal(int number) const {
  const std::lock_guard lock(state_->mutex);
  if (!state_->ended) ::kill(pid_, number);
}

ProcessCost ChildProcess::cost() const {
  const std::lock_guard lock(state_->mutex);
  clockid_t clock{};
  timespec spent{};
  if (state_->ended || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &spent) != 0) {
    return {};
  }
  return {
      static_cast<std::uint64_t>(spent.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(spent.tv_nsec) / 1000,
      peak_memory(pid_), threads_of(pid_)};
}

}  // namespace gnc::scenarios
