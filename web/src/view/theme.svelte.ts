// Light or dark: as the system has it, until one chooses.

export type Theme = 'light' | 'dark';

const KEPT = 'gncsim.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

class Themed {
  current = $state<Theme>('light');
}

export const theme = new Themed();

export function chooseTheme(chosen?: Theme): void {
  if (chosen) localStorage.setItem(KEPT, chosen);
  const kept = localStorage.getItem(KEPT);
  const now = kept === 'light' || kept === 'dark' ? kept : system.matches ? 'dark' : 'light';
  document.documentElement.dataset['theme'] = now;
  theme.current = now;
}

system.addEventListener('change', () => chooseTheme());

export const motion = matchMedia('(prefers-reduced-motion: reduce)');
