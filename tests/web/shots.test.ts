// Screenshots of the main views, in the sizes of a laptop and a projector, light and dark.
import { mkdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { close, open, ready } from './support/browser';
import { serve } from './support/server';
import { synthetic } from './support/synthetic';

after(close);

test('synthetic', async () => {
  const out = `${process.env['GNC_OUT']}/shots`;
  mkdirSync(out, { recursive: true });
  const served = await serve(`${process.env['GNC_WEB']}/dist`, [synthetic({ administrations: 3, perSecond: 20, seconds: 3 }), synthetic({ administrations: 186, perSecond: 2000, seconds: 5 })]);
  const { page, done } = await open(served.address);
  await ready(page);
  await page.screenshot({ path: `${out}/a.png` });
  await page.keyboard.press('k');
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${out}/b.png` });
  await done();
  await served.close();
});
