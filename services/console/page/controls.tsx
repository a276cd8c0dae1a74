import type { StrategyName } from '../../contract.js';
import type { Act, ConsoleState } from '../contract.js';
import { PART_ACT_TEXTS, TEXTS } from './texts.js';

export interface ControlsProps {
  readonly state: ConsoleState;
  readonly strategy: StrategyName;
  readonly mayAct: boolean;
  readonly chosenPart: string | null;
  choose(strategy: StrategyName): void;
  act(act: Act): void;
}

/** Each with a tab of its own; a list has the others. */
const TABS: readonly StrategyName[] = ['memory', 'sticky', 'redis', 'jwt'];
const PACES = [0, 1, 2, 5, 10, 20, 50, 200] as const;
const FIRST_PACE = 2;

export function StrategyTabs({ state, strategy, choose }: ControlsProps) {
  const names = state.routes.map((route) => route.strategy);
  const more = names.filter((name) => !TABS.includes(name));
  return (
    <fieldset class="tabs">
      <legend class="unseen">{TEXTS.strategy}</legend>
      {TABS.filter((name) => names.includes(name)).map((name) => (
        <button key={name} type="button" aria-pressed={name === strategy} onClick={() => choose(name)}>
          {name}
        </button>
      ))}
      {more.length > 0 && (
        <Select
          label={TEXTS.strategy}
          isUnseen
          value={more.includes(strategy) ? strategy : '…'}
          options={['…', ...more]}
          choose={(name) => name !== '…' && choose(name as StrategyName)}
        />
      )}
    </fieldset>
  );
}

export function RouteControls({ state, strategy, mayAct, act }: ControlsProps) {
  const route = state.routes.find((one) => one.strategy === strategy);
  if (!route) return null;
  const { policy, affinity } = route;
  return (
    <div class="route" title={route.summary}>
      <Select
        label={TEXTS.policy}
        value={policy}
        options={state.policies}
        isDisabled={!mayAct}
        choose={(next) => act({ do: 'route', strategy, policy: next, affinity })}
      />
      <Select
        label={TEXTS.affinity}
        value={affinity}
        options={state.affinities}
        isDisabled={!mayAct}
        choose={(next) => act({ do: 'route', strategy, policy, affinity: next })}
      />
    </div>
  );
}

interface SelectProps {
  readonly label: string;
  readonly isUnseen?: boolean;
  readonly value: string;
  readonly options: readonly string[];
  readonly isDisabled?: boolean;
  choose(value: string): void;
}

export function Select({ label, isUnseen = false, value, options, isDisabled = false, choose }: SelectProps) {
  const all = options.includes(value) ? options : [value, ...options];
  return (
    <label class="select">
      <span class={isUnseen ? 'unseen' : ''}>{label}</span>
      <select value={value} disabled={isDisabled} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {all.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}

export function Controls({ state, strategy, mayAct, act }: ControlsProps) {
  const pace = state.pace.requestsPerSecond;
  const users = state.agents.filter((agent) => agent.strategy === strategy && !agent.isThief).length;
  const at = PACES.findIndex((one) => one >= pace);
  const setPace = (requestsPerSecond: number) => act({ do: 'pace', requestsPerSecond });
  const button = (text: string, one: Act, isPossible = true) => (
    <button type="button" disabled={!mayAct || !isPossible} onClick={() => act(one)}>
      {text}
    </button>
  );
  return (
    <div class="controls">
      {button(TEXTS.newUser, { do: 'sign-in', strategy, count: users + 1 })}
      {button(TEXTS.step, { do: 'click', times: 1 }, state.agents.length > 0)}
      {state.canAdd && button(TEXTS.addInstance, { do: 'add-instance' })}
      <label class="pace">
        <input
          type="range"
          min={0}
          max={PACES.length - 1}
          value={at < 0 ? PACES.length - 1 : at}
          disabled={!mayAct}
          aria-valuetext={`${pace} ${TEXTS.pace}`}
          onChange={({ currentTarget }) => setPace(PACES[Number(currentTarget.value)] ?? 0)}
        />
        <span>{pace === 0 ? TEXTS.paused : `${pace} ${TEXTS.pace}`}</span>
      </label>
      {button(pace === 0 ? TEXTS.go : TEXTS.pause, { do: 'pace', requestsPerSecond: pace === 0 ? FIRST_PACE : 0 })}
      {button(TEXTS.reset, { do: 'reset' })}
    </div>
  );
}

/** Only what is possible to it now. */
export function PartControls({ state, chosenPart, mayAct, act }: ControlsProps) {
  const part = state.parts.find(({ name }) => name === chosenPart);
  if (!part)
    return <p class="part-acts note">{state.cannotAct ? TEXTS.cannotAct(state.cannotAct) : TEXTS.choosePart}</p>;
  return (
    <div class="part-acts">
      <strong>{TEXTS.chosen(part.name)}</strong>
      {part.acts.length === 0 && <span class="note">{TEXTS.noActs}</span>}
      {part.acts.map((one) => (
        <button
          key={one}
          type="button"
          disabled={!mayAct}
          onClick={() => act({ do: 'part', part: part.name, act: one })}
        >
          {PART_ACT_TEXTS[one]}
        </button>
      ))}
    </div>
  );
}
