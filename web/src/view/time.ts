// How moments of a run are written.

// 1:02.345, or with hours where the run is that long. Below a millisecond is of no use to a reader.
export function momentText(us: number, lengthUs: number): string {
  const ms = Math.round(us / 1000);
  const whole = Math.floor(ms / 1000);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = lengthUs >= 3.6e9 ? `${parts[0]}:${two(parts[1]!)}:${two(parts[2]!)}` : `${parts[0]! * 60 + parts[1]!}:${two(parts[2]!)}`;
  return lengthUs >= 3.6e9 ? clock : `${clock}.${String(ms % 1000).padStart(3, '0')}`;
}

export function durationText(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1e6) return `${trimmed(us / 1e3)} ms`;
  if (us < 6e7) return `${trimmed(us / 1e6)} s`;
  if (us < 3.6e9) return `${trimmed(us / 6e7)} min`;
  return `${trimmed(us / 3.6e9)} h`;
}

function trimmed(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
