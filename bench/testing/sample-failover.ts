import { BIN_MS, type FailoverRound } from '../contract.js';
import { lognormal, type Simulation, sum, times } from './simulation.js';

const KILLED_MS = 1_500;
const CALM_MS = 2_000;
const LOGINS = 900;
const LOGOUTS = 300;

export function sampleFailover({ factors, truth, random, head, measurement }: Simulation): FailoverRound {
  const { loginsRps, readsRps, logoutsRps } = measurement.settings;
  const store = String(factors.store);
  const outageMs = 1000 * truth.outageS(store) * lognormal(random, truth.noise);
  const perBin = Math.round(((Number(loginsRps) + Number(readsRps) + Number(logoutsRps)) * BIN_MS) / 1000);
  const bins = Math.ceil((KILLED_MS + outageMs + CALM_MS) / BIN_MS);
  const isDown = (bin: number) => bin * BIN_MS >= KILLED_MS && bin * BIN_MS < KILLED_MS + outageMs;
  const failed = Array.from({ length: bins }, (_, bin) => (isDown(bin) ? perBin : 0));
  const ok = failed.map((count) => perBin - count);
  const promised = (count: number, share: number) => ({
    count,
    lostMs: random() < share ? [KILLED_MS - 1] : [],
    unknown: 0,
  });
  return {
    ...head,
    protocol: 'failover',
    binMs: BIN_MS,
    killedMs: KILLED_MS,
    keyShare: 1 / 3,
    confirmMs: Array.from({ length: 15 }, () => 0.6 * lognormal(random, truth.noise)),
    ok,
    refused: failed.map(() => 0),
    failed,
    statuses: { 200: sum(ok), 503: sum(failed) },
    failedLatency: times(random, sum(failed), { p50Ms: 20, p99Ms: 300 }),
    logins: promised(LOGINS, truth.lostInFailover(store)),
    logouts: promised(LOGOUTS, truth.lostInFailover(store)),
  };
}
