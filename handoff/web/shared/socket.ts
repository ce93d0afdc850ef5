/** The only file that knows Socket.IO. Reconnecting is `Connection`'s: the library's own stays off. */
import { io } from "socket.io-client";
import type { Ack, Refusal } from "./protocol";

export interface SocketLike {
  readonly connected: boolean;
  connect(): void;
  disconnect(): void;
  on(event: string, handler: (payload: never) => void): void;
  /** Fire and forget; lost when the line is down. */
  hint(event: string, payload: unknown): void;
  /** Rejects when no acknowledgement came within `ms`. */
  ask(event: string, payload: unknown, ms: number): Promise<Ack>;
}

/** `auth` is asked anew for each dial. */
export type OpenSocket = (auth: () => object | Promise<object>) => SocketLike;

/** The refusal inside a `connect_error`, or null when the server was simply not reached. */
export function refusalOf(error: unknown): Refusal | null {
  const data = (error as { data?: Partial<Refusal> } | null)?.data;
  return data && typeof data.code === "string" ? (data as Refusal) : null;
}

export function socketTo(server: string, namespace: string): OpenSocket {
  return (auth) => {
    let dial = 0;
    const socket = io(server + namespace, {
      auth: (give) => {
        const asked = dial;
        // An answer that comes after the line was dropped must not be given to the next one.
        void Promise.resolve(auth()).then((answer) => asked === dial && give(answer));
      },
      autoConnect: false,
      forceNew: true,
      reconnection: false,
      timeout: 8000,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
    });
    return {
      get connected() {
        return socket.connected;
      },
      connect: () => ((dial += 1), void socket.connect()),
      disconnect: () => ((dial += 1), void socket.disconnect()),
      on: (event, handler) => void socket.on(event, handler as (payload: unknown) => void),
      hint: (event, payload) => void socket.volatile.emit(event, payload),
      ask: (event, payload, ms) => socket.timeout(ms).emitWithAck(event, payload),
    };
  };
}
