// Every control of the page over a real run: playing, dragging, breaking, comparing, inspecting, sharing.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { close, open, ready } from './support/browser';
import { assertEqualNumbers, exportTo, play, scenarios, start, type Program } from './support/gncsim';

const out = mkdtempSync(`${process.env['GNC_OUT']}/controls-`);
let program: Program;
before(async () => {
  program = await start('demo', `${scenarios}/lessons/when-things-break.yaml`);
});
after(async () => {
  await close();
  await program.end();
});

const moment = (page: Page) => page.locator('[role=slider]').getAttribute('aria-valuenow').then(Number);
const shownNumbers = (page: Page, run = 0) =>
  page.locator(`section[data-run="${run}"] data[data-of]`).evaluateAll((all) => all.map((one) => ({ place: one.getAttribute('data-of')!, value: one.getAttribute('value')! })));

test('it plays, pauses, steps and goes as fast as was chosen', async () => {
  const { page, done } = await open(program.address);
  await ready(page);
  await page.getByRole('button', { name: 'Hide the story' }).click();
  const speeds = await page.getByRole('combobox', { name: 'Speed' }).locator('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  assert.deepEqual([speeds[0], speeds.at(-1)], ['0.01', '1000']);
  for (const speed of ['0.01', '1']) {
    await page.keyboard.press('Home');
    await page.getByRole('combobox', { name: 'Speed' }).selectOption(speed);
    await page.locator('#play').click();
    const before = { at: await moment(page), now: Date.now() };
    await page.waitForTimeout(1500);
    const gone = { at: (await moment(page)) - before.at, now: Date.now() - before.now };
    await page.locator('#play').click();
    const seen = gone.at / 1000 / gone.now;
    assert.ok(seen > Number(speed) * 0.5 && seen < Number(speed) * 1.5, `${seen} × for ${speed} ×`);
  }
  await page.keyboard.press('Home');
  const events = ((await (await fetch(`${program.origin}/api/events?from=0&count=50`)).json()) as { events: [number][] }).events;
  const times = [...new Set(events.map(([at]) => at))].filter((at) => at > 0);
  for (const at of times.slice(0, 5)) {
    await page.locator('#step').click();
    assert.equal(await moment(page), at);
  }
  await page.getByRole('button', { name: 'Event before' }).click();
  assert.equal(await moment(page), times[3]);
  await done();
});

test('the time line is dragged there and back, and shows faults and expectations', async () => {
  const { page, done } = await open(program.address);
  await ready(page);
  const run = await program.run();
  const box = (await page.locator('[role=slider]').boundingBox())!;
  for (const share of [0.8, 0.25]) {
    await page.mouse.move(box.x + 4, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * share, box.y + 30, { steps: 8 });
    await page.mouse.up();
    assert.ok(Math.abs((await moment(page)) / Number(await page.locator('[role=slider]').getAttribute('aria-valuemax')) - share) < 0.01);
  }
  assert.equal(await page.locator('.bar .fault').count(), run.faults.length);
  const held = run.expectations.filter((one) => one.held).length;
  await page.getByRole('button', { name: `${held} of ${run.expectations.length} expectations held` }).click();
  for (const expectation of run.expectations) await page.locator('aside').getByText(expectation.text).waitFor();
  await done();
});

test('a cut link and a dead gateway look it', async () => {
  const run = await program.run();
  const during = (kind: string) => {
    const fault = run.faults.find((one) => one.kind === kind)!;
    return Math.round(fault.from_us + (fault.to_us! - fault.from_us) * 0.8);
  };
  const { page, done } = await open(`${program.address}&t=${during('cut')}`);
  await ready(page);
  await page.locator('.stage button', { hasText: 'China' }).getByText('not connected').waitFor();
  await page.locator('.stage button', { hasText: 'Waiting at the gateway' }).waitFor();
  await page.locator('.stage button', { hasText: 'China' }).click();
  await page.locator('aside button', { hasText: 'CN-gateway' }).getByText('cut').waitFor();
  await page.goto(`${program.origin}/#t=${during('kill')}`);
  await page.locator('.stage button.gateway').getByText('down').waitFor();
  await done();
});

test('each fault button breaks something, and the numbers are those of the run that comes of it', { timeout: 280_000 }, async () => {
  const { page, done } = await open(`${program.address}&t=900000`);
  await ready(page);
  await page.keyboard.press('b');
  await page.locator('[data-fault]').first().waitFor();
  const faults = await page.locator('[data-fault]').evaluateAll((all) => all.map((one) => one.getAttribute('data-fault')!));
  assert.ok(faults.length >= 15, `${faults.length} buttons`);
  const before = await program.run();
  for (const fault of faults) {
    if (fault !== faults[0]) await page.getByRole('button', { name: 'Original' }).click();
    if ((await page.locator('#play').getAttribute('aria-label')) === 'Pause') await page.locator('#play').click();
    await page.locator('[role=slider]').focus();
    await page.keyboard.press('Home');
    for (let pages = 0; pages < 3; ++pages) await page.keyboard.press('PageUp');
    const answered = page.waitForResponse((response) => response.url().includes('/api/forks'));
    await page.locator(`[data-fault='${fault}']`).click();
    const response = await answered;
    assert.equal(response.status(), 200, `${fault}: ${await response.text()}`);
    const { fork } = (await response.json()) as { fork: number };
    await page.locator('.done').waitFor();
    const run = await program.run(fork);
    assert.equal(run.faults.length, before.faults.length + 1, fault);
    assert.equal(run.fork!.of, 0, fault);
    for (const promise of run.promises) assert.ok(await page.locator('aside').getByText(promise.text).isVisible(), promise.text);
  }
  await done();
});

test('a fork is compared with what it came of, side by side, with the numbers of both', async () => {
  const { page, done } = await open(`${program.address}&t=2000000`);
  await ready(page);
  await page.keyboard.press('b');
  const answered = page.waitForResponse((response) => response.url().includes('/api/forks'));
  await page.locator('[data-fault*="cut"]').first().click();
  const { fork } = (await (await answered).json()) as { fork: number };
  await page.locator('.done').waitFor();
  await page.keyboard.press('c');
  assert.equal(await page.locator('.stage').count(), 2);
  await page.keyboard.press('m');
  for (const number of [0, fork]) assertEqualNumbers(await shownNumbers(page, number), (await program.run(number)).report);
  await done();
});

test('the numbers of a replayed folder are those of its report.json', async () => {
  const { folder, report } = play('single-window.yaml', out);
  const replayed = await start('replay', folder);
  const { page, done } = await open(replayed.address);
  await ready(page);
  await page.keyboard.press('m');
  assertEqualNumbers(await shownNumbers(page), report);
  await page.keyboard.press('b');
  assert.equal(await page.locator('[data-fault]').count(), 0);
  await done();
  await replayed.end();
});

test('paper stands beside paperless, with the numbers of the report', async () => {
  const { folder, report } = play('paper-and-paperless.yaml', out);
  const replayed = await start('replay', folder);
  const { page, done } = await open(replayed.address);
  await ready(page);
  await page.keyboard.press('m');
  await page.locator('data[data-side]').first().waitFor();
  const sides = await page.locator('data[data-side]').evaluateAll((all) => all.map((one) => ({ side: one.getAttribute('data-side')!.split(' '), value: Number(one.getAttribute('value')) })));
  assert.ok(sides.length > 20, `${sides.length} numbers`);
  const shown = (to: string, indicator: string) => sides.find(({ side }) => side[0] === to && side[1] === indicator)!.value;
  // The scenario expects something of most of them, and its report has what they came to.
  const expected = (report['expectations'] as { expect: string; value: number }[]).flatMap(({ expect, value }) => {
    const [, indicator, to] = /^([a-z_.]+)\[to=(\w+)\]/.exec(expect) ?? [];
    return indicator && !/\.p95$/.test(indicator) ? [{ indicator, to: to!, value }] : [];
  });
  assert.ok(expected.length >= 10, `${expected.length} expectations`);
  for (const { indicator, to, value } of expected) assert.ok(Math.abs(shown(to, indicator) - value) < 1e-6, `${indicator} of ${to}: ${shown(to, indicator)}, ${value}`);
  assert.equal(shown('CN', 'electronic.rate'), 0.425);
  assert.deepEqual(await page.locator('.sides thead th .muted').allInnerTexts(), ['as data', 'on paper']);
  await done();
  await replayed.end();
});

test('an envelope opens: its way, its form beside its XML, and its seal, which is verified here', async () => {
  const { page, context, done } = await open(program.address);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await ready(page);
  await page.keyboard.press('End');
  await page.keyboard.press('e');
  await page.getByRole('searchbox').fill('wool processed');
  await page.locator('[data-exchange]').first().click();
  await page.locator('svg.sequence').waitFor();
  await page.locator('#mermaid').click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^sequenceDiagram\n {2}participant P1 as NZ\n/);
  await page.getByRole('tab', { name: 'Document' }).click();
  await page.locator('pre', { hasText: '<Declaration>' }).waitFor();
  await page.locator('.form', { hasText: 'D026' }).waitFor();
  await page.getByRole('tab', { name: 'Seal' }).click();
  await page.locator('#verify').click();
  await page.getByText('The seal holds.').waitFor();
  assert.equal(await page.locator('[data-check]').count(), await page.locator('[data-held=true]').count());
  await page.locator('#alter').click();
  await page.getByText('The seal does not hold.').waitFor();
  assert.equal(await page.locator('[data-check=path]').getAttribute('data-held'), 'false');
  await page.getByRole('tab', { name: 'Receipts' }).click();
  await page.locator('.receipts', { hasText: 'Admitted' }).waitFor();
  await done();
});

test('a refused envelope says why, in words, and what to do', async () => {
  const { page, done } = await open(program.address);
  await ready(page);
  await page.keyboard.press('End');
  await page.keyboard.press('e');
  await page.getByRole('searchbox').fill('refused');
  await page.locator('[data-exchange]').first().click();
  await page.locator('#reason', { hasText: 'GNC-204' }).getByText('What to do').waitFor();
  await done();
});

test('a link reopens the page at scenario, seed and moment, with what was broken', async () => {
  const { page, context, done } = await open(`${program.address}&t=1500000`);
  await ready(page);
  await page.keyboard.press('b');
  await page.locator('[data-fault*="kill"]').first().click();
  await page.locator('.done').waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('s');
  const link = await page.locator('aside input').inputValue();
  assert.ok(!link.includes('token'));
  const other = await context.newPage();
  await other.goto(link);
  await ready(other);
  await other.getByRole('button', { name: 'Fork 1' }).waitFor();
  assert.equal(await moment(other), Number(new URL(link).hash.match(/t=(\d+)/)![1]));
  await done();
});

test('a link to another scenario and seed plays that', async () => {
  const { page, done } = await open(`${program.address}&scenario=lessons/single-window&seed=99&t=700000`);
  await ready(page);
  await page.getByRole('heading', { name: 'The single window' }).waitFor();
  await page.getByText('seed 99').waitFor();
  assert.equal(await moment(page), 700_000);
  await done();
});

test('an exported file plays with no server, and its seals are verified in it', async () => {
  const file = `${out}/single-window.html`;
  exportTo(file, `${scenarios}/lessons/single-window.yaml`);
  const { page, context, done } = await open('about:blank');
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  await page.goto(`file://${file}`);
  await ready(page);
  await page.keyboard.press('End');
  // Seven declarations, and what agencies are asked about five of them.
  assert.equal(await page.locator('[data-stage=processed]').innerText(), '12');
  await page.keyboard.press('e');
  await page.locator('[data-exchange]').last().click();
  await page.getByRole('tab', { name: 'Seal' }).click();
  await page.locator('#verify').click();
  await page.getByText('The seal holds.').waitFor();
  await page.keyboard.press('b');
  await page.getByText('This is a recording').waitFor();
  assert.deepEqual(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:') && !url.startsWith('blob:')), []);
  assert.ok(readFileSync(file).length > 100_000);
  await done();
});

test('without the token one looks and changes nothing', async () => {
  const { page, done } = await open(program.origin);
  await ready(page);
  await page.keyboard.press('b');
  await page.getByText('open the address with the token').waitFor();
  assert.equal(await page.locator('[data-fault]').count(), 0);
  await done();
});

test('a clicker that is pressed again goes to the next part of the story at once', async () => {
  const { page, done } = await open(program.address);
  await ready(page);
  const { story } = (await (await fetch(`${program.origin}/api/run`)).json()) as { story: { at_us: number | null }[] };
  const times = story.map((step) => step.at_us).filter((at): at is number => at !== null).sort((one, other) => one - other);
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  await page.waitForFunction((at) => Number(document.querySelector('[role=slider]')!.getAttribute('aria-valuenow')) === at, times[1]);
  await done();
});
