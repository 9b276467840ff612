// Builds what browsers load: the portal's page script and the module for an integrator's page. `--test` runs the tests,
// `--network FILE` builds the network alone for a comparison, `--out DIR` builds elsewhere. The same source gives the same bytes on every machine.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const given = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const out = given("--out") ?? join(here, "../../src/keizoku/portal/static/portal");
const common = { bundle: true, minify: true, charset: "utf8", target: "es2018", legalComments: "none", absWorkingDir: here, logLevel: "warning" };

if (process.argv.includes("--test")) {
  const folder = mkdtempSync(join(tmpdir(), "keizoku-capture-"));
  try {
    const entryPoints = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts")).map((name) => join("test", name));
    await build({ ...common, minify: false, entryPoints, outdir: folder, format: "esm", platform: "node", outExtension: { ".js": ".mjs" } });
    const tests = readdirSync(folder).map((name) => join(folder, name));
    process.exitCode = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...tests], { stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
} else if (given("--network")) {
  await build({ ...common, entryPoints: ["test/network.ts"], outfile: given("--network"), format: "esm", platform: "node" });
} else {
  await build({ ...common, entryPoints: ["src/portal.ts"], outfile: join(out, "capture.js"), format: "iife" });
  await build({ ...common, entryPoints: ["src/index.ts"], outfile: join(out, "keizoku-capture.mjs"), format: "esm" });
  await build({ ...common, entryPoints: ["src/capture.css"], outfile: join(out, "capture.css") });
}
