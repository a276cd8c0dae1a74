/** Dots that move. Each is drawn once, moved by the browser alone, and taken away: nothing is kept of it. */
import { hueOf, MARK_RADIUS, markPath, shapeOf } from '../marks.js';
import type { Answer } from '../model.js';
import { TEXTS } from '../texts.js';
import type { Journey } from './journey.js';
import type { Point } from './layout.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Beyond it a dot more shows nothing more. */
const MOST_DOTS = 60;
const LEG_MS = 300;
const FAST_LEG_MS = 170;
const GAP_MS = 140;
const LATEST_MS = 3000;
const BUBBLE_MS = 1100;

export interface Flights {
  into(layer: SVGGElement | null): void;
  fly(journey: Journey, index: number | null): void;
  /** Resolves when nothing moves, or after a while. */
  settled(): Promise<void>;
}

export function createFlights(isReduced: () => boolean): Flights {
  let layer: SVGGElement | null = null;
  let moving = 0;
  let nextStartMs = 0;
  const bubbles = new Set<string>();
  let waiting: (() => void)[] = [];
  const landed = () => {
    moving -= 1;
    if (moving > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    into(found) {
      layer = found;
    },
    fly(journey, index) {
      if (!layer || moving >= MOST_DOTS || document.hidden) return;
      const now = performance.now();
      const start = Math.max(now, Math.min(nextStartMs, now + LATEST_MS));
      nextStartMs = start + (moving > 12 ? GAP_MS / 4 : GAP_MS);
      moving += 1;
      const legMs = isReduced() ? 1 : moving > 12 ? FAST_LEG_MS : LEG_MS;
      void move(layer, { journey, index, legMs, delayMs: isReduced() ? 0 : start - now, bubbles }).then(landed, landed);
    },
    async settled() {
      // What the last reply tells may still be on its way.
      await new Promise((resolve) => setTimeout(resolve, isReduced() ? 50 : 250));
      if (moving > 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

interface Flight {
  readonly journey: Journey;
  readonly index: number | null;
  readonly legMs: number;
  readonly delayMs: number;
  readonly bubbles: Set<string>;
}

async function move(layer: SVGGElement, { journey, index, legMs, delayMs, bubbles }: Flight): Promise<void> {
  const { points, turn, answer, losses } = journey;
  // Those that wait are not drawn: they would hide who sends them.
  if (delayMs > 0) await new Promise((resolve) => window.setTimeout(resolve, delayMs));
  const dot = drawDot(index);
  const mark = drawMark(answer);
  dot.append(mark);
  layer.append(dot);
  const duration = legMs * (points.length - 1);
  const timing = { duration, fill: 'both' as const, easing: 'linear' };
  const shown = turn / (points.length - 1);
  const appears = mark.animate(
    [
      { opacity: 0, offset: 0 },
      { opacity: 0, offset: Math.max(shown - 0.001, 0) },
      { opacity: 1, offset: shown },
      { opacity: 1, offset: 1 },
    ],
    timing,
  );
  const flight = dot.animate(
    points.map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)`, easing: 'ease-in-out' })),
    timing,
  );
  const later = (leg: number, show: () => void) => window.setTimeout(show, leg * legMs);
  if (answer === 'refused') later(turn, () => showBubble(layer, { at: points[turn], text: TEXTS.whoAreYou, bubbles }));
  for (const loss of losses) later(loss, () => showLoss(layer, points[loss]));
  await flight.finished;
  appears.cancel();
  flight.cancel();
  dot.remove();
}

function drawDot(index: number | null): SVGGElement {
  const dot = create('g', { class: index === null ? 'dot other' : `dot ${hueOf(index)}` });
  const shape = create('path', {
    class: 'token',
    d: index === null ? 'M-9-9H9V9H-9Z' : shapeOf(index),
    transform: 'scale(.6)',
  });
  dot.append(shape);
  return dot;
}

function drawMark(answer: Answer): SVGGElement {
  const mark = create('g', { class: `mark ${answer}` });
  const inner = create('g', { transform: 'translate(11 -11)' });
  inner.append(create('circle', { r: `${MARK_RADIUS}` }), create('path', { d: markPath(answer) }));
  mark.append(inner);
  return mark;
}

interface Bubble {
  readonly at: Point | undefined;
  readonly text: string;
  readonly bubbles: Set<string>;
}

/** One at a time in each place: a pile of them cannot be read. */
function showBubble(layer: SVGGElement, { at, text, bubbles }: Bubble): void {
  const place = at && `${at.x} ${at.y}`;
  if (!place || bubbles.has(place)) return;
  bubbles.add(place);
  const bubble = create('g', { class: 'bubble', transform: `translate(${Math.max(at.x - 204, 4)} ${at.y})` });
  const label = create('text', { x: '8', y: '7' });
  label.textContent = text;
  bubble.append(create('rect', { x: '0', y: '-16', width: '202', height: '32', rx: '6' }), label);
  layer.append(bubble);
  window.setTimeout(() => {
    bubble.remove();
    bubbles.delete(place);
  }, BUBBLE_MS);
}

function showLoss(layer: SVGGElement, at: Point | undefined): void {
  if (!at) return;
  const loss = create('g', { class: 'loss', transform: `translate(${at.x} ${at.y})` });
  loss.append(create('path', { d: 'M-12-12L12 12M12-12L-12 12' }));
  layer.append(loss);
  window.setTimeout(() => loss.remove(), BUBBLE_MS);
}

function create<Name extends keyof SVGElementTagNameMap>(name: Name, attributes: Readonly<Record<string, string>>) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
