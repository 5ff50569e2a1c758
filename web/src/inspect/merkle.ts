// RFC 6962 trees: from a leaf and its path to the root.
import { joined, type Bytes } from './bytes';

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

export function leafHash(leaf: Bytes): Promise<Bytes> {
  return sha256(joined(Uint8Array.of(0), leaf));
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(joined(Uint8Array.of(1), left, right));
}

// The root to which a leaf hash leads by its path (RFC 9162, 2.1.3.2); null where the path does not fit the place.
export async function rootFrom(leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Promise<Bytes | null> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  let place = index;
  let last = size - 1;
  let hash = leaf;
  for (const step of path) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(step, hash);
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeHash(hash, step);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}
