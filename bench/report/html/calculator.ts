import { createHash } from 'node:crypto';
import { project } from '../../model/projection.js';
import {
  completeCosts,
  describeLimits,
  describeLoad,
  describeNeeds,
  formatCount,
  formatScaled,
  formatUsers,
  spanOf,
} from '../projection/reckoning.js';

/** The functions that fill the tables, as source that needs nothing else. */
export const RECKONING = [
  project,
  formatCount,
  formatScaled,
  formatUsers,
  spanOf,
  completeCosts,
  describeLoad,
  describeNeeds,
  describeLimits,
].join('\n');

/**
 * Fills a copy of the tables with the reader's inputs. The tables of the defaults stay in the page, for paper. It is the same in
 * every report, and so is its hash; what is measured stands in the page as data.
 */
export const SCRIPT = `
'use strict';
${RECKONING}
const section = document.getElementById('calculator');
const subjects = JSON.parse(section.dataset.subjects);
const fields = [...section.querySelectorAll('input')];
const defaults = section.querySelector('.defaults');
const answers = defaults.cloneNode(true);
answers.className = 'answers live';
defaults.after(answers);
section.classList.add('is-live');
const describe = {
  limits: ({ subject }, inputs) => describeLimits(subjects[subject], inputs),
  load: (_row, inputs) => describeLoad(inputs),
  needs: ({ subject }, inputs) => describeNeeds(subjects[subject], inputs),
};
function answer() {
  const wrong = fields.find(({ validity }) => !validity.valid);
  section.querySelector('[role=status]').textContent = wrong
    ? wrong.getAttribute('aria-label') + ' needs a number from ' + wrong.min + ' to ' + wrong.max + '.' : '';
  answers.classList.toggle('stale', wrong !== undefined);
  if (wrong) return;
  const inputs = Object.fromEntries(fields.map(({ name, valueAsNumber, dataset }) => [name, valueAsNumber * dataset.factor]));
  for (const row of answers.querySelectorAll('[data-row]')) {
    const cells = row.querySelectorAll('.amount');
    describe[row.dataset.row](row.dataset, inputs).forEach(({ value, interval }, at) => {
      cells[at].querySelector('.value').textContent = value;
      cells[at].querySelector('.interval').textContent = interval && '(' + interval + ')';
    });
  }
}
section.addEventListener('input', answer);
answer();
`;

/** Allows a page to run exactly this script. */
export const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;
