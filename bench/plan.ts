import { BASELINE, type StrategyName } from '../services/contract.js';
import type { Claim, Scope } from './claims/claim.js';
import type { Factors, Measurement, PlanRecord, ProtocolName } from './contract.js';
import { type CellRef, keyOf, type Quantity } from './metrics/quantity.js';
import { IDLE } from './metrics/saturation.js';
import { PROTOCOLS } from './protocols/index.js';
import type { Protocol, Requirement } from './protocols/protocol.js';

/** Why something that a claim needs cannot be had here, or undefined where it can. */
export interface Lacks {
  strategy(name: StrategyName): string | undefined;
  requirement(name: Requirement): string | undefined;
}

export interface PlanOptions {
  readonly claims: readonly Claim[];
  readonly scope: Scope;
  readonly minutes: number;
  readonly lacks: Lacks;
}

/** Of what the least rounds leave of the minutes: the rest decides what is open after them. */
const SHARE_SHOWN = 2 / 3;
/** Starting the cluster and writing the report. */
const AROUND_SECONDS = 12;

/**
 * What is measured: the cells that the claims' numbers need, each once however many claims ask for it. Claims come in their order,
 * each with the least rounds of what decides it; one that does not fit into the minutes is left out. Then comes what is shown beside,
 * each claim's in turn, as far as it fits into two thirds of what is left. The rest goes to what is open then. Pure.
 */
export function makePlan({ claims, scope, minutes, lacks }: PlanOptions): Omit<PlanRecord, 'kind'> {
  const leftOut: PlanRecord['leftOut'] = [];
  let [chosen, wished] = [new Draft(), new Draft()];
  for (const claim of claims) {
    const because = whyNot(claim, scope, lacks);
    if (because !== undefined) {
      leftOut.push({ claim: claim.id, because });
      continue;
    }
    const cells = decidingCells(claim, scope);
    wished = wished.with(cells);
    const draft = chosen.with(cells);
    if (fits(draft, minutes)) chosen = draft;
    else leftOut.push({ claim: claim.id, because: `needs ${minutesFor(wished.seconds)} minutes (--minutes)` });
  }
  const shownUntil = chosen.seconds + SHARE_SHOWN * (60 * minutes - AROUND_SECONDS - chosen.seconds);
  const judged = claims.filter(({ id }) => !leftOut.some((one) => one.claim === id));
  for (const cells of inTurns(judged.map((claim) => shownCells(claim, scope, lacks)))) {
    const draft = chosen.with(cells);
    if (draft.seconds <= shownUntil) chosen = draft;
  }
  return {
    strategies: [...scope.strategies],
    instances: [...scope.instances],
    claims: claims.map(({ id }) => id),
    measurements: chosen.measurements,
    leftOut,
  };
}

/** The first of each list, then the second of each, and so on. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** What a claim takes alone, in minutes, or why it cannot be measured. */
export function minutesOf(claim: Claim, scope: Scope, lacks: Lacks): number | { readonly because: string } {
  const because = whyNot(claim, scope, lacks);
  if (because !== undefined) return { because };
  return minutesFor(new Draft().with(decidingCells(claim, scope)).seconds);
}

function fits({ seconds }: Draft, minutes: number): boolean {
  return seconds + AROUND_SECONDS <= 60 * minutes;
}

/** To a tenth. */
function minutesFor(seconds: number): number {
  return Math.ceil((seconds + AROUND_SECONDS) / 6) / 10;
}

function whyNot(claim: Claim, scope: Scope, lacks: Lacks): string | undefined {
  const { quantities } = claim.ask(scope).rule;
  if (quantities.length === 0) return 'needs more than one instance (--instances)';
  for (const quantity of quantities) {
    const missing = missingFor(quantity, scope, lacks);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function missingFor({ factors, cells }: Quantity, { strategies }: Scope, lacks: Lacks): string | undefined {
  const named = [factors, ...cells.map((cell) => cell.factors)].flatMap(({ strategy }) => strategy ?? []);
  const absent = named.find(
    (name) => name !== BASELINE && name !== IDLE && !strategies.some((known) => known === name),
  );
  if (absent !== undefined) {
    return lacks.strategy(absent as StrategyName) ?? `needs ${absent}, which --strategies leaves out`;
  }
  const requirements = cells.flatMap(({ measurement, factors }) =>
    protocolOf(measurement.protocol).requires(measurement.settings, factors),
  );
  return requirements.map((requirement) => lacks.requirement(requirement)).find((lack) => lack !== undefined);
}

/** And those that are shown wherever it is measured. */
function decidingCells(claim: Claim, scope: Scope): CellRef[] {
  const { rule, shows = [], alwaysShown = 0 } = claim.ask(scope);
  return [...rule.quantities, ...shows.slice(0, alwaysShown)].flatMap(({ cells }) => cells);
}

/** Number by number, of what can be had. */
function shownCells(claim: Claim, scope: Scope, lacks: Lacks): (readonly CellRef[])[] {
  const { shows = [] } = claim.ask(scope);
  return shows.filter((quantity) => missingFor(quantity, scope, lacks) === undefined).map(({ cells }) => cells);
}

/** The protocol of a name; its settings belong to it, as they come from the same measurement. */
function protocolOf(name: ProtocolName): Protocol<ProtocolName> {
  return PROTOCOLS[name] as unknown as Protocol<ProtocolName>;
}

/** Measurements with the cells that were asked for so far. */
class Draft {
  readonly #measurements: ReadonlyMap<string, readonly CellRef[]>;

  constructor(measurements: ReadonlyMap<string, readonly CellRef[]> = new Map()) {
    this.#measurements = measurements;
  }

  with(cells: readonly CellRef[]): Draft {
    const measurements = new Map(this.#measurements);
    for (const cell of cells) {
      const { key } = cell.measurement;
      const known = measurements.get(key) ?? [];
      if (known.some(({ factors }) => keyOf(factors) === keyOf(cell.factors))) continue;
      measurements.set(key, [...known, cell]);
    }
    return new Draft(measurements);
  }

  /** With the least rounds of each. */
  get seconds(): number {
    return this.measurements.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  get measurements(): Measurement[] {
    // What breaks the cluster comes last: instances that have just started are slower for a while.
    const isLast = ([, [first]]: [string, readonly CellRef[]]) => Number(first?.measurement.protocol === 'timeline');
    return [...this.#measurements]
      .sort((a, b) => isLast(a) - isLast(b))
      .flatMap(([key, cells]) => {
        const [first] = cells;
        if (!first) return [];
        const { protocol, settings } = first.measurement;
        const factors = cells.map((cell): Factors => cell.factors);
        const { leastSweeps, seconds } = protocolOf(protocol);
        const { setup, sweep } = seconds(settings, factors);
        const least = Math.round(10 * (setup + leastSweeps * sweep)) / 10;
        return [{ key, protocol, settings: { ...settings }, cells: factors, leastSweeps, seconds: least }];
      });
  }
}
