// As much of DER and X.509 as a seal needs: whose certificate it is, its key, and who signed it.
import { text, type Bytes } from './bytes';

interface Value {
  tag: number;
  // Head and body, and the body alone.
  whole: Bytes;
  body: Bytes;
}

export interface Certificate {
  signedPart: Bytes;
  signature: Bytes;
  publicKey: Bytes;
  // The names of party that stand in it: gnc://NZ/health is NZ/health.
  parties: string[];
  // Whether it may issue others.
  isAuthority: boolean;
  notBefore: string;
  notAfter: string;
}

function read(bytes: Bytes, at: number): Value | null {
  if (at + 2 > bytes.length) return null;
  let size = bytes[at + 1]!;
  let start = at + 2;
  if (size >= 0x80) {
    const count = size & 0x7f;
    if (count < 1 || count > 4 || start + count > bytes.length) return null;
    size = 0;
    for (let byte = 0; byte < count; ++byte) size = size * 256 + bytes[start + byte]!;
    start += count;
  }
  if (start + size > bytes.length) return null;
  return { tag: bytes[at]!, whole: bytes.slice(at, start + size), body: bytes.slice(start, start + size) };
}

function members(bytes: Bytes): Value[] | null {
  const found: Value[] = [];
  for (let at = 0; at < bytes.length;) {
    const value = read(bytes, at);
    if (!value) return null;
    found.push(value);
    at += value.whole.length;
  }
  return found;
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const URI_NAME = 0x86;
const SUBJECT_ALTERNATIVE_NAME = '551d11';
const BASIC_CONSTRAINTS = '551d13';
const BOOLEAN = 0x01;

export function readCertificate(der: Bytes): Certificate | null {
  const outer = read(der, 0);
  const [signed, , signature] = (outer && members(outer.body)) ?? [];
  const parts = signed && members(signed.body);
  if (!signed || !signature || !parts) return null;
  const first = parts[0]?.tag === VERSION ? 1 : 0;
  const dates = parts[first + 3] && members(parts[first + 3]!.body);
  const key = parts[first + 5];
  if (!dates || dates.length < 2 || key?.tag !== SEQUENCE) return null;
  return {
    signedPart: signed.whole,
    // A BIT STRING says first how many bits are unused.
    signature: signature.body.slice(1),
    publicKey: key.whole,
    parties: partiesIn(extension(parts, SUBJECT_ALTERNATIVE_NAME)),
    isAuthority: saysAuthority(extension(parts, BASIC_CONSTRAINTS)),
    notBefore: date(dates[0]!),
    notAfter: date(dates[1]!),
  };
}

// What stands in an extension; null where the certificate has it not.
function extension(parts: readonly Value[], wanted: string): Value | null {
  const extensions = parts.find((part) => part.tag === EXTENSIONS);
  const list = extensions && read(extensions.body, 0);
  for (const one of (list && members(list.body)) ?? []) {
    const inside = members(one.body) ?? [];
    const name = [...(inside[0]?.body ?? [])].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (name === wanted && inside.length > 1) return read(inside.at(-1)!.body, 0);
  }
  return null;
}

function partiesIn(names: Value | null): string[] {
  return ((names && members(names.body)) ?? [])
    .filter((value) => value.tag === URI_NAME)
    .map((value) => text(value.body))
    .filter((uri) => uri.startsWith('gnc://'))
    .map((uri) => uri.slice('gnc://'.length));
}

function saysAuthority(constraints: Value | null): boolean {
  const first = constraints && members(constraints.body)?.[0];
  return first?.tag === BOOLEAN && first.body.length === 1 && first.body[0] !== 0;
}

// UTCTime or GeneralizedTime, as 2026-11-27.
function date(value: Value): string {
  const digits = text(value.body);
  const year = value.tag === 0x17 ? (Number(digits.slice(0, 2)) < 50 ? '20' : '19') + digits.slice(0, 2) : digits.slice(0, 4);
  const rest = digits.slice(value.tag === 0x17 ? 2 : 4);
  return `${year}-${rest.slice(0, 2)}-${rest.slice(2, 4)}`;
}

const NUMBER = 32;

// WebCrypto wants r and s one after the other, OpenSSL writes a SEQUENCE of two INTEGERs.
export function plainSignature(signature: Bytes): Bytes | null {
  if (signature.length === 2 * NUMBER && signature[0] !== SEQUENCE) return signature;
  const outer = read(signature, 0);
  const numbers = outer && outer.whole.length === signature.length && outer.tag === SEQUENCE ? members(outer.body) : null;
  if (numbers?.length !== 2) return signature.length === 2 * NUMBER ? signature : null;
  const plain = new Uint8Array(2 * NUMBER);
  for (const [at, number] of numbers.entries()) {
    const body = number.body[0] === 0 ? number.body.slice(1) : number.body;
    if (number.tag !== 2 || body.length > NUMBER) return null;
    plain.set(body, NUMBER * (at + 1) - body.length);
  }
  return plain;
}

export async function signedBy(publicKey: Bytes, signature: Bytes, bytes: Bytes): Promise<boolean> {
  const plain = plainSignature(signature);
  if (!plain) return false;
  try {
    const key = await crypto.subtle.importKey('spki', publicKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, plain, bytes);
  } catch {
    return false;
  }
}
