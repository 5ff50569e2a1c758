// Text from outside, made fit to be shown: marks that turn or hide text are written as their codes.

const TURNING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

export const SHOWN_OF_NAME = 200;
export const SHOWN_OF_VALUE = 2_000;
export const SHOWN_OF_DOCUMENT = 60_000;

export interface Shown {
  text: string;
  // Characters that were left out.
  left: number;
  // Whether marks were replaced.
  marked: boolean;
}

export function shown(text: string, most: number): Shown {
  const part = text.length > most ? text.slice(0, most) : text;
  const plain = part.replace(TURNING, (mark) => `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
  return { text: plain, left: text.length - part.length, marked: plain !== part };
}

export function name(text: string): string {
  const { text: plain, left } = shown(text, SHOWN_OF_NAME);
  return left > 0 ? `${plain}…` : plain;
}

// The last part of a reference that is a path; the whole is for those who look closer.
export function shortName(reference: string): string {
  const slash = reference.lastIndexOf('/');
  return name(slash >= 0 && slash < reference.length - 1 ? reference.slice(slash + 1) : reference);
}
