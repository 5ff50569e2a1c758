// The colours of the stage: those of the style sheet, as the canvas needs them.

export interface Palette {
  sea: string;
  land: string;
  coast: string;
  border: string;
  graticule: string;
  home: string;
  ink: string;
  muted: string;
  paper: string;
  link: string;
  accent: string;
  bad: string;
  warn: string;
  blocks: string[];
}

export const BLOCK_COLOURS = 6;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    sea: colour('sea'), land: colour('land'), coast: colour('coast'), border: colour('border'), graticule: colour('graticule'),
    home: colour('home'), ink: colour('ink'), muted: colour('muted'), paper: colour('paper'), link: colour('link'),
    accent: colour('accent'), bad: colour('bad'), warn: colour('warn'),
    blocks: Array.from({ length: BLOCK_COLOURS }, (_, at) => colour(`block-${at + 1}`)),
  };
}
