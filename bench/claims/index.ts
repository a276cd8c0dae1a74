import { authzApart } from './authz-apart.js';
import { cachedDenylist } from './cached-denylist.js';
import type { Claim, UnbuiltClaim } from './claim.js';
import { denylistCost } from './denylist-cost.js';
import { fatToken } from './fat-token.js';
import { fewerDbTrips } from './fewer-db-trips.js';
import { instanceDies } from './instance-dies.js';
import { loadSlowsSessions } from './load-slows-sessions.js';
import { loginDominates } from './login-dominates.js';
import { loginStarves } from './login-starves.js';
import { logoutImmediate } from './logout-immediate.js';
import { lookupSlows } from './lookup-slows.js';
import { lostUpdate } from './lost-update.js';
import { memoryGrowth } from './memory-growth.js';
import { mismatch } from './mismatch.js';
import { mismatchMended } from './mismatch-mended.js';
import { passwordEachRequest } from './password-each-request.js';
import { payloadReadable } from './payload-readable.js';
import { reloginStorm } from './relogin-storm.js';
import { replicationCost } from './replication-cost.js';
import { resizeAffinity } from './resize-affinity.js';
import { revivedSession } from './revived-session.js';
import { rollingDeploy } from './rolling-deploy.js';
import { scoped } from './scoped.js';
import { shortTtl } from './short-ttl.js';
import { staleRole } from './stale-role.js';
import { standard } from './standard.js';
import { statelessScales } from './stateless-scales.js';
import { stickySkew } from './sticky-skew.js';
import { storeCeiling } from './store-ceiling.js';
import { storeDies } from './store-dies.js';
import { storeFailover } from './store-failover.js';
import { storeKinds } from './store-kinds.js';
import { storeRestart } from './store-restart.js';
import { tamperDetected } from './tamper-detected.js';
import { theftWindow } from './theft-window.js';
import { tokenBytes } from './token-bytes.js';
import { verifyAnywhere } from './verify-anywhere.js';

/** The ledger: every claim that a run can decide, in the order in which they are shown. Where there is not time for all, the last are left out. */
export const BUILT: readonly Claim[] = [
  mismatch,
  mismatchMended,
  reloginStorm,
  stickySkew,
  resizeAffinity,
  lostUpdate,
  revivedSession,
  tokenBytes,
  payloadReadable,
  authzApart,
  tamperDetected,
  standard,
  verifyAnywhere,
  scoped,
  logoutImmediate,
  theftWindow,
  staleRole,
  shortTtl,
  denylistCost,
  cachedDenylist,
  fewerDbTrips,
  passwordEachRequest,
  loginDominates,
  fatToken,
  memoryGrowth,
  storeCeiling,
  instanceDies,
  storeDies,
  storeRestart,
  rollingDeploy,
  lookupSlows,
  statelessScales,
  loginStarves,
  loadSlowsSessions,
  storeKinds,
  storeFailover,
  replicationCost,
];

/** What textbooks assert as well, and this version does not put to the test. */
export const UNBUILT: readonly UnbuiltClaim[] = [
  ['xss', 'Security', 'Script reads a stored token, not an HttpOnly cookie'],
  ['csrf', 'Security', 'Cookies ride cross-site requests, headers do not'],
  ['cors', 'Security', 'Cookies are awkward across origins'],
  ['cookie-domain', 'Security', 'A cookie works on one domain and its subdomains'],
  ['social-login', 'Reach', 'Someone else can authenticate the user'],
].map(([id = '', group, statement = '']) => ({ id, group: group as UnbuiltClaim['group'], statement }));
