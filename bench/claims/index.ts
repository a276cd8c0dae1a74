import type { Claim, UnbuiltClaim } from './claim.js';
import { fatToken } from './fat-token.js';
import { fewerDbTrips } from './fewer-db-trips.js';
import { instanceDies } from './instance-dies.js';
import { loadSlowsSessions } from './load-slows-sessions.js';
import { loginDominates } from './login-dominates.js';
import { loginStarves } from './login-starves.js';
import { lookupSlows } from './lookup-slows.js';
import { memoryGrowth } from './memory-growth.js';
import { mismatch } from './mismatch.js';
import { mismatchMended } from './mismatch-mended.js';
import { passwordEachRequest } from './password-each-request.js';
import { reloginStorm } from './relogin-storm.js';
import { rollingDeploy } from './rolling-deploy.js';
import { statelessScales } from './stateless-scales.js';
import { stickySkew } from './sticky-skew.js';
import { storeCeiling } from './store-ceiling.js';
import { storeDies } from './store-dies.js';
import { tokenBytes } from './token-bytes.js';

/** The ledger: every claim that a run can decide, in the order in which it is measured and shown. */
export const BUILT: readonly Claim[] = [
  mismatch,
  mismatchMended,
  reloginStorm,
  stickySkew,
  tokenBytes,
  fatToken,
  fewerDbTrips,
  passwordEachRequest,
  loginDominates,
  memoryGrowth,
  lookupSlows,
  loginStarves,
  storeCeiling,
  statelessScales,
  loadSlowsSessions,
  instanceDies,
  storeDies,
  rollingDeploy,
];

/** What textbooks assert as well, and this version does not put to the test. */
export const UNBUILT: readonly UnbuiltClaim[] = [
  ['replication-cost', 'Mismatch and scaling out', 'All-to-all session replication does not scale'],
  ['store-kinds', 'Memory and lookups', 'Memory beats Redis beats database and disk'],
  ['store-restart', 'Faults', 'A restarted store logs everyone out'],
  ['store-failover', 'Faults', 'A replicated store survives'],
  ['resize-affinity', 'Faults', 'Resizing moves pinned users'],
  ['logout-immediate', 'Logout and authority', 'A session ends at once, a token lives on'],
  ['theft-window', 'Logout and authority', 'A stolen token is good until it expires'],
  ['denylist-cost', 'Logout and authority', 'A denylist mends it and is a session store again'],
  ['short-ttl', 'Logout and authority', 'Short tokens bound the window'],
  ['cached-denylist', 'Logout and authority', 'A local cache trades staleness for cost'],
  ['stale-role', 'Logout and authority', 'Roles in a token go stale'],
  ['authz-apart', 'Logout and authority', 'Authentication is not authorization'],
  ['lost-update', 'Logout and authority', 'Concurrent requests lose session data'],
  ['revived-session', 'Logout and authority', 'A request in flight revives a logged-out session'],
  ['payload-readable', 'Security', "Anyone can read a token's payload"],
  ['tamper-detected', 'Security', 'Tampering is detected'],
  ['xss', 'Security', 'Script reads a stored token, not an HttpOnly cookie'],
  ['csrf', 'Security', 'Cookies ride cross-site requests, headers do not'],
  ['cors', 'Security', 'Cookies are awkward across origins'],
  ['cookie-domain', 'Security', 'A cookie works on one domain and its subdomains'],
  ['verify-anywhere', 'Reach', 'A token works on any service'],
  ['scoped', 'Reach', 'A token can carry less than full authority'],
  ['social-login', 'Reach', 'Someone else can authenticate the user'],
  ['standard', 'Reach', 'JWT is a standard'],
].map(([id = '', group, statement = '']) => ({ id, group: group as UnbuiltClaim['group'], statement }));
