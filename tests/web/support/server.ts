// Serves the built page with recordings, under the same policy as gncsim does. For tests that need a run made up.
import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Recording } from '../../../web/src/data/contract';

export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };

export interface Served {
  address: string;
  close(): Promise<void>;
}

export async function serve(dist: string, recordings: readonly Recording[]): Promise<Served> {
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
      response.end(JSON.stringify(body));
    };
    const recording = recordings[Number(url.searchParams.get('fork') ?? 0)];
    if (url.pathname.startsWith('/api/') && !recording) return answer(404, { what: 'No such run.' });
    const exchange = /^\/api\/exchanges\/(.+)$/.exec(url.pathname)?.[1];
    if (url.pathname === '/api/run') return answer(200, recording!.run);
    if (exchange) return recording!.exchanges[exchange] ? answer(200, recording!.exchanges[exchange]) : answer(404, { what: 'No such exchange.' });
    if (url.pathname === '/api/events') {
      const from = Number(url.searchParams.get('from'));
      return answer(200, { from, events: recording!.events.slice(from, from + Number(url.searchParams.get('count'))) });
    }
    if (url.pathname === '/api/scenarios')
      return answer(200, { scenarios: recordings.map(({ run }) => ({ id: run.id, title: run.scenario, lesson: true, about: run.header })) });
    if (url.pathname.startsWith('/api/')) return answer(404, { what: 'Not here.' });
    const path = url.pathname === '/' ? '/index.html' : normalize(url.pathname);
    try {
      const body = readFileSync(join(dist, path));
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  // A test that failed has not closed it.
  server.unref();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
