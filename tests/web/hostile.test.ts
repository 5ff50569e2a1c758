// What whoever lodged a document may have written into it is text, in every view.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { close, open, ready } from './support/browser';
import { serve } from './support/server';
import { synthetic } from './support/synthetic';

const dist = `${process.env['GNC_WEB']}/dist`;
const SCRIPT = `<img src=x onerror="alert(1)"><script>alert(2)</script>"'\`{{7*7}}\u202Egnp.exe`;

after(close);

async function everyView(hostile: string): Promise<string> {
  const served = await serve(dist, [synthetic({ administrations: 3, perSecond: 20, seconds: 1, hostile })]);
  const { page, done } = await open(`${served.address}#t=500000`);
  await ready(page);
  const texts: string[] = [];
  const look = async () => texts.push(await page.locator('body').innerText());
  for (const key of ['e', 'b', 'm', 'l', 's', '?']) {
    await page.keyboard.press(key);
    await look();
  }
  await page.keyboard.press('e');
  await page.locator('[data-exchange]').last().click();
  for (const tab of ['Path', 'Document', 'Seal', 'Receipts']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.waitForTimeout(100);
    await look();
  }
  await page.keyboard.press('Escape');
  await page.locator('.stage button.administration').first().press('Enter');
  await look();
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.locator('#page script').count(), 0);
  await done();
  await served.close();
  return texts.join('\n');
}

test('script in names and documents is shown, and does not run', async () => {
  const text = await everyView(SCRIPT);
  assert.ok(text.includes('<script>alert(2)</script>'));
  assert.ok(text.includes('{{7*7}}'));
  assert.ok(text.includes('⟨U+202E⟩'));
  assert.ok(!text.includes('\u202E'));
});

test('a description of ten megabytes is cut, and the page stays at hand', async () => {
  const huge = 'x'.repeat(10_000_000);
  const recording = synthetic({ administrations: 2, perSecond: 5, seconds: 1 });
  const exchange = Object.values(recording.exchanges)[0]!;
  exchange.document!.xml = `<Description>${huge}</Description>`;
  exchange.document!.form[1]!.value = huge;
  const served = await serve(dist, [recording]);
  const { page, done } = await open(`${served.address}#t=900000`);
  await ready(page);
  await page.keyboard.press('e');
  await page.locator(`[data-exchange="${exchange.id}"]`).click();
  await page.getByRole('tab', { name: 'Document' }).click();
  await page.getByText('more characters are not shown').first().waitFor();
  const length = await page.evaluate(() => document.body.innerText.length);
  assert.ok(length < 200_000, `${length} characters are shown`);
  await page.keyboard.press('Escape');
  await done();
  await served.close();
});
