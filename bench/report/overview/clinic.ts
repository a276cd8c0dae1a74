import type { Summary, SummaryEstimate } from '../../contract.js';
import { inWordsApart } from '../../words/numbers.js';
import { countOf } from '../../words/text.js';

/** What users tell, what it comes from, and what mends it. */
export interface Symptom {
  readonly told: string;
  readonly cause: string;
  /** What this run saw of it; null where it did not look. */
  readonly seen: string | null;
  readonly mends: string;
  readonly claim: string;
}

export interface ClinicView {
  readonly check: readonly string[];
  readonly reads: readonly string[];
  readonly symptoms: readonly Symptom[];
}

interface Known extends Omit<Symptom, 'seen'> {
  seen(find: Find): string | null;
}

/** A number of the claim, in words without its interval; null where the run does not have it. */
type Find = (metric: string, factors: SummaryEstimate['factors']) => Found | null;

interface Found {
  readonly value: string;
  /** "4 instances" */
  readonly at: string;
}

/** Put together where the number is there. */
function said(found: Found | null, words: (value: string, at: string) => string): string | null {
  return found === null ? null : words(found.value, found.at);
}

/** One login, then the same page eight times. */
const CHECK = [
  `curl -s -o /dev/null -w 'login: %{http_code}\\n' -c jar -H 'content-type: application/json' \\
  -d '{"username":"YOU","password":"SECRET"}' https://your.site/login`,
  `for i in 1 2 3 4 5 6 7 8; do
  curl -s -o /dev/null -b jar -w '%{http_code} ' https://your.site/account
done`,
];

const READS = [
  '200 200 200 200: the session is found wherever a request goes, or you are tied to one instance. Look further down.',
  '200 401 401 401 200 401 …: sessions live in the memory of one instance, and requests go to all in turn.',
  'login: 200, then all 401: the cookie is not sent again (a path, a domain, Secure over HTTP), the session ended at once, or the site wants its token in a header.',
  'login: anything but 200, or all 302: that was no login. A redirect to the login page counts as a 401.',
  'To see the second: npm start, then the same as user1 with the password that it prints, at http://127.0.0.1:8080/memory/login and /memory/me; and with /redis for the first.',
];

const KNOWN: readonly Known[] = [
  {
    told: 'Some requests fail, the next one works',
    cause: 'Sessions in memory behind a balancer that goes round',
    claim: 'mismatch',
    seen: (find) =>
      said(
        find('recognisedRatio', { strategy: 'memory' }),
        (value, at) => `Of requests ${value} were recognised on ${at}.`,
      ),
    mends: 'A shared store, tokens, or users tied to their instance',
  },
  {
    told: 'A part of the users, all at one moment',
    cause: 'The instance that held their sessions is gone',
    claim: 'instance-dies',
    seen: (find) =>
      said(
        find('loggedOutRatio', { strategy: 'sticky', event: 'instance killed' }),
        (value, at) => `One of ${at} killed: ${value} of users.`,
      ),
    mends: 'A shared store or tokens',
  },
  {
    told: 'Everybody, at one moment',
    cause: 'The store was restarted and kept nothing on disk, or the key that signs was changed',
    claim: 'store-restart',
    seen: (find) =>
      said(
        find('loggedOutRatio', { strategy: 'redis', event: 'store killed' }),
        (value) => `Redis killed and started again: ${value} of users.`,
      ),
    mends: 'appendonly yes in Redis; old keys kept until their tokens have expired',
  },
  {
    told: 'Everybody, with each deployment',
    cause: 'Sessions live in the processes that are replaced',
    claim: 'rolling-deploy',
    seen: (find) =>
      said(
        find('loggedOutRatio', { strategy: 'sticky', event: 'rolling restart, drained' }),
        (value) => `With users tied to instances: ${value} of users.`,
      ),
    mends: 'A shared store or tokens; draining does not save sessions',
  },
  {
    told: 'One user, with two tabs or a bad network',
    cause: 'Two requests used the same refresh token, and the second was taken for a thief',
    claim: 'short-ttl',
    seen: (find) =>
      said(
        find('wrongRatio', { strategy: 'jwt-refresh', grace: 0, clients: 2 }),
        (value) => `Two at once without grace: ${value} of clients.`,
      ),
    mends: 'A few seconds of grace for a token that was just used',
  },
];

/** "Users logged out at random?", with this run's numbers. */
export function buildClinic({ claims }: Summary): ClinicView {
  const symptoms = KNOWN.map(({ seen, ...symptom }): Symptom => {
    const estimates = claims.find(({ id }) => id === symptom.claim)?.estimates ?? [];
    const find: Find = (metric, factors) => {
      const found = estimates
        .filter(
          (one) =>
            one.metric === metric && Object.entries(factors).every(([name, value]) => one.factors[name] === value),
        )
        .sort((a, b) => Number(b.factors.instances ?? 0) - Number(a.factors.instances ?? 0));
      const [first] = found;
      return first
        ? { value: inWordsApart(first).value, at: countOf(Number(first.factors.instances ?? 1), 'instance') }
        : null;
    };
    return { ...symptom, seen: seen(find) };
  });
  return { check: CHECK, reads: READS, symptoms };
}
