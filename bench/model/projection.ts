/** What one request and one session of a strategy cost, as measured. */
export interface StrategyCosts {
  readonly instanceCpuMicros: number;
  readonly balancerCpuMicros: number;
  readonly storeCpuMicros: number;
  /** Instance CPU of one login, password hash included. */
  readonly loginCpuMicros: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Memory per session, 0 where none is kept there. */
  readonly sessionStoreBytes: number;
  readonly sessionInstanceBytes: number;
}

/** What the reader of a report may change. */
export interface ProjectionInputs {
  readonly requestsPerUserHour: number;
  /** From login to logout or expiry; each user holds one session. */
  readonly sessionHours: number;
  readonly instanceCores: number;
  readonly instanceMemoryBytes: number;
  readonly balancerCores: number;
  readonly storeMemoryBytes: number;
  readonly linkBitsPerSecond: number;
  /** Share of a tier that is planned to be busy or full: the rest is for peaks and failures. */
  readonly targetUtilization: number;
}

/** Tiers of which a plain deployment has one each, while instances are added as needed. A store works on one core. */
export type SingleTier = 'balancer' | 'store CPU' | 'store memory' | 'network';

export interface Projection {
  readonly users: number;
  readonly requestsPerSecond: number;
  readonly loginsPerSecond: number;
  readonly instances: number;
  readonly balancers: number;
  readonly stores: number;
  readonly storeMemoryBytes: number;
  readonly networkBitsPerSecond: number;
  /** The single tier that reaches its target at the fewest users, and how many these are. */
  readonly firstToGiveOut: { readonly tier: SingleTier; readonly atUsers: number };
}

export const DEFAULT_INPUTS: ProjectionInputs = {
  requestsPerUserHour: 60,
  sessionHours: 8,
  instanceCores: 1,
  instanceMemoryBytes: 2 ** 30,
  balancerCores: 1,
  storeMemoryBytes: 16 * 2 ** 30,
  linkBitsPerSecond: 10e9,
  targetUtilization: 0.7,
};

/**
 * What a number of signed-in users would take, in proportion to the measured costs. It assumes that costs per request stay the
 * same at any size, so it is a first estimate and no promise. The function refers to nothing outside itself: a report can carry
 * its source and compute with the reader's inputs.
 */
export function project(costs: StrategyCosts, inputs: ProjectionInputs, users: number): Projection {
  const target = inputs.targetUtilization;
  const requests = inputs.requestsPerUserHour / 3600;
  const logins = 1 / (inputs.sessionHours * 3600);
  /** What one user takes of one unit of each tier, as a share of what is planned to be used of it. */
  const share = {
    instanceCpu:
      (requests * costs.instanceCpuMicros + logins * costs.loginCpuMicros) / (1e6 * inputs.instanceCores * target),
    instanceMemory: costs.sessionInstanceBytes / (inputs.instanceMemoryBytes * target),
    balancer: (requests * costs.balancerCpuMicros) / (1e6 * inputs.balancerCores * target),
    storeCpu: (requests * costs.storeCpuMicros) / (1e6 * target),
    storeMemory: costs.sessionStoreBytes / (inputs.storeMemoryBytes * target),
    network: (requests * 8 * (costs.requestBytes + costs.responseBytes)) / (inputs.linkBitsPerSecond * target),
  };
  const singles: [SingleTier, number][] = [
    ['balancer', share.balancer],
    ['store CPU', share.storeCpu],
    ['store memory', share.storeMemory],
    ['network', share.network],
  ];
  const [tier, largest] = singles.reduce((most, single) => (single[1] > most[1] ? single : most));
  return {
    users,
    requestsPerSecond: users * requests,
    loginsPerSecond: users * logins,
    instances: Math.max(1, Math.ceil(users * Math.max(share.instanceCpu, share.instanceMemory))),
    balancers: Math.max(1, Math.ceil(users * share.balancer)),
    stores: Math.ceil(users * Math.max(share.storeCpu, share.storeMemory)),
    storeMemoryBytes: users * costs.sessionStoreBytes,
    networkBitsPerSecond: users * share.network * inputs.linkBitsPerSecond * target,
    firstToGiveOut: { tier, atUsers: Math.floor(1 / largest) },
  };
}
