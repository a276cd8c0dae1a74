import type { Player } from './player.js';
import { SCENES } from './scenes/index.js';
import type { Scene } from './scenes/scene.js';
import { TEXTS } from './texts.js';

export interface SceneBarProps {
  readonly player: Player | null;
  readonly mayAct: boolean;
  /** Of an act outside a scene. */
  readonly notice: string | null;
  play(scene: Scene): void;
  leave(): void;
}

export function SceneButtons({ player, mayAct, play }: SceneBarProps) {
  return (
    <nav class="scenes" aria-label={TEXTS.scenes}>
      {SCENES.map((scene) => (
        <button
          key={scene.id}
          type="button"
          disabled={!mayAct}
          aria-pressed={player?.scene.id === scene.id}
          onClick={() => play(scene)}
        >
          {scene.title}
        </button>
      ))}
    </nav>
  );
}

export function SceneBar(props: SceneBarProps) {
  const { player, mayAct, notice } = props;
  if (!player) {
    return (
      <section class="caption" aria-label={TEXTS.scenes}>
        <p role="status">{notice ?? (mayAct ? TEXTS.chooseScene : TEXTS.watchingOnly)}</p>
      </section>
    );
  }
  const { step, isBusy, failure } = player;
  return (
    <section class={`caption ${step.kind}`} aria-label={player.scene.title}>
      <p role="status" aria-busy={isBusy}>
        <span class="kind">{TEXTS.ready(step.kind)}</span>
        {captionOf(player)}
      </p>
      {failure !== null && (
        <p class="failure" role="alert">
          {TEXTS.stepFailed(failure)}
        </p>
      )}
      {!isBusy && <Guesses player={player} />}
      <Steps {...props} player={player} />
    </section>
  );
}

function captionOf({ step, isBusy, seen }: Player): string {
  return isBusy && !step.until ? TEXTS.running : step.caption(seen());
}

function Guesses({ player }: { player: Player }) {
  const { guesses } = player.step;
  if (!guesses) return null;
  const seen = player.seen();
  return (
    <div class="guesses">
      {guesses(seen).map((answer) => (
        <button key={answer} type="button" aria-pressed={seen.guess === answer} onClick={() => player.guess(answer)}>
          {answer}
        </button>
      ))}
    </div>
  );
}

function Steps({ player, play, leave }: SceneBarProps & { player: Player }) {
  const { scene, at, isBusy, step } = player;
  const isLast = at === scene.steps.length - 1;
  return (
    <div class="steps">
      <button type="button" aria-label={TEXTS.back} disabled={isBusy || at === 0} onClick={() => player.back()}>
        ◀
      </button>
      <span>
        {at + 1} / {scene.steps.length}
      </span>
      <button
        type="button"
        class="forward"
        aria-label={TEXTS.forward}
        disabled={(isBusy && !step.until) || (isLast && player.failure === null)}
        onClick={() => void player.forward()}
      >
        ▶
      </button>
      <button type="button" disabled={isBusy} onClick={() => play(scene)}>
        {TEXTS.again}
      </button>
      <button type="button" onClick={leave}>
        {TEXTS.leave}
      </button>
    </div>
  );
}
