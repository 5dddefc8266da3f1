// An answer of the capture as a panel sees it: not there yet, there, or refused.
import { useEffect, useState } from "preact/hooks";
import type { Query } from "./captured.ts";
import type { PanelProps } from "./parts.tsx";

export interface Answered<Answer> {
  readonly answer?: Answer;
  /** Why there is none, in a sentence. */
  readonly refused?: string;
}

/** Asks when the panel is first shown, and anew whenever the query changes or the capture is read anew. */
export function useAnswer<Answer>(
  { captured, generation }: Pick<PanelProps, "captured" | "generation">,
  name: string,
  query: Query = {},
): Answered<Answer> {
  const [answered, tell] = useState<Answered<Answer>>({});
  const key = keyOf(name, query);
  useEffect(() => {
    let wanted = true;
    captured.ask<Answer>(name, query).then(
      answer => wanted && tell({ answer }),
      (error: Error) => wanted && tell({ refused: error.message }),
    );
    return () => {
      wanted = false;
    };
  }, [captured, generation, key]);
  return answered;
}

/** "ladder?from=0": how an answer is found again among those that a report carries. */
export const keyOf = (name: string, query: Query = {}): string => {
  const words = Object.entries(query)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .sort();
  return words.length === 0 ? name : `${name}?${words.join("&")}`;
};
