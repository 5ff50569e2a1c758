declare module 'virtual:base-map' {
  import type { Topology } from 'topojson-specification';
  const map: Topology;
  export default map;
}

declare module 'topojson-simplify' {
  import type { Topology } from 'topojson-specification';
  export function presimplify(topology: Topology): Topology;
  export function quantile(topology: Topology, p: number): number;
  export function simplify(topology: Topology, minimumWeight: number): Topology;
}
