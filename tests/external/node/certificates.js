'use strict';
// Whose certificate a chain is, and whether it holds: docs/trust.md, "When a chain holds".
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { Refusal } = require('./contract');
const { readElement, children, extensionOf, readRevocationList } = require('./der');

const nameConstraints = Buffer.from([0x55, 0x1d, 0x1e]);
const bothUses = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];  // TLS server, TLS client

function toDer(bytes) {
  const text = bytes.toString('latin1');
  const pem = /-----BEGIN [^-]+-----([^-]+)-----END/.exec(text);
  return pem ? Buffer.from(pem[1], 'base64') : bytes;
}

const issuedBy = (certificate, authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

// "NZ", "NZ/health", "gateway/hub" of the one URI name.
function partyOf(certificate) {
  const names = (certificate.subjectAltName || '').split(', ').filter((name) => name.startsWith('URI:'));
  if (names.length === 0) throw new Refusal('URI_NAME_MISSING', 'the certificate has no URI name');
  if (names.length > 1) throw new Refusal('URI_NAME_AMBIGUOUS', 'the certificate has several URI names');
  const found = /^URI:gnc:\/\/((?:[A-Z]{2}|gateway)(?:\/[a-z0-9-]+)?)$/.exec(names[0]);
  if (!found) throw new Refusal('URI_NAME_INVALID', `"${names[0]}" names no party`);
  return found[1];
}

// Which administrations' parties an authority may name.
function areasOf(authority) {
  const content = extensionOf(authority.raw, nameConstraints);
  if (!content) return [];
  const permitted = children(readElement(content)).find((part) => part.tag === 0xa0);
  return permitted ? children(permitted).map((subtree) => children(subtree)[0])
    .filter((base) => base.tag === 0x86).map((base) => base.content.toString('latin1')) : [];
}

class Trust {
  constructor(folder) {
    this.folder = folder;
    this.read();
  }

  read() {
    const files = (name) => {
      const folder = path.join(this.folder, name);
      return fs.existsSync(folder) ? fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file))) : [];
    };
    this.rootsPem = files('roots');
    this.roots = this.rootsPem.map((file) => new crypto.X509Certificate(file));
    this.lists = files('crls').map((file) => readRevocationList(toDer(file)));
  }

  checkDates(certificate, now) {
    if (now < Date.parse(certificate.validFrom)) throw new Refusal('CERTIFICATE_NOT_YET_VALID', certificate.subject);
    if (now > Date.parse(certificate.validTo)) throw new Refusal('CERTIFICATE_EXPIRED', certificate.subject);
  }

  checkRevocation(certificate, authority, now, revoked) {
    const signedBy = (list) => crypto.verify('sha256', list.signed, authority.publicKey, list.signature);
    const newest = this.lists.filter(signedBy).sort((a, b) => b.thisUpdate - a.thisUpdate)[0];
    if (!newest) throw new Refusal('REVOCATION_LIST_MISSING', authority.subject);
    const since = newest.revoked.get(certificate.serialNumber.replace(/^(00)+/, ''));
    if (since !== undefined && since <= now) throw new Refusal(revoked, certificate.subject);
    if (now >= newest.nextUpdate) throw new Refusal('REVOCATION_LIST_STALE', authority.subject);
  }

  // The party that the chain (DER, leaf first, its authority next) names. Without `now`, whatever has expired or been
  // revoked since.
  verify(chain, now) {
    let certificates;
    try {
      certificates = chain.map((der) => new crypto.X509Certificate(der));
    } catch (error) {
      throw new Refusal('CERTIFICATE_UNREADABLE', error.message);
    }
    const [leaf, authority] = certificates;
    if (!authority || !issuedBy(leaf, authority)) throw new Refusal('AUTHORITY_UNKNOWN', leaf.issuer);
    if (!authority.ca) throw new Refusal('CERTIFICATE_UNFIT', 'issued by what is no authority');
    const root = this.roots.find((each) => issuedBy(authority, each));
    if (!root) throw new Refusal('AUTHORITY_UNKNOWN', authority.issuer);
    if (certificates.length > 2) throw new Refusal('AUTHORITY_UNKNOWN', 'more in the chain than leaf and authority');
    if (now !== undefined) {
      for (const certificate of [leaf, authority, root]) this.checkDates(certificate, now);
      this.checkRevocation(authority, root, now, 'ISSUER_REVOKED');
      this.checkRevocation(leaf, authority, now, 'CERTIFICATE_REVOKED');
    }
    const key = leaf.publicKey.asymmetricKeyDetails || {};
    if (key.namedCurve !== 'prime256v1' || leaf.ca) throw new Refusal('CERTIFICATE_UNFIT', 'not a party\'s');
    if (!bothUses.every((use) => (leaf.keyUsage || []).includes(use))) throw new Refusal('CERTIFICATE_UNFIT', 'not for both ends of TLS');
    const party = partyOf(leaf);
    if (!areasOf(authority).includes(party.split('/')[0])) {
      throw new Refusal('CERTIFICATE_UNFIT', `its authority may not name ${party}`);
    }
    return { party, key: leaf.publicKey };
  }
}

// node.crt has the leaf and its authority.
function readIdentity(folder) {
  const chainPem = fs.readFileSync(path.join(folder, 'node.crt'));
  const keyPem = fs.readFileSync(path.join(folder, 'node.key'));
  const chain = chainPem.toString().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
    .map((one) => toDer(Buffer.from(one)));
  return { party: partyOf(new crypto.X509Certificate(chain[0])), chain, chainPem, keyPem, key: crypto.createPrivateKey(keyPem) };
}

module.exports = { Trust, readIdentity };
