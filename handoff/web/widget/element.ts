/**
 * `<warmline-chat>`: the widget in a shadow root, so that the host page's styles and ours do not
 * meet. Nothing is connected until the customer opens it, unless a conversation is under way.
 *
 * Attributes: `data-server`, `data-organisation`, `data-suggestions` (separated by `|`),
 * `data-emergency` (a line shown first).
 */
import { h, render } from "preact";
import { systemClock } from "../shared/clock";
import { followBrowser } from "../shared/connection";
import { browserStorage, Keep } from "../shared/keep";
import { Observable } from "../shared/observable";
import { socketTo } from "../shared/socket";
import { CustomerSession } from "./session";
import { Widget } from "./Widget";
import styles from "./widget.css?inline";

export interface Door {
  open: boolean;
  /** The customer opened it just now: only then may focus move. */
  moveFocus: boolean;
  /** A text put into the composer from outside. */
  draft?: string;
}

export class WarmlineChat extends HTMLElement {
  /** Where the script came from. */
  static home = "";

  private mount: HTMLElement | null = null;
  private session: CustomerSession | null = null;
  private unfollow: (() => void) | null = null;
  private tab = new Keep(browserStorage("sessionStorage"));
  private door = new Observable<Door>({ open: false, moveFocus: false });

  connectedCallback(): void {
    this.session = this.begin();
    this.door.set({ open: this.tab.get("open") === true, moveFocus: false });
    this.mount ??= styled(quiet(this.attachShadow({ mode: "open" })));
    render(h(Widget, this.props(this.session)), this.mount);
  }

  disconnectedCallback(): void {
    this.unfollow?.();
    this.session?.stop();
    if (this.mount) render(null, this.mount);
  }

  /** Opens the panel; a text, if given, waits in the composer to be sent or changed. */
  open(draft?: string): void {
    this.tab.set("open", true);
    this.door.set({ open: true, moveFocus: true, ...(draft === undefined ? {} : { draft }) });
  }

  close(): void {
    this.tab.forget("open");
    this.door.set({ open: false, moveFocus: true });
  }

  private begin(): CustomerSession {
    const server = this.dataset.server || WarmlineChat.home;
    const session = new CustomerSession({
      open: socketTo(server, "/customer"),
      keep: new Keep(browserStorage("localStorage")),
      clock: systemClock,
      locks: navigator.locks as LockManager | undefined, // absent on pages that are not secure
    });
    const unfollow = followBrowser(session.connection);
    const otherTab = () => session.storageChanged();
    addEventListener("storage", otherTab);
    this.unfollow = () => {
      unfollow();
      removeEventListener("storage", otherTab);
    };
    return session;
  }

  private props(session: CustomerSession) {
    const { organisation = "us", suggestions = "", emergency = "" } = this.dataset;
    return {
      session,
      door: this.door,
      tab: this.tab,
      organisation,
      emergency,
      suggestions: suggestions.split("|").map((text) => text.trim()).filter(Boolean),
      onOpen: () => this.open(),
      onClose: () => this.close(),
    };
  }
}

/** What is typed here is no shortcut of the host page, which cannot see that a text box has it. */
function quiet(root: ShadowRoot): ShadowRoot {
  for (const kind of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(kind, (event) => event.stopPropagation());
  }
  return root;
}

/** Constructed sheets need no permission of the host's content policy; old browsers get a tag. */
function styled(root: ShadowRoot): HTMLElement {
  const mount = document.createElement("div");
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
  } else {
    const tag = document.createElement("style");
    tag.textContent = styles;
    root.append(tag);
  }
  root.append(mount);
  return mount;
}
