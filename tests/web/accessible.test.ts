// Everybody can use it: by keyboard alone, with roles, labels and contrast, and without motion.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { assertAccessible } from './support/axe';
import { close, open, ready } from './support/browser';
import { serve } from './support/server';
import { synthetic } from './support/synthetic';

const web = process.env['GNC_WEB']!;
const recording = synthetic({ administrations: 4, perSecond: 20, seconds: 3 });
recording.exchanges = { ...recording.exchanges, ...sealed() };

function sealed() {
  const exchange = JSON.parse(readFileSync(`${process.env['GNC_TESTS']}/sealed_exchange.json`, 'utf8'));
  return { [Object.keys(recording.exchanges)[0]!]: exchange };
}

after(close);

for (const dark of [false, true]) {
  test(`every view keeps the rules of axe, ${dark ? 'dark' : 'light'}`, async () => {
    const served = await serve(`${web}/dist`, [recording]);
    const { page, done } = await open(`${served.address}#t=1500000`, { dark });
    await ready(page);
    await assertAccessible(page, 'stage');
    for (const key of ['e', 'b', 'm', 'l', 's', '?']) {
      await page.keyboard.press(key);
      await page.locator('aside').waitFor();
      await assertAccessible(page, `key ${key}`);
    }
    await page.keyboard.press('e');
    await page.locator('[data-exchange]').last().click();
    for (const tab of ['Path', 'Document', 'Seal', 'Receipts']) {
      await page.getByRole('tab', { name: tab }).click();
      if (tab === 'Seal') await page.locator('#verify').click();
      await page.waitForTimeout(150);
      await assertAccessible(page, tab);
    }
    await page.keyboard.press('Escape');
    await page.locator('.stage button.administration').first().press('Enter');
    await assertAccessible(page, 'party');
    await done();
    await served.close();
  });
}

test('with the keyboard alone one plays, steps, drags, inspects a party and comes back', async () => {
  const served = await serve(`${web}/dist`, [recording]);
  const { page, done } = await open(served.address);
  await ready(page);
  const moment = () => page.locator('[role=slider]').getAttribute('aria-valuenow').then(Number);
  await page.keyboard.press('ArrowRight');
  const first = await moment();
  await page.keyboard.press('ArrowRight');
  assert.ok((await moment()) > first);
  await page.keyboard.press('ArrowLeft');
  assert.equal(await moment(), first);
  await page.keyboard.press('Shift+ArrowRight');
  assert.ok((await moment()) > first + 100_000);
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await page.waitForTimeout(400);
  await page.keyboard.press('Space');
  const stopped = await moment();
  assert.ok(stopped > 0);
  await page.waitForTimeout(200);
  assert.equal(await moment(), stopped);

  await page.locator('[role=slider]').focus();
  await page.keyboard.press('PageUp');
  assert.ok((await moment()) > stopped);
  // From the page's beginning to the parties on the stage by the tabulator.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  let reached = false;
  for (let presses = 0; presses < 30 && !reached; ++presses) {
    await page.keyboard.press('Tab');
    reached = await page.evaluate(() => document.activeElement?.closest('.stage ul') !== null);
  }
  assert.ok(reached);
  const name = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  const one = await name();
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await name(), one);
  await page.keyboard.press('Enter');
  await page.locator('aside').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('aside').count(), 0);
  await done();
  await served.close();
});

test('whoever wants no motion gets none that goes on by itself', async () => {
  const served = await serve(`${web}/dist`, [recording]);
  const { page, done } = await open(`${served.address}#t=1500000`, { calm: true });
  await ready(page);
  await page.waitForTimeout(300);
  const shot = () => page.screenshot().then((bytes) => bytes.toString('base64'));
  const before = await shot();
  await page.waitForTimeout(700);
  assert.equal(await shot(), before);
  await done();
  await served.close();
});

test('it reads French for those whose browser does, and changes by hand', async () => {
  const served = await serve(`${web}/dist`, [recording]);
  const { page, done } = await open(served.address, { language: 'fr-FR' });
  await ready(page);
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
  await page.getByRole('button', { name: 'Casser' }).waitFor();
  await page.getByText('Cela commence.').waitFor();
  await page.getByRole('combobox', { name: 'Langue' }).selectOption('en');
  await page.getByRole('button', { name: 'Break it' }).waitFor();
  await page.getByText('It begins.').waitFor();
  await done();
  await served.close();

});
