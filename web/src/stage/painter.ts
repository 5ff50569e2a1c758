// Draws what moves: links as they are, what travels on them, and what waits. Called for each frame, and keeps nothing.
import { Load, type Flight } from '../play/flights';
import type { Played } from '../session/played';
import { along, type Curve, type Geometry, type Point } from './geometry';
import type { Palette } from './palette';

export interface Scene {
  played: Played;
  geometry: Geometry;
  palette: Palette;
  colourOf: ReadonlyMap<string, string>;
  atUs: number;
  speed: number;
  // What a story points at, or what is selected: a party, a link or an exchange.
  marked: readonly string[];
  // How large things are drawn beside their usual size.
  scale: number;
  calm: boolean;
}

// What the painter found on its way: what is to be hit with the pointer.
export interface Seen {
  exchange: string;
  point: Point;
}

// More than this at once is a flow and no longer so many envelopes.
export const SINGLE = 700;
const SAMPLED = 6_000;
// What lives shorter than this on the watcher's clock cannot be followed with the eye.
const TOO_QUICK_MS = 120;

// Pixels from one to the next in a row.
const GAP = 23;

const numbers: number[] = [];

export function paint(context: CanvasRenderingContext2D, scene: Scene, seen: Seen[] | null): 'single' | 'flows' {
  const { flights } = scene.played;
  seen?.splice(0);
  const quick = scene.speed > 0 && flights.usualUs / 1000 / scene.speed < TOO_QUICK_MS;
  flights.under(scene.atUs, numbers);
  const flows = numbers.length > SINGLE || (quick && numbers.length > 40);
  paintTethers(context, scene);
  paintLinks(context, scene);
  if (flows) paintFlows(context, scene);
  else paintSingle(context, scene, numbers, seen);
  paintMarks(context, scene);
  return flows ? 'flows' : 'single';
}

function trace(context: CanvasRenderingContext2D, { a, b, c }: Curve): void {
  context.beginPath();
  context.moveTo(a.x, a.y);
  context.quadraticCurveTo(c.x, c.y, b.x, b.y);
}

function paintLinks(context: CanvasRenderingContext2D, { played, geometry, palette, atUs, marked, scale }: Scene): void {
  const many = played.run.links.length > 60;
  context.lineCap = 'round';
  played.run.links.forEach((link, number) => {
    const curve = geometry.links[number];
    if (!curve) return;
    const condition = played.conditions.link(link.name, atUs);
    if (marked.includes(link.name)) {
      trace(context, curve);
      context.strokeStyle = palette.accent;
      context.globalAlpha = 0.25;
      context.lineWidth = 12;
      context.stroke();
      context.globalAlpha = 1;
    }
    trace(context, curve);
    context.strokeStyle = condition === 'cut' ? palette.bad : condition === 'impaired' ? palette.warn : palette.link;
    context.lineWidth = scale * (condition === 'whole' ? (many ? 0.6 : 1.6) : 2.2);
    if (condition !== 'whole') context.setLineDash(condition === 'cut' ? [3, 9] : [10, 6]);
    context.stroke();
    context.setLineDash([]);
    if (condition === 'cut') cross(context, along(curve, 0.5), 9 * scale, palette.bad, palette.paper);
  });
}

// An agency or trader stands by its administration.
function paintTethers(context: CanvasRenderingContext2D, { played, geometry, palette }: Scene): void {
  context.strokeStyle = palette.link;
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  for (const party of played.run.parties) {
    const slash = party.name.indexOf('/');
    const [own, home] = [geometry.parties.get(party.name), geometry.parties.get(party.name.slice(0, slash))];
    if (slash <= 0 || !own || !home) continue;
    context.beginPath();
    context.moveTo(own.x, own.y);
    context.lineTo(home.x, home.y);
    context.stroke();
  }
  context.setLineDash([]);
}

function cross(context: CanvasRenderingContext2D, { x, y }: Point, size: number, colour: string, behind: string): void {
  for (const [width, stroke] of [[7, behind], [3, colour]] as const) {
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.lineWidth = width;
    context.strokeStyle = stroke;
    context.stroke();
  }
}

function shareOf(flight: Flight, atUs: number, calm: boolean): number {
  const share = (atUs - flight.start) / (flight.end - flight.start);
  // Without motion: at the beginning, in the middle, at the end.
  return calm ? (Math.floor(share * 3) + 0.5) / 3 : share;
}

// What goes back keeps to one side of the link, what goes out to the other.
function placeOf(flight: Flight, curve: Curve, { atUs, calm, scale }: Scene): Point {
  const length = Math.hypot(curve.b.x - curve.a.x, curve.b.y - curve.a.y) || 1;
  const gap = Math.min((GAP * scale) / length, 0.5 / Math.max(1, flight.place));
  const alone = shareOf(flight, atUs, calm);
  // The row opens as it leaves, and closes as it arrives.
  const share = Math.max(0, alone - flight.place * gap * Math.sin(Math.PI * alone));
  const at = flight.forward ? share : 1 - share;
  const point = along(curve, at);
  const side = (flight.load === Load.Envelope ? 1 : -1) * 5 * scale;
  const turn = flight.forward ? 1 : -1;
  return {
    x: point.x + (turn * side * (curve.b.y - curve.a.y)) / length,
    y: point.y - (turn * side * (curve.b.x - curve.a.x)) / length,
  };
}

function paintSingle(context: CanvasRenderingContext2D, scene: Scene, under: readonly number[], seen: Seen[] | null): void {
  const { played, geometry, palette, colourOf, atUs } = scene;
  const size = scene.scale * (under.length > 150 ? 0.7 : 1);
  for (const number of under) {
    const flight = played.flights.flight(number);
    const curve = geometry.links[flight.link];
    const track = played.flights.tracks[flight.track];
    if (!curve || !track) continue;
    const point = placeOf(flight, curve, scene);
    const colour = flight.load === Load.Refused ? palette.bad : (colourOf.get(track.block) ?? palette.blocks[0]!);
    context.globalAlpha = flight.lost ? Math.max(0.15, 1 - shareOf(flight, atUs, false)) : 1;
    if (flight.load === Load.Envelope) envelope(context, point, size, colour, palette.paper, track.answers !== '');
    else receipt(context, point, size, colour, palette.paper, flight.load);
    context.globalAlpha = 1;
    seen?.push({ exchange: track.id, point });
  }
}

// An envelope is a sheet with a flap; an answer is drawn in outline.
export function envelope(context: CanvasRenderingContext2D, { x, y }: Point, size: number, colour: string, paper: string, answer: boolean): void {
  const width = 20 * size;
  const height = 14 * size;
  context.beginPath();
  context.roundRect(x - width / 2, y - height / 2, width, height, 2.5 * size);
  context.fillStyle = answer ? paper : colour;
  context.strokeStyle = answer ? colour : paper;
  context.lineWidth = answer ? 2 : 1.5;
  context.fill();
  context.stroke();
  context.beginPath();
  context.moveTo(x - width / 2 + 2.5 * size, y - height / 2 + 2.5 * size);
  context.lineTo(x, y + 1 * size);
  context.lineTo(x + width / 2 - 2.5 * size, y - height / 2 + 2.5 * size);
  context.strokeStyle = answer ? colour : paper;
  context.lineWidth = 1.5;
  context.stroke();
}

// A receipt is one dot for admitted, two for delivered, three for processed, and a cross for refused.
export function receipt(context: CanvasRenderingContext2D, point: Point, size: number, colour: string, paper: string, load: Load): void {
  if (load === Load.Refused) {
    cross(context, point, 5 * size, colour, paper);
    return;
  }
  const dots = load === Load.Admitted ? 1 : load === Load.Delivered ? 2 : 3;
  for (let dot = 0; dot < dots; ++dot) {
    context.beginPath();
    context.arc(point.x + (dot - (dots - 1) / 2) * 8 * size, point.y, 3.4 * size, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.strokeStyle = paper;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  }
}

// By link and way: how many envelopes go along, and of which block most.
function paintFlows(context: CanvasRenderingContext2D, scene: Scene): void {
  const { played, geometry, palette, colourOf, atUs } = scene;
  const window = Math.max(played.flights.usualUs, TOO_QUICK_MS * 1000 * scene.speed);
  const ways = new Map<number, { count: number; colour: string }>();
  played.flights.begun(atUs - window, atUs, SAMPLED, (flight, weight) => {
    if (flight.load !== Load.Envelope) return;
    const way = flight.link * 2 + (flight.forward ? 1 : 0);
    const known = ways.get(way);
    if (known) known.count += weight;
    else ways.set(way, { count: weight, colour: colourOf.get(played.flights.tracks[flight.track]!.block) ?? palette.blocks[0]! });
  });
  context.lineCap = 'butt';
  for (const [way, { count, colour }] of ways) {
    const curve = geometry.links[way >> 1];
    if (!curve) continue;
    const forward = (way & 1) === 1;
    const width = Math.min(16, 1 + Math.sqrt(count) * 0.9);
    trace(context, curve);
    context.strokeStyle = colour;
    context.globalAlpha = 0.55;
    context.lineWidth = width;
    context.setLineDash([10, 6]);
    const moved = scene.calm ? 0 : (performance.now() / 18) % 16;
    context.lineDashOffset = forward ? -moved : moved;
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

// Where an exchange is: on a link, or at the party that has it.
export function placeOfExchange(scene: Scene, id: string): Point | null {
  const { played, geometry, atUs } = scene;
  const track = played.journal.tracks.get(id);
  if (!track) return null;
  played.flights.under(atUs, numbers);
  for (const number of numbers) {
    const flight = played.flights.flight(number);
    const curve = geometry.links[flight.link];
    if (curve && flight.load === Load.Envelope && played.flights.tracks[flight.track] === track) return placeOf(flight, curve, scene);
  }
  const at = track.delivered >= 0 && track.delivered <= atUs ? track.recipient : track.admitted >= 0 && track.admitted <= atUs ? 'gateway' : track.sender;
  return geometry.parties.get(at) ?? geometry.parties.get(track.sender) ?? null;
}

function paintMarks(context: CanvasRenderingContext2D, scene: Scene): void {
  for (const name of scene.marked) {
    const point = scene.geometry.parties.get(name) ?? placeOfExchange(scene, name);
    if (!point) continue;
    const beat = scene.calm ? 0.5 : (performance.now() % 1600) / 1600;
    context.strokeStyle = scene.palette.accent;
    context.lineWidth = 3;
    context.beginPath();
    context.arc(point.x, point.y, 20 * scene.scale, 0, 2 * Math.PI);
    context.stroke();
    context.globalAlpha = 1 - beat;
    context.beginPath();
    context.arc(point.x, point.y, (20 + 18 * beat) * scene.scale, 0, 2 * Math.PI);
    context.stroke();
    context.globalAlpha = 1;
  }
}
