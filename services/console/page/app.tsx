import type { StrategyName } from '../../contract.js';
import type { Act, AgentView, ConsoleState, ReportView } from '../contract.js';
import { Controls, type ControlsProps, PartControls, RouteControls, StrategyTabs } from './controls.js';
import type { Link } from './model.js';
import { Panel } from './panel.js';
import type { Player } from './player.js';
import { Curl, Log, Reports } from './records.js';
import { SceneBar, SceneButtons } from './scene-bar.js';
import type { Scene } from './scenes/scene.js';
import { keyOf, type Layout } from './stage/layout.js';
import { Stage } from './stage/stage.js';
import { TEXTS } from './texts.js';

export interface AppProps {
  readonly state: ConsoleState | null;
  readonly link: Link;
  readonly layout: Layout | null;
  readonly mayAct: boolean;
  readonly strategy: StrategyName;
  readonly agents: readonly AgentView[];
  readonly chosenAgent: string | null;
  readonly chosenPart: string | null;
  readonly notice: string | null;
  readonly player: Player | null;
  readonly reports: readonly ReportView[];
  /** What moved in the last seconds, in words. */
  readonly movement: string;
  readonly isNarrow: boolean;
  choose(strategy: StrategyName): void;
  chooseAgent(key: string): void;
  choosePart(name: string): void;
  act(act: Act): void;
  play(scene: Scene): void;
  leave(): void;
  readonly dots: (layer: SVGGElement | null) => void;
}

export function App(props: AppProps) {
  const { state, layout } = props;
  return (
    <>
      <header>
        <h1>{TEXTS.title}</h1>
        <SceneButtons {...props} />
        <Status link={props.link} />
      </header>
      {state && layout ? <Main {...props} state={state} layout={layout} /> : <main />}
      <p class="unseen" role="status">
        {props.movement}
      </p>
    </>
  );
}

function Main(props: AppProps & { state: ConsoleState; layout: Layout }) {
  const { state, strategy, agents, chosenAgent, mayAct } = props;
  const agent = agents.find((one) => keyOf(one) === chosenAgent) ?? firstOf(agents, strategy);
  const controls: ControlsProps = { ...props, state, mayAct: mayAct && !props.player?.isBusy };
  return (
    <main>
      <div class="left">
        <div class="tab-row">
          <StrategyTabs {...controls} />
          <RouteControls {...controls} />
        </div>
        <Stage {...props} />
        <PartControls {...controls} />
        <SceneBar {...props} />
      </div>
      <div class="right">
        <Panel state={state} strategy={strategy} agent={agent} />
        <details class="sheet" open={!props.isNarrow}>
          <summary>{TEXTS.controls}</summary>
          <Controls {...controls} />
        </details>
        <Log lines={state.log} />
        <Curl state={state} agent={agent} path={`/${agent?.strategy ?? strategy}/me`} />
        <Reports reports={props.reports} />
      </div>
    </main>
  );
}

/** Rather one who has something to show. */
function firstOf(agents: readonly AgentView[], strategy: StrategyName): AgentView | null {
  const its = agents.filter((one) => one.strategy === strategy);
  return its.find(({ credential }) => credential !== null) ?? its[0] ?? null;
}

function Status({ link }: { link: Link }) {
  if (link.is === 'lost') {
    const seconds = Math.max(1, Math.ceil((link.retryAtMs - Date.now()) / 1000));
    return (
      <p class="status lost" role="alert">
        {TEXTS.lost(seconds)}
      </p>
    );
  }
  return <p class="status">{link.is === 'open' ? TEXTS.live : TEXTS.connecting}</p>;
}
