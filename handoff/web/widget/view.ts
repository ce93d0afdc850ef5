/** All that the widget draws from. */
import type { Line } from "../shared/connection";
import type { Pending } from "../shared/outbox";
import type { Entry, Speaker, Standing } from "../shared/protocol";

export interface View {
  line: Line;
  entries: readonly Entry[];
  pending: readonly Pending[];
  standing: Standing;
  /** True once the server has said where the conversation stands. */
  known: boolean;
  /** What was already said when this page joined in: shown, but not announced. */
  history: number;
  /** Who is writing at this moment. */
  typing: Speaker | null;
  /** The highest entry that an agent has read. */
  seen: number;
  /** A person was asked for and the server has not confirmed it. */
  asking: boolean;
  /** Something that could not be done, in plain words. */
  notice: string | null;
}

export const EMPTY: View = {
  line: "connecting",
  entries: [],
  pending: [],
  standing: { mode: "bot" },
  known: false,
  history: 0,
  typing: null,
  seen: 0,
  asking: false,
  notice: null,
};
