'use strict';
// Sealing a batch, and opening one that came: envelope.proto and docs/protocol.md, "Sealing".
const crypto = require('crypto');
const Long = require('long');
const { encode, Refusal } = require('./contract');
const { leafHash, rootOf, rootByPath } = require('./tree');

const purposes = { envelopes: 1, receipts: 2 };
const signingBytes = (statement) => Buffer.concat([Buffer.from('gncsim seal v1\0'), statement]);
const micros = (milliseconds) => Long.fromNumber(milliseconds).multiply(1000);

// A complete batch over `contents`, with the leaves' hashes.
function seal(contract, identity, purpose, audience, contents) {
  const leaves = contents.map(leafHash);
  const statement = encode(contract.SealStatement, {
    purpose: purposes[purpose], signer: identity.party, ...(audience ? { audience } : {}),
    sealedAt: micros(Date.now()), treeSize: contents.length, root: rootOf(leaves),
  });
  const signature = crypto.sign('sha256', signingBytes(statement), identity.key);
  const bytes = encode(contract.SealedBatch, {
    seal: { statement, signature, chain: identity.chain },
    items: contents.map((content, index) => ({
      content, ...(purpose === 'envelopes' ? { leafHash: leaves[index] } : {}), ...(index > 0 ? { leafIndex: index } : {}),
    })),
  });
  return { bytes, leaves };
}

// Why an item does not hold, or null. In a complete batch the root is computed from the leaf hashes.
function faultsOf(batch, statement, complete) {
  const size = Number(statement.treeSize);
  const computed = batch.items.map((item) => leafHash(item.content));
  const claimed = batch.items.map((item, i) => item.leafHash.length ? Buffer.from(item.leafHash) : computed[i]);
  const root = Buffer.from(statement.root);
  if (complete) {
    const claimsHold = rootOf(claimed).equals(root);
    const contentsHold = !claimsHold && rootOf(computed).equals(root);
    return computed.map((leaf, i) => {
      const same = leaf.equals(claimed[i]);
      if (same && (claimsHold || contentsHold)) return null;
      return same || contentsHold ? 'PROOF_ALTERED' : 'ENVELOPE_ALTERED';
    });
  }
  return batch.items.map((item, i) => {
    const leads = rootByPath(computed[i], Number(item.leafIndex), size, item.path);
    const holds = leads !== null && root.equals(leads);
    if (computed[i].equals(claimed[i])) return holds ? null : 'PROOF_ALTERED';
    return holds ? 'PROOF_ALTERED' : 'ENVELOPE_ALTERED';
  });
}

// The batch with its signer, and each leaf with its hash and its fault. Throws a Refusal where the seal as a whole does
// not hold. Without `now` the chain's dates and revocation are not asked for.
function open(contract, trust, bytes, now) {
  const malformed = (detail) => new Refusal('SEAL_MALFORMED', detail);
  let batch;
  let statement;
  try {
    batch = contract.SealedBatch.decode(bytes);
    statement = contract.SealStatement.decode(batch.seal.statement);
  } catch (error) {
    throw malformed(error.message);
  }
  const size = Number(statement.treeSize);
  if (batch.items.length === 0 || batch.items.length > size || size > 4096) throw malformed('sizes do not agree');
  if (statement.root.length !== 32) throw malformed('the root is no hash');
  const purpose = Object.keys(purposes).find((name) => purposes[name] === statement.purpose);
  if (!purpose || (purpose === 'receipts') !== (statement.audience !== '')) throw malformed('purpose and audience do not agree');
  const signer = trust.verify(batch.seal.chain, now);
  if (signer.party !== statement.signer) {
    throw new Refusal('SENDER_NOT_PEER', `sealed as ${statement.signer} with the certificate of ${signer.party}`);
  }
  if (!crypto.verify('sha256', signingBytes(Buffer.from(batch.seal.statement)), signer.key, batch.seal.signature)) {
    throw new Refusal('SEAL_SIGNATURE_WRONG', 'the signature is not over this statement');
  }
  const complete = batch.items.length === size &&
    batch.items.every((item, i) => item.path.length === 0 && Number(item.leafIndex) === i);
  const faults = faultsOf(batch, statement, complete);
  return {
    purpose, signer: signer.party, audience: statement.audience,
    items: batch.items.map((item, i) => ({ content: Buffer.from(item.content), digest: leafHash(item.content), fault: faults[i] })),
  };
}

module.exports = { seal, open, micros };
