import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventRow, Link } from '../../web/src/data/contract';
import { Flights, Load } from '../../web/src/play/flights';
import { Journal } from '../../web/src/play/journal';
import { Routes } from '../../web/src/play/routes';

const LINKS: Link[] = [{ name: 'NZ-gateway', a: 'NZ', b: 'gateway' }, { name: 'CN-gateway', a: 'CN', b: 'gateway' }];

function flightsOf(rows: EventRow[], end: number, links = LINKS): Flights {
  const journal = new Journal();
  journal.append(rows);
  return new Flights(journal, links, end);
}

function under(flights: Flights, at: number): string[] {
  const numbers: number[] = [];
  flights.under(at, numbers);
  return numbers.map((number) => {
    const { link, forward, load, lost } = flights.flight(number);
    return `${LINKS[link]!.name} ${forward ? 'on' : 'back'} ${Load[load] ?? load}${lost ? ' lost' : ''}`;
  });
}

const GOOD: EventRow[] = [
  [0, 'lodged', 'NZ', 'CN', 'a'], [0, 'sent', 'NZ', 'CN', 'a'], [40_000, 'admitted', 'NZ', 'CN', 'a'], [41_000, 'delivered', 'CN', 'NZ', 'a'],
  [81_000, 'delivered_receipt', 'NZ', 'CN', 'a'],
];

test('an envelope goes to the gateway, its receipt goes back, and it goes on to the recipient', () => {
  const flights = flightsOf(GOOD, 100_000);
  assert.deepEqual(under(flights, 10_000), ['NZ-gateway on Envelope']);
  assert.deepEqual(under(flights, 30_000).sort(), ['CN-gateway back Envelope', 'NZ-gateway back Admitted']);
  assert.deepEqual(under(flights, 50_000), ['CN-gateway on Delivered']);
  assert.deepEqual(under(flights, 75_000), ['NZ-gateway back Delivered']);
  assert.deepEqual(under(flights, 90_000), []);
});

test('what waits for a recipient that is away waits at the gateway, and does not creep along the link', () => {
  const late = GOOD.map((row): EventRow => (row[0] > 40_500 ? [row[0] + 2_000_000, ...row.slice(1)] as EventRow : row));
  const flights = flightsOf(late, 3_000_000);
  assert.equal(flights.waitingAt(10_000), 0);
  assert.equal(flights.waitingAt(1_000_000), 1);
  assert.deepEqual(under(flights, 1_000_000), []);
  assert.equal(flights.waitingAt(2_050_000), 0);
});

test('what was sent in vain is seen to be lost', () => {
  const flights = flightsOf([[0, 'lodged', 'NZ', 'CN', 'a'], [0, 'sent', 'NZ', 'CN', 'a'], [500_000, 'sent', 'NZ', 'CN', 'a'],
    [540_000, 'admitted', 'NZ', 'CN', 'a']], 600_000);
  assert.deepEqual(under(flights, 5_000), ['NZ-gateway on Envelope lost']);
  assert.deepEqual(under(flights, 510_000), ['NZ-gateway on Envelope']);
});

test('a refusal comes back from the gateway', () => {
  const flights = flightsOf([[0, 'sent', 'NZ', 'CN', 'a'], [40_000, 'refused', 'NZ', 'CN', 'a', { code: 'GNC-301' }]], 50_000);
  assert.deepEqual(under(flights, 30_000), ['NZ-gateway back Refused']);
});

test('what the gateway itself tells of has come there by then, and the refusal goes back after', () => {
  const links = LINKS.map((link) => ({ ...link, latency_us: 20_000 }));
  const rows: EventRow[] = [[0, 'lodged', 'NZ', 'CN', 'a'], [0, 'sent', 'NZ', 'CN', 'a'], [21_000, 'refused', 'gateway', 'NZ', 'a', { code: 'GNC-401' }]];
  const flights = flightsOf(rows, 80_000, links);
  assert.deepEqual(under(flights, 18_000), ['NZ-gateway on Envelope']);
  assert.deepEqual(under(flights, 35_000), ['NZ-gateway back Refused']);
});

test('what sets out together goes in a row', () => {
  const rows: EventRow[] = ['a', 'b', 'c'].flatMap((id): EventRow[] => [[0, 'lodged', 'NZ', 'CN', id], [0, 'sent', 'NZ', 'CN', id]]);
  const flights = flightsOf(rows, 50_000);
  const numbers: number[] = [];
  flights.under(5_000, numbers);
  assert.deepEqual(numbers.map((number) => flights.flight(number).place).sort(), [0, 1, 2]);
});

test('of very many only an even part is looked at, each for several', () => {
  const rows: EventRow[] = Array.from({ length: 1000 }, (_, at): EventRow => [at, 'sent', 'NZ', 'CN', `x${at}`]);
  const flights = flightsOf(rows, 30_000);
  let [looked, stood] = [0, 0];
  flights.begun(-1, 1_000, 100, (_flight, weight) => { ++looked; stood += weight; });
  assert.ok(looked <= 100);
  assert.ok(Math.abs(stood - 1000) <= 20);
});

test('a way over several gateways takes the fewest links', () => {
  const routes = new Routes([...LINKS, { name: 'g', a: 'gateway', b: 'hub' }, { name: 'h', a: 'hub', b: 'FJ' }]);
  assert.equal(routes.between('NZ', 'FJ').length, 3);
  assert.equal(routes.between('NZ', 'CN').length, 2);
  assert.deepEqual(routes.between('NZ', 'nowhere'), []);
});
