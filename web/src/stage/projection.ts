// How the world is laid on the stage: turned to where the parties are, and as near as shows them all.
import { geoEqualEarth, type GeoProjection } from 'd3-geo';
import type { Party } from '../data/contract';

export interface Size {
  width: number;
  height: number;
}

// What lies over the stage at its edges, in pixels.
export interface Inset {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface Camera {
  // 1 shows all parties; more is nearer.
  zoom: number;
  // Pixels by which one has dragged it.
  x: number;
  y: number;
}

export const CAMERA: Camera = { zoom: 1, x: 0, y: 0 };

type Place = [number, number];

// The middle of the smallest arc of the globe on which all longitudes lie.
export function middleLongitude(longitudes: readonly number[]): number {
  const sorted = [...longitudes].sort((one, other) => one - other);
  if (sorted.length === 0) return 0;
  let widest = 0;
  let after = 0;
  sorted.forEach((longitude, at) => {
    const next = sorted[at + 1] ?? sorted[0]! + 360;
    if (next - longitude > widest) {
      widest = next - longitude;
      after = next;
    }
  });
  const middle = after + (360 - widest) / 2;
  return ((middle + 540) % 360) - 180;
}

export function placesOf(parties: readonly Party[]): Place[] {
  const known = parties.filter((party) => party.longitude !== null && party.latitude !== null);
  return known.map((party) => [party.longitude!, party.latitude!]);
}

// No nearer than this many times the whole world's width.
const NEAREST = 3.2;
const FARTHEST = 0.7;

export function project(parties: readonly Party[], size: Size, inset: Inset, camera: Camera): GeoProjection {
  const places = placesOf(parties);
  const room: [Place, Place] = [
    [inset.left, inset.top],
    [Math.max(inset.left + 40, size.width - inset.right), Math.max(inset.top + 40, size.height - inset.bottom)],
  ];
  const longitude = places.length > 60 ? 11 : middleLongitude(places.map((place) => place[0]));
  const projection = geoEqualEarth().rotate([-longitude, 0]).precision(0.3);
  const whole = geoEqualEarth().fitSize([size.width, size.height], { type: 'Sphere' }).scale();
  if (places.length > 60) projection.fitExtent([[room[0][0] - 20, room[0][1]], [room[1][0] + 20, room[1][1] + 60]], { type: 'Sphere' });
  else if (places.length > 1) projection.fitExtent(room, { type: 'MultiPoint', coordinates: places });
  else projection.fitExtent(room, { type: 'Sphere' });

  const centre: Place = [(room[0][0] + room[1][0]) / 2, (room[0][1] + room[1][1]) / 2];
  const scale = Math.max(whole * FARTHEST, Math.min(projection.scale(), whole * NEAREST));
  zoomAbout(projection, (scale / projection.scale()) * camera.zoom, centre);
  const [x, y] = projection.translate();
  return projection.translate([x + camera.x, y + camera.y]);
}

function zoomAbout(projection: GeoProjection, factor: number, [cx, cy]: Place): void {
  const [x, y] = projection.translate();
  projection.scale(projection.scale() * factor).translate([cx + (x - cx) * factor, cy + (y - cy) * factor]);
}
