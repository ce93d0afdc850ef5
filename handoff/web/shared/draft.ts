/** What is being written: it survives a reload, and is counted as the server counts. */
import { useState } from "preact/hooks";
import type { Keep } from "./keep";
import { MAX_TEXT } from "./protocol";
import { lengthOf } from "./words";

/** `first` is put in from outside and stands before what was kept. */
export function useDraft(tab: Keep, slot: string, first?: string) {
  const [text, setText] = useState(() => first ?? tab.get<string>(slot) ?? "");
  const over = lengthOf(text) - MAX_TEXT;
  const write = (next: string) => {
    setText(next);
    if (next) tab.set(slot, next);
    else tab.forget(slot);
  };
  return { text, write, over, sendable: text.trim() !== "" && over <= 0 };
}

/** Enter sends and Shift+Enter breaks the line; an Enter that ends a composed character does neither. */
export function onEnter(send: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
}
