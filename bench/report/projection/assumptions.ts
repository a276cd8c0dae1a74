import { DEFAULT_INPUTS } from '../../model/projection.js';
import { OVERHEAD_BYTES } from './costs.js';
import type { ReaderInputs } from './reckoning.js';

/** One input of the projection: what it is, in which unit readers give it, and why the default is what it is. */
export interface Assumption {
  readonly input: keyof ReaderInputs;
  readonly label: string;
  readonly unit: string;
  /** The input is the reader's number times this. */
  readonly factor: number;
  readonly min: number;
  readonly max: number;
  readonly why: string;
}

/** {"user":{"id":12345,"username":"user346","role":"user"}}: what services/app/sessions keeps of a user. */
const SESSION_DATA_BYTES = 56;

export const DEFAULTS: ReaderInputs = { ...DEFAULT_INPUTS, sessionBytes: SESSION_DATA_BYTES, users: 1e6 };

const GIB = 2 ** 30;

export const ASSUMPTIONS: readonly Assumption[] = [
  {
    input: 'users',
    label: 'Users signed in',
    unit: 'million',
    factor: 1e6,
    min: 0.001,
    max: 1e4,
    why: 'Assumed. The last table is for so many.',
  },
  {
    input: 'requestsPerUserHour',
    label: 'Requests per user and hour',
    unit: '',
    factor: 1,
    min: 0.01,
    max: 1e6,
    why: 'Assumed: a click a minute. Every user counts as signed in and active all the time.',
  },
  {
    input: 'sessionHours',
    label: 'Session lifetime',
    unit: 'hours',
    factor: 1,
    min: 0.01,
    max: 8760,
    why: 'Assumed: a working day, so each user signs in every eight hours, whatever the strategy.',
  },
  {
    input: 'sessionBytes',
    label: 'Data in a session',
    unit: 'bytes',
    factor: 1,
    min: 1,
    max: 1e7,
    why:
      'Assumed until a run measures it. This project stores id, name and role. For key, entry and expiry the projection ' +
      `adds ${OVERHEAD_BYTES.store} bytes in Redis (100,000 such sessions in Redis 7.0 took 213 bytes each) or ` +
      `${OVERHEAD_BYTES.instance} in an instance (its memory grew by 500 to 760 bytes for each).`,
  },
  {
    input: 'targetUtilization',
    label: 'Planned utilisation',
    unit: '%',
    factor: 0.01,
    min: 1,
    max: 100,
    why: 'Assumed: the rest of every tier is kept for peaks and for what fails.',
  },
  {
    input: 'instanceCores',
    label: 'Cores of an instance',
    unit: '',
    factor: 1,
    min: 0.01,
    max: 256,
    why: 'One Node.js process works on about one core; more cores mean as many processes.',
  },
  {
    input: 'instanceMemoryBytes',
    label: 'Instance memory for sessions',
    unit: 'GiB',
    factor: GIB,
    min: 0.01,
    max: 1e5,
    why: 'Assumed. It counts only where sessions live in the instances.',
  },
  {
    input: 'balancerCores',
    label: 'Cores of the balancer',
    unit: '',
    factor: 1,
    min: 0.01,
    max: 256,
    why: 'The balancer that was measured is one Node.js process.',
  },
  {
    input: 'storeMemoryBytes',
    label: 'Store memory',
    unit: 'GiB',
    factor: GIB,
    min: 0.01,
    max: 1e5,
    why: 'Assumed. The store works on one core, as Redis does.',
  },
  {
    input: 'linkBitsPerSecond',
    label: 'Network link',
    unit: 'Gbit/s',
    factor: 1e9,
    min: 0.001,
    max: 1e5,
    why: 'Assumed. Requests and replies as the application sees them, without the headers of TCP, IP and TLS.',
  },
];
