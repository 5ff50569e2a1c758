// Rates and latencies over the time of a run, worked out from its events.
import type { Journal } from '../play/journal';
import { quantile } from '../play/sorted';

export interface Series {
  // The middle of each part of the run, in seconds.
  seconds: number[];
  lodged: number[];
  delivered: number[];
  ended: number[];
  // Half of what came to the stage in that part took no longer; null where nothing came.
  admittedMs: (number | null)[];
  deliveredMs: (number | null)[];
  endedMs: (number | null)[];
}

export function seriesOf(journal: Journal, lengthUs: number, parts: number): Series {
  const part = lengthUs / parts;
  const at = (us: number) => Math.min(parts - 1, Math.max(0, Math.floor(us / part)));
  const counts = () => new Array<number>(parts).fill(0);
  const lists = () => Array.from({ length: parts }, (): number[] => []);
  const [lodged, delivered, ended] = [counts(), counts(), counts()];
  const [admittedIn, deliveredIn, endedIn] = [lists(), lists(), lists()];
  for (const track of journal.tracks.values()) {
    const begun = track.lodged >= 0 ? track.lodged : track.sealed;
    if (begun < 0) continue;
    lodged[at(begun)]! += 1;
    if (track.admitted >= 0) admittedIn[at(track.admitted)]!.push(track.admitted - begun);
    if (track.delivered >= 0) {
      delivered[at(track.delivered)]! += 1;
      deliveredIn[at(track.delivered)]!.push(track.delivered - begun);
    }
    if (track.ending === 'processed') {
      ended[at(track.ended)]! += 1;
      endedIn[at(track.ended)]!.push(track.ended - begun);
    }
  }
  const rate = (list: number[]) => list.map((count) => count / (part / 1e6));
  const middle = (all: number[][]) =>
    all.map((list) => (list.length === 0 ? null : quantile(list.sort((one, other) => one - other), 0.5) / 1000));
  return {
    seconds: Array.from({ length: parts }, (_, number) => ((number + 0.5) * part) / 1e6),
    lodged: rate(lodged), delivered: rate(delivered), ended: rate(ended),
    admittedMs: middle(admittedIn), deliveredMs: middle(deliveredIn), endedMs: middle(endedIn),
  };
}
