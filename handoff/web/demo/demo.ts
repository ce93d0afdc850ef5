/** The page's own buttons open the chat; what they suggest waits there to be sent. */
import type { WarmlineChat } from "../widget/element";

document.addEventListener("click", (event) => {
  const asked = (event.target as Element).closest<HTMLElement>("[data-ask]");
  if (!asked) return;
  document.querySelector<WarmlineChat>("warmline-chat")?.open(asked.dataset.ask || undefined);
});
