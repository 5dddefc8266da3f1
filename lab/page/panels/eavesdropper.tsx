// The switch between what the session's keys open and what somebody without them sees.
import type { Language } from "../../words.ts";

export function EavesdropperSwitch({
  language,
  isOpen,
  isUseful,
  open,
}: {
  readonly language: Language;
  readonly isOpen: boolean;
  /** Whether there is a difference. */
  readonly isUseful: boolean;
  open(isOpen: boolean): void;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={!isOpen}
      disabled={!isUseful}
      onClick={() => open(!isOpen)}
    >
      {language === "es" ? "Lo que ve el fisgón" : "What the eavesdropper sees"}
    </button>
  );
}
