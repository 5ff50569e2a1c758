// Rates of a live run by the counts that the run gave.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveFigures } from '../../web/src/data/contract';
import { ratesOf } from '../../web/src/measure/live_series';

const at = (us: number, sent: number, processed = 0) => ({ us, figures: { sent, processed, delivered: 0 } as LiveFigures });

test('what was counted between two samples is spread evenly, and adds up', () => {
  const rates = ratesOf([at(1e6, 10), at(3e6, 50, 20)], 4e6, 4);
  assert.deepEqual(rates.lodged, [10, 20, 20, 0]);
  assert.deepEqual(rates.ended, [0, 10, 10, 0]);
});

test('before the first sample nothing is known', () => {
  assert.deepEqual(ratesOf([], 2e6, 2).lodged, [0, 0]);
});
