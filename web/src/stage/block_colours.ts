import type { Palette } from './palette';

// A colour for each utility block of the run, in the order in which the run names them.
export function colours(blocks: readonly { id: string }[], palette: Pick<Palette, 'blocks'>): ReadonlyMap<string, string> {
  return new Map(blocks.map((block, at) => [block.id, palette.blocks[at % palette.blocks.length]!]));
}
