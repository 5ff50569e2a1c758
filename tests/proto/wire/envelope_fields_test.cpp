#include "proto/wire/envelope_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "proto/types/random.h"

namespace gnc::wire::envelope_fields_test {
namespace {

v1::Envelope plain_one() {
  v1::Envelope envelope;
  envelope.set_id(std::string(16, '\x81'));
  envelope.set_sender("NZ");
  envelope.set_recipient("CN");
  envelope.set_conversation(std::string(16, '\x92'));
  envelope.set_agreement("nz-cn-export");
  envelope.set_message("declaration");
  envelope.set_priority(v1::PRIORITY_URGENT);
  envelope.set_created_at(1'767'600'000'000'000);
  envelope.set_expires_at(1'767'700'000'000'000);
  envelope.set_answers(std::string(16, '\xa3'));
  envelope.mutable_document()->set_type("DEC");
  envelope.mutable_document()->set_structured(std::string("\x0a\x00\xff", 3) + std::string(1500, 'd'));
  envelope.set_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  return envelope;
}

struct Read {
  EnvelopeFields envelope = {};
  DocumentFields document = {};
};

// Empty where it is not plain.
std::optional<Read> read(const std::string& bytes) {
  Read fields;
  const bool plain = read_fields(bytes, fields.envelope).empty() &&
                     read_fields(fields.envelope.document, fields.document).empty() &&
                     is_plain(fields.envelope, fields.document);
  return plain ? std::optional(fields) : std::nullopt;
}

// False where both read the bytes and differ, or where Protobuf cannot read what is plain.
bool agrees_with_protobuf(const std::string& bytes) {
  const auto plain = read(bytes);
  if (!plain) return true;
  v1::Envelope whole;
  if (!whole.ParseFromString(bytes)) return false;
  const v1::CarriedDocument& document = whole.document();
  const EnvelopeFields& read = plain->envelope;
  return read.id == whole.id() && read.sender == whole.sender() && read.recipient == whole.recipient() &&
         read.conversation == whole.conversation() && read.agreement == whole.agreement() &&
         read.message == whole.message() && static_cast<v1::Priority>(read.priority) == whole.priority() &&
         read.created_at == Instant{whole.created_at()} && read.expires_at == Instant{whole.expires_at()} &&
         read.answers == whole.answers() && read.traceparent == whole.traceparent() &&
         plain->document.type == document.type() && plain->document.structured == document.structured() &&
         document.original().empty() && document.original_media_type().empty() &&
         document.structured_digest().empty() && document.original_digest().empty() &&
         whole.attachments_size() == 0;
}

TEST(EnvelopeFields, AreReadAsProtobufReadsThem) {
  const std::string bytes = plain_one().SerializeAsString();
  ASSERT_TRUE(read(bytes));
  EXPECT_TRUE(agrees_with_protobuf(bytes));

  v1::Envelope bare;
  bare.mutable_document()->set_structured("d");
  ASSERT_TRUE(read(bare.SerializeAsString()));
  EXPECT_TRUE(agrees_with_protobuf(bare.SerializeAsString()));
}

TEST(EnvelopeFields, ArePlainWithOneFormAndWithoutAttachments) {
  v1::Envelope envelope = plain_one();
  envelope.mutable_document()->set_original("<a/>");
  EXPECT_FALSE(read(envelope.SerializeAsString()));
  envelope = plain_one();
  envelope.mutable_document()->set_structured_digest(std::string(32, 'x'));
  EXPECT_FALSE(read(envelope.SerializeAsString()));
  envelope = plain_one();
  envelope.add_attachments()->set_name("a.png");
  EXPECT_FALSE(read(envelope.SerializeAsString()));
  envelope = plain_one();
  envelope.mutable_document()->clear_structured();
  EXPECT_FALSE(read(envelope.SerializeAsString()));
  envelope.clear_document();
  EXPECT_FALSE(read(envelope.SerializeAsString()));
}

TEST(EnvelopeFields, AreNotPlainWhereTheyMayBeReadInTwoWays) {
  const std::string bytes = plain_one().SerializeAsString();
  v1::Envelope again;
  again.set_sender("CN");
  EXPECT_FALSE(read(bytes + again.SerializeAsString())) << "a second sender";
  EXPECT_FALSE(read(bytes + bytes));
  const std::string with_more = bytes + std::string("\x88\x01\x01", 3);  // a field that nobody knows
  EXPECT_TRUE(read(with_more) && agrees_with_protobuf(with_more));
  EXPECT_FALSE(read("\x08\x01" + bytes)) << "the id as a number";
  EXPECT_FALSE(read(bytes.substr(0, bytes.size() - 1)));
  EXPECT_FALSE(read({}));
  v1::Envelope not_ascii = plain_one();
  not_ascii.set_message(
      "d\xc3\xa9"
      "claration");
  EXPECT_FALSE(read(not_ascii.SerializeAsString()));
  std::string no_text = bytes;
  no_text[no_text.find("nz-cn-export") + 9] = '\xff';
  EXPECT_FALSE(read(no_text));
}

TEST(EnvelopeFields, AreReadAsProtobufReadsThemWhateverHappensToTheBytes) {
  Random random(4711);
  const std::string whole = plain_one().SerializeAsString();
  // The head and the document's own, not all of the document.
  const std::size_t head = whole.find("DEC") + 8;
  int plain = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string bytes = whole;
    for (std::uint64_t times = random.below(3) + 1; times > 0; --times) {
      bytes[random.below(head)] = static_cast<char>(random.below(256));
    }
    ASSERT_TRUE(agrees_with_protobuf(bytes)) << "round " << round;
    plain += read(bytes).has_value();
  }
  EXPECT_GT(plain, 1000);
}

}  // namespace
}  // namespace gnc::wire::envelope_fields_test
