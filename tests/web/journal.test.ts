import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventRow } from '../../web/src/data/contract';
import { Journal, stageAt } from '../../web/src/play/journal';

const ROWS: EventRow[] = [
  [0, 'connected', 'NZ', 'gateway', '', {}],
  [10, 'lodged', 'NZ', 'CN', 'a', { reference: 'wool.xml', block: 'export', size: 9 }],
  [11, 'sealed', 'NZ', 'CN', 'a'],
  [12, 'sent', 'NZ', 'CN', 'a'],
  [20, 'sent', 'NZ', 'CN', 'a'],
  [30, 'admitted', 'NZ', 'CN', 'a'],
  [40, 'delivered', 'CN', 'NZ', 'a'],
  [41, 'lodged', 'CN', 'NZ', 'b', { answers: 'a' }],
  [42, 'business_decided', 'CN', 'NZ', 'a', { channel: 'green' }],
  [50, 'delivered_receipt', 'NZ', 'CN', 'a'],
  [60, 'delivered', 'NZ', 'CN', 'b'],
  [61, 'processed', 'NZ', 'CN', 'a', { function: '01' }],
  [70, 'lodged', 'NZ', 'CN', 'c', { reference: 'x' }],
  [80, 'refused', 'NZ', 'gateway', 'c', { code: 'GNC-301', detail: 'no agreement', remedy: 'make one' }],
];

function journal(): Journal {
  const made = new Journal();
  made.append(ROWS);
  return made;
}

test('an exchange is told by its events', () => {
  const track = journal().tracks.get('a')!;
  assert.deepEqual([track.sender, track.recipient, track.reference], ['NZ', 'CN', 'wool.xml']);
  assert.deepEqual([track.lodged, track.sealed, track.admitted, track.delivered, track.decided, track.deliveredReceipt, track.ended], [10, 11, 30, 40, 42, 50, 61]);
  assert.deepEqual(track.sent, [12, 20]);
  assert.deepEqual(track.answeredBy, ['b']);
});

test('its stage follows the moment, back and forth', () => {
  const track = journal().tracks.get('a')!;
  assert.deepEqual([5, 10, 11, 12, 30, 40, 50, 61].map((at) => stageAt(track, at)),
    [null, 'lodged', 'sealed', 'travelling', 'admitted', 'delivered', 'receipted', 'processed']);
  assert.equal(stageAt(track, 29), 'travelling');
});

test('exchanges are counted once, and answers by themselves', () => {
  const all = journal();
  assert.equal(all.countOf('sent', 100), 1);
  assert.equal(all.countOf('delivered', 100), 1);
  assert.equal(all.countOf('answers', 59), 0);
  assert.equal(all.countOf('answers', 60), 1);
  assert.equal(all.countOf('refused', 79), 0);
  assert.equal(all.countOf('refused', 80), 1);
});

test('a refusal keeps its code, its words and its remedy', () => {
  const { ending, reason, sender, recipient } = journal().tracks.get('c')!;
  assert.deepEqual([ending, reason?.code, reason?.remedy, sender, recipient], ['refused', 'GNC-301', 'make one', 'NZ', 'CN']);
});

test('an envelope that was altered on its way is refused until it comes as it was sealed', () => {
  const all = new Journal();
  all.append([
    [10, 'lodged', 'NZ', 'CN', 'a', { reference: 'wool.xml' }],
    [12, 'sent', 'NZ', 'CN', 'a'],
    [20, 'refused', 'gateway', 'NZ', 'a', { code: 'GNC-401' }],
  ]);
  const track = all.tracks.get('a')!;
  assert.deepEqual([track.ending, track.sender, track.recipient, all.countOf('refused', 99)], ['refused', 'NZ', 'CN', 1]);
  all.append([
    [30, 'sent', 'NZ', 'CN', 'a'],
    [40, 'delivered', 'CN', 'NZ', 'a'],
    [41, 'admitted', 'NZ', 'CN', 'a'],
  ]);
  assert.deepEqual([track.ending, stageAt(track, 99), all.countOf('refused', 99)], [null, 'delivered', 0]);
});

test('one steps from event to event in both directions', () => {
  const all = journal();
  assert.equal(all.nextTime(12), 20);
  assert.equal(all.nextTime(80), null);
  assert.equal(all.previousTime(12), 11);
  assert.equal(all.previousTime(0), null);
});

test('what a live run tells late stands where it came, with its own time', () => {
  const journal = new Journal();
  journal.append([[100, 'lodged', 'NZ', 'CN', 'a', {}], [300, 'sealed', 'NZ', 'CN', 'a']]);
  journal.append([[200, 'delivered', 'CN', 'NZ', 'a'], [400, 'processed', 'NZ', 'CN', 'a']]);
  assert.equal(journal.tracks.get('a')!.delivered, 200);
  assert.equal(journal.countUntil(299), 1);
  assert.equal(journal.countUntil(300), 3);
  assert.equal(journal.countOf('delivered', 300), 1);
  assert.equal(journal.lastTime(), 400);
});
