// The one loop of the page: each frame the play head goes on, what depends on it follows, and the stages are painted.
import { flushSync } from 'svelte';
import type { Session } from '../session/session.svelte';

export type Painter = () => void;

const painters = new Set<Painter>();

export function onFrame(painter: Painter): () => void {
  painters.add(painter);
  return () => painters.delete(painter);
}

// A page in a background tab gets few frames: it does not leap when it comes back.
const LONGEST_MS = 100;

export function runFrames(session: Session, measured: boolean): void {
  let last = performance.now();
  const frame = (now: number) => {
    const start = performance.now();
    flushSync(() => session.tick(Math.min(LONGEST_MS, now - last)));
    last = now;
    for (const painter of painters) painter();
    if (measured) performance.measure('gncsim frame', { start, end: performance.now() });
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
