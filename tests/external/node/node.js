#!/usr/bin/env node
'use strict';
// A node of the exchange that shares no line with gncsim: README.md.
const path = require('path');
const readline = require('readline');
const { parseArgs } = require('util');
const { loadContract } = require('./contract');
const { Trust, readIdentity } = require('./certificates');
const { Journal } = require('./journal');
const { Party } = require('./party');
const { Stream } = require('./stream');

const { values: options } = parseArgs({
  options: {
    gateway: { type: 'string' }, 'gateway-name': { type: 'string', default: 'gateway/hub' },
    identity: { type: 'string' }, trust: { type: 'string' }, journal: { type: 'string' },
    proto: { type: 'string', default: path.join(__dirname, '../../../proto') },
    answer: { type: 'string', multiple: true, default: [] },
    misbehave: { type: 'string', default: '' },
  },
});
for (const needed of ['gateway', 'identity', 'trust', 'journal']) {
  if (!options[needed]) {
    process.stderr.write(`node.js: --${needed} is missing; see README.md\n`);
    process.exit(2);
  }
}

const tell = (event) => process.stdout.write(JSON.stringify(event) + '\n');
const contract = loadContract(options.proto);
const trust = new Trust(options.trust);
const identity = readIdentity(options.identity);
const shared = { contract, trust, identity, gateway: options['gateway-name'], tell, misbehave: options.misbehave };
const party = new Party({
  ...shared, journal: new Journal(options.journal),
  answers: Object.fromEntries(options.answer.map((pair) => pair.split('='))),
});
const stream = new Stream({ ...shared, address: options.gateway, party });

const commands = readline.createInterface({ input: process.stdin });
commands.on('line', (line) => {
  try {
    const { lodge } = JSON.parse(line);
    stream.submit(party.lodge(lodge));
  } catch (error) {
    tell({ event: 'fault', detail: error.message });
  }
});
commands.on('close', () => stream.stop());
process.on('SIGTERM', () => stream.stop());
process.on('SIGINT', () => stream.stop());
// Lists and anchors are replaced while the node runs.
setInterval(() => {
  try {
    trust.read();
  } catch (error) {
    tell({ event: 'fault', detail: `the trust folder: ${error.message}` });
  }
}, 1000).unref();
stream.open();
