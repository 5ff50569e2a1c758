'use strict';
// The contract's messages, read from proto/gnc/v1.
const path = require('path');
const protobuf = require('protobufjs');

// The contract's own options are options of descriptor.proto, which protobufjs knows but does not offer.
const descriptor = require('protobufjs/google/protobuf/descriptor.json');
protobuf.common('descriptor', descriptor.nested.google.nested.protobuf.nested);

const largestFrame = 4 << 20;  // exchange.proto

function loadContract(folder) {
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) => path.isAbsolute(target) || target.startsWith('google/')
    ? target : path.join(folder, target);
  root.loadSync(['exchange', 'envelope', 'receipt', 'errors', 'datamodel'].map((name) => `gnc/v1/${name}.proto`));
  const type = (name) => root.lookupType(`gnc.v1.${name}`);
  const codes = root.lookupEnum('gnc.v1.ErrorCode');
  const kinds = root.lookupEnum('gnc.v1.ReceiptKind').values;
  return {
    NodeFrame: type('NodeFrame'), GatewayFrame: type('GatewayFrame'),
    SealedBatch: type('SealedBatch'), Seal: type('Seal'), SealStatement: type('SealStatement'),
    Envelope: type('Envelope'), Receipt: type('Receipt'), MetaData: type('MetaData'),
    code: codes.values,
    kind: Object.fromEntries(Object.entries(kinds).map(([name, value]) => [name.replace('RECEIPT_KIND_', ''), value])),
    codeName: (value) => codes.valuesById[value] || String(value),
    // Whether the same thing may succeed when it is sent again later: the catalogue's own word.
    passes: (value) => Boolean(codes.valuesOptions?.[codes.valuesById[value]]?.['(entry).retryable']),
  };
}

// Serialised, with the fields in order and without what is empty.
function encode(type, fields) {
  return Buffer.from(type.encode(type.fromObject(fields)).finish());
}

// A refusal by its catalogue code.
class Refusal extends Error {
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

module.exports = { loadContract, encode, Refusal, largestFrame };
