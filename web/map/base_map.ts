// The base layer of the stage, made at build time: Natural Earth's 50m countries, with no more points than a projector shows.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { presimplify, quantile, simplify } from 'topojson-simplify';
import { quantize } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Plugin } from 'vite';

const ID = 'virtual:base-map';
// Of all points of the coast lines and borders, those that matter most.
const KEPT = 0.3;
// Places along a parallel: two kilometres apart at the equator.
const STEPS = 2e4;

export function makeBaseMap(): Topology {
  const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
  const whole = presimplify(JSON.parse(readFileSync(file, 'utf8')) as Topology);
  const simple = simplify(whole, quantile(whole, KEPT));
  const map = quantize({ ...simple, transform: undefined } as Parameters<typeof quantize>[0], STEPS);
  const countries = map.objects['countries'] as GeometryCollection;
  for (const country of countries.geometries) delete country.properties;
  return { ...map, objects: { countries } };
}

export function baseMap(): Plugin {
  return {
    name: 'base-map',
    resolveId: (id) => (id === ID ? '\0' + ID : undefined),
    load: (id) => (id === '\0' + ID ? `export default JSON.parse(${JSON.stringify(JSON.stringify(makeBaseMap()))});` : undefined),
  };
}
