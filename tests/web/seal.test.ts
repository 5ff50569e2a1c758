// A sealed envelope of a real run, and each way in which it could have been altered.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Exchange } from '../../web/src/data/contract';
import { fromBase64 } from '../../web/src/inspect/bytes';
import { plainSignature, readCertificate } from '../../web/src/inspect/certificate';
import { leafHash, rootFrom, sha256 } from '../../web/src/inspect/merkle';
import { verify } from '../../web/src/inspect/seal';

// Node.js 18 has it, but not by the browsers' name.
(globalThis as { crypto?: unknown }).crypto ??= webcrypto;

const real = JSON.parse(readFileSync(`${process.env['GNC_TESTS']}/sealed_exchange.json`, 'utf8')) as Exchange;

function altered(change: (exchange: Exchange) => void): Exchange {
  const copy = structuredClone(real);
  change(copy);
  return copy;
}

function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  return bytes.toString('base64');
}

async function broken(exchange: Exchange): Promise<string[]> {
  const { held, outcomes } = await verify(exchange);
  const fallen = outcomes.filter((outcome) => !outcome.held).map((outcome) => outcome.check);
  assert.equal(held, fallen.length === 0);
  return fallen;
}

test('the seal of a real envelope holds in every respect', async () => {
  const { held, outcomes } = await verify(real);
  assert.ok(held);
  assert.deepEqual(outcomes.map((outcome) => outcome.check), ['envelope', 'document', 'path', 'statement', 'signature', 'name', 'anchor']);
});

test('one byte of the envelope changed, and it does not lead to the root', async () => {
  assert.ok((await verify(real, true)).outcomes.some(({ check, held }) => check === 'path' && !held));
});

test('another document than the one under the seal is found out', async () => {
  assert.deepEqual(await broken(altered((one) => { one.document!.xml = one.document!.xml!.replace('Waikato', 'Taranaki'); })), ['document']);
});

test('each part that is altered is named', async () => {
  assert.deepEqual(await broken(altered((one) => { one.seal!.signature = flipped(one.seal!.signature, -1); })), ['signature']);
  assert.deepEqual(await broken(altered((one) => { one.seal!.index ^= 1; })), ['path']);
  assert.ok((await broken(altered((one) => { one.seal!.proof[0] = flipped(one.seal!.proof[0]!, 3); }))).includes('path'));
  assert.ok((await broken(altered((one) => { one.seal!.signed = flipped(one.seal!.signed, -2); }))).includes('signature'));
  assert.ok((await broken(altered((one) => { one.sender = 'AU'; }))).includes('name'));
  assert.ok((await broken(altered((one) => { one.id = one.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')); }))).includes('envelope'));
  assert.ok((await broken(altered((one) => { one.seal!.certificate = one.seal!.chain.at(-1)!; }))).includes('signature'));
});

test('authorities lead to the root of the run, and to no other that a seal may bring', async () => {
  const other = (() => {
    const der = Buffer.from(real.seal!.anchor!, 'base64');
    const key = Buffer.from(readCertificate(fromBase64(real.seal!.anchor!))!.publicKey);
    der[der.indexOf(key) + key.length - 1]! ^= 1;
    return der.toString('base64');
  })();
  assert.deepEqual(await broken(altered((one) => { one.seal!.anchor = other; })), ['anchor']);
  // Whoever made the seal up brings a root of its own.
  assert.deepEqual(await broken(altered((one) => { one.seal!.chain.push(one.seal!.anchor!); one.seal!.anchor = other; })), ['anchor']);
  assert.deepEqual(await broken(altered((one) => { one.seal!.chain = []; })), ['anchor']);
  // A party's own certificate issues none.
  assert.deepEqual(await broken(altered((one) => { one.seal!.chain = [one.seal!.certificate]; })), ['anchor']);
  assert.deepEqual(await broken(altered((one) => { one.seal!.anchor = 'MIIB'; })), ['anchor']);
});

test('where the root of the run is not on record, only the authority that came with the seal is looked at, and that is said', async () => {
  const unknown = altered((one) => { one.seal!.anchor = ''; });
  assert.deepEqual((await verify(unknown)).outcomes.map((outcome) => outcome.check).at(-1), 'issuer');
  assert.deepEqual(await broken(unknown), []);
  assert.deepEqual(await broken(altered((one) => { one.seal!.anchor = ''; one.seal!.chain = []; })), ['issuer']);
});

test('bytes that are no certificate, signature or message are borne', async () => {
  for (const junk of ['', 'AA==', 'MIIB', 'MIIBAAAA////', Buffer.alloc(300, 0x30).toString('base64')]) {
    assert.equal((await verify(altered((one) => { one.seal!.certificate = junk; }))).held, false);
    assert.equal((await verify(altered((one) => { one.seal!.signature = junk; }))).held, false);
    assert.equal((await verify(altered((one) => { one.seal!.signed = junk; }))).held, false);
    assert.equal((await verify(altered((one) => { one.seal!.envelope = junk; }))).held, false);
  }
});

test('trees of every size up to twenty lead each leaf to the root', async () => {
  for (let size = 1; size <= 20; ++size) {
    const leaves = await Promise.all(Array.from({ length: size }, (_, at) => leafHash(Uint8Array.of(at))));
    const root = await treeHash(leaves);
    for (let index = 0; index < size; ++index) {
      const path = await auditPath(index, leaves);
      assert.deepEqual(await rootFrom(leaves[index]!, index, size, path), root);
      if (size > 1) assert.equal(await rootFrom(leaves[index]!, index, size, path.slice(1)), null);
      assert.notDeepEqual(await rootFrom(leaves[(index + 1) % size]!, index, size, path), size > 1 ? root : null);
    }
  }
});

// RFC 6962, 2.1, as it is written there.
type Hash = Uint8Array<ArrayBuffer>;
function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
async function treeHash(leaves: Hash[]): Promise<Hash> {
  if (leaves.length === 1) return leaves[0]!;
  const half = split(leaves.length);
  const [left, right] = [await treeHash(leaves.slice(0, half)), await treeHash(leaves.slice(half))];
  return sha256(Uint8Array.of(1, ...left, ...right));
}
async function auditPath(index: number, leaves: Hash[]): Promise<Hash[]> {
  if (leaves.length === 1) return [];
  const half = split(leaves.length);
  return index < half
    ? [...(await auditPath(index, leaves.slice(0, half))), await treeHash(leaves.slice(half))]
    : [...(await auditPath(index - half, leaves.slice(half))), await treeHash(leaves.slice(0, half))];
}

test('a signature of either form is read, and no other', () => {
  const der = fromBase64(real.seal!.signature);
  assert.equal(plainSignature(der)?.length, 64);
  assert.equal(plainSignature(new Uint8Array(64).fill(7))?.length, 64);
  assert.equal(plainSignature(new Uint8Array(63)), null);
});

test('a certificate says whose it is', () => {
  const certificate = readCertificate(fromBase64(real.seal!.certificate))!;
  assert.deepEqual(certificate.parties, ['NZ']);
  assert.match(certificate.notBefore, /^20\d\d-\d\d-\d\d$/);
});
