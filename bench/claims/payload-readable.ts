import { STRATEGIES } from '../../services/contract.js';
import { countedShare, countRatio } from '../metrics/battery-cases.js';
import type { Claim } from './claim.js';
import { never } from './counted.js';
import { PAYLOADS } from './measurements.js';

/** Id, name and role of a dozen users in each of the least rounds. */
const LEAST = 100;

const facts = (what: 'readable' | 'unreadable', strategy: string) =>
  countedShare(
    {
      metric: `${what}Ratio`,
      label: `facts ${what} without a key`,
      of: `${strategy} ${what} facts`,
      by: `${strategy} facts`,
    },
    PAYLOADS,
    { strategy },
  );
const members = (strategy: string) =>
  countRatio(
    {
      metric: 'readableMembers',
      label: 'members that can be read',
      unit: 'members',
      of: `${strategy} readable members`,
      by: `${strategy} credentials`,
      times: 1,
    },
    PAYLOADS,
    { strategy },
  );

export const payloadReadable: Claim = {
  id: 'payload-readable',
  group: 'Security',
  statement: "Anyone can read a token's payload",
  ask({ strategies }) {
    const of = (credential: string) => strategies.filter((strategy) => STRATEGIES[strategy].credential === credential);
    const cookies = of('cookie');
    const readable = (strategy: string) => facts('readable', strategy);
    return {
      rule: never([{ name: 'jwt', quantity: facts('unreadable', 'jwt') }], { least: LEAST }),
      shows: [...of('bearer'), ...cookies].flatMap((strategy) => [readable(strategy), members(strategy)]),
      finding: (words) =>
        `Of what an instance knows of a user by his token, ${words(readable('jwt'))} can be read in it without a key` +
        `${cookies.map((strategy) => `, ${words(readable(strategy))} in the cookie of ${strategy}`).slice(0, 1)}.`,
    };
  },
  misleads: [
    'Three facts each of the same dozen users, in every round. They are no sample of all tokens, and the interval is about repetition alone.',
    'What is known of a user is his id, name and role. A token may hold more than that, and more secret things.',
    'A token that is encrypted (JWE) or that stands for a record of its issuer alone cannot be read. Here tokens are signed.',
    'Who can see a cookie cannot read in it who the user is, but can use it.',
  ],
};
