/** Signs that tell apart without colour: a shape for each user, a mark for each answer. */
import type { AgentView } from '../contract.js';
import type { Answer } from './model.js';

const SHAPES = [
  'M0-16A16 16 0 1 1 0 16A16 16 0 1 1 0-16Z',
  'M-15-15H15V15H-15Z',
  'M0-20L20 0L0 20L-20 0Z',
  'M-9-17H9L19 0L9 17H-9L-19 0Z',
  'M0-18L18-4L11 16H-11L-18-4Z',
  'M-20-11H20V11H-20Z',
  'M0 19L-19-13H19Z',
  'M-8-17H8V-8H17V8H8V17H-8V8H-17V-8H-8Z',
] as const;

const HUES = 8;

export function shapeOf(index: number): string {
  return SHAPES[index % SHAPES.length] ?? SHAPES[0];
}

/** Class of its colour. Users 1 and 9 share a shape and not a number; hue and shape run apart from there on. */
export function hueOf(index: number): string {
  return `hue-${(index + Math.floor(index / HUES)) % HUES}`;
}

export function Token({ index, scale = 1, isThief = false }: { index: number; scale?: number; isThief?: boolean }) {
  return (
    <g transform={`scale(${scale})`} class={hueOf(index)}>
      <path class="token" d={shapeOf(index)} />
      {isThief && <path class="mask" d="M-19-9H19V1Q12 5 6-1H-6Q-12 5-19 1Z" />}
    </g>
  );
}

const MARKS: Readonly<Record<Answer, string>> = {
  recognised: 'M-5 0L-1.5 4L5.5-4',
  refused: 'M-4.5-4.5L4.5 4.5M4.5-4.5L-4.5 4.5',
  unavailable: 'M0-6V1.5M0 4.8V6',
  unanswered: 'M-4-2.5Q-3.5-6 0-6Q4-6 4-3Q4-1 0 .5V2M0 4.8V6',
  done: 'M-5 0H5M1-4L5 0L1 4',
  failed: 'M-5 0H5',
};

export const MARK_RADIUS = 9;

export function markPath(answer: Answer): string {
  return MARKS[answer];
}

export function Mark({ answer, x = 0, y = 0 }: { answer: Answer; x?: number; y?: number }) {
  return (
    <g class={`mark ${answer}`} transform={`translate(${x} ${y})`}>
      <circle r={MARK_RADIUS} />
      <path d={MARKS[answer]} />
    </g>
  );
}

const OF_STATUS: Readonly<Partial<Record<AgentView['status'], Answer>>> = {
  recognised: 'recognised',
  refused: 'refused',
  error: 'unavailable',
};

export function StatusMark({ status }: { status: AgentView['status'] }) {
  const answer = OF_STATUS[status];
  return answer ? <Mark answer={answer} x={15} y={-13} /> : null;
}
