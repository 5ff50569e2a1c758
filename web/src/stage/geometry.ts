// Where parties and links are on the stage, in pixels.
import type { GeoProjection } from 'd3-geo';
import type { Link, Party } from '../data/contract';

export interface Point {
  x: number;
  y: number;
}

// A curve from a to b, bent at c.
export interface Curve {
  a: Point;
  b: Point;
  c: Point;
}

export interface Geometry {
  parties: ReadonlyMap<string, Point>;
  links: readonly (Curve | null)[];
}

// Parties nearer to each other than this are set apart.
const APART = 26;
const RING = 44;

export function layOut(parties: readonly Party[], links: readonly Link[], projection: GeoProjection, middle: Point, scale = 1): Geometry {
  const points = new Map<string, Point>();
  const crowded = parties.length > 60;
  const order: Party['kind'][] = ['administration', 'gateway', 'agency', 'trader'];
  const sorted = [...parties].sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  for (const party of sorted) {
    const at = party.longitude === null || party.latitude === null ? null : projection([party.longitude, party.latitude]);
    const point = at ? { x: at[0], y: at[1] } : { ...middle };
    points.set(party.name, crowded ? point : free(point, [...points.values()], scale));
  }
  return { parties: points, links: links.map((link) => curve(points.get(link.a), points.get(link.b))) };
}

// The place itself, or the first place on rings about it where nobody stands.
function free(point: Point, taken: readonly Point[], scale: number): Point {
  const clear = (place: Point) => taken.every((other) => Math.hypot(other.x - place.x, other.y - place.y) >= APART * scale);
  if (clear(point)) return point;
  for (let ring = 1; ring < 5; ++ring) {
    for (let turn = 0; turn < 6 * ring; ++turn) {
      const angle = (turn / (6 * ring)) * 2 * Math.PI - Math.PI / 5;
      const place = { x: point.x + ring * RING * scale * Math.cos(angle), y: point.y + ring * RING * scale * Math.sin(angle) };
      if (clear(place)) return place;
    }
  }
  return point;
}

function curve(a: Point | undefined, b: Point | undefined): Curve | null {
  if (!a || !b) return null;
  // Bent to the left of the way from west to east, so that the two ways are one line.
  const [west, east] = a.x <= b.x ? [a, b] : [b, a];
  const bend = 0.14;
  const c = {
    x: (a.x + b.x) / 2 + (east.y - west.y) * bend,
    y: (a.y + b.y) / 2 - (east.x - west.x) * bend,
  };
  return { a, b, c };
}

export function along({ a, b, c }: Curve, share: number): Point {
  const left = 1 - share;
  return {
    x: left * left * a.x + 2 * left * share * c.x + share * share * b.x,
    y: left * left * a.y + 2 * left * share * c.y + share * share * b.y,
  };
}

// How far a point is from a curve.
export function distanceTo(curve: Curve, point: Point): number {
  let nearest = Infinity;
  for (let at = 0; at <= 24; ++at) {
    const { x, y } = along(curve, at / 24);
    nearest = Math.min(nearest, Math.hypot(x - point.x, y - point.y));
  }
  return nearest;
}
