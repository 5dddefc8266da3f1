// A dialog of the page, and the one that tells its keys.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Words } from "./words.ts";

/** Modal: the rest of the page waits; Esc closes it, and the focus goes back to where it was. */
export function Dialog({
  title,
  words,
  close,
  wide,
  children,
}: {
  readonly title: string;
  readonly words: Words;
  readonly close: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "wide" : undefined}
      aria-labelledby="dialog-title"
      onClose={close}
      // Keys of a dialog are its own.
      onKeyDown={event => event.stopPropagation()}
      onClick={event => event.target === dialog.current && close()}
    >
      <div class="dialog">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="icon" aria-label={words.close} title={words.close} onClick={close}>
            ✕
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

export function KeysDialog({ words, close }: { readonly words: Words; readonly close: () => void }) {
  return (
    <Dialog title={words.keys} words={words} close={close}>
      <dl class="keys">
        {words.keysOf.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
