// Bytes, and the two encodings that a seal is made of: base64 and the fields of a protobuf message.

export type Bytes = Uint8Array<ArrayBuffer>;

export function fromBase64(text: string): Bytes {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; ++at) bytes[at] = raw.charCodeAt(at);
  return bytes;
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: false }).decode(bytes);
}

// The last value of each field of a message, by number: a number for varints, else bytes. Null where it is no message.
export function fields(message: Bytes): Map<number, number | Bytes> | null {
  const found = new Map<number, number | Bytes>();
  let at = 0;
  const varint = (): number | null => {
    let value = 0;
    for (let scale = 1; at < message.length; scale *= 128) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 56) return null;
    }
    return null;
  };
  while (at < message.length) {
    const tag = varint();
    if (tag === null) return null;
    const number = Math.floor(tag / 8);
    const kind = tag % 8;
    let size: number;
    if (kind === 0) {
      const value = varint();
      if (value === null) return null;
      found.set(number, value);
      continue;
    } else if (kind === 2) {
      const length = varint();
      if (length === null) return null;
      size = length;
    } else if (kind === 1) size = 8;
    else if (kind === 5) size = 4;
    else return null;
    if (at + size > message.length) return null;
    found.set(number, message.slice(at, at + size));
    at += size;
  }
  return found;
}
