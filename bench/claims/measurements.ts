/** What claims measure: two that name the same measurement share its rounds. */
import {
  battery,
  failover,
  offeredLoad,
  population,
  race,
  replication,
  saturation,
  storm,
  timeline,
  visits,
} from '../metrics/quantity.js';

/** Users who view pages. So many in the least rounds that a share of 1 can be told from 0.99. */
export const PAGES = visits({ act: 'page', users: 200, requestsPerUser: 2 });

/** Users who sign in again at every refusal, without a password check. */
export const RELOGINS = visits({ act: 'relogin', users: 60, requestsPerUser: 5 });

/** Logins with a password. */
export const LOGINS = visits({ act: 'password', users: 12, requestsPerUser: 0 });

/** Users who go on after an instance was added. */
export const ADDED_INSTANCE = visits({ act: 'added', users: 60, requestsPerUser: 1 });

/** Users who are tied to instances, while the number of instances changes. */
export const RESIZED = visits({ act: 'resized', users: 100, requestsPerUser: 1 });

/** Requests on a whole core, 32 at a time: what each tier spends on one. */
export const REQUEST_COST = saturation({ slices: 'none', connections: 32 });

/** One request after the other: how long each takes where none waits for another. */
export const ONE_AT_A_TIME = saturation({ slices: 'none', connections: 1 });

/** As many requests as instances on slices of CPU can answer. */
export const CAPACITY = saturation({ slices: 'instances', connections: 'fill' });

/** The same with a Redis whose slice is used up by less than all instances. */
export const STORE_LIMIT = saturation({ slices: 'instances and store', connections: 'fill' });

/** Loads below the capacity of what has the least. */
export const LOADS = offeredLoad({ users: 200 });

/** Items put into carts, ten at once into each. */
export const CARTS = race({ race: 'cart', trials: 130 });

/** Sessions that end while a request of theirs is under way. */
export const REVIVALS = race({ race: 'revival', trials: 376 });

/** Clients that use the same refresh token at once. */
export const REFRESHES = race({ race: 'refresh', trials: 100 });

/** All strategies at once while something happens to the cluster. */
export const EVENTS = timeline({ usersPerStrategy: 40, rateRps: 240 });

/** Who may do what, with every strategy. */
export const AUTHORIZATION = battery({ battery: 'authorization' });

/** Forged tokens and cookies. */
export const FORGERIES = battery({ battery: 'forgeries' });

/** What can be read in a credential. */
export const PAYLOADS = battery({ battery: 'payloads' });

/** Tokens that grow until they are refused. */
export const HEAD_LIMITS = battery({ battery: 'head-limits' });

/** Tokens at a service that has public keys alone. */
export const ELSEWHERE = battery({ battery: 'elsewhere' });

/** Tokens of one implementation at another. */
export const STANDARDS = battery({ battery: 'standards' });
/** Copies of credentials that were ended, presented until they are refused. Tokens live for LIFETIME_S. */
export const WINDOWS = battery({ battery: 'windows' });

/** More and more sessions, and what they take. */
export const POPULATION = population({ sessions: 10_000 });
export const LARGE_POPULATION = population({ sessions: 100_000 });

/** Page views beside half as many logins again as can be checked. */
export const LOGIN_STORM = storm({ viewsRps: 160, overload: 1.5 });

/** Masters of replicated stores that are killed. */
export const FAILOVERS = failover({ loginsRps: 80, readsRps: 80, logoutsRps: 40 });

/** Logins at instances that tell each other of them. */
export const REPLICATION = replication({ logins: 200, loginsRps: 200 });
