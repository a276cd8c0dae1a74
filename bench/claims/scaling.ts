import { type Cell, type Estimate, STORE_FULL_FROM } from '../contract.js';
import { type Claim, contains, type Decision, evidenceOf, notMeasured } from './claim.js';

/** A strategy scales where n instances do more than this share of n times the work of one. */
const SCALES_FROM = 0.8;

/** Rounded, so that 0.8 · 6 is 4.8 in words, too. */
function scalesFrom(instances: number): number {
  return Number((SCALES_FROM * instances).toPrecision(12));
}

export const statelessScales: Claim = {
  id: 'stateless-scales',
  statement: 'Tokens scale out freely; sessions do not',
  prediction: 'recognised requests grow with n for jwt, sticky and redis; for memory they stay as they are',
  experiment: 'scaling',
  decide: (cells) => {
    const largest = Math.max(...cells.map(({ factors }) => Number(factors.instances) || 0));
    const limit = scalesFrom(largest);
    const judged = ['jwt', 'memory', 'sticky', 'redis'].flatMap((strategy) =>
      evidenceOf(cells, 'speedup', { strategy, instances: largest }).map((evidence) => ({ strategy, evidence })),
    );
    const evidence = judged.map((one) => one.evidence);
    const [token, ...sessions] = judged;
    if (token?.strategy !== 'jwt' || sessions.length === 0)
      return notMeasured('needs jwt, a session strategy and more than one instance on slices of CPU', evidence);
    const undecided = judged.filter((one) => contains(one.evidence.estimate, limit));
    if (undecided.length > 0) {
      const which = undecided.map(({ strategy }) => strategy).join(' and ');
      return notMeasured(
        `the interval of ${which} is too wide to tell: it contains ${limit}, from where one scales; more rounds narrow it (--full)`,
        evidence,
      );
    }
    const scales = ({ evidence }: (typeof judged)[number]) => evidence.estimate.value > limit;
    if (!scales(token))
      return {
        verdict: 'fails',
        evidence,
        because: `${largest} instances do less than ${limit} times the work of one with jwt, too`,
      };
    const willing = sessions.filter(scales).map(({ strategy }) => strategy);
    if (willing.length === 0)
      return { verdict: 'holds', evidence, because: 'no session strategy grows with the instances' };
    const because = `on where the session is: ${willing.join(' and ')} ${willing.length === 1 ? 'grows' : 'grow'} with the instances, too`;
    return { verdict: 'depends', evidence, because };
  },
};

export const storeCeiling: Claim = {
  id: 'store-ceiling',
  statement: 'A shared store becomes the bottleneck',
  prediction: 'capacity stops growing at the number of instances whose demands use up one Redis',
  experiment: 'store-ceiling',
  decide: (cells) => {
    const quota = Math.min(...cells.flatMap(({ factors }) => Number(factors.storeQuota) || []));
    const largest = Math.max(...cells.map(({ factors }) => Number(factors.instances) || 0));
    const [busy] = evidenceOf(cells, 'storeUtilisation', { storeQuota: quota, instances: largest });
    const [knee] = evidenceOf(cells, 'instancesPerStore', { storeQuota: quota });
    const [wholeCores] = evidenceOf(cells, 'instancesPerStoreOnWholeCores', { storeQuota: quota });
    const evidence = [knee, busy, wholeCores].filter((piece) => piece !== undefined);
    if (!busy) return notMeasured('needs redis and slices of CPU', evidence);
    const full = busy.estimate.value >= STORE_FULL_FROM;
    if (!full && busy.estimate.high < STORE_FULL_FROM)
      return {
        verdict: 'fails',
        evidence,
        because: `${largest} instances do not use up a Redis with ${quota} of a core`,
      };
    if (!full || !knee || knee.estimate.high >= scalesFrom(largest))
      return notMeasured(`the intervals do not tell whether ${largest} instances use up Redis`, evidence);
    const elsewhere = wholeCores
      ? `; with a core each, it takes ${wholeCores.estimate.low.toFixed(0)} to ${wholeCores.estimate.high.toFixed(0)} instances`
      : '';
    const because = `Redis is used up and ${largest} instances do less than ${scalesFrom(largest)} times the work of one${elsewhere}`;
    return { verdict: 'holds', evidence, because };
  },
};

export const stickySkew: Claim = {
  id: 'sticky-skew',
  statement: 'Sticky routing spreads load unevenly',
  prediction: 'busiest instance above the mean; above all with users of unequal activity',
  experiment: 'sticky-skew',
  decide: (cells) => {
    const skew = (users: string) => evidenceOf(cells, 'maxToMeanLoad', { strategy: 'sticky', users });
    const evidence = [...skew('zipf'), ...skew('uniform'), ...newcomers(cells)];
    const [zipf] = skew('zipf');
    const [uniform] = skew('uniform');
    if (!zipf || !uniform) return notMeasured('needs sticky with more than one instance', evidence);
    const uneven = (estimate: Estimate) => estimate.value >= UNEVEN_FROM;
    return unevenness({ zipf: uneven(zipf.estimate), uniform: uneven(uniform.estimate) }, evidence);
  },
};

/** A busiest instance with a tenth more than the mean is what one would notice. */
const UNEVEN_FROM = 1.1;

function unevenness({ zipf, uniform }: { zipf: boolean; uniform: boolean }, evidence: Decision['evidence']): Decision {
  if (zipf && uniform)
    return { verdict: 'holds', evidence, because: 'the busiest instance has a tenth more than the mean, or above' };
  if (!zipf && !uniform)
    return { verdict: 'fails', evidence, because: 'the busiest instance is within a tenth of the mean' };
  const which = zipf ? 'of unequal activity, not with equal ones' : 'of equal activity, not with unequal ones';
  return { verdict: 'depends', evidence, because: `uneven with users ${which}` };
}

function newcomers(cells: readonly Cell[]): Decision['evidence'] {
  return evidenceOf(cells, 'newInstanceShare', { strategy: 'sticky' });
}

/** A p99 that less than doubles stays as it is. */
const STAYS_BELOW = 2;

type Growth = 'grows' | 'stays' | 'undecided';

function growthOf(least: Estimate, most: Estimate): Growth {
  if (most.low > least.high) return 'grows';
  return most.high < STAYS_BELOW * least.low ? 'stays' : 'undecided';
}

export const loadSlowsSessions: Claim = {
  id: 'load-slows-sessions',
  statement: 'More requests slow sessions but not tokens',
  prediction: 'both slow down near their capacity; p99 of both grows with the load',
  experiment: 'load-latency',
  decide: (cells, attempted) => {
    const highest = Math.max(...attempted.map(({ factors }) => Number(factors.offeredRps) || 0));
    const [session, token] = ['redis', 'jwt'].map((strategy) => {
      const p99s = evidenceOf(cells, 'latencyP99Ms', { strategy });
      const [least, most] = [p99s[0], p99s.at(-1)];
      const growth = least && most && most !== least && growthOf(least.estimate, most.estimate);
      return { p99s, growth: most?.factors.offeredRps === highest ? growth : undefined };
    });
    const evidence = [
      ...[session, token].flatMap((judged) => judged?.p99s ?? []),
      ...evidenceOf(cells, 'loadAtSloRps', {}),
    ];
    if (!session?.growth || !token?.growth)
      return notMeasured('needs two sound loads for redis and for jwt, the highest among them', evidence);
    if (token.growth === 'grows')
      return { verdict: 'fails', evidence, because: 'p99 grows with the load for jwt as well' };
    if (session.growth === 'stays')
      return { verdict: 'fails', evidence, because: 'p99 does not grow with the load for redis either' };
    if (session.growth === 'undecided' || token.growth === 'undecided')
      return notMeasured(
        'the intervals are too wide to tell where p99 grows; more rounds narrow them (--full)',
        evidence,
      );
    return { verdict: 'holds', evidence, because: 'p99 grows with the load for redis and not for jwt' };
  },
};
