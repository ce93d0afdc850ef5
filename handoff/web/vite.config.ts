/**
 * Two builds into one folder: the pages (demo site and console), whose assets carry a hash, and the
 * widget, which is a single classic script with a stable name because other sites link to it.
 */
import { defineConfig, type UserConfig } from "vite";

const pages: UserConfig = {
  base: "/",
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: ["index.html", "console/index.html"],
    },
  },
};

const widget: UserConfig = {
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: "widget/main.ts",
      formats: ["iife"],
      name: "Warmline",
      fileName: () => "widget.js",
    },
  },
  // A library build leaves this to the host's bundler; a page with a script tag has none.
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
};

export default defineConfig(({ mode }) => (mode === "widget" ? widget : pages));
