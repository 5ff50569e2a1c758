// The steps of a scenario's story in the order in which they come to be told.
import type { StoryStep, Text } from '../data/contract';

export class Story {
  readonly steps: readonly StoryStep[];

  // A step whose event never came is never told.
  constructor(steps: readonly StoryStep[]) {
    this.steps = steps.filter((step) => step.at_us !== null).sort((one, other) => one.at_us! - other.at_us!);
  }

  next(told: number): number | null {
    return told + 1 < this.steps.length ? told + 1 : null;
  }

  previous(told: number): number | null {
    return told > 0 ? told - 1 : null;
  }

  // The last step that has been told by a time; of several at one moment the first.
  lastUntil(atUs: number): number {
    let last = -1;
    for (const [number, step] of this.steps.entries()) {
      if (step.at_us! > atUs) break;
      if (last < 0 || step.at_us! > this.steps[last]!.at_us!) last = number;
    }
    return last;
  }
}

export function inLanguage(text: Text | undefined, language: string): string {
  if (!text) return '';
  return text[language] ?? text['en'] ?? Object.values(text)[0] ?? '';
}
