import type { AgentView, PartView } from '../../contract.js';
import { Token } from '../marks.js';
import { PART_STATES, TEXTS } from '../texts.js';
import { type Box, keyOf } from './layout.js';
import { Pressable } from './pressable.js';

interface PartBoxProps {
  readonly part: PartView | undefined;
  readonly box: Box;
  readonly agents: readonly AgentView[];
  readonly chosenPart: string | null;
  choosePart(name: string): void;
}

export function PartBox(props: PartBoxProps) {
  const { part, box, agents, chosenPart, choosePart } = props;
  if (!part) return null;
  const known = new Map(agents.map((agent) => [keyOf(agent), agent]));
  const holds = part.holds.flatMap(({ agent, strategy }) => known.get(keyOf({ id: agent, strategy })) ?? []);
  const isLow = box.height < 56;
  const isBeside = isLow || part.kind === 'instance';
  const text = PART_STATES[part.state];
  const isChosen = chosenPart === part.name;
  const label = TEXTS.partOf(
    part,
    holds.map(({ id }) => id),
  );
  return (
    <>
      <Pressable
        class={`part ${part.kind} ${part.state}${isChosen ? ' chosen' : ''}`}
        label={label}
        isPressed={isChosen}
        press={() => choosePart(part.name)}
      >
        <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="6" />
        <text x={box.x + 10} y={box.y + (isLow ? box.height / 2 + 7 : 26)}>
          {part.name}
        </text>
        {text && isBeside && (
          <text class="state" x={box.x + box.width - 8} y={box.y + (isLow ? box.height / 2 + 7 : 26)} text-anchor="end">
            {text}
          </text>
        )}
        {text && !isBeside && (
          <text class="state" x={box.x + 10} y={box.y + 52}>
            {text}
          </text>
        )}
      </Pressable>
      {part.kind === 'instance' && <Held {...props} holds={holds} part={part} />}
    </>
  );
}

/** The sessions that it holds: those of the users in their shapes, and how many of their strategies there are by its own count. */
function Held({ holds, part, box, agents }: PartBoxProps & { holds: readonly AgentView[]; part: PartView }) {
  const shownStrategies = new Set(agents.map(({ strategy }) => strategy));
  const count = [...shownStrategies].reduce((sum, strategy) => sum + (part.sessions[strategy] ?? 0), 0);
  const isLow = box.height < 56;
  const y = isLow ? box.y + box.height / 2 : box.y + box.height - 22;
  const room = isLow ? 2 : 5;
  const left = isLow ? box.x + 118 : box.x + 20;
  const shown = holds.slice(0, room);
  return (
    <g class="held">
      {shown.map((agent, index) => (
        <g key={keyOf(agent)} transform={`translate(${left + index * 25} ${y})`}>
          <Token index={agent.index} scale={0.62} />
        </g>
      ))}
      {!isLow && count > 0 && (
        <text class="count" x={box.x + box.width - 8} y={y + 7} text-anchor="end">
          {count}
        </text>
      )}
    </g>
  );
}
