import type { ComponentChildren } from 'preact';

interface PressableProps {
  readonly class: string;
  readonly label: string;
  readonly isPressed: boolean;
  press(): void;
  readonly children?: ComponentChildren;
}

/** A part of a picture that is a button. */
export function Pressable({ label, isPressed, press, children, class: name }: PressableProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    press();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      class={name}
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={isPressed}
      onClick={press}
      onKeyDown={onKeyDown}
    >
      {children}
    </g>
  );
}
