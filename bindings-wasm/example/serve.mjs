// `node serve.mjs <folder of the installed package> [port]`: this page on localhost.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const KINDS = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Serves the page, with the package under `/coalition/`. */
export async function serve(installed, port = 0) {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const inPackage = path.startsWith("/coalition/");
    const file = inPackage ? join(installed, "dist", path.slice("/coalition/".length)) : join(here, path === "/" ? "index.html" : path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "text/plain", "content-security-policy": POLICY });
    return createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(process.argv[2], Number(process.argv[3] ?? 8080));
  console.log(`http://localhost:${server.address().port}`);
}
