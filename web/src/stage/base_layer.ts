// The base layer: what lies under the parties. Another one takes its place by drawing itself.
import { geoContains, geoGraticule10, geoPath, type GeoProjection } from 'd3-geo';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import naturalEarth from 'virtual:base-map';
import { placesOf } from './projection';
import type { Party } from '../data/contract';
import type { Palette } from './palette';

export interface BaseLayer {
  name: string;
  draw(context: CanvasRenderingContext2D, projection: GeoProjection, palette: Palette, home: readonly Feature[]): void;
  // The areas in which parties stand.
  homes(parties: readonly Party[]): Feature[];
}

const graticule = geoGraticule10();

export const NO_LAYER: BaseLayer = {
  name: 'none',
  draw(context, projection, palette) {
    const path = geoPath(projection, context);
    paint(context, () => path({ type: 'Sphere' }), palette.sea, null);
    paint(context, () => path(graticule), null, palette.graticule);
  },
  homes: () => [],
};

// More parties than this are shown by their markers alone.
const HOMES = 40;

function layer(name: string, areas: FeatureCollection, borders: Geometry | null): BaseLayer {
  return {
    name,
    draw(context, projection, palette, home) {
      NO_LAYER.draw(context, projection, palette, []);
      const path = geoPath(projection, context);
      paint(context, () => path(areas), palette.land, palette.coast);
      paint(context, () => home.forEach((area) => path(area)), palette.home, null);
      if (borders) paint(context, () => path(borders), null, palette.border);
    },
    homes(parties) {
      if (parties.length > HOMES) return [];
      const places = placesOf(parties.filter((party) => party.kind === 'administration'));
      return areas.features.filter((area) => places.some((place) => geoContains(area, place)));
    },
  };
}

function paint(context: CanvasRenderingContext2D, draw: () => void, fill: string | null, stroke: string | null): void {
  context.beginPath();
  draw();
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  if (stroke) {
    context.strokeStyle = stroke;
    context.lineWidth = 0.7;
    context.stroke();
  }
}

export function ofTopology(name: string, topology: Topology): BaseLayer {
  const areas = { type: 'FeatureCollection', features: [] } as FeatureCollection;
  let borders: Geometry | null = null;
  for (const object of Object.values(topology.objects)) {
    const found = feature(topology, object) as Feature | FeatureCollection;
    areas.features.push(...(found.type === 'FeatureCollection' ? found.features : [found]));
    if (object.type === 'GeometryCollection') borders = mesh(topology, object as GeometryCollection, (one, other) => one !== other);
  }
  return layer(name, areas, borders);
}

export const NATURAL_EARTH = ofTopology('countries', naturalEarth);

// A map that the user chose; null where it is none.
export function readLayer(name: string, text: string): BaseLayer | null {
  try {
    const map = JSON.parse(text) as Topology | FeatureCollection;
    if (map.type === 'Topology') return ofTopology(name, map);
    if (map.type === 'FeatureCollection' && Array.isArray(map.features)) return layer(name, map, null);
  } catch {
    // What cannot be read is no map.
  }
  return null;
}
