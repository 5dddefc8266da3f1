// What a person chose, kept by the browser for the next time, where it keeps anything.
import { useCallback, useState } from "preact/hooks";

const keyOf = (name: string): string => `lab.${name}`;

export function remembered<Value>(name: string, otherwise: Value): Value {
  try {
    const text = localStorage.getItem(keyOf(name));
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify(value));
  } catch {
    // Then it is chosen again next time.
  }
}

export function useRemembered<Value>(
  name: string,
  otherwise: Value,
): readonly [Value, (value: Value) => void] {
  const [value, set] = useState<Value>(() => remembered(name, otherwise));
  const choose = useCallback(
    (next: Value) => {
      set(() => next);
      remember(name, next);
    },
    [name],
  );
  return [value, choose];
}
