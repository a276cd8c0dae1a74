/** Where things stand, in the units of the picture: pixels of a projector with 1280 × 720, or of a phone. */
import type { AgentView, PartView } from '../../contract.js';
import { byStrategy } from '../model.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly agents: ReadonlyMap<string, Point>;
  readonly headings: readonly (Point & { readonly text: string })[];
  readonly others: Point;
  readonly balancer: Box;
  readonly instances: ReadonlyMap<string, Box>;
  readonly stores: ReadonlyMap<string, Box>;
}

const PITCH = 44;

/** Of two agents that are one user with two strategies. */
export function keyOf({ id, strategy }: { readonly id: string; readonly strategy: string }): string {
  return `${strategy} ${id}`;
}

export function centreOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

export function layOut(agents: readonly AgentView[], parts: readonly PartView[], isUpright: boolean): Layout {
  const instances = parts.filter(({ kind }) => kind === 'instance').map(({ name }) => name);
  const stores = parts.filter(({ kind }) => kind === 'redis' || kind === 'database').map(({ name }) => name);
  return isUpright ? upright(agents, instances, stores) : lying(agents, instances, stores);
}

function lying(agents: readonly AgentView[], instances: readonly string[], stores: readonly string[]): Layout {
  const [width, height] = [800, 380];
  const pitch = Math.min(94, height / Math.max(instances.length, 1));
  const top = (height - pitch * instances.length) / 2;
  const placed = placeAgents(agents, { x: 8, y: 6, width: 180, height: height - 40 });
  return {
    width,
    height,
    ...placed,
    others: { x: 30, y: height - 16 },
    balancer: { x: 258, y: height / 2 - 40, width: 116, height: 80 },
    instances: new Map(
      instances.map((name, index) => [name, { x: 452, y: top + index * pitch + 4, width: 186, height: pitch - 8 }]),
    ),
    stores: new Map(stores.map((name, index) => [name, { x: 684, y: 88 + index * 130, width: 112, height: 74 }])),
  };
}

function upright(agents: readonly AgentView[], instances: readonly string[], stores: readonly string[]): Layout {
  const [width, height] = [380, 470];
  const rows = Math.ceil(instances.length / 2);
  const pitch = Math.min(84, 200 / Math.max(rows, 1));
  const placed = placeAgents(agents, { x: 6, y: 4, width: 330, height: 108 });
  return {
    width,
    height,
    ...placed,
    others: { x: 352, y: 84 },
    balancer: { x: 115, y: 122, width: 150, height: 44 },
    instances: new Map(
      instances.map((name, index) => {
        const x = index % 2 === 0 ? 4 : 194;
        return [name, { x, y: 196 + Math.floor(index / 2) * pitch, width: 182, height: pitch - 8 }];
      }),
    ),
    stores: new Map(stores.map((name, index) => [name, { x: 50 + index * 150, y: 418, width: 130, height: 46 }])),
  };
}

function placeAgents(agents: readonly AgentView[], box: Box): Pick<Layout, 'agents' | 'headings'> {
  const groups = byStrategy(agents);
  const perRow = Math.floor(box.width / PITCH);
  const rows = [...groups.values()].reduce((sum, group) => sum + Math.ceil(group.length / perRow), 0);
  const heading = groups.size > 1 ? 26 : 0;
  const pitch = Math.min(PITCH, (box.height - heading * groups.size) / Math.max(rows, 1));
  const places = new Map<string, Point>();
  const headings: (Point & { text: string })[] = [];
  let y = box.y;
  for (const [strategy, group] of groups) {
    if (heading) headings.push({ x: box.x, y: y + 20, text: strategy });
    y += heading;
    group.forEach((agent, index) => {
      const row = Math.floor(index / perRow);
      places.set(keyOf(agent), { x: box.x + PITCH / 2 + (index % perRow) * PITCH, y: y + (row + 0.5) * pitch });
    });
    y += Math.ceil(group.length / perRow) * pitch;
  }
  return { agents: places, headings };
}
