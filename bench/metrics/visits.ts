import type { Factors, VisitsRound } from '../contract.js';
import { meanQuantity, ratioQuantity, shareQuantity } from './kinds.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type Visits = MeasurementRef<'visits'>;

/** In place of an instance, where a request came to nothing. */
export const UNANSWERED = 'none';

/** Share of requests that were recognised. Users are the units: a user's requests share one session and one fate. */
export function recognisedRatio(measurement: Visits, factors: Factors): Quantity {
  const described = { metric: 'recognisedRatio', label: 'requests recognised', factors };
  return perUser(described, { measurement, factors }, 'recognised');
}

/** Logins for each page view, of users who sign in again at every refusal. */
export function loginsPerPageView(measurement: Visits, factors: Factors): Quantity {
  const described = { metric: 'loginsPerPageView', label: 'logins per page view', factors };
  return perUser(described, { measurement, factors }, 'logins');
}

/** Requests at the busiest instance by the mean over instances, in each draw of users: 1 is even, n is all at one. */
export function maxToMeanLoad(measurement: Visits, factors: Factors): Quantity {
  const cell: CellRef<'visits'> = { measurement, factors };
  const described = { metric: 'maxToMeanLoad', label: 'busiest instance by mean', unit: 'ratio', factors };
  const quantity = meanQuantity({ ...described, cells: [cell] }, (evidence) => evidence.rounds(cell).map(skewOf));
  return {
    ...quantity,
    estimate(evidence, options) {
      const estimate = quantity.estimate(evidence, options);
      return { ...estimate, low: Math.max(1, estimate.low) };
    },
  };
}

function skewOf({ byInstance, factors }: VisitsRound): number {
  // What nobody answered was no instance's load.
  const loads = Object.entries(byInstance).flatMap(([name, count]) => (name === UNANSWERED ? [] : count));
  return (Math.max(...loads) * Number(factors.instances)) / sum(loads);
}

/** Of the requests of users who had signed in before, the share that an added instance gets. */
export function newInstanceShare(measurement: Visits, factors: Factors): Quantity {
  const cell: CellRef<'visits'> = { measurement, factors };
  const described = { metric: 'newInstanceShare', label: 'requests at an added instance', unit: 'share', factors };
  return ratioQuantity({ ...described, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map(({ byInstance }) => ({
      amount: byInstance.added ?? 0,
      count: sum(Object.values(byInstance)),
    })),
  );
}

/** Share of users who are served by another instance once their number has changed. */
export function movedRatio(measurement: Visits, factors: Factors): Quantity {
  return perUser({ metric: 'movedRatio', label: 'users moved', factors }, { measurement, factors }, 'moved');
}

/** CPU time of the instance for one login with a password, in µs. */
export function loginCpuMicros(measurement: Visits, factors: Factors): Quantity {
  const cell: CellRef<'visits'> = { measurement, factors };
  const described = { metric: 'loginCpuMicros', label: 'instance CPU per login', unit: 'µs', factors };
  return ratioQuantity({ ...described, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map(({ work, users }) => ({ amount: work.instanceCpuMicros, count: sum(users.logins) })),
  );
}

function perUser(
  described: Pick<Quantity, 'metric' | 'label' | 'factors'>,
  cell: CellRef<'visits'>,
  counted: 'recognised' | 'logins' | 'moved',
): Quantity {
  const outcomes = ({ users }: VisitsRound) =>
    users.requests.map((trials, user) => ({ successes: users[counted]?.[user] ?? 0, trials }));
  return shareQuantity({ ...described, cells: [cell] }, (evidence) => evidence.rounds(cell).map(outcomes));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
