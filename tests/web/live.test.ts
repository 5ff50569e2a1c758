// A run of real processes, seen in the page while it runs: started, paused, broken and followed to its end.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Report } from '../../web/src/data/contract';
import { assertAccessible } from './support/axe';
import { close, open, ready } from './support/browser';
import { assertEqualNumbers, scenarios, start, type Program } from './support/gncsim';

const out = mkdtempSync(`${process.env['GNC_OUT']}/live-`);
const LODGED = 150;
let program: Program;
before(async () => {
  writeFileSync(`${out}/live.yaml`, `scenario: Wool, as it goes
topology: {administrations: [NZ, CN], links: {default: {latency: 20ms}}}
agreements: [${scenarios}/agreements/nz-cn-export.yaml]
workload:
  - {name: exports, from: NZ, to: CN, documents: ${scenarios}/documents/export/sea-wool-bales.xml, arrivals: {rate: 30/s, for: ${LODGED / 30}s}}
expect: [exchange.lost == 0, exchange.processed == ${LODGED}]
`);
  program = await start('demo', `${out}/live.yaml`, '--world', 'live', '--out', `${out}/run`);
});
after(async () => {
  await close();
  await program.end();
});

const moment = (page: Page) => page.locator('[role=slider]').getAttribute('aria-valuenow').then(Number);
const live = (page: Page, count: string) => page.locator(`[data-of="live.${count}"]`).getAttribute('value').then(Number);
const phase = (page: Page) => page.locator('.live').getAttribute('data-phase');

test('a live run is started, paused, broken and seen to its end, with the numbers of its report.json', { timeout: 120_000 }, async () => {
  const { page, done } = await open(program.address);
  await ready(page);
  assert.equal(await phase(page), 'ready');
  await page.getByText('Ready: Play starts the run').first().waitFor();
  await page.keyboard.press('m');
  await page.locator('.live[data-phase=ready]').waitFor();
  await page.locator('#play').click();
  await page.waitForFunction(() => Number(document.querySelector('[data-of="live.admitted"]')?.getAttribute('value')) >= 20, null, { timeout: 30_000 });

  // What moves: the moment, the stages beside the map, the charts.
  const before = await moment(page);
  await page.waitForFunction((at) => Number(document.querySelector('[role=slider]')!.getAttribute('aria-valuenow')) > at + 300_000, before);
  assert.equal(await page.locator('figure').count(), 2);

  // Pausing the injection stops what is lodged, and lets the rest go on.
  await page.getByRole('button', { name: 'Pause the injection' }).click();
  await page.locator('.live[data-paused=true]').getByText('what is under way goes on').waitFor();
  await page.waitForFunction(() => {
    const of = (count: string) => document.querySelector(`[data-of="live.${count}"]`)!.getAttribute('value');
    return of('processed') === of('sent');
  });
  const lodged = await live(page, 'sent');
  assert.ok(lodged >= 20 && lodged < LODGED, `${lodged} were lodged`);
  await page.waitForTimeout(1000);
  assert.equal(await live(page, 'sent'), lodged);

  // What a live run has not, says why.
  assert.ok(await page.getByRole('combobox', { name: 'Speed' }).isDisabled());
  assert.ok(await page.locator('#step').isDisabled());
  assert.equal(await page.locator('[role=slider]').getAttribute('aria-disabled'), 'true');
  await page.locator('#no-speed', { hasText: 'its own speed' }).waitFor();
  await assertAccessible(page, 'measure, live');

  await page.keyboard.press('b');
  const cut = page.locator(`[data-fault='${JSON.stringify({ cut: 'CN-gateway', for: '2s' })}']`);
  await cut.click();
  await page.locator('#live-faults', { hasText: 'cut CN-gateway' }).waitFor();
  await assertAccessible(page, 'break, live');
  for (const kind of ['tamper', 'replay', 'lapse']) {
    const deeds = page.locator(`[data-fault*='"${kind}"']`);
    assert.ok((await deeds.count()) > 0 && (await deeds.first().isDisabled()), kind);
  }
  await page.keyboard.press('b');
  await page.keyboard.press('k');
  await page.locator('.live[data-paused=false]').waitFor();

  await page.locator('.live').waitFor({ state: 'detached', timeout: 60_000 });
  const report = JSON.parse(readFileSync(`${out}/run/report.json`, 'utf8')) as Report & { faults: { fault: string }[] };
  assert.equal(report.exchange!['submitted'], LODGED);
  assert.equal(report.exchange!['lost'], 0);
  assert.deepEqual(report.faults.map(({ fault }) => fault), ['cut CN-gateway for 2 s', 'pause of the injection']);
  const count = (stage: string) => page.locator(`[data-stage=${stage}]`).innerText().then((text) => Number(text.replace(/\D/g, '')));
  for (const stage of ['admitted', 'delivered', 'processed']) assert.equal(await count(stage), report.exchange![stage], stage);
  await page.keyboard.press('m');
  assertEqualNumbers(await page.locator('section[data-run="0"] data[data-of]').evaluateAll((all) =>
    all.map((one) => ({ place: one.getAttribute('data-of')!, value: one.getAttribute('value')! }))), report);

  // From now on it is a run like any other: one goes back in it, and its documents open.
  await page.keyboard.press('Home');
  assert.equal(await moment(page), 0);
  await page.keyboard.press('End');
  await page.keyboard.press('e');
  await page.locator('[data-exchange]').last().click();
  await page.getByRole('tab', { name: 'Seal' }).click();
  await page.locator('#verify').click();
  await page.getByText('The seal holds.').waitFor();
  assert.equal(await page.locator('[data-check=anchor]').getAttribute('data-held'), 'true');
  await done();
});

test('a lesson is played live by its button', { timeout: 120_000 }, async () => {
  const { page, done } = await open(program.address);
  await ready(page);
  await page.keyboard.press('l');
  await page.locator('[data-live="lessons/one-declaration"]').click();
  await page.locator('.live[data-phase=running]').waitFor();
  await page.getByRole('heading', { name: 'One declaration, two administrations' }).waitFor();
  await page.locator('.live').waitFor({ state: 'detached', timeout: 60_000 });
  assert.equal(await page.locator('[data-stage=processed]').innerText(), '1');
  // Its story is told now that it is known when each thing happened.
  await page.locator('.again').waitFor();
  await done();
});

test('a browser that does not keep up says what it leaves out, and has all of it in the end', { timeout: 120_000 }, async () => {
  writeFileSync(`${out}/fast.yaml`, `scenario: Faster than one looks
topology: {administrations: [NZ, CN]}
agreements: [${scenarios}/agreements/nz-cn-export.yaml]
workload:
  - {name: exports, from: NZ, to: CN, documents: ${scenarios}/documents/export/sea-wool-bales.xml, arrivals: {rate: 800/s, for: 3s}}
`);
  const fast = await start('demo', `${out}/fast.yaml`, '--world', 'live', '--out', `${out}/fast-run`);
  const { page, done } = await open(fast.address);
  await ready(page);
  await page.locator('#play').click();
  await page.locator('.live[data-phase=running]').waitFor();
  // A page that is busy with something else takes no frame: here until the run is over.
  await page.evaluate(() => {
    for (let phase = ''; phase !== 'over' && phase !== 'failed';) {
      const until = Date.now() + 200;
      while (Date.now() < until);
      const asked = new XMLHttpRequest();
      asked.open('GET', '/api/run', false);
      asked.send();
      phase = (JSON.parse(asked.responseText) as { live: { phase: string } }).live.phase;
    }
  });
  await page.locator('#missing').waitFor({ timeout: 30_000 });
  assert.ok(Number(await page.locator('#missing').getAttribute('data-missing')) > 0);
  // The stages are the run's own counts, and those that it has not are left out.
  assert.equal(await page.locator('[data-stage=sealed]').count(), 0);
  assert.ok(Number((await page.locator('[data-stage=admitted]').innerText()).replace(/\D/g, '')) > 0);
  await page.locator('.live').waitFor({ state: 'detached', timeout: 60_000 });
  const report = JSON.parse(readFileSync(`${out}/fast-run/report.json`, 'utf8')) as Report;
  assert.equal(report.exchange!['processed'], 2400);
  const count = (stage: string) => page.locator(`[data-stage=${stage}]`).innerText().then((text) => Number(text.replace(/\D/g, '')));
  for (const stage of ['sealed', 'admitted', 'delivered', 'processed']) assert.equal(await count(stage), 2400, stage);
  await done();
  await fast.end();
});

test('without the token nothing of a live run is sent', { timeout: 60_000 }, async () => {
  const { page, context, complaints } = await open(program.origin);
  await ready(page);
  await page.keyboard.press('l');
  await page.locator('[data-lesson]').first().waitFor();
  assert.equal(await page.locator('[data-live]').count(), 0);
  const closed = await page.evaluate(() => new Promise<number>((told) => {
    const socket = new WebSocket(`ws://${location.host}/api/live?fork=0`, ['gncsim', 'token.0']);
    socket.onclose = ({ code }) => told(code);
  }));
  // Refused before it was open: the one thing that Chromium complains of.
  assert.equal(closed, 1006);
  assert.deepEqual(complaints.filter((one) => !one.includes('403')), []);
  await context.close();
});
