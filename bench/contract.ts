/**
 * The result file (`results.jsonl`): one record a line, rounds as they were observed, nothing derived. And the summary
 * (`summary.json`): what is derived from it, for machines. Constants, schemas and types only.
 */
import Type, { type Static, type TSchema } from 'typebox';

export const RESULTS_SCHEMA = 'authscale/results/2';
export const SUMMARY_SCHEMA = 'authscale/summary/1';

const closed = { additionalProperties: false };
const record = <K extends string, P extends Record<string, TSchema>>(kind: K, properties: P) =>
  Type.Object({ kind: Type.Literal(kind), ...properties }, closed);
const Count = Type.Integer({ minimum: 0 });
const Amount = Type.Number({ minimum: 0 });
const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Counts = Type.Record(Type.String(), Count);

/** What a round was measured with: strategy, number of instances and whatever else a protocol varies. */
export const Factors = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]));
export type Factors = Static<typeof Factors>;

/** Of a round by its own arithmetic. A round with a check that is not ok takes no part in estimates. */
export const Check = Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() }, closed);
export type Check = Static<typeof Check>;

// ── How one measures: a protocol's settings are the same for all its cells, factors differ from cell to cell ──

/** Users who act one by one. */
export const VisitsSettings = Type.Object(
  {
    /** `page`: view pages. `relogin`: view pages and sign in again at every refusal. `password`: sign in with the password, or without a check of it where the factors say so. `added`: sign in, then view pages with one instance more. `resized`: view a page before and after the number of instances changes. */
    act: Type.Union([
      Type.Literal('page'),
      Type.Literal('relogin'),
      Type.Literal('password'),
      Type.Literal('added'),
      Type.Literal('resized'),
    ]),
    users: Count,
    requestsPerUser: Count,
  },
  closed,
);
export type VisitsSettings = Static<typeof VisitsSettings>;

/** A closed loop: as many requests as the cluster answers. */
export const SaturationSettings = Type.Object(
  {
    /** Which parts get a slice of CPU. */
    slices: Type.Union([Type.Literal('none'), Type.Literal('instances'), Type.Literal('instances and store')]),
    /** One request under way on each; `fill`: as many as use up the slices. */
    connections: Type.Union([Count, Type.Literal('fill')]),
  },
  closed,
);
export type SaturationSettings = Static<typeof SaturationSettings>;

/** An open loop: requests that come whether or not earlier ones were answered. Instances are on slices of CPU. */
export const OfferedLoadSettings = Type.Object({ users: Count }, closed);
export type OfferedLoadSettings = Static<typeof OfferedLoadSettings>;

/** A steady load of all strategies at once, while something happens to the cluster. */
export const TimelineSettings = Type.Object({ usersPerStrategy: Count, rateRps: Count }, closed);
export type TimelineSettings = Static<typeof TimelineSettings>;

/** Requests with all kinds of credentials, and what became of each: asked once, or again and again until it is refused. */
export const BatterySettings = Type.Object({ battery: Type.String() }, closed);
export type BatterySettings = Static<typeof BatterySettings>;

/** Operations on one session at once, again and again. */
export const RaceSettings = Type.Object({ race: Type.String(), trials: Count }, closed);
export type RaceSettings = Static<typeof RaceSettings>;

/** More and more sessions, and what they take. */
export const PopulationSettings = Type.Object({ sessions: Count }, closed);
export type PopulationSettings = Static<typeof PopulationSettings>;

/** Page views that come at a steady rate, while others sign in with a password or do not. */
export const StormSettings = Type.Object(
  {
    viewsRps: Count,
    /** Logins that come, by those that all cores can check the password of. */
    overload: Amount,
  },
  closed,
);
export type StormSettings = Static<typeof StormSettings>;

/** People who sign in, read and sign out while the master of a replicated store is killed. */
export const FailoverSettings = Type.Object({ loginsRps: Count, readsRps: Count, logoutsRps: Count }, closed);
export type FailoverSettings = Static<typeof FailoverSettings>;

/** Sessions that begin at instances which tell each other of them. */
export const ReplicationSettings = Type.Object({ logins: Count, loginsRps: Count }, closed);
export type ReplicationSettings = Static<typeof ReplicationSettings>;

// ── What was observed in one round ──

const Throttling = Type.Object({ periods: Count, throttledPeriods: Count, throttledMicros: Amount }, closed);

/** What the tiers did between two instants, read from outside. */
export const Work = Type.Object(
  {
    /** Time that the CPU times of instances, store and database belong to, in ms. */
    cpuMs: Amount,
    /** Time that the balancer's counts and CPU time belong to, in ms; where it is passed by, that of the client's counts. */
    balancerMs: Amount,
    /** Of the instances that were sent requests. */
    instanceCpuMicros: Type.Number(),
    balancerCpuMicros: Type.Number(),
    storeCpuMicros: Type.Number(),
    /** Null where it cannot be read; missing in rounds from before it was. */
    databaseCpuMicros: Type.Optional(Nullable(Type.Number())),
    /** Sent to instances by the balancer; where it is passed by, answers that clients got. */
    instanceRequests: Count,
    balancerRequests: Count,
    /** Instances that were sent requests. */
    serving: Count,
    instanceThrottling: Nullable(Throttling),
    storeThrottling: Nullable(Throttling),
  },
  closed,
);
export type Work = Static<typeof Work>;

/** What other guests and other processes took of the machine meanwhile; null where the kernel does not tell. */
export const Machine = Type.Object(
  {
    /** /proc/stat, all cores: time that a hypervisor gave to others, in ms. */
    stealMs: Nullable(Amount),
    /** /proc/pressure/cpu: time in which some task waited for a CPU, in ms. */
    pressureMs: Nullable(Amount),
  },
  closed,
);
export type Machine = Static<typeof Machine>;

const head = {
  /** Key of the measurement in the plan. */
  measurement: Type.String(),
  factors: Factors,
  /** From 0: one round of each cell makes a sweep. Rounds of one sweep are neighbours in time, and compared as pairs. */
  sweep: Count,
  /** ISO 8601 */
  startedAt: Type.String(),
  durationMs: Amount,
  machine: Machine,
  checks: Type.Array(Check),
};

export const VisitsRound = record('round', {
  protocol: Type.Literal('visits'),
  ...head,
  /** By user, in the order of signing in. */
  users: Type.Object(
    {
      requests: Type.Array(Count),
      recognised: Type.Array(Count),
      logins: Type.Array(Count),
      /** Answered by another instance than the user's page before; where numbers of instances change alone. */
      moved: Type.Optional(Type.Array(Count)),
    },
    closed,
  ),
  /** Requests by the instance that answered. */
  byInstance: Counts,
  statuses: Counts,
  work: Work,
});
export type VisitsRound = Static<typeof VisitsRound>;

export const SaturationRound = record('round', {
  protocol: Type.Literal('saturation'),
  ...head,
  connections: Count,
  /** Cores that each instance and the store may use; null is without limit. */
  instanceCores: Nullable(Amount),
  storeCores: Nullable(Amount),
  /** Between two instants at which all connections were at work: the servers' counts, and the answers that clients got. */
  steady: Type.Object(
    {
      work: Work,
      durationMs: Amount,
      statuses: Counts,
      /** µs, of the answers in this time: hdr-histogram, compressed, base64. */
      latency: Type.String(),
    },
    closed,
  ),
  sent: Count,
  answered: Count,
  failures: Counts,
  /** Bytes on the wire over the whole round. */
  sentBytes: Count,
  receivedBytes: Count,
  generatorCpuMicros: Amount,
  /** What the instances counted themselves over the whole round; null where they were not asked, as they are on slices. */
  trips: Nullable(Type.Object({ store: Count, database: Count }, closed)),
});
export type SaturationRound = Static<typeof SaturationRound>;

export const OfferedLoadRound = record('round', {
  protocol: Type.Literal('offered-load'),
  ...head,
  offeredRps: Amount,
  instanceCores: Amount,
  /** In which an instance may use its share; missing in rounds from before it was noted. */
  slicePeriodMs: Type.Optional(Amount),
  scheduled: Count,
  sent: Count,
  answered: Count,
  statuses: Counts,
  failures: Counts,
  /** µs from when a request was due, failures included: hdr-histogram, compressed, base64. */
  latency: Type.String(),
  /** Requests written more than 10 ms after they were due. */
  late: Count,
  lagP99Ms: Amount,
  /** How often the round had been measured before, because the generator had been late. */
  repeats: Count,
  generatorCpuMicros: Amount,
});
export type OfferedLoadRound = Static<typeof OfferedLoadRound>;

/** Of one strategy, in bins of BIN_MS from the start of the load on; a request counts in the bin in which it was due. */
export const StrategyTimeline = Type.Object(
  {
    /** Users who were signed in before the load, and of these those who were no more after it. */
    users: Count,
    loggedOut: Count,
    /** Answered and recognised; answered and not recognised; not answered, or with an error. */
    ok: Type.Array(Count),
    refused: Type.Array(Count),
    failed: Type.Array(Count),
    statuses: Counts,
    /** µs, of all requests: hdr-histogram, compressed, base64. */
    latency: Type.String(),
    /** µs, of those that failed. */
    failedLatency: Type.String(),
  },
  closed,
);
export type StrategyTimeline = Static<typeof StrategyTimeline>;

export const TimelineRound = record('round', {
  protocol: Type.Literal('timeline'),
  ...head,
  binMs: Count,
  /** What was done and what was seen, in ms from the start of the load: `kill instance-2`, `instance-2 is down`. */
  events: Type.Array(Type.Object({ atMs: Amount, name: Type.String(), part: Type.String() }, closed)),
  strategies: Type.Record(Type.String(), StrategyTimeline),
});
export type TimelineRound = Static<typeof TimelineRound>;

/** One thing that was tried, and the answers to it. */
export const BatteryCase = Type.Object(
  {
    strategy: Type.String(),
    /** What was tried: `logout`, `signature cut off`, `a stranger deletes a post`. */
    name: Type.String(),
    expected: Type.Union([Type.Literal('accepted'), Type.Literal('refused')]),
    /**
     * In order, by when was asked, in ms from when what was tried had been done; those in a row with one status are one. Status 0 is no
     * answer.
     */
    answers: Type.Array(Type.Object({ status: Count, firstMs: Amount, lastMs: Amount, count: Count }, closed)),
    /** When the credential says that it expires, in ms from the same moment; missing where it does not say. */
    expiresMs: Type.Optional(Amount),
  },
  closed,
);
export type BatteryCase = Static<typeof BatteryCase>;

export const BatteryRound = record('round', {
  protocol: Type.Literal('battery'),
  ...head,
  cases: Type.Array(BatteryCase),
  /** What else was counted: `requests`, `jwksFetches`. */
  counts: Counts,
});
export type BatteryRound = Static<typeof BatteryRound>;

export const RaceRound = record('round', {
  protocol: Type.Literal('race'),
  ...head,
  /** What could go wrong, by the session in which it was tried, and how often it did: items put into a cart, and those lost. */
  trials: Type.Array(Count),
  wrong: Type.Array(Count),
  statuses: Counts,
  /** Of the operations that raced. */
  operations: Count,
  work: Work,
});
export type RaceRound = Static<typeof RaceRound>;

export const PopulationRound = record('round', {
  protocol: Type.Literal('population'),
  ...head,
  /** After a full collection, by ascending number of sessions. */
  readings: Type.Array(
    Type.Object(
      {
        sessions: Count,
        /** What the instance holds, in the heap and outside. */
        instanceBytes: Amount,
        /** What Redis has allocated; null where it takes no part. */
        storeBytes: Nullable(Amount),
      },
      closed,
    ),
  ),
  /** Why there are fewer than were wanted; null where there are not. */
  cappedBecause: Nullable(Type.String()),
});
export type PopulationRound = Static<typeof PopulationRound>;

export const StormRound = record('round', {
  protocol: Type.Literal('storm'),
  ...head,
  scheduled: Count,
  sent: Count,
  answered: Count,
  statuses: Counts,
  failures: Counts,
  /** µs from when a page view was written to its connection, failures included: hdr-histogram, compressed, base64. */
  latency: Type.String(),
  /** Page views written more than 10 ms after they were due. */
  late: Count,
  lagP99Ms: Amount,
  generatorCpuMicros: Amount,
  /** Logins that were sent, and what came of them. */
  logins: Type.Object({ sent: Count, statuses: Counts }, closed),
});
export type StormRound = Static<typeof StormRound>;

/** What the store had promised, and of this what it did not keep. */
const Acknowledged = Type.Object(
  {
    count: Count,
    /** Those that had not happened when all was over: when each had been acknowledged, in ms from the start of the load. */
    lostMs: Type.Array(Amount),
    /** Those that nobody could look for. */
    unknown: Count,
  },
  closed,
);

export const FailoverRound = record('round', {
  protocol: Type.Literal('failover'),
  ...head,
  binMs: Count,
  /** When the master was killed, in ms from the start of the load, and what part of all keys it had. */
  killedMs: Amount,
  keyShare: Amount,
  /** Before that, from writing to it until a replica confirmed: each try, in ms. */
  confirmMs: Type.Array(Amount),
  /** In bins of binMs, by when it was due: done; refused; not answered, or with an error. */
  ok: Type.Array(Count),
  refused: Type.Array(Count),
  failed: Type.Array(Count),
  statuses: Counts,
  /** µs, of those that failed: hdr-histogram, compressed, base64. */
  failedLatency: Type.String(),
  /** Of sessions that nobody ended: presented afterwards, a lost one is refused. */
  logins: Acknowledged,
  /** Presented afterwards, a session whose end was lost is good again. */
  logouts: Acknowledged,
});
export type FailoverRound = Static<typeof FailoverRound>;

export const ReplicationRound = record('round', {
  protocol: Type.Literal('replication'),
  ...head,
  /** Sessions that began, and of all instances together meanwhile: changes told to others, bytes sent to them, CPU time in µs. */
  logins: Count,
  messages: Count,
  bytes: Count,
  cpuMicros: Amount,
  /** Of as many logins again those that were asked for at every instance right after the reply, and those that one did not know then. */
  asked: Count,
  stale: Count,
  /** Of these the longest from the reply until every instance was seen to know the session, in ms; 0 where none was stale. */
  longestStaleMs: Amount,
});
export type ReplicationRound = Static<typeof ReplicationRound>;

export const BIN_MS = 100;
/** After so long a client of a timeline gives up. */
export const TIMELINE_TIMEOUT_MS = 3_000;

export const Round = Type.Union([
  VisitsRound,
  SaturationRound,
  OfferedLoadRound,
  TimelineRound,
  BatteryRound,
  RaceRound,
  PopulationRound,
  StormRound,
  FailoverRound,
  ReplicationRound,
]);
export type Round = Static<typeof Round>;
export type ProtocolName = Round['protocol'];
export type RoundOf<P extends ProtocolName> = Extract<Round, { readonly protocol: P }>;

/** The settings of each protocol. */
export interface SettingsOf {
  readonly visits: VisitsSettings;
  readonly saturation: SaturationSettings;
  readonly 'offered-load': OfferedLoadSettings;
  readonly timeline: TimelineSettings;
  readonly battery: BatterySettings;
  readonly race: RaceSettings;
  readonly population: PopulationSettings;
  readonly storm: StormSettings;
  readonly failover: FailoverSettings;
  readonly replication: ReplicationSettings;
}

// ── The other records ──

export const RunRecord = record('run', {
  schema: Type.Literal(RESULTS_SCHEMA),
  id: Type.String(),
  startedAt: Type.String(),
  /** As a person types it. */
  command: Type.String(),
  seed: Count,
  minutes: Type.Number(),
});
export type RunRecord = Static<typeof RunRecord>;

/** Taken when measuring starts and kept with the numbers. */
export const ContextRecord = record('context', {
  cpuModel: Type.String(),
  cores: Count,
  memoryBytes: Amount,
  os: Type.String(),
  node: Type.String(),
  /** For people: "Redis 7.0.15, private process"; null where there is none. */
  redis: Nullable(Type.String()),
  /** For people: "PGlite, embedded". */
  postgres: Nullable(Type.String()),
  /** Commit of the checkout, with "+" where it had changes; null outside a checkout. */
  commit: Nullable(Type.String()),
  versions: Type.Record(Type.String(), Type.String()),
  cluster: Type.String(),
  /** Means by which CPU is limited, or null. */
  cpuQuota: Nullable(Type.String()),
  /** What the environment chose, such as the algorithm of tokens. */
  settings: Type.Record(Type.String(), Type.String()),
});
export type ContextRecord = Static<typeof ContextRecord>;

/** What is measured, by which protocol, in which cells. */
export const Measurement = Type.Object(
  {
    /** Protocol and settings: `visits act=page users=120 requestsPerUser=3`. */
    key: Type.String(),
    protocol: Type.Union([
      Type.Literal('visits'),
      Type.Literal('saturation'),
      Type.Literal('offered-load'),
      Type.Literal('timeline'),
      Type.Literal('battery'),
      Type.Literal('race'),
      Type.Literal('population'),
      Type.Literal('storm'),
      Type.Literal('failover'),
      Type.Literal('replication'),
    ]),
    settings: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
    cells: Type.Array(Factors),
    /** Rounds of each cell, at least. */
    leastSweeps: Count,
    /** About how long these take, in s. */
    seconds: Amount,
  },
  closed,
);
export type Measurement = Static<typeof Measurement>;

export const PlanRecord = record('plan', {
  /** What a run of this kind compares. */
  strategies: Type.Array(Type.String()),
  instances: Type.Array(Count),
  claims: Type.Array(Type.String()),
  measurements: Type.Array(Measurement),
  /** Claims that are not measured in this run, and why. */
  leftOut: Type.Array(Type.Object({ claim: Type.String(), because: Type.String() }, closed)),
});
export type PlanRecord = Static<typeof PlanRecord>;

/** What a protocol found out about this machine before its first round, such as the size of slices. */
export const CalibrationRecord = record('calibration', {
  measurement: Type.String(),
  values: Type.Record(Type.String(), Type.Number()),
});
export type CalibrationRecord = Static<typeof CalibrationRecord>;

/** What happened beside the rounds. */
export const EventRecord = record('event', {
  at: Type.String(),
  name: Type.Union([
    /** All rounds that were planned are there. */
    Type.Literal('measured'),
    /** A measurement ended early; what it has so far stays. */
    Type.Literal('failed'),
    Type.Literal('cluster replaced'),
    Type.Literal('resumed'),
  ]),
  measurement: Nullable(Type.String()),
  detail: Type.String(),
});
export type EventRecord = Static<typeof EventRecord>;

export const EndRecord = record('end', {
  status: Type.Union([Type.Literal('complete'), Type.Literal('interrupted')]),
  finishedAt: Type.String(),
});
export type EndRecord = Static<typeof EndRecord>;

export const ResultRecord = Type.Union([
  RunRecord,
  ContextRecord,
  PlanRecord,
  CalibrationRecord,
  VisitsRound,
  SaturationRound,
  OfferedLoadRound,
  TimelineRound,
  BatteryRound,
  RaceRound,
  PopulationRound,
  StormRound,
  FailoverRound,
  ReplicationRound,
  EventRecord,
  EndRecord,
]);
export type ResultRecord = Static<typeof ResultRecord>;

/** A file's records, sorted. `context` and `plan` are null where the run ended before. */
export interface Results {
  readonly run: RunRecord;
  readonly context: ContextRecord | null;
  readonly plan: PlanRecord | null;
  readonly calibrations: readonly CalibrationRecord[];
  readonly rounds: readonly Round[];
  readonly events: readonly EventRecord[];
  /** Of the last time that the run ended; null where it did not come to that. */
  readonly end: EndRecord | null;
}

// ── The summary ──

export const VERDICTS = ['true', 'false', 'depends', 'inconclusive', 'not measured'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A number with its interval and the count of observations behind it. */
export const SummaryEstimate = Type.Object(
  {
    metric: Type.String(),
    factors: Factors,
    value: Type.Number(),
    low: Type.Number(),
    high: Type.Number(),
    n: Type.Integer({ minimum: 1 }),
    unit: Type.String(),
    /** It was cut off before it came to its end: the truth lies there or beyond, and the interval's other end says nothing. */
    bound: Type.Optional(Type.Union([Type.Literal('at least'), Type.Literal('at most')])),
    predicted: Type.Optional(Type.Number()),
    /** Whether the verdict rests on it. */
    decided: Type.Boolean(),
  },
  closed,
);
export type SummaryEstimate = Static<typeof SummaryEstimate>;

export const SummaryClaim = Type.Object(
  {
    id: Type.String(),
    group: Type.String(),
    verdict: Type.Union([
      Type.Literal('true'),
      Type.Literal('false'),
      Type.Literal('depends'),
      Type.Literal('inconclusive'),
      Type.Literal('not measured'),
    ]),
    finding: Type.String(),
    because: Type.String(),
    estimates: Type.Array(SummaryEstimate),
  },
  closed,
);

export const Summary = Type.Object(
  {
    schema: Type.Literal(SUMMARY_SCHEMA),
    run: Type.Object(
      {
        id: Type.String(),
        seed: Count,
        minutes: Type.Number(),
        status: Type.Union([Type.Literal('complete'), Type.Literal('interrupted')]),
        context: Nullable(Type.Omit(ContextRecord, ['kind'])),
      },
      closed,
    ),
    claims: Type.Array(SummaryClaim),
    checks: Type.Object(
      {
        passed: Count,
        failed: Type.Array(Type.Object({ name: Type.String(), factors: Factors, detail: Type.String() }, closed)),
      },
      closed,
    ),
  },
  closed,
);
export type Summary = Static<typeof Summary>;
