/**
 * What must survive a reload. A browser may refuse storage (private windows, a full disk, blocked
 * cookies); then memory stands in for it and the chat still works until the page goes away.
 */

export type StorageLike = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Keep {
  private memory = new Map<string, string>();

  constructor(
    private storage: StorageLike | null,
    private prefix = "warmline.",
  ) {}

  get<T>(key: string): T | undefined {
    const raw = this.text(key);
    if (raw === undefined) return undefined;
    try {
      return JSON.parse(raw) as T;
    } catch {
      return undefined; // written by something else: as good as absent
    }
  }

  set(key: string, value: unknown): void {
    this.setText(key, JSON.stringify(value));
  }

  /** The value as it is stored, without quotes around it: how tokens are kept. */
  text(key: string): string | undefined {
    const name = this.prefix + key;
    const kept = this.memory.get(name);
    if (kept !== undefined) return kept;
    try {
      return this.storage?.getItem(name) ?? undefined;
    } catch {
      return undefined; // reading is forbidden: then nothing of ours can be in it
    }
  }

  setText(key: string, raw: string): void {
    const name = this.prefix + key;
    try {
      if (!this.storage) throw new Error("no storage");
      this.storage.setItem(name, raw);
      this.memory.delete(name);
    } catch {
      this.memory.set(name, raw);
    }
  }

  forget(key: string): void {
    const name = this.prefix + key;
    this.memory.delete(name);
    try {
      this.storage?.removeItem(name);
    } catch {
      // storage that cannot be written holds nothing of ours
    }
  }
}

/** The named storage, or null where the browser forbids even looking at it. */
export function browserStorage(kind: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[kind];
  } catch {
    return null;
  }
}
