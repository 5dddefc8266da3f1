// Secrets of TLS sessions, chosen as a file or dropped anywhere on the page.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Captured } from "./captured.ts";
import type { Words } from "./words.ts";

interface Taking {
  readonly captured: Captured;
  readonly words: Words;
  /** Says what came of it. */
  readonly say: (sentence: string) => void;
  readonly taken: () => void;
}

async function take(file: File | undefined, { captured, words, say, taken }: Taking): Promise<void> {
  if (!file) return;
  try {
    const { secrets } = await captured.secrets!(await file.text(), file.name);
    say(words.taken(secrets));
    taken();
  } catch (error) {
    say((error as Error).message);
  }
}

export function SecretsButton(taking: Taking) {
  const input = useRef<HTMLInputElement>(null);
  const { words } = taking;
  return (
    <>
      <button type="button" title={words.secretsHint} onClick={() => input.current?.click()}>
        {words.secrets}
      </button>
      <input
        ref={input}
        class="hidden"
        type="file"
        aria-label={words.secretsHint}
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          void take(currentTarget.files?.[0], taking);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

export function Dropping(taking: Taking) {
  const [isOver, over] = useState(false);
  const current = useRef(taking);
  current.current = taking;
  useEffect(() => {
    const isFile = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent) => {
      if (!isFile(event)) return;
      event.preventDefault();
      over(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && over(false);
    const drop = (event: DragEvent) => {
      if (!isFile(event)) return;
      event.preventDefault();
      over(false);
      void take(event.dataTransfer?.files[0], current.current);
    };
    addEventListener("dragover", drag);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", drag);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return isOver ? (
    <div class="drop" aria-hidden="true">
      <p>{taking.words.drop}</p>
    </div>
  ) : null;
}
