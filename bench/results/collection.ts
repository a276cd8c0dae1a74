import type { ResultRecord, Results, RunRecord } from '../contract.js';

/** What follows the first record. */
export type LaterRecord = Exclude<ResultRecord, RunRecord>;

type Growing = { -readonly [K in keyof Results]: Results[K] extends readonly (infer T)[] ? T[] : Results[K] };

/** Of context and plan the last counts: a run that is resumed may write them again. */
const ADDING: {
  readonly [K in LaterRecord['kind']]: (results: Growing, record: Extract<LaterRecord, { kind: K }>) => void;
} = {
  context: (results, record) => {
    results.context = record;
  },
  plan: (results, record) => {
    results.plan = record;
  },
  calibration: (results, record) => {
    results.calibrations.push(record);
  },
  round: (results, record) => {
    results.rounds.push(record);
    results.end = null;
  },
  event: (results, record) => {
    results.events.push(record);
    if (record.name === 'resumed') results.end = null;
  },
  end: (results, record) => {
    results.end = record;
  },
};

/** A file's records, sorted as they come. */
export class Collection {
  readonly #results: Growing;

  constructor(run: RunRecord) {
    this.#results = { run, context: null, plan: null, calibrations: [], rounds: [], events: [], end: null };
  }

  /** Grows with every record that is added. */
  get results(): Results {
    return this.#results;
  }

  add(record: LaterRecord): void {
    const add = ADDING[record.kind] as (results: Growing, record: LaterRecord) => void;
    add(this.#results, record);
  }
}
