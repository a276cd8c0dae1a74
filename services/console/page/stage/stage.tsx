import type { AgentView, ConsoleState } from '../../contract.js';
import { hueOf, StatusMark, Token } from '../marks.js';
import { TEXTS } from '../texts.js';
import { type Box, centreOf, keyOf, type Layout } from './layout.js';
import { PartBox } from './part-box.js';
import { Pressable } from './pressable.js';

export interface StageProps {
  readonly state: ConsoleState;
  readonly layout: Layout;
  readonly agents: readonly AgentView[];
  readonly chosenPart: string | null;
  readonly chosenAgent: string | null;
  choosePart(name: string): void;
  chooseAgent(key: string): void;
  /** Where the dots move; nothing else is drawn into it. */
  readonly dots: (layer: SVGGElement | null) => void;
}

export function Stage(props: StageProps) {
  const { state, layout, agents, dots } = props;
  const { balancer, instances } = layout;
  const parts = new Map(state.parts.map((part) => [part.name, part]));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture whose parts can be chosen has no element of its own
    <svg class="stage" viewBox={`0 0 ${layout.width} ${layout.height}`} role="group" aria-label={TEXTS.stage}>
      {[...instances.values(), ...layout.stores.values()].map((box) => (
        <Wire
          key={`${box.x} ${box.y}`}
          from={balancer}
          to={box}
          isStore={![...instances.values()].includes(box)}
          layout={layout}
        />
      ))}
      <Threads {...props} />
      {layout.headings.map(({ x, y, text }) => (
        <text key={text} x={x} y={y} class="heading">
          {text}
        </text>
      ))}
      <PartBox part={parts.get('balancer')} box={balancer} {...props} />
      {[...instances, ...layout.stores].map(([name, box]) => (
        <PartBox key={name} part={parts.get(name)} box={box} {...props} />
      ))}
      {agents.map((agent) => (
        <User key={keyOf(agent)} agent={agent} {...props} />
      ))}
      <Others {...props} />
      <g class="dots" ref={dots} />
    </svg>
  );
}

/** A store has its wires from the instances: they alone ask it. */
function Wire({ from, to, isStore, layout }: { from: Box; to: Box; isStore: boolean; layout: Layout }) {
  const end = centreOf(to);
  const starts = isStore ? [...layout.instances.values()].map(centreOf) : [centreOf(from)];
  return (
    <g class={isStore ? 'wire faint' : 'wire'}>
      {starts.map(({ x, y }) => (
        <line key={`${x} ${y}`} x1={x} y1={y} x2={end.x} y2={end.y} />
      ))}
    </g>
  );
}

/** What ties a user to an instance: the cookie of the balancer. */
function Threads({ state, layout, agents }: StageProps) {
  const pinned = new Set(state.routes.filter(({ affinity }) => affinity !== 'none').map(({ strategy }) => strategy));
  return (
    <g class="threads">
      {agents.map((agent) => {
        const from = layout.agents.get(keyOf(agent));
        const box = layout.instances.get(agent.signedInAt ?? '');
        if (!from || !box || !pinned.has(agent.strategy)) return null;
        const to = { x: box.x + 4, y: centreOf(box).y };
        const middle = centreOf(layout.balancer);
        const d = `M${from.x} ${from.y}Q${middle.x} ${(middle.y + from.y) / 2} ${to.x} ${to.y}`;
        return <path key={keyOf(agent)} class={hueOf(agent.index)} d={d} />;
      })}
    </g>
  );
}

function User({ agent, layout, chosenAgent, chooseAgent }: StageProps & { agent: AgentView }) {
  const place = layout.agents.get(keyOf(agent));
  if (!place) return null;
  const key = keyOf(agent);
  const label = TEXTS.agentOf(agent.id, agent.strategy, agent.status);
  const isChosen = chosenAgent === key;
  return (
    <>
      <Pressable
        class={`user ${agent.status}${isChosen ? ' chosen' : ''}`}
        label={label}
        isPressed={isChosen}
        press={() => chooseAgent(key)}
      >
        <g transform={`translate(${place.x} ${place.y})`}>
          <circle class="focus" r="21" />
          <Token index={agent.index} isThief={agent.isThief} />
          <StatusMark status={agent.status} />
        </g>
      </Pressable>
      {!agent.isThief && (
        <text class={`number ${agent.status}`} x={place.x} y={place.y + 7} text-anchor="middle">
          {agent.index + 1}
        </text>
      )}
    </>
  );
}

function Others({ state, layout }: StageProps) {
  const last = state.samples.at(-1);
  const isSampled = last !== undefined && last.toldOneByOne < last.requestsPerSecond;
  return (
    <g class="others">
      <rect x={layout.others.x - 9} y={layout.others.y - 9} width="18" height="18" />
      {layout.width > 500 && (
        <text x={layout.others.x + 18} y={layout.others.y + 7}>
          {isSampled ? TEXTS.sampled(Math.round(last.requestsPerSecond), last.toldOneByOne) : TEXTS.others}
        </text>
      )}
    </g>
  );
}
