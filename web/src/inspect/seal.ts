// Whether a sealed envelope is what its sender sealed: worked out here, from the bytes, and asked of nobody.
import type { Exchange } from '../data/contract';
import { fields, fromBase64, hex, joined, same, text, type Bytes } from './bytes';
import { readCertificate, signedBy, type Certificate } from './certificate';
import { leafHash, rootFrom } from './merkle';

export type Check = 'envelope' | 'document' | 'path' | 'statement' | 'signature' | 'name' | 'anchor' | 'issuer';

export interface Outcome {
  check: Check;
  held: boolean;
  // What was found, as it is written: a hash, a name.
  found: string;
}

export interface Verification {
  held: boolean;
  outcomes: Outcome[];
}

const CONTEXT = joined(new TextEncoder().encode('gncsim seal v1'), Uint8Array.of(0));
// Fields of Envelope, CarriedDocument and SealStatement (proto/gnc/v1/envelope.proto).
const ID = 1, SENDER = 2, RECIPIENT = 3, DOCUMENT = 11, ORIGINAL = 3;
const PURPOSE = 1, SIGNER = 2, TREE_SIZE = 5, ROOT = 6, OF_ENVELOPES = 1;

export function canVerify(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

// With `alter`, one byte of the envelope is changed before: so that one sees what a seal is for.
export async function verify(exchange: Exchange, alter = false): Promise<Verification> {
  const seal = exchange.seal;
  if (!seal) return { held: false, outcomes: [] };
  const envelope = fromBase64(seal.envelope);
  if (alter && envelope.length > 0) envelope[envelope.length >> 1]! ^= 1;
  const signed = fromBase64(seal.signed);
  const outcomes: Outcome[] = [];
  const add = (check: Check, held: boolean, found: string) => outcomes.push({ check, held, found });

  const content = fields(envelope);
  const sender = textOf(content?.get(SENDER));
  add('envelope', sender === exchange.sender && textOf(content?.get(RECIPIENT)) === exchange.recipient &&
    hexOf(content?.get(ID)) === exchange.id.replaceAll('-', ''), `${sender} → ${textOf(content?.get(RECIPIENT))}`);
  if (exchange.document?.xml != null) {
    const carried = content?.get(DOCUMENT);
    const original = carried instanceof Uint8Array ? fields(carried)?.get(ORIGINAL) : undefined;
    // A document that travels in its structured form alone has no bytes of XML under the seal.
    if (original instanceof Uint8Array)
      add('document', same(original, new TextEncoder().encode(exchange.document.xml)), `${original.length} bytes`);
  }

  const leaf = await leafHash(envelope);
  const root = await rootFrom(leaf, seal.index, seal.size, seal.proof.map(fromBase64));
  const statement = same(signed.slice(0, CONTEXT.length), CONTEXT) ? fields(signed.slice(CONTEXT.length)) : null;
  const statedRoot = statement?.get(ROOT);
  add('path', root !== null && statedRoot instanceof Uint8Array && same(root, statedRoot), hex(root ?? leaf));
  const signer = textOf(statement?.get(SIGNER));
  add('statement', statement?.get(PURPOSE) === OF_ENVELOPES && statement.get(TREE_SIZE) === seal.size && signer === exchange.sender, signer);

  const certificate = readCertificate(fromBase64(seal.certificate));
  add('signature', certificate !== null && (await signedBy(certificate.publicKey, fromBase64(seal.signature), signed)), 'ECDSA P-256, SHA-256');
  add('name', certificate?.parties.length === 1 && certificate.parties[0] === exchange.sender,
    certificate ? `gnc://${certificate.parties.join(', ')} · ${certificate.notBefore} – ${certificate.notAfter}` : '');
  const anchor = seal.anchor ? readCertificate(fromBase64(seal.anchor)) : null;
  const issuers = await issuersOf(certificate, seal.chain.map(fromBase64), anchor);
  // Where the run's own root is not on record, only what came with the seal can be looked at, and that says so.
  if (seal.anchor) add('anchor', issuers.reached, '');
  else add('issuer', issuers.steps > 0, '');
  return { held: outcomes.every((outcome) => outcome.held), outcomes };
}

// How many authorities of the chain lead up from the certificate, each of which signed the one before and may do so, and
// whether they come to the anchor. Nothing that came with the seal is believed for its own sake.
async function issuersOf(
  certificate: Certificate | null, chain: readonly Bytes[], anchor: Certificate | null,
): Promise<{ steps: number; reached: boolean }> {
  const others = [anchor, ...chain.map(readCertificate)].filter((other): other is Certificate => other !== null && other.isAuthority);
  let present = certificate;
  let steps = 0;
  // A chain is no longer than what it is made of.
  while (present && steps <= chain.length) {
    let issuer: Certificate | null = null;
    for (const other of others) {
      if (same(other.publicKey, present.publicKey)) continue;
      if (!(await signedBy(other.publicKey, present.signature, present.signedPart))) continue;
      issuer = other;
      break;
    }
    if (!issuer) break;
    ++steps;
    if (anchor && issuer === anchor) return { steps, reached: true };
    present = issuer;
  }
  return { steps, reached: false };
}

function textOf(value: number | Bytes | undefined): string {
  return value instanceof Uint8Array ? text(value) : '';
}

function hexOf(value: number | Bytes | undefined): string {
  return value instanceof Uint8Array ? hex(value) : '';
}
