import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance, nextSpeed, speedFor, speedText, SPEEDS } from '../../web/src/play/play_head';

test('time goes on by what the watcher sees times the speed', () => {
  assert.equal(advance({ atUs: 0, speed: 0.01, playing: true }, 1000, 1e9).atUs, 10_000);
  assert.equal(advance({ atUs: 5, speed: 1000, playing: true }, 1, 1e9).atUs, 1_000_005);
});

test('it stops at the end, and not past it', () => {
  assert.deepEqual(advance({ atUs: 90, speed: 1, playing: true }, 1000, 100), { atUs: 100, speed: 1, playing: false });
});

test('what is paused stays where it is', () => {
  assert.equal(advance({ atUs: 90, speed: 1, playing: false }, 1000, 1e9).atUs, 90);
});

test('speeds go from a hundredth to a thousand, step by step', () => {
  assert.equal(SPEEDS[0], 0.01);
  assert.equal(SPEEDS.at(-1), 1000);
  assert.equal(nextSpeed(1, 1), 2);
  assert.equal(nextSpeed(1, -1), 0.5);
  assert.equal(nextSpeed(1000, 1), 1000);
  assert.equal(nextSpeed(0.01, -1), 0.01);
  assert.equal(speedText(0.01), '1/100');
  assert.equal(speedText(20), '20');
});

test('a run takes about as long to watch as was asked', () => {
  assert.equal(speedFor(3_000_000, 30), 0.1);
  assert.equal(speedFor(86_400_000_000, 86.4), 1000);
  assert.equal(speedFor(1, 30), 0.01);
});
