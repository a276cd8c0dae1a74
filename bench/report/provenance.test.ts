import t from 'tap';
import type { Machine, Results } from '../contract.js';
import { few, unplanned } from './edge-cases.fixture.js';
import { listProvenance } from './provenance.js';

function neighbours(machine: Machine): string[] {
  const results = few();
  const rounds = results.rounds.map((round) => ({ ...round, durationMs: 1000, machine }));
  return valuesOf({ ...results, rounds }, 'Others on the machine');
}

function valuesOf(results: Results, wanted: string): string[] {
  const group = listProvenance(results).find(({ title }) => title === wanted);
  return group?.facts.map(({ value }) => value) ?? [];
}

t.test('Steal is a share of all cores, pressure one of time; a kernel that is silent is said to be.', async (t) => {
  t.same(neighbours({ stealMs: 50, pressureMs: 250 }), ['2.5 %', '25 %']);
  t.same(neighbours({ stealMs: null, pressureMs: 1.234 }), ['the kernel does not tell', '0.12 %']);
});

t.test('Events and calibrations are told; a run that ended early has little to tell.', async (t) => {
  const results = few();
  const event = { kind: 'event', at: '2026-11-22T09:01:00Z', name: 'cluster replaced', measurement: null } as const;
  t.same(valuesOf({ ...results, events: [{ ...event, detail: 'it was damaged' }] }, 'Events of the run'), [
    'it was damaged',
  ]);
  t.match(valuesOf(results, 'Calibration')[0], /^instance cores 0\.\d+, store cores 0\.\d+$/);
  t.same(
    listProvenance(unplanned()).map(({ title }) => title),
    ['Run'],
  );
});
