// Debian's Chromium, and pages in it that report what they must never do.
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { POLICY } from './server';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
  calm?: boolean;
  language?: string;
  // As many frames as a screen shows.
  smooth?: boolean;
}

let browser: Browser | null = null;

export async function launch(): Promise<Browser> {
  browser ??= await chromium.launch({
    executablePath: process.env['GNC_CHROMIUM'] ?? '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  return browser;
}

export async function close(): Promise<void> {
  await browser?.close();
  browser = null;
}

// While one works on the page: its files from GNC_PAGE, a folder that Vite has built, instead of those in gncsim.
async function useFiles(context: BrowserContext, folder: string): Promise<void> {
  await context.route(/^http:[^#?]*\/(assets\/[^/]*)?([#?].*)?$/, async (route) => {
    const { pathname } = new URL(route.request().url());
    const name = pathname === '/' ? 'index.html' : `assets/${readdirSync(`${folder}/assets`).find((file) => extname(file) === extname(pathname))}`;
    const contentType = { '.js': 'text/javascript', '.css': 'text/css' }[extname(name)] ?? 'text/html; charset=utf-8';
    await route.fulfill({ contentType, body: readFileSync(`${folder}/${name}`), headers: { 'Content-Security-Policy': POLICY } });
  });
}

export interface Watched {
  page: Page;
  context: BrowserContext;
  // Errors of scripts and breaches of the policy so far.
  complaints: string[];
  done(): Promise<void>;
}

export async function open(address: string, look: Look = {}): Promise<Watched> {
  const context = await (await launch()).newContext({
    viewport: { width: look.width ?? 1280, height: look.height ?? 720 },
    colorScheme: look.dark ? 'dark' : 'light',
    reducedMotion: look.calm ? 'reduce' : 'no-preference',
    locale: look.language ?? 'en-GB',
  });
  const fresh = process.env['GNC_PAGE'];
  if (fresh) await useFiles(context, fresh);
  // Drawn without a graphics card, each frame takes a processor's time, which other tests want.
  if (!look.smooth) {
    await context.addInitScript(() => {
      globalThis.requestAnimationFrame = (paint) => setTimeout(() => paint(performance.now()), 50) as unknown as number;
      globalThis.cancelAnimationFrame = (frame) => clearTimeout(frame);
    });
  }
  const page = await context.newPage();
  // Each wait ends as soon as what it waits for is there; a machine that does much else needs its time.
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 404/.test(message.text())) complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  return {
    page, context, complaints,
    done: async () => {
      await context.close();
      assert.deepEqual(complaints, []);
    },
  };
}

export async function ready(page: Page): Promise<void> {
  await page.locator('#play').waitFor();
}
