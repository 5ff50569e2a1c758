// Screenshots of the main views, as a laptop and a projector show them, light and dark: for people to look at. They are left
// in the folder `shots`. That a view is there at all is asserted by what it waits for.
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { close, open, ready } from './support/browser';
import { start, type Program } from './support/gncsim';
import { serve, type Served } from './support/server';
import { synthetic } from './support/synthetic';

const out = `${process.env['GNC_OUT']}/shots`;
mkdirSync(out, { recursive: true });
let program: Program;
let world: Served;
before(async () => {
  program = await start('demo');
  world = await serve(`${process.env['GNC_WEB']}/dist`, [synthetic({ administrations: 186, perSecond: 2000, seconds: 5 })]);
});
after(async () => {
  await close();
  await program.end();
  await world.close();
});

for (const [width, height] of [[1280, 720], [1920, 1080]] as const) {
  for (const dark of [false, true]) {
    const look = `${width}x${height}-${dark ? 'dark' : 'light'}`;
    test(`the main views at ${look}`, { timeout: 240_000 }, async () => {
      const { page, done } = await open(`${program.address}&scenario=lessons/one-declaration`, { width, height, dark });
      await ready(page);
      const shot = async (name: string, of: Page = page) => {
        await of.waitForTimeout(250);
        const path = `${out}/${name}-${look}.png`;
        await of.screenshot({ path });
        assert.ok(statSync(path).size > 20_000, `${path} is all but empty`);
      };
      await shot('01-begin');
      await page.keyboard.press('n');
      for (let step = 1; step < 4; ++step) {
        await page.locator('.told.now').waitFor();
        await page.waitForFunction((number) => document.querySelector('.card .muted')?.textContent?.startsWith(`${number} `), step + 1, { timeout: 60_000 });
        if (step < 3) await page.keyboard.press('n');
      }
      await page.locator('.card .say', { hasText: 'sets out for the gateway' }).waitFor();
      for (let event = 0; event < 4; ++event) await page.waitForTimeout(50);
      await page.keyboard.press('n');
      await page.waitForTimeout(1200);
      await page.keyboard.press('k');
      await shot('02-under-way');
      await page.keyboard.press('k');
      await page.locator('label').first().waitFor({ timeout: 60_000 });
      await page.keyboard.press('1');
      await shot('03-question');

      await page.goto(`${program.origin}/#scenario=lessons/single-window&t=1400000`);
      await page.getByRole('heading', { name: 'The single window' }).waitFor();
      await page.getByRole('button', { name: 'Hide the story' }).click();
      await page.keyboard.press('e');
      await shot('04-exchanges');
      await page.locator('[data-exchange]', { hasText: 'pumps-from-a-watched' }).last().click();
      await page.locator('svg.sequence').waitFor();
      await shot('05-path');
      await page.getByRole('tab', { name: 'Document' }).click();
      await page.locator('pre').waitFor();
      await shot('06-document');
      await page.getByRole('tab', { name: 'Seal' }).click();
      await page.locator('#verify').click();
      await page.locator('#verdict').waitFor();
      await shot('07-seal');
      await page.keyboard.press('m');
      await page.locator('.u-over').first().waitFor();
      await shot('08-measure');

      await page.goto(`${program.origin}/#scenario=lessons/when-things-break&t=2600000`);
      await page.getByRole('heading', { name: 'What happens when things break' }).waitFor();
      await page.getByRole('button', { name: 'Hide the story' }).click();
      await page.keyboard.press('b');
      await page.locator('[data-fault]').first().waitFor();
      await shot('09-break');
      await page.locator('[data-fault*="kill"]').first().click();
      await page.locator('.done').waitFor();
      await page.waitForTimeout(700);
      await page.keyboard.press('k');
      await page.keyboard.press('Escape');
      await page.keyboard.press('c');
      await shot('10-compare');
      await page.keyboard.press('m');
      await shot('11-measure-both');
      await page.keyboard.press('l');
      await page.locator('[data-lesson]').first().waitFor();
      await shot('12-lessons');
      await done();

      const whole = await open(`${world.address}#t=2600000`, { width, height, dark });
      await ready(whole.page);
      await whole.page.keyboard.press('k');
      await whole.page.waitForTimeout(600);
      await shot('13-world', whole.page);
      await whole.done();
    });
  }
}
