// `node chromium.mjs <vectors.jsonl> <browser> <driver>`: serves this folder on a port of its own and runs it in the browser.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";
import { tell, tellNamed } from "./tell.mjs";

const [vectors, executablePath, driver] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(driver).href);
const HOSTILE = 60_000;
const KINDS = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".jsonl": "text/plain" };
/** Nothing but the own origin; WebAssembly where the page is not the one without it. */
const policy = (wasm) => `default-src 'none'; connect-src 'self'; script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ""}`;

function page(response, wasm) {
  response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy(wasm) });
  response.end('<!doctype html><title>loading</title><script type="module" src="/page.mjs"></script>');
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/" || pathname === "/forbidden") return page(response, pathname === "/");
  const file = pathname === "/vectors.jsonl" ? vectors : join(process.cwd(), normalize(pathname));
  if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "application/octet-stream" });
  return createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}`;

// As root the sandbox cannot be had; the page is our own.
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const args = [...sandbox, "--disable-gpu", "--disable-dev-shm-usage", "--js-flags=--expose-gc", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath, args });
try {
  const open = async (path) => {
    const tab = await browser.newPage();
    tab.on("pageerror", (error) => console.log(`chromium: ${error.stack}`));
    await tab.goto(origin + path);
    // The driver's own way to wait needs `eval`, which the policy forbids.
    for (let tries = 0; tries < 600; tries += 1) {
      if ((await tab.title()) === "ready") return tab;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${path} is not ready after 30 s`);
  };
  console.log(`chromium ${browser.version()}`);
  const first = await open("/");
  tellNamed("chromium, behaviour", await first.evaluate("tests.behaviour()"));
  const forbidden = await open("/forbidden");
  const refused = await forbidden.evaluate("tests.allowed()");
  const failures = refused === "CompileError" ? [] : [`without wasm-unsafe-eval: ${refused}`];
  tellNamed("chromium, policy", { passed: 1 - failures.length, failed: failures.length, failures });
  const second = await open("/");
  const hostile = await second.evaluate(`tests.hostile(${HOSTILE})`);
  hostile.notes.forEach((note) => console.log(`chromium, hostile: ${note}`));
  tellNamed("chromium, hostile", hostile);
  tell("chromium", await (await open("/")).evaluate("tests.vectors()"));
} finally {
  await browser.close();
  server.close();
}
