'use strict';
// The connection to the gateway: one stream after the other, with pauses that grow.
const grpc = require('@grpc/grpc-js');
const { encode, largestFrame } = require('./contract');

const raw = (bytes) => bytes;
const firstPause = 100;
const longestPause = 10_000;

class Stream {
  constructor({ address, gateway, contract, identity, trust, party, tell, misbehave }) {
    Object.assign(this, { contract, party, tell, misbehave, gateway, pause: firstPause, stopping: false, call: null });
    // The certificate names the gateway by its URI name; the address is no name of it.
    const checkServerIdentity = (host, certificate) => {
      try {
        if (misbehave === 'trusts-any-gateway') return undefined;
        const chain = [certificate.raw, certificate.issuerCertificate.raw];
        const named = trust.verify(chain, Date.now()).party;
        return named === gateway ? undefined : new Error(`the certificate there names ${named}, not ${gateway}`);
      } catch (error) {
        return error;
      }
    };
    const credentials = grpc.credentials.createSsl(
      Buffer.concat(trust.rootsPem), identity.keyPem, identity.chainPem, { checkServerIdentity });
    this.client = new grpc.Client(address, credentials, {
      'grpc.ssl_target_name_override': `gnc://${gateway}`,
      'grpc.max_receive_message_length': misbehave === 'takes-large-frames' ? -1 : largestFrame,
      'grpc.max_send_message_length': largestFrame,
      'grpc.keepalive_time_ms': 15_000, 'grpc.keepalive_timeout_ms': 10_000,
      'grpc.initial_reconnect_backoff_ms': firstPause, 'grpc.max_reconnect_backoff_ms': longestPause,
    });
    party.onWaiting = () => this.submit(this.party.submissions());
  }

  open() {
    const call = this.client.makeBidiStreamRequest('/gnc.v1.Exchange/Connect', raw, raw);
    this.call = call;
    this.welcomed = false;
    let over = false;
    const end = (status) => {
      if (over) return;
      over = true;
      this.ended(status);
    };
    call.on('data', (bytes) => {
      if (over) return;
      try {
        this.take(bytes);
      } catch (error) {
        this.tell({ event: 'left', code: error.code, detail: error.message });
        call.cancel();
      }
    });
    call.on('error', () => { /* the status says it */ });
    call.on('status', end);
    this.write(this.party.hello());
    if (this.misbehave === 'speaks-early') this.write({ credit: { envelopes: 1 } });
  }

  write(frame) {
    this.call.write(encode(this.contract.NodeFrame, frame));
  }
  submit(submissions) {
    if (this.welcomed && submissions.length > 0) this.write({ submissions });
  }

  take(bytes) {
    const frame = this.contract.GatewayFrame.decode(bytes);
    if (frame.welcome) {
      if (frame.welcome.gateway !== this.gateway) throw new Error(`welcomed by ${frame.welcome.gateway}`);
      this.welcomed = true;
      this.pause = firstPause;
      this.tell({ event: 'connected', gateway: frame.welcome.gateway });
      this.submit(this.party.welcomed(frame.welcome.credit?.envelopes || 0));
    }
    const reply = this.party.take(frame);
    if (Object.keys(reply).length > 0) this.write(reply);
  }

  ended(status) {
    this.welcomed = false;
    this.party.ended();
    // "GNC-204 CERTIFICATE_REVOKED: …"
    const [, code, detail] = /^GNC-\d+ ([A-Z_]+):? ?(.*)$/s.exec(status.details) || [null, '', status.details];
    this.tell({ event: 'disconnected', code, detail });
    if (this.stopping || this.misbehave === 'stays-away') return this.client.close();
    const wait = this.misbehave === 'hammers' ? 0 : this.pause * (0.5 + Math.random() / 2);
    this.pause = Math.min(2 * this.pause, longestPause);
    this.timer = setTimeout(() => this.open(), wait);
  }

  // Ends the stream once what was written is through.
  stop() {
    this.stopping = true;
    clearTimeout(this.timer);
    if (this.call && this.welcomed) {
      this.call.end();
      setTimeout(() => this.call.cancel(), 3000).unref();
    } else {
      this.call?.cancel();
      this.client.close();
      setTimeout(() => process.exit(0), 200);
    }
  }
}

module.exports = { Stream };
