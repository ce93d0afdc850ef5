/**
 * The widget in one script tag. The server is where the script came from, unless the tag says
 * `data-server`; its other `data-` attributes pass to the element. A page that places
 * `<warmline-chat>` itself keeps its own.
 */
import { WarmlineChat } from "./element";

const TAG = "warmline-chat";
const script = document.currentScript as HTMLScriptElement | null;

function place(): void {
  if (document.querySelector(TAG)) return;
  const element = document.createElement(TAG);
  for (const [name, value] of Object.entries(script?.dataset ?? {})) element.dataset[name] = value;
  document.body.append(element);
}

if (!customElements.get(TAG)) {
  WarmlineChat.home = script?.src ? new URL(script.src).origin : location.origin;
  customElements.define(TAG, WarmlineChat);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
}
