'use strict';
// What one party's node decides: frames of the gateway go in, what is to be recorded, sent and told comes out.
const crypto = require('crypto');
const { encode, Refusal } = require('./contract');
const { seal, open, micros } = require('./seal');
const { leafHash, sha256 } = require('./tree');

const largestBatch = 100;         // envelopes; the gateway grants at least 256
const deliveryCredit = 1000;      // envelopes that the gateway may have under way to this node
const life = 3600 * 1000;
const retryPause = 500;
const ends = ['processed', 'refused', 'expired', 'dead-lettered'];

const hex = (bytes) => Buffer.from(bytes).toString('hex');

// RFC 9562, §5.7.
function newId() {
  const id = crypto.randomBytes(16);
  id.writeUIntBE(Date.now(), 0, 6);
  id[6] = 0x70 | (id[6] & 0x0f);
  id[8] = 0x80 | (id[8] & 0x3f);
  return id;
}
const isId = (bytes) => bytes.length === 16 && bytes[6] >> 4 === 7 && bytes[8] >> 6 === 2;

class Party {
  // `answers`: the message that answers each message that wants one. `misbehave`: a fault for tests of the conformance
  // suite, '' in an honest node.
  constructor({ contract, trust, identity, gateway, answers, journal, tell, misbehave }) {
    Object.assign(this, { contract, trust, identity, gateway, answers, journal, tell, misbehave });
    this.sent = new Map();      // by id: {batch, digest, to, reference, state}
    this.received = new Map();  // by id: {digest, from, receipt}
    this.batches = [];          // {bytes, ids}, in the order of sealing
    this.recordedUpTo = 0;
    for (const record of journal.records) this.remember(record);
    this.credit = 0;
    this.toSubmit = [];
  }

  remember(record) {
    if (record.sealed) {
      const batch = { bytes: Buffer.from(record.sealed, 'base64'), ids: record.envelopes.map((one) => one.id) };
      this.batches.push(batch);
      for (const one of record.envelopes) this.sent.set(one.id, { ...one, batch, state: 'sealed' });
    } else if (record.state) {
      this.sent.get(record.id).state = record.state;
    } else if (record.received) {
      this.received.set(record.received, record);
    } else if (record.receipts) {
      this.recordedUpTo = record.receipts;
    }
  }

  // Records first; only then may anything of the step be sent or told.
  commit(step) {
    this.journal.append(step.records);
    for (const event of step.events) this.tell(event);
  }
  note(step, record) {
    step.records.push(record);
    this.remember(record);
  }

  hello() {
    return {
      hello: {
        protocol: 1, party: this.identity.party, credit: { envelopes: deliveryCredit },
        ...(this.recordedUpTo > 0 && this.misbehave !== 'forgets-its-place' ? { receiptsRecordedUpTo: this.recordedUpTo } : {}),
      },
    };
  }

  // A new stream: what has no answer of the gateway is submitted again, as the same bytes.
  welcomed(credit) {
    this.credit = credit;
    const unanswered = (batch) => batch.ids.some((id) => this.sent.get(id).state === 'sealed');
    this.toSubmit = this.misbehave === 'sends-once' ? [] : this.batches.filter(unanswered);
    return this.submissions();
  }
  ended() {
    this.credit = 0;
    this.toSubmit = [];
  }

  // What the credit allows of what waits.
  submissions() {
    const list = [];
    while (this.toSubmit.length > 0) {
      const batch = this.toSubmit[0];
      if (batch.ids.length > this.credit && this.misbehave !== 'overruns-credit') break;
      this.credit -= batch.ids.length;
      list.push(batch.bytes);
      this.toSubmit.shift();
    }
    return list;
  }

  // Seals envelopes, records and queues them.
  sealEnvelopes(step, drafts) {
    for (let at = 0; at < drafts.length; at += largestBatch) {
      const some = drafts.slice(at, at + largestBatch);
      const sealed = seal(this.contract, this.identity, 'envelopes', '', some.map((draft) => draft.bytes));
      this.note(step, {
        sealed: sealed.bytes.toString('base64'),
        envelopes: some.map(({ id, to, reference }, i) => ({ id, to, reference, digest: hex(sealed.leaves[i]) })),
      });
      this.toSubmit.push(this.batches[this.batches.length - 1]);
    }
  }

  draft({ to, conversation, agreement, message, answers, priority, document, reference }) {
    const id = newId();
    const bytes = encode(this.contract.Envelope, {
      id, sender: this.identity.party, recipient: to, conversation: conversation || newId(), agreement, message,
      ...(priority ? { priority } : {}), createdAt: micros(Date.now()), expiresAt: micros(Date.now() + life),
      ...(answers ? { answers } : {}), document,
    });
    return { id: hex(id), to, reference, bytes };
  }

  // A document of this party's own.
  lodge({ to, agreement, message, type, document, reference }) {
    const step = { records: [], events: [] };
    const structured = encode(this.contract.MetaData, document);
    this.sealEnvelopes(step, [this.draft({ to, agreement, message, reference, document: { type, structured } })]);
    this.commit(step);
    return this.submissions();
  }

  // One frame after the Welcome. Gives back what to answer with.
  take(frame) {
    const step = { records: [], events: [] };
    const receipts = new Map();  // by audience
    const drafts = [];
    let envelopes = 0;
    for (const positioned of frame.receipts) this.takeReceipts(step, positioned);
    for (const bytes of frame.deliveries) envelopes += this.takeDelivery(step, bytes, receipts, drafts);
    this.sealEnvelopes(step, drafts);
    if (frame.credit) this.credit += frame.credit.envelopes;
    this.commit(step);
    const reply = {};
    if (receipts.size > 0) {
      reply.receipts = [...receipts].map(([audience, leaves]) => seal(this.contract, this.identity, 'receipts', audience, leaves).bytes);
    }
    if (envelopes > 0 && this.misbehave !== 'grants-once') reply.credit = { envelopes };
    if (frame.receipts.length > 0) reply.receiptsRecordedUpTo = this.recordedUpTo;
    const submissions = this.submissions();
    if (submissions.length > 0) reply.submissions = submissions;
    return reply;
  }

  // ---- What comes ----

  takeDelivery(step, bytes, receipts, drafts) {
    let batch;
    try {
      batch = open(this.contract, this.trust, bytes, Date.now());
      if (batch.purpose !== 'envelopes') throw new Refusal('SEAL_MALFORMED', 'the batch is not one of envelopes');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // What this node cannot judge it neither takes nor refuses: the stream ends, and it is given again.
      if (this.contract.passes(this.contract.code[error.code])) throw error;
      return this.refuseAll(step, bytes, error, receipts);
    }
    for (const item of batch.items) {
      try {
        this.takeEnvelope(step, batch, item, receipts, drafts);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.refuse(step, batch.signer, error.id || Buffer.alloc(0), item.digest, error, receipts);
      }
    }
    return batch.items.length;
  }

  takeEnvelope(step, batch, item, receipts, drafts) {
    let envelope = null;
    const refuse = (code, detail) => {
      throw Object.assign(new Refusal(code, detail), { id: envelope ? Buffer.from(envelope.id) : undefined });
    };
    try {
      envelope = this.contract.Envelope.decode(item.content);
    } catch (error) {
      if (!item.fault) refuse('ENVELOPE_MALFORMED', error.message);
    }
    if (this.misbehave === 're-serialises') item.digest = leafHash(this.contract.Envelope.encode(envelope).finish());
    if (item.fault && this.misbehave !== 'takes-what-is-altered') refuse(item.fault, 'not what was sealed');
    if (!isId(envelope.id) || !isId(envelope.conversation)) refuse('ENVELOPE_MALFORMED', 'no readable id or conversation');
    if (envelope.sender !== batch.signer) refuse('SENDER_NOT_PEER', `from ${envelope.sender}, sealed by ${batch.signer}`);
    if (envelope.recipient !== this.identity.party) refuse('ENVELOPE_MALFORMED', `for ${envelope.recipient}`);
    const id = hex(envelope.id);
    const known = this.misbehave === 'answers-twice' ? undefined : this.received.get(id);
    if (known && known.digest !== hex(item.digest)) refuse('ENVELOPE_ID_CONFLICT', 'on record with other bytes');
    if (known) {
      this.give(receipts, batch.signer, Buffer.from(known.receipt, 'base64'));
      return this.tell({ event: 'duplicate', id });
    }
    this.checkForms(envelope.document, refuse);
    const receipt = this.receipt(envelope.id, 'DELIVERED', item.digest);
    this.note(step, { received: id, digest: hex(item.digest), from: batch.signer, receipt: receipt.toString('base64') });
    this.give(receipts, batch.signer, receipt);
    this.business(step, envelope, drafts);
  }

  // Where both forms are, each has its digest; a digest that is there is its form's.
  checkForms(document, refuse) {
    if (!document || document.structured.length + document.original.length === 0) refuse('ENVELOPE_MALFORMED', 'it carries no document');
    const both = document.structured.length > 0 && document.original.length > 0;
    for (const form of ['structured', 'original']) {
      const digest = Buffer.from(document[`${form}Digest`]);
      const right = digest.length === 0 ? !both : sha256(document[form]).equals(digest);
      if (!right) refuse('ORIGINAL_DIFFERS', `the digest of the ${form} form`);
    }
  }

  // The party's own customs work; here: each declaration is accepted.
  business(step, envelope, drafts) {
    const id = hex(envelope.id);
    const document = this.contract.MetaData.decode(envelope.document.structured);
    step.events.push({
      event: 'received', id, from: envelope.sender, message: envelope.message, answers: hex(envelope.answers),
      functionCode: document.response[0]?.functionCode?.value, reference: document.declaration?.functionalReferenceId?.value,
    });
    const answered = this.sent.get(hex(envelope.answers));
    if (answered && answered.to === envelope.sender && !ends.includes(answered.state)) {
      // The answer is the end of what it answers; nobody states it a second time.
      this.note(step, { state: 'processed', id: hex(envelope.answers) });
      step.events.push({ event: 'state', id: hex(envelope.answers), reference: answered.reference, state: 'processed' });
    }
    const message = this.answers[envelope.message];
    if (!message) return;
    const now = new Date().toISOString().replace(/[-:T]|\.\d+/g, '');
    const answer = {
      wcoDataModelVersionCode: { value: '3.6' }, wcoTypeName: { value: 'RES' },
      response: [{
        functionCode: { value: '01' }, functionalReferenceId: { value: id }, issueDateTime: { value: now, formatCode: '304' },
        declaration: {
          acceptanceDateTime: { value: now, formatCode: '304' }, versionId: { value: '1' },
          ...(document.declaration?.functionalReferenceId ? { functionalReferenceId: document.declaration.functionalReferenceId } : {}),
        },
      }],
    };
    drafts.push(this.draft({
      to: envelope.sender, conversation: envelope.conversation, agreement: envelope.agreement, message,
      answers: envelope.id, priority: envelope.priority, reference: `answer to ${id}`,
      document: { type: 'RES', structured: encode(this.contract.MetaData, answer) },
    }));
  }

  // Nobody is known to have sent it: each envelope is refused to whom it names.
  refuseAll(step, bytes, reason, receipts) {
    let items = [];
    try {
      items = this.contract.SealedBatch.decode(bytes).items;
    } catch (error) {
      throw reason;
    }
    for (const item of items) {
      let envelope = { sender: '', id: Buffer.alloc(0) };
      try {
        envelope = this.contract.Envelope.decode(item.content);
      } catch (error) { /* then it names nobody */ }
      this.refuse(step, envelope.sender, Buffer.from(envelope.id), leafHash(item.content), reason, receipts);
    }
    return items.length;
  }

  refuse(step, audience, id, digest, reason, receipts) {
    step.events.push({ event: 'rejected', id: hex(id), from: audience, code: reason.code, detail: reason.message });
    if (audience) this.give(receipts, audience, this.receipt(id, 'REFUSED', digest, reason));
  }

  receipt(exchange, kind, digest, reason) {
    return encode(this.contract.Receipt, {
      ...(exchange.length ? { exchange } : {}), kind: this.contract.kind[kind], issuer: this.identity.party,
      at: micros(Date.now()), envelopeDigest: digest,
      ...(reason ? { reason: this.contract.code[reason.code], detail: reason.message } : {}),
    });
  }
  give(receipts, audience, leaf) {
    if (!receipts.has(audience)) receipts.set(audience, []);
    receipts.get(audience).push(leaf);
  }

  // ---- Receipts ----

  takeReceipts(step, positioned) {
    const position = Number(positioned.position);
    if (position <= this.recordedUpTo) return;
    if (position !== this.recordedUpTo + 1) throw new Refusal('FRAME_MALFORMED', `position ${position} after ${this.recordedUpTo}`);
    let batch = { items: [] };
    try {
      // When it was given, the gateway has judged: no dates here.
      batch = open(this.contract, this.trust, positioned.receipts);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.tell({ event: 'unbelieved', code: error.code, detail: error.message });
    }
    for (const item of batch.purpose === 'receipts' && batch.audience === this.identity.party ? batch.items : []) {
      if (!item.fault) this.takeReceipt(step, batch.signer, this.contract.Receipt.decode(item.content));
    }
    this.note(step, { receipts: position });
  }

  takeReceipt(step, signer, receipt) {
    const id = hex(receipt.exchange);
    const own = this.sent.get(id);
    const kind = Object.keys(this.contract.kind).find((name) => this.contract.kind[name] === receipt.kind);
    if (!own || receipt.issuer !== signer || hex(receipt.envelopeDigest) !== own.digest || ends.includes(own.state)) return;
    const may = { ADMITTED: ['gateway'], EXPIRED: ['gateway'], DEAD_LETTERED: ['gateway'], DELIVERED: ['to'], PROCESSED: ['to'], REFUSED: ['gateway', 'to'] };
    const giver = signer === this.gateway ? 'gateway' : signer === own.to ? 'to' : '';
    if (!may[kind]?.includes(giver) && this.misbehave !== 'believes-anybody') return;
    if (kind === 'REFUSED' && giver === 'gateway' && this.contract.passes(receipt.reason)) return this.submitLater(own.batch);
    const state = kind.toLowerCase().replace('_', '-');
    if (state === 'admitted' && own.state !== 'sealed') return;
    if (state === 'delivered' && own.state === 'delivered') return;
    this.note(step, { state, id });
    step.events.push({
      event: 'state', id, reference: own.reference, state,
      ...(receipt.reason ? { code: this.contract.codeName(receipt.reason), detail: receipt.detail } : {}),
    });
  }

  submitLater(batch) {
    setTimeout(() => {
      if (!this.toSubmit.includes(batch)) this.toSubmit.push(batch);
      this.onWaiting?.();
    }, retryPause * (0.5 + Math.random()));
  }
}

module.exports = { Party };
