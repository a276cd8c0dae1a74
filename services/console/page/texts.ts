/** All that the page says, but for its scenes. */
import type { PartAct, PartView, RequestView } from '../contract.js';
import type { Answer } from './model.js';

export const TEXTS = {
  title: 'AuthScale, live',
  scenes: 'Scenes',
  chooseScene: 'Choose a scene, or play: sign users in, set the pace, then choose a part of the picture and break it.',
  watchingOnly: 'You are watching. To act, open the link that the cluster printed when it started.',
  watching: 'This page only watches: it was opened without the token of the printed link.',
  noConsole: 'The console does not answer.',
  notDone: (status: number) => `It was not done (${status}).`,
  connecting: 'connecting …',
  live: 'live',
  lost: (seconds: number) => `Connection lost: what is shown is old. Next try in ${seconds} s.`,
  cannotAct: (why: string) => `Parts cannot be acted on: ${why}`,
  predicted: (percent: string) => `the model says ${percent}`,
  signedIn: 'signed in',
  ofLast: (recognised: number, asked: number) => `${recognised} of the last ${asked}`,
  noRequests: 'no requests yet',
  strip: 'The last requests, newest last',
  credential: 'What is presented',
  noCredential: 'Sign users in, then choose one in the picture.',
  of: (agent: string) => `of ${agent}`,
  given: 'as the login gave it',
  decoded: 'decoded, without any key',
  expires: (at: string) => `expires at ${at}`,
  costs: 'CPU/request, µs',
  costsFrom: 'CPU is told after 200 requests of one strategy alone.',
  failed: 'failed',
  failedOf: (failed: number, requests: number) => `${failed} of ${requests}`,
  tiers: { instances: 'instances', balancer: 'balancer', store: 'Redis' },
  storeTrips: 'trips',
  unknown: '–',
  chartShare: 'Signed in, %',
  chartCpu: 'CPU, % of a core',
  log: 'What happened',
  byHand: 'by hand:',
  curl: 'The same with curl',
  reports: 'Reports',
  noReports: 'none yet: npm run bench',
  strategy: 'Strategy',
  policy: 'policy',
  affinity: 'affinity',
  pace: 'requests/s',
  paused: 'paused',
  pause: 'Pause',
  go: 'Go on',
  step: 'One click each',
  newUser: 'New user',
  addInstance: 'Add instance',
  reset: 'Reset',
  controls: 'Controls',
  close: 'Close',
  forward: 'Forward',
  back: 'Back',
  leave: 'Leave the scene',
  again: 'Again',
  running: 'running …',
  stepFailed: (why: string) => `${why} ▶ tries again.`,
  ready: (kind: string) => ({ predict: 'Predict', run: 'Run', reveal: 'Reveal' })[kind] ?? kind,
  balancer: 'balancer',
  others: 'others',
  whoAreYou: '401: who are you?',
  held: (count: number) => `${count} sessions`,
  sampled: (rate: number, told: number) => `${rate} requests/s: ${told} of them are drawn`,
  stage: 'The cluster: users, balancer, instances, stores',
  partOf: ({ name, state, sessions }: PartView, holds: readonly string[]) => {
    const counted = Object.entries(sessions).map(([strategy, count]) => `${count} of ${strategy}`);
    const held = holds.length > 0 ? `, holds the session of ${holds.join(', ')}` : '';
    return `${name} ${state}${held}${counted.length > 0 ? `; sessions by its own count: ${counted.join(', ')}` : ''}`;
  },
  agentOf: (id: string, strategy: string, status: string) => `${id}, ${strategy}, ${status}`,
  chosen: (name: string) => `${name}:`,
  choosePart: 'Choose an instance or Redis in the picture to break it.',
  noActs: 'nothing can be done to it here',
} as const;

export const PART_STATES: Readonly<Record<PartView['state'], string>> = {
  starting: 'starting',
  up: '',
  draining: 'draining',
  ejected: 'ejected',
  frozen: 'frozen',
  down: 'down',
};

export const PART_ACT_TEXTS: Readonly<Record<PartAct, string>> = {
  kill: 'Kill',
  freeze: 'Freeze',
  thaw: 'Thaw',
  revive: 'Revive',
  drain: 'Drain',
  resume: 'Resume',
  remove: 'Remove',
  stop: 'Stop',
  restart: 'Restart',
};

export const ANSWERS: Readonly<Record<Answer, string>> = {
  recognised: 'recognised',
  refused: '401: who are you?',
  unavailable: 'not available',
  unanswered: 'no answer',
  done: 'done',
  failed: 'refused',
};

export function requestText({ agent, method, path, status, tried }: RequestView, answer: Answer): string {
  const where = tried.at(-1)?.instance;
  return `${agent ?? TEXTS.others}: ${method} ${path} → ${status || ANSWERS[answer]}${where ? ` by ${where}` : ''}, ${ANSWERS[answer]}`;
}

/** For who cannot see the dots. */
export function movementText(counts: ReadonlyMap<Answer, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].map(([answer, count]) => `${count} ${ANSWERS[answer]}`);
  return `${total} requests: ${each.join(', ')}.`;
}
