/**
 * The result file: what a run writes, what the report reads, what two runs are compared by.
 * Constants, schemas and types only.
 */
import Type, { type Static } from 'typebox';

export const SCHEMA_ID = 'authscale/results/1';

/** A number is never given without its interval and the number of observations behind it. */
export const Estimate = Type.Object(
  {
    value: Type.Number(),
    low: Type.Number(),
    high: Type.Number(),
    n: Type.Integer({ minimum: 1 }),
    unit: Type.String(),
  },
  { additionalProperties: false },
);
export type Estimate = Static<typeof Estimate>;

export const Factors = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]));
export type Factors = Static<typeof Factors>;

/** Factor, true where a cell measures another once more as if it were another: for the noise of the rig, and no claim's business. */
export const CONTROL = 'control';

/** A store this busy is called full: the rest goes to what is not counted as a request's. */
export const STORE_FULL_FROM = 0.9;

export const Check = Type.Object(
  { name: Type.String(), ok: Type.Boolean(), detail: Type.String() },
  { additionalProperties: false },
);
export type Check = Static<typeof Check>;

/** One combination of factors. A cell with a check that is not ok takes no part in verdicts. */
export const Cell = Type.Object(
  { factors: Factors, metrics: Type.Record(Type.String(), Estimate), checks: Type.Array(Check) },
  { additionalProperties: false },
);
export type Cell = Static<typeof Cell>;

export const ExperimentResult = Type.Object(
  {
    id: Type.String(),
    question: Type.String(),
    status: Type.Union([Type.Literal('measured'), Type.Literal('skipped'), Type.Literal('failed')]),
    reason: Type.Optional(Type.String()),
    cells: Type.Array(Cell),
  },
  { additionalProperties: false },
);
export type ExperimentResult = Static<typeof ExperimentResult>;

export const Evidence = Type.Object(
  { experiment: Type.String(), factors: Factors, metric: Type.String(), estimate: Estimate },
  { additionalProperties: false },
);
export type Evidence = Static<typeof Evidence>;

export const VERDICTS = ['holds', 'fails', 'depends', 'not measured'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const ClaimResult = Type.Object(
  {
    id: Type.String(),
    statement: Type.String(),
    prediction: Type.String(),
    verdict: Type.Union(VERDICTS.map((verdict) => Type.Literal(verdict))),
    evidence: Type.Array(Evidence),
    because: Type.String(),
  },
  { additionalProperties: false },
);
export type ClaimResult = Omit<Static<typeof ClaimResult>, 'verdict'> & { verdict: Verdict };

/** Taken when measuring starts and kept with the numbers. */
export const Context = Type.Object(
  {
    cpuModel: Type.String(),
    cores: Type.Integer(),
    memoryBytes: Type.Number(),
    os: Type.String(),
    node: Type.String(),
    /** For people: "Redis 7.0.15, own process", or null where there is none. */
    redis: Type.Union([Type.String(), Type.Null()]),
    /** For people: "PGlite 0.5.14 (PostgreSQL 17.5), embedded". */
    postgres: Type.Union([Type.String(), Type.Null()]),
    /** Commit of the checkout, with "+" where it had changes; null outside a checkout. */
    commit: Type.Union([Type.String(), Type.Null()]),
    /** Package → version of what was measured with. */
    versions: Type.Record(Type.String(), Type.String()),
    cluster: Type.String(),
    /** Means by which each instance's CPU was limited, or null. */
    cpuQuota: Type.Union([Type.String(), Type.Null()]),
    /** What the environment chose: may differ between runs that are compared, and be what is to be compared. */
    settings: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Shape of the load: what must agree before two runs may be compared. */
    load: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  },
  { additionalProperties: false },
);
export type Context = Static<typeof Context>;

export const Run = Type.Object(
  {
    id: Type.String(),
    startedAt: Type.String(),
    finishedAt: Type.Union([Type.String(), Type.Null()]),
    /** When a run that had been interrupted went on, for the last time. */
    resumedAt: Type.Optional(Type.String()),
    status: Type.Union([Type.Literal('complete'), Type.Literal('interrupted')]),
    command: Type.String(),
    seed: Type.Integer(),
    profile: Type.Union([Type.Literal('quick'), Type.Literal('full')]),
  },
  { additionalProperties: false },
);
export type Run = Static<typeof Run>;

export const Results = Type.Object(
  {
    schema: Type.Literal(SCHEMA_ID),
    run: Run,
    context: Context,
    experiments: Type.Array(ExperimentResult),
    claims: Type.Array(ClaimResult),
  },
  { additionalProperties: false },
);
export type Results = Omit<Static<typeof Results>, 'claims'> & { claims: ClaimResult[] };

/** The names that every experiment uses for the quantities they share. */
export const METRICS = [
  'successRatio',
  'throughputRps',
  'goodputRps',
  'latencyP50Ms',
  'latencyP99Ms',
  'instanceCpuMicrosPerRequest',
  'balancerCpuMicrosPerRequest',
  'storeCpuMicrosPerRequest',
  'requestBytes',
  'responseBytes',
  'storeTripsPerRequest',
  'databaseTripsPerRequest',
] as const;
