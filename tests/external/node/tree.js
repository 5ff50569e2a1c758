'use strict';
// The Merkle tree of RFC 6962, §2.1: leaves and nodes are hashed with different first bytes.
const crypto = require('crypto');

const sha256 = (...parts) => {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafHash = (content) => sha256(Buffer.from([0]), content);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

// The root over leaf hashes. Joining neighbours level by level, the last alone carried up, gives RFC 6962's tree.
function rootOf(leaves) {
  if (leaves.length === 0) return sha256(Buffer.alloc(0));
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i], level[i + 1]));
    if (level.length % 2 === 1) above.push(level[level.length - 1]);
    level = above;
  }
  return level[0];
}

// The root that a leaf and its audit path lead to (RFC 9162, §2.1.3.2); null where path and size do not agree.
function rootByPath(leaf, index, size, path) {
  if (index >= size) return null;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

module.exports = { sha256, leafHash, rootOf, rootByPath };
