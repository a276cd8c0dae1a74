import { writeFileSync } from 'node:fs';
import { renderLedger } from '../bench/report/ledger.js';
import { main } from './main.js';

const FILE = 'docs/claims.md';

await main(async () => {
  writeFileSync(FILE, renderLedger());
  process.stdout.write(`${FILE} is as the code has it.\n`);
  return 0;
});
