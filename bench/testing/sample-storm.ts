import type { StormRound } from '../contract.js';
import { noisy, type Simulation, times } from './simulation.js';

const CALM_P99_MS = 4;
const LOGINS = 120;
/** By a gate that lets few through. */
const TURNED_AWAY = 40;

export function sampleStorm(simulation: Simulation): StormRound {
  const { factors, truth, random, head, measurement } = simulation;
  const scheduled = Number(measurement.settings.viewsRps);
  const slower = factors.storm ? truth.p99InStorm(String(factors.gate)) : 1;
  const p99Ms = noisy(CALM_P99_MS * slower, simulation);
  const turnedAway = factors.gate === 'closed' ? TURNED_AWAY : 0;
  return {
    ...head,
    protocol: 'storm',
    scheduled,
    sent: scheduled,
    answered: scheduled,
    statuses: { 200: scheduled },
    failures: {},
    latency: times(random, scheduled, { p50Ms: p99Ms / 2, p99Ms }),
    late: 0,
    lagP99Ms: 0.4,
    generatorCpuMicros: noisy(30 * scheduled, simulation),
    logins: factors.storm
      ? { sent: LOGINS, statuses: { 200: LOGINS - turnedAway, ...(turnedAway > 0 && { 503: turnedAway }) } }
      : { sent: 0, statuses: {} },
  };
}
