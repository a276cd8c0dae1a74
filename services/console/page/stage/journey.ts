/** The way of a request over the stage, told again after it was answered. */
import type { AgentView, RequestView } from '../../contract.js';
import type { Answer } from '../model.js';
import { answerOf } from '../model.js';
import { type Box, centreOf, keyOf, type Layout, type Point } from './layout.js';

export interface Journey {
  /** Where the dot is at each end of a leg. */
  readonly points: readonly Point[];
  /** Index of the point from which on it bears its answer. */
  readonly turn: number;
  readonly answer: Answer;
  /** Where an attempt was lost on the way, with an index into `points`. */
  readonly losses: readonly number[];
}

export function journeyOf(request: RequestView, layout: Layout, agents: readonly AgentView[]): Journey {
  const home = homeOf(request, layout, agents);
  const balancer = centreOf(layout.balancer);
  const points = [home, balancer];
  const losses: number[] = [];
  const answered = request.tried.filter(({ outcome }) => outcome === 'answered').at(-1);
  for (const { instance, outcome } of request.tried) {
    const box = layout.instances.get(instance);
    if (!box || outcome === 'answered') continue;
    points.push(edgeOf(box, balancer), balancer);
    losses.push(points.length - 2);
  }
  const box = answered && layout.instances.get(answered.instance);
  const store = request.asksStore && layout.stores.get('redis');
  if (box) points.push(edgeOf(box, balancer));
  if (box && store) points.push(edgeOf(store, centreOf(box)), edgeOf(box, balancer));
  const turn = points.length - 1;
  if (box) points.push(balancer);
  points.push(home);
  return { points, turn, answer: answerOf(request), losses };
}

function homeOf({ agent, strategy }: RequestView, { agents: places, others }: Layout, agents: readonly AgentView[]) {
  const sender = agents.find((one) => one.id === agent && (strategy === null || one.strategy === strategy));
  return (sender && places.get(keyOf(sender))) ?? others;
}

/** Just inside the side that faces the other end. */
function edgeOf(box: Box, from: Point): Point {
  const { x, y } = centreOf(box);
  if (box.y > from.y + 20 && box.width > 100 && Math.abs(x - from.x) < 150) return { x, y: box.y + 8 };
  return { x: from.x < x ? box.x + 8 : box.x + box.width - 8, y };
}
