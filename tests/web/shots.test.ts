// Screenshots of the main views, in the sizes of a laptop and a projector, light and dark.
import { mkdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { close, open, ready } from './support/browser';
import { serve } from './support/server';
import { synthetic } from './support/synthetic';

after(close);

test('synthetic', async () => {
  const out = `${process.env['GNC_OUT']}/shots`;
  mkdirSync(out, { recursive: true });
  const served = await serve(`${process.env['GNC_WEB']}/dist`, [JSON.parse(readFileSync('/tmp/wt/fixture/recording.json', 'utf8')), synthetic({ administrations: 186, perSecond: 2000, seconds: 5 })]);
  const { page, done } = await open(served.address);
  await ready(page);
  await page.goto(served.address + '#t=322000'); await page.reload(); await ready(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${out}/a.png` });
  await page.goto(served.address + '#t=1000000'); await page.reload(); await ready(page);
  await page.keyboard.press('e');
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${out}/b.png` });
  await page.getByRole('button', {name: 'pumps-of-hardly'}).first().click();
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${out}/c.png` });
  await page.getByRole('tab', {name: 'Document'}).click();
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${out}/d.png` });
  await page.getByRole('tab', {name: 'Seal'}).click();
  await page.click('#verify');
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${out}/e.png` });
  await page.keyboard.press('m');
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${out}/f.png` });
  await page.keyboard.press('b');
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${out}/g.png` });
  await done();
  await served.close();
});
