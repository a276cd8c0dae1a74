/** What is measured and what is presented, beside the stage. */
import type { StrategyName } from '../../contract.js';
import type { AgentView, ConsoleState, RequestView, SampleView, TierCosts } from '../contract.js';
import { Chart, type Line } from './chart.js';
import { Mark } from './marks.js';
import { answerOf, measuredOf, shareOf } from './model.js';
import { percent } from './scenes/scene.js';
import { requestText, TEXTS } from './texts.js';

const TIER_LINES = {
  instances: { colour: 'c-vermilion' },
  balancer: { colour: 'c-green', dash: [6, 2] },
  store: { colour: 'c-purple', dash: [2, 2] },
} as const satisfies Record<keyof TierCosts, Pick<Line, 'colour' | 'dash'>>;
const TIERS = Object.keys(TIER_LINES) as (keyof TierCosts)[];
/** As many as there is room for. */
const ROWS = 4;
const STRIP = { count: 40, pitch: 10.5 } as const;

export function Panel({
  state,
  strategy,
  agent,
}: {
  state: ConsoleState;
  strategy: StrategyName;
  agent: AgentView | null;
}) {
  return (
    <section class="panel" aria-label={TEXTS.signedIn}>
      <BigNumber state={state} strategy={strategy} />
      <Strip requests={state.requests} />
      <Credential agent={agent} />
      <Costs state={state} strategy={strategy} />
      <Charts samples={state.samples} strategy={strategy} />
    </section>
  );
}

function BigNumber({ state, strategy }: { state: ConsoleState; strategy: StrategyName }) {
  const { asked, recognised, ratio, predicted } = shareOf(state, strategy);
  return (
    <div class="share">
      <p class="big">
        {TEXTS.signedIn}: <strong>{ratio === null ? TEXTS.unknown : percent(recognised, asked)}</strong>
      </p>
      <p class="beside">
        {strategy}: {asked === 0 ? TEXTS.noRequests : TEXTS.ofLast(recognised, asked)}
        {predicted !== null && <span class="model"> · {TEXTS.predicted(percent(predicted, 1))}</span>}
      </p>
    </div>
  );
}

function Strip({ requests }: { requests: readonly RequestView[] }) {
  const shown = requests.slice(-STRIP.count);
  const words = shown.slice(-3).map((one) => requestText(one, answerOf(one)));
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${STRIP.count * STRIP.pitch} 22`}
      role="img"
      aria-label={`${TEXTS.strip}: ${words.join('; ')}`}
    >
      {shown.map((one, index) => (
        <g
          key={one.id}
          transform={`translate(${(STRIP.count - shown.length + index + 0.5) * STRIP.pitch} 11) scale(.55)`}
        >
          <Mark answer={answerOf(one)} />
        </g>
      ))}
    </svg>
  );
}

/** The real thing: what a login gave, and what is in it. */
function Credential({ agent }: { agent: AgentView | null }) {
  const credential = agent?.credential;
  return (
    <section class="credential" aria-label={TEXTS.credential}>
      <h2>
        {TEXTS.credential} {agent && TEXTS.of(agent.id)}
        {credential?.expiresAtMs != null && (
          <span class="note"> {TEXTS.expires(new Date(credential.expiresAtMs).toLocaleTimeString())}</span>
        )}
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <div class="scroll" tabIndex={0}>
        {!credential && <p class="note">{TEXTS.noCredential}</p>}
        {credential?.given.map((line) => (
          <code key={line}>{line}</code>
        ))}
        {credential?.decoded && <p class="note">{TEXTS.decoded}:</p>}
        {credential?.decoded && <pre>{JSON.stringify(credential.decoded, null, 1)}</pre>}
      </div>
    </section>
  );
}

function Costs({ state, strategy }: { state: ConsoleState; strategy: StrategyName }) {
  const show = (value: number | null | undefined) =>
    value == null ? TEXTS.unknown : `${Number(value.toPrecision(2))}`;
  const measured = measuredOf(state);
  const isWorthSaying = measured.length > 0 && measured.length < ROWS && measured.every(({ costs }) => costs === null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="costs" tabIndex={0} aria-label={TEXTS.costs}>
      <table>
        <thead>
          <tr>
            <th scope="col">{TEXTS.costs}</th>
            {TIERS.map((tier) => (
              <th key={tier} scope="col">
                {TEXTS.tiers[tier]}
              </th>
            ))}
            <th scope="col">{TEXTS.storeTrips}</th>
            <th scope="col">{TEXTS.failed}</th>
          </tr>
        </thead>
        <tbody>
          {measured.map((one) => (
            <tr key={one.strategy} class={one.strategy === strategy ? 'chosen' : ''}>
              <th scope="row">{one.strategy}</th>
              {TIERS.map((tier) => (
                <td key={tier}>{show(one.costs?.[tier])}</td>
              ))}
              <td>{show(one.storeTrips)}</td>
              <td>{TEXTS.failedOf(one.failed, one.requests)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isWorthSaying && <p>{TEXTS.costsFrom}</p>}
    </section>
  );
}

function Charts({ samples, strategy }: { samples: readonly SampleView[]; strategy: StrategyName }) {
  const times = samples.map(({ atMs }) => atMs / 1000);
  const of = samples.map(({ strategies }) => strategies.find((one) => one.strategy === strategy));
  const hundred = (ratio: number | null | undefined) => (ratio == null ? null : 100 * ratio);
  return (
    <div class="charts">
      <Chart
        title={TEXTS.chartShare}
        times={times}
        most={105}
        lines={[
          { label: '1/n', colour: 'c-grey', pointSize: 8, values: of.map((one) => hundred(one?.predictedRatio)) },
          { label: strategy, colour: 'c-blue', pointSize: 4, values: of.map((one) => hundred(one?.recognisedRatio)) },
        ]}
      />
      <Chart
        title={TEXTS.chartCpu}
        times={times}
        most={null}
        lines={TIERS.map((tier) => ({
          ...TIER_LINES[tier],
          label: TEXTS.tiers[tier],
          values: samples.map(({ coresBusy }) => hundred(coresBusy[tier])),
        }))}
      />
    </div>
  );
}
