'use strict';
// Just enough of DER to read what Node's own X.509 does not show: revocation lists and name constraints.

// One element at `at`: its tag, its content, and itself with its header.
function readElement(bytes, at = 0) {
  let length = bytes[at + 1];
  let start = at + 2;
  if (length >= 0x80) {
    const size = length & 0x7f;
    if (size === 0 || size > 4) throw new Error('DER: a length that cannot be read');
    length = bytes.readUIntBE(start, size);
    start += size;
  }
  if (!(start + length <= bytes.length)) throw new Error('DER: an element that is cut off');
  return { tag: bytes[at], content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
}

function children(element) {
  const list = [];
  for (let at = 0; at < element.content.length;) {
    const child = readElement(element.content, at);
    list.push(child);
    at += child.whole.length;
  }
  return list;
}

// UTCTime (yymmdd…) and GeneralizedTime (yyyymmdd…), both in Z, as milliseconds.
function readTime(element) {
  let text = element.content.toString('latin1');
  if (element.tag === 0x17) text = (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

// The content of a certificate's extension by its OID's bytes, or null.
function extensionOf(certificateDer, oid) {
  const fields = children(children(readElement(certificateDer))[0]);
  const extensions = fields.find((field) => field.tag === 0xa3);
  if (!extensions) return null;
  for (const extension of children(children(extensions)[0])) {
    const parts = children(extension);
    if (parts[0].content.equals(oid)) return parts[parts.length - 1].content;
  }
  return null;
}

// A revocation list: what is signed, the signature, its dates, and when each serial number was revoked.
function readRevocationList(der) {
  const [signed, , signature] = children(readElement(der));
  const fields = children(signed);
  if (fields[0].tag === 0x02) fields.shift();  // version
  const [, issuer, thisUpdate, ...rest] = fields;
  const list = {
    signed: signed.whole, signature: signature.content.subarray(1), issuer: issuer.whole,
    thisUpdate: readTime(thisUpdate), nextUpdate: 0, revoked: new Map(),
  };
  if (rest.length > 0 && (rest[0].tag === 0x17 || rest[0].tag === 0x18)) list.nextUpdate = readTime(rest.shift());
  if (rest.length > 0 && rest[0].tag === 0x30) {
    for (const entry of children(rest[0])) {
      const [serial, date] = children(entry);
      list.revoked.set(serial.content.toString('hex').replace(/^(00)+/, '').toUpperCase(), readTime(date));
    }
  }
  return list;
}

module.exports = { readElement, children, extensionOf, readRevocationList };
