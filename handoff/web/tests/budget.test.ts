/** Others' pages carry the widget: what it may weigh there is promised. */
import { build } from "vite";
import { expect, test } from "vitest";

const BUDGET = 45 * 1024; // bytes, gzipped

test("the widget is one script within its budget", async () => {
  const built = await build({ mode: "widget", logLevel: "silent", build: { write: false } });
  const files = [built].flat().flatMap((bundle) => ("output" in bundle ? bundle.output : []));
  expect(files.map((file) => file.fileName)).toEqual(["widget.js"]);
  const code = files.map((file) => (file.type === "chunk" ? file.code : "")).join("");
  expect(code).toContain("warmline-chat");
  expect(await gzipped(code)).toBeLessThan(BUDGET);
});

async function gzipped(text: string): Promise<number> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}
