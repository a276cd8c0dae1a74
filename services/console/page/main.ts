/** The page begins here: events change what is known, and each frame draws it once. */
import { h, render } from 'preact';
import type { StrategyName } from '../../contract.js';
import { type Act, CONSOLE_PATHS, type ConsoleEvent, type ConsoleState, type ReportView } from '../contract.js';
import { App, type AppProps } from './app.js';
import { followEvents, sendAct, takeToken } from './link.js';
import { type Answer, answerOf, applyEvent, type Link } from './model.js';
import { createPlayer, type Player } from './player.js';
import type { Scene } from './scenes/scene.js';
import { createFlights } from './stage/flights.js';
import { journeyOf } from './stage/journey.js';
import { layOut } from './stage/layout.js';
import { movementText } from './texts.js';

const TELL_EVERY_MS = 5000;
const FOLLOWED = '(max-width: 700px)';

const token = takeToken();
const reduced = matchMedia('(prefers-reduced-motion: reduce)');
const narrow = matchMedia(FOLLOWED);
const flights = createFlights(() => reduced.matches);

let state: ConsoleState | null = null;
let link: Link = { is: 'connecting' };
let player: Player | null = null;
let reports: readonly ReportView[] = [];
let isAwaitingFrame = false;
/** The console's clock less this one's: a projector's may be off. */
let aheadMs = 0;
const moved = new Map<Answer, number>();
const chosen = { strategy: 'memory' as StrategyName, agent: null as string | null, part: null as string | null };
const told = { notice: null as string | null, movement: '' };

followEvents({ onEvent: take, onLink: changeLink });
void fetch(CONSOLE_PATHS.reports)
  .then((reply) => reply.json())
  .then((found: readonly ReportView[]) => {
    reports = found;
    drawSoon();
  })
  .catch(() => {});
addEventListener('keydown', useArrows);
narrow.addEventListener('change', drawSoon);
setInterval(tick, 1000);
setInterval(tellMovement, TELL_EVERY_MS);

function take(event: ConsoleEvent): void {
  state = applyEvent(state, event);
  if (event.type === 'sample') aheadMs = event.sample.atMs - Date.now();
  if (event.type === 'requests' && state) {
    const layout = layOut(state.agents, state.parts, narrow.matches);
    const agents = new Map(state.agents.map(({ id, index }) => [id, index]));
    for (const request of event.requests) {
      const answer = answerOf(request);
      moved.set(answer, (moved.get(answer) ?? 0) + 1);
      flights.fly(journeyOf(request, layout, state.agents), agents.get(request.agent ?? '') ?? null);
    }
  }
  drawSoon();
}

function changeLink(next: Link): void {
  link = next;
  drawSoon();
}

/** What counts down is drawn again, though nothing happened. */
function tick(): void {
  if (link.is === 'lost' || player?.step.until) drawSoon();
}

function tellMovement(): void {
  if (moved.size === 0) return;
  told.movement = movementText(moved);
  moved.clear();
  drawSoon();
}

function drawSoon(): void {
  if (isAwaitingFrame) return;
  isAwaitingFrame = true;
  requestAnimationFrame(() => {
    isAwaitingFrame = false;
    render(h(App, propsNow()), document.body);
  });
}

function propsNow(): AppProps {
  const agents = state?.agents ?? [];
  return {
    state,
    link,
    player,
    reports,
    agents,
    isNarrow: narrow.matches,
    ...told,
    mayAct: token !== null && link.is === 'open',
    layout: state && layOut(agents, state.parts, narrow.matches),
    strategy: player?.step.strategy ?? player?.scene.strategy ?? chosen.strategy,
    chosenAgent: chosen.agent,
    chosenPart: chosen.part,
    dots: flights.into,
    choose: (strategy) => choose({ strategy }),
    chooseAgent: (agent) => choose({ agent }),
    choosePart: (part) => choose({ part: chosen.part === part ? null : part }),
    act: (act) => void actAlone(act),
    play,
    leave,
  };
}

function choose(next: Partial<typeof chosen>): void {
  Object.assign(chosen, next);
  drawSoon();
}

async function actAlone(act: Act): Promise<void> {
  told.notice = await sendAct(token, act).then(
    () => null,
    (error: Error) => error.message,
  );
  drawSoon();
}

function play(scene: Scene): void {
  leave();
  player = createPlayer({
    scene,
    act: (act) => sendAct(token, act),
    state: () => state as ConsoleState,
    now: () => Date.now() + aheadMs,
    settle: flights.settled,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    changed: drawSoon,
  });
  void player.begin();
}

function leave(): void {
  if (player) chosen.strategy = player.step.strategy ?? player.scene.strategy;
  player?.stop();
  player = null;
  told.notice = null;
  drawSoon();
}

/** ◀ and ▶, unless what has the focus needs the arrows itself. */
function useArrows({ key, target, altKey, ctrlKey, metaKey }: KeyboardEvent): void {
  if (altKey || ctrlKey || metaKey || (target as Element).closest('input, select, [tabindex="0"]:not([role=button])'))
    return;
  if (key === 'ArrowRight') void player?.forward();
  if (key === 'ArrowLeft') player?.back();
}
