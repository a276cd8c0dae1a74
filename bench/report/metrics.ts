import { formatUnit } from './numbers.js';
import { capitalise, wordsOf } from './text.js';

/** What people call a metric. A metric that is not here is called by the words of its name. */
const LABELS = new Map([
  ['successRatio', 'Recognised requests'],
  ['loginsPerPageView', 'Logins per page view'],
  ['instanceCpuMicrosPerPageView', 'Instance CPU per page view'],
  ['passwordHashCpuMicrosPerPageView', 'Password-hash CPU per page view'],
  ['instanceCpuMicrosPerRequest', 'Instance CPU per request'],
  ['balancerCpuMicrosPerRequest', 'Balancer CPU per request'],
  ['storeCpuMicrosPerRequest', 'Store CPU per request'],
  ['generatorCpuMicrosPerRequest', 'Load generator CPU per request'],
  ['instanceCpuRatioToNone', 'Instance CPU against no authentication'],
  ['cpuRatioToHaproxy', 'CPU against HAProxy'],
  ['cpuRatioToHttpProxy', 'CPU against http-proxy'],
  ['throughputRps', 'Throughput'],
  ['goodputRps', 'Goodput'],
  ['latencyP50Ms', 'Latency, median'],
  ['latencyP99Ms', 'Latency, 99th percentile'],
  ['addedP50Ms', 'Added latency, median'],
  ['addedP99Ms', 'Added latency, 99th percentile'],
  ['requestBytes', 'Request size'],
  ['responseBytes', 'Response size'],
  ['storeTripsPerRequest', 'Store trips per request'],
  ['databaseTripsPerRequest', 'Database trips per request'],
  ['capacityRps', 'Capacity'],
  ['latencyMeanMs', 'Latency, mean'],
  ['speedup', 'Capacity against one instance'],
  ['alpha', 'Contention α'],
  ['beta', 'Coherency β'],
  ['gammaRps', 'One instance γ'],
  ['maxToMeanLoad', 'Busiest instance against the mean'],
  ['newInstanceShare', 'Share of the newest instance'],
  ['failedRatio', 'Failed requests'],
  ['loadAtSloRps', 'Load that meets the objective'],
  ['storeUtilisation', 'Store utilisation'],
  ['instancesPerStore', 'Instances that fill one store'],
  ['instancesPerStoreOnWholeCores', 'Instances that fill one store, a core each'],
]);

/** The model's prediction of a metric stands in the same cell: `capacityRps` and `predictedCapacityRps`. */
export function predictionOf(metric: string): string {
  return `predicted${capitalise(metric)}`;
}

/** The metric that a name like `predictedCapacityRps` is the prediction of, or null. */
export function predictedBy(name: string): string | null {
  const [, metric] = /^predicted(\p{Lu}.*)$/u.exec(name) ?? [];
  return metric === undefined ? null : metric.charAt(0).toLowerCase() + metric.slice(1);
}

export function metricLabel(metric: string): string {
  const predicted = predictedBy(metric);
  if (predicted !== null) return `${metricLabel(predicted)}, predicted`;
  return LABELS.get(metric) ?? capitalise(wordsOf(metric));
}

/** The part of a unit that a title does not say already: "µs/page view" beside "CPU per page view" is "µs". */
export function unitBeside(title: string, unit: string): string {
  const said = title.toLowerCase();
  const [above = '', below] = formatUnit(unit).split('/');
  const rest = said.includes(above.toLowerCase()) ? '' : above;
  return below === undefined || said.includes(`per ${below.toLowerCase()}`) ? rest : formatUnit(unit);
}

export function withUnit(title: string, unit: string): string {
  const rest = unitBeside(title, unit);
  return rest === '' ? title : `${title}, ${rest}`;
}
